"""A language is told only where it is plain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.text.language_detection import languages, other_language
from newsletter.preflight.text.sentences import passages
from newsletter.testing.checks import subject_of

PROJECT = Path(__file__).parents[2]
ENGLISH = "We met in the hall on a wet evening, and talked for two hours about what the street needs to be good for us."
WELSH = "Mae’r ardd ar agor o’r diwedd, ac mae croeso i bawb ddod gyda’u teulu i gael paned a chacen yn yr haul."
SPANISH = "El jardín está abierto por fin, y los vecinos de la calle trabajaron en él con los niños de la escuela."
FRENCH = "Le jardin est ouvert, et nous avons passé une journée avec les enfants de la rue dans les serres du parc."
GERMAN = "Der Garten ist offen, und wir haben mit den Kindern aus der Straße einen Tag im Gewächshaus verbracht."
POLISH = (
    "Ogród jest już otwarty, a my po raz pierwszy nie wiemy, co z nim będzie, ale jest z nami tak wielu przyjaciół."
)
ARABIC = "فتحت الحديقة أبوابها أخيرا بعد شهر من العمل وقد جاء كثير من الجيران ومعهم أدوات العمل والطعام"
RUSSIAN = "Сад наконец открыт и мы ждём всех соседей с детьми в субботу утром на чай с пирогом у ворот"
TEXTS = {
    "en": ENGLISH,
    "cy": WELSH,
    "es": SPANISH,
    "fr": FRENCH,
    "de": GERMAN,
    "pl": POLISH,
    "ar": ARABIC,
    "ru": RUSSIAN,
}


@pytest.mark.parametrize("written", TEXTS)
@pytest.mark.parametrize("said", ["en-GB", "cy", "es", "ar"])
def test_a_passage_is_in_the_language_that_it_is_in(written, said):
    found = other_language(TEXTS[written], said)
    assert found == ("" if said.startswith(written) else written)


@pytest.mark.parametrize("language", ["gd", "ca", "pt", "uk", "fa"])
def test_nothing_is_said_where_the_language_that_is_named_is_not_known(language):
    assert other_language(SPANISH, language) in {"", "es"}
    assert other_language("Short words", language) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Eisteddfod yr Urdd, Llanelli, Merched y Wawr, Mudiad Meithrin, Urdd Gobaith Cymru, Menter Iaith, Hwb, Yr Egin",
        "La Paz, Los Angeles, San Juan, El Paso, Las Vegas, Santa Fe, Del Rio, La Mancha, El Salvador, Los Alamos",
        "Anna, Ben, Carla, Dai, Eva, Femi, Gwen, Hanna, Ivan, Jo, Kim, Lena, Mo, Nia, Ola",
        "We say croeso i bawb and paned o de, and what we mean is that you are welcome to a cup of tea with us here.",
    ],
)
def test_names_and_borrowed_words_are_no_other_language(text):
    assert other_language(text, "en-GB") == ""


@pytest.mark.parametrize("name", ["arabic", "spanish", "welsh", "two-languages"])
def test_issues_in_other_languages_are_in_them(name):
    with subject_of((PROJECT / "tests" / "golden" / f"{name}.yaml").read_text("utf-8")) as subject:
        for run in subject.runs:
            for passage in passages(run):
                assert other_language(run.words[passage.start : passage.end], run.language) == ""


@given(st.text(max_size=300), st.sampled_from(["en-GB", "cy", "es", "ar", "de", "zh", "", "xx-Latn-GB"]))
def test_any_text_can_be_asked_about(text, language):
    assert other_language(text, language) in {"", *languages().names}
