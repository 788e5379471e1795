"""A text browser reads the HTML: every story, date and link's words are there, in order, without any style."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def browser() -> str:
    found = shutil.which("w3m")
    if found is None:
        fail_or_skip = pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip
        fail_or_skip("w3m is not installed")
    assert found
    return found


def words(text: str) -> str:
    """Return a text's words alone, each once spaced."""
    return " ".join(re.findall(r"[^\W_]+", text))


def told(text: str) -> list[str]:
    """Return the paragraphs of a plain text, without what only the plain text has: targets, lines and bullets."""
    text = re.sub(r"<[^<>\s]+>(\n?)", r"\1\1", text)
    text = re.sub(r"\[Picture: ([^\]]*)\]", r"\1", text)
    return [words(piece) for piece in re.split(r"\n\s*\n|\n(?=• )|\n[-=~]+\n| – ", text) if words(piece)]


@pytest.mark.parametrize("issue", ["2024-02", "2024-03", "right-to-left"])
def test_every_paragraph_is_read(issue: str, browser: str, tmp_path: Path) -> None:
    page = GOLDEN / f"{issue}.html"
    shown = subprocess.run(
        [browser, "-dump", "-cols", "200", "-I", "UTF-8", "-O", "UTF-8", "-T", "text/html", str(page)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "HOME": str(tmp_path)},
    ).stdout
    seen = words(shown)
    paragraphs = told((GOLDEN / f"{issue}.txt").read_text(encoding="utf-8"))
    assert len(paragraphs) > 8
    assert [one for one in paragraphs if one not in seen] == []
