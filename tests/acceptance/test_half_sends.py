"""A provider that sent an issue to some people only, as people see it in `send`, `status` and `report`."""

from __future__ import annotations

import json
import re

import pytest

from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.state import CampaignStatus
from tests.acceptance.test_campaigns import lay

__all__ = ["lay"]

SERVICES = ["mailchimp", "brevo", "listmonk"]


def cut_short(rehearsal, gone: int, stage: CampaignStatus = CampaignStatus.SENT) -> int:
    """Have the one campaign end after so many people; return how many it was for."""
    with rehearsal.handler.lock:
        service = rehearsal.handler.service
        service.pass_time()
        (dispatch,) = service.world.dispatches
        dispatch.gone, dispatch.ended = gone, service.world.now()
        service.campaign(dispatch.campaign).stage = stage
        return len(dispatch.people)


@pytest.fixture
def sent(lay, cli, monkeypatch):
    """Have an issue sent through a service, all of whose counts are in."""
    monkeypatch.setattr("newsletter.sending.completeness._is_fresh", lambda *_: False)

    def send(service: str):
        rehearsal = lay(service, undo=0)
        assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
        assert cli("send", "2024-02", "--yes").code == 0
        return rehearsal

    return send


@pytest.mark.parametrize("service", SERVICES)
def test_a_campaign_that_ended_early_is_told_with_exit_code_4(sent, cli, service):
    rehearsal = sent(service)
    assert cli("status", "2024-02").code == 0
    people = cut_short(rehearsal, 29)
    told = cli("status", "2024-02")
    assert told.code == 4, told.said
    assert f"counts only 29 of {people} recipients: {people - 29} recipients may not have it" in told.said
    assert ("--remainder" in told.said) is (service == "mailchimp")
    assert ("Do not send the campaign again" in told.said) is (service != "mailchimp")
    report = cli("report", "2024-02")
    assert report.code == 4, report.said
    assert re.search(rf"Recipients {people} Sent 29 Not sent, as far as is known {people - 29} ", report.said), (
        report.said
    )
    assert "counts only 29" in report.said
    data = json.loads(cli("status", "2024-02", "--json").out)["orders"][0]["provider_says"]
    assert (data["extent"], data["sent"], data["to_send"], data["missing"]) == ("fewer", 29, people, people - 29)
    row = json.loads(cli("report", "2024-02", "--json").out)["reports"][0]
    assert (row["sent"], row["to_send"], row["missing"]) == (29, people, people - 29)


@pytest.mark.parametrize(
    ("service", "stage"),
    [
        *((service, CampaignStatus.PAUSED) for service in SERVICES),
        ("mailchimp", CampaignStatus.CANCELLED),
        ("listmonk", CampaignStatus.CANCELLED),
    ],
)
def test_paused_and_stopped_are_told_apart(sent, cli, service, stage):
    rehearsal = sent(service)
    people = cut_short(rehearsal, 29, stage)
    words = (
        "paused it while sending it to"
        if stage is CampaignStatus.PAUSED
        else "It was stopped while it was being sent to"
    )
    told = cli("status", "2024-02")
    assert told.code == 4, told.said
    assert words in told.said
    assert f"after 29 of {people} recipients; by its count {people - 29} recipients do not have it" in told.said
    assert cli("report", "2024-02").code == 4


@pytest.mark.parametrize("service", SERVICES)
def test_who_left_the_list_since_is_not_missing(sent, cli, service, monkeypatch):
    rehearsal = sent(service)
    people = cut_short(rehearsal, 29)
    monkeypatch.setattr(Group, "active", property(lambda group: group.readers[:29]))
    told = cli("status", "2024-02")
    assert (told.code, f"{people - 29} people have left the list since" in told.said) == (0, True), told.said


def test_a_send_that_ends_early_at_once_is_told_by_send_itself(lay, cli):
    rehearsal = lay("listmonk", undo=0)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    begin = type(rehearsal.handler.service).begin

    def ends_early(service, campaign):
        dispatch = begin(service, campaign)
        dispatch.gone, dispatch.ended, campaign.stage = 29, service.world.now(), CampaignStatus.SENT
        return dispatch

    rehearsal.handler.service.begin = lambda campaign: ends_early(rehearsal.handler.service, campaign)
    told = cli("send", "2024-02", "--yes")
    assert (told.code, "counts only 29 of" in told.said) == (4, True), told.said
    again = cli("send", "2024-02", "--yes")
    assert (again.code, "was already sent" in again.said) == (3, True), again.said
    assert len(rehearsal.sent_campaigns()) == 1


def test_messages_that_leave_one_by_one_are_told_as_missing_until_the_rest_has_gone(cli, folder, monkeypatch):
    from newsletter.errors import ProviderError
    from newsletter.providers.outbox import OutboxProvider

    assert folder
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    deliver, calls = OutboxProvider.deliver, iter(range(100))

    def breaks_off(self, parcel):
        if next(calls) == 4:
            raise ProviderError("The disk is full.")
        deliver(self, parcel)

    with monkeypatch.context() as patch:
        patch.setattr(OutboxProvider, "deliver", breaks_off)
        assert cli("send", "2024-02", "--yes").code == 4
    told = cli("status", "2024-02")
    people = int(re.search(r"interrupted: 4 of (\d+) recipients have it", told.said)[1])
    assert (told.code, "continue where it stopped" in told.said) == (4, True), told.said
    report = cli("report", "2024-02")
    assert report.code == 4, report.said
    assert f"Recipients {people} Sent 4 Not sent, as far as is known {people - 4}" in report.said
    assert cli("send", "2024-02", "--yes").code == 0
    assert cli("status", "2024-02").code == 0
    whole = cli("report", "2024-02")
    assert (whole.code, "Not sent" in whole.said) == (0, False), whole.said


@pytest.mark.parametrize("service", SERVICES)
def test_what_cancel_stopped_stays_stopped_and_is_told_so(sent, cli, service, monkeypatch):
    """Brevo calls a campaign that was stopped suspended, as one that it holds back itself."""
    rehearsal = sent(service)
    people = cut_short(rehearsal, 29, CampaignStatus.SENDING)
    monkeypatch.setattr("newsletter.rehearsal.state.SimulatedState._move_on", lambda *_: False)
    stopped = cli("cancel", "2024-02")
    assert stopped.code == 0, stopped.said
    again = cli("cancel", "2024-02")
    assert (again.code, "was stopped while sending" in again.said) == (0, True), again.said
    told = cli("status", "2024-02")
    assert told.code == 4, told.said
    assert f"It was stopped while it was being sent to Team update, after 29 of {people} recipients" in told.said
    assert "not known" not in told.said


def test_a_schedule_that_the_service_paused_on_its_way_is_no_doubt(lay, cli, monkeypatch):
    monkeypatch.setattr("newsletter.sending.completeness._is_fresh", lambda *_: False)
    rehearsal = lay("brevo")
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    monkeypatch.setattr("newsletter.ledger.records.Send.is_due", lambda self, _: self.state == "scheduled")
    rehearsal.advance(2 * 24 * 3600)
    people = cut_short(rehearsal, 29, CampaignStatus.PAUSED)
    told = cli("status", "2024-02")
    assert (told.code, f"paused it while sending it to Team update, after 29 of {people}" in told.said) == (4, True), (
        told.said
    )
