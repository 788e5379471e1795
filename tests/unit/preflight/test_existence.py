"""Tests of the existence rules: the signs that are looked for before a pattern."""

from __future__ import annotations

import re

import pytest

from newsletter.preflight.data_files import read_toml
from newsletter.preflight.existence import load_existence

SAMPLES = """\
NL501 t.b.c.
NL501 TBC
NL501 to be confirmed
NL501 (noch offen)
NL501 [photo to follow]
NL502 TODO
NL502 To do:
NL502 todo:
NL502 FIXME
NL502 NB to self
NL502 Note to self
NL502 CHECK THIS
NL502 [Ada please check the date]
NL502 [bitte noch prüfen]
NL502 [gwirio gyda Ada]
NL502 [revisar con Ada]
NL502 [تأكد من التاريخ]
NL502 (Ada: please check)
NL502 (the day of the fair??)
NL502 3pm??
NL502 Comment [A1]:
NL502 [check the date]
NL502 (check with Ada)
NL502 @Ada please
NL502 <!--
NL502 (Ada to confirm the day)
NL502 [Ada to write this]
NL502 Here is my piece for the newsletter
NL502 Here’s the text for this month's bulletin
NL502 Hier kommt mein Text für den Newsletter
NL502 te mando el texto para el boletín
NL502 os envío mi artículo para tu boletín
NL502 le paso el escrito para el boletin
NL502 Dyma'r erthygl ar gyfer y cylchlythyr
NL502 Sent from my iPhone
NL502 Von meinem iPhone gesendet
NL502 Enviado desde mi móvil
NL502 Anfonwyd o fy iPhone
NL502 Not for publication
NL502 Nicht zur Veröffentlichung
NL502 No publicar
NL502 Ddim i’w gyhoeddi
NL502 Headline needs work
NL502 Word count: 120
NL502 Words: 120
NL502 wörter: 120
NL502 Zeichen: 120
NL502 palabras:120
NL502 geiriau: 120
NL502 Please turn over
NL502 Turn to page 4
NL502 Continued on page 4
NL502 continued overleaf
NL502 See overleaf
NL502 Fortsetzung auf Seite 4
NL502 Siehe umseitig
NL502 Continúa en la página 4
NL502 Trosodd i dudalen 4
NL502 CUT?
NL502 CUT THIS
NL502 LÖSCHEN ?
NL502 DILEU HYN
NL502 (أحمد، هل تأتي)
NL502 (as it was before the newsletter goes out)
NL503 Lorem ipsum
NL503 dolor sit amet
NL503 Blah blah
NL503 asdfgh
NL503 Your text goes here
NL503 Hier steht noch der Text
NL503 aquí va tu texto
NL503 texto de relleno
NL503 testun dros dro
NL503 نص تجريبي
NL504 [[date]]
NL504 <<name>>
NL504 {{name of the guest}}
NL504 {% name %}
NL504 ${name}
NL504 %FIRST_NAME%
NL504 ____
NL504 XX
NL504 ??
NL504 [date]
NL504 [Uhrzeit]
NL505 insert link
NL505 [add photo here]
NL505 put in a name
NL505 need a quote
"""
"""A code and words that its rule finds, for every pattern of the file."""

PAIRS = [tuple(line.split(" ", 1)) for line in SAMPLES.splitlines()]


@pytest.mark.parametrize(("code", "words"), PAIRS)
def test_what_a_placeholder_pattern_finds_has_one_of_its_signs(code: str, words: str) -> None:
    rule = next(one for one in load_existence("placeholders.toml") if one.code == code)

    assert rule.pattern.search(words)
    assert rule.may_be_in(words.casefold())


def test_every_placeholder_pattern_has_a_sample() -> None:
    lacking = [
        pattern
        for code, entry in read_toml("placeholders.toml").items()
        for pattern in entry["patterns"]
        if not any(_finds(pattern, words, entry) for one, words in PAIRS if one == code)
    ]

    assert not lacking


def _finds(pattern: str, words: str, entry: dict[str, object]) -> bool:
    flags = re.NOFLAG if entry.get("match_case") else re.IGNORECASE
    return re.search(pattern, words, flags) is not None
