"""The page of an issue: everything that its author wrote is there, in sections of the user's own kind too."""

from __future__ import annotations

import html
import itertools
import re
import shutil
from pathlib import Path

import pytest

from newsletter.archive.issue_page import summary_of
from newsletter.archive.search_texts import words_of
from newsletter.model.issue import Issue
from tests.archives import PageReader, built, every_kind, files_in, issue, newsletter_folder

PROJECT = Path(__file__).parents[3]
OWN = """\
{# fields:
     recipe: {type: markdown}
     serves: {type: line}
     on: {type: date}
     page: {type: link}
     photo: {type: image}
     steps: {type: lines}
     more: {type: items}
#}
<mj-section><mj-column><mj-text>{{ section.serves }}</mj-text></mj-column></mj-section>
"""
RECIPE = """\
sections:
  - kind: recipe
    heading: Soup of the month
    serves: Six
    recipe: |
      Take **leeks**.

      Then wait.
    on: 2024-03-20 13:00
    page: https://example.org/soup
    photo: images/hearts.jpg
    steps: [Chop, Boil]
    more: [A line of more]
"""


def words_in(text: str) -> set[str]:
    return set(re.findall(r"\w+", html.unescape(text).casefold()))


def pictured(root: Path) -> Path:
    shutil.copytree(PROJECT / "issues" / "images", root / "issues" / "images")
    return root


@pytest.mark.parametrize("name", ["2024-02", "2024-03"])
def test_every_word_of_the_sample_is_in_its_page(tmp_path: Path, name: str) -> None:
    source = (PROJECT / "issues" / f"{name}.yaml").read_text(encoding="utf-8")
    root = pictured(newsletter_folder(tmp_path, {name: source}))
    built(root)
    page = words_in(PageReader.of((root / "site" / f"{name}.html").read_text("utf-8")).words)
    text = re.sub(r"(?m)^\s*#.*$|\s#\s.*$", "", source)
    fields = r"(?m)^[ -]*(?:image|alt|link|when|ends|deadline|date|kind|preheader|events|\w+): ?"
    told = words_in(re.sub(r"\S+://\S+|mailto:\S+|\{first_name\|", "", re.sub(fields, " ", text)))
    told -= {one for one in told if any(letter.isdigit() for letter in one)}
    markup = {"last_month", "coming_up", "get_involved", "quote", "links", "images", "jpg", "hearts", "cuppas"}
    assert len(told) > 100
    missing = told - page - markup
    # what pictures show is in their alt text, and names of fields inside of braces are no words
    alt = words_in(" ".join(re.findall(r'alt="([^"]*)"', (root / "site" / f"{name}.html").read_text("utf-8"))))
    head = words_in((root / "site" / f"{name}.html").read_text("utf-8").split("</head>")[0])
    assert missing - alt - head - {"title", "label", "link", "when", "where", "text", "name", "role", "image"} == set()


def test_a_kind_of_the_users_own_is_told_whole(tmp_path: Path) -> None:
    root = pictured(newsletter_folder(tmp_path, {"2024-03": issue(body=RECIPE)}))
    (root / "templates" / "sections").mkdir(parents=True)
    (root / "templates" / "sections" / "recipe.mjml.j2").write_text(OWN, encoding="utf-8")
    assert built(root).left_out == []
    page = (root / "site" / "2024-03.html").read_text(encoding="utf-8")
    for shown in (
        ">Soup of the month</h2>",
        "<strong>leeks</strong>",
        '<span class="label">Serves</span> Six',
        "Wednesday 20 March, 1pm",
        '<a href="https://example.org/soup">Page</a>',
        "<li>Boil</li>",
        ">A line of more</li>",
        'src="media/hearts-',
    ):
        assert shown in page, shown
    assert "sections/recipe.html" in files_in(root / "site")
    assert "leeks" in files_in(root / "site")["search/2024.js"].decode()


def test_headings_descend_by_one_level_on_every_page(tmp_path: Path) -> None:
    root = pictured(newsletter_folder(tmp_path, {"2024-03": every_kind("2024-03-11")}))
    built(root)
    for path, data in files_in(root / "site").items():
        if path.endswith(".html"):
            levels = [int(one) for one in re.findall(r"<h(\d)", data.decode())]
            assert levels[0] == 1, path
            assert levels.count(1) == 1, path
            assert all(below - above <= 1 for above, below in itertools.pairwise(levels)), (path, levels)


def test_an_event_and_a_deadline_have_their_times_for_programs(tmp_path: Path) -> None:
    body = """\
sections:
  - kind: get_involved
    items:
      - {title: Walk, when: 2024-03-19 13:00, ends: 14:30, where: River, deadline: 2024-03-15, payment: £50,
         contact: 020 7946 0000, button: {label: Book, link: "https://example.org/book"},
         buttons: [{label: Ask, link: "mailto:us@example.org"}]}
"""
    root = newsletter_folder(tmp_path, {"2024-03": issue(body=body)})
    built(root)
    page = (root / "site" / "2024-03.html").read_text(encoding="utf-8")
    assert re.search(r'<time datetime="2024-03-19T13:00:00\+00:00">Tuesday.19.March, 1pm.to.2:30pm</time>', page)
    assert re.search(r'<time datetime="2024-03-15">Friday.15.March</time>', page)
    assert '<a href="tel:02079460000">020\u00a07946\u00a00000</a>' in page
    assert '<a class="button" href="https://example.org/book">Book</a>' in page
    assert '<a class="button outlined" href="mailto:us@example.org">Ask</a>' in page


@pytest.mark.parametrize(
    ("preheader", "intro", "summary"),
    [
        ("What *is* inside", "Hello.", "What is inside"),
        (None, "Hello there,\n\nWe walked along the river. It rained.", "We walked along the river."),
        (None, "We walked along the river, and then we had tea and much cake.", "We walked along the river, and then"),
        (None, None, ""),
    ],
)
def test_the_summary_is_the_authors_or_the_first_words(preheader: str | None, intro: str | None, summary: str) -> None:
    told = {"title": "T", "date": "2024-03-11", "sections": [{"kind": "news", "items": ["x"]}]}
    told |= {name: value for name, value in (("preheader", preheader), ("intro", intro)) if value}
    assert summary_of(Issue.model_validate(told)).startswith(summary)


def test_words_of_a_text_have_no_markup_and_stay_apart() -> None:
    text = "# A title\n\nSome **bold** [link](https://example.org) & more.\n\n- one\n- two\n"
    text += "\n| a | b |\n|---|---|\n| c | d |"
    assert words_of(text) == "A title Some bold link & more. one two a b c d"
