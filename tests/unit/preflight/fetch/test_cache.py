"""What was found behind links, kept in a file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.fetch.cache import LinkCache
from newsletter.preflight.links.status import LinkFact, Verdict

NOW = dt.datetime(2024, 3, 11, 9, 0, tzinfo=dt.UTC)
OK, GONE = LinkFact(Verdict.OK), LinkFact(Verdict.GONE, "there is no such page (404)")
MOVED = LinkFact(Verdict.MOVED, moved_to="https://example.org/new")


def after(path: Path, **span: float) -> LinkCache:
    return LinkCache(path, NOW + dt.timedelta(**span))


def test_the_good_ones_are_trusted_for_a_day_and_all_are_known_for_a_week(tmp_path):
    path = tmp_path / ".newsletter" / "links.json"
    after(path).keep({"a": OK, "b": GONE, "c": MOVED, "d": LinkFact(Verdict.OFFLINE)})
    assert after(path).trusted() == {"a": OK, "c": MOVED}
    assert after(path, hours=23).trusted() == {"a": OK, "c": MOVED}
    assert after(path, hours=25).trusted() == {}
    assert after(path, days=6).known() == {"a": OK, "b": GONE, "c": MOVED}
    assert after(path, days=8).known() == {}
    assert after(path, hours=-1).trusted() == {}


def test_what_is_found_anew_takes_the_place_of_the_old_and_the_too_old_go(tmp_path):
    path = tmp_path / "links.json"
    after(path).keep({"a": GONE, "b": OK})
    after(path, days=5).keep({"a": OK})
    assert after(path, days=5).known() == {"a": OK, "b": OK}
    after(path, days=9).keep({})
    assert set(json.loads(path.read_text("utf-8"))["links"]) == {"a"}


FORM = '{"form": 1, "links": {"a": {"verdict": "%s", "detail": "", "moved_to": "", "at": "%s"}}}'


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"form": 2, "links": {}}', '{"form": 1}', '{"form": 1, "links": [1]}',
        FORM % ("grand", "2024-03-11T09:00:00+00:00"), FORM % ("ok", "2024-03-11T09:00:00"), FORM % ("ok", "today"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_file_is_as_good_as_none(tmp_path, text):
    path = tmp_path / "links.json"
    path.write_text(text, "utf-8")
    assert after(path).known() == {}
    after(path).keep({"a": OK})
    assert after(path).known() == {"a": OK}


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path):
    (tmp_path / "taken").write_text("a file where the folder would be")
    after(tmp_path / "taken" / "links.json").keep({"a": OK})
    (tmp_path / "links.json").mkdir()
    after(tmp_path / "links.json").keep({"a": OK})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["links.json", "taken"]


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(words, st.builds(LinkFact, st.sampled_from([Verdict.OK, Verdict.SLOW]), words, words)))
def test_what_is_kept_comes_back(tmp_path_factory, facts):
    path = tmp_path_factory.mktemp("memory") / "links.json"
    after(path).keep(facts)
    assert after(path).known() == facts
