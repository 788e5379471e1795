"""The commands with a real listmonk: what people change by hand there, and what only part of a list gets.

Nothing here runs unless you name a listmonk, as in `test_listmonk.py`, and with NEWSLETTER_LIVE_LISTMONK_SEND `yes`.

NEWSLETTER_LIVE_LISTMONK_OTHER    the number of a second list
NEWSLETTER_LIVE_LISTMONK_PARTLY   the number of a list some of whose members the mail server refuses
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from newsletter.cli.app import run
from newsletter.providers.listmonk import TOKEN

URL = os.environ.get("NEWSLETTER_LIVE_LISTMONK_URL", "")
USER = os.environ.get("NEWSLETTER_LIVE_LISTMONK_USER", "")
LIST = os.environ.get("NEWSLETTER_LIVE_LISTMONK_LIST", "")
OTHER = os.environ.get("NEWSLETTER_LIVE_LISTMONK_OTHER", "")
PARTLY = os.environ.get("NEWSLETTER_LIVE_LISTMONK_PARTLY", "")
TESTER = os.environ.get("NEWSLETTER_LIVE_LISTMONK_TESTER", "")
pytestmark = [
    pytest.mark.skipif(
        not URL or os.environ.get("NEWSLETTER_LIVE_LISTMONK_SEND") != "yes",
        reason="NEWSLETTER_LIVE_LISTMONK_URL names no listmonk, or nothing is to be sent",
    ),
    pytest.mark.enable_socket,
]
PROJECT = Path(__file__).parents[2]
Cli = Callable[..., tuple[int, str]]


def call(method: str, path: str, **more: Any) -> Any:
    answer = requests.request(method, f"{URL}/api{path}", auth=(USER, os.environ[TOKEN.variable]), timeout=30, **more)
    answer.raise_for_status()
    return answer.json()["data"]


def campaigns() -> list[dict[str, Any]]:
    """Return the campaigns of this test's issue, newest first."""
    rows = call("GET", "/campaigns", params={"per_page": "50", "order_by": "created_at", "order": "DESC"})["results"]
    return [one for one in rows if "[nl-live-" in one["name"]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Create a newsletter that is sent through the listmonk; delete its campaigns afterwards."""
    root = tmp_path / "news"
    (root / "issues").mkdir(parents=True)
    settings = {"base_url": URL, "user": USER}
    text = (PROJECT / "newsletter.yaml").read_text(encoding="utf-8")
    lines = f"provider: listmonk\nundo_minutes: 10\naudience: '{LIST}'\nlistmonk: {json.dumps(settings)}\n"
    (root / "newsletter.yaml").write_text(text.replace("provider: outbox\n", lines), encoding="utf-8")
    (root / "issues" / "live.yaml").write_text(
        f"title: Trying the newsletter tool\ndate: {dt.datetime.now(dt.UTC).date()}\n"
        "sections:\n  - kind: story\n    heading: A walk\n    text: We walk along the river.\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    _forget()
    yield root
    _forget()


def _forget() -> None:
    for one in campaigns():
        if one["status"] in {"running", "paused"}:
            call("PUT", f"/campaigns/{one['id']}/status", json={"status": "cancelled"})
        call("DELETE", f"/campaigns/{one['id']}")


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    def command(*words: str) -> tuple[int, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(list(words))
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), " ".join(f"{out} {err}".split())

    return command


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def expect(told: tuple[int, str], code: int, words: str = "") -> str:
    assert (told[0], words in told[1]) == (code, True), told[1]
    return told[1]


@pytest.fixture
def scheduled(folder: Path, cli: Cli) -> int:
    """Have the issue scheduled; return the number of its campaign."""
    expect(cli("test", "live", "--to", TESTER), 0)
    expect(cli("send", "live", "--yes"), 0, "Until then you can cancel it")
    expect(cli("status", "live"), 0, "will send it")
    (one,) = campaigns()
    return int(one["id"])


def sent(cli: Cli, audience: str = LIST) -> None:
    expect(cli("test", "live", "--to", TESTER), 0)
    told = cli("send", "live", "--yes", "--now")
    assert told[0] in {0, 4}, told[1]
    end = time.monotonic() + 60
    while any(one["status"] == "running" for one in campaigns()) and time.monotonic() < end:
        time.sleep(0.5)


def put(ident: int, **changes: Any) -> None:
    """Change a campaign as somebody does in listmonk."""
    whole = call("GET", f"/campaigns/{ident}")
    lists = [one["id"] for one in whole["lists"]]
    media = [one["id"] for one in whole.get("media") or []]
    call("PUT", f"/campaigns/{ident}", json={"lists": lists, "media": media, "send_at": whole["send_at"], **changes})


def test_a_send_that_nobody_touched_is_whole_and_unchanged(folder: Path, cli: Cli) -> None:
    sent(cli)
    expect(cli("status", "live"), 0, "was submitted to listmonk")
    expect(cli("report", "live"), 0)
    expect(cli("send", "live", "--yes", "--now"), 3, "was already sent")
    assert len(campaigns()) == 1


@pytest.mark.skipif(not PARTLY, reason="NEWSLETTER_LIVE_LISTMONK_PARTLY names no list")
def test_whoever_the_mail_server_refuses_is_reported_as_missing(folder: Path, cli: Cli) -> None:
    edit(folder, f"audience: '{LIST}'", f"audience: '{PARTLY}'")
    sent(cli)
    told = cli("status", "live")
    expect(told, 4, "recipients may not have it" if "counts only" in told[1] else "do not have it")
    expect(cli("report", "live"), 4)


@pytest.mark.skipif(not OTHER, reason="NEWSLETTER_LIVE_LISTMONK_OTHER names no list")
def test_a_second_list_is_not_sent_to_without_a_word(folder: Path, cli: Cli) -> None:
    sent(cli)
    edit(folder, f"audience: '{LIST}'", f"audience: '{OTHER}'")
    expect(cli("test", "live", "--to", TESTER), 0)
    expect(cli("send", "live", "--yes", "--now"), 3, "would receive it twice")
    assert sorted(one["status"] for one in campaigns()) == ["draft", "finished"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "Another subject"}, "the subject: “Trying the newsletter tool” became “Another subject”"),
        ({"lists": [int(OTHER or 1)]}, "the audience"),
        ({"from_email": "Somebody <somebody@example.org>"}, "the sender's"),
    ],
    ids=["subject", "list", "sender"],
)
def test_what_is_changed_before_it_goes_is_reported(scheduled: int, cli: Cli, changes: Any, words: str) -> None:
    put(scheduled, **changes)
    expect(cli("status", "live"), 5, words)
    expect(cli("cancel", "live"), 0)
    expect(cli("send", "live", "--yes"), 0)
    expect(cli("status", "live"), 0)


def test_an_attachment_that_is_added_is_reported_and_removed(scheduled: int, cli: Cli) -> None:
    picture = (PROJECT / "issues" / "images" / "hearts.jpg").read_bytes()
    media = call("POST", "/media", files={"file": ("accounts.jpg", picture, "image/jpeg")})
    put(scheduled, media=[media["id"]])
    expect(cli("status", "live"), 5, "the attachments: nothing became")
    expect(cli("cancel", "live"), 0)
    expect(cli("send", "live", "--yes"), 0)
    assert not call("GET", f"/campaigns/{scheduled}")["media"]
    expect(cli("status", "live"), 0)


def test_one_that_is_moved_set_to_draft_or_deleted_is_reported(scheduled: int, cli: Cli) -> None:
    later = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=3)
    put(scheduled, send_at=later.isoformat())
    expect(cli("status", "live"), 5, "The time was changed at listmonk")
    call("PUT", f"/campaigns/{scheduled}/status", json={"status": "draft"})
    told = expect(cli("status", "live"), 5, "is a draft at listmonk")
    assert "will send it" not in told
    call("DELETE", f"/campaigns/{scheduled}")
    told = expect(cli("status", "live"), 5, "no longer has this campaign")
    assert "will send it" not in told
    expect(cli("cancel", "live"), 5)
    expect(cli("send", "live", "--resolve", "not-sent"), 0)
    expect(cli("send", "live", "--yes"), 0)


def test_with_the_ledger_lost_and_another_sender_nothing_is_sent_twice(folder: Path, cli: Cli) -> None:
    sent(cli)
    shutil.rmtree(folder / ".newsletter")
    edit(folder, "email: news@example.org", "email: office@example.org")
    expect(cli("status", "live"), 5, "already has this issue")
    expect(cli("test", "live", "--to", TESTER), 5, "already has live")
    assert len(campaigns()) == 1


def test_a_template_with_content_of_its_own_is_refused(folder: Path, cli: Cli) -> None:
    default = next(one["id"] for one in call("GET", "/templates") if one["is_default"])
    edit(folder, '"base_url"', f'"template": {default}, "base_url"')
    expect(cli("test", "live", "--to", TESTER), 4, "adds content of its own")
    assert "adds content of its own" in cli("doctor")[1]
    assert campaigns() == []
