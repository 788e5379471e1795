"""Words of a text that send readers somewhere (“on our website”, “sign up here”), and whether a link goes with them.

English only. A link in the sentence or in the one before it keeps the promise: readers find it. Where nobody is invited
to go there (“before we launch it on our website”), nothing is promised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.sentences import Passage, passages, sentences
from newsletter.preflight.text_spans import TextSpan

_FLAGS = re.IGNORECASE | re.VERBOSE

_PLACE = r"""(?:
    (?:our|the|their|this|my|your)\s+(?:(?!our\b|the\b)[\w’'-]+\s+){0,2}?
    (?: web\s?-?sites? | web\s?-?pages?
      | (?:events?|booking|news|donations?|fundraising|jobs?|vacancies|shop|facebook|projects?|contacts?|resources?
          |sign-?up|registration|ticket|home|landing|justgiving|crowdfunding|eventbrite)\s+pages?
      | eventbrite | facebook(?:\s+group)? | instagram | twitter | linkedin | youtube(?:\s+channel)? | tiktok
      | justgiving | meetup | blog | events\s+calendar | survey | questionnaire
      | online\s+(?:shop|form|survey|calendar)
      | (?:survey|registration|application|booking|feedback|sign-?up|contact)\s+form
    )
  | (?:eventbrite|ticketsource|facebook|instagram|linkedin|youtube|tiktok|justgiving|meetup)
  )\b
"""
_WAY = r"""
    (?: via|on|through|from|at|to|visit(?:ing)?|see|using|check(?:ing)?(?:\s+out)?|in|complet(?:e|ing)
      | fill(?:ing)?\s+(?:in|out)|take|go\s+to )
"""
_HINTS = (
    "website", "web site", "web-site", "webpage", "web page", "web-page", " page", "eventbrite", "ticketsource",
    "facebook", "instagram", "twitter", "linkedin", "youtube", "tiktok", "justgiving", "meetup", "blog", "calendar",
    "survey", "questionnaire", "online shop", " form", " here", " link", "button",
)  # fmt: skip
"""One of these is in every promise: most paragraphs have none, and need no closer look."""
_SENT = compile_pattern(
    rf"\b{_WAY}\s+{_PLACE} (?: (?:\s+(?:or|and|and/or)|,|\s+via|\s+on)+ \s+ (?:{_WAY}\s+)? {_PLACE} )*", _FLAGS
)
"""To a place or to several."""
_CALL = compile_pattern(r"(?:visit|visiting|check|take|go|fill|complet)", re.IGNORECASE)
"""Ways that invite by themselves."""
_INVITES = compile_pattern(
    r"""\b(?:
        find | sign(?:ing)?\s?-?up | register(?:ing)? | book(?:ing)?\b(?!\s+club) | apply | download | visit
      | head\s+(?:to|over) | read\s+(?:more|it|the|all|about|how) | learn\s+more | see\s+(?:more|the|all|our)
      | (?:more|further)\s+(?:information|details|info|about) | full\s+(?:details|list|programme|report|story)
      | (?:details|information|info|dates|tickets|recordings?|slides|places|forms?)\s+(?:are|is|can\s+be)
      | available | check\s+(?:out|it) | watch | listen | donate | buy | order | join\s+(?:us|in|via)
      | get\s+(?:your\s+)?tickets | (?:take|have)\s+a\s+look | browse | subscribe | tell\s+us | let\s+us\s+know
      | submit | nominate | vote | enter | fill(?:ing)?\s+(?:in|out) | complet(?:e|ing) | follow\s+us | go\s+to
      | take\s+(?:our|the|part)
    )\b""",
    _FLAGS,
)
_NOT_YET = compile_pattern(
    r"""\b(?:launch|publish|put|post|upload|redevelop|build|updat|develop|advertis|chang|redesign|shar|add|featur
           |mov)\w* \s+ (?:\w+\s+){0,4} $
      | \b(?:work(?:ing|ed|s)|(?:people|we|they|volunteers|who)\s+work) \s+ $
      | \b(?:was|were|had|who|will\s+be|soon|shortly|later|thanks?)\b [^.]* $""",
    _FLAGS,
)
"""What stands before it where we ourselves bring something there, or have or shall."""
_POINTED = compile_pattern(
    r"""\b(?:
        (?: sign(?:ing)?\s?-?up | register | book(?:\s+(?:a|your)\s+(?:place|ticket|space|spot)s?)? | apply | donate
          | download | click | read\s+(?:more|it|the\s+\w+(?:\s+\w+)?) | find\s+out\s+more | learn\s+more
          | more\s+(?:information|details|info)(?:\s+(?:is|are))?(?:\s+available)? | watch(?:\s+\w+){0,3}
          | see\s+(?:more|the\s+\w+) | join(?:\s+us)? | rsvp )
        \s+ (?:it\s+)? here (?= \s*(?:[.,!;:)]|$|\n|to\b|by\b|for\b|and\b|if\b) )
      | (?: via|through|using|follow(?:ing)?|click(?:ing)?(?:\s+on)?|use|at|on|see|from|open )
        \s+ (?:the|this|our) \s+ (?:\w+\s+)? (?:link|button)s?\b
        (?! \s+ (?:(?:in|on) \s+ (?:the|our|your|each|last) | between | with)\b )
    )""",
    _FLAGS,
)
"""“Sign up here”, “via the link below”."""
_ADDRESS = compile_pattern(
    r"(?<![\w@./-])(?:[a-z0-9-]{2,40}\.){1,3}(?:[a-z]{2,3}|info|online|scot|wales|cymru)/?(?![\w@])", re.IGNORECASE
)
"""A web address without `https://` and `www.`, such as `charity.org.uk/book`."""
_FORM = compile_pattern(r"form\b|survey|questionnaire", re.IGNORECASE)
"""What is filled in: one that was linked above is found there when the text speaks of it again."""
_ELSEWHERE = compile_pattern(
    r"\b(?:bio|footer|bottom\s+of|email\s+that|e-?mail\s+we|we\s+(?:will\s+|’ll\s+)?(?:send|email))\b", re.IGNORECASE
)
_PARTS = compile_pattern(
    r"""[;:—]\s | \s–\s | [.!?…]+[”’"')]*\s+
      | ,\s+(?=(?:but|so|which|where|while|before|after|if|as|because|when|until)\b)
      | \s+(?=(?:before|but|because|until)\b)
      | ,?\s+(?=and\s+(?:to\s+|then\s+)?(?:sign|book|register|find|apply|read|see|learn|watch|download|buy|visit|tell
                                          |check|donate|submit)\b)""",
    _FLAGS,
)
"""What parts two clauses."""


def unkept(run: TextSpan) -> Iterator[tuple[int, int]]:
    """Yield from where to where a text promises a link that it has not: the first in each paragraph."""
    # an address that is no link is told of as such, and readers find the page by it
    links = [link.start for link in run.links if not link.bare or "@" not in link.target]
    pages = [link.start for link in run.links if "@" not in link.target]
    pages += [match.start() for match in _ADDRESS.finditer(run.words)]
    forms = [link.start for link in run.links if not link.bare and _FORM.search(f"{link.words} {link.target}")]
    for passage in passages(run):
        if not _may_promise(run.words, passage):
            continue
        found = next(_of_passage(run.words, passage, links, pages), None)
        is_linked_above = bool(found and _FORM.search(run.words, *found) and any(at < found[0] for at in forms))
        if found is not None and not is_linked_above:
            yield found


def _may_promise(words: str, passage: Passage) -> bool:
    lower = " ".join(words[passage.start : passage.end].split()).lower()
    if not any(hint in lower for hint in _HINTS):
        return False
    within = (words, passage.start, passage.end)
    return bool(_SENT.search(*within) or _POINTED.search(*within))


def _of_passage(words: str, passage: Passage, links: Sequence[int], pages: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start, end in _clauses(words, passage):
        clause = words[start:end]
        before, after = _around(words, passage, start)
        if any(start <= at < end for at in links) or any(before <= at < after for at in pages):
            continue
        for match in _SENT.finditer(clause):
            is_invited = _INVITES.search(clause) or _CALL.match(match[0])
            if is_invited and not _NOT_YET.search(clause[: match.start()]):
                yield start + match.start(), start + match.end()
        pointed = _POINTED.search(clause)
        # a link that is spoken of may stand before, or come after, in the text
        if pointed and not _ELSEWHERE.search(clause) and not any(at >= passage.start for at in links):
            yield start + pointed.start(), start + pointed.end()


def _around(words: str, passage: Passage, at: int) -> tuple[int, int]:
    """Return where the sentence before the one of a place begins, and where its own ends."""
    found = sentences(words, passage)
    own = next((number for number, (start, end) in enumerate(found) if start <= at < end), None)
    if own is None:
        return passage.start, passage.end
    return found[max(0, own - 1)][0], found[own][1]


def _clauses(words: str, passage: Passage) -> Iterator[tuple[int, int]]:
    start = passage.start
    for match in _PARTS.finditer(words, passage.start, passage.end):
        yield start, match.start()
        start = match.end()
    yield start, passage.end
