"""The Mailman provider against a real Mailman 3 core, down to the mail that its members get."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from newsletter.errors import AuthenticationError, ProviderError, RefusedError, UnsupportedError, UsageError
from newsletter.providers.base import AcceptState, OutboundMessage
from newsletter.providers.mailman import MailmanProvider, Options

pytestmark = pytest.mark.slow

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")

PASSWORD = "rest-password"
LIST, TESTERS, CLOSED = "news.example.org", "testers.example.org", "closed.example.org"

CONFIGURATION = """\
[mailman]
site_owner: owner@example.org
layout: here
[paths.here]
var_dir: {var}
[database]
class: mailman.database.sqlite.SQLiteDatabase
url: sqlite:///{var}/mailman.db
[webservice]
hostname: 127.0.0.1
port: {rest}
admin_user: restadmin
admin_pass: {password}
workers: 1
[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
lmtp_host: 127.0.0.1
lmtp_port: {lmtp}
smtp_host: 127.0.0.1
smtp_port: {smtp}
""" + "".join(
    # each is a process of its own, and a message to a list needs none of these
    f"[runner.{name}]\nstart: no\n"
    for name in ("archive", "bounces", "command", "digest", "lmtp", "nntp", "retry", "shunt", "task", "virgin")
)


@dataclass
class Inbox:
    """Where Mailman's mail goes, by recipient."""

    mail: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mail += [(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    def of(self, subject: str, count: int) -> list[tuple[str, EmailMessage]]:
        """Wait until so many messages with a subject are there; return them by recipient."""
        patience = time.monotonic() + 30
        while time.monotonic() < patience:
            found = [one for one in self.mail if subject in str(one[1]["Subject"])]
            if len(found) >= count:
                return sorted(found, key=lambda one: one[0])
            time.sleep(0.05)
        return pytest.fail(f"{count} messages about {subject!r} did not come in 30 seconds")


@dataclass(frozen=True)
class Mailman:
    """A running core."""

    url: str
    inbox: Inbox

    def call(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        answer = requests.request(method, self.url + path, json=data, auth=("restadmin", PASSWORD), timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def provider(self, **settings: Any) -> MailmanProvider:
        options = Options.model_validate({"base_url": self.url, "test_list": TESTERS, **settings})
        return MailmanProvider.connect(options, lambda _: PASSWORD)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="module")
def mailman(server_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailman]:
    program = server_program("mailman")
    folder = tmp_path_factory.mktemp("mailman")
    inbox, smtp, rest = Inbox(), free_port(), free_port()
    sink = aiosmtpd.Controller(inbox, hostname="127.0.0.1", port=smtp, ready_timeout=10)
    sink.start()
    config = folder / "mailman.cfg"
    config.write_text(
        CONFIGURATION.format(var=folder / "var", rest=rest, lmtp=free_port(), smtp=smtp, password=PASSWORD)
    )
    try:
        with _core(program, config, folder):
            core = Mailman(f"http://127.0.0.1:{rest}/3.1", inbox)
            _wait_for(core)
            _people(core)
            yield core
    finally:
        sink.stop()


class _core:  # noqa: N801 - used as a word
    """The core's processes; its output goes into a file, for its daemons would keep a pipe open for ever."""

    def __init__(self, program: Path, config: Path, folder: Path) -> None:
        self._environment = {**os.environ, "MAILMAN_CONFIG_FILE": str(config)}
        as_root = ["--run-as-root"] if os.geteuid() == 0 else []
        self._command = [program, *as_root]
        self._folder = folder

    def __enter__(self) -> None:
        with (self._folder / "log").open("w") as log:
            subprocess.run(
                [*self._command, "start"],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=120,
                check=True,
            )

    def __exit__(self, *_: object) -> None:
        """Ask the master to end, with all its runners; insist after a while."""
        for path in (self._folder / "var").rglob("master.pid"):
            master = int(path.read_text())
            os.kill(master, signal.SIGTERM)
            patience = time.monotonic() + 20
            while _is_there(master) and time.monotonic() < patience:
                time.sleep(0.05)
            if _is_there(master):
                os.killpg(os.getpgid(master), signal.SIGKILL)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()


def _wait_for(core: Mailman) -> None:
    patience = time.monotonic() + 90
    while time.monotonic() < patience:
        try:
            core.call("GET", "/system/versions")
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Mailman did not start in 90 seconds")


def _people(core: Mailman) -> None:
    core.call("POST", "/domains", {"mail_host": "example.org"})
    members = {LIST: ["kim", "ash"], TESTERS: ["tester", "other"], CLOSED: ["kim"]}
    for list_id, names in members.items():
        core.call("POST", "/lists", {"fqdn_listname": list_id.replace(".", "@", 1), "style_name": "legacy-announce"})
        core.call("PATCH", f"/lists/{list_id}/config", {"send_welcome_message": False})
        for name in names:
            person = {"list_id": list_id, "subscriber": f"{name}@example.net", "display_name": name.title()}
            sure = {"pre_verified": True, "pre_confirmed": True, "pre_approved": True}
            core.call("POST", "/members", {**person, **sure})
    for list_id in (LIST, TESTERS):
        core.call("PATCH", f"/lists/{list_id}/config", {"default_nonmember_action": "accept"})


def parcel(key: str, address: str = "news@example.org", subject: str = "February", size: int = 10) -> OutboundMessage:
    text = "\r\n".join(["Hello wo=C3=A4rld", "x" * 70, *["y" * 70] * (size // 72)])
    raw = (
        f"From: Example Trust <office@example.org>\r\nTo: {address}\r\nSubject: {subject}\r\n"
        f"Message-ID: <2024-02.{key}@example.org>\r\nList-Id: <newsletter.example.org>\r\n"
        "List-Unsubscribe: <https://example.org/leave>,\r\n <mailto:office@example.org>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{text}\r\n"
    )
    return OutboundMessage("2024-02", key, address, raw.encode())


def test_the_lists_are_audiences_with_their_members_counted(mailman):
    audiences = {one.id: (one.name, one.count) for one in mailman.provider().audiences()}
    assert audiences == {
        LIST: ("news@example.org", 2),
        TESTERS: ("testers@example.org", 2),
        CLOSED: ("closed@example.org", 1),
    }


def test_a_message_reaches_every_member_once(mailman):
    provider = mailman.provider()
    provider.prepare()
    [recipient] = provider.recipients(provider.audience(LIST))
    assert recipient.email == "news@example.org"
    provider.deliver(parcel("k1", recipient.email, "All of it"))
    provider.settle()
    got = mailman.inbox.of("All of it", 2)
    assert [address for address, _ in got] == ["ash@example.net", "kim@example.net"]
    message = got[0][1]
    assert message["Message-ID"] == "<2024-02.k1@example.org>"
    assert message.get_all("List-Id") == ["<news.example.org>"]
    assert "news-leave@example.org" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] is None
    assert "Hello wo\u00e4rld" in message.as_string() or "Hello wo" in str(message.get_payload(decode=True))
    assert provider.ask("2024-02", ["k1"]) == {"k1": AcceptState.CANNOT_TELL}


def test_a_large_message_passes_where_the_sender_is_accepted(mailman):
    mailman.provider().deliver(parcel("k2", subject="Large", size=62_000))
    assert len(mailman.inbox.of("Large", 2)) == 2


def test_what_would_be_held_is_refused_before_it_is_given(mailman):
    provider = mailman.provider()
    with pytest.raises(ProviderError, match="Mailman would hold a message from office@") as caught:
        provider.deliver(parcel("k3", "closed@example.org", "Held"))
    assert not isinstance(caught.value, RefusedError)
    held = mailman.call("GET", f"/lists/{CLOSED}/held").get("entries", [])
    assert not [row for row in held if row["subject"] == "Held"]


def test_a_message_that_waits_for_a_moderator_is_known_to_be_there(mailman):
    text = parcel("k4", "closed@example.org", "Waits").raw.decode()
    mailman.call("POST", "/queues/in", {"list_id": CLOSED, "text": text})
    patience = time.monotonic() + 30
    while not mailman.call("GET", f"/lists/{CLOSED}/held")["total_size"] and time.monotonic() < patience:
        time.sleep(0.05)
    said = mailman.provider().ask("2024-02", ["k4", "k5"])
    assert said == {"k4": AcceptState.YES, "k5": AcceptState.CANNOT_TELL}


@pytest.mark.parametrize(("action", "passes"), [("accept", True), ("defer", False), ("discard", False)])
def test_a_setting_of_the_senders_own_wins(mailman, action, passes):
    person = {"list_id": CLOSED, "subscriber": f"{action}@example.org", "role": "nonmember"}
    sure = {"pre_verified": True, "pre_confirmed": True, "pre_approved": True}
    mailman.call("POST", "/members", {**person, **sure})
    member = mailman.call("GET", f"/lists/{CLOSED}/nonmember/{action}@example.org")["member_id"]
    mailman.call("PATCH", f"/members/{member}", {"moderation_action": action})
    sent = parcel(f"own{action}", "closed@example.org", f"By {action}", size=62_000)
    sent = OutboundMessage("2024-02", sent.key, sent.address, sent.raw.replace(b"office@", f"{action}@".encode()))
    if passes:
        mailman.provider().deliver(sent)
        assert len(mailman.inbox.of(f"By {action}", 1)) == 1
    else:
        with pytest.raises(ProviderError, match=r"Mailman holds messages over 40 kB|would discard"):
            mailman.provider().deliver(sent)


def test_a_list_in_its_emergency_mode_is_refused(mailman):
    mailman.call("PATCH", f"/lists/{LIST}/config", {"emergency": True})
    try:
        with pytest.raises(ProviderError, match="emergency mode"):
            mailman.provider().deliver(parcel("k6"))
    finally:
        mailman.call("PATCH", f"/lists/{LIST}/config", {"emergency": False})


def test_a_test_goes_to_the_list_of_testers_once(mailman):
    provider = mailman.provider()
    for address in ("tester@example.net", "other@example.net"):
        where = provider.deliver_test(parcel(f"t-{address[:3]}", address, "Trying"))
        assert where == "the inboxes of everyone on testers@example.org"
    provider.deliver(parcel("k7", subject="After it"))
    mailman.inbox.of("After it", 2)
    got = mailman.inbox.of("Trying", 2)
    assert [address for address, _ in got] == ["other@example.net", "tester@example.net"]


def test_a_test_to_somebody_else_is_refused(mailman):
    with pytest.raises(RefusedError, match=r"k…@e…\.net is not on the test list"):
        mailman.provider().deliver_test(parcel("t2", "kim@example.net"))


def test_a_test_without_a_list_of_testers_is_refused(mailman):
    with pytest.raises(UnsupportedError, match="a test needs a list of testers"):
        mailman.provider(test_list=None).deliver_test(parcel("t3"))


def test_a_wrong_password_is_told(mailman):
    options = Options(base_url=mailman.url)
    with pytest.raises(AuthenticationError, match="Mailman rejected") as caught:
        MailmanProvider.connect(options, lambda _: "something-else").prepare()
    assert "NEWSLETTER_MAILMAN_PASSWORD" in caught.value.hint


def test_an_unknown_list_is_told(mailman):
    provider = mailman.provider()
    with pytest.raises(UsageError, match=r"no audience 'nobody\.example\.org'"):
        provider.audience("nobody.example.org")
