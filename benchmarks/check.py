"""How long `newsletter check --offline` takes: in a process that is warm, and as a command.

    python benchmarks/check.py [ISSUE] [--runs N] [--checks]

What counts is the time of the processor, so that whatever else the computer does counts little; the time on the clock
stands beside it. Each is also compared with a piece of work that nobody here can make quicker, done in turn with it:
reading the same file with ruamel.yaml, and the npm `mjml` command on the same issue (`npm install --prefix
tests/node` brings it). `--checks` shows what each check takes. Exits with 1 where a promise is not kept.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from newsletter.preflight.registry import checks
from newsletter.render.pipeline import to_mjml
from newsletter.workflow.check_issue import check_issue
from newsletter.workflow.link_status import known_links
from newsletter.workflow.lint_context import context_of
from newsletter.workflow.workspace import Workspace

ROOT = Path(__file__).parents[1]
MJML = ROOT / "tests" / "node" / "node_modules" / ".bin" / "mjml"

WARM_MS = 100.0
"""Milliseconds that checking may take in a warm process."""

READINGS = 12.0
"""How many times as long as reading the file with ruamel.yaml checking may take in a warm process."""

WHOLE_MS = 1200.0
"""Milliseconds that the command may take."""

MOST = 1.4
"""How many times as long as the npm command ours may take."""

Work = dict[str, Callable[[], object]]
Times = dict[str, list[tuple[float, float]]]
"""Milliseconds of the processor and of the clock, by what was done."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("issue", nargs="?", default="2024-02")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--checks", action="store_true")
    arguments = parser.parse_args()
    path = Workspace.find(ROOT).issue_path(arguments.issue)
    kept = [warm(path, arguments.runs * 2), whole(path, arguments.runs)]
    if arguments.checks:
        each(path, arguments.runs)
    return 0 if all(kept) else 1


def warm(path: Path, runs: int) -> bool:
    """Check again and again, as an editor does at each save: the issue, its settings and templates are read anew."""
    text = path.read_text("utf-8")
    times = alternating(
        {
            "warm check": lambda: check_issue(Workspace.find(ROOT), path),
            "reading alone": lambda: YAML(pure=True).load(text),
        },
        runs,
    )
    checking, reading = told(times)
    print(f"ratio            {checking / reading:8.1f}      (at most {READINGS:.0f})")
    print(f"                              (a warm check: at most {WARM_MS:.0f} ms)")
    return checking < WARM_MS and checking / reading < READINGS


def whole(path: Path, runs: int) -> bool:
    with tempfile.TemporaryDirectory() as name:
        work: Work = {
            "newsletter check": lambda: command(sys.executable, "-m", "newsletter", "check", path.stem, "--offline")
        }
        if MJML.exists():
            source = Path(name) / "issue.mjml"
            source.write_text(mjml_of(path), encoding="utf-8")
            work["npm mjml"] = lambda: command(str(MJML), str(source), "-o", str(source.with_suffix(".html")))
        else:
            print("The npm command is not there: npm install --prefix tests/node")
        ours, *theirs = told(alternating(work, runs))
    if theirs:
        print(f"ratio            {ours / theirs[0]:8.2f}      (at most {MOST:.1f})")
    print(f"                              (the command: at most {WHOLE_MS:.0f} ms)")
    return ours < WHOLE_MS and all(ours / one <= MOST for one in theirs)


def each(path: Path, runs: int) -> None:
    """Print what each check takes, the slowest first."""
    workspace = Workspace.find(ROOT)
    result = check_issue(workspace, path)
    if result.loaded is None:
        return
    times: dict[str, list[float]] = {}
    for _ in range(runs):
        subject = context_of(workspace, result.loaded, result.message, known_links)
        for check in checks():
            taken, _clock = elapsed(lambda check=check, subject=subject: [*check.run(subject)])
            times.setdefault(check.name, []).append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, taken in sorted(medians.items(), key=lambda pair: -pair[1]):
        print(f"{taken:8.2f} ms  {name}")
    print(f"{sum(medians.values()):8.2f} ms  all together")


def mjml_of(path: Path) -> str:
    workspace = Workspace.find(ROOT)
    loaded = workspace.load_path(path)
    return to_mjml(
        loaded.issue,
        workspace.settings.presentation,
        key=path.stem,
        templates=workspace.templates,
        assets=workspace.assets(path),
    )


def alternating(work: Work, runs: int) -> Times:
    """Do pieces of work in turn and return their times; the first turn does not count."""
    times: Times = {label: [] for label in work}
    for number in range(runs + 1):
        for label, piece in work.items():
            taken = elapsed(piece)
            if number:
                times[label].append(taken)
    return times


def told(times: Times) -> list[float]:
    """Print the medians and return those of the processor."""
    found = []
    for label, taken in times.items():
        processor, clock = (statistics.median(column) for column in zip(*taken, strict=True))
        print(f"{label:<16} {processor:8.1f} ms   ({clock:.1f} ms on the clock)")
        found.append(processor)
    return found


def command(*words: str) -> None:
    # compiled modules are kept, as they are where newsletter is installed
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(words, cwd=ROOT, env={**environment, "NO_COLOR": "1"}, check=True, capture_output=True)


def elapsed(work: Callable[[], object]) -> tuple[float, float]:
    """Return milliseconds of the processor, in this process and those that it started, and of the clock."""
    before, start = processor(), time.perf_counter()
    work()
    return (processor() - before) * 1000, (time.perf_counter() - start) * 1000


def processor() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.exit(main())
