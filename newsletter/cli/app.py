"""The application: the list of commands, and the message and exit code for each error."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from newsletter import __version__
from newsletter.cli import output
from newsletter.cli.system_errors import explain_system_error
from newsletter.errors import NewsletterError, UncertainError

EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


_CHANGES_SOMETHING = {"init", "new", "test", "approve", "send", "cancel"}
"""Commands whose exit code reports success even if their output could not be written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command in the list: its module in this package, its summary and its group in the help."""

    module: str
    summary: str
    panel: str


_WRITE, _SEND = "Write an issue", "Send it"

COMMANDS: dict[str, Entry] = {
    "init": Entry("init", "Create a newsletter folder.", _WRITE),
    "new": Entry("new", "Create an issue.", _WRITE),
    "check": Entry("check", "Check an issue for mistakes.", _WRITE),
    "compose": Entry("compose", "Write an issue in the browser.", _WRITE),
    "preview": Entry("preview", "Preview an issue in the browser.", _WRITE),
    "share": Entry("share", "Write one page for whoever approves an issue.", _WRITE),
    "comments": Entry("comments", "Read the comments in a page that came back.", _WRITE),
    "render": Entry("render", "Write an issue as HTML and plain text files.", _WRITE),
    "templates": Entry("templates", "List, copy and compare the templates that make the look.", _WRITE),
    "schema": Entry("schema", "Write the JSON Schema for editors.", _WRITE),
    "test": Entry("test_command", "Send a test of an issue to yourself.", _SEND),
    "approve": Entry("approve", "Approve an issue for sending.", _SEND),
    "send": Entry("send", "Send an issue to its audience, once.", _SEND),
    "cancel": Entry("cancel", "Cancel a scheduled send, or stop one that is running.", _SEND),
    "status": Entry("status", "Show the status of an issue.", _SEND),
    "ledger": Entry("ledger", "Show or move the ledger, the record of what was sent.", _SEND),
    "report": Entry("report", "Show an issue's results: delivered, bounced, unsubscribed, clicked.", _SEND),
    "providers": Entry("providers", "List the providers, and store their keys.", _SEND),
    "doctor": Entry("doctor", "Check the whole setup, and explain what to change.", _SEND),
    "rehearse": Entry("rehearse", "Run a simulated provider on this computer, to practise.", _SEND),
}
"""Every command in the order of the help; a module is imported only when its command is called."""


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
            from newsletter.workflow.suggestions import unknown_name

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


def command_module(entry: Entry) -> Any:
    """Import the module that holds a command."""
    return importlib.import_module(f"newsletter.cli.{entry.module}")


app = typer.Typer(
    name="newsletter",
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        output.say(f"newsletter {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[  # noqa: ARG001 - removed from the arguments by `run`, wherever it is
        bool, typer.Option("--debug", help="Show technical details of errors. Works after any command.")
    ] = False,
) -> None:
    """Write a monthly newsletter in YAML, check it, preview it, and send it once to the right people.

    Name an issue by its month (2024-02, february), file name or path. Without a name, commands use the newest issue.
    """
    if context.invoked_subcommand is None:
        output.say(context.get_help())
        raise typer.Exit(EXIT_USAGE)


def run(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the matching exit code."""
    output.prepare_streams()
    given = list(sys.argv[1:] if args is None else args)
    end = given.index("--") if "--" in given else len(given)
    words, rest = given[:end], given[end:]
    kept = [word for word in words if word != "--debug"]
    code = _outcome([*kept, *rest], debug="--debug" in words, json="--json" in words)
    sys.exit(_with_lost_output(code, kept))


def _with_lost_output(code: int, args: Sequence[str]) -> int:
    """Return the exit code of a command whose output may be incomplete."""
    failure = output.write_failure()
    if not failure:
        return code
    output.complain(f"The output could not be written: {failure}.", colour="red")
    return code if code or _CHANGES_SOMETHING & set(args[:1]) else EXIT_USAGE


def _outcome(args: Sequence[str], *, debug: bool, json: bool) -> int:
    try:
        code = app(args=args, prog_name="newsletter", standalone_mode=False)
        code = code if isinstance(code, int) else 0
        if code == EXIT_INTERRUPTED:
            _say_interrupted()
    except NewsletterError as error:
        if debug:
            output.show_traceback(error)
        _say_error(error, json=json)
        code = error.exit_code
    except typer.TyperException as error:
        output.show_usage_error(error, json=json)
        code = EXIT_USAGE
    except (typer.Abort, KeyboardInterrupt, EOFError):
        _say_interrupted()
        code = EXIT_INTERRUPTED
    except OSError as error:
        code = _report_system_error(error, args, debug=debug, json=json)
    except SystemExit as error:
        # the reader of the output closed it early (`| head`): it has what it wanted
        code = 0 if isinstance(error.__context__, BrokenPipeError) else error.code
    except Exception as error:  # noqa: BLE001 - a bug is reported to the user without a traceback
        code = _report_bug(error, args, debug=debug, json=json)
    return code if isinstance(code, int) else 0


def _report_system_error(error: OSError, args: Sequence[str], *, debug: bool, json: bool) -> int:
    """Explain an error of the operating system; one without an explanation is reported as a bug."""
    explained = explain_system_error(error)
    if explained is None:
        return _report_bug(error, args, debug=debug, json=json)
    if debug:
        output.show_traceback(error)
    _say_error(explained, json=json)
    return explained.exit_code


def _say_error(error: NewsletterError, *, json: bool) -> None:
    if json:
        output.print_json(output.error_data(error))
    output.show_error(error, lead="Uncertain" if isinstance(error, UncertainError) else "Error")


def _say_interrupted() -> None:
    output.complain(
        "\nStopped. Your files are unchanged. If a send was running, `newsletter status` shows how far it got.",
        colour="yellow",
    )


def _report_bug(error: Exception, args: Sequence[str], *, debug: bool, json: bool) -> int:
    from newsletter.cli.crash import write_report

    if debug:
        output.show_traceback(error)
    path = write_report(error, args)
    where = f" Report it with the details in {path}." if path else ""
    message = f"This is a bug in newsletter ({type(error).__name__}), not a mistake of yours.{where}"
    if json:
        output.print_json({"error": {"message": message, "exit_code": EXIT_BUG}})
    output.complain(message, colour="red")
    return EXIT_BUG
