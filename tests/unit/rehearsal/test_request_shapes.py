"""The strict check of what a request holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.rehearsal.http_messages import MisfitError, Refused, Request
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem, misfits
from newsletter.rehearsal.service import halved, plain_text, rewritten
from newsletter.rehearsal.timestamps import offset_moment, read_moment
from tests.examples import examples

SHAPE = {"name!": str, "count": int, "share": float, "on": bool, "kind": ("a", "b", None), "tags": [str],
         "more": {"id!": int}, "free": dict, "any": object}  # fmt: skip


def test_what_fits() -> None:
    value = {"name": "x", "count": 1, "share": 1, "on": True, "kind": None, "tags": ["x"], "more": {"id": 1},
             "free": {"a": 1}, "any": [1]}  # fmt: skip
    assert list(misfits(value, SHAPE)) == []
    assert list(misfits({"name": "x", "kind": "b"}, SHAPE)) == []


@pytest.mark.parametrize(
    ("value", "field", "lack"),
    [
        ({}, "name", SchemaProblem.MISSING),
        ({"name": "x", "nmae": "y"}, "nmae", SchemaProblem.UNKNOWN),
        ({"name": 1}, "name", SchemaProblem.WRONG),
        ({"name": "x", "count": True}, "count", SchemaProblem.WRONG),
        ({"name": "x", "count": "1"}, "count", SchemaProblem.WRONG),
        ({"name": "x", "on": 1}, "on", SchemaProblem.WRONG),
        ({"name": "x", "kind": "c"}, "kind", SchemaProblem.WRONG),
        ({"name": "x", "tags": "x"}, "tags", SchemaProblem.WRONG),
        ({"name": "x", "tags": ["x", 1]}, "tags.1", SchemaProblem.WRONG),
        ({"name": "x", "more": {}}, "more.id", SchemaProblem.MISSING),
        ({"name": "x", "more": {"id": 1, "x": 1}}, "more.x", SchemaProblem.UNKNOWN),
        ({"name": "x", "more": []}, "more", SchemaProblem.WRONG),
        ([], "", SchemaProblem.WRONG),
        (None, "", SchemaProblem.WRONG),
    ],
)
def test_what_does_not_fit(value: Any, field: str, lack: SchemaProblem) -> None:
    (found,) = misfits(value, SHAPE)
    assert (found.field, found.lack) == (field, lack)
    assert found.words


def test_alternatives_are_named() -> None:
    (found,) = misfits({"name": "x", "kind": 1}, SHAPE)
    assert found.words == "is none of 'a', 'b', null"
    (found,) = misfits(1, (str, [str]))
    assert found.words == "is none of a string, an array"


LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@given(LEAF | st.lists(LEAF, max_size=3) | st.dictionaries(st.sampled_from(["name", "tags", "more", "x"]), LEAF))
@settings(max_examples=examples(50))
def test_no_value_breaks_the_check(value: Any) -> None:
    assert all(isinstance(one, SchemaError) for one in misfits(value, SHAPE))


def request(query: dict[str, list[str]] | None = None, body: bytes = b"", kind: str = "application/json") -> Request:
    return Request("POST", "/", query or {}, {"content-type": kind}, body)


def test_numbers_in_the_query() -> None:
    assert request().number("limit", 10) == 10
    assert request({"limit": ["7"]}).number("limit", 10, most=7) == 7
    for text in ("8", "-1", "x", "1.5", "٣x", "99999999999"):
        with pytest.raises(MisfitError, match="limit is not a whole number from 0 to 7"):
            request({"limit": [text]}).number("limit", 10, most=7)
    with pytest.raises(MisfitError, match="of at least 1"):
        request({"page": ["0"]}).number("page", 1, least=1)


def test_bodies_are_what_they_say() -> None:
    assert request().json() is None
    assert request(body=b"[1]").json() == [1]
    for body, kind in ((b"[", "application/json"), (b"\xff", "application/json"), (b"[1]", "text/plain")):
        with pytest.raises(Refused):
            request(body=body, kind=kind).json()
    with pytest.raises(Refused):
        request(body=b"x").files()


@pytest.mark.parametrize("text", [None, 5, "", "tomorrow", "2024-02-30T10:00:00Z", "2024-02-12T10:00:00"])
def test_a_moment_without_its_zone_is_none(text: object) -> None:
    assert read_moment(text) is None


ZONES = [dt.UTC, dt.timezone(dt.timedelta(hours=-7, minutes=-30))]


@given(st.datetimes(timezones=st.sampled_from(ZONES)).filter(lambda moment: 1 < moment.year < 9999))
def test_moments_are_read_as_they_are_written(moment: Any) -> None:
    assert read_moment(offset_moment(moment)) == moment.replace(microsecond=0)


def test_no_moment_is_nothing() -> None:
    assert offset_moment(None) == ""


def test_plain_text_is_made_of_html() -> None:
    html = "<html><head><title>No</title></head><style>p{}</style><p>One &amp; two<br>three</p><p>four</p></html>"
    assert plain_text(html) == "One & two\nthree\nfour"


def test_content_is_changed_where_there_is_no_body_either() -> None:
    assert rewritten("<p>x</p>").startswith("<p>x</p><p>Sent")
    assert halved("abcd") == "ab"
