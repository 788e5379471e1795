from __future__ import annotations

import datetime as dt

import pytest

from newsletter.subscribers.filters import (
    Both,
    Comparison,
    Either,
    FieldIs,
    FilterError,
    HasTag,
    Joined,
    Not,
    StatusIs,
    mentions_status,
    parse_filter,
)
from newsletter.subscribers.records import ListStatus
from tests.injections import ALL


def test_the_example_of_the_docs() -> None:
    found = parse_filter("tag:members and joined>2024-01-01 and not city:Leeds")
    joined = Joined(Comparison.AFTER, dt.date(2024, 1, 1))
    assert found == Both(Both(HasTag("members"), joined), Not(FieldIs("city", "Leeds")))


def test_or_binds_weaker_than_and() -> None:
    found = parse_filter("tag:a or tag:b and tag:c")
    assert found == Either(HasTag("a"), Both(HasTag("b"), HasTag("c")))
    assert parse_filter("(tag:a or tag:b) and tag:c") == Both(Either(HasTag("a"), HasTag("b")), HasTag("c"))


def test_a_quoted_value_may_hold_anything() -> None:
    assert parse_filter(r'city:"a \"b\" (c) and d"') == FieldIs("city", 'a "b" (c) and d')


def test_a_status_in_any_part_is_noticed() -> None:
    assert parse_filter("status:bounced") == StatusIs(ListStatus.BOUNCED)
    assert mentions_status(parse_filter("tag:a and not (tag:b or status:pending)"))
    assert not mentions_status(parse_filter("tag:a"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a condition is missing"),
        ("tag:a tag:b", "`and` or `or` is missing"),
        ("tag:a and", "a condition is missing"),
        ("(tag:a", "closing bracket"),
        ("tag:a)", "too much"),
        ("members", "`members` is not a condition"),
        ("joined>soon", "a day is written as"),
        ("city>Leeds", "only `joined`"),
        ("status:happy", "the statuses are"),
        ("tag:", "cannot be read"),
        ("not " * 50 + "tag:a", "too many brackets"),
        ("tag:a and " * 200, "longer than"),
        ("city = 'x' ; DROP", "cannot be read"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert said in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("text", ALL)
def test_an_attack_is_a_value_or_a_mistake(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    if text.strip():
        assert parse_filter(f'city:"{quoted}"') == FieldIs("city", text.strip())
    try:
        parse_filter(text)
    except FilterError:
        return
    pytest.fail("no attack is a filter by itself")
