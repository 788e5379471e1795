"""Internationalised domain names (IDNA2008, RFC 5890 and 5891), mapped as browsers do (UTS 46, non-transitional).

`straße.de` is `xn--strae-oqa.de`, not `strasse.de`. A name that IDNA2008 itself does not allow, such as one with an
emoji, is encoded as browsers encode it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from newsletter.compiled_patterns import compile_pattern

_DOTS = compile_pattern("[.\u3002\uff0e\uff61]")
_ACE = "xn--"
_WEB = compile_pattern(r"((?:https?:)?//)([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
_MAILTO = compile_pattern(r"(mailto:)([^?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_ADDRESSES = compile_pattern(r"(?i)(?<=[?&])((?:to|cc|bcc)=)([^&#]*)")
_LONGEST_LABEL = 63


def encode_domain(domain: str) -> str:
    """Return a domain name in ASCII, as the DNS has it: `müller.example` is `xn--mller-kva.example`.

    A name that is ASCII already is returned as it is. Raise ValueError for a name that cannot be encoded.
    """
    if domain.isascii():
        return domain
    import idna  # noqa: PLC0415  hardly any domain needs it

    mapped: str = idna.uts46_remap(domain, std3_rules=False, transitional=False)
    return ".".join(_encode_label(label) for label in _DOTS.split(mapped))


def _encode_label(label: str) -> str:
    import idna  # noqa: PLC0415  as above

    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        encoded = _ACE + label.encode("punycode").decode("ascii")
    if len(encoded) > _LONGEST_LABEL or not label.strip():
        raise ValueError(f"this label of a domain name is too long: {label}")
    return encoded


@lru_cache(maxsize=8192)
def decode_domain(domain: str) -> str:
    """Return a domain name as people write it, in lower case: two names are the same if this form is.

    A name that cannot be decoded is returned in lower case.
    """
    try:
        return ".".join(_decode_label(label) for label in encode_domain(domain).lower().split("."))
    except ValueError:
        return domain.lower()


def _decode_label(label: str) -> str:
    if not label.startswith(_ACE):
        return label
    decoded = label.removeprefix(_ACE).encode("ascii").decode("punycode")
    # a label that does not lead back to itself is a name of its own, whatever it looks like
    return decoded if encode_domain(decoded) == label else label


def encode_address(address: str) -> str:
    """Return an email address with its domain in ASCII; one whose domain cannot be encoded stays as it is."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{encode_domain(domain)}"
    except ValueError:
        return address


@lru_cache(maxsize=64)
def encode_link(link: str) -> str:
    """Return a link with the domains in it in ASCII, and nothing else changed.

    Of an https or http link that is the host, also one that is written with percent signs; of a mailto link the domain
    of each address. A link whose domain cannot be encoded, or holds a merge tag, stays as it is.
    """
    if found := _WEB.fullmatch(link):
        scheme, authority, rest = found.groups()
        return f"{scheme}{_encode_authority(authority)}{rest}"
    if found := _MAILTO.fullmatch(link):
        scheme, addresses, rest = found.groups()
        rest = _ADDRESSES.sub(lambda field: field[1] + _encode_addresses(field[2]), rest)
        return f"{scheme}{_encode_addresses(addresses)}{rest}"
    return link


def _encode_authority(authority: str) -> str:
    """Return user, host and port with the host in ASCII."""
    user, at, place = authority.rpartition("@")
    host, colon, port = place.partition(":")
    return f"{user}{at}{_encode_host(host)}{colon}{port}"


def _encode_addresses(addresses: str) -> str:
    if addresses.isascii() and "%" not in addresses:
        return addresses
    parts = (one.rpartition("@") for one in addresses.split(","))
    return ",".join(f"{local}{at}{_encode_host(domain)}" for local, at, domain in parts)


def _encode_host(host: str) -> str:
    if (host.isascii() and "%" not in host) or "{" in host:
        return host
    try:
        written = unquote(host, errors="strict")
        return host if written.isascii() else encode_domain(written)
    except ValueError:
        return host
