"""Two processes in network namespaces of their own send one issue; the link of one goes down in the middle."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from .smtp_sink import Sink
from .test_kill_workers import LEASE, LONGEST, RECIPIENTS, crew
from .wire import Wire

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Namespace:
    """A network namespace with one link to this one."""

    name: str
    host: str
    """This machine's address on the link."""

    @property
    def within(self) -> tuple[str, ...]:
        """Return the command that runs another one in it."""
        return ("ip", "netns", "exec", self.name)

    def set_link(self, state: str) -> None:
        """Set the link up or down."""
        _ip("netns", "exec", self.name, "ip", "link", "set", f"{self.name}b", state)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def namespace(number: int) -> Iterator[Namespace]:
    """Make a namespace, and remove it; skip where this process may not."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("network namespaces need root, and `ip` of iproute2")
    name = f"nl{os.getpid() % 100_000}{number}"
    # addresses for documentation and benchmarks (RFC 2544), which no network uses
    host, own = (f"198.18.{os.getpid() % 250}.{8 * number + last}" for last in (1, 2))
    try:
        _ip("netns", "add", name)
    except subprocess.CalledProcessError:
        pytest.skip("network namespaces are not allowed here")
    try:
        try:
            _ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        except subprocess.CalledProcessError:
            pytest.skip("links between network namespaces are not allowed here")
        _ip("address", "add", f"{host}/30", "dev", f"{name}a")
        _ip("link", "set", f"{name}a", "up")
        _ip("netns", "exec", name, "ip", "address", "add", f"{own}/30", "dev", f"{name}b")
        found = Namespace(name, host)
        found.set_link("up")
        yield found
    finally:
        _ip("netns", "delete", name)


def test_where_the_network_of_one_goes_down_the_other_finishes(sink: Sink, postgresql: Any) -> None:
    server = ("127.0.0.1", sink.port)
    with (
        namespace(1) as first,
        namespace(2) as second,
        Wire(postgresql.socket, first.host) as first_ledger,
        Wire(server, first.host) as first_server,
        Wire(postgresql.socket, second.host) as second_ledger,
        Wire(server, second.host) as second_server,
        crew(postgresql.url, sink, lease=LEASE, environment={"PGSSLMODE": "disable"}) as workers,
    ):

        def start(name: str, to: Namespace, ledger: Wire, server: Wire) -> subprocess.Popen[str]:
            url = f"postgresql://news@{to.host}:{ledger.port}/news"
            return workers.start(name, url, f"{to.host}:{server.port}", to.within)

        far = start("one", first, first_ledger, first_server)
        workers.wait(lambda: sink.count >= RECIPIENTS // 5)
        assert workers.holder() == far.pid
        first.set_link("down")
        first_server.cut(server_gives_up=True)
        near = start("two", second, second_ledger, second_server)
        workers.wait(lambda: False, but=far)
        assert near.wait(LONGEST) == 0
        first.set_link("up")
        far.communicate(timeout=LONGEST)
        workers.running.remove(far)
        workers.finish()
        print(f"\nuncertain after the cut: {dict(workers.uncertain)}")
