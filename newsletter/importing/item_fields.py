"""Recognise what an item says in fields of its own: dates, places, deadlines, payment, contact, buttons."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from newsletter.importing.blocks import Block, BlockKind, paragraph
from newsletter.importing.draft import Fields
from newsletter.importing.inline import clean_link, links_in, plain_text
from newsletter.importing.moments import Moment, is_only_dates, last_moment, moments_in
from newsletter.importing.short_dates import short_dates_in
from newsletter.importing.vocabulary import Vocabulary
from newsletter.model.fields import is_email
from newsletter.preflight.text.dates.tense import is_last_day, sentence_around

_MONEY = r"(?:[£€$]\s?\d[\d,.]*\d?(?:k|m)?|\d[\d,.]*\s?(?:€|£|euros?|pounds?|EUR|GBP|USD))"
_AMOUNT = re.compile(rf"{_MONEY}(?:\s?(?:-|–|to)\s?{_MONEY})?(?:\+)?", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SIGN_UP = re.compile(r"\bsign(?:ed|ing)?[ -]up to ", re.IGNORECASE)
_SYMBOLS = re.compile(r"^[^\w\[<(“‘\"'*\\]+")
"""Pictograms before a line’s words."""

_MOST_BUTTONS = 3
_LONGEST_LABEL = 80
_LONGEST_PLACE = 90


@dataclass(frozen=True)
class Reading:
    """What the recognition of an item needs to know: the words of the language, and the day of the issue."""

    vocabulary: Vocabulary
    issue: dt.date

    @property
    def language(self) -> str:
        """Return the language of the issue."""
        return self.vocabulary.language

    @cached_property
    def _labels(self) -> dict[str, re.Pattern[str]]:
        return self.vocabulary.labels()

    def moments(self, words: str) -> list[Moment]:
        """Return when something takes place."""
        return moments_in(words, self.language, self.issue)

    def is_only_dates(self, words: str) -> bool:
        """Return whether a line holds nothing but dates."""
        return is_only_dates(words, self.language, self.issue)

    def label(self, line: str) -> tuple[str, str] | None:
        """Return the field that a line's label names, and the words behind it: `Where: Town hall`."""
        plain = _SYMBOLS.sub("", line.replace("**", ""))
        for name, pattern in self._labels.items():
            if match := pattern.match(plain):
                return name, plain[match.end() :].strip()
        return None


def is_detail(block: Block, reading: Reading) -> bool:
    """Return whether an entry is a detail of the item above it: a place, a date, a deadline, or a link alone."""
    words = _SYMBOLS.sub("", block.plain)
    links = links_in(block.text)
    if reading.label(block.text) is not None or reading.is_only_dates(words):
        return True
    if len(links) == 1 and links[0][0].strip() == words.strip():
        return len(words) < 30
    return len(words) < _LONGEST_LABEL and names_deadline(words, reading)


def names_deadline(words: str, reading: Reading) -> bool:
    """Return whether words name the last day to answer: “Register by 23 May”."""
    fields = Fields()
    find_deadline(words, fields, reading, past=True)
    return "deadline" in fields


def take_labels(blocks: Sequence[Block], fields: Fields, reading: Reading) -> list[Block]:
    """Put lines such as `Where: Town hall` into fields; return the blocks without them."""
    kept: list[Block] = []
    date_line = ""
    for block in blocks:
        if block.kind not in {BlockKind.PARAGRAPH, BlockKind.ENTRY} or block.parts:
            kept.append(block)
            continue
        lines, left = block.text.split("\n"), []
        for line in lines:
            found = reading.label(line)
            if found is None or not _take_label(*found, fields, reading, date_line):
                left.append(line)
            elif found[0] == "when":
                date_line = plain_text(found[1])
        if len(left) == len(lines):
            kept.append(block)
        elif left:
            kept.append(paragraph("\n".join(left)) if not block.is_entry else block)
    return kept


def _take_label(name: str, words: str, fields: Fields, reading: Reading, date_line: str) -> bool:
    plain = plain_text(words)
    if not plain or len(plain) > _LONGEST_LABEL + 40 or (name in fields and name != "when"):
        return False
    if name == "when" and reading.is_only_dates(plain):
        return put_moments(fields, reading.moments(plain))
    if name == "time" and date_line and "when" in fields:
        whole = f"{date_line}, {plain}"
        moments = reading.moments(whole)
        return reading.is_only_dates(whole) and len(moments) == 1 and put_moments(fields, moments)
    value = _labelled_value(name, words, plain, reading)
    fields.put(name, value)
    return bool(value)


def _labelled_value(name: str, words: str, plain: str, reading: Reading) -> str:
    """Return the value of a field behind its label; nothing where it does not fit the field."""
    if name == "where":
        return words if len(plain) <= _LONGEST_PLACE else ""
    if name == "deadline":
        return last_moment(reading.moments(plain)[0]) if reading.is_only_dates(plain) else ""
    if name == "payment":
        return words if len(plain) <= _LONGEST_LABEL and _AMOUNT.search(plain) else ""
    if name == "contact":
        return plain if is_email(plain) else ""
    is_address = name == "link" and plain.startswith(("https://", "http://")) and " " not in plain
    return clean_link(plain) if is_address else ""


def put_moments(fields: Fields, moments: Sequence[Moment]) -> bool:
    """Set when an item takes place: `when` and `ends` for one date, `events` for several."""
    if not moments:
        return False
    if len(moments) == 1:
        fields["when"] = moments[0].when
        fields.put("ends", moments[0].ends)
    else:
        fields["events"] = [
            Fields(when=moment.when, ends=moment.ends) if moment.ends else moment.when for moment in moments
        ]
    for moment in moments:
        mark_doubts(fields, moment)
    return True


def mark_doubts(fields: Fields, moment: Moment) -> None:
    """Mark what is not sure about a date."""
    if moment.doubt:
        fields.look(moment.doubt)
    if moment.zone and moment.zone not in {"GMT", "BST"}:
        fields.look(f"the time is in {moment.zone}. If that is not your time zone, add `zone`.")


def take_event_list(blocks: Sequence[Block], fields: Fields, reading: Reading) -> list[Block]:
    """Put a list of dates into `events`; what leads to it (“Our next dates are:”) comes last in the text."""
    runs: list[list[int]] = []
    for at, block in enumerate(blocks):
        is_line = block.kind in {BlockKind.ENTRY, BlockKind.PARAGRAPH} and not block.parts
        if is_line and reading.is_only_dates(block.plain):
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
    if len(runs) != 1 or "events" in fields or "when" in fields:
        return list(blocks)
    run = runs[0]
    moments = [moment for at in run for moment in reading.moments(blocks[at].plain)]
    if len(moments) != len(run) or not put_moments(fields, moments):
        return list(blocks)
    before, after = list(blocks[: run[0]]), list(blocks[run[-1] + 1 :])
    if before and before[-1].plain.endswith(":") and after:
        return [*before[:-1], *after, before[-1]]
    return [*before, *after]


def take_buttons(blocks: Sequence[Block], fields: Fields) -> list[Block]:
    """Make paragraphs that are only a link the item's buttons; return the other blocks."""
    kept: list[Block] = []
    buttons: list[Fields] = []
    for block in blocks:
        links = links_in(block.text) if block.kind is BlockKind.PARAGRAPH else ()
        words = block.plain.strip(" >»→›")
        is_link = (
            bool(links)
            and all(link for _, link in links)
            and words == " ".join(label for label, _ in links).strip(" >»→›")
        )
        if not is_link or any(not clean_link(link) for _, link in links) or len(words) > 60 * len(links):
            kept.append(block)
            continue
        for label, link in links:
            shown = label.strip(" >»→›")
            if is_email(shown) or "://" in shown or shown.startswith("www."):
                kept.append(paragraph(f"<{shown}>" if "://" in shown or is_email(shown) else f"[{shown}]({link})"))
            else:
                buttons.append(Fields(label=shown, link=clean_link(link)))
    if len(buttons) > _MOST_BUTTONS:  # rather a list of links
        return list(blocks)
    if buttons:
        fields["button"] = buttons[0]
        fields.put("buttons", buttons[1:])
    return kept


def find_deadline(text: str, fields: Fields, reading: Reading, *, past: bool = False) -> None:
    """Set the deadline that a text names: “by noon on Friday 23 February”, “closes on 1 March”.

    One before the issue's day is none, unless `past` is set.
    """
    if "deadline" in fields:
        return
    by = re.compile(rf"{reading.vocabulary.pattern('ask_by').pattern}\W*(?:[\w.:’']+\W+){{0,5}}$", re.IGNORECASE)
    call = reading.vocabulary.pattern("deadline")
    found: list[Moment] = []
    for moment in _with_short_dates(text, reading):
        before = text[max(0, moment.start - 70) : moment.start]
        first, last = sentence_around(text, moment.start, moment.end)
        clause = text[first : moment.end] + text[moment.end : last].partition(";")[0]
        is_last = is_last_day(_SIGN_UP.sub("book ", text[first : moment.start])) or by.search(before)
        if is_last and call.search(clause):
            found.append(moment)
    ahead = [moment for moment in found if past or (moment.last_day or moment.day) >= reading.issue]
    if not ahead:
        return
    fields["deadline"] = last_moment(ahead[0])
    mark_doubts(fields, ahead[0])
    if len(ahead) > 1:
        said = ", ".join(f"“{text[one.start : one.end]}”" for one in ahead)
        fields.look(f"there are several deadlines: {said}. The first one was taken.")


def _with_short_dates(text: str, reading: Reading) -> list[Moment]:
    """Return the moments of a text with those that have no month's name, in order."""
    moments = reading.moments(text)
    short = short_dates_in(text, reading.vocabulary, reading.issue)
    new = [one for one in short if not any(one.start < known.end and known.start < one.end for known in moments)]
    return sorted([*moments, *new], key=lambda one: one.start)


def find_payment(text: str, fields: Fields, reading: Reading) -> None:
    """Set what people are paid, where a sentence says so: “we offer payment of £50”."""
    if "payment" in fields:
        return
    paid, not_paid = reading.vocabulary.pattern("payment"), reading.vocabulary.pattern("not_payment")
    per = reading.vocabulary.pattern("per").pattern
    for match in _AMOUNT.finditer(text):
        first, last = sentence_around(text, match.start(), match.end())
        sentence = text[first:last]
        if paid.search(sentence) and not not_paid.search(sentence):
            behind = re.match(rf"\s*(?:{per})(?!\w)|\s+(?:gift )?vouchers?\b", text[match.end() :], re.IGNORECASE)
            fields["payment"] = " ".join(f"{match[0]}{behind[0] if behind else ''}".split()).rstrip(".,")
            return


def find_contact(text: str, fields: Fields) -> None:
    """Set who to contact, where a text has one email address."""
    found = list(dict.fromkeys(match[0].rstrip(".") for match in _EMAIL.finditer(text)))
    if "contact" not in fields and len(found) == 1 and is_email(found[0]):
        fields["contact"] = found[0]
