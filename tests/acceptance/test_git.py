"""Issues in git: several are checked at once, findings become a comment, and a signed commit approves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[2]
DIRECTOR = "director@example.org"

needs_git = pytest.mark.skipif(not (shutil.which("git") and shutil.which("ssh-keygen")), reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody's settings have it."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


@pytest.fixture
def signing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the folder in git, with the director as approver and trusted signer; return their key."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    path = folder / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    assert "  approval: false " in text
    text = text.replace("  approval: false ", f"  approvers: [{DIRECTOR}]\n  approval: true ")
    path.write_text(text, encoding="utf-8")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text(encoding="utf-8")
    (tmp_path / "signers").write_text(f"{DIRECTOR} {public}", encoding="utf-8")
    git(folder, "init", "-q")
    for name, value in {
        "user.name": "Kim", "user.email": "kim@example.org", "gpg.format": "ssh", "user.signingkey": str(key),
        "gpg.ssh.allowedSignersFile": str(tmp_path / "signers"),
    }.items():  # fmt: skip
        git(folder, "config", name, value)
    (folder / ".gitignore").write_text(".newsletter/\noutbox/\n", encoding="utf-8")
    return key


@needs_git
def test_a_signed_commit_approves(folder: Path, cli: Any, signing: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "February", "-S")
    done = cli("approve", "2024-02", "--signed")
    assert done.code == 0, done.said
    assert f"{DIRECTOR} approved 2024-02" in done.said
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0  # under the same login: the signature is another's


@needs_git
def test_what_is_not_signed_as_it_is_approves_nothing(folder: Path, cli: Any, signing: Path) -> None:
    issue = folder / "issues" / "2024-02.yaml"
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "February")
    assert "is not signed" in cli("approve", "2024-02", "--signed").said
    git(folder, "commit", "-qm", "February", "-S", "--amend")
    issue.write_text(issue.read_text(encoding="utf-8").replace("gloomy", "grey"), encoding="utf-8")
    assert "not committed" in cli("approve", "2024-02", "--signed").said
    git(folder, "checkout", "-q", "--", ".")
    git(folder, "config", "user.email", DIRECTOR)
    assert "your own signature" in cli("approve", "2024-02", "--signed").said
    git(folder, "config", "user.email", "kim@example.org")
    signers = Path(git(folder, "config", "gpg.ssh.allowedSignersFile").strip())
    trusted = signers.read_text(encoding="utf-8")
    signers.write_text(trusted.replace(DIRECTOR, "someone@example.org"), encoding="utf-8")
    assert "someone@example.org is not one of the approvers" in cli("approve", "2024-02", "--signed").said
    signers.write_text("", encoding="utf-8")
    assert "not one that git trusts" in cli("approve", "2024-02", "--signed").said
    assert cli("approve", "2024-02", "--signed", "--as", "Director").code == 2


def test_without_named_approvers_no_signature_counts(folder: Path, cli: Any) -> None:
    assert "names no approvers" in cli("approve", "2024-02", "--signed").said


def test_several_issues_are_checked_at_once(folder: Path, cli: Any) -> None:
    path = folder / "issues" / "2024-03.yaml"
    assert cli("check", "2024-02", "2024-03", "--offline").code == 0
    path.write_text(
        path.read_text(encoding="utf-8").replace("intro: |", "intro: |\n  ✎ Write this.\n"), encoding="utf-8"
    )
    done = cli("check", "issues/2024-02.yaml", "issues/2024-03.yaml", "--offline", "--json")
    assert done.code == 3
    assert [one["passed"] for one in json.loads(done.out)["checks"]] == [True, False]
    table = cli("check", "2024-03", "--offline", "--format", "markdown").out
    assert table.startswith("| Line | What | How to fix it |")
    assert "(NL303)" in table


def test_the_hook_and_the_workflow_run_what_there_is(cli: Any, folder: Path) -> None:
    yaml = YAML(typ="safe")
    (hook,) = yaml.load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"] == "newsletter check --offline"
    workflow = yaml.load((PROJECT / "docs" / "examples" / "check-issues.yml").read_text(encoding="utf-8"))
    scripts = "\n".join(step.get("run", "") for step in workflow["jobs"]["check"]["steps"])
    assert "newsletter check $PATHS --format github" in scripts
    assert "pull_request_target" not in workflow["on"]
    assert cli("check", "issues/2024-02.yaml", "--offline", "--format", "github").code == 0
    assert cli("render", "issues/2024-02.yaml", "-o", "shots/html").code == 0
    assert (folder / "shots" / "html" / "2024-02.html").is_file()
    assert "file://$PWD/shots/html/$name.html" in scripts
