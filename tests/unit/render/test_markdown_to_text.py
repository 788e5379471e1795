from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import merge_tags
from newsletter.render.markdown_to_text import INLINE, Numbered, line, paragraphs, plain
from newsletter.render.text_lines import COLUMNS, spaced, underlined, wrapped


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A *b* **c** `d`", "A b c d"),
        ("[words](https://example.org)", "words"),
        ("<team@example.org>", "team@example.org"),
        ("![a cat](x.png) here", "a cat here"),
        ("Hello {first_name|*you*}", "Hello {first_name|*you*}"),
        ("two  spaces", "two spaces"),
        ("fish &amp; chips", "fish & chips"),
    ],
)
def test_a_plain_line_has_no_markdown(text: str, said: str) -> None:
    assert plain(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[words](https://example.org/a)", "words <https://example.org/a>"),
        ("[*words*](mailto:a@example.org)", "words <a@example.org>"),
        ("<a@example.org>", "a@example.org"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("[x]({view_url})", "x <{view_url}>"),
        ("![a cat](x.png)", "[Picture: a cat]"),
        ("![](x.png)", ""),
    ],
)
def test_links_are_followed_by_their_target(text: str, said: str) -> None:
    assert line(text, "[Picture: {alt}]") == said


def test_blocks_are_told_apart() -> None:
    text = """\
First *paragraph*
goes on.

# Heading

- one
- two
  - inside

3. three

   more
4. four

> quoted
>
> twice

```
code *stays*
```

a  \nb

---
![cat](x.png)
"""
    assert (
        "\n".join(paragraphs(text, "[Picture: {alt}]"))
        == """\
First paragraph goes on.

Heading
-------

• one
• two
  • inside

3. three

   more

4. four

> quoted
>
> twice

    code *stays*

a
b

* * *

[Picture: cat]"""
    )


def test_an_empty_entry_keeps_its_bullet() -> None:
    assert paragraphs("- a\n-\n- c") == ("• a", "• ", "• c")


@given(st.lists(st.text(alphabet="abc –{}|", min_size=1, max_size=90), max_size=12))
def test_no_line_is_longer_than_its_longest_word_or_the_columns(words: list[str]) -> None:
    text = " ".join(words)
    longest = max((len(piece) for piece in text.split(" ")), default=0)
    tags = max((len(str(tag)) for tag in merge_tags.find(text)), default=0)
    for one in wrapped(text):
        assert len(one) <= max(COLUMNS, longest + tags + 2)
    assert " ".join("".join(wrapped(text)).split()).replace(" ", "") == text.replace(" ", "")


def test_a_merge_tag_is_never_broken() -> None:
    tag = "{first_name|" + "dear friend " * 9 + "x}"
    lines = wrapped(f"{'word ' * 12}{tag} and more words that follow it")
    assert [str(found) for one in lines for found in merge_tags.find(one)] == [tag]


def test_a_link_is_never_broken() -> None:
    target = "https://example.org/" + "a-very-long-path/" * 8
    assert wrapped(f"some words <{target}> and more")[1] == f"<{target}>"


def test_lines_of_the_text_are_kept_and_hang() -> None:
    assert wrapped("a\nb", first="• ", rest="  ") == ["• a", "  b"]


def test_a_heading_is_underlined_as_far_as_it_goes() -> None:
    assert underlined("Title", "=") == ["Title", "====="]
    long = underlined("word " * 30, "-")
    assert long[-1] == "-" * max(len(one) for one in long[:-1])


def test_blocks_are_parted_by_one_line_and_empty_ones_left_out() -> None:
    assert spaced([["a"], [], ["b", "c"]]) == ["a", "", "b", "c"]


@pytest.mark.parametrize(
    ("words", "target", "said"),
    [
        ("Words", "", "Words"),
        ("Call 020 7946 0000", "tel:020 7946 0000", "Call 020 7946 0000"),
        ("Mail us", "mailto:a@example.org", "Mail us <a@example.org>"),
    ],
)
def test_a_target_is_not_said_twice(words: str, target: str, said: str) -> None:
    assert INLINE.after(words, target) == said


def test_numbered_targets_are_listed_once_each() -> None:
    targets = Numbered()
    text = (
        "See [the guide](https://example.org/g) and [the map](https://example.org/m), [again](https://example.org/g)."
    )
    assert paragraphs(text, targets=targets) == ("See the guide [1] and the map [2], again [1].",)
    assert line("[Write](mailto:us@example.org) or https://example.org", targets=targets).replace("\ue000", " ") == (
        "Write [3] or https://example.org"
    )
    assert targets.alone("More", "https://example.org/m").endswith("[2]")
    assert targets.listed == ["[1] https://example.org/g", "[2] https://example.org/m", "[3] us@example.org"]


def test_a_number_stays_with_the_last_word_of_its_link() -> None:
    targets = Numbered()
    for length in range(COLUMNS - 8, COLUMNS):
        lines = paragraphs(f"{'x' * length} [go](https://example.org/{length})", targets=targets)
        assert re.search(r"go \[\d+\]$", lines[-1])
        assert all(len(one) <= COLUMNS for one in lines)


def test_a_number_stands_for_a_target_with_a_merge_tag_in_it() -> None:
    targets = Numbered()
    paragraphs("[Me](https://example.org/?who={email|nobody at all})", targets=targets)
    assert targets.listed == ["[1] https://example.org/?who={email|nobody at all}"]
