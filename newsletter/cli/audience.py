"""`newsletter audience`: import subscriber lists, and manage the people of your own list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson
from newsletter.errors import UsageError
from newsletter.model.audience import mask
from newsletter.model.list_columns import ColumnMeaning, ColumnUse
from newsletter.workflow.import_audience import carry_out, plan_import, undecided_columns, undo_import
from newsletter.workflow.unpack_lists import unpacked_lists
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.workflow.import_audience import AudienceImport, ListColumn

DETAILS = """\
`import` reads lists as other programs export them: CSV files in any usual encoding, and Excel workbooks (.xlsx) from
Mailchimp, Brevo, Google Contacts, Outlook and others, and the lists in an export of a whole account (.zip) of Mailchimp
or Substack. It shows what each column is taken for, who is added and who is
left out with the reason, and asks before it changes the audience file (`audience` under `outbox` in newsletter.yaml).

Nobody who is out comes back: who unsubscribed, bounced or complained in the audience file, or in any row of a list,
gets nothing. Lists of people who left, such as Mailchimp's files `unsubscribed_…` and `cleaned_…`, mark these people in
the audience. Where a column may be about consent and its meaning is not clear, you are asked; without a terminal, give
the answer with --column.

`undo` puts the audience file, or your own list, back as it was before the last import.

The other actions are for your own list, which `subscribers` in newsletter.yaml turns on. `show` counts the list, or
shows everything that is kept about one address. `add` adds a person who agreed, with the words of it in --consent.
`remove` takes a person off the list. `forget` erases a person: only a keyed hash stays, so that no import brings them
back. `export` writes the list, or the people of a --filter, as a CSV file."""

EXAMPLES = (
    ("newsletter audience import contacts.xlsx", "import a list, after a preview"),
    ("newsletter audience import subscribed.csv unsubscribed.csv cleaned.csv", "import Mailchimp's three files"),
    ("newsletter audience import mailchimp-export.zip", "import the lists in the export of a whole account"),
    ("newsletter audience import members.csv --segment members", "put all of them into the segment members"),
    ('newsletter audience import list.csv --column "Newsletter?=subscribed"', "a yes in this column means subscribed"),
    ("newsletter audience undo", "undo the last import"),
    ('newsletter audience show --filter "tag:members and not city:Leeds"', "count some of them"),
    ('newsletter audience add sam@example.org --consent "open day, form 12"', "add a person"),
    ("newsletter audience show sam@example.org --json", "show everything that is kept about a person"),
    ("newsletter audience forget sam@example.org", "erase a person"),
    ("newsletter audience export members.csv --filter tag:members", "write part of the list to a file"),
)

_LISTED = 20
_CHOICES = {
    "1": ColumnMeaning.SUBSCRIBED,
    "2": ColumnMeaning.UNSUBSCRIBED,
    "4": ColumnMeaning.OTHER,
}


class Action(StrEnum):
    """What to do with the audience."""

    IMPORT = "import"
    UNDO = "undo"
    SHOW = "show"
    ADD = "add"
    REMOVE = "remove"
    FORGET = "forget"
    EXPORT = "export"


def command(
    action: Annotated[
        Action, typer.Argument(metavar="ACTION", help="What to do: import, undo, show, add, remove, forget or export.")
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE_OR_ADDRESS]...",
            help="The lists to import, the file to export to, or a person's email address.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="NAME=MEANING",
            help="What a column means: email, first_name, last_name, name, segments, status, subscribed (yes means "
            "subscribed), unsubscribed (yes or a date means unsubscribed), other, or the values that mean subscribed, "
            "separated by |. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    segment: Annotated[
        list[str] | None,
        typer.Option("--segment", metavar="NAME", help="Put everybody who is imported or added into this segment."),
    ] = None,
    filtered: Annotated[
        str, typer.Option("--filter", metavar="FILTER", help="Only these people, for show and export.")
    ] = "",
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Export those who left too, not only subscribed people.")
    ] = False,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The name of the person to add.")] = "",
    fields: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=VALUE", help="A field of the person to add. Can be repeated."),
    ] = None,
    consent: Annotated[
        str,
        typer.Option("--consent", metavar="WORDS", help="How and when the people who are added or imported agreed."),
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Add a person who left, and asked to get the newsletter again.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Import or forget without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import subscriber lists, and manage your own list."""
    workspace = Workspace.find()
    if workspace.settings.subscribers is not None or action not in {Action.IMPORT, Action.UNDO}:
        from newsletter.cli import own_list
        from newsletter.workflow.own_list import require_own_list

        require_own_list(workspace.settings)
        options = own_list.Options(
            action.value,
            names or [],
            column or [],
            segment or [],
            filtered,
            everybody,
            name,
            fields or [],
            consent,
            again,
            yes,
            as_json,
        )
        own_list.COMMANDS[action.value](workspace, options)
        return
    files = [Path(one) for one in names or ()]
    if action is Action.UNDO:
        _undo(workspace, as_json=as_json)
        return
    if not files:
        raise UsageError("No list was named.", hint="Run `newsletter audience import FILE`.")
    uses = dict(column_use(text) for text in column or ())
    asks = terminal.at_terminal() and not as_json
    with unpacked_lists(files) as paths:
        for path in paths:
            ask_about_columns(path, uses, asks=asks, undecided=undecided_columns)
        plan = plan_import(workspace, paths, uses, segment or ())
    shown = workspace.shown(workspace.settings.audience_file)
    if not as_json:
        _preview(plan, shown)
    if plan.is_unchanged and not as_json:
        output.say(f"Nothing new: {shown} stays as it is.")
        return
    yes = yes or plan.is_unchanged
    if not yes and not asks:
        raise UsageError(
            "Nothing was imported yet.", hint="Add --yes to import the list, or run the command in a terminal."
        )
    if not yes and terminal.ask("Import this? (yes or no)", default="no").casefold() not in {"y", "yes"}:
        output.say("Nothing was imported.")
        return
    copy = carry_out(workspace, plan)
    if as_json:
        output.print_json(_facts(plan) | {"audience": shown, "copy": str(copy) if copy else None})
        return
    output.done(f"Imported into {shown}: {len(plan.merged.reachable):,} people get an issue now.")
    output.next_steps(
        ["newsletter audience undo # undo this import", "newsletter check # see who gets the newest issue"]
    )


def column_use(text: str) -> tuple[str, ColumnUse]:
    """Return a column and what it means, from an option."""
    name, mark, meaning = text.rpartition("=")
    if not mark or not name.strip() or not meaning.strip():
        raise UsageError(f"`--column {text}` has no meaning.", hint='Write --column "Newsletter?=subscribed".')
    meaning = meaning.strip()
    if meaning in set(ColumnMeaning):
        return name.strip(), ColumnUse(means=ColumnMeaning(meaning))
    return name.strip(), ColumnUse(subscribed=tuple(one.strip() for one in meaning.split("|") if one.strip()))


def ask_about_columns(
    path: Path,
    uses: dict[str, ColumnUse],
    *,
    asks: bool,
    undecided: Callable[[Path, Mapping[str, ColumnUse]], list[ListColumn]],
) -> None:
    """Ask what each column means that may decide who gets an issue; raise UsageError if nobody can be asked."""
    while columns := undecided(path, uses):
        if not asks:
            column = columns[0]
            raise UsageError(
                f"The column `{column.heading}` of {path.name} may mark people who must not get the newsletter. "
                f"It has: {', '.join(column.values)}.",
                hint=f'Nothing was imported. Add what it means: --column "{column.heading}=subscribed" (yes means '
                "subscribed), =unsubscribed (yes or a date means unsubscribed), =other (it is about something else), "
                "or the values that mean subscribed, such as =Express|Implied.",
            )
        uses[columns[0].heading] = _answer(path, columns[0])


def _answer(path: Path, column: ListColumn) -> ColumnUse:
    output.say(f"{path.name}: what does the column `{column.heading}` mean?", colour="bold")
    output.say(f"It has: {', '.join(column.values)}.", indent="  ")
    for number, words in (
        ("1", "A yes or a date means that the person wants the newsletter; nobody else gets it."),
        ("2", "A yes, a date or any other word means that the person left."),
        ("3", "Only some of its values mean that the person wants the newsletter."),
        ("4", "It has nothing to do with the newsletter."),
    ):
        output.say(f"{number}  {words}", indent="  ")
    while True:
        choice = terminal.ask("1, 2, 3 or 4?")
        if choice in _CHOICES:
            return ColumnUse(means=_CHOICES[choice])
        values = terminal.ask("Which values, separated by |?") if choice == "3" else ""
        wanted = tuple(one.strip() for one in values.split("|") if one.strip())
        if wanted:
            return ColumnUse(subscribed=wanted)


def _preview(plan: AudienceImport, shown: str) -> None:
    """Show what the columns are taken for, and what the import changes."""
    _show_columns(plan)
    merged = plan.merged
    output.say()
    output.say(f"{shown} after the import:", colour="bold")
    output.say(f"{len(merged.added):>7,}  added", indent="  ")
    output.say(f"{len(merged.updated):>7,}  known, with more details than before", indent="  ")
    output.say(f"{len(merged.now_out):>7,}  in the audience who will get nothing from now on", indent="  ")
    output.say(f"{len(merged.reachable):>7,}  get an issue", indent="  ")
    if plan.without_address:
        output.say(f"{plan.without_address:>7,}  rows without a usable address were skipped", indent="  ")
    if merged.left_out:
        output.say(f"Left out: {len(merged.left_out):,}", colour="bold")
        for person, reason in merged.left_out[:_LISTED]:
            output.say(f"{mask(person.email)}  {reason}", indent="  ")
        if len(merged.left_out) > _LISTED:
            output.say(f"and {len(merged.left_out) - _LISTED:,} more (--json lists all)", indent="  ")


def _show_columns(plan: AudienceImport) -> None:
    """Show what each column of each list is taken for, and what was noticed about the file."""
    for one in plan.lists:
        output.say(f"{one.path.name}: {len(one.people.subscribers):,} people", colour="bold")
        show_columns(one.columns, all_left=one.all_left)
        for finding in one.people.findings:
            if finding.code in {"NL203", "NL216", "NL215"}:
                output.say(finding.message, indent="  ")


def show_columns(columns: Sequence[ListColumn], *, all_left: bool) -> None:
    """Show what the columns of a list are taken for."""
    if all_left:
        output.say("Its name says that it lists people who left: nobody in it gets an issue.", indent="  ")
    width = min(max((len(column.heading) for column in columns), default=0), 32)
    for column in columns:
        values = f": {', '.join(column.values)}" if column.values else ""
        output.say(f"{column.heading[:32] or '(no heading)':<{width}}  {column.use}{values}", indent="  ")


def _facts(plan: AudienceImport) -> dict[str, object]:
    merged = plan.merged
    return {
        "lists": [
            {
                "file": one.path.name,
                "people": len(one.people.subscribers),
                "all_left": one.all_left,
                "columns": [{"heading": column.heading, "use": column.use} for column in one.columns],
            }
            for one in plan.lists
        ],
        "added": len(merged.added),
        "updated": len(merged.updated),
        "now_out": [{"address": mask(one.email), "reason": reason} for one, reason in merged.now_out],
        "left_out": [{"address": mask(one.email), "reason": reason} for one, reason in merged.left_out],
        "without_address": plan.without_address,
        "reachable": len(merged.reachable),
    }


def _undo(workspace: Workspace, *, as_json: bool) -> None:
    people = undo_import(workspace)
    shown = workspace.shown(workspace.settings.audience_file)
    if as_json:
        output.print_json({"audience": shown, "reachable": people})
    elif people is None:
        output.done(f"The import was undone: there was no {shown} before it.")
    else:
        output.done(f"The import was undone: {people:,} people in {shown} get an issue.")
