"""Send an issue as a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.workflow.archive.unpublished import publish_steps
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.sending.content_difference import Differences


@dataclass(frozen=True, slots=True)
class SentTest:
    """A test that was sent: how many messages, where to, and what the provider changed in them."""

    ready: ReadyIssue
    messages: int
    where: str
    changes: tuple[Differences, ...]
    next_commands: list[str]


def send_issue_test(session: SendSession, path: Path, addresses: Sequence[str], segment: str | None = None) -> SentTest:
    """Send an issue to a few addresses; one with errors is sent as a draft, which does not count as its test."""
    from newsletter.sending.policy import record_check, record_test
    from newsletter.sending.status import load_status, next_commands
    from newsletter.sending.test_send import send_test

    ready = session.ready_issue(path, segment, draft=True)
    who = login()
    changes: list[Differences] = []
    with session.ledger() as ledger:
        if not ready.is_draft:
            record_check(ledger, ready.payload, ready.findings, who)
        if session.keeps_campaigns:
            with session.progress.waiting(f"Handing it over to {session.provider.title}"):
                where = session.campaign_sender(ledger).test(ready.payload, ready.target, addresses, changes.append)
            record_test(ledger, ready.payload, len(addresses), who, session.approval_context(ready))
            sent = len(addresses)
        else:
            people = session.people.subscribers if session.reads_audience_file else ()
            context = session.approval_context(ready)
            sent, where = send_test(
                ledger, session.direct, ready.payload, addresses, people=people, who=who, context=context
            )
        now = load_status(ledger, path.stem, session.provider.name)
        policy = session.rules_for(segment)
        steps = next_commands(now, ledger, ready.payload, policy, who, again=session.sends_again)
    is_unsent = not any(one.send.state.reaches_somebody for one in now.sends)
    if is_unsent and segment is None:
        steps = [*publish_steps(session.workspace, path.stem), *steps]
    return SentTest(ready, sent, where, tuple(changes), steps)


def valid_addresses(given: list[str]) -> list[str]:
    """Return the addresses in their normal form, each once; raise UsageError for none, or one that is not valid."""
    from email_validator import EmailNotValidError, validate_email

    if not given:
        raise UsageError("The test needs an address.", hint="Add --to and your own address: --to me@example.org")
    found = []
    for text in given:
        try:
            found.append(validate_email(text.strip(), check_deliverability=False).normalized)
        except EmailNotValidError as error:
            raise UsageError(f"{text!r} is not an email address: {str(error).rstrip('.')}.") from error
    return list(dict.fromkeys(found))
