"""The words that the tool itself puts around the author's, in English; a catalogue holds them in another language.

Each has a note for translators, which `python tools/update_catalogues.py` writes into the template of the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.model.accents import without_accents


@dataclass(frozen=True, slots=True)
class Plural:
    """Words that follow a number; each language has as many forms as its grammar needs."""

    forms: tuple[str, ...]
    choose: Callable[[int], int] = field(default=lambda count: int(count != 1), compare=False)
    """The number of the form that a count takes."""

    def of(self, count: int) -> str:
        """Return the form for a count, with the count in it."""
        return self.forms[min(self.choose(count), len(self.forms) - 1)].format(count=count)


def _say(english: str | Plural, note: str, *, former: str = "") -> Any:
    """Return a field with its English words; `former` is what they were, by which older catalogues translate them."""
    return field(default=english, metadata={"note": note, "former": former})


@dataclass(frozen=True, slots=True)
class UiStrings:
    """The fixed words of one language; braces hold what is put in."""

    date: str = _say(
        "EEEE d MMMM",
        "How a day is written, without its year: EEEE is the weekday, d the day, MMMM the month. Words between them "
        "stand in single quotation marks, such as d 'de' MMMM.",
    )
    date_with_year: str = _say("EEEE d MMMM y", "How a day is written with its year, which is y.")
    time: str = _say(
        "h:mma",
        "How a time is written: h:mma is 1:30pm, HH:mm is 13:30. Beside a (am or pm), a full hour has no minutes.",
    )
    noon: str = _say("12 noon", "12pm, which many take for midnight; only used where the time has am and pm.")
    moment: str = _say("{day}, {time}", "A day and a time.")
    span: str = _say("{start} to {end}", "From one day or time to another: 1pm to 2pm.")
    long_span: str = _say("{start}, to {end}", "From one day and time to another day and time.")
    time_there: str = _say(
        "{time} {city} time", "A time in another time zone, which is named by its city: 1pm New York time."
    )
    time_here: str = _say("{there} ({here})", "The same time as it is elsewhere, and as it is for the readers.")
    repeat_daily: str = _say("every day", "When something takes place that repeats; a time may follow.")
    repeat_days: Plural = _say(  # noqa: RUF009  it makes a field, as for the others
        Plural(("every {count} day", "every {count} days")), "The same: once in so many days."
    )
    repeat_weekly: str = _say("every {days}", "The same; {days} is the name of a weekday, or a list of them.")
    repeat_weeks: Plural = _say(  # noqa: RUF009  as above
        Plural(("every {count} week", "every {count} weeks")), "The same: once in so many weeks."
    )
    repeat_months: Plural = _say(  # noqa: RUF009  as above
        Plural(("every {count} month", "every {count} months")), "The same: once in so many months."
    )
    repeat_yearly: str = _say("every year on {day}", "The same; {day} is a day without its year: 5 March.")
    repeat_on: str = _say("{every} on {days}", "Once in so many weeks or months, and on which days of them.")
    repeat_of_month: str = _say("{days} of every month", "The days of each month: the first Tuesday of every month.")
    repeat_first: str = _say("the first {weekday}", "Which one of its weekdays in a month.")
    repeat_second: str = _say("the second {weekday}", "Which one of its weekdays in a month, as above.")
    repeat_third: str = _say("the third {weekday}", "Which one of its weekdays in a month, as above.")
    repeat_fourth: str = _say("the fourth {weekday}", "Which one of its weekdays in a month, as above.")
    repeat_fifth: str = _say("the fifth {weekday}", "Which one of its weekdays in a month, as above.")
    repeat_last: str = _say("the last {weekday}", "Which one of its weekdays in a month, as above.")
    repeat_month_day: str = _say("day {number}", "A day of each month by its number: day 15 of every month.")
    repeat_from: str = _say("{event}, from {day}", "When something starts to repeat.")
    repeat_until: str = _say("{event}, until {day}", "The last day of something that repeats.")
    repeat_except: str = _say("{event}, not on {days}", "The days on which something that repeats is not.")
    names: str = _say("{names}, {next}", "A list of names, but for its last one: Tu, Rosie.")
    last_name: str = _say("{names} and {last}", "The end of a list of names: Tu, Rosie and Nicc.")
    last_name_changed: str = _say(
        "{names} and {last}", "The same before a beginning that changes the word for and; see the next word."
    )
    changing: str = _say(
        "-",
        "The beginnings of a name before which the word for and changes, with spaces between: a e i o u w y in Welsh "
        "(ac), i hi in Spanish (e). A hyphen where it never does.",
    )
    with_role: str = _say("{name}, {role}", "Somebody and what they do, in the plain text: Rosie, Reception.")
    last_month: str = _say("What we got up to in {month}", "Heading; {month} is the name of the month alone.")
    coming_up: str = _say("Coming up in {month}", "Heading; {month} is the name of the month alone.")
    get_involved: str = _say("Get involved", "Heading over what readers can take part in.")
    people: str = _say("People", "Heading over those who join, leave or are thanked.")
    links: str = _say("Worth a look", "Heading over links to things to read, watch or apply for.")
    news: str = _say("News", "Heading over news about any time.")
    sponsors: str = _say("With thanks to", "Heading over the logos of those who support the work.")
    joiners: str = _say("Joining us", "Heading over those who are new in the team.")
    leavers: str = _say("Moving on", "Heading over those who leave the team.")
    thanks: str = _say("Thank you", "Heading over those who are thanked.")
    contents: str = _say("In this issue", "Over the list of what is in the newsletter.")
    inside: str = _say("Inside", "Before what is in the newsletter, in one line: Inside: our walk · six dates.")
    deadline: str = _say("Deadline", "Label of the last day to answer or to apply.")
    by: str = _say("By {moment}", "The last moment to answer or to apply: By Friday 23 February, 12 noon.")
    payment: str = _say("Payment", "Label of what people are paid for taking part.")
    contact: str = _say("Contact", "Label of who to contact.")
    more: str = _say("More about this", "The words of a link that has no title of its own.")
    more_about: str = _say("More about {title}", "The same; {title} is a short title such as Spring walk.")
    write_to: str = _say("Send an email", "The words of a button that leads to an email address.")
    watch: str = _say("Watch the video", "The link to a video, below its still picture.")
    picture: str = _say("Picture: {alt}", "Stands for a picture in the plain text; {alt} says what it shows.")
    opening_quote: str = _say("“", "The quotation mark before somebody's words.")
    closing_quote: str = _say("”", "The quotation mark after somebody's words.")
    add_to_calendar: str = _say("Add to calendar:", "Before links to calendars: Add to calendar: Google, Outlook.")
    add_date: str = _say("Add to calendar", "The link that puts one event into the reader's calendar.")
    add_deadline: str = _say("Add deadline to calendar", "The link that puts one deadline into the reader's calendar.")
    add_to: str = _say(
        "Add to {calendar}:", "Before links that put events into a calendar: Add to Outlook: Spring walk, 5 Mar."
    )
    to_be_confirmed: str = _say(
        "TBC", "On the tile of an event whose date is not known yet. It has room for seven letters."
    )
    calendar_file: str = _say("file", "A link to a file that calendar programs read: Add to calendar: Google, file.")
    deadline_of: str = _say("Deadline: {title}", "The name that a deadline has in the reader's calendar.")
    all_dates: Plural = _say(  # noqa: RUF009  it makes a field, as for the others
        Plural(("Add the date to your calendar", "Add all {count} dates to your calendar")),
        "A link to a file with all events of this newsletter.",
    )
    link_list: str = _say("Links", "Over the list of numbered links at the end of the plain text.")
    why: str = _say(
        "You are receiving this email because you signed up for our newsletter.",
        "At the end: why the reader gets this.",
        former="You receive this because you signed up for our newsletter.",
    )
    unsubscribe: str = _say("Unsubscribe", "The link by which a reader leaves.")
    preferences: str = _say("Change what you get", "The link by which a reader chooses what to get.")
    view_online: str = _say("Read this online", "The link to the newsletter as a web page.")
    privacy: str = _say("Privacy notice", "The link to the privacy notice.")
    email: str = _say("email", "What the whole of it is, as screen readers say it.")
    visit: str = _say("Find us on", "Before links to the organisation's pages elsewhere: Find us on Mastodon.")

    def heading(self, kind: str) -> str | None:
        """Return the heading of a built-in kind of section; None where it has none of its own."""
        return getattr(self, kind, None) if kind in HEADED_KINDS else None

    def listed(self, names: Sequence[str]) -> str:
        """Return names as a list in words: `Tu, Rosie and Nicc`."""
        if len(names) < 2:
            return "".join(names)
        told = names[0]
        for name in names[1:-1]:
            told = self.names.format(names=told, next=name)
        changed = without_accents(names[-1].casefold()).startswith(tuple(self.changing.split()))
        return (self.last_name_changed if changed else self.last_name).format(names=told, last=names[-1])


HEADED_KINDS = frozenset({"last_month", "coming_up", "get_involved", "people", "links", "news", "sponsors"})
"""The kinds of section whose heading is written automatically where they have none."""

ENGLISH = UiStrings()
