"""How long the docs say to wait is how long the code makes people wait."""

from __future__ import annotations

from pathlib import Path

from newsletter.ledger.lease import CALL_LENGTH, LENGTH
from newsletter.providers.smtp_session import ANSWER_SECONDS, PHASE_SECONDS, TEXT_SECONDS

DOCS = Path(__file__).parents[2] / "docs"
WORDS = {2: "two", 3: "three", 5: "five", 8: "eight", 10: "ten"}


def test_after_a_crash_on_another_computer():
    page = (DOCS / "sending.md").read_text(encoding="utf-8")
    direct, campaign = (WORDS[int(one.total_seconds() // 60)] for one in (LENGTH, CALL_LENGTH))
    assert f"{direct} minutes if messages are sent one by one, and {campaign} minutes with a provider" in page


def test_for_an_smtp_server_after_a_message():
    page = (DOCS / "providers" / "smtp.md").read_text(encoding="utf-8")
    assert f"waits for {WORDS[int(ANSWER_SECONDS // 60)]} minutes, as RFC 5321 demands" in page
    page = (DOCS / "sending.md").read_text(encoding="utf-8")
    assert f"Connecting may take {PHASE_SECONDS:.0f} seconds" in page
    assert f"may take {TEXT_SECONDS / 60:.0f} minutes from its first byte" in page
