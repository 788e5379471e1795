"""Sending through a service that keeps campaigns, as people live through it: what they see when all is not well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.registry import adapter
from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.state import CampaignStatus

Lay = Callable[..., Rehearsal]


@pytest.fixture
def lay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lay]:
    """Have the folder's newsletter go out through a rehearsed service."""
    monkeypatch.setattr("newsletter.providers.http._backoff", lambda _: 0.0)
    with ExitStack() as stack:

        def one(name: str, *, audience: str = "Team update", undo: int = 10) -> Rehearsal:
            rehearsal = stack.enter_context(Rehearsal(name, timing=RehearsalTiming(poll_seconds=0.01)))
            for variable, key in rehearsal.keys.items():
                monkeypatch.setenv(variable, key)
            own = json.dumps({"base_url": rehearsal.base_url, **rehearsal.kind.settings})
            lines = [f"provider: {name}", f"undo_minutes: {undo}", f"{name}: {own}"]
            lines += [] if name != "brevo" else ["media_url: https://www.example.org/media"]
            lines += [f"audience: {audience}"] if audience else []
            path = folder / "newsletter.yaml"
            path.write_text(path.read_text().replace("provider: outbox\n", "\n".join(lines) + "\n"))
            return rehearsal

        yield one


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the hour of what is scheduled come, by the ledger's clock."""

    def come() -> None:
        monkeypatch.setattr("newsletter.ledger.records.Send.is_due", lambda self, _: self.state == "scheduled")

    return come


SERVICES = ["mailchimp", "brevo", "listmonk"]


@pytest.mark.parametrize("service", SERVICES)
def test_it_waits_some_minutes_is_taken_back_and_goes_at_its_hour(lay, cli, due, service):
    rehearsal = lay(service)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    sent = cli("send", "2024-02", "--yes")
    assert (sent.code, "Until then you can cancel it" in sent.said) == (0, True), sent.said
    assert "was cancelled. Nobody received it" in cli("cancel", "2024-02").said
    assert cli("send", "2024-02", "--yes").code == 0
    again = cli("send", "2024-02", "--yes")
    assert (again.code, "is already scheduled" in again.said) == (3, True)
    due()
    rehearsal.advance(2 * 24 * 3600)
    told = cli("status", "2024-02").said
    assert "was submitted to" in told
    assert "Until then" not in told
    assert "newsletter report 2024-02" in told
    again = cli("send", "2024-02", "--yes")
    assert (again.code, "was already sent" in again.said) == (3, True)
    late = cli("cancel", "2024-02")
    assert (late.code, "It is too late" in late.said) == (3, True)
    assert ("--correction" in late.said) is (service == "mailchimp")
    assert len(rehearsal.sent_campaigns()) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_network_what_is_scheduled_stays_so(lay, cli, due, service):
    rehearsal = lay(service)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    rehearsal.stop()
    taken = cli("cancel", "2024-02")
    assert taken.code == 4
    assert "so 2024-02 was not cancelled: it is still scheduled for" in taken.said
    assert "cancel it on the website" in taken.said
    due()
    told = cli("status", "2024-02")
    assert (told.code, "has not been asked since whether it was sent" in told.said) == (0, True), told.said
    assert json.loads(cli("status", "2024-02", "--json").out)["state"] == "scheduled"


def test_without_a_network_it_is_told_where_it_was_looked_for_and_what_the_service_can_do(lay, cli):
    rehearsal = lay("mailchimp")
    where = rehearsal.base_url.removeprefix("http://").partition("/")[0]
    rehearsal.stop()
    told = cli("providers", "mailchimp")
    assert told.code == 4
    assert "yes send a test" in told.said
    assert f"Check the connection to {where}, then try again" in told.said
    for command in (("send", "2024-02", "--yes"), ("test", "2024-02", "--to", "me@example.org"), ("report", "2024-02")):
        outcome = cli(*command)
        assert outcome.code in {2, 4}, outcome.said
    assert "cannot be reached" in cli("send", "2024-02", "--dry-run").said


def test_a_name_that_is_not_there_is_asked_back(lay, cli):
    lay("mailchimp", audience="Team updates")
    outcome = cli("send", "2024-02", "--yes")
    assert outcome.code == 2
    assert (
        "Mailchimp has no audience 'Team updates'. Did you mean 'Team update'? The available names are Team update, Vol"
        in (outcome.said)
    )


def test_of_several_audiences_one_must_be_named(lay, cli):
    lay("mailchimp", audience="")
    outcome = cli("send", "2024-02", "--yes")
    assert outcome.code == 2
    assert "No audience is set. The audiences are Team update, Volunteers" in outcome.said
    assert "Set `audience` in newsletter.yaml to one of them" in outcome.said


def test_the_commands_that_are_told_name_the_part_that_was_asked_for(lay, cli):
    rehearsal = lay("mailchimp", undo=0)
    part = ("--segment", "In Leeds")
    shut = cli("send", "2024-02", "--yes", *part)
    assert '`newsletter test 2024-02 --segment "In Leeds" --to you@example.org`' in shut.said
    tested = cli("test", "2024-02", "--to", "me@example.org", *part)
    assert 'newsletter send 2024-02 --segment "In Leeds"' in tested.said
    assert 'newsletter send 2024-02 --segment "In Leeds"' in cli("send", "2024-02", "--dry-run", *part).said
    assert cli("send", "2024-02", "--yes", *part).code == 0
    assert len(rehearsal.sent_campaigns()) == 1


def test_the_plain_command_goes_on_with_a_part_that_broke_off(lay, cli, monkeypatch):
    rehearsal = lay("mailchimp", undo=0)
    part = ("--segment", "In Leeds")
    assert cli("test", "2024-02", "--to", "me@example.org", *part).code == 0

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("newsletter.providers.mailchimp.Mailchimp.send", interrupted)
        broken = cli("send", "2024-02", "--yes", *part)
    assert broken.code == 130
    assert "`newsletter status` shows how far it got" in broken.said
    assert "It is not known whether Mailchimp is sending it" in cli("status", "2024-02").said
    uncertain = cli("send", "2024-02", "--yes")
    assert uncertain.code == 5
    assert "still shows a draft, which is not conclusive" in uncertain.said
    assert not rehearsal.handler.service.world.dispatches
    assert cli("send", "2024-02", "--yes", "--resolve", "not-sent").code == 0
    [dispatch] = rehearsal.handler.service.world.dispatches
    assert len(dispatch.people) == 21


def test_the_count_is_compared_with_the_last_issue_though_nobody_asked_whether_it_went(lay, cli):
    rehearsal = lay("mailchimp")
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    rehearsal.advance(3600)
    assert cli("test", "2024-03", "--to", "me@example.org").code == 0
    assert "117 recipients, as many as last time" in cli("send", "2024-03", "--dry-run").said


def test_what_somebody_stopped_on_the_website_is_told_as_stopped(lay, cli):
    rehearsal = lay("mailchimp", undo=0)
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    [campaign] = rehearsal.handler.service.world.campaigns.values()
    campaign.stage = CampaignStatus.CANCELLED
    refused = cli("send", "2024-02", "--remainder", "--yes")
    assert (refused.code, "not certain who has it" in refused.said) == (3, True), refused.said


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_unscheduled_elsewhere_is_not_called_scheduled_by_send(lay, cli, service):
    rehearsal = lay(service)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    [campaign] = rehearsal.handler.service.world.campaigns.values()
    campaign.stage = CampaignStatus.DRAFT
    for now in ((), ("--now",)):
        refused = cli("send", "2024-02", "--yes", *now)
        assert (refused.code, "has it as a draft now" in refused.said) == (3, True), refused.said
        assert "newsletter cancel 2024-02" in refused.said
    assert "was cancelled. Nobody received it" in cli("cancel", "2024-02").said
    assert cli("send", "2024-02", "--yes", "--now").code == 0
    rehearsal.advance(3600)
    assert len(rehearsal.sent_campaigns()) == 1


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("option", ["--now", "--at", None])
def test_after_a_cancel_that_was_interrupted_it_goes_when_the_person_says(lay, cli, monkeypatch, service, option):
    """The process dies after the provider has cancelled the schedule; without --now or --at the old hour stays."""
    rehearsal = lay(service)
    kind = adapter(service)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    assert cli("send", "2024-02", "--yes", "--at", "2027-10-30 12:00").code == 0
    unschedule = kind.unschedule

    def die(self: CampaignProvider, campaign: str) -> None:
        unschedule(self, campaign)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kind, "unschedule", die)
        assert cli("cancel", "2024-02").code == 130
    wish = {"--now": ("--now",), "--at": ("--at", "2027-10-31 12:00"), None: ()}[option]
    sent = cli("send", "2024-02", "--yes", *wish)
    assert (sent.code, "was interrupted" in sent.said) == (0, True), sent.said
    state = json.loads(cli("status", "2024-02", "--json").out)["orders"][0]
    at = {"--now": None, "--at": "2027-10-31T12:00:00+00:00", None: "2027-10-30T11:00:00+00:00"}[option]
    assert (state["state"], state["scheduled_for"]) == ("scheduled" if at else "sent", at)
    assert len(rehearsal.sent_campaigns()) == (0 if at else 1)


def test_an_hour_that_cannot_be_is_refused_where_a_send_is_continued_too(lay, cli, monkeypatch):
    rehearsal = lay("mailchimp")
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    with monkeypatch.context() as patch:
        patch.setattr(adapter("mailchimp"), "save", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert cli("send", "2024-02", "--yes").code == 130
    refused = cli("send", "2024-02", "--yes", "--at", "2027-10-30 12:07")
    assert (refused.code, "12:07" in refused.said or "minutes" in refused.said) == (4, True), refused.said
    assert cli("send", "2024-02", "--yes", "--now").code == 0
    assert len(rehearsal.sent_campaigns()) == 1


FIRST, SECOND = "2027-10-31T00:30:00+00:00", "2027-10-31T01:30:00+00:00"


@pytest.mark.parametrize("service", ["mailchimp", "brevo", "listmonk"])
@pytest.mark.parametrize(
    "hour",
    [
        ("2027-10-31 01:30", FIRST, "before", "2027-10-31 01:30+00:00"),
        ("2027-10-31 01:30 BST", FIRST, "before", "2027-10-31 01:30+00:00"),
        ("2027-10-31 01:30+00:00", SECOND, "after", "2027-10-31 01:30+01:00"),
    ],
)
def test_the_hour_that_comes_twice_is_scheduled_and_named(lay, cli, service, hour):
    at, moment, side, other = hour
    rehearsal = lay(service)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    asked = cli("send", "2024-02", "--at", at, "--dry-run")
    assert asked.code == 0, asked.said
    assert f"{side} the clocks go back): until then" in asked.said
    assert f"For the other 01:30, use --at '{other}'." in asked.said
    assert cli("send", "2024-02", "--at", at, "--yes").code == 0
    told = cli("status", "2024-02")
    assert f"{side} the clocks go back)" in told.said
    assert json.loads(cli("status", "2024-02", "--json").out)["orders"][0]["scheduled_for"] == moment
