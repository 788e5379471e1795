"""`newsletter test`: send an issue to yourself first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.workflow.send_test import send_issue_test, valid_addresses
from newsletter.workflow.session import SendSession
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
    from newsletter.sending.formatting import count_noun

    addresses = valid_addresses(to or [])
    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    test = send_issue_test(session, path, addresses, segment)
    ready, sent, where, changed, steps = test.ready, test.messages, test.where, test.changes, test.next_commands
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
    from newsletter.model.titles import capital

    output.say(
        f"{capital(provider)} changed the issue. Look at the test: readers would get it like this.", colour="yellow"
    )
    for one in changed.found:
        output.say(f"- {one}", indent="  ")
    output.say(
        f"`newsletter send {issue}` refuses these changes. To accept exactly these, add "
        f"--accept-difference {changed.fingerprint} to it."
    )
