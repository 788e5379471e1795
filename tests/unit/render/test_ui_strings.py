"""The fixed words: what is put into them is in them, in each language that comes with the tool."""

from __future__ import annotations

import pytest

from newsletter.render.translations import PACKAGED, catalogue_for
from newsletter.render.ui_strings import ENGLISH

LANGUAGES = sorted(
    name.split("/")[-1].removesuffix(".po") for name in PACKAGED.list_templates() if name.endswith(".po")
)


@pytest.mark.parametrize("language", ["en-GB", *LANGUAGES])
def test_a_deadline_has_its_moment_once_in_every_language(language: str) -> None:
    by = catalogue_for(language).words.by
    assert by.split("{moment}")[1:] == [""], "the moment stands at the end: templates put it between two texts"
    assert (by == ENGLISH.by) == language.startswith("en")


def test_names_are_listed() -> None:
    assert ENGLISH.listed([]) == ""
    assert ENGLISH.listed(["Tu"]) == "Tu"
    assert ENGLISH.listed(["Tu", "Rosie", "Nicc"]) == "Tu, Rosie and Nicc"
