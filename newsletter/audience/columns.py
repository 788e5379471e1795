"""What the columns of an audience mean, under the many names that people and programs give them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from newsletter.audience.table import Row
from newsletter.errors import Place
from newsletter.model.audience import SubscriberStatus
from newsletter.model.mergetag import BuiltInTag
from newsletter.model.report import Finding, Severity

EMAIL, FIRST_NAME, LAST_NAME, STATUS = "email", "first_name", "last_name", "status"

_NAMES = {
    EMAIL: "email e_mail mail email_address e_mail_address emailaddress address_email subscriber_email",
    FIRST_NAME: "first_name firstname given_name givenname forename fname",
    LAST_NAME: "last_name lastname family_name familyname surname lname",
    STATUS: "status subscription_status email_status member_status",
}
_MEANING = {name: column for column, names in _NAMES.items() for name in names.split()}
_RESERVED = {BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL}

_STATUSES = {
    SubscriberStatus.SUBSCRIBED: "|subscribed|subscribe|active|yes|y|true|1|confirmed|enabled|opted in|opt in|member",
    SubscriberStatus.UNSUBSCRIBED: "unsubscribed|unsubscribe|inactive|no|n|false|0|left|removed|disabled|opted out"
    "|opt out|pending|unconfirmed|blocked|blocklisted|archived|transactional|non subscribed",
    SubscriberStatus.BOUNCED: "bounced|bounce|hard bounce|hard bounced|cleaned|invalid|undeliverable",
    SubscriberStatus.COMPLAINED: "complained|complaint|spam|spam complaint|abuse|junk",
}
_STATUS_WORDS = {word: status for status, words in _STATUSES.items() for word in words.split("|")}

_TAG = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known column stands (counted from 0), by its name; further columns by the name of their merge tag."""

    at: dict[str, int]
    width: int
    findings: tuple[Finding, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the further columns."""
        return tuple(name for name in self.at if name not in _NAMES)

    @property
    def are_known(self) -> bool:
        """Say whether there is a column with addresses."""
        return EMAIL in self.at


def tag_name(heading: str) -> str:
    """Return the merge tag for a column's heading: `Town / City` becomes `town_city`."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")


def read_columns(row: Row, shown: str) -> Columns:
    """Find out what the columns are from the first row of the table."""
    at: dict[str, int] = {}
    findings: list[Finding] = []
    for index, cell in enumerate(row.cells):
        if not cell.strip():
            continue
        name = tag_name(cell)
        name = _MEANING.get(name, name)
        trouble = _trouble(cell, name, at)
        if trouble:
            findings.append(_finding("NL210", Severity.WARNING, trouble, Place(shown, row.line, index + 1)))
        else:
            at[name] = index
    if EMAIL not in at:
        findings = [_no_email(row, shown)]
    return Columns(at, len(row.cells), tuple(findings))


def _trouble(cell: str, name: str, at: dict[str, int]) -> str:
    if name in at:
        return f"There are two columns for {name}: only the first is used."
    if name in _RESERVED:
        return f"The tool itself fills {{{name}}}: this column is not used."
    if not _TAG.fullmatch(name):
        quoted = repr(cell.strip()[:30]) if "@" not in cell else "with an address for a name"
        return f"The column {quoted} cannot be a merge tag: begin its name with a letter from a to z."
    return ""


def _no_email(row: Row, shown: str) -> Finding:
    if any("@" in cell for cell in row.cells):
        message = "The first line holds a person; it must name the columns."
    else:
        message = "No column is called email."
    hint = "Make the first line: email,first_name,last_name,status"
    return _finding("NL202", Severity.ERROR, message, Place(shown, row.line), hint)


def read_status(words: str) -> SubscriberStatus | None:
    """Return the status that a word stands for, an empty one meaning subscribed; None for a word not known."""
    return _STATUS_WORDS.get(re.sub(r"[\s_-]+", " ", words).strip().casefold())


def _finding(code: str, severity: Severity, message: str, place: Place, hint: str = "") -> Finding:
    return Finding(code=code, severity=severity, message=message, place=place, hint=hint)
