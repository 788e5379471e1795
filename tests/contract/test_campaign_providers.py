"""Every adapter to a provider of campaigns, held to the shipped contract at its rehearsed provider."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from newsletter.providers.campaign import CampaignProvider
from newsletter.rehearsal import Rehearsal, provider_names
from newsletter.rehearsal.mailchimp import list_id as mailchimp_list
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.resend import segment_id as resend_segment
from newsletter.rehearsal.sendgrid import list_id as sendgrid_list
from newsletter.rehearsal.sendgrid import segment_id as sendgrid_segment
from newsletter.testing import Bench, CampaignContract, rehearsed

AIMS: Mapping[str, Callable[[Any, Any], tuple[str, str]]] = {
    "mailchimp": lambda group, part: (mailchimp_list(group), str(part.number)),
    "brevo": lambda group, part: (str(group.number), str(part.number)),
    "sendgrid": lambda group, part: (sendgrid_list(group), sendgrid_segment(part)),
    "mailjet": lambda group, part: (str(group.number), str(part.number)),
    "listmonk": lambda group, part: (str(group.number), ""),
    "buttondown": lambda group, part: ("all", ""),
    "resend": lambda group, part: (resend_segment(group), resend_segment(part)),
}


def adapter_class(name: str) -> Any:
    """Return a provider's adapter."""
    module = importlib.import_module(f"newsletter.providers.{name}")
    return module, next(
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, CampaignProvider) and one.__module__ == module.__name__
    )


@pytest.fixture(params=provider_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(name: str) -> Iterator[Bench]:
    module, adapter = adapter_class(name)
    with Rehearsal(name, timing=RehearsalTiming(poll_seconds=0.01)) as rehearsal:

        def connect(base_url: str, secret: Callable[[str], str]) -> CampaignProvider:
            options = module.Options.model_validate({"base_url": base_url, **rehearsal.kind.settings})
            made: CampaignProvider = adapter.connect(options, secret, pause=lambda _: None)
            return made

        audience, segment = AIMS[name](rehearsal.crowd.lists[0], rehearsal.crowd.segments[0])
        yield rehearsed(rehearsal, connect, audience=audience, segment=segment)


class TestCampaignProviders(CampaignContract):
    """The contract itself."""


def test_every_provider_that_can_be_rehearsed_is_aimed_at_something() -> None:
    assert set(AIMS) == set(provider_names())
