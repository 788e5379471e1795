"""What every provider must be and say."""

from __future__ import annotations

import pytest

from newsletter.errors import ProviderError, UnsupportedError
from newsletter.model.audience import Audience
from newsletter.providers.base import Capability, DirectProvider, Parcel, Provider


class Small(Provider):
    name = "small"
    title = "the small one"
    capabilities = Capability.COUNTS

    def audiences(self) -> tuple[Audience, ...]:
        return (Audience(id="a", name="All readers"), Audience(id="b", name="Volunteers"))


def test_a_gap_fails_at_construction():
    class Gap(Provider):
        name = "gap"
        title = "the gap"
        capabilities = Capability.NONE

    with pytest.raises(TypeError, match="audiences"):
        Gap()  # type: ignore[abstract]


def test_a_direct_provider_with_a_gap_fails_at_construction():
    class Gap(DirectProvider):
        name = "gap"
        title = "the gap"
        capabilities = Capability.NONE

    with pytest.raises(TypeError, match=r"ask.*audiences.*deliver"):
        Gap()  # type: ignore[abstract]


def test_a_provider_must_say_what_it_is():
    class Nameless(Provider):
        title = "it"

        def audiences(self) -> tuple[Audience, ...]:
            return ()

    with pytest.raises(TypeError, match="name and capabilities"):
        Nameless()


def test_what_is_missing_is_refused_by_name():
    small = Small()
    small.needs(Capability.COUNTS, "count")
    with pytest.raises(UnsupportedError, match="The small one cannot send a test"):
        small.needs(Capability.TEST, "send a test")


def test_an_audience_is_found_by_its_identifier():
    assert Small().audience("b").name == "Volunteers"


def test_an_unknown_audience_names_those_that_there_are():
    with pytest.raises(ProviderError) as caught:
        Small().audience("c")
    assert "All readers, Volunteers" in caught.value.hint


def test_a_parcel_shows_neither_address_nor_words():
    shown = repr(Parcel("2024-02", "k1", "kim@example.org", b"secret words"))
    assert shown == "Parcel(2024-02, k1)"
