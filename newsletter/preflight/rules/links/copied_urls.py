"""Check for links copied from the wrong place: shortened, tracked, redirected or behind a sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
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

_HOST_LINK = re.compile(
    r"https?://[\w.-]*zoom\.(?:us|com)/s/|[?&](?:zak|hostKey|host_key|organizer_token)=", re.IGNORECASE
)
_SIGNED_IN = re.compile(
    r"https?://(?:"
    r"[\w-]+\.google\.com/(?:\w+/)*u/\d+/|docs\.google\.com/forms/(?:u/\d/)?d/(?!e/)[^/]+/(?:edit|prefill)|mail\.google\.com/"
    r"|drive\.google\.com/drive/(?:my-drive|home|recent)|analytics\.google\.com/|calendar\.google\.com/calendar/(?:u/\d/)?r\b"
    r"|[\w-]+\.sharepoint\.com/:\w:/r/|[\w-]+\.sharepoint\.com/[^?]*/_layouts/15/Doc\.aspx|outlook\.(?:office|live|office365)\.com/mail"
    r"|teams\.microsoft\.com/(?:_#|v2)|forms\.office\.com/pages/design|[\w-]*\.?my\.sharepoint\.com/personal/[^?]*/documents/forms"
    r"|[\w.-]*admin\.mailchimp\.com/|us\d+\.admin\.mailchimp\.com/|app\.(?:brevo|sendinblue|mailjet|hubspot)\.com/"
    r"|buttondown\.(?:com|email)/emails/"
    r"|(?:www\.)?eventbrite\.[a-z.]+/(?:myevent|manage/|edit\b|organizations/|events/create)"
    r"|(?:www\.)?surveymonkey\.[a-z.]+/(?:create|analyze|collect|design)/|(?:www\.)?canva\.com/design/[^?]*/edit"
    r"|(?:admin|create)\.typeform\.com/|app\.slack\.com/|(?:www\.)?facebook\.com/events/create|business\.facebook\.com/"
    r"|(?:www\.)?linkedin\.com/(?:feed/\?|company/\d+/admin)|studio\.youtube\.com/|(?:www\.)?youtube\.com/my_videos"
    r"|(?:[\w-]+\.)?zoom\.us/(?:meeting/\d+|profile|webinar/\d+|account)|dashboard\.stripe\.com/|app\.gocardless\.com/"
    r"|(?:www\.)?dropbox\.com/(?:home|work)/|(?:editor|manage|www)\.wix\.com/(?:dashboard|editor|website)|[\w-]+\.squarespace\.com/config"
    r"|[\w.-]+/wp-(?:admin|login)|[\w.-]+/(?:node/\d+/edit|administrator/index|umbraco\b|user/login)"
    r")"
    r"|[?&](?:preview=true|preview_id=\d+|preview_nonce=|elementor-preview=|fl_builder|ct_builder|et_fb=1|customize_changeset)",
    re.IGNORECASE,
)  # fmt: skip
_EDITED = re.compile(
    r"https?://docs\.google\.com/(?:document|spreadsheets|presentation)/d/[^/]+/edit|https?://(?:www\.)?figma\.com/file/"
    r"|https?://(?:www\.)?notion\.so/|https?://(?:www\.)?airtable\.com/(?:app|tbl)|https?://trello\.com/b/",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"\.(docx?|docm|dotx?|xlsx?|xlsm|pptx?|ppsx?|odt|ods|odp|rtf|pages|numbers|key|pub|zip|rar|7z|exe|msi|dmg)$",
    re.IGNORECASE,
)
_SAYS_KIND = re.compile(
    r"\b(?:word|excel|powerpoint|spreadsheet|slides?|zip|docx?|xlsx?|pptx?|odt|ods|download|[mk]b|template)\b|اكسل|وورد",
    re.IGNORECASE,
)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield the findings for each URL; a redirect gets no other finding."""
    own = host_of(subject.presentation.brand.website or "")
    for spot, more in first_each(spots(subject.runs, subject.field_links)):
        if host_of(spot.target):
            yield from _of(subject, spot, more, own)


def _of(subject: LintContext, spot: LinkOccurrence, more: int, own: str) -> Iterator[Finding]:
    target = spot.target
    wrapped = wrapper(target)
    if wrapped:
        whose, inside = wrapped
        leads = f" It goes to “{shown(inside)}”." if inside else ""
        words = f"“{shown(target)}” is a redirect that was added by {whose}.{leads}{elsewhere(more)}"
        yield spot.finding(subject, WRAPPED, words, new=without_tracking(inside, own) if inside else None)
        return
    yield from _private(subject, spot, more)
    names = tracked(target, own)
    if names:
        who = " This identifies the person it was sent to." if tells_who(names) else ""
        several = list(dict.fromkeys(names))
        plural = "s" if len(several) > 1 else ""
        copied = f"tracking parameter{plural} “{'”, “'.join(several)}”"
        words = f"The link contains the {copied}.{who}{elsewhere(more)}"
        yield spot.finding(subject, TRACKED, words, new=without_tracking(target, own))
    if is_shortener(host_of(target)):
        fact = subject.facts.links.get(target)
        leads = f" It goes to “{shown(fact.moved_to)}”." if fact and fact.moved_to else ""
        yield spot.finding(subject, SHORT, f"“{shown(target)}” does not show where it goes.{leads}{elsewhere(more)}")
    document = _DOCUMENT.search(target.partition("?")[0].partition("#")[0])
    if document and target.count("/") > 2 and not _SAYS_KIND.search(spot.words):
        words = f"“{shown(target)}” is a .{document[1].lower()} file.{elsewhere(more)}"
        yield spot.finding(subject, DOCUMENT, words)


def _private(subject: LintContext, spot: LinkOccurrence, more: int) -> Iterator[Finding]:
    target = spot.target
    if _HOST_LINK.search(target):
        words = f"“{shown(target)}” is the host's link, not the one for participants.{elsewhere(more)}"
        yield spot.finding(subject, HOST, words)
    elif _SIGNED_IN.search(target):
        words = f"“{shown(target)}” only opens when you are signed in.{elsewhere(more)}"
        yield spot.finding(subject, SIGNED_IN, words)
    elif _EDITED.match(target):
        yield spot.finding(subject, EDITED, f"“{shown(target)}” opens the document for editing.{elsewhere(more)}")


CHECKS = (Checker("copied links", (SHORT, TRACKED, WRAPPED, SIGNED_IN, EDITED, HOST, DOCUMENT), look),)
