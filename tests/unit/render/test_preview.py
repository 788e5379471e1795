"""The preview page: complete in itself, safe, and true to what readers get."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import Place
from newsletter.model.branding import Sender
from newsletter.model.campaign import InlineImage, Message
from newsletter.model.findings import Finding, Severity
from newsletter.render.preview import GMAIL_CLIPS_AT, NAMED, NAMELESS, preview_page

BODY = (
    '<!DOCTYPE html><html lang="en-GB"><head><style>p{margin:0}@media (prefers-color-scheme: dark){p{color:#fff}}'
    '</style></head><body><img src="cid:sun@news" alt="The sun"><p>Hello {first_name|there}</p>'
    '<a href="{unsubscribe_url}">Leave</a></body></html>'
)


def message(**changes: object) -> Message:
    base = Message(
        title="News",
        subject="News for {first_name|you}",
        preheader="What is new",
        html=BODY,
        text="Hello {first_name|there}\n\nAll is well.",
        sender=Sender(name="Example Trust", email="news@example.org"),
        reply_to="team@example.org",
        images=(InlineImage(cid="sun@news", name="sun.png", content_type="image/png", data=b"\x89PNG"),),
    )
    return base.model_copy(update=changes)


class Reader(HTMLParser):
    """Gather what a browser would see of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "iframe":
            self.frames.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def data_of(page: str) -> list[dict[str, str]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    variants: list[dict[str, str]] = json.loads(found[1])["variants"]
    return variants


def test_the_email_is_shown_at_both_widths_and_runs_no_script() -> None:
    frames = Reader(preview_page(message(), facts={})).frames
    assert len(frames) == 2
    for frame in frames:
        assert "Hello Ada" in (frame["srcdoc"] or "")
        assert "allow-scripts" not in (frame["sandbox"] or "")
        assert frame["title"]


def test_nothing_is_loaded_from_beside_the_page() -> None:
    page = preview_page(message(), facts={})
    for tag, attributes in Reader(page).tags:
        for name in ("src", "href"):
            value = attributes.get(name) or ""
            assert value == "" or value.startswith(("data:", "#")), (tag, value)
    assert "cid:" not in page
    assert "data:image/png;base64,iVBORw==" in html.unescape(page)


def test_merge_tags_are_filled_for_a_reader_with_a_name_and_for_one_without() -> None:
    named, nameless = data_of(preview_page(message(), facts={}))
    assert (named["reader"], nameless["reader"]) == (NAMED.label, NAMELESS.label)
    assert named["subject"] == "News for Ada"
    assert nameless["subject"] == "News for you"
    assert "Hello there" in nameless["light"]
    assert nameless["text"].startswith("Hello there")
    assert "{" not in re.sub(r"<style>.*?</style>", "", named["light"] + nameless["light"])


def test_light_and_dark_do_not_depend_on_the_browser() -> None:
    named = data_of(preview_page(message(), facts={}))[0]
    assert "@media not all{p{color" in named["light"]
    assert "@media all{p{color" in named["dark"]
    assert "prefers-color-scheme" not in named["light"] + named["dark"]


def test_what_it_shows_of_the_dark_is_called_an_approximation() -> None:
    assert "An approximation" in Reader(preview_page(message(), facts={})).text


def test_the_inbox_shows_sender_subject_and_preheader() -> None:
    text = Reader(preview_page(message(), facts={})).text
    assert "Example Trust" in text
    assert "News for Ada" in text
    assert "What is new" in text


def test_without_a_preheader_an_inbox_takes_the_first_words() -> None:
    named = data_of(preview_page(message(preheader=""), facts={}))[0]
    assert named["preheader"] == "Hello Ada All is well."


@pytest.mark.parametrize(
    ("size", "weight", "words"),
    [(1000, "fine", "It fits."), (90 * 1024, "near", "little room left"), (GMAIL_CLIPS_AT + 1, "over", "cuts it off")],
)
def test_the_size_is_held_against_what_gmail_shows(size: int, weight: str, words: str) -> None:
    page = preview_page(message(html=BODY + "x" * (size - len(BODY))), facts={})
    assert f'class="card {weight}"' in page
    assert words in Reader(page).text
    assert f"{size / 1024:.1f} kB of the 102 kB" in Reader(page).text


def test_findings_are_listed_with_their_place() -> None:
    finding = Finding(
        code="NL305", severity=Severity.WARNING, message="A gap.", place=Place("a.yaml", 3, 4), hint="Fill it."
    )
    text = Reader(preview_page(message(), facts={}, findings=[finding])).text
    assert "warning: A gap. Fill it. a.yaml:3:4 NL305" in text
    assert "1 thing to look at" in text
    assert "Nothing to fix." not in text
    assert "Nothing to fix." in Reader(preview_page(message(), facts={})).text


def test_notes_are_not_told_as_things_to_fix() -> None:
    note = Finding(code="NL718", severity=Severity.NOTE, message="Not explained.", place=Place("a.yaml", 3, 4))
    text = Reader(preview_page(message(), facts={}, findings=[note, note])).text
    assert "nothing to fix; 2 notes" in text
    assert "note: Not explained." in text


def test_facts_and_the_reply_address_are_shown() -> None:
    text = Reader(preview_page(message(), facts={"Issue": "2024-02"})).text
    assert "Issue 2024-02" in text
    assert "Answers to team@example.org" in text
    assert "Answers to" not in Reader(preview_page(message(reply_to=None), facts={})).text


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_words_of_an_issue_become_markup_of_the_page(subject: str, text: str) -> None:
    plain = preview_page(message(subject="x", text="y"), facts={})
    page = preview_page(message(subject=f"{subject}</script><script>", text=f"<b>{text}"), facts={"<i>": "<u>"})
    assert [tag for tag, _ in Reader(page).tags if tag not in {"dt", "dd"}] == [
        tag for tag, _ in Reader(plain).tags if tag not in {"dt", "dd"}
    ]
