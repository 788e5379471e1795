"""What the headers of a finished message say."""

from __future__ import annotations

import re
from email import policy
from email.headerregistry import AddressHeader
from email.parser import HeaderParser
from functools import lru_cache


def address_in(raw: bytes, field: str) -> str:
    """Return the first address in a header of a message, empty if there is none; it may be beyond ASCII."""
    pattern = _pattern(field)
    found = pattern.search(raw, 0, raw.find(b"\r\n\r\n") + 2 or len(raw))
    return _first_address(found[0], field) if found else ""


@lru_cache(maxsize=8)
def _pattern(field: str) -> re.Pattern[bytes]:
    return re.compile(rb"^%b:.*(?:\r?\n[ \t].*)*" % re.escape(field.encode()), re.MULTILINE | re.IGNORECASE)


@lru_cache(maxsize=32)
def _first_address(header: bytes, field: str) -> str:
    """Return the first address in one header; all messages of an issue have one sender, and parsing it takes long."""
    # it is parsed as text: from bytes the library makes nothing of letters beyond ASCII
    found = HeaderParser(policy=policy.SMTPUTF8).parsestr(header.decode("utf-8", "replace"))[field]
    addresses = found.addresses if isinstance(found, AddressHeader) else ()
    return addresses[0].addr_spec if addresses else ""
