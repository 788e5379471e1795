"""What people change by hand on a provider's website, as `send`, `status` and `report` show it: one story."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest

from newsletter.rehearsal.state import CampaignStatus
from tests.acceptance.test_campaigns import lay

__all__ = ["lay"]

SERVICES = ["mailchimp", "brevo", "listmonk"]


@pytest.fixture
def sent(lay, cli):
    """Have an issue sent, or scheduled where there is time to cancel it."""

    def send(service: str, *, undo: int):
        rehearsal = lay(service, undo=undo)
        assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
        told = cli("send", "2024-02", "--yes")
        assert told.code == 0, told.said
        return rehearsal

    return send


def campaign(rehearsal):
    (one,) = rehearsal.handler.service.world.campaigns.values()
    return one


def change_subject(rehearsal) -> None:
    """Change a word of the subject, wherever the provider keeps it."""
    data = campaign(rehearsal).data
    changed = json.loads(json.dumps(data).replace("Sharing our love", "Sharing our cake"))
    assert changed != data
    campaign(rehearsal).data = changed


@pytest.mark.parametrize("undo", [0, 10])
@pytest.mark.parametrize("service", SERVICES)
def test_what_was_not_changed_is_not_called_changed(sent, cli, service, undo):
    sent(service, undo=undo)
    shown = cli("status", "2024-02")
    assert (shown.code, "Warning" in shown.said) == (0, False), shown.said


@pytest.mark.parametrize("service", ["resend", "mailjet", "buttondown"])
def test_nor_is_it_where_a_provider_tells_less(lay, folder, cli, service):
    rehearsal = lay(service, undo=10, audience="")
    settings = folder / "newsletter.yaml"
    audience = f"audience: '{rehearsal.crowd.lists[0].name}'\n" if service != "buttondown" else ""
    settings.write_text(f"{audience}{settings.read_text()}")
    (folder / "issues" / "2024-02.yaml").write_text(
        "title: A walk along the river\ndate: 2024-02-12\n"
        "sections:\n  - kind: story\n    heading: A walk\n    text: We walk along the river.\n"
    )
    for command in (
        ("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email),
        ("send", "2024-02", "--yes"),
    ):
        told = cli(*command)
        assert told.code == 0, told.said
    shown = cli("status", "2024-02")
    assert (shown.code, "Until then you can cancel it" in shown.said) == (0, True), shown.said
    assert "Warning" not in shown.said


@pytest.mark.parametrize("service", SERVICES)
def test_content_changed_while_it_can_be_cancelled_is_reported(sent, cli, service):
    rehearsal = sent(service, undo=10)
    change_subject(rehearsal)
    told = cli("status", "2024-02")
    assert told.code == 5, told.said
    assert "was changed at" in told.said
    assert "Sharing our cake" in told.said
    assert "newsletter cancel 2024-02" in told.said
    data = json.loads(cli("status", "2024-02", "--json").out)
    assert "cake" in data["orders"][0]["provider_says"]["changed"][0]
    assert cli("cancel", "2024-02").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    assert cli("status", "2024-02").code == 0, "it was written anew"


@pytest.mark.parametrize("service", SERVICES)
def test_content_changed_before_it_went_is_reported_afterwards(sent, cli, service):
    rehearsal = sent(service, undo=0)
    change_subject(rehearsal)
    for command in ("status", "report"):
        told = cli(command, "2024-02")
        assert told.code == 5, told.said
        assert "sent is not what was submitted" in told.said


def test_content_changed_between_the_check_and_the_launch_is_reported_by_send(lay, cli, monkeypatch):
    rehearsal = lay("listmonk", undo=0)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    begin = rehearsal.handler.service.begin

    def changed(one):
        change_subject(rehearsal)
        return begin(one)

    rehearsal.handler.service.begin = changed
    told = cli("send", "2024-02", "--yes")
    assert (told.code, "sent is not what was submitted" in told.said) == (5, True), told.said


def test_an_attachment_added_by_hand_is_removed_or_reported(sent, cli):
    rehearsal = sent("listmonk", undo=10)
    campaign(rehearsal).data["media"] = [{"id": 7, "filename": "accounts.xlsx"}]
    told = cli("status", "2024-02")
    assert (told.code, "the attachments: nothing became “accounts.xlsx”" in told.said) == (5, True), told.said
    assert cli("cancel", "2024-02").code == 0
    campaign(rehearsal).data["media"] = [{"id": 7, "filename": "accounts.xlsx"}]
    assert cli("send", "2024-02", "--yes").code == 0
    assert campaign(rehearsal).data["media"] == []


def test_a_list_added_by_hand_is_reported(sent, cli):
    rehearsal = sent("listmonk", undo=10)
    campaign(rehearsal).data["lists"] = [one.number for one in rehearsal.crowd.lists[:2]]
    told = cli("status", "2024-02")
    assert (told.code, "the audience" in told.said) == (5, True), told.said


@pytest.mark.parametrize("service", SERVICES)
class TestScheduled:
    def test_moved_by_hand(self, sent, cli, service):
        rehearsal = sent(service, undo=10)
        moved = campaign(rehearsal)
        moved.due += dt.timedelta(hours=5)
        if "send_at" in moved.data:
            moved.data["send_at"] = moved.due.isoformat()
        told = cli("status", "2024-02")
        assert (told.code, "The time was changed at" in told.said) == (5, True), told.said

    def test_set_to_draft_by_hand(self, sent, cli, service):
        rehearsal = sent(service, undo=10)
        with rehearsal.handler.lock:
            campaign(rehearsal).stage, campaign(rehearsal).due = CampaignStatus.DRAFT, None
        told = cli("status", "2024-02")
        assert (told.code, "is a draft at" in told.said) == (5, True), told.said
        assert "will send it" not in told.said
        assert "newsletter cancel 2024-02" in told.said
        assert cli("cancel", "2024-02").code == 0
        assert cli("send", "2024-02", "--yes").code == 0

    def test_deleted_by_hand(self, sent, cli, service):
        rehearsal = sent(service, undo=10)
        rehearsal.handler.service.world.campaigns.clear()
        told = cli("status", "2024-02")
        assert (told.code, "no longer has this campaign" in told.said) == (5, True), told.said
        assert "will send it" not in told.said
        assert "Until then you can cancel it" not in told.said
        assert cli("send", "2024-02", "--yes").code in {3, 5}
        assert cli("cancel", "2024-02").code == 5
        assert cli("send", "2024-02", "--resolve", "not-sent").code == 0
        assert cli("send", "2024-02", "--yes").code == 0


@pytest.mark.parametrize("undo", [0, 10])
@pytest.mark.parametrize("service", SERVICES)
def test_with_the_ledger_lost_status_asks_the_provider(sent, folder, cli, service, undo):
    sent(service, undo=undo)
    shutil.rmtree(folder / ".newsletter")
    told = cli("status", "2024-02")
    assert told.code == 5, told.said
    assert "already has this issue" in told.said
    assert "this ledger has no record of it" in told.said
    assert "It has not been sent" not in told.said
    assert "newsletter test" not in told.said
    data = json.loads(cli("status", "2024-02", "--json").out)
    assert data["state"] == "unknown"
    assert data["unrecorded"]["state"] in {"sent", "sending", "scheduled"}


def test_a_draft_at_the_provider_is_nothing_that_was_sent(lay, folder, cli):
    rehearsal = lay("listmonk", undo=0)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    shutil.rmtree(folder / ".newsletter")
    told = cli("status", "2024-02")
    assert (told.code, "It has not been sent" in told.said) == (0, True), told.said


@pytest.mark.parametrize("service", SERVICES)
def test_killed_right_after_the_launch_status_tells_one_story(lay, cli, monkeypatch, service):
    from newsletter.sending.campaign import CampaignSender

    rehearsal = lay(service, undo=0)
    assert cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email).code == 0
    ask_to_go = CampaignSender._ask_to_go

    class Killed(BaseException):
        pass

    def dies(self, send):
        ask_to_go(self, send)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(CampaignSender, "_ask_to_go", dies)
        with pytest.raises(Killed):
            cli("send", "2024-02", "--yes")
    told = cli("status", "2024-02")
    assert "no one has it" not in told.said, told.said
    assert told.code in {0, 4}, told.said
    assert len(rehearsal.sent_campaigns()) == 1
