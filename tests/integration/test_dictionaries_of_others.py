"""Dictionaries that we did not make: issues that are in order in Welsh, Spanish and Arabic, and with a slip in each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newsletter.preflight.rule import Example
from newsletter.preflight.rules.text.spelling import CHECKS
from newsletter.preflight.text.spelling.dictionaries import Dictionaries
from newsletter.testing.checks import findings_of

from .judges import NODE, missing

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden"

HOW = {
    "ar": "apt-get install hunspell-ar",
    "cy": "npm install --prefix tests/node",
    "es": "apt-get install hunspell-es",
}


@pytest.fixture
def dictionaries(tmp_path):
    """Return the dictionaries of the system and, for Welsh, of the npm package `dictionary-cy`."""
    package = NODE / "node_modules" / "dictionary-cy"
    if package.is_dir():
        for suffix in (".aff", ".dic"):
            shutil.copy(package / f"index{suffix}", tmp_path / f"cy_GB{suffix}")
    return Dictionaries([tmp_path])


@pytest.mark.parametrize(
    ("language", "name", "right", "wrong"),
    [
        ("cy", "welsh", "gweithdai", "gweihtdai"),
        ("es", "spanish", "también", "tambien"),
        ("ar", "arabic", "مرحبا", "مرحابة"),
    ],
)
def test_an_issue_in_order_is_left_alone_and_a_slip_is_found(dictionaries, language, name, right, wrong):
    if not dictionaries.has(language):
        missing(f"a dictionary of the language {language}", HOW[language])

    def facts() -> dict[str, object]:
        return {
            "misspelt": dictionaries.misspelt,
            "corrected": dictionaries.corrected,
            "has_dictionary": dictionaries.has,
        }

    text = (GOLDEN / f"{name}.yaml").read_text("utf-8")
    assert [one.message for one in findings_of(Example(text, facts=facts), CHECKS)] == []
    assert not dictionaries.misspelt(right, language)
    assert dictionaries.misspelt(wrong, language)
    found = findings_of(Example(f"language: {language}\nintro: {wrong}", facts=facts), CHECKS)
    assert [one.code for one in found] == ([] if language == "ar" else ["NL700"])
