"""Which edition of the built-in templates goes with the templates in a folder."""

from __future__ import annotations

import jinja2
import pytest

from newsletter.render.builtin_templates import PACKAGED, PACKAGED_FIRST, packaged_for


@pytest.mark.parametrize("name", ["issue.mjml.j2", "parts/style.mjml.j2"])
def test_a_copy_goes_with_the_edition_that_it_is_from(name: str) -> None:
    assert packaged_for([jinja2.DictLoader({name: PACKAGED.text(name)})]) is PACKAGED


def test_the_styles_of_the_first_edition_are_known_by_their_tokens() -> None:
    name = "parts/style.mjml.j2"
    assert packaged_for([jinja2.DictLoader({name: PACKAGED_FIRST.text(name)})]) is PACKAGED_FIRST
