"""What every provider must be and say."""

from __future__ import annotations

from typing import Any, Self

import pytest

from newsletter.errors import UnsupportedError, UsageError
from newsletter.model.audience import Audience, Segment
from newsletter.providers.base import DirectProvider, OutboundMessage, Provider, ProviderContext
from newsletter.providers.capabilities import Feature, Limits, ProviderInfo

ABOUT = ProviderInfo("small", "the small one", Feature.COUNTS | Feature.SEGMENTS, Limits(), notes=("It is small.",))


class Small(Provider):
    about = ABOUT

    @classmethod
    def make(cls, options: Any, supplies: ProviderContext) -> Self:
        return cls()

    def check(self) -> str:
        return "a small account"

    def audiences(self) -> tuple[Audience, ...]:
        return (
            Audience(id="a", name="All readers"),
            Audience(id="b", name="Volunteers"),
            Audience(id="c", name="Volunteers"),
        )

    def segments(self, audience: str) -> tuple[Segment, ...]:
        return (Segment(id=f"{audience}-1", name="Members"),)


def test_a_gap_fails_at_construction():
    class Gap(Provider):
        about = ABOUT

    with pytest.raises(TypeError, match="audiences"):
        Gap()  # type: ignore[abstract]  # that it cannot be made is what is tested


def test_a_direct_provider_with_a_gap_fails_at_construction():
    class Gap(DirectProvider):
        about = ABOUT

    with pytest.raises(TypeError, match=r"ask.*audiences.*deliver"):
        Gap()  # type: ignore[abstract]  # that it cannot be made is what is tested


def test_a_provider_must_say_what_it_is():
    class Nameless(Provider):
        @classmethod
        def make(cls, options: Any, supplies: ProviderContext) -> Self:
            return cls()

        def check(self) -> str:
            return ""

        def audiences(self) -> tuple[Audience, ...]:
            return ()

        def segments(self, audience: str) -> tuple[Segment, ...]:
            return ()

    with pytest.raises(TypeError, match="it lacks `about`"):
        Nameless()


def test_what_is_missing_is_refused_by_name():
    small = Small()
    small.needs(Feature.COUNTS, "count")
    with pytest.raises(UnsupportedError, match="The small one cannot send a test") as refused:
        small.needs(Feature.TEST, "send a test")
    assert refused.value.hint == "It is small."


def test_a_segment_is_found_by_its_name_or_its_identifier():
    small = Small()
    audience = small.audience("a")
    assert small.segment(audience, "Members") == small.segment(audience, "a-1")
    with pytest.raises(UsageError, match="All readers has no segment 'Donors'") as refused:
        small.segment(audience, "Donors")
    assert refused.value.hint == "The available names are Members."


def test_an_audience_that_is_not_clear_is_asked_for():
    small = Small()
    with pytest.raises(UsageError, match="No audience is set") as refused:
        small.audience(None)
    assert "The audiences are All readers, Volunteers (b), Volunteers (c)." in str(refused.value)
    with pytest.raises(UsageError, match="More than one has the name") as refused:
        small.audience("Volunteers")
    assert refused.value.hint == "Use the id in brackets instead: Volunteers (b), Volunteers (c)."


def test_the_only_audience_need_not_be_named():
    class One(Small):
        def audiences(self) -> tuple[Audience, ...]:
            return (Audience(id="a", name="All readers"),)

    assert One().audience(None).id == "a"


def test_an_audience_is_found_by_its_identifier():
    assert Small().audience("b").name == "Volunteers"


def test_an_unknown_audience_names_those_that_there_are():
    with pytest.raises(UsageError) as caught:
        Small().audience("z")
    assert caught.value.hint == "The available names are All readers, Volunteers."


@pytest.mark.parametrize("named", ["All reader", "all readers", "ALL READERS", "Al readers"])
def test_the_name_that_was_meant_is_offered(named):
    with pytest.raises(UsageError) as caught:
        Small().audience(named)
    assert caught.value.hint.startswith("Did you mean 'All readers'? ")


def test_of_very_many_the_first_ones_are_named():
    class Big(Small):
        def audiences(self) -> tuple[Audience, ...]:
            return tuple(Audience(id=str(number), name=f"List {number}") for number in range(1, 101))

    with pytest.raises(UsageError) as caught:
        Big().audience("Friends")
    assert caught.value.hint.endswith("List 20, and 80 more.")


def test_a_parcel_shows_neither_address_nor_words():
    shown = repr(OutboundMessage("2024-02", "k1", "kim@example.org", b"secret words"))
    assert shown == "OutboundMessage(2024-02, k1)"
