"""Check for what is left of the time before sending: marks of a draft, attachments, sentences without an end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.preflight.context import LintContext
from newsletter.preflight.existence import load_existence
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import language_of, listed, passages, shown
from newsletter.preflight.text_spans import TextSpan

DRAFT = warning("NL506", name="draft-mark")
ATTACHMENT = warning("NL507", name="mentioned-attachment")
UNFINISHED = warning("NL508", name="unfinished-sentence")
GREETING = warning("NL509", name="fixed-greeting")

_BY_CODE = {rule.code: rule for rule in (DRAFT, ATTACHMENT, UNFINISHED, GREETING)}
_TITLES = frozenset({"title", "subject", "preheader", "heading"})
_FOLLOWED_BY = ("events", "button", "buttons", "link", "image", "when", "deadline", "contact", "where", "payment")
"""Fields that readers see below a text, so that its last sentence may announce them."""
_FINAL = compile_pattern(r"(?<![\w’'-])([^\W\d_]+)\s*:?$")
_LAST_WORD = compile_pattern(r"(?<![\w’'-])([^\W\d_]+)[\s*_]*$")
_DANGLING = {
    "en": listed("and or the an our your"),
    "de": listed("und oder des dem einem einer"),
    "es": listed("y o el las los del de con para"),
    "cy": listed("a ac neu yr ein gyda"),
    "ar": listed("و أو من إلى على في"),
}
"""Words that no heading, subject or description ends with."""
_PICTURE_OF = {"en": "of", "de": "von", "es": "de", "cy": "o"}
"""What a description does not end with, though a heading may."""
_EVERYBODY = listed(
    "all everyone everybody friend friends member reader supporter parent neighbour neighbor colleague customer"
    " sir madam editor alumni team community family folks people sisters brothers santa world fellow volunteer"
    " resident teacher student runner gardener donor tenant parishioner subscriber readers there welcome again"
    " and new our valued"
    " mitglieder freunde freundinnen eltern kinder leser leserinnen gäste nachbarn nachbarinnen kollegen kolleginnen"
    " kameraden kameradinnen gemeinde familien alle interessierte förderer ehrenamtliche bürger bürgerinnen zusammen"
    " damen leute musikfreunde sportler schwestern brüder amigos amigas socios socias vecinos vecinas familias todos"
    " todas lectores compañeros gyfeillion ffrindiau aelodau pawb ddarllenwyr cymdogion rieni bawb brothers"
    " sister brother"
)
_MANY = ("innen", "mitglieder", "freunde", "eltern", "nachbarn", "kameraden", "familien", "leute", "gäste", "*innen")
"""Endings of German words for many people."""
_BARE_VERB = {
    "en": compile_pattern(
        r"\b(?:by (?:emailing|calling|ringing|phoning|texting|visiting|contacting|writing to)"
        r"|please (?:email|contact)(?!\s+or \w+ (?:me|us|him|her|them)\b))"
        r"(?=\s*(?:[.;,]|\b(?:or (?:ring|call|phone|text|visit|write|come)|by|before|with your|and we)\b))|"
        r"\b(?:the|and|or|your|our|emailing|via|please contact|please visit)\s*[.!](?=\s|$)",
        re.IGNORECASE,
    ),
    "de": compile_pattern(
        r"\b(?:unter|von|und|oder|der|dem|den|für|am|im|per|beim|zur|zum|(?<=\bInfos )(?:bei|mit))\s*[.!](?=\s|$)",
        re.IGNORECASE,
    ),
    "es": compile_pattern(
        r"\b(?:en|al|de|del|con|por|para|y|el|los|las|un|(?<!\bcada )(?<!\bla )una|que)\s*[.!](?=\s|$)",
        re.IGNORECASE,
    ),
    "cy": compile_pattern(r"\b(?:ar|at|yn|gan|gyda|ac|neu|yr|ein|eich)\s*[.!](?=\s|$)", re.IGNORECASE),
}
"""Words before a full stop after which something is missing, and “by emailing” with nobody after it."""
_OPEN_END = {
    "en": listed("email contact visit at by from and or the of to with via on in for our your is are"),
    "de": listed("unter bei an von mit und oder der die das dem den am auf im für per zum zur"),
    "es": listed("en a al de del con por para y o el la los las un una"),
    "cy": listed("ar at yn gan i a ac neu y yr gyda"),
    "ar": listed("على في إلى من عن و أو مع"),
}
"""Words with which no text ends, with or without a colon."""
_BEFORE_SECTIONS = listed("of about with for von über mit für de sobre con para o am gyda عن من مع")
"""Words with which an introduction may end that leads to the sections: “news of:”."""
_SHORT_FIELDS = frozenset({"title", "subject", "preheader", "heading", "alt", "label"})

_ANNOUNCES = compile_pattern(r"(?:^|\s)(?!:\w+:$)\S*:$")
"""A colon at the end, but not that of an emoji's name such as `:eyes:`."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each of these in the order of the texts."""
    parts = dict(context.models)
    for run in context.runs:
        folded = run.words.casefold()
        for one in load_existence("leftovers.toml"):
            if not one.may_be_in(folded):
                continue
            rule = _BY_CODE[one.code]
            if rule is DRAFT and run.field not in _TITLES:
                continue
            if rule is GREETING and not (run.field in {"intro", "preheader", "subject"} or run is context.runs[0]):
                continue
            for match in one.pattern.finditer(run.words):
                if rule is GREETING and _greets_all(context, run, match):
                    continue
                yield context.in_text(rule, run, *match.span(), one.message.format(match[0].strip()))
        yield from _unfinished(context, run, parts)


def _greets_all(context: LintContext, run: TextSpan, match: re.Match[str]) -> bool:
    """Return whether a greeting is meant for every reader: “Dear Friends,”, “Liebe Mitglieder,”."""
    name = match["name"]
    if name is None:
        return False
    key = name.casefold()
    if key in _EVERYBODY or key.endswith(_MANY) or "-" in name:
        return True
    misspelt = context.facts.misspelt
    is_word = misspelt is not None and language_of(run) == "en" and not misspelt(key, run.language)
    return is_word and key.endswith("s")


def _unfinished(context: LintContext, run: TextSpan, parts: Mapping[FieldPath, object]) -> Iterator[Finding]:
    if run.field in _SHORT_FIELDS:
        match = _LAST_WORD.search(run.words)
        dangling = _DANGLING.get(language_of(run), frozenset())
        if run.field == "alt":
            dangling |= {_PICTURE_OF.get(language_of(run), "")}
        if match and match[1] in dangling and match.start() > 0:
            message = f"“{shown(run.words)}” breaks off after “{match[1]}”."
            yield context.in_text(UNFINISHED, run, match.start(1), match.end(1), message)
        return
    if run.field not in {"text", "intro", "sign_off", "caption", "quote"}:
        return
    model = parts.get(run.loc[:-1])
    pattern = _BARE_VERB.get(language_of(run))
    for match in pattern.finditer(run.words) if pattern else ():
        # what is blanked out between is a link or an address
        if run.text[match.start() : match.end()] == run.words[match.start() : match.end()] and not _is_linked(
            run, match
        ):
            message = f"“{shown(run.words[max(0, match.start() - 30) : match.end()])}” breaks off."
            yield context.in_text(UNFINISHED, run, *match.span(), message)
    last_word = _FINAL.search(run.words.rstrip())
    open_end = last_word is not None and last_word[1].casefold() in _OPEN_END.get(language_of(run), frozenset())
    follows = _FOLLOWED_BY if run.text.rstrip().endswith(":") else ("link", "button", "buttons", "contact")
    has_target = any(getattr(model, name, None) for name in follows) or _leads_to_sections(run, parts, last_word)
    if last_word and open_end and run.text.rstrip() == run.text[: len(run.words.rstrip())] and not has_target:
        message = f"“{shown(run.words[-50:])}” breaks off after “{last_word[1]}”."
        yield context.in_text(UNFINISHED, run, *last_word.span(1), message)
    elif run.field in {"text", "sign_off"} and _ANNOUNCES.search(run.text.rstrip()):
        shows_more = isinstance(model, Item) and any(getattr(model, name, None) for name in _FOLLOWED_BY)
        if run.field == "text" and (shows_more or (not isinstance(model, Item) and _has_items(model))):
            return
        last = passages(run)[-1]
        sentence = run.words[last.start : last.end].rstrip()
        start = max(sentence.rfind(mark) for mark in (". ", "! ", "? ", "\n")) + 1
        message = f"“{shown(sentence[start:].strip())}” announces something, and nothing follows."
        end = last.start + len(sentence)
        yield context.in_text(UNFINISHED, run, end - len(sentence[start:].lstrip()), end, message)


def _leads_to_sections(run: TextSpan, parts: Mapping[FieldPath, object], last_word: re.Match[str] | None) -> bool:
    """Return whether an introduction ends with a colon, and the sections are what it announces."""
    if run.field != "intro" or last_word is None or not last_word[0].endswith(":"):
        return False
    return last_word[1].casefold() in _BEFORE_SECTIONS and bool(getattr(parts.get(()), "sections", None))


def _is_linked(run: TextSpan, match: re.Match[str]) -> bool:
    return any(match.start() - 2 <= link.start <= match.end() + 1 for link in run.links)


def _has_items(model: object) -> bool:
    """Return whether a section shows something of its own below its text."""
    return any(getattr(model, name, None) for name in ("items", "groups", "rows", "images", "button", "link", "events"))


CHECKS = (Checker("leftovers", (DRAFT, ATTACHMENT, UNFINISHED, GREETING), check),)
