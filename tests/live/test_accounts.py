"""Each adapter against a real account of yours; nothing here runs unless you name an audience. Nothing is ever sent.

For a provider called NAME (mailchimp, brevo, sendgrid, mailjet, buttondown, resend; listmonk has a suite of its own):

NEWSLETTER_LIVE_NAME_AUDIENCE    the id or name of an audience, such as NEWSLETTER_LIVE_BREVO_AUDIENCE=2
NEWSLETTER_LIVE_NAME_SENDER      an address that the account may send from
NEWSLETTER_LIVE_NAME_OPTIONS     its options as JSON, where it needs any
NEWSLETTER_LIVE_NAME_TESTER      who gets a test; left out, none is sent

The keys are those that `newsletter providers NAME` lists. A draft is made, read back, compared, put on the schedule of
tomorrow and taken back. It stays there as a draft: delete it on the provider's website.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from pathlib import Path

import pytest

from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.base import ProviderContext
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature
from newsletter.providers.registry import build
from newsletter.secrets import need_secret
from newsletter.sending.campaign_draft import differences

NAMES = ("mailchimp", "brevo", "sendgrid", "mailjet", "buttondown", "resend")


def told(name: str, what: str) -> str:
    """Return what the environment says of a provider."""
    return os.environ.get(f"NEWSLETTER_LIVE_{name.upper()}_{what}", "")


CHOSEN = [name for name in NAMES if told(name, "AUDIENCE")]
pytestmark = [
    pytest.mark.skipif(not CHOSEN, reason="opt-in: NEWSLETTER_LIVE_NAME_AUDIENCE names no audience of a real account"),
    pytest.mark.enable_socket,
]


@pytest.fixture(params=CHOSEN or ["none"])
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> CampaignProvider:
    name = str(request.param)
    supplies = ProviderContext(need_secret, "audience.csv", tuple, tmp_path, "outbox")
    made = build(name, json.loads(told(name, "OPTIONS") or "{}"), supplies)
    assert isinstance(made, CampaignProvider)
    return made


@pytest.fixture
def draft(provider: CampaignProvider) -> CampaignDraft:
    html = (
        "<!doctype html><html><head><title>A try</title></head><body><h1>Hello {first_name}</h1>"
        '<p>A try of the newsletter tool.</p><p><a href="{unsubscribe_url}">Leave</a></p></body></html>'
    )
    message = Message(
        title="A try of the newsletter tool",
        subject="A try",
        preheader="Only a try",
        html=html,
        text="Hello {first_name}\n\nA try of the newsletter tool.\n\nLeave: {unsubscribe_url}\n",
        sender=Sender(name="Example Trust", email=told(provider.name, "SENDER")),
    )
    audience = provider.audience(told(provider.name, "AUDIENCE"))
    return CampaignDraft(
        key=f"nl-live-{secrets.token_hex(4)}", title=message.title, message=message, audience=audience.id
    )


def test_a_draft_is_made_read_back_scheduled_and_taken_back(provider, draft):
    assert provider.check()
    assert provider.find(draft.key) is None
    ident = provider.save(draft, None)
    assert provider.save(draft, ident) == ident
    assert differences(provider, ident, draft) == []
    found = provider.find(draft.key)
    assert found is not None
    assert (found.id, found.state) == (ident, RemoteState.DRAFT)
    if told(provider.name, "TESTER"):
        provider.test(ident, draft, [told(provider.name, "TESTER")])
    if Feature.SCHEDULE | Feature.UNSCHEDULE in provider.about.features:
        now = dt.datetime.now(dt.UTC)
        provider.schedule(ident, provider.about.limits.first_moment(now + dt.timedelta(days=1), now))
        assert provider.state(ident).state is RemoteState.SCHEDULED
        provider.unschedule(ident)
    assert provider.state(ident).state is RemoteState.DRAFT
