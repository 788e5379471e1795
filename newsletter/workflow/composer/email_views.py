"""The email of an issue as it is shown in the composer, in every view that a reader may have of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.issue_file.editing.edit import Path
from newsletter.model import merge_tags
from newsletter.model.targeting import named_segments
from newsletter.render.preview import NAMED, NAMELESS, SampleReader
from newsletter.workflow.composer.field_places import written_path

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.campaign import Message
    from newsletter.render.field_marks import FieldMarks
    from newsletter.workflow.workspace import Workspace

_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_HREF = re.compile(r"""(<(?:a|area)\b[^>]*?\s)href=("[^"]*"|'[^']*')""", re.IGNORECASE)
_SRC = re.compile(r"""(<img\b[^>]*?\s)src=("[^"]*"|'[^']*')""", re.IGNORECASE)
_STYLE_ELEMENT = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"""\sstyle=("[^"]*"|'[^']*')""", re.IGNORECASE)
_FOR_OUTLOOK = re.compile(r"<!--\[if[^\]]*\bmso\b[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_NOT_OUTLOOK = re.compile(r"<!--\[if !mso[^\]]*\]>\s*<!-->(.*?)<!--\s*<!\[endif\]-->", re.DOTALL)
_NOT_IN_WORD = re.compile(r"(?:border-radius|max-width|box-shadow|background-image)\s*:[^;\"']*;?", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(r"(<head\b[^>]*>)")
_INVERTED = (
    "<style>html{background:#fff;filter:invert(1) hue-rotate(180deg)}"
    "img,[background]{filter:invert(1) hue-rotate(180deg)}</style>"
)

_PRINT = re.compile(r"@media\s+(only\s+)?print\b")
_SCREEN = re.compile(r"@media\s+(only\s+)?screen\b")
_PRINTED = (
    "<style>html{background:#fff}*{background:none!important;box-shadow:none!important;color:#000!important}"
    "body{max-width:680px!important;margin:0 auto!important}</style>"
)
"""What browsers do to an email on paper: no backgrounds, dark text, the width of an A4 page between its margins."""

_SAMPLES = {
    "title": "Title",
    "heading": "Heading",
    "name": "Name",
    "label": "A few words on the number",
    "caption": "Caption",
    "text": "Text",
    "column": "Column heading",
    "cell": "Cell",
    "value": "Number",
}
"""What a new part has in place of its texts, in brackets, and the name that the form has for it."""

_SAMPLE = re.compile(rf">\s*\[\[?({'|'.join(_SAMPLES)})\]\]?\s*<", re.IGNORECASE)
_QUIET = '<span style="opacity:.7;font-style:italic;font-weight:normal">{}</span>'


class Mode(StrEnum):
    """The colours that a reader's program shows an email in."""

    LIGHT = "light"
    DARK = "dark"
    FORCED_DARK = "forced-dark"


class View(NamedTuple):
    """How an email is looked at."""

    mode: Mode = Mode.LIGHT
    pictures: bool = True
    styles: bool = True
    outlook: bool = False
    printed: bool = False
    reader: str = ""
    segment: str = ""


class RenderedEmail(NamedTuple):
    """A message whose texts are marked with their fields, and the file that it was made of."""

    version: str
    message: Message
    marks: FieldMarks
    data: Any


def render_marked(workspace: Workspace, loaded: LoadedIssue, version: str, data: Any) -> RenderedEmail:
    """Render an issue with marks in it; raise as `Workspace.render` does."""
    from newsletter.render.field_marks import FieldMarks

    marks = FieldMarks()
    message = workspace.render(loaded._replace(issue=marks.marked(loaded.issue)))
    return RenderedEmail(version, message, marks, data)


def sample_readers(loaded: LoadedIssue | None) -> list[dict[str, Any]]:
    """Return the readers that an email can be shown for: with a name, without one, and of each segment it names."""
    readers = [
        {"id": "named", "label": "A reader with a name", "segment": None},
        {"id": "nameless", "label": "A reader without a name", "segment": None},
    ]
    names = named_segments(loaded.issue) if loaded else ()
    return readers + [{"id": f"segment:{name}", "label": f"A reader in {name}", "segment": name} for name in names]


def reader_of(view: View) -> SampleReader:
    """Return the reader of a view."""
    reader = NAMELESS if view.reader == "nameless" else NAMED
    names = [name for name in (view.segment, view.reader.removeprefix("segment:")) if name]
    segments = [name for name in names if name not in {"named", "nameless"}]
    return reader._replace(segments=tuple(segments))


def email_page(email: RenderedEmail, view: View, picture_address: Callable[[str], str]) -> str:
    """Return the page of an email: no script, no link that leads anywhere, each field marked with `data-field`.

    `picture_address` gives the address of a picture by its content id.
    """

    def shown(path: Path) -> Path:
        return written_path(email.data, path)

    return message_page(
        email.message, view, picture_address, lambda page: _with_quiet_samples(email.marks.annotated(page, shown))
    )


def _with_quiet_samples(page: str) -> str:
    """Return a page with the name of the field, in quiet letters, where a new part has no text yet."""
    return _SAMPLE.sub(lambda found: f">{_QUIET.format(_SAMPLES[found[1].lower()])}<", page)


def message_page(
    message: Message,
    view: View,
    picture_address: Callable[[str], str],
    annotated: Callable[[str], str] = lambda page: page,
) -> str:
    """Return the page of a message: no script, and no link that leads anywhere."""
    reader = reader_of(view)
    message = message.for_reader(reader.segments)
    page = merge_tags.fill(annotated(message.html), reader.values, html.escape)
    page = _SCRIPT.sub("", page)
    if view.outlook:
        page = _as_in_outlook(page)
    page = _HREF.sub(lambda link: f'{link[1]}href="#_" data-href={link[2]}', page)
    for image in message.images:
        page = page.replace(f"cid:{image.cid}", picture_address(image.cid))
    if not view.pictures:
        page = _SRC.sub(r"\1", page)
    return _in_mode(page, view)


def _in_mode(page: str, view: View) -> str:
    if not view.styles:
        return _STYLE.sub("", _STYLE_ELEMENT.sub("", page))
    page = _DARK.sub("@media all" if view.mode is Mode.DARK else "@media not all", page)
    if view.printed:
        page = _SCREEN.sub("@media not all", _PRINT.sub("@media all", page))
        return _HEAD.sub(lambda head: f"{head[1]}{_PRINTED}", page, count=1)
    if view.mode is Mode.FORCED_DARK:
        page = _HEAD.sub(lambda head: f"{head[1]}{_INVERTED}", page, count=1)
    return page


def _as_in_outlook(page: str) -> str:
    """Return a page as Outlook on Windows would about show it: its own tables, and no more styles than Word knows."""
    page = _NOT_OUTLOOK.sub("", page)
    page = _FOR_OUTLOOK.sub(lambda part: part[1], page)
    page = _STYLE_ELEMENT.sub(lambda style: _MEDIA.sub("", style[0]), page)
    return _STYLE.sub(lambda style: _NOT_IN_WORD.sub("", style[0]), page)


def plain_text_of(email: RenderedEmail, view: View) -> str:
    """Return the plain text as a reader gets it."""
    reader = reader_of(view)
    return merge_tags.fill(email.message.for_reader(reader.segments).text, reader.values)


class _Inbox(NamedTuple):
    """How much of a row a mail program shows, in characters."""

    client: str
    label: str
    sender: int
    subject: int
    line: int
    """Characters of subject and preheader together; 0 where each has a line of its own."""
    preheader: int


_INBOXES = (
    _Inbox("gmail", "Gmail", 20, 70, 110, 110),
    _Inbox("apple", "Apple Mail on iPhone", 28, 41, 0, 90),
    _Inbox("outlook", "Outlook", 30, 54, 0, 54),
)


def inbox_rows(email: RenderedEmail, view: View) -> list[dict[str, Any]]:
    """Return the rows of an email in inboxes, each cut as that program about cuts it."""
    reader = reader_of(view)
    message = email.message
    subject = merge_tags.fill(message.subject, reader.values)
    preheader = merge_tags.fill(message.preheader, reader.values)
    preheader = preheader or " ".join(plain_text_of(email, view).split())[:140]
    rows = []
    for inbox in _INBOXES:
        room = max(inbox.line - len(subject) - 3, 0) if inbox.line else inbox.preheader
        rows.append(
            {
                "client": inbox.client,
                "label": inbox.label,
                "from": _cut(message.sender.name, inbox.sender),
                "sender": message.sender.name,
                "subject": _cut(subject, inbox.subject),
                "preheader": _cut(preheader, min(room, inbox.preheader)),
                "cut": {"subject": len(subject) > inbox.subject, "preheader": len(preheader) > room},
            }
        )
    return rows


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"


def size_facts(workspace: Workspace, email: RenderedEmail, loaded: LoadedIssue) -> dict[str, Any]:
    """Return the size of the HTML that would be sent, against the size from which on Gmail cuts it off."""
    from newsletter.preflight.html.markup import section_costs
    from newsletter.render.field_marks import without_marks
    from newsletter.render.inline import tightened
    from newsletter.render.preview import GMAIL_CLIPS_AT
    from newsletter.workflow.sending_facts import added_bytes

    bodies = [email.message.html, *(one.html for one in email.message.variants)]
    sizes = [len(tightened(without_marks(body)).encode()) for body in bodies]
    plain = tightened(without_marks(email.message.html))
    added = added_bytes(workspace.settings, email.message)
    costs: Sequence[tuple[str, int]] = section_costs(plain, loaded.issue)
    for_all = [position for position, section in enumerate(loaded.issue.sections) if section.only is None]
    sections = [
        {"label": label, "bytes": size, "path": ["sections", for_all[number]] if len(for_all) == len(costs) else None}
        for number, (label, size) in enumerate(costs)
    ]
    rest = max(sizes) - sum(size for _, size in costs)
    return {
        "bytes": max(sizes) + added,
        "limit": GMAIL_CLIPS_AT,
        "added": added,
        "sections": [{"label": "Frame, styles and opening", "bytes": rest, "path": None}, *sections],
    }
