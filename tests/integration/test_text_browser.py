"""A text browser reads the HTML: every story, date and link's words are there, in order, without any style."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel import Locale

pytestmark = pytest.mark.slow

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


PAYMENT = "Payment|Remuneración|Tâl|المقابل المادي"
MONTHS = frozenset(
    month for language in ("en", "de", "es", "cy", "ar") for month in Locale(language).months["format"]["wide"].values()
)


def mailed(page: Path) -> str:
    """Return the addresses that links on a page write to: a contact who is a button's target has no line there."""
    return " ".join(re.findall(r'href="mailto:([^"?]+)', page.read_text(encoding="utf-8")))


CONTACT = {"Contact", "Cyswllt", "Contacto", "للتواصل"}
"""What the plain text writes before a contact."""


def is_shown(piece: str, seen: str) -> bool:
    """Return whether a piece of the text is on the page, a date perhaps in a box beside its weekday and hour."""
    if piece in seen:
        return True
    if whole := re.search(r"(\d+) (?:de )?(\w{3,})(?: de)? (\d{4})$", piece):
        # the masthead has no weekday, and the month in short
        return bool(re.search(rf"\b{whole[1]} (?:de )?{whole[2][:3]}\w* (?:de )?{whole[3]}\b", seen))
    label, _, contact = piece.partition(" ")
    if label in CONTACT:  # the page has no line for a contact whose address stands in the text or under the button
        return contact in seen
    return bool(MONTHS & {*piece.split()}) and {*piece.split()} - MONTHS - {"de"} <= {*seen.split()}


def told(text: str) -> list[str]:
    """Return the paragraphs of a plain text, without what only the plain text has: targets, lines, bullets, labels."""
    text = re.sub(r"\n\n\n[^\n]+\n=+\n\n(\[\d+\] \S+\n)+", "\n\n", text)  # the list of links
    text = re.sub(r"(?<=\n\n)More about this <[^<>\s]+>\n", "", text)  # where a picture or a headline is the link
    text = re.sub(r"\n\n[^\n]+:\n(?=• [^\n<]+ <[^<>\s]+>\n)", "\n\n", text)  # above the social links, which are icons
    text = re.sub(r"\n[^\n]*Outlook[^\n]*\n(?:(?:• |  )[^\n]+\n)+", "\n\n", text)  # the page has short dates there
    text = re.sub(r"\n(?=[^\n]+ \[\d+\]\n)", "\n\n", text)  # a link to a calendar has a line of its own
    # beside a date box, the day in another zone is told by its weekday
    text = re.sub(r"(?<=\()(\w+)\s+\d+\s+de\s+\w+(?=,)", r"\1", text)
    text = re.sub(rf"(?m)^(?:{PAYMENT}): ", "", text)  # a chip has the sum alone
    text = re.sub(r"<[^<>\s]+>(\n?)| \[\d+\](\n?)", r"\1\1\2\2", text)
    text = re.sub(r"\[\w+: ([^\]]*)\]", r"\n\n\1\n\n", text)  # what pictures show
    # a label stands before what it is of, in a cell of its own; a line of calendars is one of its own too, and a dot
    # joins what stands in two places of the page (the newsletter's name and the date)
    return [
        words(piece)
        for piece in re.split(r"\n\s*\n|\n(?=\S)(?=[^\n]*: )|\n(?=• )|\n[-=~]+\n| – | · |\n  (?=\w)", text)
        if words(piece)
    ]


ISSUES = ["2024-02", "2024-02-bold", "2024-02-letter", "2024-03", "right-to-left", "welsh", "spanish", "arabic"]


def dumped(browser: str, home: Path, page: Path, *options: str) -> str:
    """Return what the browser shows of a page, cell after cell: it would draw cells side by side over each other."""
    linear = home / "linear.html"
    source = page.read_text(encoding="utf-8")
    linear.write_text(re.sub(r"<(/?)(?:table|tbody|tr|t[dh])\b", r"<\1div", source), encoding="utf-8")
    return subprocess.run(
        [browser, "-dump", "-cols", "200", "-I", "UTF-8", "-O", "UTF-8", "-T", "text/html", *options, str(linear)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "HOME": str(home)},
    ).stdout


@pytest.mark.parametrize("issue", ISSUES)
def test_every_link_is_there(issue: str, browser: str, tmp_path: Path) -> None:
    _, _, listed = dumped(browser, tmp_path, GOLDEN / f"{issue}.html", "-o", "display_link_number=1").rpartition(
        "References:"
    )
    found = {re.sub(r"^file:\S*/(?=\{)", "", one) for one in re.findall(r"^\[\d+\] (\S+)$", listed, re.MULTILINE)}
    page = (GOLDEN / f"{issue}.html").read_text(encoding="utf-8")
    targets = {html.unescape(one) for one in re.findall(r'<a\b[^>]*? href="([^"]*)"', page)}
    assert len(targets) > 8
    # a place in the page is no reference
    assert {one for one in targets if one[0] != "#" and one not in found and f"{one}/" not in found} == set()


@pytest.mark.parametrize("issue", ISSUES)
def test_every_paragraph_is_read(issue: str, browser: str, tmp_path: Path) -> None:
    page = GOLDEN / f"{issue}.html"
    seen = words(f"{dumped(browser, tmp_path, page)} {mailed(page)}")
    paragraphs = told((GOLDEN / f"{issue}.txt").read_text(encoding="utf-8"))
    assert len(paragraphs) > 8
    assert [one for one in paragraphs if not is_shown(one, seen)] == []
