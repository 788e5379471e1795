"""`newsletter check`: look an issue over."""

from __future__ import annotations

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.inspection import Inspection, inspect
from newsletter.cli.workspace import Workspace
from newsletter.errors import ContentError

DETAILS = """\
It reads the file, its pictures and the templates, and says of everything that must be mended where it stands,
what is wrong, and, where that can be known, the line to write instead. Errors stop an issue from being sent,
warnings do not. The exit code is 3 where there are errors."""

EXAMPLES = (
    ("newsletter check", "the newest issue"),
    ("newsletter check 2024-02", "the issue of February 2024"),
    ("newsletter check --json", "for programs"),
)


def command(issue: IssueName = None, as_json: AsJson = False) -> None:
    """Say what is to be mended in an issue."""
    workspace = Workspace.find()
    inspection = inspect(workspace, workspace.issue_path(issue))
    if as_json:
        output.print_json(as_data(inspection))
    else:
        tell(workspace, inspection)
    if not inspection.passed:
        raise typer.Exit(ContentError.exit_code)


def as_data(inspection: Inspection) -> dict[str, object]:
    """Return an inspection as data for --json."""
    return {
        "issue": inspection.path.stem,
        "path": str(inspection.path),
        "passed": inspection.passed,
        "findings": [finding.model_dump(mode="json") for finding in inspection.findings],
        "facts": facts_of(inspection),
    }


def facts_of(inspection: Inspection) -> dict[str, str]:
    """Return what is worth knowing of an issue that renders, name and value."""
    loaded, message = inspection.loaded, inspection.message
    if loaded is None or message is None:
        return {}
    words, sections = len(message.text.split()), len(loaded.issue.sections)
    return {
        "Subject": message.subject,
        "Goes out": f"{loaded.issue.date.day} {loaded.issue.date:%B %Y}",
        "Length": f"{sections} section{'' if sections == 1 else 's'}, about {words} words",
        "Size": f"{len(message.html.encode()) / 1024:.1f} kB of the 102 kB that Gmail shows",
    }


def tell(workspace: Workspace, inspection: Inspection) -> None:
    """Say what was found, and what to do next."""
    shown, name = workspace.shown(inspection.path), inspection.path.stem
    output.show_findings(inspection.findings, total=inspection.verdict)
    if not inspection.passed:
        output.next_steps([f"mend {shown} # then run the same command again"])
        return
    if inspection.findings:
        output.say()
    output.done(f"{shown} is fit to send." if not inspection.findings else f"{shown} can be sent as it is.")
    for fact, value in facts_of(inspection).items():
        output.say(f"{fact:<9} {value}", indent="  ")
    output.next_steps(
        [
            f"newsletter preview {name} # see it as readers will",
            f"newsletter test {name} --to you@example.org # send it to yourself",
        ]
    )
