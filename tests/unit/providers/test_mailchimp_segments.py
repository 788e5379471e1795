from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UnsupportedError
from newsletter.providers.mailchimp_segments import all_of, any_of, options_of, rule_of, was_not_sent, was_sent, within

CITY = {"condition_type": "TextMerge", "field": "CITY", "op": "is", "value": "Leeds"}
TAG = {"condition_type": "StaticSegment", "field": "static_segment", "op": "static_is", "value": 71}
GROUPS = {"condition_type": "Interests", "field": "interests-1", "op": "interestcontains", "value": ["a", "b"]}
CONDITIONS = st.lists(st.sampled_from([CITY, TAG, GROUPS, was_sent(7), was_not_sent(8)]), unique_by=str)


@given(CONDITIONS, st.sampled_from(["all", "any"]), st.randoms())
def test_what_comes_back_of_a_rule_is_that_rule_in_whatever_order(conditions, match, random):
    rule = rule_of({"match": match, "conditions": conditions})
    assert bool(rule) is bool(conditions)
    if rule:
        back = options_of(rule)
        random.shuffle(back["conditions"])
        assert rule_of({"saved_segment_id": 0, **back}) == rule


def test_a_number_may_come_back_as_text_and_a_text_as_a_number():
    assert all_of([{**TAG, "value": "71"}, {**was_sent(7), "value": 7, "extra": None}]) == all_of([TAG, was_sent(7)])
    assert options_of(all_of([{**TAG, "value": "71"}]))["conditions"] == [TAG]


def test_how_one_condition_is_joined_says_nothing_and_how_several_are_says_all():
    assert any_of([CITY]) == all_of([CITY])
    assert any_of([CITY, TAG]) != all_of([CITY, TAG])
    assert all_of([was_sent(7)]) != all_of([was_not_sent(7)]) != all_of([was_not_sent(8)])


@pytest.mark.parametrize(
    ("row", "conditions"),
    [
        ({"type": "static"}, [TAG]),
        ({"type": "saved", "options": {"match": "any", "conditions": [CITY]}}, [CITY]),
        ({"type": "saved", "options": {"match": "all", "conditions": [CITY, GROUPS]}}, [CITY, GROUPS]),
    ],
)
def test_the_people_of_a_segment_are_those_of_its_conditions(row, conditions):
    assert within(71, row) == conditions


@pytest.mark.parametrize("options", [{}, {"match": "any", "conditions": [CITY, GROUPS]}, {"conditions": [CITY, TAG]}])
def test_conditions_that_cannot_stand_beside_others_are_refused_by_name(options):
    with pytest.raises(UnsupportedError, match="Mailchimp cannot select people in 71") as caught:
        within(71, {"type": "saved", "options": options})
    assert "Give these people a tag" in caught.value.hint
