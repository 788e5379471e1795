"""Return whether a sentence announces what its date is about, or looks back on it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from enum import Enum
from functools import lru_cache

from newsletter.compiled_patterns import compile_pattern


class Stance(Enum):
    """Where a sentence looks."""

    AHEAD = "ahead"
    BACK = "back"
    OPEN = "open"


_BREAK = compile_pattern(r"[.!?…]['’”)]*\s+(?=[^a-z\s])|\n\s*\n|\n[ \t]{2,}")
_PLANNED = compile_pattern(
    r"\b(?:will|is|are|to|be|being|get|getting) (?:being |be )?\w+ed\b|\b(?:will|to) be (?:held|run|met)\b"
)
_BACK = compile_pattern(
    r"\b(?:was|were|had|did|took place|went|came|met|ran|held|hosted|attended|joined us|launched|celebrated|gathered|"
    r"organised|visited|spoke|enjoyed|happened|thanks|thank you (?:to|for|so much)|since|"
    r"last (?:month|week|year|autumn|winter|spring|summer|night)|"
    r"ago|ended|began|started|opened|received|posted|welcomed|published|released|delivered|"
    r"facilitated|yesterday|previous|previously|have been|has been|gave|sent|made|took|won|became|dated|"
    r"[Ff]ue|fueron|tuvo|gracias|celebramos|pasado|diolch|cynhaliwyd|oedd|daeth|ers|"
    r"fand|fanden|waren|wurden?|kamen|feierten|gewann(?:en)?|vergangene[nr]?|letzte[nr]? (?:Woche|Monat|Jahr)|"
    r"شكر\w*|كان\w*|منذ)\b",
    re.IGNORECASE,
)
_AHEAD = compile_pattern(
    r"\b(?:join us|come (?:along|and|to)|book|register|registration|sign up|apply|applications?|rsvp|will|takes? place|"
    r"taking place|deadline|clos(?:es?|ing)|happening|starts?|begins?|opens?|next|save the date|upcoming|"
    r"coming up|see you|please|don['’]t miss|invit\w+|you can|let us know|tell us|is on|are on|"
    r"acompáñanos|únete|inscr\w+|plazo|ymunwch|cofrestr\w+|archebwch|bydd|byddwn|cynhelir|dewch|"
    r"beginn(?:t|en)|starte[tn]|findet|finden|anmelden|Anmeldung|bitte|wird|werden|lädt|laden|"
    r"empiez\w+|comienz\w+|ser[áa]n?|apúnta\w*|tendrá\w*|habrá|podéis|celebraremos|"
    r"انضم\w*|سجل\w*|الموعد النهائي)\b",
    re.IGNORECASE,
)
_LEADING = compile_pattern(
    r"\b(?:by|before|until|till|up to|antes del?|hasta el|erbyn|cyn|قبل|حتى)\s+(?:[\w:.]+\s+){0,3}$", re.IGNORECASE
)
"""What stands before the last day of something."""


_LONGEST_SENTENCE = 400
"""Characters before and after a date that count as its sentence, at most."""


def sentence_around(words: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence begins and ends that holds these letters."""
    ends, starts = _breaks(words)
    before, after = bisect_right(ends, start), bisect_left(starts, end)
    first = ends[before - 1] if before else 0
    last = starts[after] + 1 if after < len(starts) else len(words)
    return max(first, start - _LONGEST_SENTENCE), min(last, end + _LONGEST_SENTENCE)


@lru_cache(maxsize=64)
def _breaks(words: str) -> tuple[list[int], list[int]]:
    """Return where the breaks between the sentences of a text end, and where they begin."""
    found = [match.span() for match in _BREAK.finditer(words)]
    return [end for _, end in found], [start for start, _ in found]


def is_last_day(before: str) -> bool:
    """Return whether the words before a date make it the last day of something: “by noon on”, “until”."""
    return _LEADING.search(before, max(0, len(before) - 40)) is not None


@lru_cache(maxsize=1024)
def stance_of(words: str, start: int, end: int) -> Stance:
    """Return where the sentence around a date looks; words that look back count for more."""
    first, last = sentence_around(words, start, end)
    sentence = words[first:last]
    if _BACK.search(_PLANNED.sub(" ", sentence)):
        return Stance.BACK
    ahead = _AHEAD.search(sentence) or is_last_day(words[first:start])
    return Stance.AHEAD if ahead else Stance.OPEN
