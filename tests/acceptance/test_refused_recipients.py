"""Recipients whom a server refuses or defers are listed with their lines in `send`, `status` and `report`."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.acceptance.test_no_secret import choose
from tests.loopback import PEOPLE, SesLoopback, _Ses

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")

ANSWERS = {
    "unknown@example.org": "550 5.1.1 <unknown@example.org>: user unknown",
    "full@example.org": "552 5.2.2 over quota",
    "policy@example.org": "554 5.7.1 rejected by policy",
    "later@example.org": "450 4.2.0 try again later",
    "crowded@example.org": "452 4.2.2 mailbox full",
    "bare@example.org": "550 no such user here",
    "spam@example.org": "550 looks like spam",
    "domain@example.org": "550 5.1.2 bad destination system",
    "moved@example.org": "551 user not local",
    "odd@example.org": "550 no",
}
KINDS = {
    "unknown@example.org": "unknown address",
    "full@example.org": "mailbox full",
    "policy@example.org": "policy or spam filter",
    "bare@example.org": "unknown address",
    "spam@example.org": "policy or spam filter",
    "domain@example.org": "unknown domain",
    "moved@example.org": "address has moved",
    "odd@example.org": "no reason given",
}
WAITING = {"later@example.org": "temporary", "crowded@example.org": "mailbox full"}


@dataclass
class Scripted:
    """An SMTP server that answers each recipient as it is told, at RCPT or after the text."""

    answers: Mapping[str, str]
    after_text: bool = False
    taken: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.answers and not self.after_text:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's names
        (address,) = envelope.rcpt_tos
        if address in self.answers:
            return self.answers[address]
        self.taken.append(address)
        return "250 OK"


@contextmanager
def serving(folder: Path, server: Scripted) -> Iterator[Scripted]:
    """Have the folder send through a server."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = int(asked.getsockname()[1])
    controller = aiosmtpd.Controller(server, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        choose(folder, "smtp", host="127.0.0.1", port=port, encryption="none", retry_for=0)
        yield server
    finally:
        controller.stop()


def write_list(folder: Path, people: Mapping[str, str]) -> dict[str, int]:
    """Write a subscriber list in which somebody else stands between any two; return the line of each address."""
    rows = ["email"]
    for number, address in enumerate(people):
        rows += [f"reader{number}@example.org", address]
    (folder / "audience.csv").write_text("\n".join(rows) + "\n")
    return {address: line for line, address in enumerate(rows, start=1)}


def lines_of(said: str) -> dict[int, str]:
    """Return what is said of each line of the list, by the line."""
    found = {}
    for line in said.splitlines():
        place, _, rest = line.strip().partition(": ")
        path, _, number = place.partition(":")
        if path == "audience.csv" and number.isdigit():
            found[int(number)] = rest
    return found


@pytest.mark.parametrize("after_text", [False, True], ids=["at RCPT", "after the text"])
def test_every_kind_is_listed_with_its_line(folder, cli, after_text):
    at = write_list(folder, ANSWERS)
    with serving(folder, Scripted(ANSWERS, after_text)) as server:
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
        server.taken.clear()
        told = cli("send", "2024-02", "--yes")
        assert told.code == 4, told.said  # two are deferred
        assert "No recipient was rejected" not in told.said
        assert sorted(server.taken) == sorted(f"reader{number}@example.org" for number in range(len(ANSWERS)))
        expected = {at[address]: kind for address, kind in KINDS.items()}
        expected |= {at["later@example.org"]: "temporary, will be tried again"}
        expected |= {at["crowded@example.org"]: "temporary (mailbox full), will be tried again"}
        shown = {"send": told.err, "status": cli("status", "2024-02").out, "report": cli("report", "2024-02").out}
        for command, said in shown.items():
            found = lines_of(said)
            assert {line: words.partition(": ")[2] for line, words in found.items()} == expected, (command, said)
            assert all(words.partition(": ")[0].endswith("@e….org") for words in found.values()), command
            assert not any(address in said for address in at), command
        again = json.loads(cli("send", "2024-02", "--yes", "--json").out)
        status = json.loads(cli("status", "2024-02", "--json").out)
        (report,) = json.loads(cli("report", "2024-02", "--json").out)["reports"]
        for data in (again["refusals"], status["refusals"], report["refusals"]):
            assert {one["line"]: one["kind"] for one in data} == {
                at[who]: kind for who, kind in (KINDS | WAITING).items()
            }
            assert {one["line"] for one in data if one["waiting"]} == {at[address] for address in WAITING}
            assert all(one["place"] == f"audience.csv:{one['line']}" for one in data)
            assert not any(address in json.dumps(data) for address in at)
        server.answers = {}
        done = cli("send", "2024-02", "--yes")
        assert done.code == 0, done.said
        assert {line: words.partition(": ")[2] for line, words in lines_of(done.out).items()} == {
            at[address]: kind for address, kind in KINDS.items()
        }
        rest = cli("send", "2024-02", "--remainder", "--yes")
        assert rest.code == 0, rest.said
        assert len(server.taken) == len(set(server.taken)) == 2 * len(ANSWERS)
        assert lines_of(cli("status", "2024-02").out) == {}, "they have it now"


def test_lines_are_those_of_the_list_now(folder, cli):
    """Somebody writes another row above, and removes one who was refused."""
    refused = {one: ANSWERS[one] for one in ("unknown@example.org", "full@example.org")}
    write_list(folder, refused)
    with serving(folder, Scripted(refused)):
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
        assert cli("send", "2024-02", "--yes").code == 0
    rows = (folder / "audience.csv").read_text().splitlines()
    rows.remove("full@example.org")
    (folder / "audience.csv").write_text("\n".join([rows[0], "new@example.org", *rows[1:]]) + "\n")
    told = cli("status", "2024-02").out
    assert lines_of(told) == {4: "u…@e….org: unknown address"}
    assert "no longer in audience.csv, key " in told
    assert ": mailbox full" in told


def test_a_list_that_is_gone_is_no_crash(folder, cli):
    refused = {"unknown@example.org": ANSWERS["unknown@example.org"]}
    write_list(folder, refused)
    with serving(folder, Scripted(refused)):
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
        assert cli("send", "2024-02", "--yes").code == 0
    (folder / "audience.csv").unlink()
    for command in ("status", "report"):
        told = cli(command, "2024-02")
        assert (told.code, "no longer in audience.csv, key " in told.out) == (0, True), told.said


def test_an_outbox_refuses_nobody(folder, cli):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    sent = json.loads(cli("send", "2024-02", "--yes", "--json").out)
    status = json.loads(cli("status", "2024-02", "--json").out)
    (report,) = json.loads(cli("report", "2024-02", "--json").out)["reports"]
    assert [one["refusals"] for one in (sent, status, report)] == [[], [], []]


class _RefusingSes(_Ses):
    error_code = "BadRequestException"
    said: ClassVar[dict[str, str]] = {
        PEOPLE[1]: f"Invalid email address {PEOPLE[1]}",
        PEOPLE[3]: "Email address is on the suppression list: blocked",
    }

    def do_POST(self) -> None:  # noqa: N802 - the server's name
        if self.steps()[-1] != "outbound-emails":
            super().do_POST()
            return
        body = self.given()
        (to,) = body["Destination"]["ToAddresses"]
        if to in self.said:
            self._send(400, json.dumps({"message": self.said[to]}))
        else:
            self.answer("send", {"MessageId": "1"}, takes=to)


class RefusingSes(SesLoopback):
    handler = _RefusingSes


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_amazon_ses_has_a_list_without_lines(folder, cli, monkeypatch):
    pytest.importorskip("boto3", reason="boto3 is not installed")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "an-example")
    server = RefusingSes()
    try:
        address = f"http://127.0.0.1:{server.port}"
        choose(folder, "ses", region="eu-west-2", contact_list="Readers", base_url=address, per_second=1000)
        tested = cli("test", "2024-02", "--to", "me@example.org")
        assert tested.code == 0, tested.said
        told = cli("send", "2024-02", "--yes")
        assert told.code == 0, told.said
        assert server.counting.asked[-1] == "send", "nothing more is asked for the list of those refused"
        for command in (told, cli("status", "2024-02"), cli("report", "2024-02")):
            assert "Readers: r…@e….org: invalid address" in command.out, command.said
            assert "Readers: r…@e….org: policy or spam filter" in command.out, command.said
            assert not any(address in command.said for address in PEOPLE)
        data = json.loads(cli("status", "2024-02", "--json").out)["refusals"]
        assert [(one["line"], one["place"], one["kind"]) for one in data] == [
            (None, "Readers", "invalid address"),
            (None, "Readers", "policy or spam filter"),
        ]
    finally:
        server.stop()
    told = cli("status", "2024-02")  # SES cannot be reached any more
    assert (told.code, "no longer in Readers, key " in told.out) == (0, True), told.said
