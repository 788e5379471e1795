"""Check that subject and verb agree, where that is certain, and that German nouns have a capital letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.confusions import confusions_in
from newsletter.preflight.text.language_data import language_data
from newsletter.preflight.text.sentences import language_of, listed

AGREEMENT = warning("NL761", name="subject-verb-agreement")
NOUN = warning("NL762", name="lower-case-german-noun")

_VERBS = listed(
    "accept add agree allow appear apply arrange arrive ask attend bake become begin believe belong book"
    " borrow bring build buy call care carry celebrate change choose clean close collect come consider"
    " contain continue cook cost cover create decide deliver depend develop donate draw drive eat employ"
    " encourage enjoy expect explain explore farm feed feel find finish follow gather get give go grow"
    " happen hear help hold hope host improve include invite involve join keep know launch lead learn"
    " leave let like listen live look lose love make manage mean meet move need offer open organise"
    " organize own paint pay perform plan plant play practise prepare present produce promise protect"
    " provide publish raise reach read receive recommend record remain remember repair replace report"
    " represent require return ride run save say see seem sell send serve share show sing sit speak spend"
    " stand start stay stop suggest support take talk teach tell thank think travel try turn understand"
    " use visit wait walk want wash watch wear welcome win wish work write"
)
_ADVERB = (
    r"(?:now |also |still |always |often |never |usually |already |only |just |really |all |both |currently |kindly )?"
)
_S_FORMS = {
    f"{verb[:-1]}ies"
    if verb.endswith("y") and verb[-2] not in "aeiou"
    else f"{verb}es"
    if verb.endswith(("s", "x", "ch", "sh", "o"))
    else f"{verb}s": verb
    for verb in _VERBS
}
_THIRD_PERSON = {verb: form for form, verb in _S_FORMS.items()}
_CLAUSE = r"(?:^|[.!?,;:] |\b(?:and|but|so|because|if|when|that|where|as) |[\"“(])"
_PLURAL = compile_pattern(rf"{_CLAUSE}(they|we|you|They|We|You|I) ({_ADVERB})([a-z]+s)(?![\w’'-])")
_SINGULAR = compile_pattern(rf"(?:^|[.!?] |[.!?][\"”’'] )(He|She|It) ({_ADVERB})([a-z]{{3,}})(?![\w’'-])")
_SINGULAR_S = listed(
    "news series species means headquarters premises business process access success campus bonus virus"
    " status focus chorus census crisis basis thesis analysis tennis mathematics maths physics politics"
    " economics athletics gymnastics class glass grass bus boss address progress congress gas plus less"
    " loss mass pass press stress dress cross us this his yes christmas canvas atlas lens gross illness"
    " ethos chaos cosmos pathos asbestos kindness darkness weakness happiness wellness fitness services sports woods"
)
_HEAD = compile_pattern(
    rf"{_CLAUSE}[Tt](?:he|hese|hose) ([a-z]{{3,}}s) (?:in|of|from|on|at|for) (?:our|your|the|their|her|his) "
    r"(?:[a-z]+ ){1,2}(has|is|was)(?![\w’'-])"
)
_NOUN_PHRASE = compile_pattern(
    r"(?:^|[.!?;:] |(?<!\w)(?:[Bb]ut|[Ss]o|[Bb]ecause|[Ww]hen|[Ii]f|[Ww]hile|[Ww]hat(?:ever)?|[Ww]here(?:ver)?|[Hh]ow"
    r"|[Tt]hough|[Aa]lthough|[Tt]hat) |, and )"
    r"((?:[Tt]he|[Oo]ur|[Yy]our|[Tt]hese|[Tt]hose|[Ss]ome|[Mm]ost|[Mm]any|[Bb]oth|[Aa]ll (?:the|our|your)) "
    r"(?:[a-z]+ )?([a-z]{3,}s)) (?:(has|is|was|does)|([a-z]+s)(?= (?:the|an?|our|to|in|on|at|for|from|with|it|them|you"
    r"|until|every|as|about|up|out|by|all)\b))(?![\w’'-])"
)
_PEOPLE = compile_pattern(
    r"(?:^|[.!?;:] |, )((?:(?:our|the|many|some) )?(?:[a-z]+ )??"
    r"(managers|members|volunteers|neighbou?rs|parents|children|residents|councillors|trustees|students|pupils|teachers"
    r"|players|visitors|readers|organisers)) (has|is|was|does)(?![\w’'-])",
    re.IGNORECASE,
)
_MEASURES = listed(
    "weeks years pounds miles minutes hours days months dollars euros metres kilometres percent cents pence seconds"
    " times rest majority odds works savings arts rules details basics"
)
"""Nouns that may stand with a singular, and “the games shows” that are two nouns."""
_BEFORE_NOUN = listed(
    "der die das den dem des ein eine einen einem einer eines unser unsere unserem unseren unserer ihr"
    " ihre ihrem ihren im am zum zur vom beim ins ans und mit für von nach ohne viele alle neue neuen alte"
    " alten liebe lieben kein keine keinen nächste nächsten letzte letzten ersten erste jeden jede"
)
_GERMAN = compile_pattern(r"(?<![\w-])([^\W\d_]+) ([a-zäöü][a-zäöüß]{3,})(?![\w-])(?=( \w)?)")
_NOUN_ENDING = compile_pattern(r"\w{3,}(?:ungen|ung|heit|keit|schaft|tion|tionen|heiten|keiten|schaften|tät)$")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    for run in context.runs:
        language = language_of(run)
        flat = run.words.replace("\n", " ")
        if language == "en":
            # the confused words have some of them already
            known = {at for hit in confusions_in(run.words, language) for at in range(hit.start, hit.end)}
            found = [one for one in _noun_phrases(flat) if known.isdisjoint(range(*one[:2]))]
            for start, end, words, new in (*_pronouns(flat), *_heads(flat), *found):
                message = f"“{words}” should be “{new}”."
                yield context.in_text(AGREEMENT, run, start, end, message, hint=f"Write “{new}”.", likely=[new])
        elif language == "de":
            for match in _GERMAN.finditer(flat):
                word = match[2]
                is_noun = word in _nouns() or _NOUN_ENDING.match(word)
                # before a noun it may be an adjective
                is_last = not match[3] or not match[3][1].isupper()
                if is_noun and is_last and match[1].casefold() in _BEFORE_NOUN:
                    new = word[0].upper() + word[1:]
                    yield context.in_text(NOUN, run, *match.span(2), f"“{word}” is written “{new}”.", new=new)


@cache
def _nouns() -> frozenset[str]:
    return listed(language_data("de").nouns)


def _pronouns(flat: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield “They gives” and “She now farm”."""
    for match in _PLURAL.finditer(flat):
        verb = _S_FORMS.get(match[3])
        if verb:
            yield match.start(1), match.end(), flat[match.start(1) : match.end()], f"{match[1]} {match[2]}{verb}"
    for match in _SINGULAR.finditer(flat):
        form = _THIRD_PERSON.get(match[3])
        is_past = match[3] in {"read", "let", "cost"}
        if form and not is_past:
            yield match.start(1), match.end(), flat[match.start(1) : match.end()], f"{match[1]} {match[2]}{form}"


def _heads(flat: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield “the phones in our office has”."""
    for match in _HEAD.finditer(flat):
        head, verb = match[1], match[2]
        if head not in _SINGULAR_S and not head.endswith(("ss", "us", "is", "ics")):
            right = {"has": "have", "is": "are", "was": "were"}[verb]
            yield (
                match.start(1),
                match.end(),
                flat[match.start(1) : match.end()],
                f"{flat[match.start(1) : match.start(2)]}{right}",
            )


def _noun_phrases(flat: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield “the clouds does” and “our plans runs”."""
    found = {match.start(1): match for pattern in (_PEOPLE, _NOUN_PHRASE) for match in pattern.finditer(flat)}
    for match in found.values():
        noun, verb = match[2], match[match.lastindex or 3]
        right = {"has": "have", "is": "are", "was": "were", "does": "do"}.get(verb) or _S_FORMS.get(verb)
        is_singular = noun in _SINGULAR_S | _MEASURES or noun.endswith(("ss", "us", "is", "ics", "ings"))
        if right and not is_singular:
            words = f"{match[1]} {verb}"
            yield match.start(1), match.start(1) + len(words), words, f"{match[1]} {right}"


CHECKS = (Checker("agreement", (AGREEMENT, NOUN), check),)
