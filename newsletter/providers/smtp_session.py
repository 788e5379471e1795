"""A session with an SMTP server: connect, log in, hand over messages, and what each answer of the server means.

An SMTP server cannot be asked what it has. So the one message whose last answer got lost stays in doubt; whatever went
wrong before the text was handed over is tried again on a new connection.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from newsletter.errors import (
    AuthenticationError,
    DeferredError,
    DoubtError,
    ProviderError,
    RefusalKind,
    RefusedError,
    UnavailableError,
    UnsupportedError,
    UsageError,
)
from newsletter.model.audience import mask
from newsletter.model.domains import encode_address, encode_domain
from newsletter.providers.base import OutboundMessage
from newsletter.providers.handover import ADDRESS
from newsletter.providers.refusal_kinds import describe_codes, refusal_kind
from newsletter.providers.smtp_commands import RESET, Parcel, envelope_commands, text_with_end
from newsletter.providers.smtp_connection import Patience, PlainConnection, Reply, TlsConnection, within
from newsletter.providers.smtp_options import Encryption, Options
from newsletter.providers.steps import BEGIN_TEXT, NEXT_MESSAGE, Call, Step, Steps
from newsletter.providers.tls_sockets import with_closing_sockets

PASSWORD = "NEWSLETTER_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
SECONDS = 60.0
"""Seconds without a word from the server after which the connection counts as broken."""
PHASE_SECONDS = 90.0
"""The longest that opening a connection, or announcing one message, may take altogether."""
ANSWER_SECONDS = 600.0
"""Seconds for which the server may say nothing after a whole message; RFC 5321, section 4.5.3.2.6, asks for that."""
TEXT_SECONDS = 1200.0
"""The longest that one message may take from its first byte to the server's answer; after that it is in doubt."""
GOODBYE_SECONDS = 5.0
_GO_ON = "Run `newsletter send` again in a few minutes: it continues where it stopped."
_LATER = "The server may accept it later: try again in a few minutes."
_RATE_LIMIT = re.compile(
    r"\b(?:hourly|daily|per (?:hour|day|minute)|rate|sending|outbound|outgoing|relay\w*|submission) ?-?(?:quota|limit)"
    r"|max(?:imum)? (?:number of )?(?:defers|e-?mails|messages|recipients)\b.{0,40}\b(?:per|exceeded|reached)"
    r"|exceed\w* (?:the |its |your )?(?:max(?:imum)?|number of|amount of) ?(?:e-?mails|messages|recipients)"
    r"|too many (?:e-?mails|messages|recipients|connections)|(?:e-?mails|messages|recipients) per (?:hour|day|minute)"
    r"|(?:messages?|e-?mails?|sender) (?:rate|sending|hourly|daily)|\bthrottl|5\.4\.5\b|4\.7\.28\b",
    re.IGNORECASE,
)
"""A limit of the sender's that servers such as cPanel's, Google's and Microsoft's announce with a 5xx code."""


class _HungUp(Exception):  # noqa: N818 - what happened, not an error for people
    """The server ended the conversation before it was given a text."""


class _HungUpOnOne(_HungUp):
    """It ended the conversation when it was told the recipient, or that the text was to come."""


class SmtpSession:
    """One connection to the SMTP server, opened when it is needed and kept while it holds."""

    def __init__(self, options: Options, password: str, trust: ssl.SSLContext | None) -> None:
        self._options = options
        self._password = password
        self._trust = trust
        self._smtp: PlainConnection | None = None
        self._announced: Parcel | None = None
        """The message whose envelope the server has, or will have, and has not answered yet."""
        self._has_ended = False
        """Whether the program has no more use for it."""
        self.who = f"The SMTP server {options.host}"

    @property
    def is_open(self) -> bool:
        """Return whether there is a connection, as far as is known."""
        return self._smtp is not None

    def open(self) -> PlainConnection:
        """Return the connection, logged in; raise ProviderError saying why there can be none."""
        if self._smtp is None:
            try:
                with self._in_words(), within(PHASE_SECONDS):
                    self._smtp = self._call()
                    self._greet(self._smtp)
                self._smtp.stop_blocking()
            except BaseException:
                self.drop()
                raise
            if self._has_ended:  # meanwhile, in another thread
                self.drop()
                raise UnavailableError(f"{self.who} was connected to after the end of the send.")
        return self._smtp

    def _context(self) -> ssl.SSLContext:
        return with_closing_sockets(self._trust or ssl.create_default_context())

    def _call(self) -> PlainConnection:
        name = socket.gethostname()
        hello = name if "." in name else "[127.0.0.1]"
        host, port = encode_domain(self._options.host), self._options.at
        if self._options.encryption is Encryption.TLS:
            return TlsConnection(host, port, hello, timeout=SECONDS, context=self._context())
        return PlainConnection(host, port, hello, timeout=SECONDS)

    def _greet(self, smtp: PlainConnection) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._options.encryption is Encryption.STARTTLS:
            if not smtp.has_extn("starttls"):
                raise UnsupportedError(
                    f"{self.who} does not offer encryption on port {self._options.at}.",
                    hint="Nothing was sent. Try `encryption: tls`, which uses port 465.",
                )
            smtp.starttls(context=self._context())
            smtp.ehlo()
        if self._options.user:
            smtp.login(self._options.user, self._password)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Tell why there can be no connection; the order matters, for each of these is an OSError too."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise UnavailableError(
                f"{self.who} has a certificate that this computer does not trust: {error.verify_message}.",
                hint="Nothing was sent. Check `host` in newsletter.yaml: it must match the name on the certificate.",
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            words = self.words(error.smtp_error)
            if error.smtp_code < 500:
                raise UnavailableError(
                    f"{self.who} cannot accept a login at the moment: {words}", hint=_GO_ON
                ) from error
            raise AuthenticationError(
                f"{self.who} rejected the login: {words}",
                hint=f"Check `user` in newsletter.yaml and the password in {PASSWORD}.",
                status=error.smtp_code,
            ) from error
        except UnicodeEncodeError as error:
            raise UsageError(
                f"`user`, or the password in {PASSWORD}, contains a character that SMTP logins do not allow.",
                hint="Nothing was sent. Choose a password of unaccented letters, digits and punctuation.",
            ) from error
        except smtplib.SMTPResponseException as error:
            raise UnavailableError(f"{self.who} rejected the connection: {self.words(error.smtp_error)}") from error
        except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError, ssl.SSLError) as error:
            raise UnavailableError(
                f"{self.who} cannot be reached on port {self._options.at}, or it closed the connection.",
                hint=(
                    "Nothing was sent. Check `host`, `port` and `encryption` in newsletter.yaml, and your connection."
                ),
            ) from error
        except smtplib.SMTPException as error:
            raise UnsupportedError(
                f"{self.who} does not offer a supported login method.",
                hint="If it needs no login, remove `user` from newsletter.yaml.",
            ) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnavailableError(
                f"{self.who} cannot be reached: {reason}.", hint="Nothing was sent. Check `host` in newsletter.yaml."
            ) from error

    def carry(
        self, message: OutboundMessage, make: Callable[[OutboundMessage], Parcel], *, look_ahead: bool = False
    ) -> Steps:
        """Hand over one message; a connection that broke since the last one is opened anew, once.

        With `look_ahead`, the envelope of the next message follows the text in one go, where the server allows that.
        RSET stands before it: Postfix keeps the envelope of a text that it refused (and up to 3.7 at least, it crashes
        where another recipient is refused after that, and answers nothing).
        """
        parcel, self._announced = self._announced, None
        is_announced = parcel is not None and parcel.key == message.key
        if parcel is None or not is_announced:
            if parcel is not None:
                self.drop()
            parcel = make(message)
        try:
            for attempt in (1, 2):
                if self._smtp is None:
                    yield Call(self.open)
                    is_announced = False
                smtp = self.open()
                try:
                    yield from self._address(smtp, parcel, is_announced=is_announced)
                    break
                except (OSError, _HungUp) as error:
                    self.drop()
                    if attempt == 2:
                        raise self._closed_twice(error) from error
            try:
                following = (yield from self._look_ahead(smtp, make)) if look_ahead else None
                yield BEGIN_TEXT
            except BaseException:
                self.drop()  # the server waits for a text, which nothing but the end of the connection takes back
                raise
            yield from self._hand_over_text(smtp, parcel, following)
        except (GeneratorExit, KeyboardInterrupt):
            self.drop()
            raise

    def _look_ahead(
        self, smtp: PlainConnection, make: Callable[[OutboundMessage], Parcel]
    ) -> Generator[Step, Any, Parcel | None]:
        """Return the next message where its envelope may follow the text of this one (RFC 2920, section 3.1)."""
        if not smtp.has_extn("pipelining"):
            return None
        message = yield NEXT_MESSAGE
        return None if message is None else make(message)

    def _closed_twice(self, error: Exception) -> UnavailableError:
        said = f": {error}" if isinstance(error, _HungUp) and str(error) else "."
        if isinstance(error, _HungUpOnOne):  # the others may be taken: where they are not, the run pauses
            return DeferredError(f"{self.who} closed the connection twice{said}", hint=_LATER)
        return UnavailableError(f"{self.who} closed the connection twice{said}", hint=_GO_ON)

    def _address(self, smtp: PlainConnection, parcel: Parcel, *, is_announced: bool) -> Steps:
        """Name who it is from and to, up to the word that the text may come."""
        patience = Patience.of(PHASE_SECONDS, SECONDS)
        if is_announced:
            code, reply = smtp.heard() or (yield from smtp.hear(patience))
            if not 200 <= code < 300:
                raise _HungUp(self.words(reply))
            yield from self._hear_together(smtp, patience)
            return
        commands = self._commands(smtp, parcel)
        if smtp.has_extn("pipelining"):
            yield from smtp.say(b"".join(commands), patience)
            yield from self._hear_together(smtp, patience)
            return
        yield from smtp.say(commands[0], patience)
        code, reply = yield from smtp.hear(patience)
        if code >= 400 and code != 421:
            yield from self._reset(smtp)
        self._check_sender(code, reply)
        try:
            for command, deferral in zip(commands[1:], self._deferrals(), strict=True):
                yield from smtp.say(command, patience)
                code, reply = yield from smtp.hear(patience)
                yield from self._accept(smtp, code, reply, deferral)
        except smtplib.SMTPServerDisconnected as error:
            raise _HungUpOnOne from error

    def _hear_together(self, smtp: PlainConnection, patience: Patience) -> Steps:
        """Hear what the server answers to all commands in one go (RFC 2920); read every answer before any counts."""
        mail = smtp.heard() or (yield from smtp.hear(patience))
        answers: list[Reply] = []
        try:
            while len(answers) < 2:
                answers.append(smtp.heard() or (yield from smtp.hear(patience)))
        except smtplib.SMTPServerDisconnected:
            pass  # what was read before the end counts
        if len(answers) == 2 and answers[1][0] < 400 and (mail[0] >= 400 or answers[0][0] >= 400):
            self.drop()  # it takes a text for nobody: only the end of the connection takes that back
        if mail[0] >= 400 and mail[0] != 421:
            yield from self._reset(smtp)
        self._check_sender(*mail)
        to_recipient, to_data = self._deferrals()
        if answers:
            yield from self._accept(smtp, *answers[0], to_recipient)
        if len(answers) < 2:
            raise _HungUpOnOne
        yield from self._accept(smtp, *answers[1], to_data)
        if answers[1][0] != 354:
            raise _HungUpOnOne  # whatever it answers, it waits for no text

    def _deferrals(self) -> tuple[str, str]:
        """Return what it means where RCPT, and where DATA, is not taken for now."""
        return "The SMTP server deferred the message", f"{self.who} is not accepting messages at the moment"

    def _accept(self, smtp: PlainConnection, code: int, reply: bytes, deferral: str) -> Steps:
        """Raise unless the server takes this recipient: a 4xx is for now, a 5xx for good."""
        if code // 100 in {4, 5} and code != 421:
            yield from self._reset(smtp)
            raise self._refusal(deferral, code, reply)
        if not 200 <= code < 400:
            raise _HungUpOnOne(self.words(reply))

    def _refusal(self, deferral: str, code: int, reply: bytes) -> ProviderError:
        """Return what a 4xx or 5xx answer about one message means: it is deferred, or refused for good."""
        words = self.words(reply)
        kind = refusal_kind(code, words)
        if code < 500 or _RATE_LIMIT.search(words):
            return DeferredError(
                f"{deferral}: {words}", hint=_LATER, kind=kind if code < 500 else RefusalKind.TEMPORARY
            )
        text = f"The SMTP server rejected the message{describe_codes(code, words)}: {words}"
        return RefusedError(text, status=code, kind=kind)

    def _commands(self, smtp: PlainConnection, parcel: Parcel) -> list[bytes]:
        """Return the commands that lead up to a text; refuse what the server cannot take, before it is begun."""
        address, sender, options = encode_address(parcel.address), encode_address(parcel.sender), []
        limit = smtp.esmtp_features.get("size", "").strip()
        if smtp.has_extn("size"):
            size = sum(map(len, parcel.pieces))
            if limit.isdigit() and 0 < int(limit) < size:
                raise UnsupportedError(
                    f"{self.who} accepts at most {int(limit):,} bytes, and the message has {size:,}.",
                    hint="Use smaller images.",
                )
            options.append(f"SIZE={size}")
        if not (address + sender).isascii() or not parcel.headers.isascii():
            if not smtp.has_extn("smtputf8"):
                raise RefusedError(
                    f"{self.who} does not support addresses with non-ASCII characters (SMTPUTF8).",
                    kind=RefusalKind.INVALID_ADDRESS,
                )
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        return envelope_commands(address, sender, options)

    def _check_sender(self, code: int, reply: bytes) -> None:
        """Raise unless the server takes the sender: for 421 and for anything that is no answer the line is dead."""
        if code >= 500:
            raise ProviderError(f"{self.who} rejected the sender's address: {self.words(reply)}")
        if code == 421 or not 200 <= code < 500:
            raise _HungUp(self.words(reply))
        if code >= 400:
            raise UnavailableError(
                f"{self.who} is not accepting messages at the moment: {self.words(reply)}", hint=_GO_ON
            )

    def _hand_over_text(self, smtp: PlainConnection, parcel: Parcel, following: Parcel | None) -> Steps:
        """Send the text and wait for the word that it was taken; without that word it is in doubt."""
        text = text_with_end(parcel.pieces)
        if following is not None:
            try:
                text += (RESET, *self._commands(smtp, following))
            except (ProviderError, ValueError):
                following = None  # it is told when it is its turn
        patience = Patience.of(TEXT_SECONDS, SECONDS)
        try:
            yield from smtp.say(text, patience)
            patience.quiet = ANSWER_SECONDS
            code, reply = yield from smtp.hear(patience)
        except TimeoutError as error:
            self.drop()
            raise DoubtError(f"{self.who} did not say in time whether it took the message.") from error
        except OSError as error:
            self.drop()
            raise DoubtError(f"{self.who} closed the connection before it confirmed the message.") from error
        if 200 <= code < 300:
            self._announced = following
            return
        if 400 <= code < 600 and code != 421:
            if following is None:
                yield from self._reset(smtp)
            self._announced = following
            raise self._refusal(f"{self.who} did not accept the message", code, reply)
        self.drop()
        if code == 421:
            raise DeferredError(f"{self.who} did not accept the message: {self.words(reply)}", hint=_LATER)
        raise DoubtError(f"{self.who} returned a response that cannot be read.")

    def _reset(self, smtp: PlainConnection) -> Steps:
        """Make the line ready for another message after a refusal."""
        if self._smtp is None:
            return
        patience = Patience.of(PHASE_SECONDS, SECONDS)
        try:
            yield from smtp.say(RESET, patience)
            yield from smtp.hear(patience)
        except OSError:
            self.drop()

    def words(self, reply: bytes | str) -> str:
        """Return the server's words in one line, without anybody's address and without the password."""
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        text = ADDRESS.sub(lambda found: mask(found[0]), " ".join(text.split()))
        return text.replace(self._password, "[hidden]") if len(self._password) >= 4 else text

    def drop(self) -> None:
        """Forget the connection."""
        self._announced = None
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def withdraw(self) -> None:
        """Take back the announcement of a message: only the end of the connection does that."""
        if self._announced is not None:
            self.drop()

    def hang_up(self) -> None:
        """End the session: send QUIT, without waiting long for an answer."""
        self._has_ended = True
        self.withdraw()
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(2)
            with suppress(OSError), within(GOODBYE_SECONDS, self._smtp):
                self._smtp.quit()
        self.drop()
