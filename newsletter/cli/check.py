"""`newsletter check`: check an issue for mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import error_output, output, terminal
from newsletter.cli.arguments import AsJson, IssueNames
from newsletter.cli.findings import Notes
from newsletter.errors import ContentError
from newsletter.model.findings import Finding
from newsletter.workflow import finding_formats
from newsletter.workflow.apply_fixes import apply_fixes
from newsletter.workflow.check_issue import CheckResult, check_issue
from newsletter.workflow.finding_formats import Format
from newsletter.workflow.issue_facts import issue_facts, result_data, sample_settings
from newsletter.workflow.link_status import known_links, look_first, looked_up, wants_network
from newsletter.workflow.missing_secrets import missing_secrets
from newsletter.workflow.progress import SILENT
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It checks the file, its pictures, its links and the rendered email. For each problem it shows the line, what is wrong
and how to fix it, with the corrected line where possible. Errors stop an issue from being sent. Warnings do not. Notes
are for information.

The check opens the page behind each link, except with --offline. With --fix it first fixes what can be fixed safely,
also in a file that cannot be read. The exit code is 3 if there are errors."""

EXAMPLES = (
    ("newsletter check", "check the newest issue"),
    ("newsletter check 2024-02", "check the issue of February 2024"),
    ("newsletter check 2024-02 2024-03", "check two issues"),
    ("newsletter check --offline", "do not open any links, which is faster"),
    ("newsletter check --notes", "show notes in full"),
    ("newsletter check 2024-02 --fix", "fix what can be fixed safely, and show the rest"),
    ("newsletter check --json", "print JSON, for scripts"),
    ("newsletter check --format github", "print annotations, in a GitHub workflow"),
    ("newsletter check --format markdown", "print a table, for a comment on a pull request"),
)


AsFormat = Annotated[
    Format, typer.Option("--format", help="The output format: text for people, the others for programs.")
]
Fix = Annotated[bool, typer.Option("--fix", help="Fix what can be fixed safely in the file.")]
Offline = Annotated[bool, typer.Option("--offline", help="Do not use the network; links are not opened.")]
WholeNotes = Annotated[bool, typer.Option("--notes", help="Show notes in full, with the line and what to do.")]


def command(
    issue: IssueNames = None,
    fix: Fix = False,
    offline: Offline = False,
    notes: WholeNotes = False,
    form: AsFormat = Format.TEXT,
    as_json: AsJson = False,
) -> None:
    """Check an issue."""
    workspace = Workspace.find()
    paths = list(dict.fromkeys(workspace.issue_path(name) for name in issue or (None,)))
    form = Format.JSON if as_json else form
    progress = terminal.TERMINAL if form is Format.TEXT else SILENT
    links = looked_up(progress) if wants_network(offline=offline) else known_links
    results = []
    for number, path in enumerate(paths):
        if fix:
            look_first(workspace, path, links)
            done = apply_fixes(workspace, path)
            if form is Format.TEXT:
                tell_fixed(workspace, path, done)
        results.append(check_issue(workspace, path, links))
        if form is Format.TEXT:
            if number:
                output.say()
            tell(workspace, results[-1], notes=Notes.WHOLE if notes else Notes.SHORT, offers_fix=not fix)
    _write(results, form)
    if not all(result.passed for result in results):
        raise typer.Exit(ContentError.exit_code)


def _write(results: Sequence[CheckResult], form: Format) -> None:
    """Write what was found for other programs; one issue is a JSON object of its own, several are `checks` in one."""
    findings = [finding for result in results for finding in result.findings]
    match form:
        case Format.JSON:
            data = [result_data(result) for result in results]
            output.print_json(data[0] if len(data) == 1 else {"checks": data})
        case Format.GITHUB:
            for line in finding_formats.github(findings):
                output.say(line, wrap=False)
        case Format.SARIF:
            output.print_json(finding_formats.sarif(findings))
        case Format.MARKDOWN:
            for line in finding_formats.markdown(findings):
                output.say(line, wrap=False)
        case Format.TEXT:
            pass


def tell_fixed(workspace: Workspace, path: Path, done: Sequence[Finding]) -> None:
    """Show what was fixed in the file."""
    for finding in done:
        if finding.fix:
            shown = f"line {finding.fix.line}: “{finding.fix.old}” is now “{finding.fix.new}” ({finding.label})"
            output.done(shown)
    if not done:
        output.say(f"Nothing in {workspace.shown(path)} can be fixed automatically.")
    output.say()


def tell(workspace: Workspace, result: CheckResult, *, notes: Notes = Notes.SHORT, offers_fix: bool = False) -> None:
    """Show what was found, and what to do next; `offers_fix` names `--fix` where a corrected line is shown."""
    shown, name = workspace.shown(result.path), result.path.stem
    error_output.show_findings(result.findings, total=result.verdict, notes=notes)
    if not result.passed:
        at_fault = dict.fromkeys(one.place.path for one in result.findings if one.blocks)
        files = " and ".join(workspace.shown(Path(path)) for path in at_fault if path) or shown
        steps = [f"fix {files} # then run the same command again"]
        if offers_fix and any(one.suggestion for one in result.findings):
            steps.append(f"newsletter check {name} --fix # write the lines that can be corrected safely")
        output.next_steps(steps)
        return
    if result.findings:
        output.say()
    output.done(f"{shown} has no problems." if not result.findings else f"{shown} has no errors.")
    for fact, value in issue_facts(result).items():
        output.say(f"{fact:<9} {value}", indent="  ")
    if missing := missing_secrets(workspace.settings):
        names = " and ".join(one.variable for one in missing)
        output.say(
            f"Nothing can be sent yet: {names} is not set. `newsletter doctor` shows what to do.", colour="yellow"
        )
    if samples := sample_settings(workspace.settings):
        output.say(f"Before your first real send, replace the sample {samples} in newsletter.yaml.", colour="yellow")
    output.next_steps(
        [
            f"newsletter preview {name} # preview it in the browser",
            f"newsletter test {name} --to you@example.org # send yourself a test",
        ]
    )
