"""Check for links copied from the wrong place: shortened, tracked, redirected or behind a sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.link_data import link_data
from newsletter.preflight.links.occurrences import LinkOccurrence, elsewhere, first_each, host_of, shown, spots
from newsletter.preflight.links.shorteners import is_shortener
from newsletter.preflight.links.tracking import tells_who, tracked, without_tracking, wrapper
from newsletter.preflight.rule import Checker, error, note, warning

SHORT = warning("NL608", name="shortened-link")
TRACKED = warning("NL609", name="tracking-parameters")
WRAPPED = warning("NL610", name="wrapped-link")
SIGNED_IN = warning("NL611", name="private-page-link")
EDITED = note("NL612", name="editing-link")
HOST = error("NL613", name="secret-link", always_on=True)
DOCUMENT = note("NL614", name="file-link")

_HOST_LINK = compile_pattern(
    r"https?://[\w.-]*zoom\.(?:us|com)/s/|[?&](?:zak|hostKey|host_key|organizer_token)=", re.IGNORECASE
)
_EDITED = compile_pattern(
    r"https?://docs\.google\.com/(?:document|spreadsheets|presentation)/d/[^/]+/edit|https?://(?:www\.)?figma\.com/file/"
    r"|https?://(?:www\.)?notion\.so/|https?://(?:www\.)?airtable\.com/(?:app|tbl)|https?://trello\.com/b/",
    re.IGNORECASE,
)
_DOCUMENT = compile_pattern(
    r"\.(docx?|docm|dotx?|xlsx?|xlsm|pptx?|ppsx?|odt|ods|odp|rtf|pages|numbers|key|pub|zip|rar|7z|exe|msi|dmg)$",
    re.IGNORECASE,
)
_SAYS_KIND = compile_pattern(
    r"\b(?:word|excel|powerpoint|spreadsheet|slides?|zip|docx?|xlsx?|pptx?|odt|ods|download|[mk]b|template)\b|اكسل|وورد",
    re.IGNORECASE,
)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings for each URL; a redirect gets no other finding."""
    own = host_of(context.presentation.brand.website or "")
    for spot, more in first_each(spots(context.runs, context.field_links)):
        if host_of(spot.target):
            yield from _of(context, spot, more, own)


def _of(context: LintContext, spot: LinkOccurrence, more: int, own: str) -> Iterator[Finding]:
    target = spot.target
    wrapped = wrapper(target)
    if wrapped:
        whose, inside = wrapped
        leads = f" It goes to “{shown(inside)}”." if inside else ""
        words = f"“{shown(target)}” is a redirect that was added by {whose}.{leads}{elsewhere(more)}"
        yield spot.finding(context, WRAPPED, words, new=without_tracking(inside, own) if inside else None)
        return
    yield from _private(context, spot, more)
    names = tracked(target, own)
    if names:
        who = " This identifies the person it was sent to." if tells_who(names) else ""
        several = list(dict.fromkeys(names))
        plural = "s" if len(several) > 1 else ""
        copied = f"tracking parameter{plural} “{'”, “'.join(several)}”"
        words = f"The link contains the {copied}.{who}{elsewhere(more)}"
        yield spot.finding(context, TRACKED, words, new=without_tracking(target, own))
    if is_shortener(host_of(target)):
        fact = context.facts.links.get(target)
        leads = f" It goes to “{shown(fact.moved_to)}”." if fact and fact.moved_to else ""
        yield spot.finding(context, SHORT, f"“{shown(target)}” does not show where it goes.{leads}{elsewhere(more)}")
    document = _DOCUMENT.search(target.partition("?")[0].partition("#")[0])
    if document and target.count("/") > 2 and not _SAYS_KIND.search(spot.words):
        words = f"“{shown(target)}” is a .{document[1].lower()} file.{elsewhere(more)}"
        yield spot.finding(context, DOCUMENT, words)


def _private(context: LintContext, spot: LinkOccurrence, more: int) -> Iterator[Finding]:
    target = spot.target
    if _HOST_LINK.search(target):
        words = f"“{shown(target)}” is the host's link, not the one for participants.{elsewhere(more)}"
        yield spot.finding(context, HOST, words)
    elif link_data().private_pages.search(target):
        words = f"“{shown(target)}” only opens when you are signed in.{elsewhere(more)}"
        yield spot.finding(context, SIGNED_IN, words)
    elif _EDITED.match(target):
        yield spot.finding(context, EDITED, f"“{shown(target)}” opens the document for editing.{elsewhere(more)}")


CHECKS = (Checker("copied links", (SHORT, TRACKED, WRAPPED, SIGNED_IN, EDITED, HOST, DOCUMENT), check),)
