"""Runs of the whole command line against the second fault server; README.md here says what they show."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from .__main__ import authority
from .runner import CommandHost
from .scenario import PROVIDERS, play

pytestmark = pytest.mark.slow

# without NEWSLETTER_FAULTSERVER_RUNS: a few
SEEDS = tuple(range(20))
RUNS = int(os.environ.get("NEWSLETTER_FAULTSERVER_RUNS", "0"))
FIRST = int(os.environ.get("NEWSLETTER_FAULTSERVER_SEED", "0"))


@pytest.fixture(scope="module")
def host() -> Iterator[CommandHost]:
    host = CommandHost()
    yield host
    host.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS) if RUNS else SEEDS)
def test_no_promise_is_broken(
    seed: int, tmp_path: Path, host: CommandHost, certificate: tuple[ssl.SSLContext, Path]
) -> None:
    context, pem = certificate
    run = play(seed, tmp_path, host, context, pem, kills=True)
    assert not run.violations, run.describe()


def test_there_are_five_providers() -> None:
    assert len({provider.name for provider in PROVIDERS}) == 5
