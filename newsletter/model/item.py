"""What a section lists: items, events, calls to action, people, links, and pictures with their words."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.branding import ZoneName
from newsletter.model.datetimes import DateOrDateTime, Day, End
from newsletter.model.fields import FrozenModel, Link, Markdown, Names, SingleLine
from newsletter.model.pictures import Pictured
from newsletter.model.recurrence import Repeats, Series, read_recurrence
from newsletter.model.targeting import Only


def _check_end(when: dt.date | None, ends: dt.date | None) -> None:
    if ends is None:
        return
    if when is None:
        raise PydanticCustomError("end_without_start", "`ends` needs a `when`")
    as_days = not (isinstance(when, dt.datetime) and isinstance(ends, dt.datetime))
    if (_day_of(ends) < _day_of(when)) if as_days else ends < when:
        raise PydanticCustomError("end_before_start", "`ends` is before `when`")


def _day_of(when: dt.date) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when


class RepeatStyle(StrEnum):
    """How readers see when something that repeats takes place."""

    WORDS = "words"
    DATES = "dates"


_REPEATS = Field(
    None,
    description="How it repeats, in words or as an RRULE; `when` is the first time.",
    examples=["first Tuesday monthly", "every Thursday until 2024-06-27"],
)
_EXCEPT = Field((), description="Days on which it does not take place.", examples=[["2024-03-28"]])
_REPEATS_AS = Field(
    RepeatStyle.WORDS,
    description="Whether readers see how it repeats (`words`), or its dates of the month (`dates`).",
    examples=["dates"],
)


def _check_series(thing: Event | Item) -> None:
    """Raise a pydantic error where something repeats without a first time, or not from that time on."""
    if thing.repeats is None:
        if getattr(thing, "except"):
            raise PydanticCustomError("repeats_missing", "`except` needs `repeats`")
        return
    if thing.when is None:
        raise PydanticCustomError("repeats_without_start", "`repeats` needs a `when`")
    series = series_of(thing)
    if series is not None and not series.starts_on_rule:
        following = series.next(_day_of(thing.when))
        raise PydanticCustomError(
            "repeats_not_on_start",
            "`when` is not one of the days of `repeats`",
            {"nearest": _day_of(following[0]).isoformat() if following else ""},
        )


def series_of(thing: Event | Item) -> Series | None:
    """Return the times of something that repeats; None for anything else."""
    if thing.repeats is None or thing.when is None:
        return None
    rule = read_recurrence(thing.repeats, _day_of(thing.when))
    return Series(rule, thing.when, thing.ends or thing.when, frozenset(getattr(thing, "except")))


class Button(FrozenModel):
    """A call to action: a verb and its object, and where it leads."""

    label: SingleLine = Field(
        description="The words on the button: a verb and its object.", examples=["Book your place"]
    )
    link: Link = Field(
        description="Where the button leads: https, mailto or tel.", examples=["mailto:team@example.org"]
    )


class Event(FrozenModel):
    """Something that takes place at a time."""

    title: SingleLine | None = Field(
        None, description="What takes place; the item's own title where left out.", examples=["Co-Pro Cuppa"]
    )
    zone: ZoneName | None = Field(
        None,
        description="The time zone of its times, where it is not yours; readers then see both.",
        examples=["America/New_York"],
    )
    when: DateOrDateTime = Field(
        description="The day, or the day and local time, it starts.", examples=["2024-03-05 13:00", "2024-03-05"]
    )
    ends: End | None = Field(
        None,
        description="When it ends: a time on the same day, or a day and time.",
        examples=["14:00", "2024-03-06 16:30"],
    )
    repeats: Repeats | None = _REPEATS
    # `except` is a word of Python's own, so the field cannot be declared as the others are
    vars()["except"] = _EXCEPT
    __annotations__["except"] = tuple[Day, ...]
    repeats_as: RepeatStyle = _REPEATS_AS
    where: SingleLine | None = Field(None, description="The place, or how to join.", examples=["Online (Zoom)"])
    link: Link | None = Field(None, description="The page about it.", examples=["https://example.org/events/cuppa"])

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        _check_end(self.when, self.ends)
        _check_series(self)
        return self


def _event(value: Any) -> Any:
    return {"when": value} if isinstance(value, str | dt.date) else value


EventEntry = Annotated[Event, BeforeValidator(_event, json_schema_input_type=str | Event)]
"""An event; a date and time alone is enough."""


class Item(Pictured):
    """One thing a section tells; any of its fields may be left out, but not all."""

    title: SingleLine | None = Field(
        None, description="The item's heading.", examples=["LUSTRUM2 – Co-production in action workshop"]
    )
    people: Names = Field((), description="Who did it or takes part.", examples=[["Tu", "Rosie", "Nicc"]])
    byline: SingleLine | None = Field(None, description="Who wrote it.", examples=["By Rosie, project officer"])
    text: Markdown | None = Field(
        None,
        description="The text, in Markdown: paragraphs, lists, links, emphasis.",
        examples=["We met the **eight** project teams. [Read more](https://example.org/news)."],
    )
    zone: ZoneName | None = Field(
        None,
        description="The time zone of its times, where it is not yours; readers then see both.",
        examples=["America/New_York"],
    )
    when: DateOrDateTime | None = Field(
        None, description="The day, or the day and local time, it takes place.", examples=["2024-02-20 13:00"]
    )
    ends: End | None = Field(
        None,
        description="When it ends: a time on the same day, or a day and time.",
        examples=["14:00", "2024-02-21 16:30"],
    )
    repeats: Repeats | None = _REPEATS
    # `except` is a word of Python's own, so the field cannot be declared as the others are
    vars()["except"] = _EXCEPT
    __annotations__["except"] = tuple[Day, ...]
    repeats_as: RepeatStyle = _REPEATS_AS
    where: SingleLine | None = Field(None, description="The place, or how to join.", examples=["Croydon town hall"])
    link: Link | None = Field(None, description="The page about it.", examples=["https://example.org/events"])
    events: tuple[EventEntry, ...] = Field(
        (), description="Several dates of the same thing.", examples=[["2024-03-05 13:00", "2024-04-08 11:30"]]
    )
    deadline: DateOrDateTime | None = Field(
        None, description="The last day, or moment, to answer.", examples=["2024-02-23 12:00"]
    )
    payment: SingleLine | None = Field(None, description="What people are paid for it.", examples=["£50"])
    contact: SingleLine | None = Field(
        None, description="Who to contact: an email address, a phone number or a name.", examples=["team@example.org"]
    )
    button: Button | None = Field(
        None,
        description="The one thing to do.",
        examples=[{"label": "Email us to take part", "link": "mailto:team@example.org"}],
    )
    buttons: tuple[Button, ...] = Field(
        (),
        title="More buttons",
        description="More things to do; the first one of all is the most prominent.",
        examples=[[{"label": "See the photos", "link": "https://example.org/photos"}]],
    )
    only: Only | None = Field(
        None, description="The segments this item is for, if not for everyone.", examples=[{"segment": "members"}]
    )

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not (self.title or self.text or self.when or self.events or self.image):
            raise PydanticCustomError("item_empty", "the item says nothing: give it a `title` or a `text`")
        _check_end(self.when, self.ends)
        _check_series(self)
        return self

    @property
    def is_line(self) -> bool:
        """Return whether the item is only a line of text, to be shown as a bullet."""
        return self.text is not None and "\n" not in self.text and self.model_fields_set <= {"text", "only"}


def _item(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


ItemEntry = Annotated[Item, BeforeValidator(_item, json_schema_input_type=str | Item)]
"""An item; a plain line of text is enough."""


class Group(FrozenModel):
    """Items under one heading."""

    heading: SingleLine = Field(description="The heading over these items.", examples=["Training"])
    text: Markdown | None = Field(None, description="A text before the items.", examples=["Three sessions in January."])
    items: tuple[ItemEntry, ...] = Field(
        (), description="What the group tells.", examples=[["The third workshop took place"]]
    )


class Person(Pictured):
    """Someone who joins, leaves or is thanked."""

    name: SingleLine = Field(description="The person's name.", examples=["Our front desk volunteers"])
    role: SingleLine | None = Field(None, description="What they do.", examples=["Reception"])
    text: Markdown | None = Field(None, description="A few words about them.", examples=["Thank you for last month."])
    link: Link | None = Field(None, description="A page about them.", examples=["https://example.org/team"])


def _person(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


PersonEntry = Annotated[Person, BeforeValidator(_person, json_schema_input_type=str | Person)]
"""A person; the name alone is enough."""


class LinkEntry(FrozenModel):
    """Something to read, watch or apply for elsewhere."""

    title: SingleLine = Field(description="The words that carry the link.", examples=["A guide to fair payment"])
    link: Link = Field(description="Where it leads.", examples=["https://example.org/guide"])
    text: Markdown | None = Field(None, description="Why it is worth it.", examples=["Ten minutes' read."])
    source: SingleLine | None = Field(None, description="Who published it.", examples=["Example Foundation"])
    deadline: DateOrDateTime | None = Field(
        None, description="The last day to apply or sign up.", examples=["2024-03-29", "2024-03-29 12:00"]
    )
