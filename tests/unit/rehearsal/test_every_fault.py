"""Each fault does, or does not do, what it says; and only as often as it was asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UsageError
from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.fault import CALLS, Fault, FaultKind, Faults
from newsletter.rehearsal.service import ADVERT

BROKEN = requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError, requests.exceptions.Timeout
ANSWERS: dict[str, set[int] | None] = {
    "timeout_before": None,
    "timeout_after": None,
    "reset_before": None,
    "reset_after": None,
    "reset_mid_body": None,
    "500_before": {500},
    "500_after": {500},
    "502": {502},
    "429": {429},
    "402": {402, 403},
    "403": {403},
    "bare_403": {403},
    "malformed": {200, 201},
    "slow": {200, 201, 204},
    "duplicate": {200, 201, 204},
    "half": {200, 201, 204},
}
"""What the caller sees of a send; None: no answer that can be read."""

SENDS = {"duplicate": 2, **{kind: 0 for kind in FaultKind if not kind.is_done}}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_send_that_goes_wrong(talk: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = talk.make()
    talk.rehearsal.fail("send", kind)
    if ANSWERS[kind] is None:
        raw = talk.raw
        monkeypatch.setattr(talk, "raw", lambda method, path, **more: raw(method, path, timeout=0.4, **more))
        with pytest.raises(BROKEN):
            talk.sending(ident)
    else:
        answer = talk.sending(ident)
        assert answer.status_code in (ANSWERS[kind] or ())
        if kind == "malformed":
            with pytest.raises(ValueError, match=r"."):
                answer.json()
        if kind == "bare_403":
            assert not answer.content
    sent = talk.rehearsal.sent_campaigns()
    assert len(sent) == SENDS.get(kind, 1)
    if kind == "half":
        assert sent[0].gone == 58
    assert talk.rehearsal.handler.faults.left() == []
    assert talk.state(ident)  # all is well again


def test_a_campaign_made_twice_is_there_twice(talk: Any) -> None:
    call = "create"
    talk.rehearsal.fail(call, "duplicate")
    talk.make()
    assert talk.names().count("May [k-1]") == 2


@pytest.mark.parametrize("kind", ["rewrite", "half"])
def test_content_that_is_changed_can_be_seen_when_it_is_read_back(talk: Any, kind: str) -> None:
    call = "content" if talk.rehearsal.kind.name in {"mailchimp", "mailjet"} else "create"
    talk.rehearsal.fail(call, kind)
    held = talk.read(talk.make())
    if kind == "half":
        assert held == talk.html[: len(talk.html) // 2]
    else:
        assert ADVERT in held
        assert "clicks.example.org" in held


def test_half_of_a_test_goes_to_half_of_the_people(talk: Any) -> None:
    ident = talk.make()
    talk.rehearsal.fail("test", "half")
    talk.test(ident, ["reader1@example.org", "reader2@example.org"])
    assert talk.rehearsal.tests()[0].people == ["reader1@example.org"]


def test_too_many_requests_says_when_to_come_again_unless_the_provider_does_not(talk: Any) -> None:
    talk.rehearsal.fail("any", "429")
    answer = talk.raw("GET", "/whatever")
    assert answer.status_code == 429
    told = {"retry-after", "x-ratelimit-reset"} & {name.lower() for name in answer.headers}
    assert bool(told) is (talk.rehearsal.kind.name != "mailchimp")


def test_a_fault_comes_as_often_as_asked(meet: Callable[..., Any]) -> None:
    talk = meet("mailchimp", faults=["account:502:2", Fault("account", FaultKind.TOO_MANY)])
    assert [talk.raw("GET", "/ping").status_code for _ in range(4)] == [502, 502, 429, 200]


def test_faults_are_asked_for_and_taken_back_over_http(meet: Callable[..., Any]) -> None:
    talk = meet("mailchimp")
    own = f"{talk.rehearsal.address}/_rehearsal/faults"
    told = requests.post(own, json={"call": "account", "fault": "502", "times": 3}, timeout=5).json()
    assert told == {"faults": ["account:502:3"]}
    assert talk.raw("GET", "/ping").status_code == 502
    assert talk.own("faults") == {"faults": ["account:502:2"]}
    assert requests.delete(own, timeout=5).json() == {"faults": []}
    assert talk.raw("GET", "/ping").status_code == 200


@pytest.mark.parametrize("body", [None, {}, {"call": "account"}, {"call": "account", "fault": "nonsense"}, [1], "x"])
def test_a_fault_that_is_none_is_refused_over_http(meet: Callable[..., Any], body: Any) -> None:
    talk = meet("mailchimp")
    own = f"{talk.rehearsal.address}/_rehearsal/faults"
    assert requests.post(own, json=body, timeout=5).status_code == 400
    assert requests.post(own, data=b"{", timeout=5).status_code == 400


def test_the_rehearsal_tells_of_itself(talk: Any) -> None:
    ident = talk.make()
    talk.test(ident, ["reader1@example.org"])
    talk.schedule(ident, talk.later())
    (campaign,) = talk.own("campaigns")["campaigns"]
    assert (campaign["name"], campaign["state"], campaign["sent"]) == ("May [k-1]", "scheduled", 0)
    assert campaign["due"]
    own = talk.rehearsal.address + "/_rehearsal/clock"
    assert requests.post(own, json={"ahead": 7200}, timeout=5).status_code == 200
    (sent,) = talk.own("sent")["campaigns"]
    assert (sent["name"], sent["recipients"], sent["sent"], sent["unknown_tags"]) == ("May [k-1]", 117, 117, [])
    assert talk.own("campaigns")["campaigns"][0]["due"] is None
    assert talk.own("tests")["tests"][0]["recipients"] == 1
    assert {"create", "test", "schedule"} <= {one["call"] for one in talk.own("log")["requests"]}
    assert "reader1@example.org" not in str(talk.own("log"))
    assert talk.own("nothing")["error"]


def test_a_page_that_pretends_to_be_this_computer_is_refused(meet: Callable[..., Any]) -> None:
    talk = meet("mailchimp")
    for header in ({"Host": "evil.example.org"}, {"Host": "evil.example.org:80"}, {"Content-Length": "999999999"}):
        answer = requests.get(f"{talk.rehearsal.address}/_rehearsal/sent", headers=header, timeout=5)
        assert answer.status_code == 400


def test_a_call_that_hangs_does_not_keep_the_rehearsal_from_stopping() -> None:
    rehearsal = Rehearsal("mailchimp", faults=["account:timeout_before"]).start()
    with pytest.raises(BROKEN):
        requests.get(rehearsal.base_url + "/ping", timeout=0.1)
    rehearsal.stop()


def test_patience_ends(meet: Callable[..., Any]) -> None:
    talk = meet("mailchimp")
    talk.rehearsal._server.patience = 0.2
    talk.rehearsal.fail("account", "timeout_after")
    with pytest.raises(BROKEN):
        talk.raw("GET", "/ping")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fly:429", "No provider is asked to 'fly'"),
        ("send", "names no fault"),
        ("send:nonsense", "names no fault"),
        ("send:429:x", "number of times"),
        ("send:429:0", "at least once"),
        ("state:duplicate", "makes no sense"),
        ("send:rewrite", "makes no sense"),
        ("schedule:half", "makes no sense"),
    ],
)
def test_a_fault_that_is_written_wrongly_is_explained(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        Fault.parse(text)
    assert raised.value.hint


@given(st.sampled_from(sorted(CALLS)), st.sampled_from(list(FaultKind)), st.integers(1, 99))
def test_a_fault_is_read_as_it_is_written(call: str, kind: FaultKind, times: int) -> None:
    try:
        fault = Fault(call, kind, times)
    except UsageError:
        return
    assert Fault.parse(str(fault)) == fault
    assert kind.words


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_fault(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert Fault.parse(text).call in CALLS


def test_faults_wait_for_their_call() -> None:
    faults = Faults([Fault("send", FaultKind.TOO_MANY)])
    assert faults.take(["state", ""]) is None
    assert faults.take([]) is None
    assert faults.take(["send"]) is FaultKind.TOO_MANY
    assert faults.take(["send"]) is None
