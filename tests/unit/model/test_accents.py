"""Letters are compared without their accents."""

from __future__ import annotations

import pytest

from newsletter.model.accents import without_accents


@pytest.mark.parametrize(
    ("text", "bare"),
    [("hall", "hall"), ("Bögen", "Bogen"), ("también", "tambien"), ("ŵyth", "wyth"), ("Straße", "Straße")],
)
def test_a_text_is_left_as_it_is_but_for_its_accents(text, bare):
    assert without_accents(text) == bare
