"""Before a send, and in a check, people see how many of the list get nothing, and why."""

from __future__ import annotations

import json

import pytest

LISTS = {
    "unsubscribed": (
        "email,Unsubscribed\na@trust.uk,yes\nb@trust.uk,\nc@trust.uk,YES\n",
        "1 recipient",
        "because `Unsubscribed` is “yes”",
    ),
    "ghost": (
        "email,subscribed_to_emails\na@trust.uk,false\nb@trust.uk,true\nc@trust.uk,true\n",
        "2 recipients",
        "because `subscribed_to_emails` is “false”",
    ),
    "a date": (
        "email,deleted_at,Opt-in\na@trust.uk,2024-01-02,yes\nb@trust.uk,,no\nc@trust.uk,,yes\n",
        "1 recipient",
        "because `deleted_at` has a date",
    ),
    "a status": (
        "email,status\na@trust.uk,bounced\nb@trust.uk,subscribed\nc@trust.uk,complained\n",
        "1 recipient",
        "because `status` is “bounced”",
    ),
    "no address": ("email,first_name\na@trust.uk,Ann\nnobody,Bo\n", "1 recipient", "because there is no usable"),
}


@pytest.mark.parametrize("name", LISTS)
def test_send_and_check_show_who_gets_nothing_and_why(folder, cli, name):
    text, count, why = LISTS[name]
    (folder / "audience.csv").write_text(text, encoding="utf-8")
    (folder / "issues" / "2024-02.yaml").write_text(
        "title: A walk along the river\ndate: 2024-02-12\n"
        "sections:\n  - kind: story\n    heading: A walk\n    text: We walk along the river.\n"
    )
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    told = cli("send", "2024-02", "--dry-run")
    assert told.code == 0, told.said
    assert count in told.said
    assert "Left out" in told.said
    assert why in told.said
    assert why in json.loads(cli("send", "2024-02", "--dry-run", "--json").out)["left out"]
    checked = cli("check", "2024-02", "--offline")
    assert why in checked.said
    sent = json.loads(cli("send", "2024-02", "--yes", "--json").out)
    assert sent["delivered"] == int(count.partition(" ")[0])
