"""What the checks are told of the sending, for each kind of set-up."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.model.merge_tags import MergeTag
from newsletter.preflight.context import AudienceFact, SendChannel
from newsletter.workflow.lint_context import facts_of
from newsletter.workflow.sending_facts import added_bytes, way_of
from newsletter.workflow.workspace import Workspace

SETTINGS = """\
brand: {name: Trust, address: "Trust, 12 High Street, London SE1 9ZZ"}
sender: {name: Trust, email: news@trust.uk}
"""
ISSUE = """\
title: A title
date: 2024-05-01
hero: {image: a.png, alt: A square}
sections:
  - kind: story
    heading: One
    text: "[A page](https://trust.uk/a), [another](https://trust.uk/b) and [us](mailto:us@trust.uk)."
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return what lays a folder with these further settings."""
    from PIL import Image

    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "2024-05.yaml").write_text(ISSUE, encoding="utf-8")
    (tmp_path / "audience.csv").write_text("email,town\nada@trust.uk,Leeds\ntest@trust.uk,\n", encoding="utf-8")
    Image.new("RGB", (600, 300), "#0b4f5c").save(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)

    def lay(settings: str = "") -> Workspace:
        (tmp_path / "newsletter.yaml").write_text(SETTINGS + settings, encoding="utf-8")
        return Workspace.find()

    return lay


def facts(workspace: Workspace):
    loaded = workspace.load()
    return facts_of(workspace, loaded, workspace.render(loaded))


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ("", SendChannel.NOWHERE),
        ("provider: smtp\nsmtp: {host: mail.trust.uk}", SendChannel.OWN_SERVER),
        ("provider: smtp\nsmtp: {host: localhost}", SendChannel.NOWHERE),
        ("provider: mailchimp", SendChannel.SERVICE),
        ("provider: mailchimp\nmailchimp: {base_url: 'http://127.0.0.1:8025/3.0'}", SendChannel.NOWHERE),
        ("provider: listmonk\nlistmonk: {base_url: 'http://[::1]:9000', user: api}", SendChannel.NOWHERE),
        ("provider: listmonk\nlistmonk: {base_url: 'https://lists.trust.uk', user: api}", SendChannel.OWN_SERVER),
        ("provider: mailchimp\nmailchimp: {base_url: 'https://localhost.trust.uk'}", SendChannel.SERVICE),
    ],
)
def test_how_far_it_goes_is_known(workspace, settings, way):
    assert way_of(workspace(settings).settings) is way


def test_the_audience_of_a_file_is_counted_and_its_columns_named(workspace):
    told = facts(workspace())
    unfilled = frozenset({"first_name", "last_name"})  # the file has addresses alone
    assert told.audience == AudienceFact("audience.csv", 2, None, 1, unfilled)
    assert told.tags is not None
    assert "town" in told.tags
    assert told.enclosed > 0
    assert told.added == 0
    assert "news@trust.uk" in told.settings


def test_a_service_has_people_and_columns_of_its_own_and_adds_to_each_link(workspace):
    there = workspace("provider: mailchimp")
    told = facts(there)
    assert (told.audience, told.tags, told.enclosed) == (None, None, 0)
    message = there.render(there.load())
    assert told.added == added_bytes(there.settings, message) == 250 + 2 * 100


@pytest.mark.parametrize(
    ("settings", "tag", "why"),
    [
        ("", "{view_url}", "`view_online` is not set"),
        ("links: {view_online: 'https://trust.uk/{month}'}", "{view_url}", ""),
        ("", "{first_name}", ""),
        ("provider: mailjet", "{preferences_url}", "the available tags are"),
        ("provider: mailjet\nlinks: {preferences: 'https://trust.uk/p'}", "{preferences_url}", ""),
        ("provider: resend", "{view_url}", "the available tags are"),
        ("provider: mailman\nmailman: {base_url: 'https://lists.trust.uk:8001'}", "{first_name}", "the same text"),
        ("provider: mailman\nmailman: {base_url: 'https://lists.trust.uk:8001'}", "{first_name|you}", ""),
        ("provider: mailchimp", "{town|here}", ""),
    ],
)
def test_what_a_service_cannot_fill_is_known_before_it_is_called(workspace, settings, tag, why):
    name, _, fallback = tag.strip("{}").partition("|")
    unfilled = facts(workspace(settings)).unfilled
    assert unfilled is not None
    reason = unfilled(MergeTag(name=name, fallback=fallback or None))
    assert why in reason
    assert bool(why) == bool(reason)


@pytest.mark.parametrize("text", ["", "name,town\n", "\0\0", None])
def test_columns_that_cannot_be_known_are_not_guessed(workspace, tmp_path: Path, text: str | None):
    path = tmp_path / "audience.csv"
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    assert facts(workspace()).tags is None


def test_the_columns_are_known_even_where_it_is_not_who_agreed(workspace, tmp_path: Path):
    (tmp_path / "audience.csv").write_text("email,town,marketing ok?\nada@trust.uk,Leeds,perhaps\n", encoding="utf-8")
    assert "town" in facts(workspace()).tags


def test_the_segments_are_those_that_somebody_is_in(workspace, tmp_path: Path):
    people = "email,segments\nada@trust.uk,members; board\nbob@trust.uk,\n"
    (tmp_path / "audience.csv").write_text(people, encoding="utf-8")
    assert sorted(facts(workspace()).segments()) == ["board", "members"]
    (tmp_path / "audience.csv").unlink()
    assert facts(workspace()).segments() is None
