"""`newsletter comments`: read the comments in a page that came back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.model.control_characters import escape_control_characters
from newsletter.workflow.share_issue import comment_facts, read_comment_file

DETAILS = """\
It lists what somebody typed into a page that `newsletter share` wrote, in the order in which they wrote it: about which
part of the email, who and what. The composer reads such a file too, and leads to the fields."""

EXAMPLES = (
    ("newsletter comments 2024-02-comments.html", "the comments in a copy that came back"),
    ("newsletter comments 2024-02-comments.html --json", "print JSON, for a script"),
)


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy of the page, saved with the comments.")],
    as_json: AsJson = False,
) -> None:
    """List the comments."""
    found = read_comment_file(file)
    if as_json:
        output.print_json({"issue": found.issue, "fingerprint": found.fingerprint, "comments": comment_facts(found)})
        return
    if not found.comments:
        output.say(f"There are no comments on {escape_control_characters(found.issue)} in this file.")
    for one in comment_facts(found):
        about = one["quote"] or one["field_label"] or "the whole email"
        output.say(escape_control_characters(f"{one['name']}, about “{about}”:"), colour="bold")
        for line in one["text"].splitlines():
            output.say(escape_control_characters(line), indent="  ")
