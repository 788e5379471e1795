"""The SES provider, through the AWS library, against moto's server of SES."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from newsletter.errors import ProviderError, RefusedError, UnavailableError
from newsletter.providers.base import AcceptState, OutboundMessage
from newsletter.providers.ses import Options, SesProvider

pytestmark = pytest.mark.slow

boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")


@pytest.fixture(scope="module")
def moto(server_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = server_program("moto_server")
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    log = (tmp_path_factory.mktemp("moto") / "log").open("w")
    process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/moto-api/data.json", process)
        yield url
    finally:
        process.kill()
        process.wait(timeout=10)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        assert process.poll() is None, "moto's server ended by itself"
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("moto's server did not start within a minute")


@pytest.fixture
def aws(moto: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    requests.post(f"{moto}/moto-api/reset", timeout=10).raise_for_status()
    client = boto3.client("sesv2", region_name="eu-west-2", endpoint_url=moto)
    client.create_email_identity(EmailIdentity="news@example.org")
    topics = [
        {"TopicName": "events", "DisplayName": "Events", "DefaultSubscriptionStatus": "OPT_OUT"},
        {"TopicName": "jobs", "DisplayName": "Jobs", "DefaultSubscriptionStatus": "OPT_IN"},
    ]
    client.create_contact_list(ContactListName="Readers", Topics=topics)
    yes = [{"TopicName": "events", "SubscriptionStatus": "OPT_IN"}]
    people: list[dict[str, Any]] = [
        {"EmailAddress": "kim@example.org", "AttributesData": json.dumps({"FirstName": "Kim", "town": "Hull"})},
        {"EmailAddress": "ash@example.org", "TopicPreferences": yes},
        {"EmailAddress": "left@example.org", "TopicPreferences": yes, "UnsubscribeAll": True},
    ]
    for person in people:
        client.create_contact(ContactListName="Readers", **person)
    yield client
    client.close()


def made(moto: str, **settings: Any) -> SesProvider:
    options = Options.model_validate({"region": "eu-west-2", "base_url": moto, "per_second": 1000, **settings})
    return SesProvider.connect(options)


def parcel(address: str = "kim@example.org", sender: str = "news@example.org") -> OutboundMessage:
    head = f"From: Example <{sender}>\r\nTo: {address}\r\nSubject: February\r\nMessage-ID: <2024-02.k1@example.org>\r\n"
    leave = "List-Unsubscribe: <https://example.org/leave>,\r\n <mailto:news@example.org>\r\n"
    return OutboundMessage(
        "2024-02", "k1", address, f"{head}{leave}\r\nHello\r\nList-Unsubscribe: in words\r\n".encode()
    )


def sent(moto: str) -> list[str]:
    data = requests.get(f"{moto}/moto-api/data.json", timeout=10).json()
    return [message["raw_data"] for message in data["ses"]["RawMessage"]]


def test_lists_and_topics_are_audiences(moto, aws):
    audiences = made(moto).audiences()
    assert [(one.id, one.name) for one in audiences] == [
        ("Readers", "Readers"),
        ("Readers/events", "Readers: Events"),
        ("Readers/jobs", "Readers: Jobs"),
    ]
    assert audiences[0].count == 2


def test_people_who_left_get_nothing_and_names_are_known(moto, aws):
    provider = made(moto)
    people = provider.recipients(provider.audience("Readers"))
    assert [(one.email, one.first_name) for one in people] == [("ash@example.org", ""), ("kim@example.org", "Kim")]
    assert people[1].merge_values["town"] == "Hull"


def test_a_topic_is_for_those_who_chose_it(moto, aws):
    provider = made(moto)
    assert [one.email for one in provider.recipients(provider.audience("Readers/events"))] == ["ash@example.org"]


def test_messages_are_taken(moto, aws):
    provider = made(moto)
    provider.recipients(provider.audience("Readers"))
    provider.prepare()
    provider.deliver(parcel())
    assert provider.deliver_test(parcel("tester@example.org")) == "the inbox of t…@e….org"
    assert provider.ask("2024-02", ["k1"]) == {"k1": AcceptState.CANNOT_TELL}
    real, test = sent(moto)
    assert "\r\nList-Unsubscribe: <" not in real, "SES adds its own unsubscribe link"
    assert "Message-ID: <2024-02.k1@example.org>" in real
    assert real.endswith("\r\n\r\nHello\r\nList-Unsubscribe: in words\r\n")
    assert test == parcel("tester@example.org").raw.decode()


def test_the_own_way_to_leave_stays_where_ses_adds_none(moto, aws):
    provider = made(moto, ses_handles_leaving=False)
    provider.recipients(provider.audience("Readers"))
    provider.deliver(parcel())
    assert sent(moto) == [parcel().raw.decode()]


def test_a_sender_that_is_not_verified_stops_it(moto, aws):
    provider = made(moto)
    with pytest.raises(ProviderError, match=r"authority to send from email o…@e…\.net") as caught:
        provider.deliver(parcel(sender="other@example.net"))
    assert not isinstance(caught.value, RefusedError)
    assert "Identities" in caught.value.hint


def test_an_unknown_list_is_refused(moto, aws):
    with pytest.raises(ProviderError, match="rejected"):
        made(moto, contact_list="Nobody").audiences()


def test_nobody_listening_is_told(moto, aws):
    with pytest.raises(UnavailableError, match="cannot be reached"):
        made("http://127.0.0.1:9", contact_list="Readers").audiences()
