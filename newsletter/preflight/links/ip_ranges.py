"""Which addresses of the internet are everybody's, and which belong to a network of one's own."""

from __future__ import annotations

import ipaddress
import re

from newsletter.compiled_patterns import compile_pattern

_OWN_ENDINGS = (
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa",
)  # fmt: skip
_EXAMPLE_ENDINGS = ("test", "example", "invalid", "example.com", "example.net", "example.org")
_NUMBERS = compile_pattern(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*", re.IGNORECASE)
"""A number in place of a name, in any of the spellings that programs take for an IPv4 address."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_SERVICES = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
"""Addresses that look public, and lead into the computer's own hosting (Azure, Oracle)."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one that everybody on the internet reaches; raise ValueError where it is none."""
    ip = ipaddress.ip_address(address)
    inner = _inner(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if (
        any(ip in network for network in _SERVICES)
        or ip.is_multicast
        or ip.is_unspecified
        or ip.is_loopback
        or ip.is_link_local
    ):
        return False
    return ip.is_global and not (isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local)


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one only wraps."""
    if ip in _NAT64 or ip in _COMPATIBLE:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def is_local_host(host: str) -> bool:
    """Return whether a host, a name or a number, can only be one in a network of one's own."""
    name = host.strip("[]").rstrip(".").casefold()
    try:
        return not is_public(name)
    except ValueError:
        pass
    if _NUMBERS.fullmatch(name):
        return _is_local_number(name)
    return "." not in name or _ends(name, _OWN_ENDINGS)


def is_example_host(host: str) -> bool:
    """Return whether a host's name is kept free for examples (RFC 2606), so that nobody has a page there."""
    return _ends(host.rstrip(".").casefold(), _EXAMPLE_ENDINGS)


def _ends(name: str, endings: tuple[str, ...]) -> bool:
    return any(name == ending or name.endswith(f".{ending}") for ending in endings)


def _is_local_number(name: str) -> bool:
    """Say the same of a number that is spelt unusually; one that is too large counts as local."""
    parts = [
        int(part, 16) if part.lower().startswith("0x") and len(part) > 2 else _decimal(part) for part in name.split(".")
    ]
    value = parts[-1]
    for index, part in enumerate(parts[:-1]):
        value += part << (24 - 8 * index)
    if not 0 <= value < 1 << 32:
        return True
    return not is_public(str(ipaddress.IPv4Address(value)))


def _decimal(part: str) -> int:
    if part.lower() == "0x":
        return 0
    is_octal = part.startswith("0") and len(part) > 1 and set(part) <= set("01234567")
    return int(part, 8 if is_octal else 10)
