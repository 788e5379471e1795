"""A real Postfix on loopback that defers: nobody is lost, nobody is refused for it, and nobody gets it twice."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsletter.errors import UnavailableError
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import DeliveryState, Message, Target
from newsletter.model.sends import SendState
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.payload import SendPayload
from newsletter.sending.retries import Timer

from .judges import missing

pytestmark = pytest.mark.slow

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mydestination =
relay_domains = example.org
relay_transport = discard:
default_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/recipients
smtpd_data_restrictions = check_recipient_access texthash:{folder}/data_access
smtpd_end_of_data_restrictions = check_recipient_access texthash:{folder}/end_access
smtpd_client_event_limit_exceptions =
smtpd_client_message_rate_limit = {per_unit}
anvil_rate_time_unit = 4s
smtpd_error_sleep_time = 0
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
anvil unix - - n - 1 anvil
bounce unix - - n - 0 bounce
cleanup unix n - n - 0 cleanup
defer unix - - n - 0 bounce
discard unix - - n - - discard
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
trace unix - - n - 0 bounce
"""


@dataclass
class Postfix:
    """A server with a configuration, a queue and a log of its own."""

    folder: Path
    port: int
    per_unit: int = 0

    def start(self) -> None:
        config = self.folder / "config"
        for name in ("config", "spool", "data"):
            (self.folder / name).mkdir()
        owner = pwd.getpwnam("postfix")
        os.chown(self.folder / "data", owner.pw_uid, owner.pw_gid)
        self.defer()
        (config / "main.cf").write_text(MAIN.format(folder=self.folder, per_unit=self.per_unit))
        (config / "master.cf").write_text(MASTER.format(port=self.port))
        self._run("start")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def defer(self, *, recipients: str = "", data: str = "", end: str = "") -> None:
        """Explain what is answered for whom, at RCPT, at DATA and after the text."""
        for name, lines in (("recipients", recipients), ("data_access", data), ("end_access", end)):
            (self.folder / name).write_text(lines)

    def restart(self) -> None:
        """Break every connection off and begin anew: a process keeps the tables that it has read."""
        self._run("abort")
        until = time.monotonic() + 30
        while self._called("start").returncode != 0:  # the one that was broken off may take a moment to end
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.2)
        time.sleep(0.5)

    def stop(self) -> None:
        self._run("stop")

    def _run(self, command: str) -> None:
        done = self._called(command)
        assert done.returncode == 0, done.stdout + done.stderr

    def _called(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["postfix", "-c", str(self.folder / "config"), command],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def got(self) -> Counter[str]:
        """Return how many messages each address was sent, as the log has it, when the queue is empty."""
        time.sleep(1)
        log = (self.folder / "log").read_text()
        return Counter(re.findall(r"discard\[\d+\]: .* to=<([^>]*)>.* status=sent", log))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def postfix(request: pytest.FixtureRequest) -> Iterator[Postfix]:
    if shutil.which("postfix") is None or os.geteuid() != 0:
        missing("Postfix, with the right to start it,", "apt-get install postfix")
    # its processes run as a user of their own, who may not look into the folders of the tests
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    server = Postfix(folder, free_port(), per_unit=getattr(request, "param", 0))
    try:
        server.start()
        yield server
    finally:
        if (folder / "config" / "master.cf").exists():
            server.stop()
        shutil.rmtree(folder)


@dataclass
class FastTime:
    """Time that passes ten times as fast, and what happens at a moment of it."""

    now: float = 0.0
    told: list[str] = field(default_factory=list)
    at: float = float("inf")
    event: object = None

    def pause(self, seconds: float) -> None:
        self.now += seconds
        time.sleep(seconds / 5)
        if self.now >= self.at and callable(self.event):
            self.at = float("inf")
            self.event()

    @property
    def timer(self) -> Timer:
        return Timer(lambda: self.now, self.pause)


def provider(postfix: Postfix, names: list[str], retry_for: int = 15, connections: int = 10) -> SmtpProvider:
    values = {
        "host": "127.0.0.1",
        "port": postfix.port,
        "encryption": "none",
        "retry_for": retry_for,
        "connections": connections,
    }
    people = [Subscriber(email=f"{name}@example.org") for name in names]
    return SmtpProvider(Options.model_validate(values), "Readers", lambda: people)


def outgoing() -> SendPayload:
    message = Message(
        title="February",
        subject="Neues für alle – “hier”",
        preheader="What is new",
        html="<!doctype html><html><head><title>N</title></head><body>Hello</body></html>",
        text="Hello",
        sender=Sender(name="Example Trust", email="news@example.org"),
    )
    return SendPayload(
        issue="2024-02", message=message, target=Target(provider="smtp", audience="Readers"), links=ReaderLinks()
    )


NAMES = ["first", "grey", "late", "end", "gone", "ada", "ben", "cleo", "dan"]


def test_greylisting_at_each_stage_loses_nobody(postfix: Postfix, tmp_path: Path) -> None:
    gone = "gone@example.org 550 5.1.1 no such user\n"
    postfix.defer(
        recipients=f"grey@example.org 450 4.2.0 Greylisted\n{gone}",
        data="late@example.org 451 4.3.0 Try later\n",
        end="end@example.org 451 4.3.0 Queue file write error\n",
    )
    postfix.restart()

    def lift() -> None:
        postfix.defer(recipients=gone)
        postfix.restart()

    passing = FastTime(at=20.0, event=lift)
    sender = provider(postfix, NAMES)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        campaign = begin(ledger, sender, outgoing(), "me")
        outcome = carry_on(ledger, sender, campaign, who="me", tell=passing.told.append, timer=passing.timer)
        story = [event.words for event in ledger.history.story("2024-02")]
    assert outcome.send.state is SendState.SENT
    assert outcome.counts.by_state == {DeliveryState.DELIVERED: 8, DeliveryState.REFUSED: 1}
    assert postfix.got() == Counter(f"{name}@example.org" for name in NAMES if name != "gone")
    assert any("3 recipients are still waiting" in one for one in passing.told)
    assert any("no such user" in one for one in story)


def test_a_server_that_defers_for_good_leaves_them_waiting_for_a_later_send(postfix: Postfix, tmp_path: Path) -> None:
    postfix.defer(recipients="grey@example.org 450 4.2.0 Greylisted\n")
    postfix.restart()
    sender = provider(postfix, NAMES, retry_for=1)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        campaign = begin(ledger, sender, outgoing(), "me")
        with pytest.raises(UnavailableError, match="8 recipients have 2024-02, 1 recipient is still waiting"):
            carry_on(ledger, sender, campaign, who="me", timer=FastTime().timer)
        assert ledger.deliveries.count(campaign)[DeliveryState.REFUSED] == 0
        postfix.defer()
        postfix.restart()
        carry_on(ledger, sender, campaign, who="me", timer=FastTime().timer)
    assert postfix.got() == Counter(f"{name}@example.org" for name in NAMES)


def test_a_recipient_refused_right_after_a_refused_text_is_refused_and_no_other(
    postfix: Postfix, tmp_path: Path
) -> None:
    """Postfix keeps the envelope of a text that a restriction refuses; with a refused recipient in it, it crashes."""
    names = [f"{what}{number}" for number in range(8) for what in ("end", "gone", "taken")]
    postfix.defer(
        recipients="".join(f"gone{number}@example.org 550 5.1.1 no such user\n" for number in range(8)),
        end="".join(f"end{number}@example.org 550 5.7.1 not this text\n" for number in range(8)),
    )
    postfix.restart()
    sender = provider(postfix, names, connections=1)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        campaign = begin(ledger, sender, outgoing(), "me")
        outcome = carry_on(ledger, sender, campaign, who="me", timer=FastTime().timer)
    assert outcome.counts.by_state == {DeliveryState.DELIVERED: 8, DeliveryState.REFUSED: 16}
    assert postfix.got() == Counter(f"taken{number}@example.org" for number in range(8))
    assert "signal 11" not in (postfix.folder / "log").read_text()


@pytest.mark.parametrize("postfix", [3], indirect=True)
def test_a_limit_of_messages_pauses_the_run_until_it_is_over(postfix: Postfix, tmp_path: Path) -> None:
    """Postfix answers 450 to MAIL from the fourth message of a unit of time on."""
    passing = FastTime()
    sender = provider(postfix, NAMES)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        campaign = begin(ledger, sender, outgoing(), "me")
        outcome = carry_on(ledger, sender, campaign, who="me", tell=passing.told.append, timer=passing.timer)
    assert outcome.send.state is SendState.SENT
    assert outcome.counts[DeliveryState.DELIVERED] == len(NAMES)
    assert postfix.got() == Counter(f"{name}@example.org" for name in NAMES)
    assert "is not accepting messages at the moment" in passing.told[0]
    assert "too much mail" in passing.told[0]
