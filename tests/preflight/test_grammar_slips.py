"""Slips with a form of their own, as people made them in newsletters, and right sentences that look like them."""

from __future__ import annotations

import pytest

from newsletter.preflight.rules.text.confused_words import CHECKS
from newsletter.preflight.text.grammar_slips import slip_kinds
from newsletter.testing.checks import findings_of


def said(words: str, language: str = "en-GB") -> list[str]:
    found = findings_of(f"language: {language}\nintro: |\n  {words}\n", CHECKS)
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("words", "new"),
    [
        ("We meet in 10 days time.", "10 days’ time"),
        ("You must give two weeks notice.", "two weeks’ notice"),
        ("She has 20 years experience as a rower.", "20 years’ experience"),
        ("It is a days work.", "a day’s work"),
        ("She is a NHS nurse.", "an NHS"),
        ("He is an UK citizen.", "a UK"),
        ("There are number of ways to help.", "There are a number of"),
        ("There is variety of cakes.", "There is a variety of"),
        ("We can also runs the race.", "We can also run"),
        ("We shall be probably be fulfilling our plans.", "probably be"),
        ("The hall is now is open to all.", "is now"),
        ("Within in our club we row.", "Within"),
        ("The tent saw it’s first outing.", "its"),
        ("The club will be holding it’s AGM in May.", "its"),
        ("Please make sure your student bring’s a coat.", "brings"),
        ("It need’s a new coat of paint.", "needs"),
        ("There was a great improvement in whether.", "weather"),
        ("Spring is officially her.", "here"),
        ("At it’s monthly meeting the council agreed.", "At its"),
    ],
)
def test_what_is_certain_is_offered(words, new):
    [message] = said(words)
    assert f"Did you mean “{new}” instead of" in message


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("Each of those days are free.", "Each of those days are"),
        ("The 1000m metre race was won by us.", "1000m metre"),
        ("It costs £5 pounds.", "£5 pounds"),
        ("About 10% percent came.", "10% percent"),
        ("Doors open at 5pm pm.", "5pm pm"),
        ("Avoid strain and injury Make sure you lift well.", "Make sure"),
        ("The hall is open Please come along.", "Please"),
        ("We had a good day If you want to help, tell us.", "If you"),
        ("We met at the fixture. and then we had tea.", "fixture. and"),
        ("There was cake. a hot drink cost a pound.", "cake. a"),
        ("We had to see the it for ourselves.", "the it"),
        ("It was a club with a such a great atmosphere.", "a such a"),
        ("The badge is be made by hand.", "is be"),
        ("Having ran it twice, I know the hill.", "Having ran"),
        ("He now bares the title of champion.", "bares"),
        ("All enquirers please contact the clerk.", "all enquiries"),
    ],
)
def test_what_is_not_certain_is_named(words, part):
    [message] = said(words)
    assert f"“{part}”" in message.replace("”:", "”")


@pytest.mark.parametrize(
    ("language", "words", "part"),
    [
        ("de", "Der Gottesdienst im am Mittwoch fällt aus.", "im am"),
        ("de", "Wir treffen uns um 20h00 Uhr im Saal.", "20h00 Uhr"),
        ("es", "La reunión es el 17 diciembre en el salón.", "el 17 de diciembre"),
        ("de", "Die Bücher stehen zu Verfügung.", "zur Verfügung"),
        ("de", "Das hilft zum Einen den Kindern.", "zum Einen"),
        ("de", "Das Fest war an dem extremem Hitzetag.", "dem extremen"),
        ("de", "Die 95 jährige Jubilarin kam auch.", "95-jährige"),
        ("de", "Zum anderen hat wird der Gewinn verteilt.", "hat wird"),
        ("de", "Der Heimat -und Kulturverein lädt ein.", "Heimat- und Kulturverein"),
        ("es", "En el huerto no habían semillas para todos.", "no había"),
        ("es", "Aún hay mas trabajo en el patio.", "hay más"),
        ("es", "Nos faltan mas básicas, y mas información en la web.", "más"),
        ("es", "No se si habrá sitio.", "No sé"),
        ("es", "Aprenden a valerse por si mismos.", "por sí"),
        ("es", "A parte de tratar el tema, votamos.", "aparte"),
        ("es", "Llega la onceava edición.", "onceava"),
        ("es", "Falta la matricula del curso.", "la matrícula"),
        ("es", "Los tramites son en línea.", "Los trámites"),
        ("es", "Como veís, hay novedades.", "veis"),
        ("es", "La fiesta es el 9 de Junio por la tarde.", "Junio"),
    ],
)
def test_other_languages_have_slips_of_their_own(language, words, part):
    [message] = said(words, language)
    assert f"“{part}”" in message


@pytest.mark.parametrize(
    "words",
    [
        "We meet in ten days’ time, and in a week’s time again.",
        "Three weeks pay the rent; two years work wonders.",
        "In three weeks time slots are free.",
        "She is an NHS nurse, he is a UK citizen, and they are in a RAF choir.",
        "An MP, an HR officer, a PTA chair, a BBC crew and an EU grant.",
        "There are a number of ways, and there is a lot of cake.",
        "Each of the groups has a room, and both of the rooms are free.",
        "The can runs along the shelf, and the will helps us.",
        "We will be, probably, be it rain or shine, at the gate.",
        "It’s first come, first served. It’s always open, and it’s the best.",
        "We think it’s great. We hold it’s true that it’s open.",
        "The weather matters, whether or not you come.",
        "Is the coat hers, or does it belong to her?",
        "We sang We Will Rock You. We called Please Mr Postman next.",
        "Tea, coffee, cake etc. and a raffle; see p. 5 and the dept. of music.",
        "A 5 km run costs £5. Ten pounds is the price for a pound of jam.",
        "The race is 100m. Metres matter.",
        "Thank you. If you can help, tell us. Please come.",
        "News from the Village Hall Committee We have had a change of chair.",
        "They will be able to be there.",
        "It was such a day, and what a day: a day such as this.",
        "She has that it girl look. The it team met. Give the he-man a hand.",
        "With its own hall the club is at its best, and for it’s a long way, go by bus.",
        "Having run it, having gone home and having begun again, we slept.",
        "He bares his teeth, and bears the title. Enquirers please note the date.",
        "It cost approx. a pound. We met at 3 p.m. a week later. We ate. All were glad.",
        "“Well,” she said. ‘It is,’ said he.",
    ],
)
def test_a_right_sentence_is_left_alone(words):
    assert said(words) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Wir treffen uns im Saal am Mittwoch um 20 Uhr, und zum Zug zur Stadt."),
        ("es", "La reunión es el 17 de diciembre, y la fiesta del 2 al 4 de mayo."),
        ("de", "Das hilft zum einen uns, zum anderen dem allem zugewandten Verein, zu unserem System."),
        ("de", "Was er hat, wird er geben; was ist, ist gut. Ein Angebot für Jung und Alt, neu - und gut."),
        ("es", "No habían llegado, mas vinieron. No se sabe si mismo o misma; él se ve a sí mismo."),
        ("es", "Tú tramites lo tuyo; el 3 de junio. En parte de la sala hay más sitio. No se va."),
    ],
)
def test_a_right_sentence_in_other_languages_is_left_alone(language, words):
    assert said(words, language) == []


def test_the_line_of_a_verse_needs_no_full_stop():
    assert said("At the going down of the sun\n  and in the morning\n  We will remember them.") == []


def test_a_word_that_is_misspelt_is_reported_once():
    every = findings_of("language: es\nintro: Si teneis dudas, escribid.\n")
    assert [one.code for one in every if "teneis" in one.message] == ["NL700"]
    assert not any("An essage" in one.message for one in findings_of("intro: A essage from the chair.\n"))


def test_each_kind_says_either_what_was_meant_or_what_is_wrong():
    for kinds in slip_kinds().values():
        for kind in kinds:
            assert bool(kind.meant) != bool(kind.message)
