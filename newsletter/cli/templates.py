"""`newsletter templates`: list, copy and compare the design templates."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from newsletter.cli import output, streams
from newsletter.cli.arguments import AsJson
from newsletter.errors import UsageError
from newsletter.workflow.template_copies import (
    CopyState,
    TemplateList,
    diff_templates,
    eject_template,
    list_templates,
)
from newsletter.workflow.workspace import Workspace

DETAILS = """\
The design of the email comes from built-in templates and themes, which may improve with each version of newsletter. To
change one, copy it into your folder with `eject`: from then on, your copy is used instead. `list` shows your copies,
and whether the built-in files have changed since you copied them. `diff` shows the differences. To use the built-in
file again, delete your copy.

NAME can be short: `button` means parts/button.mjml.j2."""

EXAMPLES = (
    ("newsletter templates list", "list your copies, and all built-in templates"),
    ("newsletter templates eject button", "copy parts/button.mjml.j2 into your folder, to change it"),
    ("newsletter templates eject themes/classic.yaml", "copy a theme"),
    ("newsletter templates diff", "show how your copies differ from the built-in files"),
)

_STATES = {
    CopyState.SAME: "the same as the built-in file; you can delete it",
    CopyState.CHANGED: "changed by you",
    CopyState.BEHIND: "an unchanged copy of an earlier version; delete it to use the new one",
    CopyState.CHANGED_BEHIND: "changed by you, and the built-in file has changed since",
    CopyState.OWN: "your own; there is no built-in file of this name",
}


class Action(StrEnum):
    """What to do with templates."""

    LIST = "list"
    EJECT = "eject"
    DIFF = "diff"


def command(
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="What to do: list, eject or diff.")] = Action.LIST,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The template to copy or compare.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List, copy and compare the templates."""
    workspace = Workspace.find()
    if action is Action.EJECT:
        _eject(workspace, name, as_json=as_json)
    elif action is Action.DIFF:
        text = diff_templates(workspace, name)
        if as_json:
            output.print_json({"diff": text})
        elif text:
            streams.put_bytes(text.encode())
        else:
            output.done("Your copies do not differ from the built-in files.")
    else:
        _list(workspace, list_templates(workspace), as_json=as_json)


def _eject(workspace: Workspace, name: str | None, *, as_json: bool) -> None:
    if name is None:
        raise UsageError("Which template is to be copied?", hint="`newsletter templates list` shows their names.")
    copied = eject_template(workspace, name)
    if as_json:
        output.print_json({"name": copied.name, "path": str(copied.path)})
        return
    output.done(f"Copied {copied.name} to {workspace.shown(copied.path)}. This copy is used from now on.")
    output.next_steps(["newsletter preview # see what a change does"])


def _list(workspace: Workspace, found: TemplateList, *, as_json: bool) -> None:
    if as_json:
        copies = [{"name": one.name, "path": str(one.path), "state": str(one.state)} for one in found.copies]
        output.print_json({"copies": copies, "built_in": list(found.built_in), "first_edition": found.is_first_edition})
        return
    folder = workspace.shown(workspace.settings.templates_folder)
    if found.copies:
        output.say(f"In {folder}:")
        widest = max(len(one.name) for one in found.copies)
        for one in found.copies:
            first = found.is_first_edition and one.state is CopyState.SAME
            words = "an unchanged copy of the first edition" if first else _STATES[one.state]
            output.say(f"{one.name:<{widest}}  {words}", indent="  ", wrap=False)
    else:
        output.say(f"You have no templates of your own in {folder}; the built-in ones are used.")
    if found.is_first_edition:
        output.say(
            "These are of the first edition, so your newsletter keeps the look it had; `newsletter doctor` explains "
            "how to move to the new one.",
            colour="yellow",
        )
    taken = {one.name for one in found.copies}
    output.say("\nBuilt in:")
    for name in found.built_in:
        if name not in taken:
            output.say(name, indent="  ", wrap=False)
