"""Where dictionaries are found, what they know, and that a missing or broken one is no fault."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from newsletter.preflight.text.spelling import dictionaries
from newsletter.preflight.text.spelling.dictionaries import Dictionaries
from newsletter.preflight.text.spelling.frequent_words import FrequentWords

AFF = "SET UTF-8\nTRY abcdefghijklmnopqrstuvwxyzéñó\n"


def lay(folder: Path, name: str, *words: str, aff: str = AFF) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    (folder / f"{name}.aff").write_text(aff, encoding="utf-8")
    (folder / f"{name}.dic").write_text("\n".join([str(len(words)), *words, ""]), encoding="utf-8")
    return folder


@pytest.fixture
def ours() -> Dictionaries:
    return Dictionaries(system=False)


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("en-GB", "colour", "color"),
        ("en-US", "color", "colour"),
        ("en", "colour", "color"),
        ("en-IE", "organise", "recieve"),
        ("en-GB", "online", "onlien"),
        ("en-US", "internet", "internte"),
    ],
)
def test_english_comes_with_newsletter(ours, language, right, wrong):
    assert ours.has(language)
    assert not ours.misspelt(right, language)
    assert ours.misspelt(wrong, language)


def test_a_language_without_a_dictionary_lacks_nothing(ours):
    assert not ours.has("gv")
    assert not ours.misspelt("xyzzy", "gv")
    assert ours.corrected("xyzzy", "gv") == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("hapening", "happening"),
        ("peolpe", "people"),
        ("tabel", "table"),
        ("worshop", "workshop"),
        ("gardenn", "garden"),
        ("volunter", "volunteer"),
        ("Tuseday", "Tuesday"),
        ("resposability", "responsibility"),
        ("qzxqzx", ""),
    ],
)
def test_the_nearest_word_is_that_of_the_likeliest_slip(ours, wrong, right):
    assert ours.corrected(wrong, "en-GB") == right


def test_rare_words_are_right_but_offered_for_nothing(ours):
    assert not ours.misspelt("polymerase", "en-GB")
    assert ours.corrected("polymerasee", "en-GB") != "polymerase"
    assert ours.misspelt("clos", "en-GB"), "a rare word that is one slip from a frequent one is the slip"


def test_a_folder_of_the_user_s_comes_first(tmp_path):
    folder = lay(tmp_path / "own", "en_GB", "zhoosh")
    own = Dictionaries([folder], system=False)
    assert not own.misspelt("zhoosh", "en-GB")
    assert own.misspelt("table", "en-GB")


@pytest.mark.parametrize("name", ["cy", "cy_GB", "cy_XX"])
def test_a_dictionary_of_the_system_is_found_by_the_names_in_use(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DICPATH", str(lay(tmp_path / "system", name, "bore", "da")))
    dictionaries._system_folders.cache_clear()
    try:
        found = Dictionaries()
        assert found.has("cy")
        assert not found.misspelt("bore", "cy")
        assert found.misspelt("boer", "cy")
        assert found.corrected("boer", "cy") == "bore"
        assert not Dictionaries(system=False).has("cy")
    finally:
        dictionaries._system_folders.cache_clear()


def test_accents_are_the_first_thing_that_is_put_right(tmp_path):
    folder = lay(tmp_path, "es_ES", "próxima", "proximal", "también")
    spanish = Dictionaries([folder], system=False)
    assert spanish.corrected("proxima", "es") == "próxima"
    assert spanish.corrected("tambien", "es-MX") == "también"


GERMAN = "SET UTF-8\nTRY esijanrtolcdugmphbyfvkwqxzäüößáéêàâñ\nCOMPOUNDMIN 3\nCOMPOUNDFLAG x\nNOSUGGEST !\n"


@pytest.fixture
def german(tmp_path: Path) -> Dictionaries:
    words = ("groß", "Straße", "außerdem", "Kaffee/x", "Mühle/x", "Kaffeemühle", "Häppchen/x", "Glitzer/x", "Pavillons")
    words += ("Glitzerhäppchen", "Gussbach", "Soundwänden", "Umbruch", "Lichter", "verletzungstreffen", "wissensdurst")
    return Dictionaries([lay(tmp_path, "de_DE", *words, aff=GERMAN)], system=False)


@pytest.mark.parametrize("word", ["groß", "Straße", "außerdem", "Lichtermeer", "Bewirtung"])
def test_a_german_word_is_right_where_the_dictionary_or_frequency_says_so(german, word):
    assert not german.misspelt(word, "de")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Pavillions", "Pavillons"),
        ("Kaffemühle", "Kaffeemühle"),
        ("Glitzermäppchen", ""),  # hardly a rare compound
        ("Gusbach", ""),  # a place
        ("Spundwänden", ""),
        ("Umbruchs", ""),  # the genitive
    ],
)
def test_a_german_dictionary_s_compounds_are_only_offered_where_they_are_likely(german, word, meant):
    assert german.misspelt(word, "de")
    assert german.corrected(word, "de").casefold() == meant.casefold()


def test_a_dictionary_without_its_other_file_is_none(tmp_path):
    (lay(tmp_path, "cy", "bore") / "cy.aff").unlink()
    assert not Dictionaries([tmp_path], system=False).has("cy")


def test_a_letter_that_the_dictionary_s_encoding_lacks_is_no_mistake(tmp_path):
    folder = lay(tmp_path, "cy", "bore", aff="SET ISO8859-1\nTRY abc\n")
    assert not Dictionaries([folder], system=False).misspelt("ŵyth", "cy")


def test_a_dictionary_that_was_changed_is_read_again(tmp_path):
    lay(tmp_path, "cy", "bore")
    assert Dictionaries([tmp_path], system=False).misspelt("noson", "cy")
    lay(tmp_path, "cy", "noson")
    import os

    os.utime(tmp_path / "cy.dic", (1, 1))
    assert not Dictionaries([tmp_path], system=False).misspelt("noson", "cy")


def test_without_the_binding_there_is_no_dictionary_and_no_fault(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "hunspell":
            raise ImportError(name)
        return real(name, *rest, **more)

    dictionaries._opened.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    try:
        assert not Dictionaries(system=False).has("en-GB")
        assert not Dictionaries(system=False).misspelt("recieve", "en-GB")
    finally:
        dictionaries._opened.cache_clear()


def test_hunspell_is_not_opened_for_words_that_it_was_asked_for_before(tmp_path, monkeypatch):
    import sys

    import hunspell

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder, opened = lay(tmp_path, "cy", "bore", "responsibility"), []
    real = hunspell.Hunspell
    monkeypatch.setattr(hunspell, "Hunspell", lambda *given, **named: opened.append(given) or real(*given, **named))

    def ask():
        found = dictionaries._Dictionary(folder / "cy", is_english=False)
        words = ("bore", "boer", "resposability")
        answers = [found.knows(one) for one in words], [found.nearest(one) for one in words[1:]]
        found._said.save()
        return found, answers

    answers = ask()[1]
    assert answers == ([True, False, False], ["bore", "responsibility"])
    assert len(opened) == 1
    again, same = ask()
    assert same == answers
    assert len(opened) == 1
    assert not again.knows("nos")
    assert len(opened) == 2
    lay(tmp_path, "cy", "boer")
    assert ask()[1][0] == [False, True, False], "another dictionary answers anew"


def test_where_there_is_a_dictionary_the_list_of_frequent_words_is_not_read(tmp_path, monkeypatch):
    folder = lay(tmp_path, "es_ES", "próxima")
    kept = FrequentWords("es")  # not one that another test has read already
    monkeypatch.setattr(dictionaries, "frequent_words", lambda _: kept)
    read = []
    real = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda path, *how, **more: read.append(path.name) or real(path, *how, **more)
    )
    spanish = Dictionaries([folder], system=False)
    assert spanish.misspelt("proxima", "es")
    assert not spanish.misspelt("telemática", "es")
    assert "frequent_es.txt" not in read
