"""`newsletter test`: send an issue to yourself first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.errors import UsageError
from newsletter.workflow.session import SendSession, login
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.sending.content_comparison import Differences

DETAILS = """\
The test is the real message: only the recipient, the date and the Message-ID differ. An address that is in the
audience gets its own words where the issue greets people by name; any other address gets the words after the bar
({first_name|there}). With the outbox, tests lie in the folder outbox/tests. An issue with errors is sent as a
draft: its subject starts with [Draft], and the test does not count as the one that `newsletter send` asks for."""

EXAMPLES = (
    ("newsletter test --to me@example.org", "the newest issue, to one address"),
    ("newsletter test 2024-02 --to me@example.org --to colleague@example.org", "to two"),
)


def command(
    issue: IssueName = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="ADDRESS", help="Where the test goes; repeat it for more.", show_default=False),
    ] = None,
    segment: SegmentName = None,
    as_json: AsJson = False,
) -> None:
    """Send a test."""
    addresses = _addresses(to or [])
    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    ready = session.ready_issue(path, segment, draft=True)
    from newsletter.sending.formatting import count_noun
    from newsletter.sending.policy import record_check, record_test
    from newsletter.sending.status import load_status, next_commands
    from newsletter.sending.test_send import send_test

    who = login()
    changed: list[Differences] = []
    with session.ledger() as ledger:
        if not ready.is_draft:
            record_check(ledger, ready.outgoing, ready.findings, who)
        if session.keeps_campaigns:
            with output.waiting(f"Handing it over to {session.provider.title}"):
                where = session.ordering(ledger).test(ready.outgoing, ready.aim, addresses, changed.append)
            record_test(ledger, ready.outgoing, len(addresses), who, session.witness(ready))
            sent = len(addresses)
        else:
            people = session.people.subscribers if session.reads_audience_file else ()
            sent, where = send_test(
                ledger,
                session.direct,
                ready.outgoing,
                addresses,
                people=people,
                who=who,
                witness=session.witness(ready),
            )
        now = load_status(ledger, path.stem, session.provider.name)
        steps = next_commands(now, ledger, ready.outgoing, session.rules_for(segment), who, again=session.sends_again)
    if as_json:
        data = {
            "issue": path.stem,
            "tests": sent,
            "where": where,
            "fingerprint": ready.outgoing.fingerprint,
            "draft": ready.is_draft,
            "differences": [str(one) for some in changed for one in some.found],
            "difference_fingerprint": "".join(some.fingerprint for some in changed) or None,
        }
        output.print_json(data)
        return
    output.show_findings(ready.findings, notes="counted")
    verb = "sent by" if session.keeps_campaigns else "written to"
    output.done(f"{count_noun(sent, 'test')} of {path.stem} {verb} {where}.")
    for some in changed:
        _show_changes(session.provider.title, path.stem, some)
    if sent > len(addresses):
        output.say("One for each group of readers: parts of the issue are for some of them only.")
    if ready.is_draft:
        errors = sum(finding.blocks for finding in ready.findings)
        output.say(
            f"It was sent as a draft, and its subject says so: {count_noun(errors, 'error')} must be fixed before "
            f"{path.stem} can be sent. Then send the test again.",
            colour="yellow",
        )
        steps = [f"newsletter check {path.stem} # what is to be fixed, line by line"]
    output.next_steps(steps)


def _show_changes(provider: str, issue: str, changed: Differences) -> None:
    """Show what the provider changed: the test has it as readers would get it, and `send` refuses it."""
    from newsletter.providers.base import capital

    output.say(
        f"{capital(provider)} changed the issue. Look at the test: readers would get it like this.", colour="yellow"
    )
    for one in changed.found:
        output.say(f"- {one}", indent="  ")
    output.say(
        f"`newsletter send {issue}` refuses these changes. To accept exactly these, add "
        f"--accept-difference {changed.fingerprint} to it."
    )


def _addresses(given: list[str]) -> list[str]:
    from email_validator import EmailNotValidError, validate_email

    if not given:
        raise UsageError("Say where the test goes.", hint="Add --to and your own address: --to me@example.org")
    found = []
    for text in given:
        try:
            found.append(validate_email(text.strip(), check_deliverability=False).normalized)
        except EmailNotValidError as error:
            raise UsageError(f"{text!r} is not an email address: {str(error).rstrip('.')}.") from error
    return list(dict.fromkeys(found))
