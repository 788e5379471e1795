"""The words that differ from a word by one slip of the hand, the likeliest slips first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


def near(word: str, letters: str) -> Iterator[str]:
    """Yield what a word becomes by one change, each once: an accent, a swap, a letter more, fewer, or another."""
    seen = {word}
    for one in _changes(word, letters):
        if one and one not in seen:
            seen.add(one)
            yield one


def slips(word: str) -> Iterator[str]:
    """Yield what a word becomes where two letters are swapped, or one is doubled or no longer doubled."""
    places = range(len(word))
    yield from (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places[:-1])
    yield from (word[:at] + word[at + 1 :] for at in places[:-1] if word[at] == word[at + 1])
    yield from (word[:at] + word[at] + word[at:] for at in places)


def distance(one: str, other: str, most: int) -> int:
    """Return by how many changes two words differ, a swap of two letters being one; `most` + 1 where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], most + 1)


def _changes(word: str, letters: str) -> Iterator[str]:
    yield from (
        _other(word, at, letter) for at in range(len(word)) for letter in letters if _is_accented(letter, word[at])
    )
    yield from slips(word)
    places = range(len(word))
    # the first letter is rarely the wrong one: its changes come last
    yield from (word[:at] + letter + word[at:] for at in (*places[1:], len(word)) for letter in letters)
    yield from (word[:at] + word[at + 1 :] for at in places[1:])
    others = [(at, letter) for at in places[1:] for letter in letters]
    yield from (_other(word, at, letter) for at, letter in others if letter in _VOWELS and word[at] in _VOWELS)
    yield from (_other(word, at, letter) for at, letter in others if are_beside(letter, word[at]))
    yield from (_other(word, at, letter) for at, letter in others)
    yield word[1:]
    yield from (letter + word for letter in letters)
    yield from (_other(word, 0, letter) for letter in letters)


def _is_accented(letter: str, plain: str) -> bool:
    """Return whether a letter is another one with an accent."""
    return letter != plain and not letter.isascii() and unicodedata.normalize("NFD", letter)[0] == plain


def _other(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at + 1 :]


def are_beside(one: str, other: str) -> bool:
    """Return whether two letters lie beside each other on the keyboard."""
    return any(abs(row.index(one) - row.index(other)) == 1 for row in _ROWS if one in row and other in row)
