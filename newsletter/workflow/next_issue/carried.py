"""What of an issue goes into the next one, entry by entry: carried, drafted in the past tense, or left out."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.model.item import Event, Item, LinkEntry, series_of
from newsletter.model.section import Links
from newsletter.preflight.issue_dates import day_of
from newsletter.preflight.text.past_tense import past_tense
from newsletter.scaffold.starter import PLACEHOLDER
from newsletter.workflow.next_issue.checklist import day_words, moment_words

_REPEATING = ("repeats", "except", "repeats_as")
_ANNOUNCEMENT_ONLY = (
    *("when", "ends", "zone", "where", *_REPEATING),
    *("deadline", "payment", "contact", "button", "buttons", "events"),
)
"""Fields that say when and how to come, which an account of it does not have."""

MOST_QUOTED = 100
"""Characters of an entry that identify it in a list."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A value to write, and what is to be checked about it; nothing where `mark` is empty."""

    value: Any
    mark: str = ""


@dataclass(slots=True)
class Carried:
    """The entries of one section: those that are carried, those drafted as what happened, and those that are over."""

    ahead: list[Marked] = field(default_factory=list)
    groups: list[tuple[dict[str, Any], list[Marked]]] = field(default_factory=list)
    """Groups by their other fields, each with what is carried in it."""
    happened: list[Marked] = field(default_factory=list)
    over: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is carried."""
        return not self.ahead and not any(items for _, items in self.groups)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the entries are judged by: the day on which the next issue is sent, and the last issue."""

    sending_day: dt.date
    month: str
    """The name of the month of the last issue."""
    is_english: bool = True

    def is_ahead(self, when: dt.date | None) -> bool:
        """Return whether a day is not over when the next issue is sent."""
        return when is not None and day_of(when) >= self.sending_day


def announced(section: Any, data: dict[str, Any], calendar: Calendar) -> Carried:
    """Sort the entries of a section that announces events: those ahead stay, the others are drafted as past."""
    carried = Carried()
    for item, raw, into in _entries(section, data, carried):
        kept = _still_ahead(item, raw, calendar)
        if kept is not None:
            into.append(kept)
            carried.over += _past_events(item, calendar)
        elif (draft := _as_past(item, raw, calendar)) is not None:
            carried.happened.append(draft)
        else:
            carried.over.append(_named(item, raw))
    return carried


def called(section: Any, data: dict[str, Any], calendar: Calendar) -> Carried:
    """Sort the entries of a section with calls: open ones stay, expired ones are over."""
    carried = Carried()
    for item, raw, into in _entries(section, data, carried):
        dates = _dates_of(item)
        kept = _still_ahead(item, raw, calendar)
        if kept is not None:
            into.append(kept)
            carried.over += _past_events(item, calendar)
        elif not dates and isinstance(item, Item):
            into.append(Marked(copy.deepcopy(raw), "It has no deadline: is it still open?"))
        else:
            carried.over.append(_named(item, raw))
    return carried


def dated_only(section: Any, data: dict[str, Any], calendar: Calendar) -> Carried:
    """Sort news and links: those with a day ahead stay, the rest was for one issue."""
    carried = Carried()
    for item, raw, into in _entries(section, data, carried):
        kept = _still_ahead(item, raw, calendar)
        if kept is not None:
            into.append(kept)
        elif _dates_of(item):
            carried.over.append(_named(item, raw))
    return carried


def _entries(section: Any, data: dict[str, Any], carried: Carried) -> Iterator[tuple[Any, Any, list[Marked]]]:
    """Yield the entries of a section and its groups: each as a model, as it is written, and where it is carried to."""
    for item, raw in _written(getattr(section, "items", ()), data):
        yield item, raw, carried.ahead
    if isinstance(section, Links):
        return
    for group, group_data in zip(getattr(section, "groups", ()), data.get("groups") or (), strict=False):
        items: list[Marked] = []
        carried.groups.append(({name: value for name, value in group_data.items() if name != "items"}, items))
        for item, raw in _written(group.items, group_data):
            yield item, raw, items


def _written(items: Sequence[Any], data: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield entries, each as a model and as it is written, but for samples that were never replaced."""
    for item, raw in zip(items, data.get("items") or (), strict=False):
        if PLACEHOLDER not in f"{getattr(item, 'title', None) or ''}{getattr(item, 'text', None) or ''}":
            yield item, raw


def _dates_of(item: Any) -> list[dt.date]:
    """Return the last days of an entry: those of its events, and its deadline."""
    events: list[Item | Event] = [item, *item.events] if isinstance(item, Item) else []
    found = [getattr(item, "deadline", None), *(_last_day(event) for event in events)]
    return [one for one in found if one is not None]


def _last_day(event: Item | Event) -> dt.date | None:
    """Return the last day of an event; of one that repeats without end, the last day that there is."""
    series = series_of(event)
    return (series.last_day or dt.date.max) if series else event.ends or event.when


def _still_ahead(item: Any, raw: Any, calendar: Calendar) -> Marked | None:
    """Return an entry that is not over, without those of its events that are; None for any other."""
    if isinstance(item, LinkEntry):
        return Marked(copy.deepcopy(raw)) if calendar.is_ahead(item.deadline) else None
    if not isinstance(item, Item) or not any(map(calendar.is_ahead, _dates_of(item))):
        return None
    value = copy.deepcopy(raw)
    gone = [number for number, one in enumerate(item.events) if not calendar.is_ahead(_last_day(one))]
    days = [day_of(item.events[number].when) for number in gone]
    for number in reversed(gone):
        del value["events"][number]
    if gone and not value["events"]:
        del value["events"]
    if item.deadline and not calendar.is_ahead(item.deadline):
        days.append(day_of(item.deadline))
        del value["deadline"]
    if item.when and not calendar.is_ahead(_last_day(item)):
        days.append(day_of(item.when))
        for name in ("when", "ends", "zone", *_REPEATING):
            value.pop(name, None)
    return Marked(value, f"{_listed(days)} {'is' if len(days) == 1 else 'are'} over: check the text." if days else "")


def _past_events(item: Any, calendar: Calendar) -> list[str]:
    """Return the events of an entry that are over, where others are ahead."""
    title = _title(item)
    return [
        f"{event.title or title} ({moment_words(event.when)})"
        for event in getattr(item, "events", ())
        if not calendar.is_ahead(_last_day(event))
    ]


def _as_past(item: Item, raw: Any, calendar: Calendar) -> Marked | None:
    """Return the draft of what happened; None where only a date was announced."""
    was = f"Announced in {calendar.month}{_circumstances(item)}"
    mark = f"{was}: say what happened." if calendar.is_english else f"{was}: say what happened, in the past tense."
    told = past_tense if calendar.is_english else str
    if isinstance(raw, str):
        return Marked(told(raw), mark)
    value = {name: copy.deepcopy(one) for name, one in raw.items() if name not in _ANNOUNCEMENT_ONLY}
    for name in ("title", "text"):
        if name in value:
            value[name] = told(value[name])
    if not value.keys() & {"title", "text", "image"}:
        return None
    if set(value) == {"text"} and "\n" not in value["text"]:
        return Marked(value["text"], mark)
    return Marked(value, mark)


def _circumstances(item: Item) -> str:
    """Return when and where something was to be, as far as it was announced."""
    parts = [moment_words(when) for when in (item.when, *(event.when for event in item.events)) if when]
    parts += [item.where] if item.where else []
    return f" for {', '.join(parts)}" if parts else ""


def _named(item: Any, raw: Any) -> str:
    """Return an entry's name, with its dates."""
    dates = [f"deadline {moment_words(item.deadline)}"] if getattr(item, "deadline", None) else []
    dates += [moment_words(item.when)] if getattr(item, "when", None) else []
    dates += [moment_words(event.when) for event in getattr(item, "events", ())]
    title = _title(item) or str(raw)
    return f"{title} ({', '.join(dates)})" if dates else title


def _title(item: Any) -> str:
    words = " ".join(str(getattr(item, "title", None) or getattr(item, "text", None) or "").split())
    return words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED].rstrip()}…"


def _listed(days: list[dt.date]) -> str:
    """Return days without their year, as a list in words."""
    words = [day_words(day).rpartition(" ")[0] for day in days]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
