"""What a broken call to Amazon SES means, by what had reached the wire: real sockets, with and without TLS."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from functools import cache
from typing import Any

import pytest

pytest.importorskip("boto3", reason="boto3 is not installed")
import botocore.session
from botocore.config import Config

from newsletter.errors import DoubtError, ProviderError, UnavailableError
from newsletter.model.audience import Audience
from newsletter.providers.base import OutboundMessage
from newsletter.providers.ses import Options, SesProvider
from tests.loopback import PEOPLE, SesLoopback
from tests.stages import Stage, front_door, stages, trusted_file

RAW = b"From: news@example.org\r\nTo: reader1@example.org\r\n\r\nHello\r\n"
PARCEL = OutboundMessage("2024-02", "k1", "reader1@example.org", RAW)


@cache
def _aws() -> Any:
    return botocore.session.get_session()


def provider_at(address: str, **config: Any) -> SesProvider:
    def client(repeats: bool) -> Any:
        retries = {"mode": "standard", "total_max_attempts": 3 if repeats else 1}
        return _aws().create_client(
            "sesv2",
            region_name="eu-west-2",
            endpoint_url=address,
            verify=trusted_file(),
            aws_access_key_id="AKIAEXAMPLE",
            aws_secret_access_key="an-example",
            config=Config(retries=retries, read_timeout=2, connect_timeout=2, **config),
        )

    options = Options(region="eu-west-2", contact_list="Readers", ses_handles_leaving=False)
    return SesProvider(options, client, pause=lambda _: None, clock=lambda: 0.0)


@pytest.fixture
def ses():
    server = SesLoopback()
    yield server
    server.stop()


@pytest.mark.parametrize(("tls", "stage"), [(tls, stage) for tls in (True, False) for stage in stages(tls=tls)])
def test_a_message_is_never_sent_twice_and_never_called_unsent(ses, tls, stage):
    with front_door(ses.port, tls=tls) as door:
        door.fail(stage, first=1, times=10)
        provider = provider_at(door.address)
        if stage is Stage.WHOLE_ANSWER:
            with suppress(DoubtError):  # where the break comes before the answer was read
                provider.deliver(PARCEL)
        else:
            with pytest.raises(UnavailableError if stage.is_unsent else DoubtError):
                provider.deliver(PARCEL)
        assert ses.counting.taken.total() == stage.is_done


@pytest.mark.parametrize("stage", sorted(set(stages(tls=True)) - {Stage.REFUSED, Stage.HALF_ANSWER}))
def test_reading_is_repeated(ses, stage):
    with front_door(ses.port, tls=True) as door:
        door.fail(stage, first=1)
        people = provider_at(door.address).recipients(Audience(id="Readers", name="Readers"))
        assert [one.email for one in people] == list(PEOPLE)


def test_a_dead_proxy_is_no_doubt(ses):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = probe.getsockname()[1]
    provider = provider_at("https://ses.example.org", proxies={"https": f"http://127.0.0.1:{dead}"})
    with pytest.raises(UnavailableError, match="through this computer's proxy"):
        provider.deliver(PARCEL)


def test_an_endless_answer_is_not_read_and_is_a_doubt():
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                while True:
                    line.sendall(b"[" * 65_536)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    with listener, pytest.raises(ProviderError) as caught:
        provider_at(f"http://127.0.0.1:{listener.getsockname()[1]}").deliver(PARCEL)
    assert isinstance(caught.value, DoubtError)
