"""What to say when a single value cannot be used: a date, a link, a number, a colour, a choice."""

from __future__ import annotations

import calendar
import re

from newsletter.loading import correction
from newsletter.loading.code import Code
from newsletter.loading.correction import as_value
from newsletter.loading.fault import Complaint, Fault, Mend
from newsletter.loading.source import quoted
from newsletter.loading.tree import Mapping, Scalar

_DATE_EXAMPLE = "2024-02-20, or with a time 2024-02-20 13:00"
_NUMBERS = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_RANGE = re.compile(r"\d{1,2}[:.]?\d{0,2}\s*(?:am|pm)?\s*(?:-|–|—|to|until)\s*(\d{1,2}[:.]?\d{0,2}\s*(?:am|pm)?)$")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*", re.IGNORECASE)


def line_break(fault: Fault) -> Complaint:
    """Say that a line must be one line."""
    one = " ".join(fault.text.split())
    return fault.complaint(
        Code.LINE_BREAK,
        f"{fault.name} must be one line, and is several",
        f"Join the lines: `{fault.entry.text}: …`." if fault.entry else "Join the lines into one.",
        mend=Mend(fault.loc, one),
    )


def date_form(fault: Fault) -> Complaint:
    """Say how a date is written."""
    if not isinstance(fault.node, Scalar):
        return fault.complaint(Code.DATE_FORM, f"{fault.name} needs a date", f"Write it as {_DATE_EXAMPLE}.")
    text = fault.text
    as_end = fault.entry is not None and fault.entry.text == "ends"
    if as_end and (time := correction.clock(text)):
        return fault.corrected(
            Code.TIME_FORM, f"{quoted(text)} is not how a time is written", f"Write `ends: {time}`.", time
        )
    time_range = _RANGE.search(text)
    if time_range:
        start = correction.moment(re.split(r"\s*(?:-(?!\d\d-)|–|—|to|until)\s*(?=\d{1,2}(?:[:.]|\s*[ap]m|$))", text)[0])
        end = correction.clock(time_range[1])
        hint = "Write the start here, and the end in a field of its own"
        return fault.corrected(
            Code.DATE_FORM, f"{quoted(text)} holds a start and an end", f"{hint}: `ends: {end or '14:00'}`.", start
        )
    if correction.clock(text):
        return fault.complaint(
            Code.DATE_FORM, f"{quoted(text)} is a time without a day", f"Write the day first: {_DATE_EXAMPLE}."
        )
    if re.fullmatch(r"[A-Za-z]+\.? \d{4}|\d{4}-\d{1,2}", text):
        return fault.complaint(
            Code.DATE_FORM, f"{quoted(text)} is a month, and a day is needed", f"Write it as {_DATE_EXAMPLE}."
        )
    value = correction.moment(text, fault.year)
    hint = f"Write it as {value}{_weekday_note(text, value)}." if value else f"Write it as {_DATE_EXAMPLE}."
    if _names_numbers(text) and value:
        hint = f"Write the year first, then month and day: {value}{_weekday_note(text, value)}."
    return fault.corrected(Code.DATE_FORM, f"{quoted(text)} is not how a date is written", hint, value)


def _names_numbers(text: str) -> bool:
    return re.match(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}", text) is not None


def _weekday_note(text: str, value: str) -> str:
    """Return a warning where the weekday that was written is not the date's."""
    match = _WEEKDAY.search(text)
    if match is None or not value:
        return ""
    year, month, day = (int(part) for part in value[:10].split("-"))
    weekday = calendar.day_name[calendar.weekday(year, month, day)]
    return "" if weekday[:3].casefold() == match[1].casefold() else f" (but that is a {weekday}: check the day)"


def no_such_date(fault: Fault) -> Complaint:
    """Say that the calendar has no such day."""
    match = _NUMBERS.search(fault.text)
    hint = "Correct the day or the month."
    if match:
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12:
            hint = "Months go from 01 to 12: the year comes first, then month, then day."
            day = int(match[3])
            if 1 <= day <= 12 and month <= 31 and year:
                value = f"{year:04d}-{day:02d}-{month:02d}" + fault.text[match.end() :]
                return fault.corrected(Code.NO_SUCH_DATE, _not_a_day(match[0]), hint, value)
        elif year:
            hint = f"{calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days."
    return fault.complaint(Code.NO_SUCH_DATE, _not_a_day(match[0] if match else fault.text), hint)


def _not_a_day(text: str) -> str:
    return f"there is no day {quoted(text)} in the calendar"


def time_form(fault: Fault) -> Complaint:
    """Say that a time has a colon in it."""
    value = str(fault.values.get("corrected", ""))
    return fault.corrected(
        Code.TIME_FORM, f"the time in {quoted(fault.text)} needs a colon", f"Write {value or '13:00'}.", value
    )


def no_such_time(fault: Fault) -> Complaint:
    """Say that the clock has no such time."""
    return fault.complaint(
        Code.NO_SUCH_TIME,
        f"there is no such time as in {quoted(fault.text)}",
        "Hours go from 00 to 23, and minutes from 00 to 59; midnight is 00:00 of the next day.",
    )


def date_only(fault: Fault) -> Complaint:
    """Say that a date stands alone here."""
    value = str(fault.values.get("corrected", ""))
    return fault.corrected(
        Code.DATE_ONLY,
        f"{fault.name} is a day without a time, and this is {quoted(fault.text)}",
        "Leave the time out.",
        value,
    )


def end_before_start(fault: Fault) -> Complaint:
    """Say that something ends before it starts."""
    when = _field_text(fault, "when")
    return _at_field(
        fault,
        "ends",
        Code.END_BEFORE_START,
        f"it ends ({_field_text(fault, 'ends')}) before it starts ({when})",
        "Correct `ends` or `when`; where it ends on a later day, write that day too.",
    )


def end_without_start(fault: Fault) -> Complaint:
    """Say that an end needs a start."""
    return _at_field(
        fault,
        "ends",
        Code.END_WITHOUT_START,
        "`ends` says when it ends, and nothing says at what time it starts",
        "Add `when: 2024-02-20 13:00`, with a day and a time, above it.",
    )


def link_form(fault: Fault) -> Complaint:
    """Say how a link begins."""
    value = str(fault.values.get("corrected", "")) or correction.link(fault.text)
    hint = f"Write {value}." if value else "Copy the whole address from the browser's address line."
    return fault.corrected(
        Code.LINK_FORM, f"{quoted(fault.text)} is not a link: a link begins with https://, mailto: or tel:", hint, value
    )


def link_space(fault: Fault) -> Complaint:
    """Say that a link has a space in it."""
    return fault.corrected(
        Code.LINK_SPACE,
        f"the link {quoted(fault.text)} has a space in it",
        "Copy it again; a space that belongs to it is written %20.",
        correction.link(fault.text),
    )


def email_form(fault: Fault) -> Complaint:
    """Say that this is no email address, without the address if it might be a subscriber's."""
    value = correction.email(fault.text)
    hint = f"Write only the address: {value}." if value else "An address looks like news@example.org."
    return fault.corrected(Code.EMAIL_FORM, f"{fault.name} is not an email address: {quoted(fault.text)}", hint, value)


def alt_missing(fault: Fault) -> Complaint:
    """Say that a picture needs words."""
    return _at_field(
        fault,
        "image",
        Code.ALT_MISSING,
        "the picture has no `alt`: words for readers who cannot see it",
        'Add `alt:` with what the picture shows, in a sentence; or `alt: ""` if it is only decoration.',
    )


def image_missing(fault: Fault) -> Complaint:
    """Say that words about a picture need the picture."""
    return _at_field(
        fault,
        "alt" if _field_text(fault, "alt") else "credit",
        Code.IMAGE_MISSING,
        "`alt` and `credit` tell about a picture, and there is no `image`",
        "Add `image:` with the name of the file, or delete these lines.",
    )


def number_form(fault: Fault) -> Complaint:
    """Say that a whole number is needed."""
    digits = re.match(r"(\d+)\s*(?:px|pixels?)?$", fault.text)
    return fault.corrected(
        Code.NUMBER_FORM,
        f"{fault.name} needs a whole number, and is {quoted(fault.text) if fault.text else 'something else'}",
        "Write digits alone.",
        digits[1] if digits else "",
    )


def number_range(fault: Fault) -> Complaint:
    """Say which numbers can be used."""
    info = fault.owner.model.model_fields.get(str(fault.loc[-1])) if fault.owner.model and fault.loc else None
    limits = {type(entry).__name__: entry for entry in (info.metadata if info else [])}
    low, high = getattr(limits.get("Ge"), "ge", None), getattr(limits.get("Le"), "le", None)
    span = " and ".join(
        words
        for words in (f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else "")
        if words
    )
    return fault.complaint(
        Code.NUMBER_RANGE,
        f"{fault.name} cannot be {quoted(fault.text)}",
        f"Write a number that is {span or 'fitting'}.",
    )


def yes_or_no(fault: Fault) -> Complaint:
    """Say that this is a question of yes or no."""
    return fault.complaint(
        Code.YES_OR_NO,
        f"{fault.name} is either true or false" + (f", and not {quoted(fault.text)}" if fault.text else ""),
        "Write `true` or `false`.",
    )


def colour_form(fault: Fault) -> Complaint:
    """Say how a colour is written."""
    value = correction.colour(fault.text)
    return fault.corrected(
        Code.COLOUR_FORM,
        f"{quoted(fault.text)} is not how a colour is written",
        'Write # and six digits from 0 to f, in quotation marks: "#0b4f5c".',
        as_value(value) if value else "",
    )


def time_zone(fault: Fault) -> Complaint:
    """Say that there is no such time zone."""
    common = {"london": "Europe/London", "gmt": "Europe/London", "bst": "Europe/London", "uk": "Europe/London"}
    value = common.get(fault.text.casefold(), "")
    return fault.corrected(
        Code.TIME_ZONE, f"there is no time zone called {quoted(fault.text)}", "Write one such as Europe/London.", value
    )


def choice(fault: Fault) -> Complaint:
    """Say which words can be chosen from."""
    expected = re.findall(r"'([^']*)'", str(fault.values.get("expected", "")))
    value = correction.nearest(fault.text, expected)
    listed = ", ".join(f"`{word}`" for word in expected)
    return fault.corrected(
        Code.CHOICE,
        f"{fault.name} cannot be {quoted(fault.text)}",
        f"Write one of {listed}." if len(expected) > 1 else f"Write {listed}.",
        value,
    )


def ledger_form(fault: Fault) -> Complaint:
    """Say where the ledger may be, and keep a password in a database's address to ourselves."""
    scheme = fault.text.partition(":")[0]
    return Complaint(
        Code.LEDGER_FORM,
        fault.mark,
        f"the ledger cannot be kept in {quoted(scheme)}"
        if scheme != "sqlite"
        else "the ledger needs the path of a file",
        "Write `ledger: sqlite:///.newsletter/ledger.db`; a password never belongs in this file.",
        secret="@" in fault.text,
    )


def language_form(fault: Fault) -> Complaint:
    """Say how a language is named."""
    common = {"english": "en-GB", "british english": "en-GB", "en-uk": "en-GB", "welsh": "cy", "en_gb": "en-GB"}
    value = common.get(fault.text.casefold(), "")
    if not value and re.fullmatch(r"[A-Za-z]{2,3}[-_][A-Za-z]{2}", fault.text):
        value = f"{fault.text[:-3].lower()}-{fault.text[-2:].upper()}"
    return fault.corrected(
        Code.LANGUAGE_FORM,
        f"{quoted(fault.text)} is not the short name of a language",
        "Write a code such as en-GB (English as in Britain), cy (Welsh) or fr (French).",
        value,
    )


def path_form(fault: Fault) -> Complaint:
    """Say how a path is written."""
    return fault.complaint(
        Code.PATH_FORM,
        f"{quoted(fault.text)} cannot be used as a path",
        "Write the path from the folder of this file, such as `issues`.",
    )


def approvers_idle(fault: Fault) -> Complaint:
    """Say that nobody asks the approvers."""
    return _at_field(
        fault,
        "approvers",
        Code.SETTINGS_CLASH,
        "`approvers` are named, but `approval` is false: nobody would be asked",
        "Write `approval: true`, or delete `approvers`.",
    )


def folders_same(fault: Fault) -> Complaint:
    """Say that folders must differ."""
    return fault.complaint(
        Code.SETTINGS_CLASH,
        "the issues, the templates and the outbox share a folder",
        "Give each a folder of its own: `folders.issues`, `folders.templates` and `outbox.folder`.",
    )


def _at_field(fault: Fault, name: str, code: Code, message: str, hint: str) -> Complaint:
    """Return a complaint about one field of the group at fault."""
    node = fault.node
    entry = node.entries.get(name) if isinstance(node, Mapping) else None
    mark = fault.mark if entry is None else entry.value.start
    return Complaint(code, mark, message, hint)


def _field_text(fault: Fault, name: str) -> str:
    node = fault.node
    entry = node.entries.get(name) if isinstance(node, Mapping) else None
    return entry.value.text if entry and isinstance(entry.value, Scalar) else ""
