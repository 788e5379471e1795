"""The data files of the rules are whole, and a mistake in one is reported with the file's name and the place."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.preflight import data_files
from newsletter.preflight.data_files import any_of, read_pairs, read_rows, read_toml, read_words
from newsletter.preflight.existence import load_existence
from newsletter.preflight.foreign_merge_tags import foreign_tags
from newsletter.preflight.links.link_data import link_data
from newsletter.preflight.registry import built_in, rules
from newsletter.preflight.text.confusions import FILES, confusions_in, confusions_of
from newsletter.preflight.text.language_data import known_languages, language_data
from newsletter.preflight.text.language_detection import languages
from newsletter.preflight.text.number_data import number_words, word_values
from newsletter.preflight.text.phrase_lists import inclusive_words, plain_words

TABLES = {
    "american_spellings.tsv": 2,
    "confused_words.ar.tsv": 4,
    "confused_words.cy.tsv": 4,
    "confused_words.de.tsv": 4,
    "confused_words.es.tsv": 4,
    "confused_words.tsv": 4,
    "inclusive_words.tsv": 3,
    "misspellings.tsv": 2,
    "plain_words.tsv": 2,
}
EXISTENCE = ("leftovers.toml", "pasted_text.toml", "placeholders.toml")


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data_files, "FOLDER", tmp_path)
    for cached in (read_rows, read_words, load_existence):
        cached.cache_clear()
    yield lambda name, text: (tmp_path / name).write_bytes(text.encode())
    for cached in (read_rows, read_words, load_existence):
        cached.cache_clear()


def test_a_file_is_parsed_once_and_anew_when_it_has_changed(lay, tmp_path, monkeypatch):
    import tomllib

    parsed = []
    parse = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: parsed.append(text) or parse(text))
    lay("some.toml", "word = 'one'")
    assert [read_toml("some.toml"), read_toml("some.toml")] == [{"word": "one"}] * 2
    lay("some.toml", "word = 'two'")
    assert read_toml("some.toml") == {"word": "two"}
    assert len(parsed) == 2


def test_the_files_are_kept_for_the_next_process(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    data_files._kept_files.cache_clear()
    try:
        for path in data_files.FOLDER.glob("*.toml"):
            read_toml(path.name)
        data_files._kept_files().save()
        data_files._kept_files.cache_clear()
        kept = {name: found for (name, _), found in data_files._kept_files().earlier.items()}
    finally:
        data_files._kept_files.cache_clear()
    assert kept.keys() > {"en.toml", "links.toml", "placeholders.toml"}
    assert all(read_toml(name) == found for name, found in kept.items())


def test_every_table_is_whole_and_sorted_lists_have_no_word_twice():
    assert {path.name for path in data_files.FOLDER.glob("*.tsv")} == set(TABLES)
    for name, columns in TABLES.items():
        rows = read_rows(name, columns)
        keys = [row[:-1] if name.startswith("confused") else row[0] for row in rows]
        assert len(keys) == len(set(keys)), name
        assert not [cell for row in rows for cell in row if cell != cell.strip() or "  " in cell], name


@pytest.mark.parametrize("language", read_toml("numbers.toml"))
def test_the_patterns_around_numbers_can_be_read(language):
    words = number_words(language)
    assert words is not None
    for field in type(words).model_fields:
        assert words.find(f"<{field}>").flags & re.IGNORECASE
    assert {2, 3, 10, 20} <= set(word_values(language).values())


def test_every_language_has_a_name_and_can_be_read():
    assert set(known_languages()) >= {"en", "cy", "es", "ar"}
    assert set(known_languages()) <= languages().names.keys()
    assert set(languages().scripts.values()) <= languages().names.keys()
    for language in known_languages():
        data = language_data(language)
        assert all(1 <= number <= 12 for number in data.dates.months.values())
        assert all(0 <= number <= 6 for number in data.dates.weekdays.values())
        for pattern in (data.dates.ordinal, data.dates.of, data.dates.until, data.dates.and_, data.dates.between):
            re.compile(pattern)


def test_every_existence_rule_is_a_rule_and_its_message_takes_the_words():
    for name in EXISTENCE:
        for one in load_existence(name):
            assert one.code in rules(built_in())
            assert "words" in one.message.format("words")
            assert all(sign == sign.casefold() for sign in one.signs)


def test_the_other_lists_can_be_read():
    assert link_data().wrappers
    assert foreign_tags("Hello *|FNAME|*")
    assert plain_words()
    assert all(phrase.why for phrase in inclusive_words())
    assert not [word for word in read_words("newer_words.txt") if word != word.casefold()]


def test_every_file_is_read_by_something():
    known = {*TABLES, *EXISTENCE, *(f"{language}.toml" for language in known_languages())}
    known |= {"holidays.toml", "languages.toml", "links.toml", "merge_tags.toml", "numbers.toml", "past_tense.toml"}
    known |= {"newer_words.txt", "abbreviations.txt", "sentence_order.toml", "grammar_slips.toml"}
    assert {path.name for path in data_files.FOLDER.iterdir() if path.is_file()} == known


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("wrong\tright\nteh\n", "line 2 must have 2 cells, separated by tabs"),
        ("wrong\tright\nteh\tthe\nadn\t\n", "line 3 must have 2 cells, separated by tabs"),
        ("wrong\tright\nteh\tthe\nteh\tten\n", "line 3 repeats “teh” with another value"),
    ],
)
def test_a_mistake_in_a_table_is_reported_with_its_line(lay, text, reason):
    lay("words.tsv", text)
    with pytest.raises(UsageError) as caught:
        read_pairs("words.tsv")
    assert caught.value.message == f"The file words.tsv of newsletter is wrong: {reason}."


def test_a_mistake_in_toml_is_reported_with_its_line(lay):
    lay("en.toml", "common_words = the\n")
    with pytest.raises(UsageError, match=r"en\.toml of newsletter is wrong: .* \(at line 1, column 16\)"):
        read_toml("en.toml")


def test_a_pattern_that_cannot_be_compiled_is_reported_with_its_file():
    with pytest.raises(UsageError, match=r"en\.toml of newsletter is wrong: '\(a' is not a pattern: missing \)"):
        any_of("en.toml", ["(a"])


def test_an_unknown_field_of_an_existence_rule_is_reported(lay):
    lay("pasted_text.toml", "[NL746]\npatern = []\n")
    with pytest.raises(UsageError, match=r"pasted_text\.toml of newsletter is wrong: NL746\.patterns: field required"):
        load_existence("pasted_text.toml")


def test_a_file_in_another_encoding_is_reported(lay, tmp_path: Path):
    (tmp_path / "words.txt").write_bytes("naïve".encode("latin-1"))
    with pytest.raises(UsageError, match="it is not saved as UTF-8"):
        read_words("words.txt")


def test_every_pattern_of_confused_words_compiles() -> None:
    """They are compiled when a text has the word; a wrong one must not wait for it."""
    for name in FILES.values():
        for wrong, *_ in read_rows(name, 4):
            for one in confusions_of(name, wrong):
                _ = one.before, one.after


def test_capitals_count_where_a_row_says_so() -> None:
    assert [hit.meant for hit in confusions_in("Zum Schluss gab es fiele Grüße.", "de")] == ["viele"]
    assert not [*confusions_in("Der Verein Fiele Grüße.", "de")]
