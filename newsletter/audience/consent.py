"""Who on a list may get an issue: what its columns say about leaving and agreeing, read with certainty or not at all.

A column that looks as if it decided, and cannot be read with certainty, is a finding that blocks: NL212. The settings
then say what the column means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from newsletter.audience.cells import TELLS, Cell, CellMeaning, is_answer, read_cell, read_status
from newsletter.audience.csv_table import Row
from newsletter.audience.headings import Heading, Role
from newsletter.audience.words import plain
from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.audience import SubscriberStatus, mask
from newsletter.model.findings import Finding, Severity
from newsletter.model.list_columns import ColumnMeaning, ColumnUse

UNCERTAIN = "NL212"
"""A column that may decide who gets an issue, and cannot be read with certainty."""

_WHY = "Do not email people who unsubscribed or never consented."
_SHOWN, _SHORT = 4, 30
MOST_COLUMNS = 1000
"""A file with more is no list of people."""

_PLAIN_KEY = compile_pattern(r"[A-Za-z_][A-Za-z0-9_ -]*[A-Za-z0-9_]")
_BOUNCED = compile_pattern(r"bounc|clean|invalid|undeliver|unreachable|unzustell|rebot|rimbalz|disabled")
_COMPLAINED = compile_pattern(r"complain|spam")
_LEFT_HEADING = compile_pattern(
    r"unsub|bounce|complain|suppress|opt(?:ed)? ?out|bla?o?ck ?list|do not|remov|delet|\bleft\b"
)
_SERIAL = compile_pattern(r"[34]\d{4}(?:[.,]\d{1,12})?")
"""A date as a spreadsheet counts it, in days: one from 1982 to 2036."""
_DECIDES = {Role.LEFT, Role.AGREED, Role.STATUS}


class Verdict(NamedTuple):
    """What a column says about one person; `because` is why they are left out, in words."""

    status: SubscriberStatus
    because: str = ""
    is_known: bool = True
    """Whether the cell was understood: a person with one that was not is left out, and it is told."""
    column: int | None = None
    """The column that says so, counted from 0."""


STAYS = Verdict(SubscriberStatus.SUBSCRIBED)


@dataclass(slots=True)
class Decider:
    """A column that decides who gets an issue."""

    heading: Heading
    use: ColumnUse | None = None
    is_lenient: bool = False
    """Whether nothing in it means subscribed, as in a column that is called `status`."""
    _verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def role(self) -> Role:
        """Return what the column decides, by the settings or by its heading."""
        if self.use is None or self.use.means is None:
            return self.heading.role
        return _SET[self.use.means]

    def verdict(self, cells: Sequence[str]) -> Verdict:
        """Return what the column says about the person of a row."""
        text = cells[self.heading.index].strip() if self.heading.index < len(cells) else ""
        if text not in self._verdicts:
            if len(self._verdicts) > 10_000:  # dates are all different, and need not be kept
                self._verdicts.clear()
            self._verdicts[text] = self._judge(text)
        return self._verdicts[text]

    def _judge(self, text: str) -> Verdict:
        cell = read_cell(text)
        if self.use is not None and self.use.subscribed:
            wanted = {plain(value) for value in self.use.subscribed}
            return STAYS if plain(text) in wanted else self._gone(text, cell)
        if self.role is Role.STATUS:
            status = read_status(text) if text or self.is_lenient else SubscriberStatus.UNSUBSCRIBED
            return STAYS if status is SubscriberStatus.SUBSCRIBED else self._gone(text, cell, status)
        if self.role is Role.LEFT and _SERIAL.fullmatch(text):
            return self._gone(text, Cell(CellMeaning.DATE), self._kind())
        if cell.meaning is CellMeaning.UNKNOWN:
            is_said = self.use is not None and self.role is Role.LEFT  # whatever is there means that they left
            return self._gone(text, cell, self._kind() if is_said else None)
        if self.role is Role.LEFT:
            stays = cell.meaning in {CellMeaning.NO, CellMeaning.NOTHING} or cell.status is SubscriberStatus.SUBSCRIBED
            return STAYS if stays else self._gone(text, cell, cell.status or self._kind())
        stays = cell.meaning in {CellMeaning.YES, CellMeaning.DATE} or cell.status is SubscriberStatus.SUBSCRIBED
        return STAYS if stays else self._gone(text, cell)

    def _kind(self) -> SubscriberStatus:
        words = plain(self.heading.text)
        if _BOUNCED.search(words):
            return SubscriberStatus.BOUNCED
        return SubscriberStatus.COMPLAINED if _COMPLAINED.search(words) else SubscriberStatus.UNSUBSCRIBED

    def _gone(self, text: str, cell: Cell, status: SubscriberStatus | None = SubscriberStatus.UNSUBSCRIBED) -> Verdict:
        name = f"`{_cut(self.heading.text)}`"
        if status is None:
            because = f"{name} has an unknown value"
            return Verdict(SubscriberStatus.UNSUBSCRIBED, because, is_known=False, column=self.heading.index)
        if cell.meaning is CellMeaning.DATE:
            because = f"{name} has a date"
        else:
            because = f"{name} is {_quoted(text.casefold())}" if text else f"{name} is empty"
        return Verdict(status, because, column=self.heading.index)


_SET = {
    ColumnMeaning.STATUS: Role.STATUS,
    ColumnMeaning.SUBSCRIBED: Role.AGREED,
    ColumnMeaning.UNSUBSCRIBED: Role.LEFT,
}


class Consent(NamedTuple):
    """The columns that decide who gets an issue, and what keeps the list from being used."""

    deciders: tuple[Decider, ...]
    findings: tuple[Finding, ...] = ()

    def verdict(self, cells: Sequence[str]) -> Verdict:
        """Return whether the person of a row gets an issue: who has left by any column has left."""
        for decider in self.deciders:
            verdict = decider.verdict(cells)
            if verdict is not STAYS:
                return verdict
        return STAYS


def find_consent(
    headings: Iterable[Heading],
    rows: Sequence[Row],
    place: Place,
    uses: Mapping[int, ColumnUse],
    *,
    lenient: Iterable[int] = (),
    skipped: Iterable[int] = (),
) -> Consent:
    """Find out which columns decide; `place` is the line of the headings.

    `uses` is what the settings say, by the number of the column. Nothing in a `lenient` column means subscribed, and
    `skipped` ones hold something else: names and addresses.
    """
    tolerant, apart = set(lenient), set(skipped)
    deciders, findings, open_ones = [], [], []
    columns = list(headings)
    widest = min(max((len(row.cells) for row in rows), default=0), MOST_COLUMNS)
    columns += [Heading(index, "", Role.NONE) for index in range(len(columns), widest)]
    for heading in columns:
        index, use = heading.index, uses.get(heading.index)
        if use is not None:
            if use.subscribed or use.means in _SET:
                deciders.append(Decider(heading, use, is_lenient=index in tolerant))
        elif index not in apart:
            decider = _by_cells(heading, rows, is_lenient=index in tolerant)
            if decider is None:
                open_ones.append(heading)
                continue
            findings += _unread(decider, rows, place)
            deciders.append(decider)
    for heading in open_ones:
        if _is_uncertain(heading, rows, decided=bool(deciders)):
            findings.append(_uncertain(heading, rows, place))
    return Consent(tuple(deciders), tuple(findings))


def _by_cells(heading: Heading, rows: Sequence[Row], *, is_lenient: bool) -> Decider | None:
    """Return the decider that a heading names; None where it names none, or only its cells can tell."""
    if is_lenient:
        return Decider(Heading(heading.index, heading.text, Role.STATUS), is_lenient=True)
    if heading.role is Role.STATUS_IF:
        values = [text for text in _values(heading, rows) if text]
        if values and all(read_status(text) is not None for text in values):
            return Decider(Heading(heading.index, heading.text, Role.STATUS))
        return None
    return Decider(heading) if heading.role in _DECIDES else None


def _unread(decider: Decider, rows: Sequence[Row], place: Place) -> list[Finding]:
    """Return a finding where a deciding column has cells that are not understood, or none at all."""
    if decider.is_lenient:
        return []  # a row with a status that is not known is told by itself, and gets nothing
    heading = decider.heading
    values = _values(heading, rows)
    if any(not decider.verdict(row.cells).is_known for row in rows):
        return [_uncertain(heading, rows, place)]
    if decider.role is not Role.LEFT and values and not any(values):
        return [_uncertain(heading, rows, place)]
    return []


def _is_uncertain(heading: Heading, rows: Sequence[Row], *, decided: bool) -> bool:
    """Return whether a column may decide although its heading names no certain meaning."""
    values = _values(heading, rows)
    match heading.role:
        case Role.UNSURE:
            uncertain = any(values)
        case Role.QUESTION | Role.STATUS_IF:
            uncertain = any(is_answer(text) for text in values)
        case Role.MAYBE:
            uncertain = not decided and any(is_answer(text) for text in values)
        case Role.AGREED_ON:
            uncertain = not decided and any(values) and not all(values)
        case Role.DETAIL:
            uncertain = not decided and any(values)
        case _:
            uncertain = False
    is_scanned = heading.role in {Role.NONE, Role.MAYBE, Role.QUESTION, Role.STATUS_IF}
    return uncertain or (is_scanned and any(TELLS.search(text) for text in values))


def _values(heading: Heading, rows: Sequence[Row]) -> dict[str, None]:
    """Return the different cells of a column, in order."""
    index = heading.index
    return dict.fromkeys(row.cells[index].strip() if index < len(row.cells) else "" for row in rows)


def _uncertain(heading: Heading, rows: Sequence[Row], place: Place) -> Finding:
    seen = list(_values(heading, rows))
    telling = [text for text in seen if TELLS.search(text)] or seen
    quoted = [_quoted(text) if text else "nothing" for text in telling[:_SHOWN]]
    more = " and more" if len(telling) > _SHOWN else ""
    name, key = _cut(heading.text), yaml_key(heading.text)
    if not heading.text:
        return Finding(
            code=UNCERTAIN,
            severity=Severity.ERROR,
            message=(
                f"Column {heading.index + 1} has no heading and contains {', '.join(quoted)}{more}. It may mark "
                "people who must not receive the newsletter."
            ),
            place=Place(place.path, place.line, heading.index + 1),
            hint="Give the column a heading in the first line, such as `status` or `unsubscribed`.",
            why=_WHY,
        )
    return Finding(
        code=UNCERTAIN,
        severity=Severity.ERROR,
        message=(
            f"The column `{name}` may mark people who must not receive the newsletter, but its meaning is "
            f"unclear. It contains {', '.join(quoted)}{more}."
        ),
        place=Place(place.path, place.line, heading.index + 1),
        hint=(
            f"Add under `outbox` in newsletter.yaml: {_choices(key, seen)}, or `columns: {{{key}: other}}` if it "
            "has nothing to do with consent."
        ),
        why=_WHY,
    )


def _choices(key: str, seen: Iterable[str]) -> str:
    """Return the settings that may be meant, by what the cells hold: answers, or words of the list's own.

    A value that may say that somebody left is not among those that are proposed as values of people who get it.
    """
    texts = [text for text in seen if text]
    words = [text for text in texts if read_cell(text).meaning in {CellMeaning.UNKNOWN, CellMeaning.STATUS}]
    if not words:
        return (
            f"`columns: {{{key}: subscribed}}` if yes means subscribed, `columns: {{{key}: unsubscribed}}` if "
            "yes or a date means unsubscribed"
        )
    left = f"`columns: {{{key}: unsubscribed}}` if any value means unsubscribed"
    fine = [text for text in words if not _may_say_left(text)]
    if not fine or _LEFT_HEADING.search(plain(key)):
        return left
    if any("@" in text or len(text) > 2 * _SHORT for text in fine):
        return f"`columns: {{{key}: {{subscribed: […]}}}}` with the values that mean subscribed, {left}"
    listed = ", ".join(json.dumps(" ".join(text.split()), ensure_ascii=False) for text in fine[:_SHOWN])
    return f"`columns: {{{key}: {{subscribed: [{listed}]}}}}` with only the values that mean subscribed, {left}"


def _may_say_left(text: str) -> bool:
    status = read_cell(text).status
    return TELLS.search(text) is not None or (status is not None and status is not SubscriberStatus.SUBSCRIBED)


def yaml_key(heading: str) -> str:
    """Return a heading as it is written in newsletter.yaml."""
    is_word = plain(heading) in {"yes", "no", "true", "false", "null", "on", "off"}
    return heading if _PLAIN_KEY.fullmatch(heading) and not is_word else json.dumps(heading, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= 2 * _SHORT else f"{text[: 2 * _SHORT]}…"


def _quoted(text: str) -> str:
    if "@" in text:
        return mask(text)
    flat = " ".join(text.split())
    return f"“{flat}”" if len(flat) <= _SHORT else f"“{flat[:_SHORT]}…”"
