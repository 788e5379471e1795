"""What the headers of a finished message say."""

from __future__ import annotations

from email import policy
from email.headerregistry import AddressHeader
from email.parser import HeaderParser


def address_in(raw: bytes, field: str) -> str:
    """Return the first address in a header of a message, empty if there is none; it may be beyond ASCII."""
    # the head is parsed as text: from bytes the library makes nothing of letters beyond ASCII
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    found = HeaderParser(policy=policy.SMTPUTF8).parsestr(head)[field]
    addresses = found.addresses if isinstance(found, AddressHeader) else ()
    return addresses[0].addr_spec if addresses else ""
