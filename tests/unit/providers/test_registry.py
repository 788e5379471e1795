"""Providers by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.providers.outbox import OutboxProvider
from newsletter.providers.registry import DIRECT, Supplies, build


@pytest.fixture
def supplies(tmp_path: Path) -> Supplies:
    return Supplies(folder=tmp_path / "outbox", shown="outbox", audience="audience.csv", people=lambda: ())


def test_every_name_builds_a_provider_of_that_name(supplies):
    for name in DIRECT:
        assert build(name, supplies).name == name


def test_the_outbox(supplies):
    assert isinstance(build("outbox", supplies), OutboxProvider)


def test_an_unknown_name(supplies):
    with pytest.raises(UsageError, match="'pigeon'") as caught:
        build("pigeon", supplies)
    assert "outbox" in caught.value.hint
