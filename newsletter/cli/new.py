"""`newsletter new`: create an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.scaffold import starter
from newsletter.workflow.create_issue import CreatedIssue, create_issue
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.workflow.next_issue.draft_issue import IssueDraft

DETAILS = """\
The new issue is drafted from the last one. Events that will be over by the sending day move from the section “Coming
up” to the section “Last month”, in the past tense where that can be done automatically. Events and calls to action
that are still open stay; expired calls to action are left out and listed. A comment in the file marks each part to
check, and `newsletter check` warns until you change the part or delete the comment. The sending day is that of the
last issue, such as the second Monday of the month, or the nearest working day if that is a public holiday. The file
starts with what is due when.

With --blank, or without an earlier issue, the file has a sample of every kind of section, with explanations and current
dates.

Without MONTH, the issue is for this month, or for the next month that has no issue yet. An existing issue is never
overwritten."""

EXAMPLES = (
    ("newsletter new", "create the issue for this month, or for the next month without one"),
    ("newsletter new 2024-03", "create the issue for March 2024"),
    ('newsletter new "March 2024"', "the same"),
    ("newsletter new march --blank", "create the issue for the next March, with samples only"),
)


def command(
    month: Annotated[
        str | None,
        typer.Argument(metavar="MONTH", help="The month, such as 2024-03, March 2024 or march.", show_default=False),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Start with the sample, not with the last issue.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create the issue of a month."""
    workspace = Workspace.find()
    created = create_issue(workspace, month, is_blank=blank)
    path = created.path
    shown = workspace.shown(path)
    if as_json:
        output.print_json({"issue": path.stem, "path": str(path), "draft": _facts(created)})
        return
    if created.last is None or created.draft is None:
        output.done(f"Created {shown} for {created.month.words}.")
    else:
        output.done(f"Created {shown} for {created.month.words}, drafted from {workspace.shown(created.last)}.")
        _show(created.draft)
    if month is None:
        output.say("For another month, add it to the command: `newsletter new 2024-03`.")
    output.next_steps(
        [
            f"open {shown} in your editor # replace each text that starts with {starter.PLACEHOLDER}",
            f"newsletter preview {path.stem} # preview it while you write",
            f"newsletter check {path.stem} # check what is still missing",
        ]
    )


def _show(draft: IssueDraft) -> None:
    """Show what is due when, and what was not carried over."""
    if draft.steps:
        output.say("What is due when:")
        width = max(len(step.day_words) for step in draft.steps)
        for step in draft.steps:
            output.say(f"{step.day_words:<{width}}  {step.words}", indent="  ")
    for why, entries in (("it is over", draft.over), ("it was for that issue", draft.for_one_issue)):
        if entries:
            output.say(f"Not carried over, because {why}:")
            for entry in entries:
                output.say(f"- {entry}", indent="  ")


def _facts(created: CreatedIssue) -> dict[str, object] | None:
    """Return what scripts may want to know of a draft."""
    draft = created.draft
    if draft is None or created.last is None:
        return None
    return {
        "from": created.last.stem,
        "date": draft.date.isoformat(),
        "due": [{"day": step.day.isoformat(), "task": step.words} for step in draft.steps],
        "over": list(draft.over),
        "for_one_issue": list(draft.for_one_issue),
        "to_check": draft.marks,
    }
