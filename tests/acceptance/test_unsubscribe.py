"""A reader unsubscribes with one click, and the next send leaves them out."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import Cli
from tests.public_site import SETTINGS, running_site

NEXT = """\
title: News of the spring
preheader: How you can help us in the garden
date: 2024-03-12
sections:
  - kind: get_involved
    items:
      - title: Help in the garden
        text: Write to news@example.net if you want to join us.
"""


@pytest.mark.slow
def test_the_next_send_leaves_out_who_unsubscribed_with_one_click(folder: Path, cli: Cli) -> None:
    (folder / "newsletter.yaml").write_text(SETTINGS, "utf-8")
    (folder / "list.csv").write_text("email\nstays@example.org\nleaves@example.org\nforgotten@example.org\n", "utf-8")
    assert cli("audience", "import", "list.csv", "--yes", "--consent", "asked").code == 0

    def send(name: str) -> dict[str, email.message.EmailMessage]:
        for words in (["test", name, "--to", "me@example.org"], ["send", name, "--yes"]):
            assert cli(*words).code == 0, cli(*words).said
        found = {}
        for path in (folder / "outbox" / "new").glob(f"{name}.*"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found[str(message["To"])] = message
        return found  # type: ignore[return-value]

    first = send("2024-02")
    assert sorted(first) == ["forgotten@example.org", "leaves@example.org", "stays@example.org"]
    assert first["leaves@example.org"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(
        r"<https://news\.example\.net(/unsubscribe/[^>]+)>", first["leaves@example.org"]["List-Unsubscribe"]
    )
    assert link
    with running_site(folder) as site:
        assert site.get(link[1]).status_code == 200
        assert site.post(link[1], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert cli("audience", "forget", "forgotten@example.org", "--yes").code == 0
    (folder / "issues" / "2024-03.yaml").write_text(NEXT, "utf-8")
    assert list(send("2024-03")) == ["stays@example.org"]
