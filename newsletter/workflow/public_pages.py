"""What the public pages do: sign up, confirm, unsubscribe, preferences, reports of bounces and complaints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.model.audience import mask
from newsletter.subscribers.mail_queue import MailKind
from newsletter.subscribers.records import Consent, ListedPerson, ListStatus
from newsletter.subscribers.tokens import ExpiredTokenError, InvalidTokenError, Purpose
from newsletter.workflow.manage_list import clean_value, valid_address
from newsletter.workflow.own_list import open_own_list
from newsletter.workflow.public_words import PublicWords

if TYPE_CHECKING:
    from newsletter.model.list_settings import ServeSettings
    from newsletter.settings import Settings
    from newsletter.subscribers.own_list import OwnList

ONE_CLICK = "one-click unsubscribe"
PAGE = "unsubscribe page"
_NO_MAIL = {ListStatus.COMPLAINED, ListStatus.REMOVED}
"""Whoever reported the newsletter as spam, or was removed, is not written to because somebody filled in a form."""


class LinkState(StrEnum):
    """Whether a link of an email can be used."""

    GOOD = "good"
    EXPIRED = "expired"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link of an email: whether it can be used, and the masked address; empty for nobody on the list."""

    state: LinkState
    masked: str = ""
    tags: tuple[str, ...] = ()
    is_subscribed: bool = False
    address_hash: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """An address that a mail service reported."""

    email: str
    reason: ListStatus
    source: str


class PublicPages:
    """The use cases of the public pages; every method may be called from several threads at once."""

    def __init__(self, settings: Settings) -> None:
        if settings.serve is None:
            raise UsageError(
                "`serve` is not in newsletter.yaml, so there are no public pages.",
                hint="Add `subscribers: {}` and `serve: {address: https://news.example.org}`.",
            )
        self.settings = settings
        self.serve: ServeSettings = settings.serve
        self.consent = PublicWords(settings.language)(settings.serve.consent)
        """The words that people agree to, as they read them."""
        self._list: OwnList = open_own_list(settings)

    def close(self) -> None:
        """Close the list."""
        self._list.close()

    def sign_up(self, address: str, tags: Sequence[str], first_name: str = "") -> None:
        """Take a sign-up: the person is subscribed once they confirm. Nothing tells who is on the list already.

        Raise UsageError for what is no address.
        """
        own, email = self._list, valid_address(address)
        key, now = own.identity.address_hash(email), own.clock()
        known, out = own.people.by_hash(key), own.people.suppression_of(key)
        if out is not None and out.reason in _NO_MAIL:
            return
        if known is not None and known.status is ListStatus.SUBSCRIBED:
            own.mails.ask(MailKind.LINK, key)
            return
        if not own.mails.ask(MailKind.CONFIRM, key):
            return
        chosen = self._offered(tags)
        person = ListedPerson(
            address_hash=key,
            email=email,
            first_name=clean_value(first_name)[:60],
            status=out.reason if out is not None and known is not None else ListStatus.PENDING,
            joined_at=known.joined_at if known else now,
            tags=tuple(dict.fromkeys((*(known.tags if known else ()), *chosen))),
            fields=known.fields if known else {},
            consent=Consent(now, "sign-up form, not confirmed yet", self.consent),
        )
        own.people.add(person, "filled in the sign-up form")

    def send_link(self, address: str) -> None:
        """Send a new link to the preferences to somebody on the list; raise UsageError for what is no address."""
        own, email = self._list, valid_address(address)
        known = own.people.find(email)
        if known is not None and known.status is ListStatus.SUBSCRIBED:
            own.mails.ask(MailKind.LINK, known.address_hash)

    def open_confirmation(self, token: str) -> OpenedLink:
        """Return what a link of a confirmation email leads to; nothing is changed."""
        return self._opened(token, Purpose.CONFIRM)

    def confirm(self, token: str) -> OpenedLink:
        """Subscribe the person of a confirmation email."""
        opened, own = self._opened(token, Purpose.CONFIRM), self._list
        person = own.people.by_hash(opened.address_hash) if opened.state is LinkState.GOOD else None
        if person is None or opened.is_subscribed:
            return opened
        out = own.people.suppression_of(person.address_hash)
        if out is not None and out.reason is ListStatus.REMOVED:
            return OpenedLink(LinkState.INVALID)
        now = own.clock()
        wording = person.consent.wording if person.consent else self.consent
        consent = Consent(now, "sign-up form, confirmed by email", wording)
        confirmed = replace(person, status=ListStatus.SUBSCRIBED, joined_at=now, consent=consent)
        own.people.subscribe(confirmed, "confirmed the address")
        return self._opened(token, Purpose.CONFIRM)

    def open_link(self, token: str) -> OpenedLink:
        """Return what a link of a newsletter leads to; nothing is changed, however often it is opened."""
        return self._opened(token, Purpose.MANAGE)

    def unsubscribe(self, token: str, source: str) -> OpenedLink:
        """Unsubscribe the person of a link, whether they are on the list still or not."""
        opened = self._opened(token, Purpose.MANAGE)
        if opened.state is LinkState.GOOD:
            self._list.people.suppress(opened.address_hash, ListStatus.UNSUBSCRIBED, source)
        return opened

    def choose(self, token: str, tags: Sequence[str]) -> OpenedLink:
        """Give the person of a link the tags they chose; tags that are not offered stay as they are."""
        opened = self._opened(token, Purpose.MANAGE)
        if opened.state is LinkState.GOOD and opened.masked:
            offered = {tag.casefold() for tag in self.serve.tags}
            kept = [tag for tag in opened.tags if tag.casefold() not in offered]
            chosen = (*kept, *self._offered(tags))
            self._list.people.set_tags(opened.address_hash, chosen, "changed their preferences")
        return self._opened(token, Purpose.MANAGE)

    def report(self, reports: Sequence[Report]) -> int:
        """Record bounces and complaints; return how many addresses are out by that which were not before."""
        own = self._list
        return sum(own.people.suppress(own.identity.address_hash(one.email), one.reason, one.source) for one in reports)

    def is_healthy(self) -> bool:
        """Ask the list something; raise ListError where it cannot be used."""
        return self._list.mails.waiting() >= 0

    def counts(self) -> dict[str, int]:
        """Return how many people have each status, and how many emails wait."""
        statuses = {f"subscribers_{status}": count for status, count in self._list.queries.statuses().items()}
        return statuses | {"mails_waiting": self._list.mails.waiting()}

    @property
    def own_list(self) -> OwnList:
        """Return the open list, for the sender of emails."""
        return self._list

    def _offered(self, tags: Sequence[str]) -> tuple[str, ...]:
        wanted = {tag.casefold() for tag in tags}
        return tuple(tag for tag in self.serve.tags if tag.casefold() in wanted)

    def _opened(self, token: str, purpose: Purpose) -> OpenedLink:
        own = self._list
        try:
            key = own.signer(purpose).read(token, own.clock())
        except ExpiredTokenError:
            return OpenedLink(LinkState.EXPIRED)
        except InvalidTokenError:
            return OpenedLink(LinkState.INVALID)
        person = own.people.by_hash(key)
        if person is None:
            return OpenedLink(LinkState.GOOD, address_hash=key)
        subscribed = person.status is ListStatus.SUBSCRIBED
        return OpenedLink(LinkState.GOOD, mask(person.email), person.tags, subscribed, key)
