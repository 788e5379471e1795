"""Whole names are split where that is certain, and left alone where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.csv_file import read_audience
from newsletter.audience.names import split_name


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Anna Müller", "Anna", "Müller"),
        ("Müller, Anna", "Anna", "Müller"),
        ("Anna", "Anna", ""),
        ("Dr. Anna Müller", "Anna", "Müller"),
        ("Prof. Dr. Anna Müller", "Anna", "Müller"),
        ("Frau Anna Müller", "Anna", "Müller"),
        ("Mme Zoé Lefèvre", "Zoé", "Lefèvre"),
        ("Müller, Dr. Anna", "Anna", "Müller"),
        ("MÜLLER Anna", "Anna", "MÜLLER"),
        ("ANNA MÜLLER", "ANNA", "MÜLLER"),
        ("Jan van der Berg", "Jan", "van der Berg"),
        ("van der Berg, Jan", "Jan", "van der Berg"),
        ("Jean-Pierre Dupont", "Jean-Pierre", "Dupont"),
        ("María José García López", "María", "José García López"),
        ("John Smith Jr.", "John", "Smith"),
        ("Smith, Jr.", "Smith", ""),
        ("Anne O'Neil", "Anne", "O'Neil"),
        ("Siôn ap Rhys", "Siôn", "ap Rhys"),
        ("آدا بيل", "آدا", "بيل"),
        ("Ελένη Παππά", "Ελένη", "Παππά"),
        ("  Kim   Lee ", "Kim", "Lee"),
        ("Wong, Li Wei", "Li", "Wong"),
    ],
)
def test_names_of_people(name: str, first: str, last: str) -> None:
    split = split_name(name)
    assert (split.first, split.last) == (first, last)


@pytest.mark.parametrize(
    "name",
    [
        "Mr Smith", "Frau Müller", "Dr. Müller", "A. Müller", "J Smith", "Smith, J.",
        "Example Community Trust", "Böhm GmbH", "Diaz, Inc.", "Leeds City Council", "The Shed", "Stadt Köln",
        "Asociación de Vecinos", "Ysgol Gymraeg", "Acme & Sons", "Anna and Tom Smith", "Anna und Tom Müller",
        "Anna & Tom", "Room 12", "info@example.org", "Anna (work)", "山田 太郎", "김 민수", "de la Cruz",
        "One Two Three Four Five Six", "a, b, c", "", "  ", ",", "-",
    ],
)  # fmt: skip
def test_what_cannot_be_split_with_certainty(name: str) -> None:
    assert not split_name(name).is_certain


@given(st.text(max_size=80))
def test_any_text_is_split_or_left_alone(name: str) -> None:
    split = split_name(name)
    assert split.first in name
    assert bool(split.first) or not split.last


def first_names(folder: Path, text: str) -> list[str]:
    path = folder / "audience.csv"
    path.write_text(text, encoding="utf-8")
    return [one.first_name for one in read_audience(path).subscribers]


@pytest.mark.parametrize(
    "heading", ["Vorname", "Prénom", "PRENOM", "Voornaam", "Imię", "Enw cyntaf", "الاسم الأول", "FNAME"]
)
def test_first_names_by_their_headings_in_other_languages(tmp_path: Path, heading: str) -> None:
    assert first_names(tmp_path, f"email,{heading}\na@trust.uk,Zoë\n") == ["Zoë"]


@pytest.mark.parametrize(
    "heading", ["Name", "Full name", "Nom complet", "Imię i nazwisko", "Nominativo", "الاسم", "Enw"]
)
def test_a_column_of_whole_names_is_split_and_told(tmp_path: Path, heading: str) -> None:
    text = f"email,{heading}\na@trust.uk,Anna Müller\nb@trust.uk,Böhm GmbH\n"
    assert first_names(tmp_path, text) == ["Anna", ""]
    (note,) = read_audience(tmp_path / "audience.csv").findings
    assert note.code == "NL215"
    assert f"`{heading}`" in note.message
    assert "for 1, and 1 could not" in note.message


@pytest.mark.parametrize(
    "headings", ["Nombre,Apellidos", "Nome,Cognome", "Name,Last name", "Prénom,Nom", "Vorname,Name"]
)
def test_a_name_beside_the_other_one_is_not_split(tmp_path: Path, headings: str) -> None:
    assert first_names(tmp_path, f"email,{headings}\na@trust.uk,Ana María,Ruiz\n") == ["Ana María"]


def test_a_first_name_of_its_own_wins_over_the_whole_one(tmp_path: Path) -> None:
    assert first_names(
        tmp_path, "email,first_name,Full name\na@trust.uk,Kim,Anna Müller\nb@trust.uk,,Anna Müller\n"
    ) == [
        "Kim",
        "",
    ]


def test_merge_tags_by_the_heading_s_own_name_stay(tmp_path: Path) -> None:
    path = tmp_path / "audience.csv"
    path.write_text("email,Name,Vorname,Unsubscribed\na@trust.uk,Müller,Anna,no\n", encoding="utf-8")
    (person,) = read_audience(path).subscribers
    assert person.merge_values["vorname"] == person.merge_values["first_name"] == "Anna"
    assert person.merge_values["name"] == person.merge_values["last_name"] == "Müller"
    assert person.merge_values["unsubscribed"] == "no"
