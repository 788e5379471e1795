"""American words as the British write them, and back, as the dictionaries say."""

from __future__ import annotations

import pytest

from newsletter.preflight.text.spelling.dictionaries import Dictionaries
from newsletter.preflight.text.spelling.us_gb import american, british, is_oxford

_PAIRS = """
color colour, colors colours, colored coloured, neighborhood neighbourhood, favorite favourite, behavior behaviour
honor honour, labor labour, center centre, centers centres, theater theatre, centered centred, fiber fibre
organize organise, organized organised, organization organisation, organizer organiser, analyze analyse
traveled travelled, traveling travelling, canceled cancelled, counselor counsellor, catalog catalogue
dialog dialogue, defense defence, gray grey, jewelry jewellery, aluminum aluminium, pediatric paediatric
anesthetic anaesthetic, maneuver manoeuvre, fulfill fulfil, skillful skilful, mom mum, cozy cosy, plow plough
"""
PAIRS = [pair.split() for pair in _PAIRS.replace("\n", ",").split(",") if pair.strip()]
DICTIONARIES = Dictionaries(system=False)


def is_british(word: str) -> bool:
    return not DICTIONARIES.misspelt(word, "en-GB")


def is_american(word: str) -> bool:
    return not DICTIONARIES.misspelt(word, "en-US")


@pytest.mark.parametrize(("there", "here"), PAIRS)
def test_each_is_found_from_the_other(there, here):
    assert british(there, is_british) == here
    # where both are right in America there is nothing to find
    assert american(here, is_american) == there or is_american(here)


@pytest.mark.parametrize("word", ["table", "xyzzy", "recieve", "workshp", "er", "or", ""])
def test_other_words_are_neither(word):
    assert british(word, is_british) in {"", word}
    assert american(word, is_american) in {"", word}


def test_the_z_of_oxford_is_told_from_the_one_of_america():
    assert all(map(is_oxford, ["organize", "organizes", "organized", "organizing", "organization", "organizers"]))
    assert not any(map(is_oxford, ["analyze", "color", "size"[:3], "prizeless"]))
