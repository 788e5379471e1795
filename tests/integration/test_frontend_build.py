"""The composer's browser app is built when the package is, and nothing else fails where it cannot be."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "build_frontend.py"
FRONTEND = ROOT / "newsletter" / "web" / "frontend"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that holds the tool and the app's sources, and nothing built."""
    (tmp_path / "tools").mkdir()
    shutil.copy(TOOL, tmp_path / "tools")
    target = tmp_path / "newsletter" / "web" / "frontend"
    target.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build.mjs", "index.html"):
        shutil.copy(FRONTEND / name, target)
    (target / "src").mkdir()
    (target / "src" / "main.ts").write_text("export {};\n")
    return tmp_path


def build(checkout: Path, programs: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the tool where only these programs are on the path."""
    folder = checkout / "bin"
    folder.mkdir(exist_ok=True)
    for name, script in programs.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return subprocess.run(
        [sys.executable, "-S", str(checkout / "tools" / "build_frontend.py")],
        env={"PATH": f"{folder}:/usr/bin/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


BUILDS = """
case "$*" in
  --version) echo v20.1.0 ;;
  *build.mjs*) /bin/mkdir -p ../static && echo made > ../static/index.html ;;
esac
"""
"""A stand-in for Node that answers with its version and, asked to bundle, makes a page."""


def test_without_node_it_says_what_to_install(checkout: Path) -> None:
    done = build(checkout, {})
    assert done.returncode == 1
    assert "The composer was not built: Node 18 or later was not found" in done.stderr
    assert "https://nodejs.org" in done.stderr
    assert "make frontend" in done.stderr


def test_an_old_node_is_not_used(checkout: Path) -> None:
    done = build(checkout, {"node": "echo v16.20.0"})
    assert "Node 18 or later was not found" in done.stderr


def test_a_registry_out_of_reach_is_reported_in_npms_words(checkout: Path) -> None:
    npm = "echo 'npm error network request to https://registry failed' >&2; exit 1"
    done = build(checkout, {"node": BUILDS, "npm": npm})
    assert done.returncode == 1
    assert "`npm ci` failed" in done.stderr
    assert "network request to https://registry failed" in done.stderr
    assert "Every other command works." in done.stderr
    assert not (checkout / "newsletter/web/static/index.html").exists()


def test_required_fails_without_calling_it_optional(checkout: Path) -> None:
    done = build(checkout, {}, NEWSLETTER_FRONTEND="required")
    assert done.returncode == 1
    assert "Every other command works" not in done.stderr


def test_it_is_built_once_for_the_same_sources(checkout: Path) -> None:
    install = "/bin/mkdir -p node_modules; echo run >> ../../../npm.log"
    programs = {"node": BUILDS, "npm": install}
    static = checkout / "newsletter/web/static/index.html"
    assert build(checkout, programs).returncode == 0
    assert static.read_text() == "made\n"
    static.write_text("kept\n")
    assert build(checkout, programs).returncode == 0
    assert static.read_text() == "kept\n", "unchanged sources were built again"
    (checkout / "newsletter/web/frontend/src/main.ts").write_text("export const changed = 1;\n")
    assert build(checkout, programs).returncode == 0
    assert static.read_text() == "made\n", "changed sources were not built"
    assert (checkout / "npm.log").read_text() == "run\n", "packages were installed again although the lock is the same"


def test_skip_builds_nothing(checkout: Path) -> None:
    done = build(checkout, {"node": BUILDS, "npm": "exit 1"}, NEWSLETTER_FRONTEND="skip")
    assert done.stderr == ""
    assert not (checkout / "newsletter/web/static").exists()


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_lock_holds_what_the_package_asks_for() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    package = json.loads((FRONTEND / "package.json").read_text())
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    assert not any(version.startswith(("^", "~")) for version in package["dependencies"].values())


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NEWSLETTER_FRONTEND") == "skip", reason="the app is not to be built here")
def test_the_wheel_carries_the_app_and_not_its_sources(tmp_path: Path) -> None:
    if not (ROOT / "newsletter/web/static/index.html").is_file():
        pytest.skip("the app was not built: run `make frontend`")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(tmp_path), str(ROOT)],
        check=True,
        timeout=600,
    )
    names = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(next(tmp_path.glob("*.whl")))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "newsletter/web/static/index.html" in names
    assert "newsletter/web/static/LICENSES.txt" in names
    assert "frontend" not in names
    assert "node_modules" not in names
