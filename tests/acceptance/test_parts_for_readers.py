"""Parts of an issue for some readers only, from the check to the messages in the outbox."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path

import pytest

ISSUE = """\
title: "News with a part for members"
date: 2024-03-11
preheader: A walk for everybody, and a supper for those who are members
intro: Hello, all of you.
sections:
  - kind: story
    heading: For all
    text: Everybody reads this.
  - kind: story
    heading: The supper
    only: {segment: members}
    text: Supper is at seven.
  - kind: coming_up
    items:
      - A walk in the park
      - title: A meeting of the board
        when: 2024-03-20 18:00
        only: {segment: [board, Members]}
"""
PEOPLE = """\
email,first_name,segments
ann@example.org,Ann,members
bob@example.org,Bob,
cid@example.org,Cid,Members; board
dee@example.org,Dee,friends
"""


@pytest.fixture
def issue(folder: Path) -> Path:
    path = folder / "issues" / "2024-03.yaml"
    path.write_text(ISSUE, "utf-8")
    (folder / "audience.csv").write_text(PEOPLE, "utf-8")
    return path


def messages(folder: Path) -> dict[str, str]:
    """Return the text of each message in a Maildir, by whom it is to."""
    found = {}
    for path in (folder / "new").iterdir():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[f"{message['To']} {path.name}"] = message.get_body(("plain",)).get_content()
    return found


def test_each_reader_gets_what_is_for_them(issue, folder, cli):
    assert cli("check").code == 0
    assert cli("test", "--to", "ann@example.org").code == 0
    assert cli("send", "--yes").code == 0
    told = {who.split()[0]: text for who, text in messages(folder / "outbox").items()}
    assert set(told) == {"Ann", "Bob", "Cid", "Dee"}
    assert {who for who, text in told.items() if "Supper is at seven" in text} == {"Ann", "Cid"}
    assert {who for who, text in told.items() if "meeting of the board" in text} == {"Ann", "Cid"}
    assert all("Everybody reads this" in text and "A walk in the park" in text for text in told.values())


def test_a_stranger_gets_a_test_of_each_variant(issue, folder, cli):
    done = cli("test", "--to", "me@example.org")
    assert "4 tests" in done.said
    assert "There is one test for each version" in done.said
    texts = list(messages(folder / "outbox" / "tests").values())
    assert len(texts) == 4
    assert sum("Supper" in text for text in texts) == 2


def test_the_preview_shows_and_render_writes_every_variant(issue, folder, cli):
    assert cli("preview", "--no-open", "-o", "look.html").code == 0
    page = (folder / "look.html").read_text("utf-8")
    assert "those in members" in page
    assert "those in members and board" in page
    assert "Parts of this issue are for some readers only." in page
    assert cli("render").code == 0
    assert "Supper" not in (folder / "build" / "2024-03.txt").read_text("utf-8")
    assert "Supper" in (folder / "build" / "2024-03-for-members.txt").read_text("utf-8")


def test_an_issue_goes_to_a_segment_alone(issue, folder, cli):
    assert cli("test", "--to", "ann@example.org", "--segment", "board").code == 0
    done = cli("send", "--segment", "board", "--yes")
    assert done.code == 0
    assert "1 of 1" in done.said
    assert [who.split()[0] for who in messages(folder / "outbox")] == ["Cid"]
    assert "The available names are board, friends, members" in " ".join(cli("send", "--segment", "bord").said.split())


def test_a_segment_that_nobody_is_in_is_told_with_the_nearest(issue, folder, cli):
    issue.write_text(ISSUE.replace("segment: members", "segment: membres"), "utf-8")
    [finding] = [one for one in json.loads(cli("check", "--json").out)["findings"] if one["code"] == "NL325"]
    assert finding["place"]["line"] == 11
    assert "Did you mean members?" in finding["hint"]


@pytest.mark.parametrize(
    ("service", "way"),
    [("mailchimp", "send that with --segment."), ("listmonk", "send that to an audience of its own (`audience` in")],
)
def test_a_service_that_shows_everybody_the_same_is_named(issue, folder, cli, service, way):
    settings = folder / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("provider: outbox", f"provider: {service}"), "utf-8")
    done = cli("check", "--json")
    assert done.code == 3
    [finding] = [one for one in json.loads(done.out)["findings"] if one["code"] == "NL324"]
    assert finding["place"]["line"] == 11
    assert f"{service} shows everybody the same" in finding["message"].lower()
    assert way in finding["hint"]


def test_the_name_of_a_segment_is_no_prose(issue, folder, cli):
    issue.write_text(ISSUE.replace("segment: members", "segment: membrs"), "utf-8")
    assert {one["code"] for one in json.loads(cli("check", "--json").out)["findings"]} & {"NL700", "NL325"} == {"NL325"}


def test_five_segments_are_too_many(issue, folder, cli):
    names = "[a, b, c, d, e]"
    issue.write_text(ISSUE.replace("segment: members", f"segment: {names}"), "utf-8")
    done = cli("check", "--json")
    assert done.code == 3
    assert "NL326" in {one["code"] for one in json.loads(done.out)["findings"]}
