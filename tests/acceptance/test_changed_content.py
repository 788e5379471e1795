"""A service that changes the content it was handed, as people see it in `test` and `send`."""

from __future__ import annotations

import json
import re

import pytest

from tests.acceptance.test_campaigns import lay
from tests.rewriters import REWRITERS

__all__ = ["lay"]

SAVING = {"mailchimp": ["content"], "listmonk": ["create", "update"], "brevo": ["create", "update"]}


@pytest.fixture
def changed(lay, monkeypatch):
    """Have a service change the HTML of all that it is handed, in a way that can be set."""

    def begin(service: str, change):
        rehearsal = lay(service, undo=0)
        for call in SAVING[service]:
            rehearsal.fail(call, "rewrite", 100)
        way = {"change": change}
        monkeypatch.setattr("newsletter.rehearsal.request_handler.rewritten", lambda html: way["change"](html))  # noqa: PLW0108 - it may change
        return rehearsal, way

    return begin


@pytest.mark.parametrize("service", SAVING)
def test_harmless_rewriting_is_sent_without_a_word(changed, cli, service):
    rehearsal, _ = changed(service, REWRITERS["BeautifulSoup on html.parser"])
    tested = cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email)
    assert (tested.code, "changed the issue" in tested.said) == (0, False), tested.said
    sent = cli("send", "2024-02", "--yes")
    assert sent.code == 0, sent.said
    assert len(rehearsal.sent_campaigns()) == 1


def test_a_change_is_shown_and_goes_only_when_exactly_it_is_accepted(changed, cli):
    rehearsal, way = changed("mailchimp", lambda html: html.replace("co-production", "co-destruction"))
    tested = cli("test", "2024-02", "--to", "me@example.org")
    assert tested.code == 0, tested.said
    assert "Mailchimp changed the issue. Check the test" in tested.said
    assert "co-destruction" in tested.said
    refused = cli("send", "2024-02", "--yes")
    assert refused.code == 4, refused.said
    assert "Mailchimp has changed the HTML" in refused.said
    assert "became" in refused.said
    (fingerprint,) = set(re.findall(r"--accept-difference ([0-9a-f]{12})", refused.said))
    assert f"--accept-difference {fingerprint}" in tested.said
    assert rehearsal.sent_campaigns() == []
    wrong = cli("send", "2024-02", "--yes", "--accept-difference", "0" * 12)
    assert (wrong.code, "You accepted different changes (000000000000)" in wrong.said) == (4, True), wrong.said
    way["change"] = lambda html: html.replace("co-production", "co-destruction").replace("Croydon", "Crayford")
    more = cli("send", "2024-02", "--yes", "--accept-difference", fingerprint)
    assert (more.code, f"You accepted different changes ({fingerprint})" in more.said) == (4, True), more.said
    assert rehearsal.sent_campaigns() == []
    way["change"] = lambda html: html.replace("co-production", "co-destruction")
    sent = cli("send", "2024-02", "--yes", "--accept-difference", fingerprint)
    assert sent.code == 0, sent.said
    assert len(rehearsal.sent_campaigns()) == 1
    story = json.loads(cli("status", "2024-02", "--json").out)["story"]
    assert any(f"accepted that Mailchimp changed the HTML ({fingerprint})" in one["words"] for one in story), story


def test_an_accepted_difference_of_one_issue_is_not_accepted_for_another_content(changed, cli, folder):
    _, way = changed("mailchimp", lambda html: html.replace("co-production", "co-destruction"))
    assert way
    tested = cli("test", "2024-02", "--to", "me@example.org")
    (fingerprint,) = set(re.findall(r"--accept-difference ([0-9a-f]{12})", tested.said))
    path = folder / "issues" / "2024-02.yaml"
    path.write_text(path.read_text().replace("Sharing our love", "Sharing all our love"))
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    again = cli("send", "2024-02", "--yes", "--accept-difference", fingerprint)
    assert again.code == 4, again.said


def test_where_messages_leave_from_here_there_is_nothing_to_accept(cli, folder):
    assert folder
    refused = cli("send", "2024-02", "--accept-difference", "0" * 12)
    assert (refused.code, "there is no difference to accept" in refused.said) == (2, True)
