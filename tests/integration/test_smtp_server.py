"""The mail server provider against a real SMTP server with TLS, which also misbehaves when it is told to."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest

from newsletter.errors import (
    AuthenticationError,
    DeferredError,
    DoubtError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UnsupportedError,
    UsageError,
)
from newsletter.model.audience import Subscriber, SubscriberStatus
from newsletter.providers.base import AcceptState, OutboundMessage
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.providers.smtp_options import Encryption
from newsletter.render.headers import format_mailbox
from newsletter.sending.handover_loop import HandoverLoop, Work

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")
trustme = pytest.importorskip("trustme", reason="trustme is not installed")

PASSWORD = "correct-horse"
PEOPLE = (Subscriber(email="kim@example.org"), Subscriber(email="gone@example.org", status=SubscriberStatus.BOUNCED))


@dataclass
class Post:
    """What the server took, and how it is to answer: by recipient, and to the text."""

    taken: list[Any] = field(default_factory=list)
    recipients: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    calls: int = 0
    clients: list[SmtpProvider] = field(default_factory=list)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd\'s names
        self.calls += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd\'s names
        answer = self.senders.pop(0) if self.senders else "250 OK"
        if answer == "drop":
            server.transport.abort()
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd\'s names
        answers = self.recipients.get(address, [])
        if answers:
            if answers[0] == "drop":
                server.transport.abort()
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd\'s names
        answer = self.texts.pop(0) if self.texts else "250 OK"
        if answer.startswith(("250", "lose")):
            self.taken.append(envelope)
        if answer == "lose the answer":
            server.transport.abort()
        return answer

    @property
    def addresses(self) -> list[str]:
        return [address for envelope in self.taken for address in envelope.rcpt_tos]


@pytest.fixture(scope="module")
def authority() -> Any:
    return trustme.CA()


@pytest.fixture
def trust(authority: Any) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def server_side(authority: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def running(post: Post, **settings: Any) -> Iterator[int]:
    """Run the server; at the end the clients hang up first, so that no connection is left behind."""
    port, lines = free_port(), []

    class Watched(aiosmtpd.Controller):
        def factory(self) -> Any:
            lines.append(super().factory())
            return lines[-1]

    controller = Watched(post, hostname="127.0.0.1", port=port, ready_timeout=10, **settings)
    controller.start()
    try:
        yield port
    finally:
        for client in post.clients:
            client._session.hang_up()
        patience = time.monotonic() + 5
        while any(line.transport is not None for line in lines) and time.monotonic() < patience:
            time.sleep(0.005)
        controller.stop()


def check_login(server, session, envelope, mechanism, login):
    from aiosmtpd.smtp import AuthResult

    fits = login.login == b"news" and login.password == PASSWORD.encode()
    return AuthResult(success=fits, handled=False)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def starttls(
    post: Post, trust: ssl.SSLContext, server_side: ssl.SSLContext, pauses: list[float]
) -> Iterator[SmtpProvider]:
    login = {"authenticator": check_login, "auth_required": True}
    with running(post, tls_context=server_side, require_starttls=True, **login) as port:
        yield made(post, Options(host="localhost", port=port, user="news"), trust, pauses, PASSWORD)


def made(post: Post, options: Options, trust: ssl.SSLContext, pauses: list[float], password: str = "") -> SmtpProvider:
    provider = SmtpProvider(options, "audience.csv", lambda: PEOPLE, password, trust=trust, pause=pauses.append)
    post.clients.append(provider)
    return provider


def parcel(
    number: int = 1, address: str = "kim@example.org", text: str = "Hello\r\n.\r\n..two dots"
) -> OutboundMessage:
    raw = (
        f"From: Example Trust <news@example.org>\r\nTo: {address}\r\nSubject: February\r\n"
        f"Message-ID: <2024-02.{number}@example.org>\r\n\r\n{text}\r\n"
    )
    return OutboundMessage("2024-02", f"k{number}", address, raw.encode())


def test_messages_go_over_one_encrypted_connection_byte_for_byte(starttls, post):
    starttls.prepare()
    for number in range(3):
        starttls.deliver(parcel(number))
    assert [envelope.original_content for envelope in post.taken] == [parcel(number).raw for number in range(3)]
    assert post.calls == 2, "EHLO before and after STARTTLS, and no second connection"
    message = BytesParser(policy=policy.default).parsebytes(post.taken[1].original_content)
    assert message["Message-ID"] == "<2024-02.1@example.org>"
    assert {envelope.mail_from for envelope in post.taken} == {"news@example.org"}


class Parcels(Work):
    """Long messages for several lanes."""

    def __init__(self, count: int) -> None:
        text = "\r\n".join(["A line of the usual length, and no more than that."] * 6000)
        self.waiting = [parcel(number, text=text) for number in range(count)]
        self.sent = {one.key: one for one in self.waiting}
        self.ends: dict[str, Exception | None] = {}

    def take(self) -> str | None:
        return self.waiting.pop(0).key if self.waiting else None

    def compose(self, key: str, begin_text: Callable[[], None]) -> OutboundMessage:
        return self.sent[key]

    def note(self, key: str, error: Exception | None) -> None:
        self.ends[key] = error

    def require_lease(self) -> None:
        pass

    def prepare(self, begun: list[str]) -> Callable[[], None]:
        return lambda: None

    def look(self) -> None:
        pass


@pytest.mark.parametrize("encryption", list(Encryption))
def test_long_messages_go_over_several_connections_at_once(encryption, post, trust, server_side, pauses):
    by_encryption = {
        Encryption.STARTTLS: {"tls_context": server_side},
        Encryption.TLS: {"ssl_context": server_side},
        Encryption.NONE: {},
    }
    parcels = Parcels(24)
    with running(post, **by_encryption[encryption]) as port:
        options = Options(host="localhost", port=port, encryption=encryption, connections=4)
        provider = made(post, options, trust, pauses)
        provider.prepare()
        HandoverLoop(parcels, provider.lanes()).run()
        for session in provider._sessions:
            session.hang_up()
    assert parcels.ends == dict.fromkeys(parcels.sent)
    assert sorted(one.original_content for one in post.taken) == sorted(one.raw for one in parcels.sent.values())


def test_implicit_tls_works_too(post, trust, server_side, pauses):
    with running(post, ssl_context=server_side) as port:
        made(post, Options(host="localhost", port=port, encryption=Encryption.TLS), trust, pauses).deliver(parcel())
    assert post.addresses == ["kim@example.org"]


def test_bounces_come_back_to_their_own_address(post, trust, pauses):
    with running(post) as port:
        options = Options(host="127.0.0.1", port=port, encryption=Encryption.NONE, bounces="bounces@example.org")
        made(post, options, trust, pauses).deliver(parcel())
    assert post.taken[0].mail_from == "bounces@example.org"


def test_a_certificate_that_is_not_trusted_ends_it_before_the_password(post, server_side, pauses):
    with running(post, tls_context=server_side) as port:
        provider = made(post, Options(host="localhost", port=port, user="news"), ssl.create_default_context(), pauses)
        with pytest.raises(UnavailableError, match="a certificate that this computer does not trust"):
            provider.prepare()


def test_a_certificate_for_another_name_is_not_taken(post, trust, server_side, pauses):
    with running(post, tls_context=server_side) as port:
        provider = made(post, Options(host="127.0.0.1", port=port), trust, pauses)
        with pytest.raises(UnavailableError, match="a certificate that this computer does not trust"):
            provider.prepare()


def test_a_server_without_encryption_is_refused(post, trust, pauses):
    with running(post) as port, pytest.raises(UnsupportedError, match="does not offer encryption"):
        made(post, Options(host="localhost", port=port), trust, pauses).prepare()


def test_speaking_tls_to_a_server_that_does_not_is_told(post, trust, pauses):
    with running(post) as port, pytest.raises(UnavailableError, match="cannot be reached on port"):
        made(post, Options(host="localhost", port=port, encryption=Encryption.TLS), trust, pauses).prepare()


def test_a_wrong_password_is_known_before_the_first_message(starttls, post, trust, pauses):
    options = starttls._options
    with pytest.raises(AuthenticationError, match="rejected the login") as caught:
        made(post, options, trust, pauses, "wrong-horse").prepare()
    assert "wrong-horse" not in caught.value.message + caught.value.hint


def test_a_server_without_login_is_told(post, trust, server_side, pauses):
    with running(post, tls_context=server_side, auth_exclude_mechanism=["LOGIN", "PLAIN"]) as port:
        provider = made(post, Options(host="localhost", port=port, user="news"), trust, pauses, PASSWORD)
        with pytest.raises(UnsupportedError, match="a supported login method"):
            provider.prepare()


def test_nobody_listening_is_told(post, trust, pauses):
    with pytest.raises(UnavailableError, match="cannot be reached"):
        made(post, Options(host="localhost", port=free_port()), trust, pauses).prepare()


def test_one_refused_recipient_does_not_stop_the_others(starttls, post):
    post.recipients["gone@example.org"] = ["550 5.1.1 <gone@example.org>: no such user"]
    with pytest.raises(RefusedError, match="no such user") as caught:
        starttls.deliver(parcel(1, "gone@example.org"))
    assert "gone@example.org" not in caught.value.message
    assert caught.value.status == 550
    starttls.deliver(parcel(2))
    assert post.addresses == ["kim@example.org"]
    assert post.calls == 2


def test_a_recipient_not_taken_just_now_is_deferred_and_the_others_go_on(starttls, post, pauses):
    post.recipients["kim@example.org"] = ["450 4.2.0 greylisted", "451 4.3.0 later"]
    for _ in range(2):
        with pytest.raises(DeferredError, match=r"deferred the message: 4\."):
            starttls.deliver(parcel())
        starttls.deliver(parcel(2, "lee@example.org"))
    starttls.deliver(parcel())
    assert post.addresses == ["lee@example.org", "lee@example.org", "kim@example.org"]
    assert (post.calls, pauses) == (2, [])


def test_a_server_that_defers_everybody_refuses_nobody(starttls, post):
    for number in range(8):
        post.recipients[f"p{number}@example.org"] = ["451 4.7.1 hourly limit"] * 9
        with pytest.raises(DeferredError, match="hourly limit"):
            starttls.deliver(parcel(number, f"p{number}@example.org"))


def test_a_lost_answer_is_doubt_and_the_next_message_goes_on_a_new_line(starttls, post):
    post.texts = ["lose the answer"]
    with pytest.raises(DoubtError, match="before it confirmed"):
        starttls.deliver(parcel(1))
    starttls.deliver(parcel(2))
    assert len(post.taken) == 2
    assert starttls.ask("2024-02", ["k1"]) == {"k1": AcceptState.CANNOT_TELL}


def test_a_line_that_broke_between_two_messages_is_opened_anew(starttls, post):
    starttls.deliver(parcel(1))
    post.senders = ["drop"]
    starttls.deliver(parcel(2))
    assert len(post.taken) == 2


def test_a_server_that_hangs_up_twice_is_away(starttls, post):
    post.senders = ["421 4.7.0 too many messages", "421 4.7.0 too many messages"]
    with pytest.raises(UnavailableError, match="closed the connection twice"):
        starttls.deliver(parcel())
    assert post.taken == []


def test_a_server_that_hangs_up_once_is_called_again(starttls, post):
    post.senders = ["421 4.7.0 enough on this line"]
    starttls.deliver(parcel())
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ("554 5.7.1 spam", RefusedError, "5.7.1 spam"),
        ("451 4.3.0 disk full", DeferredError, "did not accept the message: 4.3.0 disk full"),
        ("421 4.3.2 shutting down", UnavailableError, "did not accept the message"),
    ],
)
def test_a_text_that_was_not_taken_is_not_in_doubt(starttls, post, answer, error, words):
    post.texts = [answer]
    with pytest.raises(error, match=words):
        starttls.deliver(parcel())
    assert post.taken == []
    starttls.deliver(parcel(2))
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    ("answer", "error"), [("553 5.7.1 not yours", ProviderError), ("450 4.1.8 try later", UnavailableError)]
)
def test_a_sender_that_is_not_taken_stops_it(starttls, post, answer, error):
    post.senders = [answer]
    with pytest.raises(error) as caught:
        starttls.deliver(parcel())
    assert not isinstance(caught.value, RefusedError)


def test_refusals_in_a_row_stop_it(starttls, post):
    for number in range(5):
        post.recipients[f"p{number}@example.org"] = ["554 5.7.1 relaying denied"]
    for number in range(4):
        with pytest.raises(RefusedError):
            starttls.deliver(parcel(number, f"p{number}@example.org"))
    with pytest.raises(ProviderError, match="5 messages in a row were rejected") as caught:
        starttls.deliver(parcel(4, "p4@example.org"))
    assert not isinstance(caught.value, RefusedError)


@pytest.mark.parametrize("answer", ["421 4.7.0 too many recipients", "drop"])
def test_a_server_that_hangs_up_at_one_recipient_holds_nobody_else_up(starttls, post, answer):
    post.recipients["p1@example.org"] = [answer] * 2
    with pytest.raises(DeferredError, match="closed the connection twice"):
        starttls.deliver(parcel(1, "p1@example.org"))
    starttls.deliver(parcel(2))
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 Hourly limit exceeded, try again later",
        "550 Domain example.org has exceeded the max emails per hour (150/150 (100%)) allowed. Message discarded.",
        "550 5.4.5 Daily user sending limit exceeded. For more information go to support.google.com",
        "554 5.2.0 The maximum number of recipients per day was reached",
        "550 Domain example.org has exceeded the max defers and failures per hour (5/5 (100%)) allowed",
        "554 5.7.1 Too many messages from you",
        "550 5.5.4 The message was throttled",
        "550 5.7.233 your account exceeded the sending limit",
    ],
)
def test_a_limit_of_the_sender_with_a_5xx_code_refuses_nobody(starttls, post, answer):
    post.recipients["p1@example.org"] = [answer]
    with pytest.raises(DeferredError):
        starttls.deliver(parcel(1, "p1@example.org"))


@pytest.mark.parametrize(
    "answer",
    [
        "552 5.2.2 The email account that you tried to reach is over quota",
        "552 5.2.2 Mailbox size limit exceeded",
        "550 5.1.1 user unknown",
        "554 5.7.1 relaying denied",
        "552 5.3.4 Message size exceeds fixed limit",
    ],
)
def test_other_5xx_codes_refuse_for_good(starttls, post, answer):
    post.recipients["p1@example.org"] = [answer]
    with pytest.raises(RefusedError):
        starttls.deliver(parcel(1, "p1@example.org"))


def test_a_message_too_large_is_known_before_it_is_sent(post, trust, pauses):
    with running(post, data_size_limit=1000) as port:
        provider = made(post, Options(host="localhost", port=port, encryption=Encryption.NONE), trust, pauses)
        with pytest.raises(UnsupportedError, match="accepts at most 1,000 bytes"):
            provider.deliver(parcel(text="x" * 900))
    assert post.taken == []


@pytest.mark.parametrize("address", ["jürgen@example.org", "用户@例え.jp"])
def test_letters_beyond_english_need_a_server_that_takes_them(post, trust, pauses, address):
    for able in (True, False):
        with running(post, enable_SMTPUTF8=able) as port:
            provider = made(post, Options(host="localhost", port=port, encryption=Encryption.NONE), trust, pauses)
            if able:
                provider.deliver(parcel(address=address))
            else:
                with pytest.raises(RefusedError, match="non-ASCII characters"):
                    provider.deliver(parcel(address=address))
            provider._session.hang_up()
    assert len(post.taken) == 1


def test_a_domain_beyond_english_needs_nothing(post, trust, pauses):
    with running(post, enable_SMTPUTF8=False) as port:
        provider = made(post, Options(host="localhost", port=port, encryption=Encryption.NONE), trust, pauses)
        raw = parcel(address="kim@xn--bcher-kva.example").raw
        provider.deliver(OutboundMessage("2024-02", "k1", "kim@bücher.example", raw))
    assert post.addresses == ["kim@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("anna@straße.de", "anna@xn--strae-oqa.de"),
        ("anna@strasse.de", "anna@strasse.de"),
        ("anna@xn--strae-oqa.de", "anna@xn--strae-oqa.de"),
        ("anna@βόλος.com", "anna@xn--nxasmm1c.com"),
        ("anna@نامه‌ای.com", "anna@xn--mgba3gch31f060k.com"),
    ],
)
def test_a_domain_is_that_of_idna_2008(post, trust, pauses, address, given):
    with running(post, enable_SMTPUTF8=False) as port:
        provider = made(post, Options(host="localhost", port=port, encryption=Encryption.NONE), trust, pauses)
        provider.deliver(OutboundMessage("2024-02", "k1", address, parcel(address="kim@example.org").raw))
    assert post.addresses == [given]


def test_a_sender_beyond_english_is_given_as_it_is_written(post, trust, pauses):
    head = format_mailbox("From", "Jürgen, “Straße” e.V.", "jürgen@straße.de")
    with running(post, enable_SMTPUTF8=True) as port:
        provider = made(post, Options(host="localhost", port=port, encryption=Encryption.NONE), trust, pauses)
        provider.deliver(
            OutboundMessage("2024-02", "k1", "kim@example.org", f"{head}Subject: x\r\n\r\nHello\r\n".encode())
        )
    assert post.taken[0].mail_from == "jürgen@xn--strae-oqa.de"


def test_a_pace_is_kept(post, trust):
    waited: list[float] = []
    now = [0.0]
    with running(post) as port:
        options = Options(host="localhost", port=port, encryption=Encryption.NONE, per_hour=360)
        provider = SmtpProvider(
            options, "audience.csv", lambda: PEOPLE, trust=trust, pause=waited.append, clock=lambda: now[0]
        )
        post.clients.append(provider)
        provider.deliver(parcel(1))
        now[0] = 4.0
        provider.deliver(parcel(2))
    assert waited == [6.0]


def test_a_test_goes_to_the_inbox(starttls, post):
    assert starttls.deliver_test(parcel()) == "the inbox of k…@e….org"
    assert post.addresses == ["kim@example.org"]


def test_the_connection_is_closed_with_a_goodbye_when_the_provider_goes(post, trust, pauses):
    said: list[str] = []

    async def quit_said(server: Any, session: Any, envelope: Any) -> str:
        said.append("QUIT")
        return "221 Bye"

    post.handle_QUIT = quit_said  # type: ignore[attr-defined]
    with running(post) as port:
        provider = made(post, Options(host="localhost", port=port, encryption=Encryption.NONE), trust, pauses)
        post.clients.clear()
        provider.deliver(parcel())
        del provider
        assert said == ["QUIT"]


def connect(options: Options, secret: Callable[[str], str]) -> SmtpProvider:
    return SmtpProvider.connect(options, secret, audience="audience.csv", people=lambda: PEOPLE)


def test_the_password_is_asked_for_only_where_there_is_a_user():
    asked: list[str] = []

    def secret(variable: str) -> str:
        asked.append(variable)
        return PASSWORD

    connect(Options(host="mail.example.org"), secret)
    assert asked == []
    connect(Options(host="mail.example.org", user="news"), secret)
    assert asked == ["NEWSLETTER_SMTP_PASSWORD"]


def test_a_password_that_no_login_can_have_is_told(starttls, post, trust, pauses):
    with pytest.raises(UsageError, match="a character that SMTP logins do not allow") as caught:
        made(post, starttls._options, trust, pauses, "caf\u00e9-horse").prepare()
    assert "horse" not in caught.value.message + caught.value.hint
