"""The records of an issue follow its name, except those of a real send."""

from __future__ import annotations

from newsletter.ledger.records import AuditNote, Clearance, ClearanceKind, SendRun
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import Target

from .conftest import TARGET, Clock

NOTE = AuditNote("kim", "tested it")
AWAY = "20240301T100000000000--2024-02"


def clearance(clock: Clock) -> Clearance:
    return Clearance(ClearanceKind.TEST, "2024-02", "f", {}, "kim", clock.now, 1, "kim", 3, "digest")


def test_practice_tests_and_notes_get_the_new_name(ledger: Ledger, intend, clock: Clock) -> None:
    ledger.history.clear(clearance(clock), NOTE, b"members")
    made = intend()
    ledger.rename_issue("2024-02", "2024-03", practice={"outbox"})
    assert ledger.sends.all("2024-02") == []
    (moved,) = ledger.sends.all("2024-03")
    assert moved.id == made.id
    assert ledger.history.story("2024-02") == []
    assert [one.words for one in ledger.history.story("2024-03")] == ["tested it", "started sending it"]
    assert ledger.history.clearances("2024-02", ClearanceKind.TEST) == []
    assert len(ledger.history.clearances("2024-03", ClearanceKind.TEST)) == 1
    assert ledger.history.members("digest") == b"members"


def test_a_real_send_keeps_its_name_and_goes_on_protecting(ledger: Ledger, intend) -> None:
    made = intend()
    ledger.rename_issue("2024-02", "2024-03", practice=set())
    assert ledger.sends.last("2024-02", TARGET) == made
    assert [one.words for one in ledger.history.story("2024-02")] == ["started sending it"]
    assert ledger.sends.all("2024-03") == []


def test_a_practised_campaign_leaves_its_key_to_the_next_issue_of_the_name(ledger: Ledger) -> None:
    target = Target(provider="mailchimp", audience="list")
    first = ledger.sends.open_campaign("2024-02", target, SendRun(), target_name="all", who="kim")
    ledger.rename_issue("2024-02", "2024-03", practice={"mailchimp"})
    second = ledger.sends.open_campaign("2024-02", target, SendRun(), target_name="all", who="kim")
    assert second.id != first.id
    assert second.campaign_key == first.campaign_key


def test_what_was_put_away_is_in_no_list_of_issues(ledger: Ledger, intend) -> None:
    intend()
    ledger.rename_issue("2024-02", AWAY, practice={"outbox"})
    assert ledger.history.issues() == []
    ledger.rename_issue(AWAY, "2024-02", practice={"outbox"})
    assert ledger.history.issues() == ["2024-02"]
