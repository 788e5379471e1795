"""Check for typing mistakes in web addresses, email addresses and phone numbers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model import merge_tags
from newsletter.model.domains import decode_domain
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.occurrences import LinkOccurrence, elsewhere, first_each, host_of, shown, spots
from newsletter.preflight.links.typos import SPACED_ADDRESS, host_fixed, is_nearly, scheme_fixed
from newsletter.preflight.rule import Checker, error, note, warning

SCHEME = error("NL615", name="misspelled-scheme")
HOST = warning("NL616", name="misspelled-domain")
TAIL = warning("NL617", name="punctuation-in-link")
SIGNS = warning("NL618", name="invalid-link-characters")
CUT = error("NL619", name="truncated-link")
MAILTO = error("NL620", name="invalid-email-link")
TEL = warning("NL621", name="invalid-phone-link")
COUNTRY = note("NL622", name="missing-country-code")
ESCAPED = warning("NL623", name="html-entity-in-link")

_TAIL = compile_pattern(r"(?:[.,;’”'\"»]|%20|%E2%80%(?:99|9D)|%C2%A0)+$", re.IGNORECASE)
_CUT = compile_pattern(r"(?:…|\.\.\.|%E2%80%A6)$", re.IGNORECASE)
_TWICE = compile_pattern(r"(?<!^)(?<![/=:?&#|,;@%.-])https?://", re.IGNORECASE)
"""A second address right behind the first; an archive or a redirect has a sign before it."""

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SIGNS = compile_pattern(rf"[\s\"“”‘’«»<>|\\^`{{}}{_INVISIBLE}]")
_EMAIL = compile_pattern(r"[^\s@<>()\[\],;:\"“”]+@(?:[\w-]+\.)+[\w-]{2,}")
_FIELDS = ("subject", "body", "cc", "bcc", "to")
_FIGURES = compile_pattern(r"\+?[\d\s().-]*")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield at most one finding for each address: the first mistake in it."""
    own = host_of(context.presentation.brand.website or "")
    without_country: list[Finding] = []
    for spot, more in first_each(spots(context.runs, context.field_links)):
        finding = _of(context, spot, more, own)
        if finding is not None and finding.code == COUNTRY.code:
            without_country.append(finding)
        elif finding is not None:
            yield finding
    if without_country:
        yield _first_of(without_country)
    for run in context.runs:
        for match in SPACED_ADDRESS.finditer(run.text):
            if " " not in merge_tags.PATTERN.sub("", match[1]):
                continue
            words = f"There is a space in “{shown(match[1])}”, so it is not a link."
            new = _spaces_encoded(match[1])
            yield context.in_text(SIGNS, run, *match.span(1), words, new=new)


def _spaces_encoded(address: str) -> str:
    """Encode the spaces of an address, but not those in merge tags: they are encoded when the tag is filled."""
    result, done = "", 0
    for tag in merge_tags.PATTERN.finditer(address):
        result += address[done : tag.start()].replace(" ", "%20") + tag[0]
        done = tag.end()
    return result + address[done:].replace(" ", "%20")


def _of(context: LintContext, spot: LinkOccurrence, more: int, own: str) -> Finding | None:
    target = spot.target
    right = scheme_fixed(target)
    if right != target:
        words = f"“{shown(target)}” does not start correctly.{elsewhere(more)}"
        return spot.finding(context, SCHEME, words, new=right)
    lower = target.lower()
    if lower.startswith("mailto:") or (lower.count("@") == 1 and ":" not in lower):
        return _mail(context, spot, more, own)
    if lower.startswith("tel:"):
        return _phone(context, spot, more)
    return _web(context, spot, more, own) if lower.startswith(("http://", "https://")) else None


def _web(context: LintContext, spot: LinkOccurrence, more: int, own: str) -> Finding | None:
    target = spot.target
    if _CUT.search(target):
        return spot.finding(context, CUT, f"“{shown(target)}” is cut off.{elsewhere(more)}")
    tail = _tail(target) if not spot.link.bare else ""
    if tail:
        words = f"There is “{unquote(tail)}” at the end of “{shown(target)}”.{elsewhere(more)}"
        return spot.finding(context, TAIL, words, new=target[: -len(tail)])
    if _SIGNS.search(target) and "*|" not in target:
        plain = re.sub(f"[{_INVISIBLE}]", "", target)
        signs = "an invisible character" if not _SIGNS.search(plain) else f"“{(_SIGNS.search(plain) or [''])[0]}”"
        words = f"There is {signs} in “{shown(plain)}”.{elsewhere(more)}"
        return spot.finding(context, SIGNS, words, new=plain if not _SIGNS.search(plain) else None)
    if _TWICE.search(target):
        words = f"“{shown(target)}” is two addresses in one.{elsewhere(more)}"
        return spot.finding(context, SIGNS, words)
    if spot.is_field and "&amp;" in target:
        words = f"There is “&amp;” in “{shown(target)}”.{elsewhere(more)}"
        return spot.finding(context, ESCAPED, words, new=target.replace("&amp;", "&"))
    return _host(context, spot, more, own)


def _tail(target: str) -> str:
    """Return the punctuation at the end of a URL that does not belong to it."""
    found = _TAIL.search(target)
    tail = found[0] if found else ""
    front = target[: len(target) - len(tail)]
    if front.endswith(")") and front.count(")") > front.count("("):
        tail = f"){tail}"
    return tail


def _host(context: LintContext, spot: LinkOccurrence, more: int, own: str) -> Finding | None:
    match = re.match(r"(https?://(?:[^/@?#]*@)?)([^/:?#]+)", spot.target, re.IGNORECASE)
    if match is None:
        return None
    host = match[2]
    right = host_fixed(host)
    if right != host:
        words = f"“{host}” looks misspelt. Did you mean “{right}”?{elsewhere(more)}"
        new = f"{match[1]}{right}{spot.target[match.end() :]}"
        return spot.finding(context, HOST, words, new=new)
    if own and is_nearly(decode_domain(host), own):
        words = f"“{host}” is almost your own domain, “{own}”.{elsewhere(more)}"
        return spot.finding(context, HOST, words)
    return None


def _mail(context: LintContext, spot: LinkOccurrence, more: int, own: str) -> Finding | None:
    target = spot.target
    start = len("mailto:") if target.lower().startswith("mailto:") else 0
    address, _, query = target[start:].partition("?")
    domain = address.rpartition("@")[2]
    right = host_fixed(domain)
    if _EMAIL.fullmatch(address) and right != domain:
        words = f"“{domain}” looks misspelt. Did you mean “{right}”?{elsewhere(more)}"
        mailbox = address[: len(address) - len(domain)]
        return spot.finding(context, HOST, words, new=target.replace(f"{mailbox}{domain}", f"{mailbox}{right}", 1))
    wrong = _address_fault(unquote(address), domain, query)
    if wrong:
        return spot.finding(context, MAILTO, f"“{shown(target)}” {wrong}.{elsewhere(more)}", new=_mail_fixed(target))
    if own and is_nearly(decode_domain(domain), own):
        words = f"“{domain}” is almost your own domain, “{own.removeprefix('www.')}”.{elsewhere(more)}"
        return spot.finding(context, HOST, words)
    return _mail_fields(context, spot, more, query)


def _address_fault(address: str, domain: str, query: str) -> str:
    """Return what is wrong with the address of a mailto link, or an empty string."""
    if not address:
        return "" if re.search(r"(?:^|&)(?:to|body|subject)=", query, re.IGNORECASE) else "contains no email address"
    several = re.split(r"[,;]\s*|\s+", address.strip())
    if len(several) > 1 and (";" in address or " " in address.strip().replace(", ", ",")):
        return "has several addresses without commas between them"
    for one in several:
        if "@" not in one:
            return f"has no @ in “{one}”"
        if "." not in one.rpartition("@")[2]:
            return f"has no ending such as .org in “{domain}”"
        if not _EMAIL.fullmatch(one) or ".." in one or one.endswith("."):
            return "is not a valid email address"
    return ""


def _mail_fixed(target: str) -> str | None:
    """Return a mailto link with its punctuation fixed; None where the intended address is unclear."""
    address, mark, query = target.partition("?")
    plain = re.sub(r"[.,;’”'\"]+$", "", address.replace("%20", "")).replace(";", ",")
    new = f"{plain}{mark}{query}"
    mailbox = plain.removeprefix("mailto:")
    return new if new != target and all(_EMAIL.fullmatch(one) for one in mailbox.split(",")) else None


def _mail_fields(context: LintContext, spot: LinkOccurrence, more: int, query: str) -> Finding | None:
    if "?" in query and re.search(r"\?(?:subject|body|cc|bcc)=", query, re.IGNORECASE):
        right = query.replace("?", "&")
        words = f"There are two “?” in “{shown(spot.target)}”: the second must be “&”.{elsewhere(more)}"
        return spot.finding(context, MAILTO, words, new=spot.target[: -len(query)] + right)
    for piece in filter(None, re.split(r"&(?:amp;)?", query)):
        name, mark, _ = piece.partition("=")
        if name.lower() in _FIELDS and mark:
            continue
        near = difflib.get_close_matches(name.lower(), _FIELDS, 1, 0.6)
        words = f"“{name}” in “{shown(spot.target)}” is not a field that mail programs know.{elsewhere(more)}"
        new = spot.target.replace(f"{name}=", f"{near[0]}=", 1) if near and mark and name.lower() != near[0] else None
        return spot.finding(context, MAILTO, words, new=new)
    return None


def _phone(context: LintContext, spot: LinkOccurrence, more: int) -> Finding | None:
    given = spot.target[len("tel:") :]
    number = unquote(given).partition(";")[0]
    figures = re.sub(r"\D", "", number)
    if (
        not _FIGURES.fullmatch(number)
        or "(0)" in number
        or given.startswith("//")
        or len(figures) < 3
        or len(figures) > 15
    ):
        plain = re.sub(r"[\s().-]", "", number.removeprefix("//").replace("(0)", ""))
        new = f"tel:{plain}" if re.fullmatch(r"\+[1-9]\d{7,14}", plain) else None
        return spot.finding(
            context, TEL, f"“{shown(spot.target)}” is not a valid phone number.{elsewhere(more)}", new=new
        )
    if re.match(r"\+\d{1,3}0\d{9}|\+0|\+440", f"{number[:1]}{figures}") and not figures.startswith(
        ("39", "378", "225", "242")
    ):
        words = f"“{shown(spot.target)}” has a 0 after the country code that must not be dialled.{elsewhere(more)}"
        new = f"tel:+44{figures[3:]}" if figures.startswith("440") else None
        return spot.finding(context, TEL, words, new=new)
    if not number.startswith("+") and not figures.startswith("00") and _is_long(figures):
        return spot.finding(context, COUNTRY, f"“{shown(spot.target)}” has no country code.{elsewhere(more)}")
    return None


def _first_of(findings: Sequence[Finding]) -> Finding:
    """Return the first finding, with the number of the others."""
    count = len(findings) - 1
    others = "" if not count else " One more has none either." if count == 1 else f" {count} more have none either."
    return findings[0].model_copy(update={"message": findings[0].message + others})


def _is_long(figures: str) -> bool:
    """Return whether digits are an ordinary phone number, not an emergency or national-rate one."""
    return len(figures) > 6 and not re.match(r"0(?:800|808|3\d\d|84\d|87\d)|1?800|116", figures)


CHECKS = (Checker("typing mistakes in links", (SCHEME, HOST, TAIL, SIGNS, CUT, MAILTO, TEL, COUNTRY, ESCAPED), check),)
