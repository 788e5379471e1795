"""Check for link targets that readers cannot open: local addresses, staging sites, placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding, Severity
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.ip_ranges import is_local_host
from newsletter.preflight.links.occurrences import LinkOccurrence, elsewhere, first_each, host_of, shown, spots
from newsletter.preflight.links.status import Verdict
from newsletter.preflight.rule import Checker, error, warning

LOCAL = error("NL601", name="local-link")
STAGING = error("NL602", name="test-site-link")
PLACEHOLDER = error("NL603", name="placeholder-link")
NOTHING = error("NL604", name="unsupported-link")
PLACE = warning("NL605", name="anchor-link")
PLAIN = warning("NL606", name="insecure-link")
NO_SCHEME = error("NL607", name="missing-link-scheme")

_FILE = compile_pattern(r"file:|[a-z]:[\\/]|\\\\|~/|/(?:Users|home|Volumes|mnt)/", re.IGNORECASE)
_TRIAL_LABEL = compile_pattern(
    r"(?:[\w-]+-)?(?:staging|stage|stg|preprod|pre-prod|uat|dev|develop|development|testing|test|sandbox|qa)\d*"
    r"|(?:staging|stage|stg|dev|uat|test)-[\w-]+",
    re.IGNORECASE,
)
_THEATRE = compile_pattern(r"theat(?:re|er)|playhouse|opera|ballet|drama|musical|theatr|teatro|bühne", re.IGNORECASE)
"""Names of houses that have a stage."""
_TRIAL_HOST = compile_pattern(
    r"(?:^|\.)(?:ngrok\.io|ngrok\.app|ngrok-free\.(?:app|dev)|loca\.lt|trycloudflare\.com|lhr\.life|serveo\.net"
    r"|wpengine\.com|wpenginepowered\.com|kinsta\.cloud|pantheonsite\.io|wpcomstaging\.com|flywheelsites\.com"
    r"|flywheelstaging\.com|cloudwaysapps\.com|myftpupload\.com|lndo\.site|ddev\.site|instawp\.\w+|tastewp\.com"
    r"|sg-host\.com|temp\.domains|tempurl\.host|onrocket\.site|wpstage\.net|templweb\.com)$"
    r"|--[\w-]+\.netlify\.app$|-git-[\w-]+\.vercel\.app$",
    re.IGNORECASE,
)
_UNFILLED_HOST = compile_pattern(
    r"(?:www\.)?(?:example\.(?:com|net)|(?:my|your|our)?-?(?:website|web-site|webpage|domain(?:name)?|site)\.(?:com|org|net|co\.uk|org\.uk)"
    r"|your[\w-]*(?:charity|organi[sz]ation|company|name|link|url|shop|blog|brand|group|council|school)[\w-]*\.[a-z.]+"
    r"|(?:link|url|address|sample|placeholder|xxx+|foo|foobar|tbc|tbd)\.(?:com|org|net|co\.uk)|test\.com)",
    re.IGNORECASE,
)
_UNFILLED_WORD = compile_pattern(
    r"\.+|…|tb[acd]|to-?do|x{2,}|link(?:-?(?:here|to-?follow|tbc))?|url|insert[\w-]*|www|address|placeholder|here|\?+",
    re.IGNORECASE,
)
_UNFILLED_PATH = compile_pattern(
    r"[/=](?:(?i:your|insert)[-_](?:[\w-]*[-_])?(?i:here|link|url|slug)|(?:YOUR|INSERT)[-_][A-Z_-]+"
    r"|TB[CAD]|XX+|TODO|lorem-ipsum)(?=[/?#&]|$)|%7B%7B|\[\["
)
_BARE_SITE = compile_pattern(
    r"(?:www\.[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:com|org|net|uk|eu|ie|info|charity|cymru|wales|scot))(?:[/?#:]\S*)?",
    re.IGNORECASE,
)
_BARE_EMAIL = compile_pattern(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_SCHEME = compile_pattern(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each address."""
    found = spots(context.runs, context.field_links)
    # an email address between < and > is already a link, and bare addresses have a rule of their own
    for spot, more in first_each(spot for spot in found if host_of(spot.target) or spot.words or spot.is_field):
        yield from _of(context, spot, more)


def _of(context: LintContext, spot: LinkOccurrence, more: int) -> Iterator[Finding]:
    target = spot.target
    if _FILE.match(target):
        yield spot.finding(context, LOCAL, f"“{shown(target)}” is a file on your computer.{elsewhere(more)}")
    elif host_of(target):
        yield from _of_web(context, spot, more)
    elif target.startswith("#") and len(target) > 1:
        yield spot.finding(context, PLACE, f"“{target}” goes to a section within the email that does not exist.")
    elif _BARE_SITE.fullmatch(target):
        words = f"“{shown(target)}” is missing https:// at the start.{elsewhere(more)}"
        yield spot.finding(context, NO_SCHEME, words, new=f"https://{target}")
    elif _BARE_EMAIL.fullmatch(target):
        words = f"“{target}” is missing mailto: at the start.{elsewhere(more)}"
        yield spot.finding(context, NO_SCHEME, words, new=f"mailto:{target}")
    elif _leads_nowhere(target):
        words = (
            f"“{shown(target)}” is not a full web address." if target else f"The link “{spot.words}” has no address."
        )
        yield spot.finding(context, NOTHING, f"{words}{elsewhere(more)}")


def _leads_nowhere(target: str) -> bool:
    """Return whether mail programs cannot open a target; another check reports misspelt ones."""
    scheme = _SCHEME.match(target)
    if scheme is None:
        return "@" not in target and not re.match(r"h?t?tps?\b|www|mail", target, re.IGNORECASE)
    return scheme[0].lower() in {
        "javascript:",
        "about:",
        "data:",
        "cid:",
        "ftp:",
        "sftp:",
        "blob:",
        "chrome:",
        "view-source:",
    }


def _of_web(context: LintContext, spot: LinkOccurrence, more: int) -> Iterator[Finding]:
    target, host = spot.target, host_of(spot.target)
    if _is_unfilled(target, host, context):
        yield spot.finding(context, PLACEHOLDER, f"“{shown(target)}” is a placeholder.{elsewhere(more)}")
    elif is_local_host(host):
        if not context.checking.local_links:
            yield spot.finding(
                context, LOCAL, f"“{shown(target)}” only works inside your own network.{elsewhere(more)}"
            )
    elif _is_for_trials(host):
        finding = spot.finding(context, STAGING, f"“{shown(target)}” is on a test website.{elsewhere(more)}")
        is_certain = _is_host_of_trials(host) or _is_own(host, context)
        yield finding if is_certain else finding.model_copy(update={"severity": Severity.WARNING})
    elif urlsplit(target).scheme.lower() == "http":
        yield _plain(context, spot, more)


def _is_unfilled(target: str, host: str, context: LintContext) -> bool:
    own = host_of(context.presentation.brand.website or "")
    if host == own:
        return False
    return bool(
        _UNFILLED_HOST.fullmatch(host)
        or (_UNFILLED_WORD.fullmatch(host) and "." not in host.strip("."))
        or host in {"www.", "www.example.com"}
        or _UNFILLED_PATH.search(target)
    )


def _is_for_trials(host: str) -> bool:
    labels = host.split(".")
    own = labels[: -3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else -2]
    if "stage" in own and any(_THEATRE.search(label) for label in labels):
        return False
    return any(_TRIAL_LABEL.fullmatch(label) for label in own) or _is_host_of_trials(host)


def _is_host_of_trials(host: str) -> bool:
    """Return whether a host belongs to a service for trying websites out."""
    return _TRIAL_HOST.search(host) is not None


def _is_own(host: str, context: LintContext) -> bool:
    """Return whether a host is part of the organisation’s own site, whose public address is known."""
    own = host_of(context.presentation.brand.website or "").removeprefix("www.")
    return bool(own) and host.endswith(f".{own}")


def _plain(context: LintContext, spot: LinkOccurrence, more: int) -> Finding:
    """Return the finding for an http:// link, with a fix if the page is known to open with https://."""
    encrypted = re.sub(r"^http:", "https:", spot.target, flags=re.IGNORECASE)
    fact = context.facts.links.get(spot.target)
    own = context.presentation.brand.website or ""
    is_known = fact is not None and fact.verdict is Verdict.MOVED and _same(fact.moved_to, encrypted)
    is_own = own.startswith("https://") and host_of(own) == host_of(spot.target)
    words = f"“{shown(spot.target)}” starts with http:// instead of https://.{elsewhere(more)}"
    return spot.finding(context, PLAIN, words, new=encrypted if is_known or is_own else None)


def _same(one: str, other: str) -> bool:
    return one.rstrip("/").casefold() == other.rstrip("/").casefold()


CHECKS = (Checker("link targets", (LOCAL, STAGING, PLACEHOLDER, NOTHING, PLACE, PLAIN, NO_SCHEME), check),)
