"""What a check says: at the right line and column, with a fix only where the letters stand in the file as they are."""

from __future__ import annotations

import pytest

from newsletter.preflight.rule import Example, warning
from newsletter.testing.checks import subject_of

RULE = warning("OUR101", "It is so.", why="It matters.", fix="Fix it.", wrong="intro: A.", right="intro: B.")


def said(fields: str, word: str, new: str | None = "kettle"):
    """Return a finding on the first place of a word in the texts of an issue."""
    with subject_of(fields) as subject:
        run = next(run for run in subject.runs if word in run.text)
        start = run.text.index(word)
        return subject.in_text(RULE, run, start, start + len(word), f"There is “{word}”.", new=new)


@pytest.mark.parametrize(
    "fields",
    [
        "intro: The ketle is on.",
        "intro: 'The ketle is on.'",
        'intro: "The ketle is on."',
        "intro: |\n  The\n  ketle is on.",
        "intro: >\n  The cat sat by\n\n  the ketle.",
        "intro: 'It''s the ketle.'",
        'intro: "Caf\\u00e9 and ketle."',
    ],
)
def test_a_word_is_found_and_fixed_in_a_text_of_any_style(fields):
    finding = said(fields, "ketle")
    assert finding.excerpt[finding.place.column - 1 :].startswith("ketle")
    assert finding.fix
    assert finding.suggestion == finding.excerpt.replace("ketle", "kettle")
    assert (finding.code, finding.severity, finding.why, finding.hint) == (
        "OUR101",
        "warning",
        "It matters.",
        "Fix it.",
    )


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ("intro: >\n  the old\n  ketle", "old ketle"),
        ("intro: 'It''s on.'", "It's"),
        ('intro: "a\\u00e9b c"', "aéb"),
        ("intro: |\n  old\n  ketle", "old\nketle"),
    ],
)
def test_no_fix_where_the_letters_stand_otherwise_in_the_file(fields, word):
    finding = said(fields, word)
    assert finding.fix is None
    assert finding.suggestion == ""
    assert finding.place.line > 0


def test_no_fix_unless_it_is_asked_for():
    assert said("intro: The ketle is on.", "ketle", None).fix is None


def test_a_hint_of_its_own_stands_in_for_the_rule_s():
    with subject_of("") as subject:
        assert subject.on_issue(RULE, "So.", hint="Do this.").hint == "Do this."
        assert subject.on_issue(RULE, "So.").hint == "Fix it."


def test_the_issue_as_a_whole_has_no_line():
    with subject_of("") as subject:
        finding = subject.on_issue(RULE, "So.")
    assert finding.place.path.endswith(".yaml")
    assert (finding.place.line, finding.excerpt) == (0, "")


def test_a_field_s_value_is_replaced_whole_and_the_comment_behind_it_kept():
    with subject_of("intro: Hello   # to all") as subject:
        finding = subject.on_field(RULE, ("intro",), "So.", new="Good day")
    assert finding.fix
    assert finding.suggestion == "intro: Good day   # to all"


def test_a_field_that_is_not_in_the_file_is_told_of_at_the_nearest_one():
    fields = "sections:\n  - kind: story\n    text: Hello"
    with subject_of(fields) as subject:
        finding = subject.on_field(RULE, ("sections", 0, "button", "link"), "So.")
        name = subject.on_key(RULE, ("sections", 0, "text"), "So.")
    assert "kind: story" in finding.excerpt
    assert name.excerpt.strip() == "text: Hello"
    assert name.excerpt[name.place.column - 1 :] == "text: Hello"


def test_the_language_is_that_of_the_issue_then_of_the_settings():
    with subject_of("language: cy") as subject:
        assert subject.language == "cy"
    with subject_of(Example("", settings="language: es\n")) as subject:
        assert subject.language == "es"
