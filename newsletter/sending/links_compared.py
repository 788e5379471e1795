"""Links in the form in which two are compared: the same place written in two ways gives the same link."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

import idna

_TAG = re.compile(
    r"\*\|.*?\|\*|\{\{\{.*?\}\}\}|\{\{.*?\}\}|\{%.*?%\}|\[\[.*?\]\]|%[A-Z_]+%(?![0-9A-F]{2})|\{\$?[a-z_]+\}", re.DOTALL
)
"""Merge tags, in the forms that providers know; they are compared letter by letter."""
_WEB = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?P<slashes>//)(?P<place>[^/?#]*)", re.IGNORECASE)
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")
_HEX = re.compile(r"%[0-9a-fA-F]{2}")


def normal_url(link: str) -> str:
    """Return a link in the form in which it is compared; merge tags in it stay as they are."""
    link = re.sub(r"[\t\r\n]", "", link).strip()
    pieces, end = [], 0
    for tag in _TAG.finditer(link):
        pieces += [_escaped(link[end : tag.start()]), tag[0]]
        end = tag.end()
    whole = "".join([*pieces, _escaped(link[end:])])
    found = _WEB.match(whole)
    if found is None:
        scheme, colon, rest = whole.partition(":")
        return f"{scheme.lower()}:{rest}" if colon and scheme.isalpha() else whole
    rest = whole[found.end() :]
    return f"{found['scheme'].lower()}://{_place(found['place'])}{rest if rest[:1] == '/' else '/' + rest}"


def _escaped(piece: str) -> str:
    """Escape what must be, and nothing that need not be."""
    plain = _UNRESERVED.sub(lambda found: unquote(found[0]), piece)
    whole = quote(plain, safe="%/:?#[]@!$&'()*+,;=-._~|{}")
    return _HEX.sub(lambda found: found[0].upper(), whole)


def _place(place: str) -> str:
    """Return user, host and port; an international domain in the form of the DNS."""
    user, at, host = place.rpartition("@")
    name = unquote(host).lower()
    if not name.isascii():
        name, colon, port = name.partition(":")
        try:
            name = idna.encode(name, uts46=True).decode() + colon + port
        except idna.IDNAError:
            return place.lower()
    return f"{user}{at}{name}"


def tags_of(text: str) -> list[str]:
    """List the merge tags in a text, letter by letter as they stand there."""
    return _TAG.findall(text)


def host_of(link: str) -> str:
    """Return the host of a link to the web; empty for any other."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""


def is_on(link: str, domains: tuple[str, ...]) -> bool:
    """Return whether a link leads to one of the domains, or to a part of one."""
    host = host_of(link)
    return any(host == one or host.endswith(f".{one}") for one in domains)


def wraps(tracked: str, link: str) -> bool:
    """Return whether a tracked link names the one that it stands for."""
    inside = tracked
    for _ in range(3):
        inside = unquote(inside)
        if link.rstrip("/") in inside or unquote(link).rstrip("/") in inside:
            return True
    return False
