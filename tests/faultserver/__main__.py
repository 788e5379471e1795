"""Live many runs and print what came of them: `python -m tests.faultserver --runs 300`."""

from __future__ import annotations

import argparse
import ssl
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import trustme

from .run import Extremes, Run
from .runner import CommandHost
from .scenario import play

COLUMNS = (
    "double",
    "false nothing",
    "false sent",
    "half untold",
    "stuck",
    "crash",
    "contradiction",
    "needless",
    "resolved",
)


def authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for loopback, and the file of the authority that vouches for it."""
    issuer = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    path = folder / "authority.pem"
    issuer.cert_pem.write_to_path(str(path))
    return context, path


def table(runs: list[Run]) -> str:
    """Return provider × fault: the runs, and how many broke which promise."""
    rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for run in runs:
        broken = {violation.kind for violation in run.violations}
        for fault in [*run.faults, "ALL"]:
            counted = ["runs", *broken, *(["resolved"] if run.resolved else [])]
            rows[run.provider, fault].update(counted)
            if fault == "ALL":
                rows["ALL", "ALL"].update(counted)
    lines = [f"{'provider':10} {'fault':20} {'runs':>5}" + "".join(f" {kind:>14}" for kind in COLUMNS)]
    for (provider, fault), counts in sorted(rows.items()):
        lines.append(f"{provider:10} {fault:20} {counts['runs']:5}" + "".join(f" {counts[k]:14}" for k in COLUMNS))
    return "\n".join(lines)


def main() -> int:
    """Live the runs that the arguments name."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("--seed", type=int, default=0, help="the first seed")
    options.add_argument("--no-kills", action="store_true")
    options.add_argument("--lag", type=float, default=0.0, help="seconds that every answer is behind, in every run")
    options.add_argument("--storm", type=float, default=0.0, help="how likely any call goes wrong, besides: 0.3")
    options.add_argument("--show", action="store_true", help="print every run whole")
    options.add_argument("--log", type=Path, help="write each run that broke something here")
    given = options.parse_args()
    runs, host = [], CommandHost()
    with tempfile.TemporaryDirectory() as name:
        context, pem = authority(Path(name))
        for seed in range(given.seed, given.seed + given.runs):
            folder = Path(name) / str(seed)
            folder.mkdir()
            run = play(
                seed, folder, host, context, pem, kills=not given.no_kills, extremes=Extremes(given.lag, given.storm)
            )
            runs.append(run)
            bad = ", ".join(sorted({v.kind for v in run.violations}))
            print(
                f"{seed} {run.provider} {run.shape} {' '.join(run.faults)}: {bad or 'well'} ({run.seconds:.1f} s)",
                file=sys.stderr,
            )
            if given.show:
                print(run.describe())
            if given.log and run.violations:
                with given.log.open("a") as log:
                    log.write(run.describe() + "\n" + "=" * 100 + "\n")
    host.close()
    print(table(runs))
    return 1 if any(run.violations for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
