"""What a command says: words for people on the terminal, or one JSON object.

Output that nobody reads any more (`| head`) never stops the work; a character that the terminal lacks becomes a plain
one.
"""

from __future__ import annotations

import codecs
import io
import os
import shutil
import stat
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from newsletter.errors import ContentError, NewsletterError, UsageError
from newsletter.model.control_characters import escape_control_characters
from newsletter.workflow.paths import shown_place
from newsletter.workflow.progress import Progress

if TYPE_CHECKING:
    from newsletter.model.findings import Finding

MAX_WIDTH = 100
"""Lines longer than this are hard to read, however wide the terminal is."""

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}
_PLAIN = {
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "*", "→": "->", "×": "x", "·": "-",
    "✓": "ok", "✗": "x", "\u00a0": " ", "£": "GBP ", "€": "EUR ",
}  # fmt: skip


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


codecs.register_error("newsletter.plain", _plainly)


_KEPT = "\n\t\u200e\u200f\u061c"
"""Control characters that do no harm on a terminal: the marks are a part of ordinary Arabic and Hebrew."""

_write_failures: list[str] = []
"""Why stdout could not be written, the first failure first."""


def prepare_streams() -> None:
    """Make the standard streams usable: each exists, and writes a plain likeness of what it cannot encode."""
    _write_failures.clear()
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="newsletter.plain")


def _open_missing_streams() -> None:
    """Open the null device in place of a closed standard stream (`>&-`).

    Otherwise the next file that is opened, such as the ledger, would get the stream's number, and what any library
    prints would be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - a number


def write_failure() -> str:
    """Return why some of stdout could not be written; empty where all of it was."""
    return _write_failures[0] if _write_failures else ""


def width() -> int:
    """Return how many columns a line of words may take."""
    return max(20, min(shutil.get_terminal_size((80, 24)).columns, MAX_WIDTH))


def tint(text: str, colour: str, *, stream: TextIO | None = None) -> str:
    """Return the text in a colour where the stream is a terminal that wants colours, else unchanged."""
    target = stream or sys.stdout
    plain = not target.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain or not text or colour not in _COLOURS else f"\033[{_COLOURS[colour]}m{text}\033[0m"


def say(text: str = "", *, colour: str = "", indent: str = "", wrap: bool = True) -> None:
    """Say something to the person who called; each line of the text is wrapped to the terminal."""
    _put(sys.stdout, _laid(text, indent, wrap=wrap), colour)


def complain(text: str, *, colour: str = "", indent: str = "", wrap: bool = True) -> None:
    """Say something on stderr: an error, or what accompanies output that goes elsewhere."""
    _put(sys.stderr, _laid(text, indent, wrap=wrap), colour)


def _laid(text: str, indent: str, *, wrap: bool) -> str:
    return "\n".join(_wrapped(line, indent) if wrap else indent + line for line in text.split("\n"))


def _wrapped(line: str, indent: str) -> str:
    lead = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        width(),
        initial_indent=indent + lead,
        subsequent_indent=indent + lead,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _put(stream: TextIO, text: str, colour: str = "") -> None:
    try:
        stream.write(tint(escape_control_characters(text, keep=_KEPT), colour, stream=stream) + "\n")
        stream.flush()
    except OSError as error:
        _give_up(stream, error)


def _give_up(stream: TextIO, error: OSError) -> None:
    """Go on without a stream that takes nothing more; only a reader that has left is no failure."""
    if stream is sys.stdout and not isinstance(error, BrokenPipeError):
        _write_failures.append(error.strerror or type(error).__name__)
    _let_go(stream)


def _let_go(stream: TextIO) -> None:
    """Point a stream whose reader has left at nothing, so that the work goes on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def put_bytes(data: bytes) -> None:
    """Write a file's bytes to stdout, as they are."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


def print_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object, the only thing on stdout of a command called with --json."""
    import json

    _put(sys.stdout, json.dumps(data, indent=2, ensure_ascii=True, default=str))


def sentence(text: str) -> str:
    """Return the text with a capital and a full stop, where it begins with a word and ends without a mark."""
    first = text.split(" ", 1)[0]
    start = text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
    last = start.rsplit(" ", 1)[-1]
    # an address, a link or a path is copied whole, and a stop would go with it
    return start if not last or last[-1] in '.!?:…”"' or {"@", "/"} & set(last) else f"{start}."


def done(text: str) -> None:
    """Say that something was done."""
    say(f"✓ {text}", colour="green")


def next_steps(steps: Sequence[str]) -> None:
    """Say what to do next: each step a command with, after ` # `, what it does."""
    if not steps:
        return
    say()
    say("Next:", colour="bold")
    for step in steps:
        line, _, what = step.partition(" # ")
        say(f"  {line}", colour="cyan" if line.startswith(("newsletter ", "cd ")) else "", wrap=False)
        if what:
            say(what, indent="      ")


def show_findings(
    findings: Sequence[Finding], *, to_stderr: bool = False, total: str = "", notes: str = "short"
) -> None:
    """Show findings, each with its place, its line and how to fix it; then `total`, or a count.

    `notes` is a `newsletter.cli.findings.Notes`: how much is shown of those that only inform.
    """
    from newsletter.cli.findings import Notes, count_of, report_of
    from newsletter.model.findings import Severity

    if notes == Notes.COUNTED and all(finding.severity is Severity.NOTE for finding in findings):
        return  # nothing that the person who sends must read now
    put: Callable[..., None] = complain if to_stderr else say
    for block in report_of(findings, Notes(notes)):
        put(block.text, colour=block.colour, indent=block.indent, wrap=block.wrap)
    if findings:
        text, colour = count_of(findings)
        put(total or text, colour=colour)


def show_error(error: NewsletterError, *, lead: str = "Error") -> None:
    """Say an error on stderr: its findings first, then what happened, where, and how to fix it."""
    findings = _findings_of(error) if isinstance(error, ContentError) else []
    show_findings(findings, to_stderr=True, total=sentence(error.message), notes="counted")
    if not findings:
        where = f"{shown_place(error.place)}: " if error.place else ""
        complain(f"{lead}: {where}{sentence(error.message)}", colour="red")
    if error.hint and error.hint not in {finding.hint for finding in findings}:
        complain(sentence(error.hint))


def _findings_of(error: ContentError) -> list[Finding]:
    from newsletter.model.findings import Finding

    return [finding for finding in error.findings if isinstance(finding, Finding)]


def error_data(error: NewsletterError) -> dict[str, Any]:
    """Return an error as data for --json."""
    data: dict[str, Any] = {"message": error.message, "hint": error.hint, "exit_code": error.exit_code}
    if error.place:
        data["place"] = {"path": error.place.path, "line": error.place.line, "column": error.place.column}
    if isinstance(error, ContentError):
        data["findings"] = [finding.model_dump(mode="json") for finding in _findings_of(error)]
    return {"error": data}


def show_usage_error(error: Exception, *, json: bool = False) -> None:
    """Say that the command line was wrong, and which help to read."""
    context = getattr(error, "ctx", None)
    message = str(getattr(error, "format_message", lambda: error)()).strip()
    path = context.command_path if context else "newsletter"
    wrong = UsageError(message or "The command was called wrongly.", hint=f"See `{path} --help`.")
    if json:
        print_json(error_data(wrong))
    show_error(wrong)


def show_traceback(error: BaseException) -> None:
    """Show where in the code an error came from."""
    import traceback

    complain("".join(traceback.format_exception(error)).rstrip(), wrap=False)


def at_terminal() -> bool:
    """Say whether a person sits at both ends, so that a question can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def has_piped_input() -> bool:
    """Say whether stdin is a pipe or a file, so that answers can be read from it without anybody waiting."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):  # closed, or not a stream of the system's
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def ask(question: str, *, default: str = "") -> str:
    """Ask a person for a line of words; Enter alone, or the end of a pipe, takes the default.

    Raise EOFError where a person ends the input with Ctrl-D.
    """
    say(f"{question}{f' [{default}]' if default else ''}", colour="bold")
    try:
        answer = input("> ").strip() or default
    except EOFError:
        if at_terminal():  # Ctrl-D
            raise
        answer = default
    if not sys.stdin.isatty():
        say(answer)  # no one typed it, so it is not on the screen yet
    return answer


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr while work goes on, where a person watches; call the yielded function with steps done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


_shown_wait: list[Any] = []
"""What shows on the terminal that somebody else is waited for, the present one last."""
_told_waits: set[str] = set()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on stderr that somebody else is waited for, where a person watches: it may take a minute or two."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as shown:
        _shown_wait.append(shown)
        try:
            yield
        finally:
            _shown_wait.pop()


def report_wait(what: str) -> None:
    """Show on stderr what takes long: in place of what `waiting` shows there, else as a line, once."""
    if _shown_wait:
        _shown_wait[-1].update(what)
    elif what not in _told_waits:
        _told_waits.add(what)
        complain(f"{what} …")


TERMINAL = Progress(progress, waiting, report_wait)
"""Shows the progress of use cases on the terminal."""
