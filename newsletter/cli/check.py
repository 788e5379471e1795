"""`newsletter check`: look an issue over."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import formats, output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.findings import Notes
from newsletter.errors import ContentError
from newsletter.model.findings import Finding
from newsletter.workflow.apply_fixes import apply_fixes
from newsletter.workflow.check_issue import CheckResult, check_issue
from newsletter.workflow.issue_facts import issue_facts, section_sizes
from newsletter.workflow.link_status import known_links, look_first, looked_up, wants_network
from newsletter.workflow.progress import SILENT
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It reads the file, its pictures and the templates, and says of everything that must be fixed where it stands,
what is wrong, and, where that can be known, the line to write instead. Errors stop an issue from being sent,
warnings do not, notes are for you to know. The pages behind the links are looked at too, unless you call it with
`--offline`. The exit code is 3 where there are errors. With `--fix` it fixes what can be fixed safely."""

EXAMPLES = (
    ("newsletter check", "the newest issue"),
    ("newsletter check 2024-02", "the issue of February 2024"),
    ("newsletter check --offline", "look at no links, so that it takes a moment only"),
    ("newsletter check --notes", "tell more of what is only a note"),
    ("newsletter check 2024-02 --fix", "fix what can be fixed safely, and show the rest"),
    ("newsletter check --json", "for programs"),
    ("newsletter check --format github", "as annotations, in a GitHub workflow"),
)


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


AsFormat = Annotated[
    Format, typer.Option("--format", help="How findings are written: for people, or for programs of one kind.")
]
Fix = Annotated[bool, typer.Option("--fix", help="Fix in the file what can be fixed safely.")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nothing of the network: links are not looked at.")]
WholeNotes = Annotated[bool, typer.Option("--notes", help="Show the notes whole too: the line, and what to do.")]


def command(
    issue: IssueName = None,
    fix: Fix = False,
    offline: Offline = False,
    notes: WholeNotes = False,
    form: AsFormat = Format.TEXT,
    as_json: AsJson = False,
) -> None:
    """Say what is to be fixed in an issue."""
    workspace = Workspace.find()
    path = workspace.issue_path(issue)
    form = Format.JSON if as_json else form
    progress = output.TERMINAL if form is Format.TEXT else SILENT
    links = looked_up(progress) if wants_network(offline=offline) else known_links
    if fix:
        look_first(workspace, path, links)
        done = apply_fixes(workspace, path)
        if form is Format.TEXT:
            tell_fixed(workspace, path, done)
    result = check_issue(workspace, path, links)
    match form:
        case Format.JSON:
            output.print_json(as_data(result))
        case Format.GITHUB:
            for line in formats.github(result.findings):
                output.say(line, wrap=False)
        case Format.SARIF:
            output.print_json(formats.sarif(result.findings))
        case Format.TEXT:
            tell(workspace, result, notes=Notes.WHOLE if notes else Notes.SHORT)
    if not result.passed:
        raise typer.Exit(ContentError.exit_code)


def tell_fixed(workspace: Workspace, path: Path, done: Sequence[Finding]) -> None:
    """Say what was fixed in the file."""
    for finding in done:
        if finding.fix:
            shown = f"line {finding.fix.line}: “{finding.fix.old}” is now “{finding.fix.new}” ({finding.label})"
            output.done(shown)
    if not done:
        output.say(f"There is nothing in {workspace.shown(path)} that can be fixed safely.")
    output.say()


def as_data(result: CheckResult) -> dict[str, object]:
    """Return an inspection as data for --json."""
    return {
        "issue": result.path.stem,
        "path": str(result.path),
        "passed": result.passed,
        "findings": [finding.model_dump(mode="json") for finding in result.findings],
        "facts": issue_facts(result),
        "sections": [{"heading": name, "bytes": size} for name, size in section_sizes(result)],
    }


def tell(workspace: Workspace, result: CheckResult, *, notes: Notes = Notes.SHORT) -> None:
    """Say what was found, and what to do next."""
    shown, name = workspace.shown(result.path), result.path.stem
    output.show_findings(result.findings, total=result.verdict, notes=notes)
    if not result.passed:
        at_fault = dict.fromkeys(one.place.path for one in result.findings if one.blocks)
        files = " and ".join(workspace.shown(Path(path)) for path in at_fault if path) or shown
        output.next_steps([f"fix {files} # then run the same command again"])
        return
    if result.findings:
        output.say()
    output.done(f"{shown} is fit to send." if not result.findings else f"{shown} can be sent as it is.")
    for fact, value in issue_facts(result).items():
        output.say(f"{fact:<9} {value}", indent="  ")
    output.next_steps(
        [
            f"newsletter preview {name} # see it as readers will",
            f"newsletter test {name} --to you@example.org # send it to yourself",
        ]
    )
