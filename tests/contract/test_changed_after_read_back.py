"""What is changed by hand between the read-back of a draft and its launch, at each provider and in each field.

A provider that does not tell a field has it in UNTOLD, and in the table of docs/sending.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.provider_campaign import CampaignDraft
from newsletter.providers.campaign import CampaignProvider, state_of
from newsletter.providers.capabilities import Feature
from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.mailchimp import list_id as mailchimp_list
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.resend import segment_id as resend_segment
from newsletter.rehearsal.sendgrid import list_id as sendgrid_list
from newsletter.rehearsal.sendgrid import segment_id as sendgrid_segment
from newsletter.sending.campaign_draft import differences
from newsletter.sending.completeness import CLOCK_MARGIN
from newsletter.sending.content_difference import PARTS
from newsletter.testing import rehearsed

from .test_campaign_providers import AIMS, adapter_class

Change = Callable[[dict[str, Any], Any], None]
"""Changes what a rehearsed provider holds of a campaign; it is given the people of the rehearsal too."""

HOUR = "hour"


def put(*path: str, value: Any) -> Change:
    """Return what puts a value into a field; a callable gives it from the people of the rehearsal."""

    def change(data: dict[str, Any], crowd: Any) -> None:
        for name in path[:-1]:
            data = data.setdefault(name, {})
        data[path[-1]] = value(crowd) if callable(value) else value

    return change


def altered(*path: str) -> Change:
    """Return what changes a word of a text."""

    def change(data: dict[str, Any], _crowd: Any) -> None:
        for name in path[:-1]:
            data = data[name]
        assert "Good morning" in data[path[-1]] or "News" in data[path[-1]] or "What" in data[path[-1]]
        data[path[-1]] = re.sub("Good morning|News|What", "Buy cake", data[path[-1]])

    return change


def header(name: str, value: str) -> Change:
    def change(data: dict[str, Any], _crowd: Any) -> None:
        rows = [row for row in data.get("headers", []) if name.lower() not in {key.lower() for key in row}]
        data["headers"] = [*rows, {name: value}]

    return change


OTHER = "other@example.org"

CHANGES: Mapping[str, Mapping[str, Change]] = {
    "mailchimp": {
        "subject": altered("settings", "subject_line"),
        "preheader": put("settings", "preview_text", value="Buy cake"),
        "html": altered("content", "html"),
        "text": altered("content", "plain_text"),
        "sender_name": put("settings", "from_name", value="Somebody"),
        "sender_email": put("settings", "reply_to", value=OTHER),
        "audience": put("recipients", "list_id", value=lambda crowd: mailchimp_list(crowd.lists[1])),
        "segment": put(
            "recipients", "segment_opts", value=lambda crowd: {"saved_segment_id": crowd.segments[0].number}
        ),
        "rule": put(
            "recipients",
            "segment_opts",
            value={
                "match": "any",
                "conditions": [
                    {"condition_type": "Aim", "field": "aim", "op": "sent", "value": "0a1b2c3d4e"},
                ],
            },
        ),
    },
    "brevo": {
        "subject": altered("subject"),
        "html": altered("htmlContent"),
        "sender_name": put("sender", "name", value="Somebody"),
        "sender_email": put("sender", "email", value=OTHER),
        "reply_to": put("replyTo", value=OTHER),
        "audience": put("recipients", "listIds", value=lambda crowd: [one.number for one in crowd.lists[:2]]),
    },
    "sendgrid": {
        "subject": altered("email_config", "subject"),
        "html": altered("email_config", "html_content"),
        "text": altered("email_config", "plain_content"),
        "sender_name": put("email_config", "sender_id", value=2),
        "sender_email": put("email_config", "sender_id", value=2),
        "reply_to": put("email_config", "sender_id", value=2),
        "audience": put("send_to", "list_ids", value=lambda crowd: [sendgrid_list(crowd.lists[1])]),
        "segment": put("send_to", "segment_ids", value=lambda crowd: [sendgrid_segment(crowd.segments[0])]),
    },
    "mailjet": {
        "subject": altered("Subject"),
        "html": altered("content", "Html-part"),
        "text": altered("content", "Text-part"),
        "sender_name": put("SenderName", value="Somebody"),
        "sender_email": put("SenderEmail", value=OTHER),
        "reply_to": put("ReplyEmail", value=OTHER),
        "audience": put("ContactsListID", value=lambda crowd: crowd.lists[1].number),
        "segment": put("SegmentationID", value=lambda crowd: crowd.segments[0].number),
    },
    "listmonk": {
        "subject": altered("subject"),
        "html": altered("body"),
        "text": altered("altbody"),
        "sender_name": put("from_email", value=f"Somebody <{OTHER}>"),
        "sender_email": put("from_email", value=f"Somebody <{OTHER}>"),
        "reply_to": header("Reply-To", OTHER),
        "audience": put("lists", value=lambda crowd: [one.number for one in crowd.lists[:2]]),
        "attachments": put("media", value=[{"id": 7, "filename": "accounts.xlsx"}]),
    },
    "buttondown": {
        "subject": altered("subject"),
        "html": altered("body"),
        "segment": put(
            "filters",
            value=lambda crowd: {
                "filters": [
                    {
                        "field": "subscriber.tags",
                        "operator": "contains",
                        "value": f"tag_{crowd.segments[0].number}",
                    }
                ],
                "groups": [],
                "predicate": "and",
            },
        ),
        "attachments": put("attachments", value=["att_7"]),
    },
    "resend": {
        "subject": altered("subject"),
        "html": altered("html"),
        "text": altered("text"),
        "sender_name": put("from", value=f"Somebody <{OTHER}>"),
        "sender_email": put("from", value=f"Somebody <{OTHER}>"),
        "reply_to": put("reply_to", value=[OTHER]),
        "audience": put("segment_id", value=lambda crowd: resend_segment(crowd.lists[1])),
        "segment": put("topic_id", value=lambda crowd: resend_segment(crowd.segments[0])),
    },
}
UNTOLD: Mapping[str, frozenset[str]] = {
    "mailchimp": frozenset({"reply_to", "attachments"}),
    "brevo": frozenset({"preheader", "text", "segment", "rule", "attachments"}),
    "sendgrid": frozenset({"preheader", "rule", "attachments"}),
    "mailjet": frozenset({"preheader", "rule", "attachments"}),
    "listmonk": frozenset({"preheader", "segment", "rule"}),
    "buttondown": frozenset({"preheader", "text", "sender_name", "sender_email", "reply_to", "audience", "rule"}),
    "resend": frozenset({"preheader", "rule", "attachments"}),
}
"""What a provider does not tell of a campaign, has not got, or has in another field: Mailchimp's reply address is its
sender's, and Brevo, SendGrid, Mailjet, listmonk and Resend take the preheader from the HTML."""

RESTORED_BY_LAUNCH = {("listmonk", "attachments")}
"""What the launch itself sets again, so that a change before it has no effect."""
KEPT_BY_SAVE = {("resend", "segment")}
"""What cannot be taken away once it is there (Resend's topic): the send is then refused."""

CASES = [(name, part) for name, parts in CHANGES.items() for part in parts]


@dataclass(frozen=True)
class Desk:
    """A rehearsed provider with one draft that was saved and read back."""

    provider: CampaignProvider
    rehearsal: Rehearsal
    draft: CampaignDraft
    ident: str

    @property
    def held(self) -> Any:
        (one,) = self.rehearsal.handler.service.world.campaigns.values()
        return one

    def launch(self) -> None:
        """Have it scheduled: it waits, so that a campaign to nobody can be read too."""
        when = dt.datetime.now(dt.UTC) + dt.timedelta(hours=30)
        self.provider.schedule(self.ident, when.replace(minute=0, second=0, microsecond=0))


@pytest.fixture
def desk(name: str) -> Iterator[Desk]:
    module, adapter = adapter_class(name)
    with Rehearsal(name, timing=RehearsalTiming(poll_seconds=0.01)) as rehearsal:

        def connect(base_url: str, secret: Callable[[str], str]) -> CampaignProvider:
            options = module.Options.model_validate({"base_url": base_url, **rehearsal.kind.settings})
            made: CampaignProvider = adapter.connect(options, secret, pause=lambda _: None)
            return made

        audience, _ = AIMS[name](rehearsal.crowd.lists[0], rehearsal.crowd.segments[0])
        bench = rehearsed(rehearsal, connect, audience=audience)
        draft = bench.draft()
        ident = bench.provider.save(draft, None)
        assert differences(bench.provider, ident, draft).found == ()
        yield Desk(bench.provider, rehearsal, draft, ident)


@pytest.mark.parametrize("after_launch", [False, True], ids=["before the launch", "after the launch"])
@pytest.mark.parametrize(("name", "part"), CASES)
def test_a_change_is_seen_after_the_launch(desk: Desk, part: str, after_launch: bool, name: str) -> None:
    if after_launch:
        desk.launch()
    with desk.rehearsal.handler.lock:
        CHANGES[name][part](desk.held.data, desk.rehearsal.crowd)
    if not after_launch and part not in {"sender_email", "sender_name", "reply_to", "segment", "rule"}:
        desk.launch()  # what the rehearsal would not send, it still tells
    found = differences(desk.provider, desk.ident, desk.draft)
    seen = part in {one.part for one in found.found}
    assert seen is not ((name, part) in RESTORED_BY_LAUNCH and not after_launch), found


@pytest.mark.parametrize("name", CHANGES)
def test_an_hour_that_was_changed_is_told(desk: Desk, name: str) -> None:
    desk.launch()
    before = state_of(desk.provider, desk.ident).scheduled_for
    assert before is not None
    with desk.rehearsal.handler.lock:
        desk.held.due += dt.timedelta(hours=5)
        if "send_at" in desk.held.data:
            desk.held.data["send_at"] = desk.held.due.isoformat()
    after = state_of(desk.provider, desk.ident).scheduled_for
    assert after is not None
    assert after - before >= CLOCK_MARGIN


@pytest.mark.parametrize("name", CHANGES)
def test_saving_again_restores_what_was_changed(desk: Desk, name: str) -> None:
    for change in CHANGES[name].values():
        with desk.rehearsal.handler.lock:
            change(desk.held.data, desk.rehearsal.crowd)
    assert differences(desk.provider, desk.ident, desk.draft).found
    assert desk.provider.save(desk.draft, desk.ident) == desk.ident
    left = {(name, one.part) for one in differences(desk.provider, desk.ident, desk.draft).found}
    assert left == {one for one in KEPT_BY_SAVE if one[0] == name}


def test_every_part_is_compared_or_known_not_to_be_told() -> None:
    for name, parts in CHANGES.items():
        assert set(parts) | UNTOLD[name] == set(PARTS), name
        assert not set(parts) & UNTOLD[name], name
        assert Feature.READ_BACK in adapter_class(name)[1].about.features


def test_the_docs_list_what_is_compared() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sending.md").read_text(encoding="utf-8")
    for name in CHANGES:
        title = adapter_class(name)[1].about.title
        (row,) = re.findall(rf"^\| {title} \| (.*?) ?\|$", page, re.MULTILINE)
        told = set(row.split(" |")[0].replace("the ", "").split(", "))
        assert told == {PARTS[part].removeprefix("the ") for part in CHANGES[name]} | {"time"}, name


class TestOtherChanges:
    """Changes that stand in another field than the one that they change."""

    @pytest.mark.parametrize("name", ["brevo"])
    def test_a_list_that_is_left_out(self, desk: Desk) -> None:
        desk.held.data["recipients"]["exclusionListIds"] = [desk.rehearsal.crowd.lists[1].number]
        (found,) = differences(desk.provider, desk.ident, desk.draft).found
        assert (found.part, " without " in found.held) == ("audience", True)

    @pytest.mark.parametrize("name", ["buttondown"])
    @pytest.mark.parametrize(
        "filters",
        [
            {"filters": [{"field": "subscriber.country", "operator": "equals", "value": "GB"}], "groups": []},
            {"filters": [], "groups": [{"filters": [], "predicate": "or"}]},
            {"filters": [{"field": "subscriber.tags", "operator": "not_contains", "value": "tag_1"}], "groups": []},
        ],
    )
    def test_a_filter_that_is_none_of_ours(self, desk: Desk, filters: dict[str, Any]) -> None:
        desk.held.data["filters"] = {**filters, "predicate": "and"}
        assert [one.part for one in differences(desk.provider, desk.ident, desk.draft).found] == ["segment"]

    @pytest.mark.parametrize("name", ["sendgrid"])
    def test_a_sender_that_the_settings_name_by_its_number(self, desk: Desk) -> None:
        chosen = type(desk.provider)(desk.provider._options.model_copy(update={"sender_id": 1}), desk.provider._client)  # type: ignore[attr-defined, call-arg]
        mine = replace(desk, provider=chosen)
        mine.provider.save(desk.draft, desk.ident)
        assert differences(mine.provider, desk.ident, desk.draft).found == ()
        desk.held.data["email_config"]["sender_id"] = 2
        (found,) = differences(mine.provider, desk.ident, desk.draft).found
        assert (found.part, found.held) == ("sender_email", "sender 2")
