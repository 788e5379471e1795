"""Names in a text: runs of capitalised words, and how each is spelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.sentences import listed, passages, sentences
from newsletter.preflight.text_spans import TextSpan

_TOKEN = compile_pattern(r"(?<![#@\w])[^\W_]+(?:[-‐‑’'.&][^\W_]+)*")
_JOINT = compile_pattern(r"[ \t\n]+")
_NO_LETTER = compile_pattern(r"[\W_]+")
_INSIDE = listed("of the for in de la del los las al on")
"""Little words that may stand inside a name."""
_NOT_FIRST = listed(
    "the a an our this that these those in on at for to from with by and or but if when we you i he she it they is are"
    " what who how why where there here thank thanks join see read come book last next after before since during as of"
    " el la los las un una y en de con para yr y mae"
)
WELL_KNOWN_NAMES = {
    name.casefold(): name
    for name in listed(
        "Eventbrite YouTube LinkedIn WhatsApp Facebook Instagram PayPal JustGiving GoFundMe Mailchimp SurveyMonkey"
        " WordPress PowerPoint SharePoint OneDrive TikTok Bluesky GitHub Wikipedia Airbnb Vimeo SoundCloud Spotify"
        " Dropbox Crowdfunder Squarespace"
    )
}
"""How well-known names are written, by their small letters."""
_LONGEST = 6


class Token(NamedTuple):
    """A word of a passage, with its letters for comparing."""

    text: str
    key: str
    start: int
    is_first: bool
    """Whether it begins a sentence."""

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.text)

    @property
    def owner(self) -> str:
        """Return it without the ending of what belongs to somebody: `London` of `London’s`."""
        return self.text[:-2] if self.text.endswith(("'s", "’s")) else self.text


class Spelt(NamedTuple):
    """A name as it stands somewhere."""

    text: str
    run: TextSpan
    start: int
    end: int
    is_first: bool


@lru_cache(maxsize=1024)
def tokens_of(run: TextSpan) -> tuple[list[Token], ...]:
    """Return the words of each passage of a text."""
    return tuple(_tokens_of(run))


def _tokens_of(run: TextSpan) -> Iterator[list[Token]]:
    for passage in passages(run):
        firsts = [start for start, _ in sentences(run.words, passage)]
        found: list[Token] = []
        for match in _TOKEN.finditer(run.words, passage.start, passage.end):
            # brackets and opening quotation marks may come before a sentence's first word
            is_first = bool(firsts) and firsts[0] <= match.start()
            while firsts and firsts[0] <= match.start():
                del firsts[0]
            text = match[0]
            key = text.casefold() if text.isalnum() else letters_of(text)
            found.append(Token(text, key, match.start(), is_first))
        if found:
            yield found


def letters_of(name: str) -> str:
    """Return the letters of a name, small: what stays of it however it is spelt."""
    return _NO_LETTER.sub("", name.casefold())


def names_in(run: TextSpan, tokens: list[Token]) -> Iterator[str]:
    """Yield the names of several words in a passage, by their letters."""
    start: int | None = None
    for number in range(len(tokens) + 1):
        here = tokens[number] if number < len(tokens) else None
        goes_on = here is not None and (number == 0 or start is None or _is_joined(run, tokens[number - 1], here))
        if here is not None and goes_on and (here.text[0].isupper() or (start is not None and here.text in _INSIDE)):
            start = number if start is None else start
            continue
        if start is not None:
            yield from _trimmed(tokens, start, number)
        start = number if here is not None and here.text[0].isupper() else None


def _trimmed(tokens: list[Token], start: int, end: int) -> Iterator[str]:
    while end > start and tokens[end - 1].text in _INSIDE:
        end -= 1
    while start < end and tokens[start].text.casefold() in _NOT_FIRST:
        start += 1
    if 2 <= end - start <= _LONGEST:
        yield "".join(token.key for token in tokens[start : end - 1]) + letters_of(tokens[end - 1].owner)


def _is_joined(run: TextSpan, one: Token, other: Token) -> bool:
    between = run.words[one.end : other.start]
    return _JOINT.fullmatch(between) is not None


def occurrences(wanted: Iterable[str], found: Iterable[tuple[TextSpan, list[Token]]]) -> dict[str, list[Spelt]]:
    """Return where names stand, by their letters; spaces, hyphens and apostrophes do not count."""
    names = set(wanted)
    beginnings = {name[:length] for name in names for length in range(1, len(name) + 1)}
    places: dict[str, list[Spelt]] = {}
    for run, tokens in found:
        for number, token in enumerate(tokens):
            if token.key in beginnings or (token.owner != token.text and letters_of(token.owner) in names):
                for key, end in _growing(run, tokens[number : number + _LONGEST], beginnings):
                    if key in names:
                        text = " ".join(run.words[token.start : end].split())
                        places.setdefault(key, []).append(Spelt(text, run, token.start, end, token.is_first))
    return places


def _growing(run: TextSpan, tokens: list[Token], beginnings: set[str]) -> Iterator[tuple[str, int]]:
    """Yield the letters of the first word, of the first two and so on, each with where it ends.

    It goes on for as long as they begin a name.
    """
    key = ""
    for number, token in enumerate(tokens):
        if number and not _is_joined(run, tokens[number - 1], token):
            return
        if token.owner != token.text:
            yield key + letters_of(token.owner), token.start + len(token.owner)
        key += token.key
        if key not in beginnings:
            return
        if token.owner == token.text:
            yield key, token.end
