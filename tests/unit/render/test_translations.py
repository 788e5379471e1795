"""The catalogues: each is complete, its gaps are those of the English words, and what is wrong with one is told."""

from __future__ import annotations

import importlib.util
import io
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import jinja2
import pytest
from babel import Locale
from babel.messages.pofile import read_po

from newsletter.errors import TemplateError
from newsletter.render.translations import FILE, catalogue_for, gaps
from newsletter.render.ui_strings import ENGLISH, Plural, UiStrings

PROJECT = Path(__file__).parents[3]
FOLDER = PROJECT / "templates" / "languages"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.po"))
WHOLE = [language for language in LANGUAGES if not language.startswith("en")]


def user(**files: str) -> jinja2.BaseLoader:
    return jinja2.DictLoader({FILE.format(language=name.replace("_", "-")): text for name, text in files.items()})


def entry(name: str, english: str, said: str, above: str = "") -> str:
    return f'{above}msgctxt "{name}"\nmsgid "{english}"\nmsgstr "{said}"\n\n'


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("words_writer", PROJECT / "tools" / "update_catalogues.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_the_languages_that_we_promise() -> None:
    assert {"cy", "es", "ar"} <= set(WHOLE)


@pytest.mark.parametrize("language", WHOLE)
def test_a_catalogue_is_complete(language: str) -> None:
    catalogue = catalogue_for(language)
    assert catalogue.found
    assert catalogue.untold == ()
    # every word differs from the English one, but for patterns and signs that languages share
    same = {one.name for one in fields(UiStrings) if getattr(catalogue.words, one.name) == getattr(ENGLISH, one.name)}
    assert same <= {
        "date", "date_with_year", "time", "moment", "names", "span", "long_span", "time_here", "changing",
        "opening_quote", "closing_quote", "with_role",
    }  # fmt: skip


@pytest.mark.parametrize("language", WHOLE)
def test_a_catalogue_has_the_plurals_of_unicode(language: str) -> None:
    catalog = read_po(io.BytesIO((FOLDER / f"{language}.po").read_bytes()))
    words = catalogue_for(language).words
    rule = Locale.parse(language).plural_form
    chosen: dict[str, set[str]] = {}
    for count in range(201):
        chosen.setdefault(rule(count), set()).add(words.all_dates.forms[words.all_dates.choose(count)])
    assert all(len(forms) == 1 for forms in chosen.values())
    assert len(words.all_dates.forms) == catalog.num_plurals == len(chosen)


def test_the_plurals_are_those_of_the_grammar() -> None:
    welsh, arabic = catalogue_for("cy").words.all_dates, catalogue_for("ar").words.all_dates
    assert [welsh.of(count) for count in (1, 2, 3)] == [
        "Ychwanegu’r dyddiad at eich calendr",
        "Ychwanegu’r 2 ddyddiad at eich calendr",
        "Ychwanegu’r 3 dyddiad at eich calendr",
    ]
    assert arabic.of(2) == "أضيفوا الموعدين إلى تقويمكم"
    assert arabic.of(11) == "أضيفوا المواعيد الـ11 إلى تقويمكم"
    assert [ENGLISH.all_dates.of(count) for count in (1, 4)] == [
        "Add the date to your calendar",
        "Add all 4 dates to your calendar",
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po*")), ids=lambda path: path.name)
def test_the_files_are_in_step_with_the_words(path: Path, writer: ModuleType) -> None:
    expected = writer.text_of(writer.template()) if path.suffix == ".pot" else writer.in_step(path)
    assert path.read_bytes() == expected, "run `.venv/bin/python tools/update_catalogues.py`"


def test_each_word_has_a_note_for_translators() -> None:
    assert all(len(one.metadata["note"]) > 15 for one in fields(UiStrings))


@pytest.mark.parametrize(
    ("language", "found", "deadline", "date"),
    [
        ("en-GB", True, "Deadline", "EEEE d MMMM"),
        ("en-US", True, "Deadline", "EEEE, MMMM d"),
        ("es-MX", True, "Fecha límite", "EEEE d 'de' MMMM"),
        ("fr", False, "Deadline", "EEEE d MMMM y"),
        ("xx", False, "Deadline", "EEEE d MMMM"),
    ],
)
def test_the_nearest_catalogue_is_taken(language: str, found: bool, deadline: str, date: str) -> None:
    catalogue = catalogue_for(language)
    assert (catalogue.found, catalogue.words.deadline, catalogue.words.date) == (found, deadline, date)
    assert catalogue.untold == ()


def test_a_catalogue_of_the_users_own_goes_before_the_tools() -> None:
    own = user(cy=entry("deadline", "Deadline", "Erbyn"), cy_GB=entry("payment", "Payment", "Arian"))
    catalogue = catalogue_for("cy-GB", own)
    assert (catalogue.words.deadline, catalogue.words.payment) == ("Erbyn", "Arian")
    assert catalogue.words.contact == "Cyswllt"
    assert catalogue.untold == ()


def test_a_new_language_tells_what_it_lacks() -> None:
    catalogue = catalogue_for("fr", user(fr=entry("deadline", "Deadline", "Date limite")))
    assert catalogue.found
    assert catalogue.words.deadline == "Date limite"
    assert catalogue.words.payment == "Payment"
    assert catalogue.words.by == "Date limite: {moment}", "as before there were words for it"
    assert {one.english for one in catalogue.untold} >= {
        "Payment",
        "Unsubscribe",
        "Add all {count} dates to your calendar",
    }
    assert len(catalogue.untold) == len(fields(UiStrings)) - 2
    assert not any(one.wrong for one in catalogue.untold)


@pytest.mark.parametrize(
    "said",
    ["En {mois}", "En janvier", "En {month} {year}", "En {month", "En {month!r}", "En {month:>9}", "En {0}"],
)
def test_a_translation_with_other_gaps_is_not_used(said: str) -> None:
    catalogue = catalogue_for("cy", user(cy=entry("coming_up", "Coming up in {month}", said, above="\n\n")))
    assert catalogue.words.coming_up == "Ar y gweill ym mis {month}"
    [untold] = catalogue.untold
    assert untold.wrong
    assert said in untold.reason
    assert untold.place.path == "languages/cy.po"
    assert untold.place.line == 4


def test_a_form_of_a_plural_may_leave_the_number_out_and_nothing_else() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgctxt "all_dates"\nmsgid "Add the date to your calendar"\n'
        'msgid_plural "Add all {count} dates to your calendar"\n'
        'msgstr[0] "Ajouter la date"\nmsgstr[1] "Ajouter les {OTHER} dates"\n'
    )
    good = catalogue_for("fr", user(fr=text.replace("OTHER", "count"))).words.all_dates
    assert [good.of(count) for count in (0, 1, 2)] == ["Ajouter la date", "Ajouter la date", "Ajouter les 2 dates"]
    bad = catalogue_for("fr", user(fr=text.replace("OTHER", "number")))
    assert bad.words.all_dates == ENGLISH.all_dates
    assert [one.reason for one in bad.untold if one.wrong] == [
        "'Ajouter les {number} dates' must have {count} in braces"
    ]


def test_what_a_translator_is_unsure_of_is_not_used() -> None:
    catalogue = catalogue_for("fr", user(fr=entry("deadline", "Deadline", "Date limite", above="#, fuzzy\n")))
    assert catalogue.words.deadline == "Deadline"
    assert "it is marked as fuzzy" in {one.reason for one in catalogue.untold if one.english == "Deadline"}


@pytest.mark.parametrize(
    "text",
    [
        "msgid Deadline\n",
        'msgid "Deadline\n',
        "words of mine\n",
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n is many);\\n"\n',
    ],
)
def test_a_broken_catalogue_is_told_with_its_file(text: str) -> None:
    with pytest.raises(TemplateError) as told:
        catalogue_for("fr", user(fr=text))
    assert told.value.place is not None
    assert told.value.place.path == "languages/fr.po"
    assert told.value.hint


def test_a_catalogue_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "fr.po").write_bytes(entry("deadline", "Deadline", "échéance").encode("latin-1"))
    with pytest.raises(TemplateError, match="UTF-8"):
        catalogue_for("fr", jinja2.FileSystemLoader(tmp_path))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a {b} c", ("b",)),
        ("none", ()),
        ("{a}{b}", ("a", "b")),
        ("{", None),
        ("}", None),
        ("{a!r}", None),
        ("{{}}", ()),
    ],
)
def test_gaps_are_the_names_in_braces(text: str, names: tuple[str, ...] | None) -> None:
    assert gaps(text) == names


def test_a_plural_without_enough_forms_takes_the_last() -> None:
    assert Plural(("one", "many {count}"), lambda count: count).of(7) == "many 7"


@pytest.mark.parametrize(
    ("people", "language", "said"),
    [
        ([], "en-GB", ""),
        (["Tu"], "en-GB", "Tu"),
        (["Tu", "Rosie"], "en-GB", "Tu and Rosie"),
        (["Tu", "Rosie", "Nicc"], "en-GB", "Tu, Rosie and Nicc"),
        (["Tu", "Rosie", "Nicc"], "cy", "Tu, Rosie a Nicc"),
        (["Tu", "Ŵyr"], "cy", "Tu ac Ŵyr"),
        (["Tu", "Rosie"], "es", "Tu y Rosie"),
        (["Tu", "Íñigo"], "es", "Tu e Íñigo"),
        (["أ", "ب", "ج"], "ar", "أ، ب وج"),
    ],
)
def test_names_are_a_list_in_words(people: list[str], language: str, said: str) -> None:
    assert catalogue_for(language).words.listed(people) == said


def test_a_catalogue_from_before_a_change_of_the_english_words_is_still_used() -> None:
    former = "You receive this because you signed up for our newsletter."
    own = user(fr=entry("why", former, "Vous êtes abonné."))
    assert catalogue_for("fr", own).words.why == "Vous êtes abonné."
    assert ENGLISH.why == "You are receiving this email because you signed up for our newsletter."
