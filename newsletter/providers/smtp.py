"""An SMTP server of one's own, or of one's web host, with encryption: one message per recipient."""

from __future__ import annotations

import ssl
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Self

from newsletter.model.audience import Subscriber, mask
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.providers.base import OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo, Secret
from newsletter.providers.dkim_signature import DkimSigner
from newsletter.providers.handover import DomainPace, FileAudience, HandoverProvider, Pace
from newsletter.providers.mail_headers import address_in
from newsletter.providers.smtp_options import Options
from newsletter.providers.smtp_pool import SmtpPool
from newsletter.providers.smtp_session import PASSWORD, SmtpSession


class SmtpProvider(FileAudience, HandoverProvider):
    """Hands each message to a mail server, which sends it on."""

    options = Options
    server = "The server"
    announces_text = True
    about = ProviderInfo(
        name="smtp",
        title="the SMTP server",
        features=Feature.SEGMENTS
        | Feature.PARTS
        | Feature.COUNTS
        | Feature.TEST
        | Feature.AGAIN
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO,
        limits=Limits(),
        secrets=(Secret(PASSWORD, "the password of the mail account, where `user` is set", only_with="user"),),
        needs=DnsRequirements("the SMTP server", own_server=True),
        adds=Additions(why="it sends the message unchanged"),
        notes=(
            "It uses the outbox's audience: the CSV file set as `audience` under `outbox`.",
            "An SMTP server cannot report afterwards which messages it accepted.",
        ),
    )

    def __init__(
        self,
        options: Options,
        audience: str,
        people: Callable[[], Iterable[Subscriber]],
        password: str = "",
        *,
        trust: ssl.SSLContext | None = None,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the audience's name and what reads the people on it; `trust` holds the certificates that count."""
        self._options = options
        self._audience = audience
        self._people = people
        self._pool = SmtpPool(lambda: SmtpSession(options, password, trust), options.connections)
        self._session = self._pool.first
        self._pace = Pace(pause, clock)
        self._domains = DomainPace(pause, clock)
        self._signer: DkimSigner | None = None
        weakref.finalize(self, self._pool.hang_up)

    def _load_signer(self) -> DkimSigner | None:
        if self._signer is None and self._options.dkim is not None:
            self._signer = DkimSigner.from_options(self._options.dkim)
        return self._signer

    @property
    def connections(self) -> int:
        """Return how many messages may be handed over at once; one where few are allowed an hour."""
        allowed = self._options.per_hour
        most = self._options.connections
        return most if allowed is None else min(most, -(-allowed // 3600))

    @property
    def retry_seconds(self) -> float:
        """Return for how long a run tries deferred messages again."""
        return self._options.retry_for * 60

    @classmethod
    def make(cls, options: Options, supplies: ProviderContext) -> Self:
        """Make ready to send to the people of the audience file."""
        return cls.connect(options, supplies.secret, audience=supplies.audience, people=supplies.people)

    @classmethod
    def connect(
        cls,
        options: Options,
        secret: Callable[[str], str],
        *,
        audience: str,
        people: Callable[[], Iterable[Subscriber]],
        pause: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Make ready to send; the server is not called yet."""
        return cls(options, audience, people, secret(PASSWORD) if options.user else "", pause=pause)

    @classmethod
    def dns_requirements(cls, options: Options | None) -> DnsRequirements | None:
        """Return what must be in the DNS; with a DKIM key of one's own, that as well."""
        own, needs = options.dkim if options else None, cls.about.needs
        if own is None or needs is None or own.domain:
            return needs
        return replace(needs, selectors=(own.selector,), key=DkimSigner.from_options(own).public_key)

    def prepare(self) -> None:
        """Read the DKIM key, call the server and log in, so that what is wrong is known before the first message."""
        self._load_signer()
        self._session.open()

    def hand_over(self, message: OutboundMessage) -> None:
        """Hand over one message, at the pace of the settings."""
        if self._options.per_hour is not None:
            self._pace.keep(3600 / self._options.per_hour)
        if self._options.per_domain is not None:
            self._domains.keep(message.address, 60 / self._options.per_domain)
        sender = self._options.bounces or address_in(message.raw, "From")
        signer = self._load_signer()
        if signer is not None:
            message = replace(message, raw=signer.sign(message.raw))
        with self._pool.session() as session:
            session.carry(message, sender)

    def deliver_test(self, message: OutboundMessage) -> str:
        """Hand over a test like any message."""
        self.hand_over(message)
        return f"the inbox of {mask(message.address)}"

    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
        return f"the log of the SMTP server {self._options.host}"
