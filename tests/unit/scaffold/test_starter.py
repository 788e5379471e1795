"""The starter files, filled."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from newsletter.audience.csv_file import read_audience
from newsletter.model.section import BUILT_IN_KINDS
from newsletter.render.builtin_templates import PACKAGED
from newsletter.scaffold import starter

DAY = dt.date(2024, 3, 1)
line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)


def parsed(text: str) -> dict[str, object]:
    return dict(YAML(typ="safe").load(text))


@given(line, line, line)
def test_any_words_survive_the_settings(name: str, newsletter: str, address: str) -> None:
    settings = parsed(starter.settings_text(starter.Answers(name, newsletter, "a@example.org", address)))
    assert settings["brand"] == {"name": name, "newsletter": newsletter, "address": address}
    assert settings["sender"] == {"name": name, "email": "a@example.org"}


@pytest.mark.parametrize("day", [dt.date(2024, 2, 28), dt.date(2024, 12, 31), dt.date(2024, 3, 2)])
def test_dates_of_an_issue_lie_on_working_days_after_it(day: dt.date) -> None:
    text = starter.issue_text(day, "March 2024", "February", "x.json")
    dates = [dt.date.fromisoformat(found) for found in re.findall(r"\d{4}-\d{2}-\d{2}", text)]
    assert dates[0] == day
    assert len(dates) == 3
    assert all(date > day and date.weekday() < 5 for date in dates[1:])


def test_an_issue_to_be_written_says_so_in_every_text_and_shows_every_kind() -> None:
    text = starter.issue_text(DAY, "March 2024", "February", "x.json")
    assert all(f"kind: {kind}" in text for kind in BUILT_IN_KINDS)
    issue = parsed(text)
    assert str(issue["title"]).startswith(starter.PLACEHOLDER)
    assert "What we got up to in February" in text
    assert "@" not in re.sub(r"\S+@example\.org", "", text)


def test_the_switched_off_lines_of_an_issue_are_right_once_switched_on() -> None:
    text = starter.issue_text(DAY, "March 2024", "February", "x.json")
    switched_on = re.sub(r"(?m)^( *)# (?=(- kind|[a-z_]+:|  ))", r"\1", text.split("title:", 1)[1])
    issue = parsed("title:" + switched_on)
    kinds = [section["kind"] for section in issue["sections"]]  # type: ignore[attr-defined]
    assert set(kinds) == set(BUILT_IN_KINDS)


def test_the_switched_off_settings_are_right_once_switched_on() -> None:
    from newsletter.settings import Settings

    text = starter.settings_text(starter.Answers())
    body = text[text.index("brand:") :]
    switched_on = re.sub(r"(?m)^( *)# (?=([a-z_]+:|  ))", r"\1", body).replace("approval: false", "approval: true")
    settings = Settings.model_validate(parsed(switched_on))
    assert settings.model_fields_set == set(Settings.model_fields)
    assert settings.brand.model_fields_set == set(type(settings.brand).model_fields)
    assert settings.links.model_fields_set == set(type(settings.links).model_fields)


def test_the_settings_of_the_starter_are_the_defaults() -> None:
    from newsletter.settings import Settings

    written = parsed(starter.settings_text(starter.Answers()))
    bare = Settings.model_validate({"brand": written["brand"], "sender": written["sender"]})
    assert Settings.model_validate(written) == bare


def test_the_sample_audience_is_sound(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("audience") / "audience.csv"
    path.write_text(starter.audience_text(), encoding="utf-8")
    roster = read_audience(path)
    assert not roster.findings
    assert [one.first_name for one in roster.reachable] == ["Ada", "Ben", ""]
    assert len(roster.subscribers) == 4


def test_the_picture_is_a_jpeg_of_a_modest_size() -> None:
    assert starter.picture().startswith(b"\xff\xd8\xff")
    assert len(starter.picture()) < 50_000


def test_the_packaged_templates_come_with_their_folders() -> None:
    paths = PACKAGED.list_templates()
    assert "issue.mjml.j2" in paths
    assert {f"sections/{kind}.mjml.j2" for kind in BUILT_IN_KINDS} <= set(paths)
    assert not [path for path in paths if "/." in path or path.startswith(".")]


@given(st.dates())
def test_a_working_day_is_the_day_or_the_monday_after(day: dt.date) -> None:
    if day > dt.date(9999, 12, 20):
        return
    found = starter.working_day(day)
    assert found.weekday() < 5
    assert 0 <= (found - day).days <= 2
    assert (found == day) is (day.weekday() < 5)
