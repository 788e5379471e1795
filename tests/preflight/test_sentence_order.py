"""Two dates or times in one sentence, and what a link's words name, are compared in each language."""

from __future__ import annotations

import pytest

from newsletter.preflight.registry import built_in
from newsletter.testing.checks import findings_of

CODES = {"NL477", "NL478", "NL664", "NL665"}
CHECKS = tuple(check for check in built_in() if any(rule.code in CODES for rule in check.rules))


@pytest.mark.parametrize(
    ("language", "code", "words"),
    [
        ("en", "NL477", "Book by 30 March for the trip on 23 March."),
        ("de", "NL477", "Anmeldung bis 30. März für die Fahrt am 23. März."),
        ("es", "NL477", "Inscripción hasta el 30 de marzo para la excursión del 23 de marzo."),
        ("cy", "NL477", "Archebwch erbyn 30 Mawrth ar gyfer y daith ar 23 Mawrth."),
        ("en", "NL478", "Doors open at 7.30pm for a 7pm start."),
        ("de", "NL478", "Einlass um 19:30 Uhr, Beginn um 19 Uhr."),
        ("es", "NL478", "Apertura de puertas a las 19:30; empieza a las 19:00."),
        ("en", "NL664", "Book on [Eventbrite](https://www.ticketsource.co.uk/our-show)."),
        ("en", "NL664", "Watch it on [our YouTube channel](https://vimeo.com/12345)."),
        ("en", "NL665", "The [annual report 2023](https://example.org/reports/annual-report-2021.pdf) is out."),
    ],
)
def test_a_contradiction_is_found(language: str, code: str, words: str) -> None:
    assert [one.code for one in findings_of(f"language: {language}\nintro: |\n  {words}\n", CHECKS)] == [code]


@pytest.mark.parametrize(
    "words",
    [
        "Book by 16 March for the trip on 23 March. We sell cakes until 30 March and meet on 23 March.",
        "Doors open at 6.30pm for a 7pm start. The café opens at 8pm, and the show starts at 3pm.",
        "Watch it on [YouTube](https://youtu.be/abc) or [Facebook and Instagram](https://www.instagram.com/hall).",
        "[The accounts for 2023](https://example.org/2024/accounts-2023.pdf) and [2023/24](https://example.org/2024).",
        "[Our new website](https://github.com/hall/site) was made in 2023.",
    ],
)
def test_what_agrees_is_left_alone(words: str) -> None:
    assert findings_of(f"intro: |\n  {words}\n", CHECKS) == ()
