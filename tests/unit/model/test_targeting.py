"""What is left of an issue for each group of readers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.audience import Members, Subscriber, segments_of
from newsletter.model.branding import Sender
from newsletter.model.campaign import InlineImage, Message, Variant
from newsletter.model.issue import Issue
from newsletter.model.targeting import for_readers, named_segments, variants


def issue(*sections):
    return Issue.model_validate({"title": "News", "date": dt.date(2024, 3, 11), "sections": list(sections)})


FOR_ALL = {"kind": "story", "text": "For all."}
SUPPER = {"kind": "story", "text": "Supper.", "only": {"segment": "members"}}
MEETINGS = {"kind": "coming_up", "items": ["A walk", {"text": "The board", "only": {"segment": ["board", "Members"]}}]}
VOTE = {"kind": "get_involved", "items": [{"title": "Vote", "only": {"segment": "board"}}]}
WHOLE = issue(FOR_ALL, SUPPER, MEETINGS, VOTE)


def told(segments):
    return "\n".join(section.model_dump_json(exclude={"only"}) for section in for_readers(WHOLE, segments).sections)


def test_segments_are_named_once_whatever_their_spelling():
    assert named_segments(WHOLE) == ("members", "board")
    assert named_segments(issue(FOR_ALL)) == ()
    assert list(variants(("a", "b"))) == [("a",), ("b",), ("a", "b")]


@pytest.mark.parametrize(
    ("segments", "seen"),
    [
        ((), {"For all.", "A walk"}),
        (("MEMBERS",), {"For all.", "A walk", "Supper.", "The board"}),
        (("board",), {"For all.", "A walk", "The board", "Vote"}),
        (("board", "members"), {"For all.", "A walk", "Supper.", "The board", "Vote"}),
        (("strangers",), {"For all.", "A walk"}),
    ],
)
def test_each_group_sees_what_is_for_it(segments, seen):
    words = told(segments)
    assert {one for one in ("For all.", "A walk", "Supper.", "The board", "Vote") if one in words} == seen


def test_a_section_that_lost_its_last_item_is_left_out_and_one_with_words_of_its_own_is_not():
    alone = issue(FOR_ALL, VOTE)
    assert [section.kind for section in for_readers(alone, ()).sections] == ["story"]
    with_words = issue(FOR_ALL, {**VOTE, "text": "There is a vote."})
    assert [section.kind for section in for_readers(with_words, ()).sections] == ["story", "get_involved"]
    grouped = issue({"kind": "last_month", "items": ["One"], "groups": [{"heading": "The board", **_items(VOTE)}]})
    assert for_readers(grouped, ()).sections[0].groups == ()


def _items(section):
    return {"items": section["items"]}


def test_an_issue_for_everybody_is_left_as_it_is():
    plain = issue(FOR_ALL, {"kind": "coming_up", "items": ["A walk"]})
    assert for_readers(plain, ()) == plain


PICTURES = tuple(InlineImage(cid=f"p{one}", name=f"{one}.png", content_type="image/png", data=b"x") for one in (1, 2))
MESSAGE = Message(
    title="News",
    subject="News",
    preheader="",
    html="<img src='cid:p1'>all",
    text="all",
    sender=Sender(name="Us", email="us@example.org"),
    images=PICTURES,
    variants=(
        Variant(segments=("members",), html="<img src='cid:p2'>members", text="members"),
        Variant(segments=("board",), html="board", text="board"),
        Variant(segments=("members", "board"), html="both", text="both"),
    ),
)


@given(st.lists(st.sampled_from(["members", "Members", "board", "BOARD", "friends"])))
def test_each_reader_gets_the_variant_of_exactly_their_segments(segments):
    theirs = {name.casefold() for name in segments} & {"members", "board"}
    wanted = {frozenset(): "all", frozenset({"members"}): "members", frozenset({"board"}): "board"}
    own = MESSAGE.for_reader(segments)
    assert own.text == wanted.get(frozenset(theirs), "both")
    assert own.variants == ()
    assert all(f"cid:{image.cid}" in own.html for image in own.images)


def test_a_change_in_a_variant_changes_the_fingerprint():
    changed = MESSAGE.variants[0].model_copy(update={"text": "other"})
    other = MESSAGE.model_copy(update={"variants": (changed, *MESSAGE.variants[1:])})
    assert other.fingerprint != MESSAGE.fingerprint
    different = {name for name, value in other.parts().items() if value != MESSAGE.parts()[name]}
    assert different == {"what members get"}


def test_people_are_counted_by_segment():
    people = [
        Subscriber(email="a@example.org", segments=("members", "Members")),
        Subscriber(email="b@example.org", segments=("MEMBERS", "board")),
        Subscriber(email="c@example.org"),
    ]
    assert [(one.name, one.count) for one in segments_of(people)] == [("board", 1), ("members", 2)]
    assert [one.email for one in Members(people, "Board")] == ["b@example.org"]
    assert len(list(Members(people, ""))) == 3


def test_a_part_of_which_nothing_is_left_out_stays_what_its_author_wrote() -> None:
    everybody = for_readers(WHOLE, ())
    assert everybody.sections[0] is WHOLE.sections[0]
    assert [item.is_line for item in everybody.sections[1].items] == [True], "a line stays a line of a list"
    plain = issue(MEETINGS | {"items": ["A walk"]})
    assert for_readers(plain, ()) is plain
