"""First and last names: what their columns are called in ten languages, and how a whole name is split."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsletter.audience.words import phrases, plain
from newsletter.compiled_patterns import compile_pattern

FIRST = phrases(
    "first name|firstname|given name|givenname|forename|fname|christian name",
    "vorname|rufname",
    "prénom",
    "primer nombre|nombre de pila",
    "primeiro nome",
    "voornaam|roepnaam",
    "imię|imie",
    "enw cyntaf",
    "الاسم الأول|الاسم الاول",
)
LAST = phrases(
    "last name|lastname|family name|familyname|surname|lname",
    "nachname|familienname|zuname",
    "nom de famille",
    "apellido|apellidos|primer apellido",
    "cognome",
    "sobrenome|apelido|último nome",
    "achternaam|familienaam",
    "nazwisko",
    "cyfenw",
    "اسم العائلة|اللقب|الكنية",
)
WHOLE = phrases(
    "full name|fullname|your name|your full name|display name|contact name|subscriber name|customer name",
    "vollständiger name|vor und nachname|name vorname|vorname nachname|kontaktname",
    "nom complet|nom et prénom|prénom et nom|nom prénom",
    "nombre completo|nombre y apellidos",
    "nome completo|nome e cognome|cognome e nome|nominativo",
    "volledige naam",
    "imię i nazwisko|nazwisko i imię",
    "enw llawn",
    "الاسم الكامل",
)
EITHER = phrases("name|nom|nombre|nome|naam|nazwa|enw|الاسم|اسم")
"""The first name where the last one has a column, the last name where the first one has; the whole one otherwise."""

_TITLES = phrases(
    "mr|mrs|ms|miss|mx|dr|prof|professor|rev|reverend|sir|dame|lord|lady|fr|hon|capt|col|dipl|ing",
    "herr|frau|hr|fr|dres|mag|univ",
    "m|mme|mlle|monsieur|madame|mademoiselle|me",
    "sr|sra|srta|don|doña|señor|señora",
    "sig|sigra|signor|signora|dott|dottssa|dottoressa|avv|arch",
    "senhor|senhora|dra|drª|profa",
    "dhr|mevr|mw|drs|mr",
    "pan|pani|hab|inż|mgr",
    "y parch|parch|bnr|bns",
    "السيد|السيدة|د|دكتور|الدكتور",
)
_SUFFIXES = phrases("jr|sr|ii|iii|iv|phd|md|mba|ma|ba|bsc|msc|obe|mbe|cbe|esq|ret|med|llm")
_ORGANISATION = compile_pattern(
    r"\b(?:ltd|limited|inc|llc|llp|plc|cic|cio|gmbh|ggmbh|ag|kg|ohg|ug|ev|e v|mbh|sa|sarl|sas|sl|srl|spa|bv|nv"
    r"|sp z o o|lda|ltda|trust|council|university|college|school|academy|hospital|clinic|surgery|church"
    r"|parish|charity|foundation|association|society|club|centre|center|group|team|office|company|services"
    r"|network|partnership|project|union|committee|department|library|museum|institute|federation"
    r"|cooperative|co op|community|nhs|cyf|cyngor|prifysgol|ysgol|verein|stiftung|schule|gemeinde|stadt"
    r"|universitat|klinik|firma|buro|amt|kirche|genossenschaft|verband|redaktion|fondation|mairie|ville"
    r"|ecole|universite|societe|fundacion|asociacion|ayuntamiento|escuela|universidad|empresa|fondazione"
    r"|associazione|comune|scuola|universita|fundacao|associacao|escola|stichting|vereniging|gemeente"
    r"|school|fundacja|stowarzyszenie|urzad|szkola|info|admin|newsletter|reception|the)\b"
)
_PARTICLES = phrases("van|von|de|der|den|del|della|di|da|dos|du|la|le|zu|zum|ter|ten|al|el|bin|ap|ab|y|e|st")
_SEVERAL = compile_pattern(r"\s(?:and|und|et|y|e|en|i|a|ac|و|\+)\s|[&/;+]", re.IGNORECASE)
_MOST_WORDS = 5


class SplitName(NamedTuple):
    """A first and a last name; both empty where it is not certain which is which."""

    first: str = ""
    last: str = ""

    @property
    def is_certain(self) -> bool:
        """Return whether the name could be split."""
        return bool(self.first)


def split_name(name: str) -> SplitName:
    """Split a whole name: `Anna Müller`, `Müller, Anna`, `Dr. Anna Müller`, `MÜLLER Anna`, `Anna`.

    Organisations, couples, initials and a title with a surname give nothing: nobody is greeted by half a name.
    """
    text = " ".join(name.split()).strip(" ,.")
    if not text or any(letter.isdigit() or letter in '@"()<>|' for letter in text) or _SEVERAL.search(f" {text} "):
        return SplitName()
    if _ORGANISATION.search(plain(text.casefold())):
        return SplitName()
    before, comma, after = text.partition(",")
    if comma:
        if plain(after) in _SUFFIXES:
            return split_name(before)
        if "," in after:
            return SplitName()
        given, _ = _without_titles(after.split())
        family, _ = _without_titles(before.split())
        return _checked(given, family)
    words, had_title = _without_titles(text.split())
    return _in_order(words, had_title=had_title)


def _in_order(words: list[str], *, had_title: bool) -> SplitName:
    """Split a name without a comma: the first word is the first name, unless it is a surname in capitals."""
    if not words or len(words) > _MOST_WORDS:
        return SplitName()
    if len(words) == 1:
        return SplitName() if had_title else _checked(words, [])
    capitals = [word for word in words if _is_capitals(word)]
    if 0 < len(capitals) < len(words) and words[: len(capitals)] == capitals:
        return _checked(words[len(capitals) :], capitals)
    return _checked(words[:1], words[1:])


def _checked(given: list[str], family: list[str]) -> SplitName:
    """Return the names, or nothing where the first one is no name to greet by."""
    if not given or len(given) > _MOST_WORDS or plain(given[0]) in _PARTICLES:
        return SplitName()
    first = given[0] if family else " ".join(given)
    if len(first.rstrip(".")) < 2 or first.endswith(".") or not _is_name(first):
        return SplitName()
    return SplitName(first, " ".join(family))


def _is_name(word: str) -> bool:
    letters = word.replace("-", "").replace("'", "").replace("\u2019", "")
    # in Chinese, Japanese and Korean the family name comes first, and without a space
    return letters.isalpha() and not any(
        "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in word
    )


def _is_capitals(word: str) -> bool:
    return len(word.rstrip(".")) > 1 and word.isupper()


def _without_titles(words: list[str]) -> tuple[list[str], bool]:
    """Return the words of a name without titles before it and degrees after it, and whether there was a title."""
    start = 0
    while start < len(words) and plain(words[start].rstrip(".")) in _TITLES:
        start += 1
    rest = words[start:]
    while len(rest) > 1 and plain(rest[-1].strip(".,")) in _SUFFIXES:
        rest = rest[:-1]
    return rest, start > 0
