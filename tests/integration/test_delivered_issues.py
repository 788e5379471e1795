"""The issues that every theme is judged by, as the outbox really lays them for a reader: the message file itself."""

from __future__ import annotations

import contextlib
import email
import email.policy
import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.cli.app import run as newsletter
from newsletter.model.branding import Theme
from tests.gallery import (
    ARABIC,
    FEBRUARY,
    ISSUES,
    LONG,
    LONGEST,
    MARCH,
    MINIMAL,
    RICH,
    ROOT,
    TWENTY_FIVE,
    any_photo,
    told_long_issue,
    told_stories,
)

from .judges import program, run
from .test_text_browser import dumped, is_shown, mailed, told, words

pytestmark = pytest.mark.slow

SENT = (*ISSUES, TWENTY_FIVE)
LETTERS = [(theme, issue) for theme in Theme for issue in SENT]
NAMES = [f"{issue}-{theme}" for theme, issue in LETTERS]
FILTERED = [*LETTERS, *((theme, issue) for theme in Theme for issue in (MINIMAL, LONGEST))]
"""What a spam filter has its say on: the shortest and the longest as well."""

MONTHS = {
    RICH: "2025-10",
    ARABIC: "2024-04",
    MINIMAL: "2024-07",
    LONGEST: "2024-08",
    **dict(zip(LONG, ("2024-05", "2024-06"), strict=True)),
}
"""What the files are called of those that are not of a month."""

SHORT = {
    "title": "A short month",
    "date": "2024-02-12",
    "preheader": "One thing only, and it takes a minute",
    "sections": [{"kind": "story", "text": "The kettle works again."}],
}
"""The least that the check before a send lets through."""

NAME = re.compile(r"^X-Judged: (\S+)", re.MULTILINE)
SCORE = re.compile(r"^Content analysis details: +\(?(-?[\d.]+) points", re.MULTILINE)
RECEIVED = """\
X-Judged: {name}
Received: from mail.example.org (localhost [127.0.0.1])
\tby mx.example.org (Postfix) with ESMTPS id 0123456789
\tfor <kim@example.org>; {date}
"""
"""What a mail server writes on top: a message without it was never delivered, and no filter has seen one.

Above it is what we know the message by, as the judge answers in an order of its own.
"""


def lay(folder: Path, theme: Theme) -> None:
    """Lay a newsletter with all the issues and one reader into a folder, in a theme."""
    folder.mkdir()
    for name in ("issues", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "newsletter.yaml").read_text(encoding="utf-8")
    changed = settings.replace("brand:\n", f"brand:\n  theme: {theme}\n", 1).replace("test: true ", "test: false ", 1)
    assert len(changed) > len(settings)
    (folder / "newsletter.yaml").write_text(changed, encoding="utf-8")
    (folder / "audience.csv").write_text("email,first_name\nkim@example.org,Kim\n", encoding="utf-8")
    arabic = (ROOT / "tests" / "golden" / f"{ARABIC}.yaml").read_text(encoding="utf-8")
    (folder / "issues" / f"{MONTHS[ARABIC]}.yaml").write_text(f"language: ar\n{arabic}", encoding="utf-8")
    rich = (ROOT / "tests" / "golden" / f"{RICH}.yaml").read_text(encoding="utf-8").replace(".png", ".jpg")
    (folder / "issues" / f"{MONTHS[RICH]}.yaml").write_text(rich, encoding="utf-8")
    for name in set(re.findall(r"image: (\w+\.jpg)", rich)):
        (folder / "issues" / name).write_bytes(any_photo(name))
    longest = {**told_long_issue(), "preheader": "Six stories, six evenings, and a table in the high street"}
    for month, data in (
        (MONTHS[LONGEST], longest),
        (MONTHS[MINIMAL], SHORT),
    ):
        (folder / "issues" / f"{month}.yaml").write_text(json.dumps(data), encoding="utf-8")
    for number in range(12):
        name = f"images/{number}.jpg"
        (folder / "issues" / name).write_bytes(any_photo(name))
    for name, count in LONG.items():
        # JSON is YAML too
        (folder / "issues" / f"{MONTHS[name]}.yaml").write_text(json.dumps(told_stories(count)), encoding="utf-8")


def send(folder: Path, issue: str) -> Path:
    """Send an issue from a folder, and return the message's file."""
    before = set((folder / "outbox").rglob("*.eml"))
    said = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        pytest.raises(SystemExit) as ended,
    ):
        newsletter(("send", MONTHS.get(issue, issue), "--yes"))
    assert ended.value.code == 0, said.getvalue()
    [path] = set((folder / "outbox").rglob("*.eml")) - before
    return path


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[Theme, str], Path]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSLETTER_OFFLINE", "1")
        patch.delenv("NEWSLETTER_SETTINGS", raising=False)
        root = tmp_path_factory.mktemp("delivered")
        for theme in Theme:
            lay(root / theme, theme)
        yield {(theme, issue): send(root / theme, issue) for theme, issue in FILTERED}


def parsed(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.strict)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """Return the HTML or the text of a message, as a mail program has it once it is decoded."""
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("letter", LETTERS, ids=NAMES)
def test_a_strict_parser_finds_no_defect(letter: tuple[Theme, str], delivered: dict[tuple[Theme, str], Path]) -> None:
    raw = delivered[letter].read_bytes()
    message = parsed(delivered[letter])
    assert [one.defects for one in message.walk() if one.defects] == []
    assert [header for header in message.values() if header.defects] == []
    alternatives = next(one for one in message.walk() if one.get_content_type() == "multipart/alternative")
    kinds = [one.get_content_type() for one in alternatives.iter_parts()]
    assert kinds[0] == "text/plain"
    assert kinds[-1] in {"text/html", "multipart/related"}
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert raw.isascii()


@pytest.mark.parametrize("letter", LETTERS, ids=NAMES)
def test_all_pictures_are_inside_and_no_merge_tag_is_left(
    letter: tuple[Theme, str], delivered: dict[tuple[Theme, str], Path]
) -> None:
    message = parsed(delivered[letter])
    page, text = part(message, "html"), part(message, "plain")
    shown = set(re.findall(r'<img\b[^>]*? src="([^"]*)"', page))
    inside = {f"cid:{str(one['Content-ID']).strip('<>')}" for one in message.walk() if one["Content-ID"]}
    assert shown == inside
    assert bool(shown) == (letter[1] in {FEBRUARY, MARCH, RICH})
    assert "{" not in text
    assert not re.search(r"\{\w+(\|[^{}]*)?\}", lxml_html.document_fromstring(page).find("body").text_content())
    if letter[1] in {MARCH, ARABIC, RICH}:
        assert "Kim" in page
        assert "Kim" in text


@pytest.mark.parametrize(("issue", "most"), [(FEBRUARY, 45_000), (TWENTY_FIVE, 100_000)])
@pytest.mark.parametrize("theme", Theme)
def test_what_is_delivered_is_light(
    theme: Theme, issue: str, most: int, delivered: dict[tuple[Theme, str], Path]
) -> None:
    page = part(parsed(delivered[theme, issue]), "html")
    assert len(page.replace("\n", "\r\n").encode()) <= most
    assert page.count("<h3") == (25 if issue == TWENTY_FIVE else 6)


def received(name: str, path: Path) -> bytes:
    """Return a message as it lies in a mailbox that many share, with its server's line on top."""
    top = f"From news@example.org Mon Feb 12 09:30:00 2024\n{RECEIVED.format(name=name, date=parsed(path)['Date'])}"
    lines = re.sub(rb"^From ", b">From ", path.read_bytes().replace(b"\r\n", b"\n"), flags=re.MULTILINE)
    return top.encode() + lines + b"\n"


def test_spamassassin_scores_every_one_below_0(delivered: dict[tuple[Theme, str], Path], tmp_path: Path) -> None:
    judge = program("spamassassin", "spamassassin")
    mailbox = tmp_path / "all.mbox"
    names = [f"{issue}-{theme}" for theme, issue in delivered]
    mailbox.write_bytes(b"".join(map(received, names, delivered.values())))
    said = run(judge, "-L", "-t", "--mbox", mailbox, home=tmp_path, timeout=900)
    scores = dict(zip(NAME.findall(said), map(float, SCORE.findall(said)), strict=True))
    assert set(scores) == set(names)
    assert {name: score for name, score in scores.items() if score >= 0} == {}


@pytest.mark.parametrize("letter", LETTERS, ids=NAMES)
def test_a_text_browser_has_every_story_and_link(
    letter: tuple[Theme, str], delivered: dict[tuple[Theme, str], Path], tmp_path: Path
) -> None:
    judge = program("w3m", "w3m")
    message = parsed(delivered[letter])
    page = tmp_path / "delivered.html"
    page.write_text(part(message, "html"), encoding="utf-8")
    seen = words(f"{dumped(judge, tmp_path, page)} {mailed(page)}")
    paragraphs = told(part(message, "plain"))
    assert len(paragraphs) > 8
    # the heading of an only list of people is in the text alone
    assert [one for one in paragraphs if not is_shown(one, seen) and one != "Joining us"] == []
    _, _, listed = dumped(judge, tmp_path, page, "-o", "display_link_number=1").rpartition("References:")
    found = set(re.findall(r"^\[\d+\] (\S+)$", listed, re.MULTILINE))
    targets = {html.unescape(one) for one in re.findall(r'<a\b[^>]*? href="([^"]*)"', page.read_text(encoding="utf-8"))}
    assert len(targets) > 3
    assert {one for one in targets if one[0] != "#" and one not in found and f"{one}/" not in found} == set()
    titles = [words(one.text_content()) for one in lxml_html.parse(page).getroot().iter("h1", "h2", "h3", "h4")]
    assert len(titles) > 3
    assert [one for one in titles if one not in seen] == []
