"""What looks like a leftover and is none."""

from __future__ import annotations

import pytest

from newsletter.testing.checks import findings_of


@pytest.mark.parametrize(
    "fields",
    [
        "language: es\nintro: Trabajamos todo el mes en el huerto.",
        "language: es\nintro: EL HUERTO ES DE TODO EL BARRIO.",
        "intro: See [[the calendar]](https://example.org/calendar).",
        "intro: Check this out before you go. See the map attached to the door.",
        "intro: What did we CUT? Nothing. DELETE is a key, and the TEST of time is long.",
        'title: "A test: can you spell?"',
        "intro: Here is the piece of cake for the baker. She said [the hall] was full, and [sic] it was.",
        "intro: The words 240 people wrote are on [the wall](https://example.org/wall) (a photo follows the text).",
        "intro: There is a lot to do in the garden.",
        "sign_off: See you in April, with love from all of us xx",
        "sign_off: |\n  Much love xxx\n\n  The garden team",
        "intro: The tax was paid, and Max and Roxx came.",
    ],
)
def test_words_are_left_alone(fields):
    assert [one.message for one in findings_of(fields) if one.code.startswith("NL50")] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NL501", "The venue is tbc."),
        ("NL501", "Speakers to be announced"),
        ("NL502", "To do: ask about the photos"),
        ("NL502", "TODO"),
        ("NL504", "Please bring xx pounds."),
        ("NL504", "We meet in room XX"),
        ("NL502", "The hall is open again. CUT THIS? We sing on."),
        ("NL502", "Die Halle ist offen. KÜRZEN?"),
        ("NL502", "الحفل يوم السبت (سمر، هل هذا مؤكد؟) في المدرسة."),
        ("NL503", "نص تجريبي عن المدرسة."),
        ("NL507", "For the route, see the map attached."),
        ("NL501", "Das Programm. (Foto fehlt noch)"),
        ("NL501", "Mae'r siaradwr [i'w gadarnhau]."),
        ("NL502", "Please note: [Dave to check this date]."),
        ("NL502", "The hall is open again. Sent from my iPhone"),
        ("NL502", "Hello, here is the piece for the newsletter."),
        ("NL502", "Hier der Text für den Newsletter."),
        ("NL502", "Te mando el texto para el boletín."),
        ("NL502", "Dyma'r darn ar gyfer y cylchlythyr."),
        ("NL504", "The [Zoom link] is on our website."),
        ("NL504", "Wir treffen uns um [Uhrzeit]."),
    ],
)
def test_leftovers_in_small_letters_are_found(code, words):
    assert [one.code for one in findings_of(f'intro: "{words}"') if one.code.startswith("NL50")] == [code]
