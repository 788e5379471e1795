"""The actions of `newsletter audience` on your own list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.cli import output, terminal
from newsletter.cli.audience import ask_about_columns, column_use, show_columns
from newsletter.errors import UsageError
from newsletter.model.audience import mask
from newsletter.workflow import manage_list
from newsletter.workflow.import_list import staged_import, undecided_list_columns, undo_list_import
from newsletter.workflow.unpack_lists import unpacked_lists

if TYPE_CHECKING:
    from newsletter.workflow.import_list import ListImport
    from newsletter.workflow.workspace import Workspace

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What was given to the command."""

    action: str
    names: list[str]
    columns: list[str]
    segments: list[str]
    filtered: str
    everybody: bool
    name: str
    fields: list[str]
    consent: str
    again: bool
    yes: bool
    as_json: bool

    @property
    def address(self) -> str:
        """Return the one address that was given."""
        if len(self.names) != 1:
            raise UsageError(
                "Give one email address.", hint=f"For example: newsletter audience {self.action} sam@example.org"
            )
        return self.names[0]


def _import(workspace: Workspace, options: Options) -> None:
    files = [Path(one) for one in options.names]
    if not files:
        raise UsageError("No list was named.", hint="Run `newsletter audience import FILE`.")
    uses = dict(column_use(text) for text in options.columns)
    asks = terminal.at_terminal() and not options.as_json
    with unpacked_lists(files) as paths:
        for path in paths:
            ask_about_columns(path, uses, asks=asks, undecided=undecided_list_columns)
        with staged_import(workspace, paths, uses, options.segments, options.consent) as plan:
            if not options.as_json:
                _preview(plan)
            if not options.yes and not asks:
                raise UsageError(
                    "Nothing was imported yet.", hint="Add --yes to import the list, or run the command in a terminal."
                )
            if not options.yes and terminal.ask("Import this? (yes or no)", default="no").casefold() not in {
                "y",
                "yes",
            }:
                output.say("Nothing was imported.")
                return
            number = plan.carry_out()
    if options.as_json:
        output.print_json(_facts(plan) | {"import": number})
        return
    output.done(f"Imported into your own list: {plan.counts.reachable:,} people get an issue now.")
    output.next_steps(["newsletter audience undo # undo this import", "newsletter audience show # count your list"])


def _preview(plan: ListImport) -> None:
    for one in plan.lists:
        output.say(f"{one.path.name}: {one.people:,} people", colour="bold")
        show_columns(one.columns, all_left=one.all_left)
        rows = [finding for finding in one.findings if finding.place.line]
        for finding in rows[:_LISTED]:
            output.say(f"{finding.place}: {finding.message}", indent="  ")
        if len(rows) > _LISTED:
            output.say(f"and {len(rows) - _LISTED:,} more rows with mistakes (--json lists them)", indent="  ")
    for line, address in plan.repeated[:_LISTED]:
        output.say(f"line {line}: {mask(address)} is in an earlier row: only that row counts.", indent="  ")
    counts = plan.counts
    output.say()
    output.say("Your own list after the import:", colour="bold")
    for count, words in (
        (counts.added, "added"),
        (counts.updated, "known, with more details than before"),
        (counts.now_out, "on the list who will get nothing from now on"),
        (counts.reachable, "get an issue"),
        (counts.repeated, "rows repeat an address: the first row counts"),
        (plan.without_address, "rows without a usable address were skipped"),
    ):
        if count or words in {"added", "get an issue"}:
            output.say(f"{count:>9,}  {words}", indent="  ")
    if counts.left_out:
        output.say(f"Left out: {counts.left_out:,}", colour="bold")
        for address, reason in plan.left_out[:_LISTED]:
            output.say(f"{mask(address)}  {reason}", indent="  ")
        if counts.left_out > _LISTED:
            output.say(f"and {counts.left_out - _LISTED:,} more", indent="  ")


def _facts(plan: ListImport) -> dict[str, object]:
    counts = plan.counts
    return {
        "lists": [
            {
                "file": one.path.name,
                "people": one.people,
                "all_left": one.all_left,
                "columns": [{"heading": column.heading, "use": column.use} for column in one.columns],
                "findings": [
                    {"code": finding.code, "place": str(finding.place), "message": finding.message}
                    for finding in one.findings
                ],
            }
            for one in plan.lists
        ],
        "rows": counts.rows,
        "added": counts.added,
        "updated": counts.updated,
        "repeated": [{"line": line, "address": mask(address)} for line, address in plan.repeated],
        "now_out": [{"address": mask(address), "reason": reason} for address, reason in plan.now_out],
        "left_out": counts.left_out,
        "left_out_first": [{"address": mask(address), "reason": reason} for address, reason in plan.left_out],
        "without_address": plan.without_address,
        "reachable": counts.reachable,
    }


def _undo(workspace: Workspace, options: Options) -> None:
    files, gone = undo_list_import(workspace)
    if options.as_json:
        output.print_json({"files": files, "gone": gone})
        return
    output.done(f"The import of {files} was undone: {gone:,} people left the list.")


def _show(workspace: Workspace, options: Options) -> None:
    if options.names:
        facts = manage_list.describe_person(workspace, options.address)
        if options.as_json:
            output.print_json(facts or {"email": options.address, "status": "not on the list"})
        elif facts is None:
            output.say(f"Nothing is kept about {options.address}.")
        else:
            _show_person(facts)
        return
    if options.filtered:
        count = manage_list.count_filter(workspace, options.filtered)
        if options.as_json:
            output.print_json({"filter": options.filtered, "count": count})
        else:
            output.say(f"{count:,} {'person' if count == 1 else 'people'}")
        return
    _show_summary(workspace, as_json=options.as_json)


def _show_person(facts: Mapping[str, Any]) -> None:
    consent, out = facts["consent"] or {}, facts["suppressed"] or {}
    name = f"{facts['first_name']} {facts['last_name']}".strip()
    lines = {
        "Status": facts["status"],
        "Name": name,
        "Joined": facts["joined"],
        "Agreed": ", ".join(str(consent[part]) for part in ("at", "how", "wording") if consent.get(part)),
        "Out since": ", ".join(str(out[part]) for part in ("at", "source") if out.get(part)),
        "Segments": ", ".join(dict.fromkeys([*facts["tags"], *facts["segments"]])),
        **{f"{key}": value for key, value in facts["fields"].items()},
    }
    output.say(facts["email"], colour="bold")
    width = max(len(key) for key in lines)
    for key, value in lines.items():
        if value:
            output.say(f"{key:<{width}}  {value}", indent="  ")
    for one in facts["events"]:
        output.say(f"{one['at']}  {one['what']}", indent="  ")
    for one in facts["sends"]:
        output.say(f"{one['at']}  {one['issue']}: {one['state']} by {one['provider']}", indent="  ")


def _show_summary(workspace: Workspace, *, as_json: bool) -> None:
    summary = manage_list.summarize_list(workspace)
    if as_json:
        output.print_json(
            {
                "statuses": {str(status): count for status, count in summary.statuses.items()},
                "tags": summary.tags,
                "segments": summary.segments,
                "fields": list(summary.fields),
            }
        )
        return
    for title, counts in (("Your own list", summary.statuses), ("Tags", summary.tags), ("Segments", summary.segments)):
        if counts or title == "Your own list":
            output.say(title, colour="bold")
        for name, count in counts.items():
            output.say(f"{count:>9,}  {name}", indent="  ")
    if not summary.statuses:
        output.say("Nobody is on it yet.", indent="  ")
    if summary.fields:
        output.say(f"Fields: {', '.join(summary.fields)}")


def _add(workspace: Workspace, options: Options) -> None:
    fields = {}
    for text in options.fields:
        name, mark, value = text.partition("=")
        if not mark:
            raise UsageError(f"`--field {text}` has no value.", hint="Write --field town=Leeds.")
        fields[name.strip()] = value.strip()
    is_new = manage_list.add_person(
        workspace,
        options.address,
        name=options.name,
        tags=options.segments,
        fields=fields,
        consent=options.consent,
        again=options.again,
    )
    if options.as_json:
        output.print_json({"address": mask(options.address), "new": is_new})
        return
    output.done(f"{options.address} {'was added' if is_new else 'was on the list, and is up to date now'}.")


def _remove(workspace: Workspace, options: Options) -> None:
    was_on = manage_list.remove_person(workspace, options.address)
    if options.as_json:
        output.print_json({"address": mask(options.address), "was_on_list": was_on})
        return
    words = "was removed" if was_on else "was not on the list"
    output.done(f"{options.address} {words}. This address will get no more emails.")


def _forget(workspace: Workspace, options: Options) -> None:
    address = manage_list.valid_address(options.address)
    if not options.yes:
        if options.as_json or not terminal.at_terminal():
            raise UsageError("Nothing was erased yet.", hint="Add --yes: it cannot be undone.")
        question = f"Erase everything about {address}? It cannot be undone. (yes or no)"
        if terminal.ask(question, default="no").casefold() not in {"y", "yes"}:
            output.say("Nothing was erased.")
            return
    was_there, files = manage_list.forget_person(workspace, address)
    if options.as_json:
        output.print_json({"address": mask(address), "was_there": was_there, "files": files})
        return
    output.done(
        f"{address} {'was erased' if was_there else 'was not on the list'}. No import will add this person again."
    )
    if files:
        output.say(f"The address is still in {', '.join(files)}. Delete the person's rows there, or the files.")


def _export(workspace: Workspace, options: Options) -> None:
    if len(options.names) != 1:
        raise UsageError("Name the file to write.", hint="For example: newsletter audience export list.csv")
    path = Path(options.names[0])
    lines = manage_list.export_list(workspace, options.filtered, everybody=options.everybody)
    count = manage_list.write_lines(path, lines)
    if options.as_json:
        output.print_json({"file": str(path), "people": count})
        return
    output.done(f"Wrote {count:,} {'person' if count == 1 else 'people'} to {path}.")


COMMANDS: dict[str, Callable[[Workspace, Options], None]] = {
    "import": _import,
    "undo": _undo,
    "show": _show,
    "add": _add,
    "remove": _remove,
    "forget": _forget,
    "export": _export,
}
"""What each action does."""
