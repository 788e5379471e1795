"""Interaction on the terminal: questions, progress bars, waiting."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from newsletter.cli.output import complain, say
from newsletter.workflow.progress import Progress


def at_terminal() -> bool:
    """Return whether stdin and stdout are a terminal, so that questions can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def has_piped_input() -> bool:
    """Return whether stdin is a pipe or a file, so that answers can be read from it."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):  # closed, or not a stream of the operating system
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def ask(question: str, *, default: str = "") -> str:
    """Ask for a line of text; Enter, or the end of a pipe, gives the default.

    Raise EOFError if a person ends the input with Ctrl-D.
    """
    say(f"{question}{f' [{default}]' if default else ''}", colour="bold")
    try:
        answer = input("> ").strip() or default
    except EOFError:
        if at_terminal():  # Ctrl-D
            raise
        answer = default
    if not sys.stdin.isatty():
        say(answer)  # it was not typed, so it is not on the screen yet
    return answer


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr if it is a terminal; call the yielded function with the number of steps done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    class Rate(ProgressColumn):
        """Show how many steps a second are done."""

        def render(self, task: Task) -> Text:
            """Return the rate; nothing while it is not known."""
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


_shown_wait: list[Any] = []
"""The waiting messages on the terminal, the current one last."""

_told_waits: set[str] = set()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show a waiting message on stderr if it is a terminal."""
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
    """Update the waiting message on stderr; without one, print a line, once."""
    if _shown_wait:
        _shown_wait[-1].update(what)
    elif what not in _told_waits:
        _told_waits.add(what)
        complain(f"{what} …")


TERMINAL = Progress(progress, waiting, report_wait)
"""The progress of use cases, on the terminal."""
