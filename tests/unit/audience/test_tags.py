"""Merge tags that nobody fills."""

from __future__ import annotations

from newsletter.audience.tags import unknown_tags
from newsletter.errors import Place
from newsletter.model.merge_tags import find

PLACE = Place("issues/2024-02.yaml")


def test_what_the_tool_or_a_column_fills_is_fine():
    tags = find("{first_name|there} {email} {unsubscribe_url} {town|your town}")
    assert unknown_tags(tags, ["town"], PLACE) == []


def test_a_tag_without_a_column_blocks_once_and_offers_the_nearest():
    (finding,) = unknown_tags(find("{twon|here} and {twon|here}"), ["town"], PLACE)
    assert finding.blocks
    assert finding.code == "NL211"
    assert finding.place == PLACE
    assert finding.hint == "Did you mean {town|here}?"


def test_without_a_near_one_all_are_named():
    (finding,) = unknown_tags(find("{shoe_size}"), ["town"], PLACE)
    assert "{first_name}" in finding.hint
    assert "{town}" in finding.hint
