"""An SMTP server of one's own, or of one's web host, with encryption: one message per recipient."""

from __future__ import annotations

import ssl
import time
import weakref
from collections.abc import Callable, Iterable
from typing import Self

from newsletter.model.audience import Subscriber, mask
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.providers.base import OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo, Secret
from newsletter.providers.handover import FileAudience, HandoverProvider, Pace
from newsletter.providers.mail_headers import address_in
from newsletter.providers.smtp_options import Options
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
        self._session = SmtpSession(options, password, trust)
        self._pace = Pace(pause, clock)
        weakref.finalize(self, self._session.hang_up)

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

    def prepare(self) -> None:
        """Call the server and log in, so that a wrong password is known before the first message."""
        self._session.open()

    def hand_over(self, message: OutboundMessage) -> None:
        """Hand over one message, at the pace of the settings."""
        if self._options.per_hour is not None:
            self._pace.keep(3600 / self._options.per_hour)
        self._session.carry(message, self._options.bounces or address_in(message.raw, "From"))

    def deliver_test(self, message: OutboundMessage) -> str:
        """Hand over a test like any message."""
        self.hand_over(message)
        return f"the inbox of {mask(message.address)}"

    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
        return f"the log of the SMTP server {self._options.host}"
