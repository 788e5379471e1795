"""The dictionaries of Hunspell: where they lie, and what they know. The only file of preflight that reads any.

Those of English come with newsletter, so that every computer finds the same. For other languages a folder of the user's
is looked into first, then what LibreOffice and the system brought along.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.kept_results import KeptResults
from newsletter.preflight.text.spelling.edit_distance import distance, near, slips
from newsletter.preflight.text.spelling.frequent_words import frequent_words

if TYPE_CHECKING:
    from hunspell import Hunspell

OURS = Path(__file__).parent
"""The folder of the dictionaries that come with newsletter."""

SUFFIXES = (".aff", ".dic")

RARE = OURS / "en_rare.txt"
"""English words that are too rare to be offered in place of others, but right."""

_TRY = re.compile(rb"^TRY\s+(\S+)", re.MULTILINE)
_SET = re.compile(rb"^SET\s+(\S+)", re.MULTILINE)
_LATIN = "esianrtolcdugmphbyfvkwzxjq"
_SYSTEM = (
    "/usr/share/hunspell",
    "/usr/share/myspell",
    "/usr/share/myspell/dicts",
    "/usr/local/share/hunspell",
    "/opt/homebrew/share/hunspell",
    "/Library/Spelling",
    "~/Library/Spelling",
)
_OFFICE = (
    "/usr/lib/libreoffice/share/extensions",
    "/usr/lib64/libreoffice/share/extensions",
    "/opt/libreoffice/share/extensions",
    "/Applications/LibreOffice.app/Contents/Resources/extensions",
    "{PROGRAMFILES}/LibreOffice/share/extensions",
)
_HOME = {"ar": "ar", "cy": "cy_GB", "en": "en_GB", "es": "es_ES", "pt": "pt_PT"}
"""Whose spelling is meant where a language is given without a country."""

_FAR = 8
"""How many letters a word has, at least, of which two may be wrong."""

_MOST_KEPT = 50_000
"""Words of which a dictionary's answers are kept."""

_END = 2
"""How many letters at its end are right then: with another ending it is mostly another word."""


class Dictionaries:
    """Look words up in the dictionary of their language; `folders` are the user's own, looked into first."""

    def __init__(self, folders: Sequence[Path] = (), *, system: bool = True) -> None:
        self._folders = tuple(folders)
        self._system = system
        self._opened: dict[str, _Dictionary | None] = {}

    def has(self, language: str) -> bool:
        """Return whether there is a dictionary of a language."""
        return self._of(language) is not None

    def misspelt(self, word: str, language: str) -> bool:
        """Return whether the language's dictionary lacks a word.

        Where there is none, a list of frequent words lacks what is one slip away from one of them.
        """
        dictionary, frequent = self._of(language), frequent_words(language)
        if dictionary is None:
            return frequent is not None and bool(frequent.nearest(word))
        return not dictionary.knows(word) and not (frequent and frequent.is_right(word, dictionary.knows))

    def corrected(self, word: str, language: str) -> str:
        """Return the nearest word that the dictionary has; empty where none is near, or it was hardly meant."""
        dictionary, frequent = self._of(language), frequent_words(language)
        if dictionary is None:
            return frequent.nearest(word) if frequent else ""
        right = dictionary.nearest(word)
        return right if frequent is None or frequent.is_meant(word, right, dictionary.knows) else ""

    def _of(self, language: str) -> _Dictionary | None:
        if language not in self._opened:
            paths = (path for path in self._paths(language) if _is_whole(path))
            found = next((_opened(path, _changed(path), language[:2] == "en") for path in paths), None)
            self._opened[language] = found
        return self._opened[language]

    def _paths(self, language: str) -> Iterator[Path]:
        """Yield where a dictionary of a language may lie, the best first, each without its suffix."""
        base, _, country = language.partition("-")
        names = list(dict.fromkeys([f"{base}_{country}", _HOME.get(base, f"{base}_{base.upper()}"), base]))
        yield from (folder / name for folder in self._folders for name in names)
        if base == "en":
            yield OURS / ("en_US" if country == "US" else "en_GB")
            return
        folders = list(_system_folders()) if self._system else []
        yield from (folder / name for name in names for folder in folders)
        yield from (path.with_suffix("") for folder in folders for path in sorted(folder.glob(f"{base}_*.dic")))


class _Dictionary:
    """One dictionary. Hunspell's answers are kept, as opening its files takes longer than all else about spelling."""

    def __init__(self, path: Path, *, is_english: bool) -> None:
        import hunspell  # noqa: PLC0415  loaded where there is a word to look up

        self._path = path
        self._is_english = is_english
        self._open = hunspell.Hunspell
        self._said = KeptResults("spelling", _content(path, hunspell.__version__), most=_MOST_KEPT)
        if not self._said.earlier:
            _ = self._hunspell
        self.knows = lru_cache(maxsize=20_000)(lambda word: self._knows(word) or self._is_rare(word))
        self.nearest = lru_cache(maxsize=1_000)(self._nearest)

    @cached_property
    def _hunspell(self) -> Hunspell:
        return self._open(self._path.name, hunspell_data_dir=str(self._path.parent), system_encoding="UTF-8")

    def _knows(self, word: str) -> bool:
        said = self._said.get(word)
        if said is None:
            try:
                said = bool(self._hunspell.spell(word))
            except UnicodeEncodeError:  # a letter that the dictionary's encoding has not: a word of another language
                said = True
            self._said.add(word, said)
        return bool(said)

    def _suggested(self, word: str) -> tuple[str, ...]:
        said = self._said.get((word,))
        if said is None:
            said = tuple(map(str, self._hunspell.suggest(word)))
            self._said.add((word,), said)
        return tuple(said)

    def _is_rare(self, word: str) -> bool:
        """Return whether a word is right though rare, and not a slip of the hand away from a frequent one."""
        return self._is_english and word in _rare() and not any(self._knows(one) for one in slips(word))

    def _nearest(self, word: str) -> str:
        lower = word.lower()
        capital = word[:1] != lower[:1]
        candidates = slips(lower) if len(lower) < 5 else near(lower, self._letters)
        for one in candidates:
            for written in (one.capitalize(), one) if capital else (one,):
                if self._knows(written):
                    return written
        return self._further(word) if len(word) >= _FAR else ""

    def _further(self, word: str) -> str:
        """Return the nearest word at two changes: Hunspell knows the likely ones, but takes its time."""
        for one in self._suggested(word):
            is_like = one[:1] == word[:1] and one[-_END:] == word[-_END:]
            if is_like and one.isalpha() and distance(word, one, 2) <= 2:
                return one
        return ""

    @cached_property
    def _letters(self) -> str:
        """Return the language's letters, the frequent ones first, as the dictionary says."""
        head = self._path.with_suffix(".aff").read_bytes()
        encoding, letters = _SET.search(head), _TRY.search(head)
        if not letters:
            return _LATIN
        text = letters[1].decode(encoding[1].decode("ascii") if encoding else "iso8859-1", "ignore")
        return "".join(letter for letter in dict.fromkeys(text) if letter.isalpha() and letter == letter.lower())


@lru_cache(maxsize=8)
def _opened(path: Path, _changed: float, is_english: bool) -> _Dictionary | None:  # noqa: FBT001  a key of the cache
    try:
        return _Dictionary(path, is_english=is_english)
    except (ImportError, OSError):  # no binding for this computer, or a file that cannot be read
        return None


def _content(path: Path, binding: str) -> str:
    """Return a hash of what the answers of a dictionary depend on."""
    files = [path.with_name(path.name + suffix).read_bytes() for suffix in SUFFIXES]
    return hashlib.sha256(b"\0".join([binding.encode(), *files])).hexdigest()


@lru_cache(maxsize=1)
def _rare() -> frozenset[str]:
    return frozenset(RARE.read_text("utf-8").split())


def _is_whole(path: Path) -> bool:
    return all(path.with_name(path.name + suffix).is_file() for suffix in SUFFIXES)


def _changed(path: Path) -> float:
    return path.with_name(f"{path.name}.dic").stat().st_mtime


@lru_cache(maxsize=1)
def _system_folders() -> tuple[Path, ...]:
    named = [Path(name) for name in os.environ.get("DICPATH", "").split(os.pathsep) if name]
    system = [Path(os.path.expanduser(name)) for name in _SYSTEM]  # noqa: PTH111  Path's fails where there is no home
    office = [Path(name.format(PROGRAMFILES=os.environ.get("PROGRAMFILES", "/nowhere"))) for name in _OFFICE]
    inside = [path for folder in office if folder.is_dir() for path in sorted(folder.glob("dict-*"))]
    return tuple(folder for folder in (*named, *system, *inside) if folder.is_dir())
