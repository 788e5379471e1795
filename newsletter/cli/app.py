"""The application: its options, and the message and exit code for each error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from newsletter import __version__
from newsletter.cli import error_output, output, streams
from newsletter.cli.command_group import LazyGroup
from newsletter.cli.failures import report_bug, report_error, report_interruption, report_system_error
from newsletter.errors import NewsletterError

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


_CHANGES_SOMETHING = {"init", "new", "import", "test", "approve", "send", "cancel", "archive"}
"""Commands whose exit code reports success even if their output could not be written."""


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
    """Write a monthly email newsletter in YAML, check it, preview it, and send it to your subscribers.

    Name an issue by its month (2024-02, february), file name or path. Without a name, commands use the newest issue.
    """
    if context.invoked_subcommand is None:
        output.say(context.get_help())
        raise typer.Exit(EXIT_USAGE)


def run(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the matching exit code."""
    streams.prepare_streams()
    given = list(sys.argv[1:] if args is None else args)
    end = given.index("--") if "--" in given else len(given)
    words, rest = given[:end], given[end:]
    kept = [word for word in words if word != "--debug"]
    code = _outcome([*kept, *rest], debug="--debug" in words, json="--json" in words)
    sys.exit(_with_lost_output(code, kept))


def _with_lost_output(code: int, args: Sequence[str]) -> int:
    """Return the exit code of a command whose output may be incomplete."""
    failure = streams.write_failure()
    if not failure:
        return code
    output.complain(f"The output could not be written: {failure}.", colour="red")
    return code if code or _CHANGES_SOMETHING & set(args[:1]) else EXIT_USAGE


def _outcome(args: Sequence[str], *, debug: bool, json: bool) -> int:
    try:
        code = app(args=args, prog_name="newsletter", standalone_mode=False)
        code = code if isinstance(code, int) else 0
        if code == EXIT_INTERRUPTED:
            report_interruption()
    except NewsletterError as error:
        if debug:
            error_output.show_traceback(error)
        report_error(error, json=json)
        code = error.exit_code
    except typer.TyperException as error:
        error_output.show_usage_error(error, json=json)
        code = EXIT_USAGE
    except (typer.Abort, KeyboardInterrupt, EOFError):
        report_interruption()
        code = EXIT_INTERRUPTED
    except OSError as error:
        code = report_system_error(error, args, debug=debug, json=json)
    except SystemExit as error:
        # the reader of the output closed it early (`| head`): it has what it wanted
        code = 0 if isinstance(error.__context__, BrokenPipeError) else error.code
    except Exception as error:  # noqa: BLE001 - a bug is reported to the user without a traceback
        code = report_bug(error, args, debug=debug, json=json)
    return code if isinstance(code, int) else 0
