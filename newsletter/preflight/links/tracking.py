"""What the places that an address was copied from have put into it, or around it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.domains import decode_domain, encode_link
from newsletter.preflight.links.link_data import link_data

_SEPARATOR = compile_pattern(r"(&amp;|&)")

_PROOFPOINT = compile_pattern(r"^https?://urldefense\.(?:com|us)/v3/__(.+?)__;", re.IGNORECASE)
_PROOFPOINT_2 = compile_pattern(r"^https?://urldefense\.proofpoint\.com/v2/url\?", re.IGNORECASE)
_SAFE = compile_pattern(r"https?://[\w-]+(?:\.[\w-]+)+[^\s<>()\[\]{}|\\^`\"“”]*", re.IGNORECASE)


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
    return any(link_data().secret.fullmatch(name) for name in names)


def wrapper(target: str) -> tuple[str, str] | None:
    """Return whose wrapper is around an address, and the address in it (empty where only its owner knows); or None."""
    v3 = _PROOFPOINT.match(target)
    if v3 or _PROOFPOINT_2.match(target):
        return "Proofpoint", _inside(v3[1].replace(":/", "://").replace(":///", "://") if v3 else _proofpoint_2(target))
    for one in link_data().wrappers:
        if one.pattern.match(target):
            return one.owner, _inside(_parameter(target, one.parameters)) if one.parameters else ""
    return None


def _parameters(target: str) -> list[tuple[str, str]]:
    query = target.partition("?")[2].partition("#")[0]
    found = (piece.partition("=") for piece in _SEPARATOR.split(query)[::2])
    return [(name, value) for name, _, value in found if name]


def _is_copied(name: str, target: str, own_host: str) -> bool:
    host = _host(target)
    if link_data().campaign.fullmatch(name):
        return host.removeprefix("www.") != own_host.removeprefix("www.")
    if link_data().copied.fullmatch(name):
        return True
    return any(where.search(host) and which.fullmatch(name) for where, which in link_data().by_host)


def _host(target: str) -> str:
    try:
        return decode_domain(urlsplit(encode_link(target)).hostname or "")
    except ValueError:
        return ""


def _parameter(target: str, names: tuple[str, ...]) -> str:
    given = parse_qs(target.partition("?")[2].replace("&amp;", "&"))
    return next((given[name][0] for name in names if name in given), "")


def _proofpoint_2(target: str) -> str:
    return unquote(_parameter(target, ("u",)).replace("-", "%").replace("_", "/"))


def _inside(found: str) -> str:
    """Return what was found in a wrapper where it is a web address as a whole."""
    return found if _SAFE.fullmatch(found) else ""
