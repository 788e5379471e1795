"""The messages of the outbox, read by Python's strict parser and by mail programs that we did not write."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import Newsletter, lay

pytestmark = pytest.mark.slow

RECIPIENTS = 25


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Newsletter:
    """Send a small issue once for all readers; some names are not ASCII."""
    newsletter = lay(tmp_path_factory.mktemp("readers") / "news", RECIPIENTS)
    audience = newsletter.root / "audience.csv"
    rows = audience.read_text().replace("Kim 1\n", "Jürgen\n").replace("Kim 2\n", '"Ó Súilleabháin, Róisín"\n')
    audience.write_text(rows, encoding="utf-8")
    done = newsletter.run("send", "--yes")
    assert done.returncode == 0, done.stderr
    return newsletter


def run(*args: str | Path, home: Path) -> str:
    environment = {**os.environ, "HOME": str(home), "NOTMUCH_CONFIG": str(home / ".notmuch-config")}
    done = subprocess.run(args, capture_output=True, check=True, encoding="utf-8", env=environment, timeout=60)
    return done.stdout


def test_python_parses_them_strictly_without_defects(sent: Newsletter) -> None:
    assert len(sent.laid) == RECIPIENTS
    for path in sent.laid:
        parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.strict)
        assert [part.defects for part in parsed.walk() if part.defects] == []
        assert [header for header in parsed.values() if header.defects] == []
        assert parsed["To"].addresses[0].domain == "example.org"


@pytest.mark.skipif(not shutil.which("mu"), reason="mu (Debian: maildir-utils) is not installed")
def test_mu_finds_them_all(sent: Newsletter, tmp_path: Path) -> None:
    run("mu", "init", "--quiet", f"--muhome={tmp_path}/mu", f"--maildir={sent.root}/outbox", home=tmp_path)
    run("mu", "index", "--quiet", f"--muhome={tmp_path}/mu", home=tmp_path)
    found = run("mu", "find", f"--muhome={tmp_path}/mu", "--fields=p", "subject:month", home=tmp_path)
    assert len(found.splitlines()) == RECIPIENTS
    by_name = run("mu", "find", f"--muhome={tmp_path}/mu", "--fields=t", "to:Jürgen", home=tmp_path)
    assert by_name.splitlines() == ["Jürgen <reader1@example.org>"]


@pytest.mark.skipif(not shutil.which("notmuch"), reason="notmuch is not installed")
def test_notmuch_finds_them_all(sent: Newsletter, tmp_path: Path) -> None:
    (tmp_path / ".notmuch-config").write_text(
        f"[database]\npath={sent.root}/outbox\n[user]\nname=Reader\nprimary_email=reader@example.org\n"
        "[new]\ntags=new\n[search]\nexclude_tags=\n[maildir]\nsynchronize_flags=false\n"
    )
    run("notmuch", "new", "--quiet", home=tmp_path)
    assert int(run("notmuch", "count", "subject:month", home=tmp_path)) == RECIPIENTS
    assert int(run("notmuch", "count", "to:reader2@example.org", "and", "walk", home=tmp_path)) == 1
    # its database lies in the Maildir's folder and must not be taken for a message
    shutil.rmtree(sent.root / "outbox" / ".notmuch")
