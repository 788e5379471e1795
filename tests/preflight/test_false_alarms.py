"""Issues in which nothing is wrong, and of which a check once said that there was."""

from __future__ import annotations

import re

import pytest

from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of, subject_of

STORY = "sections:\n  - kind: story\n    heading: {heading}\n    text: The gate is open.\n"


def codes(fields: str) -> set[str]:
    return {one.code for one in findings_of(Example(fields))}


@pytest.mark.parametrize(
    "fallback",
    ["your area", "Zoë", "a+b", "O'Neil", "50%", "a&b", "x<y", "a (b) c", 'it\'s "here" now', "in (the", "#1", "a]b"],
)
def test_a_fallback_in_a_link_is_not_taken_for_a_changed_tag(fallback):
    found = codes(f"intro: |\n  [Take part](https://charity.uk/form?t={{town|{fallback}}})\n")
    assert found == {"NL451"}


@pytest.mark.parametrize(
    "heading",
    [
        "See [the garden](https://charity.uk/g) now",
        "[The garden](https://charity.uk/g)",
        "The [*garden*](https://charity.uk/g) and [the hall](https://charity.uk/hall_of_fame)",
        "See [the garden](https://charity.uk/g?t={town|here and there}) now",
        "Write to <team@charity.uk>",
    ],
)
@pytest.mark.parametrize("links", ["inline", "numbered"])
def test_a_heading_with_a_link_is_found_in_the_text(heading, links):
    fields = STORY.format(heading=f'"{heading}"')
    found = {one.code for one in findings_of(Example(fields, settings=f"text_links: {links}"))}
    assert found <= {"NL451"}


def test_the_list_of_contents_has_no_links():
    headings = (
        "See [the garden](https://charity.uk/g) & *hall*",
        "A_b [c](https://charity.uk/c)*d*",
        "Third",
        "Fourth",
    )
    sections = "".join(f'  - {{kind: story, heading: "{one}", text: The gate is open.}}\n' for one in headings)
    for theme in ("classic", "bold", "letter"):
        brand = f"brand: {{name: Trust, address: 'Trust, 12 High Street, London SE1 9ZZ', theme: {theme}}}"
        with subject_of(Example(f"sections:\n{sections}", settings=brand)) as subject:
            [page] = subject.pages
            assert [one.get("href") for one in page.links if "charity" in one.get("href")] == [
                "https://charity.uk/g",
                "https://charity.uk/c",
            ]
            assert subject.message.text.count("<https://charity.uk/g>") == 1
            assert "• See the garden & hall\n• A_b cd\n• Third\n" in subject.message.text


@pytest.mark.parametrize("name", ["region", "copy", "lt", "para", "section", "times", "amp", "reg"])
def test_a_name_in_an_address_is_not_read_as_an_entity(name):
    link = f"https://charity.uk/?a=1&{name}=2"
    assert codes(f'intro: "Take [part]({link}) now."') == set()
    button = f"    button: {{label: Take part, link: '{link}'}}\n"
    assert codes(STORY.format(heading="The gate") + button) == ({"NL623"} if name == "amp" and ";" in link else set())
    with subject_of(STORY.format(heading="The gate") + button) as subject:
        assert link in {one.get("href") for one in subject.pages[0].links}
        assert f"<{link}>" in subject.message.text


@pytest.mark.parametrize(
    "alt",
    [
        "A page with onerror=alert(1) on it",
        "The words <img src=x onerror=stop()>",
        "A <script> on a board",
        "A form: <form> and <input>",
        'A sign "onclick=" in chalk',
        "5 > 3 and onload = 1",
    ],
)
def test_words_that_look_like_markup_are_words(alt):
    quoted = alt.replace("'", "''")
    picture = "sections:\n  - kind: story\n    heading: The gate\n    image: gate.jpg\n"
    found = codes(f"{picture}    alt: '{quoted}'\n    text: The gate is open.\n")
    assert not found & {"NL850", "NL851", "NL852", "NL853", "NL854", "NL860", "NL861", "NL862", "NL863"}


@pytest.mark.parametrize("path", ["", "3/", "0/x", "99/?a=b"])
def test_an_address_that_looks_like_a_stand_in_comes_through(path):
    fields = f'intro: "[A](https://link.invalid/{path}) [B](https://charity.uk/?t={{town|a b}})"'
    with subject_of(fields) as subject:
        found = re.findall(r'href="(https://[^"]*)"', subject.message.html)
        assert f"https://link.invalid/{path}" in found
        assert "https://charity.uk/?t={town|a%20b}" in found


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("mailto:team@charity.uk", "<team@charity.uk>"),
        ("mailto:team@charity.uk?subject=Hello%20all", "<mailto:team@charity.uk?subject=Hello%20all>"),
        ("MAILTO:team@charity.uk?cc=a@charity.uk&body=x", "<MAILTO:team@charity.uk?cc=a@charity.uk&body=x>"),
        ("tel:+442079460123", "<+442079460123>"),
        ("https://charity.uk/?to=mailto:team@charity.uk", "<https://charity.uk/?to=mailto:team@charity.uk>"),
    ],
)
def test_the_text_shows_an_address_that_works_as_it_stands(link, shown):
    with subject_of(f'intro: "Write [to us]({link})"') as subject:
        assert f"Write to us {shown}" in " ".join(subject.message.text.split())


@pytest.mark.parametrize(
    "text",
    [
        "See [the plan](https://en.wikipedia.org/wiki/Plan_(b)) now.",
        "Typed as it is: \\[the plan](https://charity.uk/a_(b) and \\==this\\==.",
        "In code: `[the plan](https://charity.uk/a_(b)`, `==x==`, `[^1]`.",
        "She knows C++ and C++ tools, and x == y or a == b.",
        "Some ~5 people came, ~6 stayed, and all were ^_^ happy.",
        "We paid $$ and more $$ for it.",
        "#Community is our word of the month.",
        "The gate opens from 5:30\nto 6:15: come early.",
        "It was -5 degrees,\n-6 in the night.",
        "“Come in,” she said.\n“All of you.”",
        "£5 for one\n£6 for two",
        "¿Qué es?\n¿Cómo es?",
        "*Tea* and cake,\n*cake* and tea.",
        "-tea  \n-cake",
        "[The plan][1] is here.\n\n[1]: https://charity.uk/plan",
        "Either | or, as they say -- yes | no -- maybe.",
    ],
)
def test_marks_that_are_meant_so_are_left_alone(text):
    lines = "".join(f"  {line}\n" for line in text.split("\n"))
    assert not codes(f"intro: |\n{lines}") & {"NL740", "NL741", "NL743", "NL744", "NL745"}


def test_a_missing_bracket_is_put_in_by_fix():
    [found] = findings_of("intro: See [the plan](https://charity.uk/a_(b), all of you.")
    assert found.code == "NL741"
    assert found.suggestion == "intro: See [the plan](https://charity.uk/a_(b)), all of you."


def test_a_form_linked_above_needs_no_second_link():
    above = "Please look at our [Volunteer interest form](https://charity.uk/volunteer)."
    again = "If you would like to lead a group, please check that box in the survey to let us know."
    story = STORY.format(heading="Volunteers").replace("The gate is open.", "|\n      {}\n\n      " + again)
    assert "NL630" not in codes(story.format(above))
    assert "NL630" in codes(story.format("Please look at our plans."))


def test_an_introduction_may_lead_to_the_sections():
    assert "NL508" not in codes("intro: 'Here is our news of:'\n" + STORY.format(heading="The garden"))
    assert "NL508" in codes("intro: 'You can ask us by email at:'\n" + STORY.format(heading="The garden"))


def test_an_address_made_of_your_own_name_belongs_to_every_item():
    settings = "brand:\n  name: Ayton Primary School\n  address: 1 High Street, Ayton\n"
    link = "You can give [here](https://giving.org/rnd24-ayton-primary-school)."
    fields = STORY.format(heading="Red Nose Day").replace("The gate is open.", link)
    fields += "  - kind: story\n    heading: School reports\n    text: They come on Friday.\n"
    found = findings_of(Example(fields, settings=settings))
    assert "NL629" not in {one.code for one in found}
