"""The same content for people who may have it already: another audience, a renamed file, a ledger that was lost."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.acceptance.test_campaigns import lay
from tests.acceptance.test_send import messages

__all__ = ["lay"]

SERVICES = ["mailchimp", "brevo", "listmonk"]


def settings(folder, old: str, new: str) -> None:
    path = folder / "newsletter.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def try_out(cli, rehearsal, issue: str = "2024-02") -> None:
    told = cli("test", issue, "--to", rehearsal.crowd.lists[0].active[0].email)
    assert told.code == 0, told.said


@pytest.fixture
def sent(lay, cli):
    def send(service: str, issue: str = "2024-02"):
        rehearsal = lay(service, undo=0)
        try_out(cli, rehearsal, issue)
        assert cli("send", issue, "--yes").code == 0
        return rehearsal

    return send


def refused(cli, issue: str = "2024-02") -> str:
    """Have a send refused; return the option that accepts it."""
    told = cli("send", issue, "--yes")
    assert (told.code, "would receive it twice" in told.said) == (3, True), told.said
    return re.search(r"--accept-earlier \w+", told.said)[0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_second_audience_is_not_sent_to_without_a_word(sent, folder, cli, service):
    rehearsal = sent(service)
    settings(folder, "audience: Team update", f"audience: {rehearsal.crowd.lists[1].name}")
    try_out(cli, rehearsal)
    option = refused(cli)
    assert len(rehearsal.sent_campaigns()) == 1
    assert cli("send", "2024-02", "--yes", "--accept-earlier", "0000000000").code == 3
    assert len(rehearsal.sent_campaigns()) == 1
    told = cli("send", "2024-02", "--yes", *option.split())
    assert told.code == 0, told.said
    assert len(rehearsal.sent_campaigns()) == 2


def test_another_provider_is_another_audience(sent, folder, cli):
    sent("listmonk")
    settings(folder, "provider: listmonk", "provider: outbox")
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    option = refused(cli)
    assert not (folder / "outbox" / "new").exists()
    assert cli("send", "2024-02", "--yes", *option.split()).code == 0


@pytest.mark.parametrize("fixed", [False, True])
def test_a_renamed_file_is_the_same_issue(sent, folder, cli, fixed):
    rehearsal = sent("mailchimp")
    path = folder / "issues" / "2024-02.yaml"
    path.rename(folder / "issues" / "february.yaml")
    if fixed:
        path = folder / "issues" / "february.yaml"
        text = path.read_text()
        assert "Croydon" in text
        path.write_text(text.replace("Croydon", "Sutton"))
    try_out(cli, rehearsal, "february")
    option = refused(cli, "february")
    assert len(rehearsal.sent_campaigns()) == 1
    assert cli("send", "february", "--yes", *option.split()).code == 0


def test_a_copied_file_is_the_same_issue_where_each_recipient_gets_a_message(folder, cli):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    before = len(messages(folder))
    shutil.copy(folder / "issues" / "2024-02.yaml", folder / "issues" / "2024-03.yaml")
    assert cli("test", "2024-03", "--to", "me@example.org").code == 0
    option = refused(cli, "2024-03")
    assert len(messages(folder)) == before
    assert cli("send", "2024-03", "--yes", *option.split()).code == 0


def test_the_next_issue_with_the_same_subject_is_sent_without_a_word(folder, cli):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    text = (folder / "issues" / "2024-02.yaml").read_text()
    (folder / "issues" / "2024-03.yaml").write_text(text.replace("Croydon", "Sutton"))
    assert cli("test", "2024-03", "--to", "me@example.org").code == 0
    told = cli("send", "2024-03", "--yes")
    assert told.code == 0, told.said


@pytest.mark.parametrize("service", SERVICES)
def test_a_sender_changed_with_the_ledger_lost_sends_nothing_twice(sent, folder, cli, service):
    rehearsal = sent(service)
    shutil.rmtree(folder / ".newsletter")
    settings(folder, "email: news@example.org", "email: office@example.org")
    told = cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email)
    assert told.code == 5, told.said
    assert "but this ledger has no record of it" in told.said
    assert len(rehearsal.sent_campaigns()) == 1


def test_a_campaign_of_an_earlier_version_is_found_though_the_ledger_is_lost(lay, folder, cli, monkeypatch):
    from newsletter.ledger import sends
    from newsletter.model.sends import former_campaign_key

    rehearsal = lay("mailchimp", undo=0)

    def former(issue, target, purpose, attempt):
        return former_campaign_key(issue, target, purpose, "news@example.org", attempt)

    with monkeypatch.context() as patch:
        patch.setattr(sends, "campaign_key", former)
        try_out(cli, rehearsal)
        assert cli("send", "2024-02", "--yes").code == 0
    shutil.rmtree(folder / ".newsletter")
    told = cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email)
    assert (told.code, "already has 2024-02" in told.said) == (5, True), told.said
    assert len(rehearsal.sent_campaigns()) == 1


@pytest.mark.parametrize("rival", ["another audience", "a segment"])
def test_the_warning_has_one_wording_before_a_send_and_while_it_begins(lay, folder, cli, monkeypatch, rival):
    """Somebody else sends the issue between the question and the record of this send."""
    from newsletter.ledger.sends import SendStore
    from newsletter.model.campaign import Target
    from newsletter.model.sends import SendState
    from newsletter.sending.campaign import CampaignSender

    rehearsal = lay("mailchimp", undo=0)
    try_out(cli, rehearsal)
    open_campaign, begin = SendStore.open_campaign, CampaignSender.begin

    def sent_meanwhile(self, payload, resolved, *rest):
        mine = payload.target
        other = (
            Target(provider=mine.provider, audience="other")
            if rival == "another audience"
            else Target(provider=mine.provider, audience=mine.audience, segment="7")
        )
        send = open_campaign(self.ledger.sends, payload.issue, other, _first_run(), target_name="Others", who="sam")
        with self.ledger.sends.lease(send) as lease:
            intent = _intent(payload)
            self.ledger.sends.write(lease, state=SendState.INTENDED, intent=intent)
            self.ledger.sends.write(lease, state=SendState.SENT)
        return begin(self, payload, resolved, *rest)

    monkeypatch.setattr(CampaignSender, "begin", sent_meanwhile)
    told = cli("send", "2024-02", "--yes")
    assert told.code == 3, told.said
    warning = re.search(
        r"2024-02 was already sent or scheduled to Others by sam on .*? would receive it twice\.", told.said
    )
    assert warning, told.said
    assert rehearsal.sent_campaigns() == []
    monkeypatch.setattr(CampaignSender, "begin", begin)
    again = cli("send", "2024-02", "--yes")
    assert (again.code, warning[0] in again.said) == (3, True), again.said


def _first_run():
    from newsletter.ledger.records import SendRun

    return SendRun()


def _intent(payload):
    from newsletter.ledger.records import SendIntent

    return SendIntent(payload.fingerprint, payload.parts, payload.freeze(), payload.message.subject, 5)
