"""Every call of the Mailchimp adapter, before a server that npm's Prism makes of Mailchimp's own description."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from newsletter.errors import ProviderError, RefusedError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import Call
from newsletter.providers.mailchimp import Mailchimp, Options
from newsletter.providers.mailchimp_payload import CampaignTarget, changes, content, one, service

PROJECT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("prism_server", PROJECT / "tests" / "prism.py")
assert _spec
assert _spec.loader
prism = importlib.util.module_from_spec(_spec)
sys.modules["prism_server"] = prism
_spec.loader.exec_module(prism)

SPECS = Path(os.environ.get("NEWSLETTER_SPECS") or PROJECT.parent / "shared" / "specs")
USED = {
    "/": {"GET"},
    "/lists": {"GET"},
    "/lists/{list_id}/segments": {"GET"},
    "/campaigns": {"GET", "POST"},
    "/campaigns/{campaign_id}": {"GET", "PATCH"},
    "/campaigns/{campaign_id}/content": {"GET", "PUT"},
    "/campaigns/{campaign_id}/send-checklist": {"GET"},
    "/campaigns/{campaign_id}/actions/send": {"POST"},
    "/campaigns/{campaign_id}/actions/test": {"POST"},
    "/campaigns/{campaign_id}/actions/schedule": {"POST"},
    "/campaigns/{campaign_id}/actions/unschedule": {"POST"},
    "/campaigns/{campaign_id}/actions/cancel-send": {"POST"},
    "/reports/{campaign_id}": {"GET"},
    "/file-manager/files": {"POST"},
}
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="aud1", segment="71")
NOW = dt.datetime(2024, 2, 12, 9, 5, tzinfo=dt.UTC)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with prism.running(SPECS / "mailchimp.json", USED) as there:
        yield there


class ApprovalContext:
    """Keeps what was asked, and what Prism had against it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: set[tuple[str, str]] = set()
        self.objections: list[str] = []
        self.session = requests.Session()
        self.session.hooks["response"].append(self._note)

    def _note(self, response: requests.Response, **_: object) -> None:
        path = str(response.request.path_url).partition("?")[0]
        [template] = [one for one in USED if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path)]
        self.asked.add((str(response.request.method), template))
        said = response.headers.get("sl-violations") or (
            response.text if "stoplight.io/prism/errors" in response.text else ""
        )
        # some of the description's own examples are not as it describes them: that is no fault of the request's
        if said and '"location":["response"' not in said:
            self.objections.append(f"{response.request.method} {path}: {response.status_code} {said}")


@pytest.fixture
def witness(address):
    return ApprovalContext(address)


@pytest.fixture
def mailchimp(witness):
    adapter = Mailchimp.connect(
        Options(base_url=witness.base), lambda _: "planted0secret-us6", session=witness.session, pause=lambda _: None
    )
    adapter._now = lambda: NOW
    return adapter


def test_every_call_is_as_mailchimp_describes_it(mailchimp, witness):
    calls = [
        mailchimp.check,
        mailchimp.audiences,
        lambda: mailchimp.segments("aud1"),
        lambda: mailchimp.find(DRAFT.key),
        lambda: mailchimp.save(DRAFT, None),
        lambda: mailchimp.save(DRAFT, "0a1b2c3d4e"),
        lambda: mailchimp.save(DRAFT.model_copy(update={"segment": ""}), "0a1b2c3d4e"),
        lambda: mailchimp.read("0a1b2c3d4e"),
        lambda: mailchimp.test("0a1b2c3d4e", DRAFT, ["kim@example.org", "sam@example.org"]),
        lambda: mailchimp.schedule("0a1b2c3d4e", dt.datetime(2024, 2, 13, 9, 15, tzinfo=dt.UTC)),
        lambda: mailchimp.unschedule("0a1b2c3d4e"),
        lambda: mailchimp.send("0a1b2c3d4e"),
        lambda: mailchimp.cancel("0a1b2c3d4e"),
        lambda: mailchimp.state("0a1b2c3d4e"),
        lambda: mailchimp.report("0a1b2c3d4e"),
        lambda: mailchimp._lacking("0a1b2c3d4e"),
        lambda: mailchimp.upload("hearts.jpg", "image/jpeg", b"\xff\xd8\xff"),
    ]
    for call in calls:
        # the answers are the description's examples, which tell of other campaigns: that may be found lacking
        with contextlib.suppress(ProviderError):
            call()
    # where such an answer ends a command early, the calls that would have followed are made by themselves
    campaign = "0a1b2c3d4e"
    followed = [*changes(campaign, DRAFT, CampaignTarget("aud1")), content(campaign, DRAFT)]
    for request in [*followed, one(f"/campaigns/{campaign}/content", "html", "plain_text")]:
        with contextlib.suppress(ProviderError):
            mailchimp._client.call(request)
    assert witness.objections == []
    assert witness.asked == {(method, path) for path, methods in USED.items() for method in methods}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("POST", "/campaigns", json={"type": "pigeon", "settings": {}}), "type"),
        (Call("POST", "/campaigns/0a1b/actions/test", json={"test_emails": "kim", "send_type": "html"}), "test_emails"),
        (Call("POST", "/file-manager/files", json={"name": "hearts.jpg"}), "file_data"),
    ],
)
def test_what_is_not_as_described_is_refused(witness, call, words):
    client = HttpClient(service(witness.base), auth=("key", "planted0secret-us6"), session=witness.session)
    with pytest.raises(RefusedError) as caught:
        client.call(call)
    assert caught.value.hint
    assert len(witness.objections) == 1
    assert words in witness.objections[0]


def test_a_call_without_a_key_is_refused(witness):
    with pytest.raises(RefusedError, match="Mailchimp rejected"):
        HttpClient(service(witness.base), session=witness.session).call(Call("GET", "/lists"))
    assert "Unauthorized" in witness.objections[0] or "401" in witness.objections[0]
