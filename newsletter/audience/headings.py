"""What a column of a list decides about who gets an issue, as far as its heading says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from newsletter.audience import vocabulary
from newsletter.audience.words import plain
from newsletter.compiled_patterns import compile_pattern


class Role(Enum):
    """What a column decides."""

    LEFT = "left"
    """Yes, or a date: the person left."""
    AGREED = "agreed"
    """No, or nothing: the person did not agree."""
    STATUS = "status"
    """A word says it."""
    STATUS_IF = "status, if its words are"
    """A word says it, if the cells hold such words; a status of something else, or a state of a country, otherwise."""
    AGREED_ON = "agreed on"
    """The date of a consent: nothing there may mean that there is none."""
    DETAIL = "detail"
    """More about a leaving: that there is something may mean that the person left."""
    UNSURE = "unsure"
    """It looks as if it decided, but what yes and no mean is not certain."""
    QUESTION = "question"
    """It may decide, if its cells are answers."""
    OTHER = "other"
    """It decides nothing, whatever its cells are: it is about telephones, or known from a program's exports."""
    MAYBE = "maybe"
    """It is about email, and may decide if its cells are answers and no other column decides."""
    NONE = "none"
    """Its heading says nothing about it; only its cells may."""


_CERTAIN = compile_pattern(
    r"\b(?:un|re)?subscri(?!pt|ber)|\bunsub|optin|optout|optedin|optedout|consent|permission|gdpr|dsgvo|rgpd|\bavg\b"
    r"|\brodo\b|blacklist|blocklist|subskryb|suppress|\bdo not\b|\bdnc\b"
    r"|(?:mail|contact|communications?|marketing) preferenc|gone ?away"
    r"|prefer\w* (?:contact|communications?|channel|method)|(?:contact|communications?) (?:method|channel)"
    r"|einwillig|zustimm|abgemeld|angemeldet|widerruf|desinscri|desabonn|consentement|consentimiento|desuscri|suscrit"
    r"|consenso|disiscri|consentimento|descadastr|toestemming|uitgeschreven|afgemeld|zgod[ay]|wypis"
    r"|[dt]anysgrif|cydsyn|caniatad|الغاء|الغى|الاشتراك|موافق"
)
"""Words of headings that are always asked about, unless they are known."""
_POSSIBLE = compile_pattern(
    r"newsletter|mailing list|subscription|marketing|verified|confirm|bounce|\bspam\b|complain|updates|hear from"
    r"|recevoir|ricevere|receber|recibi|ontvang|otrzym|erhalten|derbyn|\bmailings?\b|\bremove"
    r"|in touch|\breceiv\w*|\b(?:email|contact|write to|send|mail) (?:you|me|us)\b"
    r"|rundbrief|bestatig|werbung|infolettre|boletin|nieuwsbrief|biuletyn|cylchlythyr|النشرة"
)
"""Words of headings that are asked about where the cells are answers: yes, no, unsubscribed."""
_ABOUT_EMAIL = compile_pattern(r"mail|ebost|courriel|correo|البريد|contact")
_OF_EMAIL = compile_pattern(r"mail|ebost|subscri|marketing|newsletter")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column, what it decides, and what was said about why."""

    index: int
    text: str
    """The heading as it is written, without what cannot be seen."""
    role: Role


def read_headings(texts: Collection[str]) -> tuple[Heading, ...]:
    """Return what each column decides, from all headings of a list."""
    together = frozenset(plain(text) for text in texts)
    return tuple(Heading(index, shown(text), _role(plain(text), together)) for index, text in enumerate(texts))


def shown(text: str) -> str:
    """Return a heading on one line."""
    return " ".join(text.replace("\ufeff", "").split())


def _role(words: str, together: Collection[str]) -> Role:
    parts = words.split()
    if words in vocabulary.KNOWN or (words in vocabulary.BESIDE and vocabulary.BESIDE[words] in together):
        return Role.OTHER
    role = _exact(words, is_of_email=len(parts) > 1)
    by_email = any(part.startswith(("email", "mail", "ebost")) for part in parts)
    if role is None and not by_email and any(part in vocabulary.CHANNELS for part in parts):
        return Role.OTHER
    return role or _role_of_rest(words, parts) or _suspected(words)


def _suspected(words: str) -> Role:
    """Return whether a heading that is not known may still decide."""
    if _CERTAIN.search(words):
        return Role.UNSURE
    if _POSSIBLE.search(words):
        return Role.QUESTION
    return Role.MAYBE if _ABOUT_EMAIL.search(words) else Role.NONE


def _exact(words: str, *, is_of_email: bool) -> Role | None:
    if words in vocabulary.LEFT:
        return Role.LEFT
    if words in vocabulary.AGREED:
        return Role.AGREED
    if words in vocabulary.STATUS:
        return Role.STATUS if is_of_email else Role.STATUS_IF
    return None


def _role_of_rest(words: str, parts: list[str]) -> Role | None:
    """Return what a heading decides, its words that change nothing left out; None where that is not known."""
    telling = [part for part in parts if part not in vocabulary.FILLERS]
    undated = [part for part in telling if part not in vocabulary.DATES]
    bare = [part for part in undated if part not in vocabulary.DETAILS]
    whole = " ".join(telling)
    for rest in (whole, " ".join(undated), " ".join(part for part in parts if part not in vocabulary.DATES)):
        role = _exact(rest, is_of_email=len(rest.split()) > 1 or _OF_EMAIL.search(words) is not None)
        if role is Role.AGREED and rest != whole and any(part in vocabulary.DATES for part in parts):
            return Role.AGREED_ON
        if role is not None:
            return role
    about = _exact(" ".join(bare), is_of_email=False) if len(bare) < len(undated) else None
    return {Role.LEFT: Role.DETAIL, Role.AGREED: Role.OTHER}.get(about) if about else None
