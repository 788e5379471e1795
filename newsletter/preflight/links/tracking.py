"""What the places that an address was copied from have put into it, or around it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from newsletter.model.domains import decode_domain, encode_link

_CAMPAIGN = re.compile(r"utm_\w+|at_(?:medium|campaign|link_\w+|bbc_team|ptr_\w+|format)|pk_\w+|mtm_\w+", re.IGNORECASE)
"""What one's own analytics put in, on purpose: elsewhere it is somebody else's."""
_COPIED = re.compile(
    r"fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid"
    r"|_hsenc|_hsmi|__hs\w+|hsCtaTracking|mkt_tok|vero_id|vero_conv|oly_anon_id|oly_enc_id|_openstat|srsltid"
    r"|wickedid|rb_clickid|ref_src|ref_url|__twitter_impression|trk|trkInfo|trackingId|_gl|_ga|epik|fb_action_ids"
    r"|fb_action_types|fb_source|_branch_match_id|mibextid|sfnsn|__cf_chl_\w+|cmpid|spm|scm|ss_source"
    r"|ss_campaign_id|ss_email_id|bsft_\w+|elqTrack\w*|et_rid|dm_i|dm_t|sc_cid|s_kwcid|ck_subscriber_id|guccounter"
    r"|guce_referrer\w*",
    re.IGNORECASE,
)
_BY_HOST = (
    (re.compile(r"(?:^|\.)(?:youtube\.com|youtu\.be|spotify\.com)$"), re.compile(r"si|feature|pp|context")),
    (re.compile(r"(?:^|\.)eventbrite\.(?:com|co\.uk|ie|org|es)$"), re.compile(r"aff|keep_tld")),
    (re.compile(r"(?:^|\.)(?:twitter|x)\.com$"), re.compile(r"s|t")),
    (re.compile(r"(?:^|\.)linkedin\.com$"), re.compile(r"rcm|original_referer|lipi")),
    (re.compile(r"(?:^|\.)medium\.com$"), re.compile(r"source")),
)
_SECRET = re.compile(r"mc_eid|ck_subscriber_id|_hsenc|mkt_tok|vero_id|oly_\w+|et_rid|ss_email_id", re.IGNORECASE)
_SEPARATOR = re.compile(r"(&amp;|&)")

_WRAPPERS = tuple(
    (re.compile(rf"https?://{place}", re.IGNORECASE), names, whose)
    for place, names, whose in (
        (r"[\w.-]+\.safelinks\.protection\.(?:outlook|office365)\.(?:com|us)/", "url", "Outlook"),
        (r"(?:[\w-]+\.)*teams\.(?:cdn\.office|microsoft)\.[\w./-]*safelinks", "url", "Teams"),
        (r"(?:www\.)?google\.[a-z.]+/url\?", "q,url", "Google"),
        (r"(?:l|lm|m)\.facebook\.com/(?:flx/warn|l\.php)", "u", "Facebook"),
        (r"l\.instagram\.com/", "u", "Instagram"),
        (r"l\.messenger\.com/", "u", "Messenger"),
        (r"(?:www\.)?youtube\.com/redirect\?", "q", "YouTube"),
        (r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)\?", "url", "LinkedIn"),
        (r"(?:[\w-]+\.)?slack-redir\.(?:net|com)/link\?", "url", "Slack"),
        (r"linkprotect\.cudasvc\.com/url\?", "a", "Barracuda"),
        (r"duckduckgo\.com/l/\?", "uddg", "DuckDuckGo"),
        (r"deref-\w+\.[a-z.]+/", "redirectUrl", "a mail program"),
        (r"(?:www\.)?bing\.com/ck/", "", "Bing"),
        (r"[\w.-]+\.list-manage\d?\.com/track/", "", "Mailchimp"),
        (r"(?:[\w-]+\.)?mandrillapp\.com/track/", "", "Mailchimp"),
        (r"[\w.-]+/ls/click\?upn=", "", "SendGrid"),
        (r"[\w.-]+\.(?:sendib[tm]\d|brevo)\.(?:com|net)/(?:tr/cl|mk/cl)", "", "Brevo"),
        (r"(?:protect-[a-z]{2}\.mimecast\.com|url\.[a-z]{2}\.m\.mimecastprotect\.com)/", "", "Mimecast"),
        (r"[\w.-]+\.(?:cmail|createsend)\d{0,2}\.com/t/", "", "Campaign Monitor"),
        (r"(?:[\w.-]+\.hubspotlinks\.com/|hs-\d+\.[\w.-]+/e3t/)", "", "HubSpot"),
        (r"(?:lnks\.gd|links-\d\.govdelivery\.com)/", "", "GovDelivery"),
        (r"clicks?\.(?:eventbrite|\w+\.(?:e|mail|email|news))\.[\w.]+/", "", "another newsletter"),
    )
)
"""How the address begins, in which parameters the real one stands (none: only its owner knows it), and whose it is."""
_PROOFPOINT = re.compile(r"^https?://urldefense\.(?:com|us)/v3/__(.+?)__;", re.IGNORECASE)
_PROOFPOINT_2 = re.compile(r"^https?://urldefense\.proofpoint\.com/v2/url\?", re.IGNORECASE)
_SAFE = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+[^\s<>()\[\]{}|\\^`\"“”]*", re.IGNORECASE)


def tracked(target: str, own_host: str) -> list[str]:
    """Return the names of the parameters of an address that were only copied along; one's own campaigns are none."""
    return [name for name, _ in _parameters(target) if _is_copied(name, target, own_host)]


def without_tracking(target: str, own_host: str) -> str:
    """Return an address without these, and every other letter of it as it was."""
    if not tracked(target, own_host):
        return target
    head, mark, rest = target.partition("?")
    query, sharp, fragment = rest.partition("#")
    pieces = _SEPARATOR.split(query)
    kept = [
        (separator, parameter)
        for separator, parameter in zip(["", *pieces[1::2]], pieces[::2], strict=True)
        if not _is_copied(parameter.partition("=")[0], target, own_host)
    ]
    joined = "".join(f"{separator if number else ''}{parameter}" for number, (separator, parameter) in enumerate(kept))
    return f"{head}{mark if joined else ''}{joined}{sharp}{fragment}"


def tells_who(names: list[str]) -> bool:
    """Return whether one of these parameters identifies the person who was sent the address."""
    return any(_SECRET.fullmatch(name) for name in names)


def wrapper(target: str) -> tuple[str, str] | None:
    """Return whose wrapper is around an address, and the address in it (empty where only its owner knows); or None."""
    v3 = _PROOFPOINT.match(target)
    if v3 or _PROOFPOINT_2.match(target):
        return "Proofpoint", _inside(v3[1].replace(":/", "://").replace(":///", "://") if v3 else _proofpoint_2(target))
    for pattern, names, whose in _WRAPPERS:
        if pattern.match(target):
            return whose, _inside(_parameter(target, names)) if names else ""
    return None


def _parameters(target: str) -> list[tuple[str, str]]:
    query = target.partition("?")[2].partition("#")[0]
    found = (piece.partition("=") for piece in _SEPARATOR.split(query)[::2])
    return [(name, value) for name, _, value in found if name]


def _is_copied(name: str, target: str, own_host: str) -> bool:
    host = _host(target)
    if _CAMPAIGN.fullmatch(name):
        return host.removeprefix("www.") != own_host.removeprefix("www.")
    if _COPIED.fullmatch(name):
        return True
    return any(where.search(host) and which.fullmatch(name) for where, which in _BY_HOST)


def _host(target: str) -> str:
    try:
        return decode_domain(urlsplit(encode_link(target)).hostname or "")
    except ValueError:
        return ""


def _parameter(target: str, names: str) -> str:
    given = parse_qs(target.partition("?")[2].replace("&amp;", "&"))
    return next((given[name][0] for name in names.split(",") if name in given), "")


def _proofpoint_2(target: str) -> str:
    return unquote(_parameter(target, "u").replace("-", "%").replace("_", "/"))


def _inside(found: str) -> str:
    """Return what was found in a wrapper where it is a web address as a whole."""
    return found if _SAFE.fullmatch(found) else ""
