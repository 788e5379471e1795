"""Merge tags: those of another service, those where they do harm, those that read badly once they are filled."""

from __future__ import annotations

import html as html_entities
import re
from bisect import bisect_right
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model import merge_tags
from newsletter.model.findings import Finding
from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.model.section import CustomSection
from newsletter.preflight.context import LintContext
from newsletter.preflight.foreign_merge_tags import ForeignTag, foreign_tags
from newsletter.preflight.rule import Checker, error, warning
from newsletter.preflight.text_spans import TextSpan, WrittenLink
from newsletter.render.link_tags import encode_fallback

FOREIGN = error("NL450", name="foreign-merge-tag", always_on=True)
IN_LINK = warning("NL451", name="merge-tag-in-link")
IN_ALT = warning("NL452", name="merge-tag-in-alt-text")
CHANGED = error("NL453", name="lost-merge-tag", always_on=True)
TWICE = warning("NL454", name="double-greeting")
AWKWARD = warning("NL455", name="awkward-fallback")
GLUED = warning("NL456", name="merge-tag-spacing")
SUBJECT_GAP = warning("NL457", name="subject-without-fallback")
BARE_ADDRESS = warning("NL458", name="link-merge-tag-in-text")
UNFILLED = error("NL459", name="unsupported-merge-tag", always_on=True)
RULES = (FOREIGN, IN_LINK, IN_ALT, CHANGED, TWICE, AWKWARD, GLUED, SUBJECT_GAP, BARE_ADDRESS, UNFILLED)

_LINK_TAGS = {BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL}
_HEAD = {"title", "subject", "preheader"}
_NO_WORDS = compile_pattern(
    r"(?:first|last|full)?[ _]?name|f_?name|l_?name|e-?mail|fallback|default|insert.*|n/?a|null|none|unknown|x+"
    r"|undefined|[.…?-]+",
    re.IGNORECASE,
)
_GREETING = compile_pattern(
    r"\b(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|greetings|hola|querid[oa]s?|estimad[oa]s?|annwyl|helo|"
    r"shwmae|bore da|prynhawn da|bonjour|chère?|hallo|liebe[rs]?|مرحب[اًa]+|أهل[اًa]+|عزيزي|عزيزتي)[ \t,،]+"
    r"(?=\{(?:first|last)_name\b)",
    re.IGNORECASE,
)
_DEAR_THERE = compile_pattern(r"\bdear[ \t]+\{first_name\|(?:there|all of you|you)\}", re.IGNORECASE)
_LATIN_BEFORE = compile_pattern(r"[A-Za-zÀ-ɏ]$|[,;:!?]$")
_LATIN_AFTER = compile_pattern(r"[A-Za-zÀ-ɏ]|\{(?:first|last)_name\b")
_SENTENCE_START = compile_pattern(r"(?:^|\n[ \t]*\n)[ \t]*$")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the tags, text by text."""
    for run in context.runs:
        for foreign in foreign_tags(run.text):
            yield _foreign(context, run, foreign)
        if "{" in run.text:
            for match in merge_tags.PATTERN.finditer(run.text):
                yield from _tag(context, run, match)
    yield from _in_fields(context)
    yield from _greetings(context)
    yield from _changed(context)


def _foreign(context: LintContext, run: TextSpan, one: ForeignTag) -> Finding:
    message = f"“{one.words}” is a merge tag of {one.service}, and is not filled in here."
    if one.tag is None:
        return context.in_text(FOREIGN, run, one.start, one.end, message)
    ours = one.tag
    certain = ours.name == BuiltInTag.EMAIL or ours.fallback is not None
    if ours.name == BuiltInTag.FIRST_NAME and ours.fallback is None:
        ours = MergeTag(name=ours.name, fallback="there")
        certain = run.language.startswith("en") and not _DEAR_THERE.search(f"{run.text[: one.start][-9:]}{ours}")
    if ours.name in _LINK_TAGS:
        hint = f"Make it a link: [link text]({ours})."
        return context.in_text(FOREIGN, run, one.start, one.end, message, hint=hint)
    new = str(ours) if certain else None
    return context.in_text(FOREIGN, run, one.start, one.end, message, hint=f"Write {ours}.", new=new)


def _tag(context: LintContext, run: TextSpan, match: re.Match[str]) -> Iterator[Finding]:
    tag = MergeTag(name=match[1], fallback=match[2])
    start, end = match.span()
    inside = _link_around(run, start) is not None
    refusal = context.facts.unfilled(tag) if context.facts.unfilled else ""
    if refusal:
        message = f"{_service(context)} cannot fill in {tag}: {refusal}."
        yield context.in_text(UNFILLED, run, start, end, message)
    elif tag.name in _LINK_TAGS:
        if not inside:
            yield _bare(context, run, match)
    elif inside:
        yield context.in_text(IN_LINK, run, start, end, f"A link address contains {tag}.")
    elif run.field == "alt":
        yield context.in_text(IN_ALT, run, start, end, f"An alt text contains {tag}.")
    else:
        yield from _in_words(context, run, match, tag)


def _service(context: LintContext) -> str:
    title = context.facts.provider or "The provider"
    return title[:1].upper() + title[1:] if title.startswith("the ") else title


def _bare(context: LintContext, run: TextSpan, match: re.Match[str]) -> Finding:
    where = f"the {run.field}" if run.field in _HEAD else "the text"
    message = f"{match[0]} is in {where} but is not a link, so readers would see the whole address."
    hint = f"Delete it from {where}." if run.field in _HEAD else f"Make it a link: [link text]({match[0]})."
    return context.in_text(BARE_ADDRESS, run, match.start(), match.end(), message, hint=hint)


def _in_words(context: LintContext, run: TextSpan, match: re.Match[str], tag: MergeTag) -> Iterator[Finding]:
    """Yield what is wrong with a tag among words: at most one thing, the plainest."""
    start, end = match.span()
    before, after = run.text[max(0, start - 40) : start], run.text[end : end + 14]
    named = tag.name in {BuiltInTag.FIRST_NAME, BuiltInTag.LAST_NAME}
    if run.loc == ("subject",) and tag.fallback is None and tag.name != BuiltInTag.EMAIL:
        message = f"The subject would have a gap for readers without a value for {tag}."
        yield context.in_text(SUBJECT_GAP, run, start, end, message)
    elif named and _LATIN_BEFORE.search(before):
        word = re.split(r"\s", before)[-1]
        message = f"“{word}{tag}” would become “{word}Sam”."
        yield context.in_text(GLUED, run, start, end, message, new=f" {tag}")
    elif named and _LATIN_AFTER.match(after):
        word = re.split(r"[\s{]", after)[0] or "{last_name}"
        message = f"“{tag}{word}” would become “Sam{'Jones' if word.startswith('{') else word}”."
        yield context.in_text(GLUED, run, start, end, message, new=f"{tag} ")
    elif tag.fallback is not None:
        yield from _fallback(context, run, match, tag)


def _fallback(context: LintContext, run: TextSpan, match: re.Match[str], tag: MergeTag) -> Iterator[Finding]:
    """Yield how the words after the bar read badly."""
    start, end = match.span()
    words, after = tag.fallback or "", run.text[end : end + 1]
    before = run.text[max(0, start - 40) : start]
    greeted = re.search(r"\S+[ \t]*$", before)
    lead = f"{greeted[0].strip()} " if greeted else ""
    message, new = "", None
    if not words.strip():
        if _GREETING.search(f"{before}{{first_name"):
            message = f"{tag} has an empty fallback, so readers without a name would see “{lead.strip()}{after}”."
    elif _NO_WORDS.fullmatch(words.strip()) or words.strip().casefold() == tag.name.replace("_", " "):
        message = f"Readers without a name would see “{lead}{words.strip()}{after}”."
    elif words != words.strip():
        message = f"The fallback in {tag} has spaces around it, so readers would see a gap."
        new = str(MergeTag(name=tag.name, fallback=words.strip()))
    elif after and after in ",.!?" and words.endswith(after):
        message = f"Readers without a name would see “{words}{after}”, with the punctuation mark twice."
        new = str(MergeTag(name=tag.name, fallback=words.rstrip(after)))
    elif run.language.startswith("en") and _DEAR_THERE.search(f"{before}{tag}"):
        message = f"Readers without a name would see “{lead}{words}{after}”: “there” goes with Hello, not with Dear."
    elif words[:1].islower() and (run.is_prose or run.field in _HEAD) and _SENTENCE_START.search(run.text[:start]):
        message = f"Readers without a name would see a sentence that starts with a lower-case letter: “{words}{after}”."
    if message:
        yield context.in_text(AWKWARD, run, start, end, message, new=new)


def _in_fields(context: LintContext) -> Iterator[Finding]:
    for link in context.field_links:
        for match in merge_tags.PATTERN.finditer(link.target):
            if match[1] not in _LINK_TAGS:
                yield context.on_field(IN_LINK, link.loc, f"A link address contains {match[0]}.")
        for foreign in foreign_tags(link.target):
            message = f"“{foreign.words}” is a merge tag of {foreign.service}, and is not filled in here."
            yield context.on_field(FOREIGN, link.loc, message)


def _greetings(context: LintContext) -> Iterator[Finding]:
    """Yield each greeting by name after the first of its language; parts for some readers only are left out."""
    seen: set[str] = set()
    for_some = [loc for loc, model in context.models if getattr(model, "only", None)]
    for run in context.runs:
        if run.field in _HEAD or "{" not in run.text or _is_within(run.loc, for_some):
            continue
        for match in _GREETING.finditer(run.text):
            if run.language in seen:
                words = run.text[match.start() :].partition("}")[0] + "}"
                message = f"“{words}” greets readers by name a second time."
                yield context.in_text(TWICE, run, match.start(), match.start() + len(words), message)
            seen.add(run.language)


def _is_within(loc: FieldPath, parts: list[FieldPath]) -> bool:
    return any(loc[: len(part)] == part for part in parts)


def _changed(context: LintContext) -> Iterator[Finding]:
    """Yield each tag of the texts that neither the HTML nor, where it is told there, the text has as it was written."""
    message = context.message
    if message is None:
        return
    there = [
        (kind, {str(tag) for one in texts for tag in merge_tags.find(html_entities.unescape(one))})
        for kind, texts in (
            ("HTML", (message.html, *(one.html for one in message.variants))),
            ("text", (message.text, *(one.text for one in message.variants))),
        )
    ]
    told: set[str] = set()
    for run in context.runs:
        if "{" not in run.text or run.loc[0] == "subject" or _is_custom(context, run):
            continue
        for match in merge_tags.PATTERN.finditer(run.text):
            wanted = _as_rendered(run, match)
            lost = [kind for kind, tags in there if wanted not in tags and (kind == "HTML" or run.is_prose)]
            if lost and match[0] not in told:
                told.add(match[0])
                words = f"{match[0]} is missing from the {' and the '.join(lost)} that readers get."
                yield context.in_text(CHANGED, run, match.start(), match.end(), words)


def _as_rendered(run: TextSpan, match: re.Match[str]) -> str:
    """Return a tag of a text as readers' messages have it: in the address of a link its fallback is encoded."""
    tag = MergeTag(name=match[1], fallback=match[2])
    link = _link_around(run, match.start())
    return str(tag if link is None or link.bare else encode_fallback(tag, whole=match.start() == link.at))


def _link_around(run: TextSpan, start: int) -> WrittenLink | None:
    """Return the link whose address a place of a text is in."""
    number = bisect_right(run.links, start, key=lambda link: link.at) - 1
    link = run.links[number] if number >= 0 else None
    return link if link and start < link.at + max(len(link.target), 1) else None


def _is_custom(context: LintContext, run: TextSpan) -> bool:
    """Return whether a text is in a kind of section of the user's own, whose template may leave a field out."""
    return run.section is not None and isinstance(context.issue.sections[run.section], CustomSection)


CHECKS = (Checker("merge tags", RULES, check),)
