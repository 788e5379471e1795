"""The group of commands: each is imported only when it is called, and its help ends with examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from newsletter.cli.registry import COMMANDS, Entry, command_module

OTHER_NAMES = {
    "schedule": "send --at",
    "publish": "send",
    "resume": "send",
    "continue": "send",
    "correct": "send --correction",
    "unschedule": "cancel",
    "stop": "cancel",
    "validate": "check",
    "lint": "check",
    "fix": "check --fix",
    "edit": "compose",
    "write": "compose",
    "open": "preview",
    "view": "preview",
    "build": "render",
    "export": "audience export",
    "subscribers": "audience show",
    "add": "audience add",
    "list": "status --all",
    "history": "status",
    "setup": "init",
    "create": "new",
    "undo": "audience undo",
    "help": "--help",
}
"""Names that other tools have for what a command here does."""


class LazyGroup(TyperGroup):
    """A group of commands that imports each command only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's signature
        """Return the names of the commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the base class's signature
        """Import a command's module and return the command; None for an unknown name."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else build(cmd_name, entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name; suggest similar names for an unknown one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from newsletter.errors import UsageError
            from newsletter.workflow.suggestions import unknown_name

            if instead := OTHER_NAMES.get(args[0].casefold()):
                raise UsageError(f"There is no command called {args[0]!r}.", hint=f"Use `newsletter {instead}`.")
            raise unknown_name("command", args[0], COMMANDS, hint="`newsletter --help` lists the commands.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the base class's signature
        """List the commands in their groups, without importing any."""
        for panel in dict.fromkeys(entry.panel for entry in COMMANDS.values()):
            with formatter.section(panel):
                formatter.write_dl([(name, e.summary) for name, e in COMMANDS.items() if e.panel == panel])


class HelpfulCommand(TyperCommand):
    """A command whose help lists arguments without types and ends with examples."""

    examples: Sequence[tuple[str, str]] = ()

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options; the type of an argument adds nothing to its name and is left out."""
        rows: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None:
                continue
            if param.param_type_name == "argument":
                rows["Arguments"].append((record[0].split(" <")[0], record[1]))
            else:
                rows["Options"].append(record)
        for title, records in rows.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the base class's signature
        """Write the examples: each a command line and what it does."""
        if self.examples:
            with formatter.section("Examples"):
                for line, what in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
                    formatter.write(f"{'':>{formatter.current_indent + 4}}{what}\n")


def build(name: str, entry: Entry) -> Any:
    """Import a command's module and build a command from its function `command`.

    The help shows the summary, the module's DETAILS, the options, and its EXAMPLES (pairs of a command line and what
    it does).
    """
    module = command_module(entry)
    one = typer.Typer(add_completion=False, rich_markup_mode=None)
    one.command(
        name,
        cls=HelpfulCommand,
        help=f"{entry.summary}\n\n{getattr(module, 'DETAILS', '')}".strip(),
        no_args_is_help=False,
    )(module.command)
    built = get_command(one)
    built.examples = getattr(module, "EXAMPLES", ())  # type: ignore[attr-defined]  # a HelpfulCommand
    return built
