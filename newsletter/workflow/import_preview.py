"""What an import would make of a document, for its author to look at before an issue is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsletter.workflow.create_issue import months_with_issues
from newsletter.workflow.import_issue import count_items, recognise_source
from newsletter.workflow.months import Month

if TYPE_CHECKING:
    from newsletter.importing.blocks import Picture
    from newsletter.importing.draft import Fields
    from newsletter.workflow.import_file import ImportFile
    from newsletter.workflow.workspace import Workspace

MOST_POSTS = 500
"""Issues of an export that are offered."""

_LONGEST = 240


@dataclass(frozen=True)
class PreviewItem:
    """An item as it was recognised; texts without their Markdown."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    """What was recognised of it: the name of a field of the issue, and its value."""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreviewSection:
    """A section as it was recognised."""

    kind: str
    heading: str
    text: str
    items: tuple[PreviewItem, ...]
    groups: tuple[tuple[str, tuple[PreviewItem, ...]], ...] = ()
    count: int = 0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportPreview:
    """What an import would make of a document."""

    title: str
    date: str
    month: str
    is_taken: bool
    """Whether that month has an issue already."""
    free_month: str
    """The month, or the first one after it without an issue."""
    intro: str
    sections: tuple[PreviewSection, ...]
    unplaced: tuple[str, ...]
    """Paragraphs for which no place was found."""
    doubts: tuple[str, ...]
    left_out: tuple[str, ...]
    pictures: int
    notes: tuple[str, ...] = ()


@dataclass
class _Pictures:
    """Counts the pictures that the issue would have; nothing is kept."""

    seen: set[str] = field(default_factory=set)

    def place(self, picture: Picture) -> str:
        """Return a name where the picture is at hand."""
        if picture.data is None and not picture.source.startswith(("https://", "http://")):
            return ""
        self.seen.add(picture.source[:2000])
        return "picture"


def posts_of(file: ImportFile) -> list[dict[str, str]]:
    """Return the issues of an export, newest first, as they are chosen; nothing for a document that holds one."""
    if not file.is_export:
        return []
    posts = file.export().posts
    return (
        [{"id": post.name or post.shown, "label": post.shown} for post in posts[:MOST_POSTS]] if len(posts) > 1 else []
    )


def preview_import(
    workspace: Workspace, file: ImportFile, *, month: str | None = None, post: str | None = None
) -> ImportPreview:
    """Return what an import of a document would make of it; raise UsageError for one that holds no issue."""
    from newsletter.importing.draft import doubts
    from newsletter.importing.inline import plain_text
    from newsletter.importing.recognise import UNPLACED

    pictures = _Pictures()
    found = recognise_source(workspace, file.source(post), file.name, month, pictures.place)
    issue, sections = found.draft.issue, found.draft.sections
    wanted, taken = Month.of(found.day), months_with_issues(workspace)
    unplaced = next((one["text"] for one in sections if one.get("heading") == UNPLACED), "")
    return ImportPreview(
        plain_text(issue["title"]),
        issue["date"],
        str(wanted),
        wanted in taken,
        str(_free_month(wanted, taken)),
        _short(issue.get("intro", "")),
        tuple(_section(one) for one in sections if one.get("heading") != UNPLACED),
        tuple(plain_text(one) for one in unplaced.split("\n\n") if one.strip()),
        tuple(_own_doubts(issue) if sections else doubts(found.draft)),
        tuple(dict.fromkeys(" ".join(one.split()) for one in found.draft.left_out)),
        len(pictures.seen),
        tuple(found.draft.notes),
    )


def _free_month(wanted: Month, taken: set[Month]) -> Month:
    while wanted in taken:
        wanted = wanted.next()
    return wanted


def _section(section: Fields) -> PreviewSection:
    from newsletter.importing.inline import plain_text

    named = ("items", "joiners", "leavers", "thanks")
    return PreviewSection(
        section["kind"],
        plain_text(section.get("heading", "")),
        _short(section.get("text", "")),
        tuple(_item(one) for name in named for one in section.get(name, ())),
        tuple(
            (plain_text(group["heading"]), tuple(_item(one) for one in group["items"]))
            for group in section.get("groups", ())
        ),
        count_items(section),
        tuple(_own_doubts(section)),
    )


_FACTS = ("when", "ends", "where", "deadline", "payment", "contact", "role", "link")


def _item(value: Any) -> PreviewItem:
    from newsletter.importing.inline import plain_text

    if not isinstance(value, dict):
        return PreviewItem(_short(str(value)))
    name = next((value[one] for one in ("title", "name", "label", "text", "caption") if value.get(one)), "")
    facts = [(one, plain_text(str(value[one]))) for one in _FACTS if value.get(one)]
    facts += [("when", str(_when(event))) for event in value.get("events", ())]
    if value.get("button"):
        facts.append(("button", plain_text(str(value["button"]["label"]))))
    return PreviewItem(_short(str(name)), tuple(facts), tuple(_all_doubts(value)))


def _when(event: Any) -> Any:
    return event.get("when", "") if isinstance(event, dict) else event


def _own_doubts(group: Any) -> list[str]:
    from newsletter.preflight.rules.content.import_marks import MARK as LOOK

    comments: Sequence[str] = getattr(group, "comments", ())
    return [one.removeprefix(LOOK).strip() for one in comments if one.startswith(LOOK)]


def _all_doubts(value: Any) -> Iterator[str]:
    yield from _own_doubts(value)
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _all_doubts(one)


def _short(text: str) -> str:
    from newsletter.importing.inline import plain_text

    plain = " ".join(plain_text(text).split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST].rsplit(' ', 1)[0]} …"
