"""The website's own words in each language: none is missing, and what is put in is the same."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path

import pytest

import newsletter.archive
from newsletter.archive.site_strings import KINDS, SiteStrings, strings_for
from newsletter.render.translations import catalogue_for, gaps
from tests.archives import built, files_in, issue, newsletter_folder

FOLDER = Path(newsletter.archive.__file__).parent / "languages"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.json"))
ENGLISH = asdict(SiteStrings())


def test_there_is_a_file_for_each_language_of_the_emails() -> None:
    catalogues = (Path(__file__).parents[3] / "templates" / "languages").glob("*.po")
    assert sorted(path.stem for path in catalogues if "-" not in path.stem) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_and_the_same_is_put_in(language: str) -> None:
    told = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    assert set(told) == {one.name for one in fields(SiteStrings)}
    for name, words in told.items():
        assert words.strip() == words != "", name
        assert gaps(words) == gaps(ENGLISH[name]), name


@pytest.mark.parametrize("language", [*LANGUAGES, "en-GB"])
def test_sections_are_called_as_in_the_emails_where_these_name_no_month(language: str) -> None:
    words, site = catalogue_for(language).words, strings_for(language)
    for kind in ("get_involved", "people", "links", "news", "sponsors"):
        assert site.section(kind) == words.heading(kind)


def test_another_language_has_english_words() -> None:
    assert strings_for("fr") == SiteStrings()
    assert strings_for("es-MX").home == "Inicio"


def test_every_kind_has_a_name_and_so_has_one_of_the_users_own() -> None:
    assert all(SiteStrings().section(kind)[0].isupper() for kind in KINDS)
    assert SiteStrings().section("recipe_of_the_month") == "Recipe of the month"


def test_a_website_is_in_the_language_of_the_newsletter(tmp_path: Path) -> None:
    built(newsletter_folder(tmp_path, {"2024-03": issue("Mawrth")}, "language: cy\n"))
    home = files_in(tmp_path / "site")["index.html"].decode()
    assert '<html lang="cy" dir="ltr">' in home
    assert "Y rhifyn diweddaraf" in home
    assert "Latest issue" not in home
