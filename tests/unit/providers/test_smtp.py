"""What the mail server provider does without a server; with one, see tests/integration/test_smtp_server.py."""

from __future__ import annotations

import smtplib
from collections.abc import Generator, Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from newsletter.errors import DeferredError, DoubtError, ProviderError, RefusedError, UnavailableError
from newsletter.model.audience import Subscriber, SubscriberStatus
from newsletter.providers.base import AcceptState, OutboundMessage
from newsletter.providers.capabilities import Feature
from newsletter.providers.smtp import Options, SmtpProvider, _SmtpLane
from newsletter.providers.smtp_connection import Patience, PlainConnection
from newsletter.providers.smtp_options import Encryption
from newsletter.providers.smtp_session import SmtpSession
from newsletter.providers.steps import BEGIN_TEXT, NEXT_MESSAGE, Lane, Step, Steps, run_steps

PEOPLE = (
    Subscriber(email="first@example.org"),
    Subscriber(email="left@example.org", status=SubscriberStatus.UNSUBSCRIBED),
    Subscriber(email="second@example.org"),
)
RAW = b"From: Example <news@example.org>\r\nTo: kim@example.org\r\n\r\nHello\r\n"
PARCEL = OutboundMessage("2024-02", "k1", "kim@example.org", RAW)


def provider(**settings: object) -> SmtpProvider:
    options = Options.model_validate({"host": "mail.example.org", **settings})
    return SmtpProvider(options, "audience.csv", lambda: PEOPLE, "correct-horse")


class Stub(PlainConnection):
    """A connection whose every answer is written down beforehand; one that is an error is raised."""

    def __init__(self, *answers: object) -> None:
        super().__init__()
        self.answers = list(answers)
        self.does_esmtp = True
        self.esmtp_features = {"smtputf8": ""}
        self.said: list[str] = []
        self.waits: list[float] = []

    def say(self, data: bytes | Sequence[bytes], patience: Patience) -> Steps:
        self.said.append(str(data if isinstance(data, bytes) else b"".join(data)))
        self.waits.append(patience.quiet)
        yield from ()

    def hear(self, patience: Patience) -> Generator[Step, Any, tuple[int, bytes]]:
        self.waits.append(patience.quiet)
        yield from ()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, tuple)
        return answer


def with_answers(*answers: object) -> tuple[SmtpProvider, Stub]:
    sender, stub = provider(), Stub(*answers)
    sender._session._smtp = stub
    return sender, stub


OK = (250, b"OK")


@pytest.mark.parametrize(
    ("settings", "port"),
    [
        ({}, 587),
        ({"encryption": "tls"}, 465),
        ({"port": 2525}, 2525),
        ({"host": "localhost", "encryption": "none"}, 25),
    ],
)
def test_the_port_is_the_usual_one(settings, port):
    assert Options.model_validate({"host": "mail.example.org", **settings}).at == port


def test_no_encryption_is_for_this_computer_only():
    with pytest.raises(ValidationError, match="only for an SMTP server on this computer"):
        Options(host="mail.example.org", encryption=Encryption.NONE)


def test_it_says_what_it_is_and_cannot_tell_what_it_has():
    sender = provider()
    assert Feature.TELLS not in sender.about.features
    assert sender.batch == 1
    assert sender.ask("2024-02", ["a", "b"]) == {"a": AcceptState.CANNOT_TELL, "b": AcceptState.CANNOT_TELL}
    assert sender.whereabouts() == "the log of the SMTP server mail.example.org"
    sender.settle()


def test_the_audience_are_those_who_want_it():
    sender = provider()
    audience = sender.audience("audience.csv")
    assert audience.count == 2
    assert [one.email for one in sender.recipients(audience)] == ["first@example.org", "second@example.org"]


def test_an_answer_that_is_none_is_doubt():
    sender, _ = with_answers(OK, OK, (354, b"go on"), (-1, b"gibberish"))
    with pytest.raises(DoubtError, match="cannot be read"):
        sender.deliver(PARCEL)


def test_a_break_right_after_the_text_is_doubt_and_nothing_is_repeated():
    sender, stub = with_answers(OK, OK, (354, b"go on"), smtplib.SMTPServerDisconnected("gone"))
    with pytest.raises(DoubtError):
        sender.deliver(PARCEL)
    assert sum("Hello" in said for said in stub.said) == 1


def test_a_server_that_wants_no_text_refuses_the_recipient():
    sender, _ = with_answers(OK, OK, (554, b"no valid recipients"), OK)
    with pytest.raises(RefusedError, match="no valid recipients"):
        sender.deliver(PARCEL)


def test_a_server_that_is_full_is_away():
    sender, _ = with_answers(OK, OK, (452, b"insufficient storage"), OK)
    with pytest.raises(UnavailableError, match="is not accepting messages at the moment: insufficient storage"):
        sender.deliver(PARCEL)


def test_a_line_that_breaks_while_it_is_made_ready_again_is_dropped():
    sender, _ = with_answers(OK, (550, b"no such user"), smtplib.SMTPServerDisconnected("gone"))
    with pytest.raises(RefusedError):
        sender.deliver(PARCEL)
    assert sender._session._smtp is None


def test_the_size_is_told_where_it_is_asked_for():
    sender, stub = with_answers(OK, OK, (354, b"go on"), OK)
    stub.esmtp_features["size"] = ""
    sender.deliver(PARCEL)
    assert f"size={len(RAW)}" in stub.said[0].lower()


def test_the_servers_words_hide_people_and_the_password():
    line = provider()._session
    said = line.words(b"550 <kim@example.org>: correct-horse\r\nis no\x20 password \xff")
    assert said == "550 <k…@e….org>: [hidden] is no password �"


@pytest.mark.parametrize("kind", ["host", "name"])
def test_a_host_that_there_is_not_is_told(kind, monkeypatch):
    error = OSError() if kind == "host" else OSError(-2, "Name or service not known")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("newsletter.providers.smtp_session.PlainConnection", fail)
    words = "OSError" if kind == "host" else "Name or service not known"
    with pytest.raises(UnavailableError, match=f"mail.example.org cannot be reached: {words}"):
        provider().prepare()


def test_a_server_that_answers_the_call_with_a_refusal_is_away(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise smtplib.SMTPConnectError(554, b"no service for you")

    monkeypatch.setattr("newsletter.providers.smtp_session.PlainConnection", fail)
    with pytest.raises(UnavailableError, match="rejected the connection: no service for you"):
        provider().prepare()


@pytest.mark.parametrize(
    ("code", "words", "reason"),
    [
        (550, b"5.1.1 <kim@example.org>: User unknown", "(550, there is no such address)"),
        (550, b"5.7.1 Message rejected as spam", "(550, it is not allowed, or taken for spam)"),
        (550, b"rejected", "(550)"),
        (552, b"5.2.2 Quota exceeded", "(552, the mailbox is full)"),
        (552, b"Message exceeds the limit", "(552, the mailbox is full, or the message too large)"),
        (554, b"5.3.4 Message too big", "(554, the message is too large)"),
        (553, b"bad address", "(553, the address is not valid)"),
    ],
)
def test_refusals_are_told_apart_by_their_codes(code, words, reason):
    sender, _ = with_answers(OK, (code, words), OK)
    with pytest.raises(RefusedError) as caught:
        sender.deliver(PARCEL)
    assert f"rejected the message {reason}: " in caught.value.message


@pytest.mark.parametrize("code", [450, 451, 452])
@pytest.mark.parametrize("stage", ["recipient", "text"])
def test_a_temporary_code_of_one_recipient_defers_that_one_only(code, stage):
    answers = [OK, (code, b"4.2.2 later"), OK] if stage == "recipient" else [OK, OK, (354, b"go"), (code, b"later"), OK]
    sender, _ = with_answers(*answers)
    with pytest.raises(DeferredError, match="later"):
        sender.deliver(PARCEL)


def test_the_answer_after_the_text_may_take_ten_minutes():
    sender, stub = with_answers(OK, OK, (354, b"go on"), OK)
    sender.deliver(PARCEL)
    assert stub.waits == [60] * 7 + [600]


def test_the_text_is_announced_right_before_it_is_given():
    said: list[int] = []
    sender, stub = with_answers(OK, OK, (354, b"go on"), OK)
    sender.deliver(OutboundMessage("2024-02", "k1", "kim@example.org", RAW, lambda: said.append(len(stub.said))))
    assert said == [3]
    assert "Hello" in stub.said[3]


def pipelined(*answers: object) -> tuple[SmtpProvider, Stub]:
    sender, stub = with_answers(*answers)
    stub.esmtp_features["pipelining"] = ""
    return sender, stub


GO = (354, b"go on")


def test_the_commands_before_a_text_are_sent_at_once_where_the_server_allows_it():
    sender, stub = pipelined(OK, OK, GO, OK)
    sender.deliver(PARCEL)
    assert stub.said[0] == str(b"MAIL FROM:<news@example.org>\r\nRCPT TO:<kim@example.org>\r\nDATA\r\n")
    assert "Hello" in stub.said[1]
    assert len(stub.said) == 2


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([OK, (550, b"5.1.1 no such user"), (503, b"no recipients"), OK], RefusedError),
        ([OK, (450, b"greylisted"), (554, b"no valid recipients"), OK], DeferredError),
        ([(451, b"not now"), (503, b"sender first"), (503, b"sender first"), OK], UnavailableError),
        ([(550, b"relaying denied"), (503, b"sender first"), (503, b"sender first"), OK], ProviderError),
        ([OK, OK, (452, b"full"), OK], DeferredError),
        ([OK, (550, b"no such user"), smtplib.SMTPServerDisconnected("gone"), OK], RefusedError),
    ],
)
def test_each_pipelined_answer_counts_for_its_own_command(answers, error):
    sender, stub = pipelined(*answers)
    with pytest.raises(error) as caught:
        sender.deliver(PARCEL)
    assert type(caught.value) is error
    assert not any("Hello" in said for said in stub.said)


def test_a_server_that_waits_for_a_text_for_nobody_is_given_none():
    sender, stub = pipelined(OK, (550, b"no such user"), GO)
    with pytest.raises(RefusedError, match="no such user"):
        sender.deliver(PARCEL)
    assert sender._session._smtp is None
    assert not any("Hello" in said for said in stub.said)


def carry_on(lane: Lane, number: int, following: int | None) -> list[int]:
    """Hand over a numbered message; return how much had been said when its text was about to begin."""
    steps, said, answer = lane.deliver(numbered(number)), [], None
    assert isinstance(lane, _SmtpLane)
    try:
        while True:
            step = steps.send(answer)
            answer = None
            if step is NEXT_MESSAGE and following is not None:
                answer = numbered(following)
            elif step is BEGIN_TEXT:
                stub = lane._session._smtp
                assert isinstance(stub, Stub)
                said.append(len(stub.said))
    except StopIteration:
        return said


def numbered(number: int) -> OutboundMessage:
    content = (RAW.partition(b"Hello")[0], b"Hello %d\r\n" % number)
    return OutboundMessage("2024-02", f"k{number}", f"reader{number}@example.org", content)


def test_the_next_envelope_follows_a_text_at_once_and_its_text_waits_for_its_own_turn():
    sender, stub = pipelined(OK, OK, GO, OK, OK, OK, OK, GO, OK)
    [lane] = sender.lanes()[:1]
    assert carry_on(lane, 1, 2) == [1]
    assert stub.said[1].endswith(
        r"Hello 1\r\n.\r\nRSET\r\nMAIL FROM:<news@example.org>\r\nRCPT TO:<reader2@example.org>\r\nDATA\r\n'"
    )
    assert carry_on(lane, 2, None) == [2]
    assert stub.said[2].endswith(r"Hello 2\r\n.\r\n'")
    assert len(stub.said) == 3


def test_where_a_text_is_refused_the_next_message_keeps_its_envelope():
    sender, stub = pipelined(OK, OK, GO, (552, b"mailbox full"), OK, OK, OK, GO, OK)
    [lane] = sender.lanes()[:1]
    with pytest.raises(RefusedError, match="mailbox full"):
        carry_on(lane, 1, 2)
    assert carry_on(lane, 2, None) == [2]
    assert stub.said[2].endswith(r"Hello 2\r\n.\r\n'")


GONE = smtplib.SMTPServerDisconnected("gone")


@pytest.mark.parametrize("answers", [[GONE], [(421, b"enough"), GONE], [(502, b"what?")], [OK, (421, b"enough"), GONE]])
def test_where_the_connection_ends_after_a_text_the_next_message_is_announced_anew(monkeypatch, answers):
    sender, _ = pipelined(OK, OK, GO, OK, *answers)
    [lane] = sender.lanes()[:1]
    carry_on(lane, 1, 2)
    other = Stub(OK, OK, GO, OK)

    def call(session: SmtpSession) -> Stub:
        session._smtp = session._smtp or other
        return session._smtp

    monkeypatch.setattr(SmtpSession, "open", call)
    carry_on(lane, 2, None)
    assert [said.split(":")[0] for said in other.said[:2]] == ["b'MAIL FROM", "b'RCPT TO"]


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_an_announced_message_that_is_not_given_ends_the_connection(is_withdrawn):
    sender, stub = pipelined(OK, OK, GO, OK)
    [lane] = sender.lanes()[:1]
    carry_on(lane, 1, 2)
    said = len(stub.said)
    if is_withdrawn:
        lane.withdraw()
    else:
        sender._session.hang_up()
    assert sender._session._smtp is None
    assert len(stub.said) == said


def test_a_message_other_than_the_announced_one_has_a_connection_of_its_own(monkeypatch):
    sender, _ = pipelined(OK, OK, GO, OK)
    [lane] = sender.lanes()[:1]
    carry_on(lane, 1, 2)
    other = Stub(OK, OK, GO, OK)
    monkeypatch.setattr(SmtpSession, "open", lambda session: setattr(session, "_smtp", other) or other)
    carry_on(lane, 3, None)
    assert "reader3" in other.said[1]


def test_with_a_pace_no_message_is_announced_before_its_time():
    sender, stub = provider(per_hour=3600), Stub(OK, OK, GO, OK)
    sender._session._smtp = stub
    stub.esmtp_features["pipelining"] = ""
    carry_on(sender.lanes()[0], 1, 2)
    assert not any("reader2" in said for said in stub.said)


def test_a_message_that_the_server_cannot_take_is_not_announced():
    sender, stub = pipelined(OK, OK, GO, OK)
    [lane] = sender.lanes()[:1]
    stub.esmtp_features["size"] = str(len(numbered(1).raw))
    carry_on(lane, 1, 1000)
    assert not any("reader1000" in said for said in stub.said)


def test_a_text_that_may_not_begin_is_not_given_and_the_line_is_dropped():
    def fail() -> None:
        raise KeyboardInterrupt

    sender, stub = with_answers(OK, OK, GO)
    with pytest.raises(KeyboardInterrupt):
        sender.deliver(OutboundMessage("2024-02", "k1", "kim@example.org", RAW, fail))
    assert sender._session._smtp is None
    assert not any("Hello" in said for said in stub.said)


def test_dots_at_the_beginning_of_lines_are_doubled_and_no_others():
    sender, stub = with_answers(OK, OK, GO, OK)
    raw = RAW.replace(b"Hello", b".\r\n..a\r\nb.c\r\n.")
    sender.deliver(OutboundMessage("2024-02", "k1", "kim@example.org", raw))
    assert stub.said[3].endswith(r"\r\n\r\n..\r\n...a\r\nb.c\r\n..\r\n.\r\n'")


@pytest.mark.parametrize(
    "address", ["kim.lee+news@mail.example.org", "k", '"kim lee"@example.org', "a..b@example.org", "kim@[192.0.2.1]"]
)
def test_commands_name_an_address_as_smtplib_does(address):
    sender, stub = pipelined(OK, OK, GO, OK)
    sender.deliver(OutboundMessage("2024-02", "k1", address, RAW))
    assert rf"RCPT TO:{smtplib.quoteaddr(address)}\r\n" in stub.said[0]


def test_a_slow_pace_needs_one_connection():
    assert provider(connections=8, per_hour=300).connections == 1
    assert provider(connections=8, per_hour=10_000).connections == 3
    assert provider(connections=8).connections == 8


def test_a_server_that_allows_few_connections_gets_few(monkeypatch):
    opened = []

    def call(session: SmtpSession) -> Stub:
        if len(opened) == 2:
            raise UnavailableError("421 too many connections")
        opened.append(session)
        session._smtp = Stub()
        return session._smtp

    monkeypatch.setattr(SmtpSession, "open", call)
    sender = provider(connections=5)
    sender._session.open()
    ended = []
    for lane in sender.lanes():
        try:
            run_steps(lane.begin(), lambda: None)
        except UnavailableError:
            ended.append(lane)
    assert len(ended) == 3
    assert sender._sessions == opened
    assert len(sender.lanes()) == 2
