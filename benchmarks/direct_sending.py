"""How fast a direct send hands messages to Postfix's smtp-sink, beside smtp-source with one fixed message, in one run.

    python benchmarks/direct_sending.py [--recipients N ...] [--connections N] [--size BYTES] [--rounds N] [--profile]
        [--csv]

The recipients are on an own list in a database, with --csv in an audience file.

smtp-source hands the same sink as many messages as the send, over as many connections, unpersonalised and from memory:
it is what the sink can take. The two are run in turn, and the median of the ratios is printed, as is the most memory
that the sending process took. Needs Debian's package postfix.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsletter.model.audience import Subscriber

PARAGRAPH = "<p>Dear reader, a paragraph of the usual length – with an accent in it now and then: café.</p>\n"
SETTINGS = """\
brand: {name: Example Trust, address: "Example Trust, 1 High Street, Sampletown", newsletter: Team Update}
sender: {name: Example Trust, email: news@example.org}
subscribers: {}
"""
PROGRAMS = {name: shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("smtp-sink", "smtp-source")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipients", type=int, nargs="+", default=[10_000, 100_000], help="1000000 takes long")
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--size", type=int, default=40_000, help="bytes of a message, about")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--csv", action="store_true", help="send to an audience file in place of an own list")
    parser.add_argument("--profile", action="store_true", help="print where the sending process spends its time")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting under `smtp`")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--import-into", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.import_into:
        return import_list(given.import_into)
    if given.child:
        return child(given.child, profile=given.profile)
    if None in PROGRAMS.values():
        print("smtp-sink and smtp-source are needed: apt-get install postfix")
        return 1
    for recipients in given.recipients:
        measure(given, recipients)
    return 0


def measure(given: argparse.Namespace, recipients: int) -> None:
    """Send and have smtp-source send in turn; print both, and the ratio."""
    found = []
    for _ in range(given.rounds if recipients <= 20_000 else 1):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, sink() as port:
            values = dict(one.split("=", 1) for one in given.set)
            job = {
                "port": port,
                "connections": given.connections,
                "recipients": recipients,
                "size": given.size,
                "csv": given.csv,
                "settings": values,
            }
            path = Path(folder) / "job.json"
            path.write_text(json.dumps(job))
            write_audience(Path(folder) / "audience.csv", recipients)
            if not given.csv:
                subprocess.run([sys.executable, __file__, "--import-into", folder], check=True)
            extra = ["--profile"] if given.profile else []
            done = subprocess.run(
                [sys.executable, __file__, "--child", path, *extra], stdout=subprocess.PIPE, text=True, check=True
            )
            ours = json.loads(done.stdout.splitlines()[-1])
            theirs = source(port, recipients, given.connections, ours["bytes"])
        found.append((recipients / ours["seconds"], recipients / theirs, ours["megabytes"]))
        print(
            f"{recipients:,} messages of {ours['bytes']:,} bytes over {given.connections} connections: "
            f"{found[-1][0]:,.0f}/s, smtp-source {found[-1][1]:,.0f}/s, ratio {found[-1][0] / found[-1][1]:.2f}, "
            f"processor {1000 * ours['processor'] / recipients:.2f} ms a message, "
            f"{ours['megabytes']:,.0f} MB (before the send {ours['before']:,.0f} MB)"
        )
    ratio = statistics.median(own / other for own, other, _ in found)
    print(f"{recipients:,}: median ratio {ratio:.2f}, at most {max(most for *_, most in found):,.0f} MB")


@contextmanager
def sink() -> Iterator[int]:
    """Run smtp-sink; yield its port."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([PROGRAMS["smtp-sink"], *user, f"127.0.0.1:{port}", "1000"])
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def source(port: int, messages: int, connections: int, size: int) -> float:
    """Let smtp-source send; return the seconds."""
    begin = time.perf_counter()
    options = ["-d", "-s", connections, "-m", messages, "-l", size, "-f", "us@example.org", "-t", "reader@example.org"]
    subprocess.run([PROGRAMS["smtp-source"], *map(str, options), f"127.0.0.1:{port}"], check=True)
    return time.perf_counter() - begin


def write_audience(path: Path, recipients: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "first_name"])
        writer.writerows((f"reader{number}@example.org", f"Zoë {number}") for number in range(recipients))


def import_list(folder: Path) -> int:
    """Put the people of the audience file on an own list, in a process of its own."""
    from newsletter.workflow.import_list import staged_import
    from newsletter.workflow.workspace import Workspace

    (folder / "newsletter.yaml").write_text(SETTINGS, "utf-8")
    with staged_import(Workspace.find(folder), [folder / "audience.csv"], {}) as plan:
        plan.carry_out()
    return 0


def read_people(job: dict[str, Any], folder: Path) -> Collection[Subscriber]:
    if job["csv"]:
        from newsletter.audience.csv_file import read_audience

        return read_audience(folder / "audience.csv").subscribers
    from newsletter.workflow.own_list import OwnListPeople
    from newsletter.workflow.workspace import Workspace

    return OwnListPeople(Workspace.find(folder).settings)


def child(path: Path, *, profile: bool) -> int:
    """Send to the people of the list, as `newsletter send` does after its checks."""
    import cProfile
    import pstats
    import resource

    from newsletter.ledger.store import Ledger
    from newsletter.model.branding import ReaderLinks, Sender
    from newsletter.model.campaign import Message, Target
    from newsletter.providers.smtp import Options, SmtpProvider
    from newsletter.sending.direct import begin, carry_on
    from newsletter.sending.payload import SendPayload

    job = json.loads(path.read_text())
    page = PARAGRAPH * (job["size"] // len(PARAGRAPH.encode()) - 3)
    settings = {"host": "127.0.0.1", "port": job["port"], "encryption": "none", **job["settings"]}
    if "connections" in Options.model_fields:
        settings["connections"] = job["connections"]
    people = read_people(job, path.parent)
    provider = SmtpProvider(Options.model_validate(settings), "audience.csv", lambda: people)
    message = Message(
        title="February news",
        subject="News for {first_name|you}",
        preheader="What is new",
        html=f"<!doctype html><html><body><h1>Hello {{first_name|there}}</h1>\n{page}"
        '<p><a href="{unsubscribe_url}">Unsubscribe</a></p></body></html>',
        text="Hello {first_name|there},\n\nread it on the page.\n\n{unsubscribe_url}\n",
        sender=Sender(name="Example Community Trust", email="us@example.org"),
    )
    links = ReaderLinks.model_validate({"unsubscribe": "https://example.org/leave?who={key}", "one_click": True})
    payload = SendPayload(
        issue="2024-02", message=message, target=Target(provider="smtp", audience="audience.csv"), links=links
    )
    with Ledger(f"sqlite:///{path.parent / 'ledger.db'}") as ledger:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        clock, processor = time.perf_counter(), time.process_time()
        send = begin(ledger, provider, payload, "me")
        watch = cProfile.Profile()
        if profile:
            watch.enable()
        outcome = carry_on(ledger, provider, send, who="me")
        watch.disable()
        seconds, processor = time.perf_counter() - clock, time.process_time() - processor
    if profile:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    assert outcome.counts.total == job["recipients"]
    print(
        json.dumps(
            {
                "seconds": seconds,
                "processor": processor,
                "bytes": job["size"],
                "before": before,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
