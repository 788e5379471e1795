"""The listmonk adapter against a real listmonk; nothing here runs unless you name one.

NEWSLETTER_LIVE_LISTMONK_URL     where it runs
NEWSLETTER_LIVE_LISTMONK_USER    the name of an API user
NEWSLETTER_LISTMONK_TOKEN        its token
NEWSLETTER_LIVE_LISTMONK_LIST    the number of a list whose members may be written to
NEWSLETTER_LIVE_LISTMONK_TESTER  somebody on that list, who gets the test
NEWSLETTER_LIVE_LISTMONK_SEND    `yes` to have a campaign really sent to the list
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Iterator

import pytest
import requests

from newsletter.errors import NotFoundError, RefusedError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.listmonk import TOKEN, Listmonk, Options

URL = os.environ.get("NEWSLETTER_LIVE_LISTMONK_URL", "")
USER = os.environ.get("NEWSLETTER_LIVE_LISTMONK_USER", "")
LIST = os.environ.get("NEWSLETTER_LIVE_LISTMONK_LIST", "")
TESTER = os.environ.get("NEWSLETTER_LIVE_LISTMONK_TESTER", "")
pytestmark = [
    pytest.mark.skipif(not URL, reason="NEWSLETTER_LIVE_LISTMONK_URL names no listmonk"),
    pytest.mark.enable_socket,
]

HTML = """<!doctype html><html lang="en"><head><title></title>
<!--[if mso]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]--></head>
<body><p>Hello {first_name|there}, {{ this is no code }}</p><a href="{unsubscribe_url}">Leave</a>
<!--[if mso | IE]><table><tr><td><![endif]--><p>{town|nowhere}</p><!--[if mso | IE]></td></tr></table><![endif]-->
</body></html>"""


@pytest.fixture(scope="module")
def listmonk() -> Listmonk:
    return Listmonk.connect(Options(base_url=URL, user=USER), lambda variable: os.environ[variable])


@pytest.fixture
def draft() -> CampaignDraft:
    message = Message(
        title="Trying the newsletter tool",
        subject="Trying the newsletter tool, {first_name|there}",
        preheader="",
        html=HTML,
        text="Hello {first_name|there}, <https://example.org> {{ this is no code }}",
        sender=Sender(name='Example "Trust"', email="news@example.org"),
        reply_to="team@example.org",
    )
    return CampaignDraft(key=f"nl-live-{secrets.token_hex(4)}", title="Trying", message=message, audience=LIST)


@pytest.fixture
def campaign(listmonk: Listmonk, draft: CampaignDraft) -> Iterator[str]:
    ident = listmonk.save(draft, None)
    yield ident
    requests.delete(f"{URL}/api/campaigns/{ident}", auth=(USER, os.environ[TOKEN.variable]), timeout=30)


def in_a_week() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=7)


def test_the_account_answers(listmonk):
    assert listmonk.check()
    assert LIST in {one.id for one in listmonk.audiences()}


def test_a_draft_is_found_by_its_key_and_holds_what_was_handed_over(listmonk, draft, campaign):
    found = listmonk.find(draft.key)
    assert found is not None
    assert (found.id, found.state) == (campaign, RemoteState.DRAFT)
    assert listmonk.save(draft, campaign) == campaign
    assert listmonk.read(campaign) == listmonk.expected(draft)
    assert listmonk.find("nl-live-nobody") is None


def test_it_is_scheduled_moved_and_taken_back(listmonk, campaign):
    for when in (in_a_week(), in_a_week() + dt.timedelta(hours=1)):
        listmonk.schedule(campaign, when)
        now = listmonk.state(campaign)
        assert (now.state, now.scheduled_for) == (RemoteState.SCHEDULED, when)
    listmonk.unschedule(campaign)
    assert listmonk.state(campaign).state is RemoteState.DRAFT
    with pytest.raises(RefusedError):
        listmonk.unschedule(campaign)


def test_writing_a_scheduled_campaign_anew_makes_it_a_draft(listmonk, draft, campaign):
    listmonk.schedule(campaign, in_a_week())
    listmonk.save(draft, campaign)
    assert listmonk.state(campaign).state is RemoteState.DRAFT


def test_a_stranger_is_named_and_the_tester_gets_the_test(listmonk, draft, campaign):
    addresses = [*([TESTER] if TESTER else []), "nobody-of-this-name@example.org"]
    with pytest.raises(RefusedError, match=r"n…@e…\.org"):
        listmonk.test(campaign, draft, addresses)


def test_a_campaign_that_there_is_not_is_told(listmonk):
    with pytest.raises(NotFoundError):
        listmonk.state("999999999")


@pytest.mark.skipif(os.environ.get("NEWSLETTER_LIVE_LISTMONK_SEND") != "yes", reason="nothing is to be sent")
def test_it_is_sent_once(listmonk, campaign):
    listmonk.schedule(campaign, in_a_week())
    listmonk.unschedule(campaign)
    listmonk.send(campaign)
    patience = time.monotonic() + 60
    while listmonk.state(campaign).state is not RemoteState.SENT and time.monotonic() < patience:
        time.sleep(1)
    assert listmonk.state(campaign).state is RemoteState.SENT
    assert (listmonk.report(campaign).sent or 0) > 0
    with pytest.raises(RefusedError):
        listmonk.send(campaign)
