"""Titles, subjects, dates and links as people write them: what is wrong is found, what is right is left alone."""

from __future__ import annotations

import pytest

from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of

CODES = {
    "NL401",
    "NL413",
    "NL416",
    "NL436",
    "NL506",
    "NL531",
    "NL616",
    "NL618",
    "NL624",
    "NL626",
    "NL719",
    "NL727",
    "NL728",
    "NL735",
    "NL740",
    "NL744",
}
CHECKS = tuple(check for check in built_in() if any(rule.code in CODES for rule in check.rules))
LINKS = "sections:\n  - kind: links\n    items:\n      - title: {}\n        link: https://example.org/a\n"
WRONG = [
    ("NL413", 'title: "Example news, March 2023"'),
    ("NL413", 'title: "March 2023: spring"'),
    ("NL506", 'subject: "TEST: spring is here"'),
    ("NL506", 'subject: "[TEST] spring is here"'),
    ("NL506", 'title: "March news FINAL v3"'),
    ("NL401", "language: de\nintro: Wir treffen uns am Freitag, den 23. März."),
    ("NL401", "language: de\nintro: Wir treffen uns am Freitag, dem 23. März."),
    ("NL416", "language: de\nintro: Die Ausstellung ist vom 24. März bis zum 12. März zu sehen."),
    (
        "NL436",
        "language: en-US\ndate: 2028-11-06\ntitle: Snow\nintro: Run on Thanksgiving morning, Thursday, November 30.",
    ),
    ("NL616", "intro: Write to <info@exampel.org>."),
    ("NL618", "intro: See [our page](https://example.org/ahttps://example.org/b)."),
    ("NL719", LINKS.format("Click here to download")),
    ("NL719", LINKS.format("Hier")),
    ("NL626", "intro: See [example.org](https://example.com/data)."),
    ("NL624", "intro: |\n  - [Head cook](https://example.org/a)\n  - [Head cook](https://example.org/b)"),
    ("NL744", 'intro: "Come to the fair.\\nThe hall is open."'),
]
RIGHT = [
    'title: "Example news, March 2024"',
    'title: "March 2024: spring"',
    'subject: "A test: can you spell?"',
    'title: "March news: the final, and version 3 of the hall"',
    "language: de\nintro: Wir treffen uns am Samstag, dem 23. März.",
    "language: de\nintro: Die Ausstellung ist vom 12. März bis zum 24. März zu sehen.",
    "language: en-US\ndate: 2028-11-06\ntitle: Snow\nintro: Run on Thanksgiving morning, Thursday, November 23.",
    "intro: See [our page](https://web.archive.org/web/2020/https://example.org/b).",
    "intro: See [our page](https://example.org/go?to=https://example.org/b).",
    LINKS.format("Download the map"),
    "intro: See [README.md](https://example.com/readme) and [4TU.ResearchData](https://example.com/data).",
    "intro: |\n  - [Head cook](https://example.org/a): York\n  - [Head cook](https://example.org/b): Leeds",
    'intro: "Come to the fair,\\nand bring your neighbours."',
    'intro: "Come to the fair, and bring everybody who lives in your street in\\nCroydon. It is free."',
    "intro: |\n  **Where**: the hall.\n\n  [The old hall](https://example.org/hall): it is open.",
    "intro: |\n  Malvika Rao was there, and so were Malvika Rao's friends: @MalvikaRao and #MalvikaRao.",
    "intro: I was there for some years (2015-2018), and then I left.",
    "intro: She works at the University of Chicago, Chicago, Illinois.",
    "intro: |\n  - [Our walks](#walks)\n\n  All of [our walks](https://example.org/walks) are free.",
]


@pytest.mark.parametrize(("code", "fields"), WRONG)
def test_what_is_wrong_is_found(code: str, fields: str) -> None:
    assert [one.code for one in findings_of(fields, CHECKS) if one.code in CODES] == [code]


@pytest.mark.parametrize("fields", RIGHT)
def test_what_is_right_is_left_alone(fields: str) -> None:
    assert [one.message for one in findings_of(fields, CHECKS) if one.code in CODES] == []


@pytest.mark.parametrize(("written", "codes"), [("the Reading Room", []), ("the reading Room", ["NL728"])])
def test_article_of_the_own_name_may_be_small(written: str, codes: list[str]) -> None:
    brand = (
        "brand:\n  name: The Reading Room\n  website: https://example.org\n  address: 12 High Street, London SE1 9ZZ\n"
    )
    found = findings_of(Example(f"intro: All of {written} is open.", settings=brand), CHECKS)
    assert [one.code for one in found if one.code in CODES] == codes
