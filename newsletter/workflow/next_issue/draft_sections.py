"""Draft the sections of the next issue from those of the last one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from newsletter.model.issue import Issue
from newsletter.scaffold.starter import PLACEHOLDER
from newsletter.workflow.next_issue.carried import Calendar, Carried, Marked, announced, called, dated_only

_DRAFTED: Mapping[str, Callable[[Any, dict[str, Any], Calendar], Carried]] = {
    "coming_up": announced,
    "get_involved": called,
    "news": dated_only,
    "links": dated_only,
}
_SAMPLES = {
    "last_month": f"{PLACEHOLDER} Something that happened",
    "coming_up": f"{PLACEHOLDER} Something that is planned",
    "get_involved": f"{PLACEHOLDER} A chance to take part",
}
"""What stands in a section of every month while it has nothing."""

_FOR_ONE_ISSUE = frozenset({"story", "people", "quote", "figures", "gallery", "video"})
_UNCHANGED = frozenset({"sponsors"})


@dataclass(slots=True)
class DraftSection:
    """A section to write: its fields but for its entries, those entries, and comments for the author."""

    fields: dict[str, Any]
    items: list[Marked] = field(default_factory=list)
    groups: list[tuple[dict[str, Any], list[Marked]]] = field(default_factory=list)
    mark: str = ""
    comment: str = ""

    @property
    def audience(self) -> tuple[Any, Any]:
        """Return the language and the segments that it is for."""
        return self.fields.get("language"), self.fields.get("only")


@dataclass(slots=True)
class DraftSections:
    """The sections of the next issue, and what of the last one is not in them."""

    sections: list[DraftSection] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    """Calls and events that are over, each with its dates."""
    for_one_issue: list[str] = field(default_factory=list)
    """Sections that belong to the last issue alone."""


def draft_sections(issue: Issue, data: dict[str, Any], calendar: Calendar) -> DraftSections:
    """Return the sections of the issue after this one; `data` is the issue as it is written."""
    drafts = DraftSections()
    happened: list[tuple[DraftSection, list[Marked]]] = []
    for section, raw in zip(issue.sections, data.get("sections") or (), strict=True):
        kind = section.kind
        fields = _own_fields(raw)
        if kind == "last_month":
            names = [group["heading"] for group in raw.get("groups") or ()]
            comment = f"The groups in {calendar.month} were: {'; '.join(names)}." if names else ""
            drafts.sections.append(DraftSection(fields, comment=comment))
        elif kind in _DRAFTED:
            local = replace(calendar, is_english=_is_english(raw.get("language"), default=calendar.is_english))
            carried = _DRAFTED[kind](section, raw, local)
            drafts.over += carried.over
            draft = _drafted(fields, carried, calendar)
            if kind in _SAMPLES or not carried.is_empty:
                drafts.sections.append(draft)
            happened.append((draft, carried.happened))
        elif kind in _FOR_ONE_ISSUE:
            drafts.for_one_issue.append(_shown(raw))
        else:
            mark = "" if kind in _UNCHANGED else f"This is as it was in {calendar.month}: is it still right?"
            drafts.sections.append(DraftSection(copy.deepcopy(raw), mark=mark))
    for draft, items in filter(itemgetter(1), happened):
        _account_before(drafts.sections, draft).items += items
    for draft in drafts.sections:
        kind = draft.fields["kind"]
        if kind in _SAMPLES and not draft.items and not draft.groups:
            draft.items.append(Marked(_SAMPLES[kind]))
    return drafts


def _drafted(fields: dict[str, Any], carried: Carried, calendar: Calendar) -> DraftSection:
    """Return a section with what is carried of it; its introduction is marked."""
    if "text" in fields:
        fields["text"] = Marked(fields["text"], f"This is the text of {calendar.month}: is it still right?")
    return DraftSection(fields, carried.ahead, [(group, items) for group, items in carried.groups if items])


def _own_fields(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a section that stay from month to month."""
    left_out = {"items", "groups"} | ({"text"} if raw["kind"] == "last_month" else set())
    fields = {name: copy.deepcopy(value) for name, value in raw.items() if name not in left_out}
    if "headline" in fields:
        fields["headline"] = f"{PLACEHOLDER} A headline of this month"
    return fields


def _account_before(sections: list[DraftSection], announced_in: DraftSection) -> DraftSection:
    """Return the account of what happened for the readers of another section; create it if it is missing.

    What was announced to some readers, or in another language, is never told to others.
    """
    for section in sections:
        if section.fields["kind"] == "last_month" and section.audience == announced_in.audience:
            return section
    language, only = announced_in.audience
    fields = {"kind": "last_month", "language": language, "only": only}
    made = DraftSection({name: value for name, value in fields.items() if value is not None})
    sections.insert(sections.index(announced_in), made)
    return made


def _is_english(language: str | None, *, default: bool) -> bool:
    return default if language is None else language.partition("-")[0] == "en"


def _shown(raw: dict[str, Any]) -> str:
    """Return the name of a section: its kind, and its heading where it has one."""
    heading = raw.get("headline") or raw.get("heading") or raw.get("who")
    return f"{raw['kind']}: {heading}" if heading else str(raw["kind"])


def marks_in(sections: list[DraftSection]) -> Iterator[str]:
    """Yield each mark in some sections."""
    for section in sections:
        entries = (*section.items, *(one for _, items in section.groups for one in items))
        fields = (value for value in section.fields.values() if isinstance(value, Marked))
        yield from (marked.mark for marked in (*fields, *entries) if marked.mark)
        if section.mark:
            yield section.mark
