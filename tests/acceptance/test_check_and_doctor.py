"""`check` and `doctor` do not contradict each other on whether anything can be sent."""

from __future__ import annotations

from tests.acceptance.test_campaigns import lay

__all__ = ["lay"]


def test_without_its_key_neither_says_that_the_issue_can_be_sent(lay, cli, monkeypatch):
    rehearsal = lay("listmonk")
    for variable in rehearsal.keys:
        monkeypatch.delenv(variable)
    told = cli("check", "2024-02", "--offline")
    assert told.code == 0
    assert "can be sent." not in told.said
    assert "Nothing can be sent yet: NEWSLETTER_LISTMONK_TOKEN is not set" in told.said
    assert "NEWSLETTER_LISTMONK_TOKEN" in cli("doctor", "--offline").said


def test_a_template_with_content_of_its_own_stops_test_and_doctor(lay, folder, cli, monkeypatch):
    rehearsal = lay("listmonk")
    path = folder / "newsletter.yaml"
    text = path.read_text()
    path.write_text(text.replace('"base_url"', '"template": 1, "base_url"'))
    assert path.read_text() != text
    told = cli("test", "2024-02", "--to", rehearsal.crowd.lists[0].active[0].email)
    assert (told.code, "template 1 adds content of its own" in told.said) == (4, True), told.said
    monkeypatch.delenv("NEWSLETTER_OFFLINE")
    assert "template 1 adds content of its own" in cli("doctor").said
    assert not rehearsal.handler.service.world.campaigns
