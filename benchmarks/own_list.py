"""How fast the own list is: an import beside sqlite3's own `.import` of the same file, a count, and one-click POSTs.

    python benchmarks/own_list.py [--rows N] [--posts N]

Exits with 1 where a promise is not kept: 1,000,000 rows in 60 seconds, a count of a filter in 200 ms, 200 POSTs/s.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from newsletter.workflow.import_list import staged_import
from newsletter.workflow.manage_list import count_filter
from newsletter.workflow.workspace import Workspace
from tests.public_site import SETTINGS, running_site

FILTER = "tag:members and joined>2024-01-01 and not city:Leeds"
CLIENTS = 16
"""Connections that post at once."""
CITIES, TAGS = ("Leeds", "York", "Hull", "Bath", "Truro"), ("members", "donors", "press", "volunteers", "")


def write_list(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("email,first_name,last_name,status,tags,city,joined\n")
        for at in range(rows):
            status = "unsubscribed" if at % 10 == 3 else "subscribed"
            day = f"{2018 + at % 8}-{1 + at % 12:02}-{1 + at % 28:02}"
            names = f"Ann{at % 977},Smith{at % 3001}"
            file.write(f"p{at}@mail{at % 500}.example.org,{names},{status},{TAGS[at % 5]},{CITIES[at % 7 % 5]},{day}\n")


def import_list(folder: Path, rows: int) -> bool:
    path = folder / "list.csv"
    write_list(path, rows)
    start = time.perf_counter()
    subprocess.run(["sqlite3", str(folder / "plain.db"), f".import --csv {path} people"], check=True)
    plain = time.perf_counter() - start
    workspace = Workspace.find(folder)
    start = time.perf_counter()
    with staged_import(workspace, [path], {}) as plan:
        plan.carry_out()
    ours = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"import of {rows:,} rows: {ours:.1f} s, {ours / plain:.1f} × sqlite3's .import, {memory} MB")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        count = count_filter(workspace, FILTER)
        times.append(time.perf_counter() - start)
    print(f"count of a filter: {min(times) * 1000:.0f} ms, opening the list included ({count:,} people)")
    return ours <= 60 * rows / 1_000_000 and min(times) <= 0.2


def post_all(host: str, tokens: list[str]) -> list[int]:
    """Post from several connections at once; return the answers' statuses. It runs in a process of its own."""
    done: list[int] = []

    def work(mine: list[str]) -> None:
        connection = http.client.HTTPConnection(host)
        for token in mine:
            connection.request("POST", f"/unsubscribe/{token}", "List-Unsubscribe=One-Click")
            answer = connection.getresponse()
            answer.read()
            done.append(answer.status)

    threads = [threading.Thread(target=work, args=(tokens[at::CLIENTS],)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def post_one_clicks(folder: Path, posts: int) -> bool:
    spawn = multiprocessing.get_context("spawn")
    with running_site(folder) as site, ProcessPoolExecutor(1, spawn) as clients:
        tokens = [site.subscribe(f"p{at}@example.org") for at in range(posts)]
        host = site.address.removeprefix("http://")
        clients.submit(post_all, host, []).result()  # the process has started
        start, processor = time.perf_counter(), time.process_time()
        done = clients.submit(post_all, host, tokens).result()
        rate, processor = posts / (time.perf_counter() - start), (time.process_time() - processor) / posts
        lost = posts - done.count(200)
    print(f"one-click POSTs: {rate:.0f}/s, {lost} lost, {processor * 1000:.2f} ms of the server's processor each")
    return lost == 0 and rate >= 200


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--posts", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        (Path(one) / "newsletter.yaml").write_text(SETTINGS, "utf-8")
        os.chdir(one)
        kept = [import_list(Path(one), given.rows), post_one_clicks(Path(other), given.posts)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
