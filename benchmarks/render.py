"""How long rendering takes, beside the npm `mjml` command on the same MJML, and in a process that is warm.

    python benchmarks/render.py [ISSUE] [--runs N]

Needs `npm install --prefix tests/node` for the comparison. What counts is the time of the processor, and runs of both
commands alternate, so that whatever else the computer does counts little; the medians are compared. Exits with 1 where
a promise is not kept.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from newsletter.render.pipeline import render, to_mjml
from newsletter.workflow.workspace import Workspace

ROOT = Path(__file__).parents[1]
MJML = ROOT / "tests" / "node" / "node_modules" / ".bin" / "mjml"
NEWSLETTER = Path(sys.executable).with_name("newsletter")

MOST = 0.9
"""How many times as long as the npm command ours may take."""

WARM = 2.5
"""How many times as long as reading the issue's file with ruamel.yaml rendering again may take in a warm process."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("issue", nargs="?", default="2024-02")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    workspace = Workspace.find(ROOT)
    kept = [warm(workspace, arguments.issue, arguments.runs)]
    if MJML.exists():
        kept.append(whole(workspace, arguments.issue, arguments.runs))
    else:
        print("The npm command is not there: npm install --prefix tests/node")
    return 0 if all(kept) else 1


def warm(workspace: Workspace, issue: str, runs: int) -> bool:
    loaded = workspace.load(issue)
    edits = iter(range(100_000))

    def edited() -> None:
        """Render with other first words each time, as a preview does while its author writes."""
        changed = loaded.issue.model_copy(update={"intro": f"{loaded.issue.intro}\n\nVersion {next(edits)}."})
        render(
            changed,
            workspace.settings.presentation,
            key=issue,
            templates=workspace.templates,
            assets=workspace.assets(loaded.path),
            prepare=workspace.prepare,
        )

    again = median(lambda: workspace.render(loaded), runs * 4)
    after_an_edit = median(edited, runs * 4)
    text = loaded.path.read_text("utf-8")
    reading = median(lambda: YAML(pure=True).load(text), runs * 4)
    ratio = max(again, after_an_edit) / reading
    print(f"warm, again         {again:8.1f} ms")
    print(f"warm, after an edit {after_an_edit:8.1f} ms")
    print(f"reading alone       {reading:8.1f} ms")
    print(f"ratio               {ratio:8.2f}      (at most {WARM})")
    return ratio < WARM


def median(work: Callable[[], object], runs: int) -> float:
    """Return how many milliseconds a piece of work takes, after two times that do not count."""
    times = [elapsed(work) for _ in range(runs + 2)]
    return statistics.median(times[2:])


def whole(workspace: Workspace, issue: str, runs: int) -> bool:
    loaded = workspace.load(issue)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"{issue}.mjml"
        source.write_text(
            to_mjml(
                loaded.issue,
                workspace.settings.presentation,
                key=issue,
                templates=workspace.templates,
                assets=workspace.assets(loaded.path),
                prepare=workspace.prepare,
            ),
            encoding="utf-8",
        )
        commands = {
            "newsletter render": [str(NEWSLETTER), "render", issue, "-o", str(folder / "ours")],
            "npm mjml": [str(MJML), str(source), "-o", str(folder / "theirs.html")],
        }
        times = alternating(commands, runs)
    for label, taken in times.items():
        print(f"{label:<20}{statistics.median(taken):8.0f} ms   ({min(taken):.0f} to {max(taken):.0f})")
    ours, theirs = (statistics.median(taken) for taken in times.values())
    print(f"ratio               {ours / theirs:8.2f}      (at most {MOST:.1f})")
    return ours / theirs <= MOST


def alternating(commands: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    """Run commands in turn and return their times in milliseconds; the first turn does not count."""
    times: dict[str, list[float]] = {label: [] for label in commands}
    for number in range(runs + 1):
        for label, command in commands.items():
            taken = elapsed(lambda command=command: process(command))
            if number:
                times[label].append(taken)
    return times


def process(command: list[str]) -> None:
    # compiled modules are kept, as they are where newsletter is installed
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, cwd=ROOT, env={**environment, "NO_COLOR": "1"}, check=True, capture_output=True)


def elapsed(work: Callable[[], object]) -> float:
    """Return milliseconds of the processor, in this process and those that it started."""
    before = processor()
    work()
    return (processor() - before) * 1000


def processor() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.exit(main())
