"""What to say when a line, a link, an address or a picture cannot be used."""

from __future__ import annotations

import unicodedata

from newsletter.issue_file import suggest
from newsletter.issue_file.problem import Problem, ValueFix
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted


def line_break(fault: LocatedError) -> Problem:
    """Report that a line must be one line."""
    one = " ".join(fault.text.split())
    return fault.complaint(
        Code.LINE_BREAK,
        f"{fault.name} must be one line, but has several",
        f"Join the lines: `{fault.entry.text}: …`." if fault.entry else "Join the lines into one.",
        fix=ValueFix(fault.loc, one),
    )


def control_character(fault: LocatedError) -> Problem:
    """Report that a backslash made a character that nobody can see."""
    found = next((sign for sign in fault.text if unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\n"), "")
    what = f" (U+{ord(found):04X})" if found else ""
    return fault.complaint(
        Code.CHARACTER,
        f"there is an invisible character{what} in {fault.name}, which email clients cannot show",
        "A backslash in double quotation marks can create such a character: use single quotation marks.",
    )


def link_form(fault: LocatedError) -> Problem:
    """Explain how a link begins."""
    value = str(fault.values.get("corrected", "")) or suggest.link(fault.text)
    hint = f"Write {value}." if value else "Copy the whole address from the browser's address line."
    return fault.corrected(
        Code.LINK_FORM, f"{quoted(fault.text)} is not a link: a link begins with https://, mailto: or tel:", hint, value
    )


def link_space(fault: LocatedError) -> Problem:
    """Report that a link has a space in it."""
    return fault.corrected(
        Code.LINK_SPACE,
        f"the link {quoted(fault.text)} contains a space",
        "Copy the link again; if the space is part of it, write %20 instead.",
        suggest.link(fault.text),
    )


def text_too_long(fault: LocatedError) -> Problem:
    """Report a text that is longer than any that is read."""
    length, most = fault.values.get("length", 0), fault.values.get("most", 0)
    return fault.complaint(
        Code.TEXT_TOO_LONG,
        f"{fault.name} has {length:,} characters, but the maximum is {most:,}",
        "Shorten it, or split it into several items or sections; link to a page for the rest.",
    )


def word_too_long(fault: LocatedError) -> Problem:
    """Report a word that is longer than any word or address."""
    return fault.complaint(
        Code.TEXT_TOO_LONG,
        f"in {fault.name}, “{fault.values.get('begins', '')}…” has more than {fault.values.get('most', 0):,} "
        "characters without a space",
        "Remove it: no word or address is that long.",
    )


def too_many_spaces(fault: LocatedError) -> Problem:
    """Report a gap in a text that was not meant."""
    return fault.complaint(
        Code.TEXT_TOO_LONG,
        f"{fault.name} has more than {fault.values.get('most', 0):,} spaces or empty lines in a row",
        "Delete all but one.",
    )


def too_many_marks(fault: LocatedError) -> Problem:
    """Report a paragraph that is made of marks."""
    count, most = fault.values.get("count", 0), fault.values.get("most", 0)
    return fault.complaint(
        Code.TOO_MANY_MARKS,
        f"the paragraph “{fault.values.get('begins', '')}…” has {count:,} Markdown characters (* _ ` [ ] <), "
        f"but the maximum is {most:,}",
        "Remove the ones you do not need, or start a new paragraph with an empty line.",
    )


def email_form(fault: LocatedError) -> Problem:
    """Report that this is no email address, without the address if it might be a subscriber's."""
    value = suggest.email(fault.text)
    hint = f"Write only the address: {value}." if value else "An address looks like news@example.org."
    return fault.corrected(Code.EMAIL_FORM, f"{fault.name} is not an email address: {quoted(fault.text)}", hint, value)
