"""`newsletter comments`: list the comments in a returned review page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.model.control_characters import escape_control_characters
from newsletter.workflow.share_issue import comment_facts, read_comment_file

DETAILS = """\
It lists the comments that someone added to a page from `newsletter share`, in the order in which they were written: the
name, the part of the email, and the comment. The composer can open the file too, and links each comment to its
field."""

EXAMPLES = (
    ("newsletter comments 2024-02-comments.html", "list the comments in this copy"),
    ("newsletter comments 2024-02-comments.html --json", "print JSON, for scripts"),
)


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy of the page that contains the comments.")],
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
