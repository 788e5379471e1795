"""With the ledger lost, `status` finds whatever the provider has of an issue, by the key in the campaigns' names."""

from __future__ import annotations

import json
import shutil

import pytest

from newsletter.providers.campaign import carries_issue
from tests.acceptance.test_campaigns import lay as lay_out
from tests.acceptance.test_send_again_campaigns import LATE, fix, joins, rehearsal

__all__ = ["lay_out", "rehearsal"]

SIMPLE = (
    "title: A walk along the river\ndate: 2024-02-12\n"
    "sections:\n  - kind: story\n    heading: A walk\n    text: We walk along the river.\n"
)


def found(folder, cli) -> list[dict[str, str]]:
    """Lose the ledger; return what `status` then has of the provider."""
    shutil.rmtree(folder / ".newsletter")
    told = cli("status", "2024-02")
    assert told.code == 5, told.said
    assert "this ledger has no record of it" in told.said
    assert "It has not been sent" not in told.said
    data = json.loads(cli("status", "2024-02", "--json").out)
    assert (data["state"], data["unrecorded"]) == ("unknown", data["all_unrecorded"][0])
    return list(data["all_unrecorded"])


@pytest.mark.parametrize("service", ["brevo", "sendgrid", "mailjet", "buttondown", "resend", "mailchimp"])
def test_a_send_to_a_segment(lay_out, folder, cli, service):
    at = lay_out(service, undo=0, audience="")
    settings = folder / "newsletter.yaml"
    audience = f"audience: '{at.crowd.lists[0].name}'\n" if service != "buttondown" else ""
    text = settings.read_text()
    if service == "sendgrid":  # its one sender has another name
        text = text.replace("sendgrid: {", 'sendgrid: {"sender_id": 1, ')
    settings.write_text(f"{audience}{text}")
    (folder / "issues" / "2024-02.yaml").write_text(SIMPLE)
    part = ("--segment", at.crowd.segments[0].name)
    for command in (("test", "2024-02", "--to", at.crowd.lists[0].active[0].email), ("send", "2024-02", "--yes")):
        told = cli(*command, *part)
        assert told.code == 0, told.said
    (one,) = found(folder, cli)
    assert one["state"] in {"sent", "sending"}


@pytest.mark.parametrize("purpose", ["correction", "remainder"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_correction_and_a_remainder(rehearsal, folder, cli, purpose, alone):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    rehearsal.advance(3600)
    if purpose == "correction":
        fix(folder, "The right words")
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    else:
        joins(rehearsal, LATE)
    told = cli("send", "2024-02", f"--{purpose}", "--yes")
    assert told.code == 0, told.said
    with rehearsal.handler.lock:
        campaigns = rehearsal.handler.service.world.campaigns
        first = next(iter(campaigns))
        assert len(campaigns) == 2
        if alone:
            del campaigns[first]
    there = found(folder, cli)
    assert len(there) == (1 if alone else 2)
    assert (first in {one["id"] for one in there}) is not alone


def test_a_second_attempt_after_a_cancelled_one(lay_out, folder, cli):
    at = lay_out("listmonk", undo=10)
    assert cli("test", "2024-02", "--to", at.crowd.lists[0].active[0].email).code == 0
    for command in (("send", "2024-02", "--yes"), ("cancel", "2024-02"), ("send", "2024-02", "--yes")):
        assert cli(*command).code == 0
    (one,) = [row for row in found(folder, cli) if row["state"] != "cancelled"]
    assert one["state"] == "scheduled"


def test_what_this_ledger_cancelled_is_not_unrecorded(lay_out, cli):
    at = lay_out("mailchimp", undo=10)
    assert cli("test", "2024-02", "--to", at.crowd.lists[0].active[0].email).code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    assert cli("cancel", "2024-02").code == 0
    told = cli("status", "2024-02")
    assert (told.code, "no record of it" in told.said) == (0, False), told.said


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("February [nl-2024-02-3f9a1c27]", True),
        ("[nl-2024-02-3f9a1c27] ", True),
        ("February [nl-2024-02-extra-3f9a1c27]", False),
        ("February [nl-2024-021-3f9a1c27]", False),
        ("February [nl-2024-02-3f9a1c2]", False),
        ("February [nl-2024x02-3f9a1c27]", False),
        ("[nl-2024-02-3f9a1c27] a copy", False),
        (None, False),
        (7, False),
    ],
)
def test_only_keys_of_the_issue_count(name, is_ours):
    assert carries_issue(name, "2024-02") is is_ours
