"""What the columns of an audience mean, under the many names that people and programs give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from newsletter.audience import names
from newsletter.audience.cells import read_status as read_status  # noqa: PLC0414  it is asked for here as well
from newsletter.audience.consent import MOST_COLUMNS
from newsletter.audience.csv_table import Row
from newsletter.audience.headings import Heading, Role, read_headings, shown
from newsletter.audience.words import phrases, plain
from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity
from newsletter.model.list_columns import ColumnMeaning, ColumnUse
from newsletter.model.merge_tags import BuiltInTag

EMAIL, FIRST_NAME, LAST_NAME, STATUS, NAME = "email", "first_name", "last_name", "status", "name"
SEGMENT_COLUMNS = (
    *("segments", "segment", "groups", "group", "tags", "tag", "labels", "label"),
    *("group_membership", "categories"),  # Google's and Outlook's
)
"""What a column may be called whose cells name segments, by their merge tags; the first one that is there counts."""

_SPECIAL = (EMAIL, FIRST_NAME, LAST_NAME, STATUS)
_EMAIL_HEADINGS = phrases(
    "email|mail|email address|emailaddress|address email|subscriber email|user email|email 1|email 1 value|"
    "email 1 address|primary email|contact email|your email|your email address",
    "email adresse|mailadresse|emailadresse",
    "courriel|adresse email|adresse courriel|adresse mail|adresse électronique",
    "correo|correo electrónico|dirección de correo|dirección de correo electrónico|dirección de email",
    "posta elettronica|indirizzo email|indirizzo mail|indirizzo di posta elettronica",
    "endereço de email|endereço email|correio eletrónico|correio eletrônico",
    "emailadres|email adres|mailadres",
    "adres email|adres mail|poczta",
    "ebost|cyfeiriad ebost|cyfeiriad email",
    "البريد الإلكتروني|البريد الالكتروني|بريد إلكتروني|بريد الكتروني|الإيميل|ايميل",
)
_EMAIL_IF_ALONE = phrases("subscriber|subscribers|contact|member|username|login")
"""Headings of a column of addresses where no other column is called so: MailerLite's is `Subscriber`."""

_USUAL = {
    "email",
    "e_mail",
    "mail",
    "email_address",
    "e_mail_address",
    "emailaddress",
    "address_email",
    "subscriber_email",
    "first_name",
    "firstname",
    "given_name",
    "givenname",
    "forename",
    "fname",
    "last_name",
    "lastname",
    "family_name",
    "familyname",
    "surname",
    "lname",
    "status",
    "subscription_status",
    "email_status",
    "member_status",
}
"""Merge tags of headings that give a person's address, names and status: what is in them is filled by those."""

_STATUSES = {"status", "subscription_status", "email_status", "member_status"}
"""Merge tags of columns in which nothing means subscribed."""

_RESERVED = {BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL}
_TAG = compile_pattern(r"[a-z][a-z0-9_]*")
_GIVEN = {
    ColumnMeaning.EMAIL: EMAIL,
    ColumnMeaning.FIRST_NAME: FIRST_NAME,
    ColumnMeaning.LAST_NAME: LAST_NAME,
}
_DECISIVE = {ColumnMeaning.STATUS, ColumnMeaning.SUBSCRIBED, ColumnMeaning.UNSUBSCRIBED}


_NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known column stands (counted from 0), by its name; further columns by the name of their merge tag."""

    at: dict[str, int]
    width: int
    findings: tuple[Finding, ...]
    place: Place = _NOWHERE
    headings: tuple[Heading, ...] = ()
    uses: Mapping[int, ColumnUse] = field(default_factory=dict)
    """What the settings say about columns, by their number."""
    whole_name: int | None = None
    """The column with full names, if there is none for first names."""
    segments: int | None = None
    """The column with the names of segments."""
    lenient: tuple[int, ...] = ()
    """The columns with a status in which nothing means subscribed."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the further columns."""
        return tuple(name for name in self.at if name not in _SPECIAL)

    @property
    def are_known(self) -> bool:
        """Return whether there is a column with addresses, and nothing in the settings contradicts the file."""
        return EMAIL in self.at and not any(finding.blocks for finding in self.findings)

    @property
    def headings_by_index(self) -> dict[int, str]:
        """Return the headings by the number of their column."""
        return {heading.index: heading.text for heading in self.headings}

    @property
    def apart(self) -> frozenset[int]:
        """Return the columns with names and addresses, which decide nothing."""
        named = {self.at[name] for name in (EMAIL, FIRST_NAME, LAST_NAME) if name in self.at}
        return frozenset(named | ({self.whole_name} if self.whole_name is not None else set()))


def tag_name(heading: str) -> str:
    """Return the merge tag for a column's heading: `Town / City` becomes `town_city`."""
    ascii_only = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.casefold()).strip("_")


def read_columns(row: Row, file: str, settings: Mapping[str, ColumnUse] | None = None) -> Columns:
    """Find out what the columns are from the first row of the table and from what the settings say about them."""
    place = Place(file, row.line)
    if len(row.cells) > MOST_COLUMNS:
        message = f"The file has {len(row.cells):,} columns, so it cannot be a subscriber list."
        return Columns({}, len(row.cells), (_finding("NL202", Severity.ERROR, message, place),), place)
    headings = read_headings([shown(cell) for cell in row.cells])
    uses, findings = _settings(headings, settings or {}, place)
    meanings = _meanings(row, uses)
    at: dict[str, int] = {}
    for index in sorted(range(len(row.cells)), key=lambda one: one not in uses):
        cell = row.cells[index]
        if not cell.strip():
            continue
        tag, meaning = tag_name(cell), meanings.get(index, "")
        name = meaning if meaning and meaning != NAME else tag
        is_name = meaning == NAME and name not in at
        decides = is_name or index in uses or headings[index].role not in {Role.NONE, Role.OTHER, Role.MAYBE}
        trouble = _trouble(cell, name, at, decides=decides)
        if trouble:
            findings.append(_finding("NL210", Severity.WARNING, trouble, Place(file, row.line, index + 1)))
        # a column by another name than the usual ones still fills the merge tag of its own name
        for own in (name, tag if tag not in _USUAL else name):
            if own not in at and own not in _RESERVED and _TAG.fullmatch(own):
                at[own] = index
    if EMAIL not in at:
        findings = [_no_email(row, file)]
    return Columns(
        at,
        len(row.cells),
        tuple(findings),
        place,
        headings,
        uses,
        next((index for index, name in meanings.items() if name == NAME and FIRST_NAME not in at), None),
        _segments(at, uses),
        tuple(index for index, cell in enumerate(row.cells) if index not in uses and tag_name(cell) in _STATUSES),
    )


def _settings(
    headings: tuple[Heading, ...], settings: Mapping[str, ColumnUse], place: Place
) -> tuple[dict[int, ColumnUse], list[Finding]]:
    """Return what the settings say, by the number of the column; a finding for each column that is not there."""
    uses: dict[int, ColumnUse] = {}
    findings: list[Finding] = []
    for name, use in settings.items():
        there = [heading.index for heading in headings if heading.text.casefold() == shown(name).casefold()]
        uses.update(dict.fromkeys(there, use))
        if not there:
            decides = bool(use.subscribed) or use.means in _DECISIVE or use.means is ColumnMeaning.EMAIL
            message = f"newsletter.yaml defines the column `{name[:60]}`, but the list has no such column."
            hint = "Correct its name in `columns` under `outbox` in newsletter.yaml, or remove it there."
            findings.append(_finding("NL214", Severity.ERROR if decides else Severity.WARNING, message, place, hint))
    return uses, findings


def _meanings(row: Row, uses: Mapping[int, ColumnUse]) -> dict[int, str]:
    """Return which columns hold addresses, names and the status, by their number."""
    words = {index: plain(cell) for index, cell in enumerate(row.cells)}
    found: dict[int, str] = {}
    for index, text in words.items():
        use = uses.get(index)
        if use is not None:
            meaning = NAME if use.means is ColumnMeaning.NAME else _GIVEN.get(use.means) if use.means else None
        elif text in _EMAIL_HEADINGS:
            meaning = EMAIL
        elif tag_name(row.cells[index]) in _STATUSES:
            meaning = STATUS
        else:
            meaning = FIRST_NAME if text in names.FIRST else LAST_NAME if text in names.LAST else None
            meaning = NAME if text in names.WHOLE else meaning
        if meaning:
            found[index] = meaning
    if EMAIL not in found.values():
        alone = [index for index, text in words.items() if text in _EMAIL_IF_ALONE and index not in uses]
        found.update(dict.fromkeys(alone[:1], EMAIL))
    return found | _either(words, found, uses)


def _either(words: Mapping[int, str], found: Mapping[int, str], uses: Mapping[int, ColumnUse]) -> dict[int, str]:
    """Return what a column is that is called just `Name`: it depends on which other names there are."""
    index = next((one for one, text in words.items() if text in names.EITHER and one not in uses), None)
    if index is None or NAME in found.values():
        return {}
    has_first, has_last = FIRST_NAME in found.values(), LAST_NAME in found.values()
    if has_first:
        return {} if has_last else {index: LAST_NAME}
    return {index: FIRST_NAME if has_last else NAME}


def _segments(at: Mapping[str, int], uses: Mapping[int, ColumnUse]) -> int | None:
    said = [index for index, use in uses.items() if use.means is ColumnMeaning.SEGMENTS]
    return next(iter(said), next((at[name] for name in SEGMENT_COLUMNS if name in at), None))


def _trouble(cell: str, name: str, at: Mapping[str, int], *, decides: bool) -> str:
    if name in at and not decides:
        return f"There are two columns for {name}: only the first one is used."
    if name in _RESERVED:
        return f"newsletter fills {{{name}}} itself, so this column is not used."
    if not _TAG.fullmatch(name) and not decides:
        quoted = repr(cell.strip()[:30]) if "@" not in cell else "with an address instead of a name"
        return f"The column {quoted} cannot be used as a merge tag: its name must begin with a letter from a to z."
    return ""


def _no_email(row: Row, file: str) -> Finding:
    if any("@" in cell for cell in row.cells):
        message = "The first line contains a subscriber, but it must contain the column names."
    else:
        message = "There is no column named email."
    hint = "Change the first line to email,first_name,last_name,status"
    return _finding("NL202", Severity.ERROR, message, Place(file, row.line), hint)


def _finding(code: str, severity: Severity, message: str, place: Place, hint: str = "") -> Finding:
    return Finding(code=code, severity=severity, message=message, place=place, hint=hint)
