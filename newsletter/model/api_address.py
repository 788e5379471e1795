"""The address of a provider's interface: what is sent there includes a key, so nobody on the way may read it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from newsletter.model.fields import Link

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
"""What this computer is called when it calls itself."""


def is_local(address: str) -> bool:
    """Return whether an address is on this computer."""
    try:
        host = urlsplit(address).hostname or ""
        return host in LOCAL_NAMES or ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(address: str) -> bool:
    """Return whether nobody on the way can read what is sent to an address."""
    return urlsplit(address).scheme.lower() == "https" or is_local(address)


def _private(address: str) -> str:
    try:
        scheme = urlsplit(address).scheme.lower()
        if scheme == "https" and urlsplit(address).hostname:
            return address
    except ValueError:
        scheme = ""
    if scheme == "http":
        if is_local(address):
            return address
        raise PydanticCustomError("address_unencrypted", "a key would be sent unencrypted")
    raise PydanticCustomError("address_form", "this is not the address of an interface")


ApiAddress = Annotated[Link, AfterValidator(_private)]
"""An https address, or an http address on this computer."""
