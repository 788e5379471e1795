"""The providers by name: ours, those of other packages, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Self

import pytest

from newsletter.errors import UsageError
from newsletter.model.audience import Audience, Segment
from newsletter.providers import registry
from newsletter.providers.base import NoOptions, Provider, ProviderContext
from newsletter.providers.capabilities import Feature, Limits, ProviderInfo


class Pigeons(Provider):
    about = ProviderInfo("pigeons", "the pigeon loft", Feature.NONE, Limits())

    @classmethod
    def make(cls, options: Any, supplies: ProviderContext) -> Self:
        return cls()

    def check(self) -> str:
        return "a loft"

    def audiences(self) -> tuple[Audience, ...]:
        return ()

    def segments(self, audience: str) -> tuple[Segment, ...]:
        return ()


@pytest.fixture
def supplies(tmp_path: Path) -> ProviderContext:
    return ProviderContext(lambda variable: f"secret of {variable}", "audience.csv", tuple, tmp_path, "outbox")


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    points = [
        EntryPoint("pigeons", f"{__name__}:Pigeons", registry.GROUP),
        EntryPoint("outbox", f"{__name__}:Pigeons", registry.GROUP),
        EntryPoint("broken", "no_such_module_anywhere:Thing", registry.GROUP),
        EntryPoint("nothing", "json:loads", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    monkeypatch.setattr(EntryPoint, "load", _load)
    return


def _load(point: EntryPoint) -> Any:
    if point.name == "broken":
        raise ModuleNotFoundError("No module named 'no_such_module_anywhere'")
    return Pigeons if point.name in {"pigeons", "outbox"} else print


@pytest.mark.parametrize("name", registry.BUILT_IN)
def test_each_of_ours_is_what_it_is_called(name):
    kind = registry.adapter(name)
    assert kind.about.name == name
    assert kind.__name__ == registry.BUILT_IN[name].partition(":")[2]
    assert all(one.variable.startswith("NEWSLETTER_") for one in kind.about.secrets)
    assert set(kind.about.settings) == (set() if name == "outbox" else set(kind.options.model_fields))


def test_another_packages_provider_is_one_of_them(brought, supplies):
    assert registry.names()[-3:] == ["broken", "nothing", "pigeons"]
    assert registry.is_known("pigeons")
    assert isinstance(registry.build("pigeons", NoOptions(), supplies), Pigeons)


def test_another_package_does_not_take_one_of_our_names(brought):
    assert registry.adapter("outbox") is not Pigeons


@pytest.mark.parametrize(
    ("name", "words"), [("broken", "cannot be loaded"), ("nothing", "does not define a valid provider")]
)
def test_a_package_that_brings_something_else_is_named(brought, name, words):
    with pytest.raises(UsageError, match=words):
        registry.adapter(name)


def test_an_unknown_name_is_answered_with_those_that_there_are():
    with pytest.raises(UsageError, match="'mailchump'") as refused:
        registry.adapter("mailchump")
    assert "Did you mean mailchimp?" in refused.value.hint
    assert not registry.is_known("mailchump")


def test_options_that_are_lacking_are_named(supplies):
    with pytest.raises(UsageError, match="`region`") as refused:
        registry.build("ses", None, supplies)
    assert "`newsletter providers ses`" in refused.value.hint


@pytest.mark.parametrize(
    "name", [one for one in registry.BUILT_IN if one not in {"ses", "smtp", "mailchimp", "listmonk"}]
)
def test_each_is_made_without_a_call(name, supplies):
    assert registry.build(name, None, supplies).name == name
