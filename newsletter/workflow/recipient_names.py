"""Where the recipients of a direct send are in the subscriber list: the ledger knows them by their keys only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.errors import NewsletterError, Place, RefusalKind

if TYPE_CHECKING:
    from newsletter.ledger.records import Refusal, Send
    from newsletter.workflow.session import SendSession


class ListedRecipient(NamedTuple):
    """A recipient who is in the subscriber list now: the list or the line of it, and the address, masked."""

    place: Place
    who: str


class RefusedRecipient(NamedTuple):
    """A recipient whose message was refused or deferred; `listed` is None for one who is no longer in the list."""

    refusal: Refusal
    listed: ListedRecipient | None
    list_name: str

    def __str__(self) -> str:
        """Return one line: `audience.csv:17: k…@e….org: unknown address`."""
        if self.listed is None:
            return f"no longer in {self.list_name}, key {self.refusal.key}: {self.reason}"
        return f"{self.listed.place}: {self.listed.who}: {self.reason}"

    @property
    def reason(self) -> str:
        """Return why the provider did not take it, in words."""
        kind = self.refusal.kind
        if self.refusal.is_waiting:
            why = "" if kind in {None, RefusalKind.TEMPORARY} else f" ({kind})"
            return f"temporary{why}, will be tried again"
        if kind is None:
            return "the reason was not recorded"
        return "temporary for three days, given up" if kind is RefusalKind.TEMPORARY else str(kind)

    @property
    def data(self) -> dict[str, Any]:
        """Return it as data for --json."""
        place = self.listed.place if self.listed else None
        return {
            "place": str(place) if place else None,
            "line": (place.line or None) if place else None,
            "who": self.listed.who if self.listed else None,
            "key": self.refusal.key,
            "kind": str(self.refusal.kind) if self.refusal.kind else None,
            "waiting": self.refusal.is_waiting,
        }


def refused_recipients(session: SendSession, refusals: Sequence[Refusal], send: Send) -> list[RefusedRecipient]:
    """Return the recipients of a send whose messages were refused or deferred, as they are in the subscriber list."""
    if not refusals:
        return []
    there = find_recipients(session, {one.key for one in refusals}, send)
    name = list_name(session, send)
    return [RefusedRecipient(one, there.get(one.key), name) for one in refusals]


def find_recipients(session: SendSession, keys: Collection[str], send: Send) -> dict[str, ListedRecipient]:
    """Return the recipients with these keys, by key; those who are not in the list now are left out.

    An audience file is read; of other providers the list is asked for, and nobody is found if it cannot be read.
    """
    from newsletter.model.audience import address_key, mask, recipient_key

    name = list_name(session, send)
    lines: Mapping[str, int] = {}
    if session.reads_audience_file:
        addresses: Iterable[str] = (one.email for one in session.roster.subscribers)
        lines = session.roster.lines
    else:
        addresses = _addresses(session, send)
    found = {}
    for address in addresses:
        key = recipient_key(send.issue, address)
        if key in keys:
            found[key] = ListedRecipient(Place(name, lines.get(address_key(address), 0)), mask(address))
    return found


def list_name(session: SendSession, send: Send) -> str:
    """Return what the subscriber list of a send is called: the path of the audience file, or the provider's list."""
    if not session.reads_audience_file:
        return send.target.audience
    if session.workspace.settings.has_own_list:
        return "your own list"
    return session.workspace.shown(session.workspace.settings.audience_file)


def describe_recipients(session: SendSession, keys: Sequence[str], send: Send) -> list[str]:
    """Describe the recipients with these keys: line of the list, masked address, key."""
    there, name = find_recipients(session, set(keys), send), list_name(session, send)
    described = []
    for key in keys:
        one = there.get(key)
        where = f"{one.place}, {one.who}" if one else f"no longer in {name}"
        described.append(f"{where}, key {key}")
    return described


def _addresses(session: SendSession, send: Send) -> Sequence[str]:
    from newsletter.model.audience import Audience

    try:
        return session.direct.addresses(Audience(id=send.target.audience, name=send.target.audience))
    except NewsletterError:
        return ()
