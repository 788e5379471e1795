"""Whatever blocks a file has: each of their sentences is in the issue, which can be loaded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from newsletter.importing.blocks import Block, BlockKind, Picture, Source, entry, heading, paragraph
from newsletter.importing.inline import plain_text, with_addresses
from newsletter.importing.recognise import recognise
from newsletter.importing.title_and_date import ExpectedIssue
from newsletter.importing.vocabulary import base_vocabulary
from newsletter.importing.write_issue import issue_text
from newsletter.issue_file.editing.document import IssueReader
from tests import import_samples as samples

VOCABULARY = """
Coming up in March team update training workshop on Tuesday 5 April at 1pm by Friday 23 February £50 paid please email
us at team@example.org https://example.org/page?x=1_2 Read more unsubscribe contact thank you # - * _ ** [x](y)
{first_name} *|FNAME|* & < > : | " ' ✎ 1. é ü שלום مرحبا picture of the hall Photo by Rosie Home Website News
"""
PHRASES = """
Coming up in March; What we did in February; Get involved; News; Thank you; New starters; Useful links; Our sponsors
Deadline: 5 April; When: Tuesday 5 April, 1pm; Where: Town hall; Tuesday 5 April at 1pm; Related posts; In this issue
See you next month; Best wishes; Photo by Rosie; Image of a hall; Training UCL2 course; Website; Read more; Welcome
"""
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join) | st.sampled_from(
    [one.strip() for line in PHRASES.strip().splitlines() for one in line.split(";")]
)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=3).map(". ".join) | st.text(min_size=1, max_size=60)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    kind = draw(st.sampled_from(["heading", "paragraph", "paragraph", "entry", "quote", "table", "picture"]))
    text = with_addresses(" ".join(draw(TEXTS).split()))
    match kind:
        case "heading":
            return heading(text, draw(st.sampled_from([1, 2, 3, 4, 10, 20])))
        case "entry":
            parts = tuple(with_addresses(part) for part in draw(st.lists(SENTENCES, max_size=2)))
            return entry(text, draw(st.integers(0, 3)), draw(st.sampled_from(["", "", "1."])), parts)
        case "quote":
            return Block(BlockKind.QUOTE, text)
        case "table":
            first, second, third = (with_addresses(draw(SENTENCES)) for _ in range(3))
            return Block(BlockKind.TABLE, rows=((first, second), (third, "")))
        case "picture":
            return Block(BlockKind.PICTURE, picture=Picture("hall.jpg", draw(st.none() | SENTENCES)))
    return paragraph(text)


def written(found: list[Block], title: str = "") -> str:
    wanted = ExpectedIssue(base_vocabulary("en-GB"), dt.date(2024, 3, 1), name="A file")
    draft = recognise(Source(tuple(found), title=title), wanted, lambda _: "")
    return issue_text(draft, schema="x.json", origin="a file")


def words_in(block: Block) -> list[str]:
    cells = [plain_text(cell) for row in block.rows for cell in row]
    alt = (block.picture.alt or "") if block.picture else ""
    return [block.plain, *(paragraph(part).plain for part in block.parts), *cells, alt]


@given(st.lists(blocks(), min_size=1, max_size=14))
def test_each_word_of_each_block_is_in_the_file(found: list[Block]) -> None:
    text = written(found)
    there = set(samples.words_in_file(text).split())
    dates = {word for word in there if word.isdigit()}
    for block in found:
        for words in words_in(block):
            lost = [word for word in samples.words_of(words).split() if word not in there]
            assert not [word for word in lost if word not in IN_FIELDS and word not in dates], (words, text)


MENTIONED = (
    "on tuesday april at 1pm by friday february march when where deadline fname coming up what we did in get involved"
)
IN_FIELDS = frozenset([*MENTIONED.split(), "involved"])
"""Words of dates and labels, which have fields of their own, and of merge tags, which are translated."""


@given(st.lists(blocks(), min_size=1, max_size=14))
def test_the_issue_can_be_loaded(found: list[Block]) -> None:
    document = IssueReader(ZoneInfo("Europe/London")).read(Path("issue.yaml"), written(found))
    assert document.error is None, [one.message for one in document.error.findings]
