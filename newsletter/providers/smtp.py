"""An SMTP server of one's own, or of one's web host, with encryption: one message per recipient."""

from __future__ import annotations

import ssl
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Self

from newsletter.errors import ProviderError, RefusedError
from newsletter.model.audience import Subscriber, mask
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.providers.base import OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo, Secret
from newsletter.providers.dkim_signature import DkimSigner
from newsletter.providers.handover import DomainPace, FileAudience, HandoverProvider, Pace
from newsletter.providers.mail_headers import address_in
from newsletter.providers.smtp_commands import Parcel
from newsletter.providers.smtp_options import Options
from newsletter.providers.smtp_session import PASSWORD, SmtpSession
from newsletter.providers.steps import Call, Lane, Steps, run_steps


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
        self._make_session = partial(SmtpSession, options, password, trust)
        self._session = self._make_session()
        """The one that is opened first, and never given up."""
        self._sessions = [self._session]
        self._most = options.connections
        self._pace = Pace(pause, clock)
        self._domains = DomainPace(pause, clock)
        self._signer: DkimSigner | None = None
        weakref.finalize(self, _hang_up, self._sessions)

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
        run_steps(self._carry(message, self._session), message.begin_text)

    def lanes(self) -> Sequence[Lane]:
        """Return a lane for each connection; where the server allows fewer, the further ones end at once."""
        count = min(self.connections, self._most)
        while len(self._sessions) < count:
            self._sessions.append(self._make_session())
        return [_SmtpLane(self, session) for session in self._sessions[:count]]

    def open_further(self, session: SmtpSession) -> Steps:
        """Open a connection beside the first; raise ProviderError where the server does not allow it."""
        if session is self._session or session.is_open:
            return
        try:
            yield Call(session.open)
        except ProviderError:
            self._sessions.remove(session)
            self._most = len(self._sessions)
            raise

    def carry(self, message: OutboundMessage, session: SmtpSession) -> Steps:
        """Hand over one message by a connection, as `deliver`."""
        try:
            yield from self._carry(message, session)
        except RefusedError as error:
            self._count_refusal(error)
            raise
        self._refused = 0

    def _carry(self, message: OutboundMessage, session: SmtpSession) -> Steps:
        if self._options.per_hour is not None:
            yield Call(partial(self._pace.keep, 3600 / self._options.per_hour))
        if self._options.per_domain is not None:
            yield Call(partial(self._domains.keep, message.address, 60 / self._options.per_domain))
        is_paced = self._options.per_hour is not None or self._options.per_domain is not None
        yield from session.carry(message, self._parcel, look_ahead=not is_paced)

    def _parcel(self, message: OutboundMessage) -> Parcel:
        """Return a message as it is handed over: with the sender of its envelope, and signed."""
        sender = self._options.bounces or address_in(message.headers, "From")
        signer = self._load_signer()
        if signer is None:
            return Parcel(message.key, message.address, sender, message.pieces)
        signed = signer.sign(message.raw)  # in a thread it would take longer
        return Parcel(message.key, message.address, sender, (signed,))

    def deliver_test(self, message: OutboundMessage) -> str:
        """Hand over a test like any message."""
        self.hand_over(message)
        return f"the inbox of {mask(message.address)}"

    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
        return f"the log of the SMTP server {self._options.host}"


class _SmtpLane:
    """One connection."""

    def __init__(self, provider: SmtpProvider, session: SmtpSession) -> None:
        self._provider = provider
        self._session = session

    def begin(self) -> Steps:
        """Open the connection."""
        return self._provider.open_further(self._session)

    def deliver(self, message: OutboundMessage) -> Steps:
        """Hand over one message."""
        return self._provider.carry(message, self._session)

    def withdraw(self) -> None:
        """Take back the announcement of a message."""
        self._session.withdraw()


def _hang_up(sessions: list[SmtpSession]) -> None:
    """Send QUIT on every connection."""
    for session in sessions:
        session.hang_up()
