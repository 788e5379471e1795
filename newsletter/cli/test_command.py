"""`newsletter test`: send a test of an issue to yourself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import error_output, output, terminal
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.workflow.send_test import send_issue_test, valid_addresses
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.sending.content_difference import Differences

DETAILS = """\
The test is the real message: only the recipient, the date and the Message-ID differ. If the address is in your
audience, the test is personalised for that subscriber. Otherwise merge tags show their fallback text, such as “there”
for {first_name|there}. With the outbox, tests are written to the folder outbox/tests.

An issue with errors is sent as a draft: its subject starts with [Draft], and it does not count as the test that
`newsletter send` requires."""

EXAMPLES = (
    ("newsletter test --to me@example.org", "send the newest issue to one address"),
    ("newsletter test 2024-02 --to me@example.org --to colleague@example.org", "send it to two addresses"),
)


def command(
    issue: IssueName = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="ADDRESS", help="The address to send the test to. Can be repeated.", show_default=False
        ),
    ] = None,
    segment: SegmentName = None,
    as_json: AsJson = False,
) -> None:
    """Send a test."""
    from newsletter.sending.formatting import count_noun

    addresses = valid_addresses(to or [])
    session = SendSession(Workspace.find(), terminal.TERMINAL)
    path = session.workspace.issue_path(issue)
    test = send_issue_test(session, path, addresses, segment)
    ready, sent, where, changed, steps = test.ready, test.messages, test.where, test.changes, test.next_commands
    if as_json:
        data = {
            "issue": path.stem,
            "tests": sent,
            "where": where,
            "fingerprint": ready.payload.fingerprint,
            "draft": ready.is_draft,
            "differences": [str(one) for some in changed for one in some.found],
            "difference_fingerprint": "".join(some.fingerprint for some in changed) or None,
        }
        output.print_json(data)
        return
    error_output.show_findings(ready.findings, notes="counted")
    verb = "sent by" if session.keeps_campaigns else "written to"
    output.done(f"{count_noun(sent, 'test')} of {path.stem} {verb} {where}.")
    for some in changed:
        _show_changes(session.provider.title, path.stem, some)
    if sent > len(addresses):
        output.say("There is one test for each version, since parts of the issue are only for some segments.")
    if ready.is_draft:
        errors = sum(finding.blocks for finding in ready.findings)
        output.say(
            f"It was sent as a draft, with [Draft] in its subject. Fix {count_noun(errors, 'error')}, then send the "
            f"test again.",
            colour="yellow",
        )
        steps = [f"newsletter check {path.stem} # see what to fix, line by line"]
    output.next_steps(steps)


def _show_changes(provider: str, issue: str, changed: Differences) -> None:
    """Show what the provider changed: the test is what readers would get, and `send` refuses it."""
    from newsletter.model.titles import capital

    output.say(
        f"{capital(provider)} changed the issue. Check the test: this is what readers would get.", colour="yellow"
    )
    for one in changed.found:
        output.say(f"- {one}", indent="  ")
    output.say(
        f"`newsletter send {issue}` refuses these changes. To accept exactly these changes, add "
        f"--accept-difference {changed.fingerprint}."
    )
