"""Confused words, agreement and slips in names are found in each language, and what is right is left alone."""

from __future__ import annotations

import pytest

from newsletter.preflight.registry import built_in
from newsletter.testing.checks import findings_of

CODES = {"NL706", "NL730", "NL751", "NL760", "NL761", "NL762", "NL763"}
CHECKS = tuple(check for check in built_in() if any(rule.code in CODES for rule in check.rules))
WRONG = [
    ("en", "NL706", "Tell us if your still coming."),
    ("en", "NL706", "The hall and it's members are proud."),
    ("en", "NL706", "There were fewer dishes to wash then last year."),
    ("en", "NL706", "The rest does not effect me at all."),
    ("en", "NL706", "Sow peas, and sew seeds in February."),
    ("en", "NL706", "The meeting will held on Monday."),
    ("en", "NL706", "Bring a apple."),
    ("en", "NL706", "Lunch is for anyone who has loss someone."),
    ("en", "NL706", "You should of\n  been there."),
    ("de", "NL706", "Wir wissen, das die Schule trocken bleibt."),
    ("de", "NL706", "Das Fest findet im Garten stadt."),
    ("es", "NL706", "La entrada esta incluida, y mas información llega pronto."),
    ("cy", "NL706", "Mae un i'r Betws ag un i Lan-y-nant."),
    ("de", "NL730", "Wer früh bucht, sitzt sitzt vorn."),
    ("en", "NL730", "We built a shed that costs that costs little."),
    ("ar", "NL730", "رسوم الفصل لكل لكل طفل."),
    ("cy", "NL751", "Cinio G?yl Ddewi"),
    ("en", "NL760", "From all at the Example Trist."),
    ("en", "NL761", "Our friends paid. They gives medicine."),
    ("en", "NL761", "It is cold, and the phones in our repairs team has not stopped."),
    ("en", "NL706", "The club has changed it's logo."),
    ("en", "NL706", "It takes you're legs a week to forget."),
    ("es", "NL706", "La fiesta de el barrio es en mayo."),
    ("es", "NL706", "Nadie tenia sillas."),
    ("de", "NL706", "Der Wasser Turm ist offen. Am Wasserturm gibt es Kuchen."),
    ("en", "NL761", "Whatever the waves does, we swim."),
    ("en", "NL761", "After a long talk, members has agreed."),
    ("en", "NL761", "The dental plans runs for a year."),
    ("de", "NL762", "Wir freuen uns auf den frühling."),
    (
        "en",
        "NL763",
        "Fergus Maitlend knows the hills and every path that leads up them by heart. Coach Fergus Maitland won.",
    ),
]
RIGHT = [
    ("en", "The club has found it's time to rest, and you're head and shoulders above the rest."),
    (
        "en",
        "The news is good, the bus has gone, and the last ten weeks was a long time. The number of members is high.",
    ),
    ("en", "The sports shows are on Friday. The works is closed, and our savings is small."),
    ("en", "If you would like to take on a role, tell us. She will assist and advise in the hall."),
    ("en", "We came to the fair and were delighted to see it. Several of our team are away."),
    ("en-US", "It has a Creative Commons license."),
    ("es", "La fiesta de El Rincón es de él."),
    ("de", "Die Stadt Köln und der Turm Wasser. Am Wasserturm gibt es Kuchen."),
    ("en", "Your still life is on show, and your new shoes are ready. It's a long way, and its doors are open."),
    ("en", "First we sing, then we eat; more than that, then home. She is one of those who are better then."),
    ("en", "Each of you is invited, and what you have is enough. Days that are over are over."),
    ("en", "A unanimous vote, an hour, a union, a European, an MP and a university. An honest one-off."),
    ("en", "The principal reason is a principle. The effect of it will affect us all."),
    ("en", "The price of the tickets is low. The news from our office is good. They said it often works."),
    ("en", "Again and again and again. Bye bye. Had I had had enough?"),
    ("en", "Ring Grace Adeyemi or her cousin Grace Adeyemo."),
    ("de", "Danke an die, die die Ziegel trugen, so dass das das Ende war. Den Sommer über ist geöffnet."),
    ("de", "Das Haus, das wir kennen, und die neue, sonnige Halle."),
    ("es", "¿Qué a la vez? Vamos a ver si hay sitio ahí. Esta entrada es gratuita, mas no obligatoria."),
    ("cy", "Yn yr ysgol Sul ac yn y capel mae croeso i bawb."),
]


def found(language: str, words: str) -> list[str]:
    return sorted(
        {one.code for one in findings_of(f"language: {language}\nintro: |\n  {words}\n", CHECKS) if one.code in CODES}
    )


@pytest.mark.parametrize(("language", "code", "words"), WRONG)
def test_a_slip_is_found(language: str, code: str, words: str) -> None:
    assert found(language, words) == [code]


@pytest.mark.parametrize(("language", "words"), RIGHT)
def test_what_is_right_is_left_alone(language: str, words: str) -> None:
    assert found(language, words) == []
