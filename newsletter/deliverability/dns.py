"""Questions to the DNS: the one place that knows the library for it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.errors import UsageError

if TYPE_CHECKING:
    import dns.resolver

SECONDS = 3.0
"""How long one question may take, tries and all."""


class LookupFailure(StrEnum):
    """Why there is no answer."""

    NONE = ""
    NO_NAME = "no such name"
    NO_RECORDS = "no such records"
    FAILED = "the name servers fail"
    """They answer with an error, or are not the domain's at all."""
    SILENT = "no answer in time"


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of a name, as text; of several strings in a TXT record one is made, as its readers do."""

    records: tuple[str, ...] = ()
    failure: LookupFailure = LookupFailure.NONE
    alias: str = ""
    """Where the name was led to by a CNAME; empty where it was not."""

    @property
    def is_known(self) -> bool:
        """Return whether the DNS gave an answer, be it that there is nothing."""
        return self.failure not in {LookupFailure.FAILED, LookupFailure.SILENT}


Lookup = Callable[[str, str], Answer]
"""What asks for the records of a name and a kind; it never raises."""


def lookup_by(nameserver: str = "") -> Lookup:
    """Return what asks a name server (`ADDRESS` or `ADDRESS:PORT`; this computer's own where empty), each thing once.

    Raise UsageError where the server's address is none.
    """
    resolver = _resolver(nameserver)

    @cache
    def ask(name: str, kind: str) -> Answer:
        return Answer(failure=LookupFailure.SILENT) if resolver is None else _ask(resolver, name, kind)

    return ask


def _resolver(nameserver: str) -> dns.resolver.Resolver | None:
    """Return the resolver; None where this computer knows no name server, being off the network."""
    import dns.resolver  # noqa: PLC0415 - slow to import, and for `newsletter doctor` alone

    if not nameserver:
        try:
            resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            return None
    else:
        resolver = dns.resolver.Resolver(configure=False)
        address, port = _place(nameserver)
        resolver.nameservers = [address]
        resolver.port = port
    resolver.lifetime, resolver.timeout = SECONDS, SECONDS / 2
    return resolver


def _place(nameserver: str) -> tuple[str, int]:
    address, colon, port = nameserver.rpartition(":")
    if not colon or "]" in port or (":" in address and not address.endswith("]")):
        address, port = nameserver, "53"
    address = address.strip("[]")
    try:
        ipaddress.ip_address(address)
        return address, int(port)
    except ValueError:
        raise UsageError(
            f"{nameserver} is not the address of a name server.", hint="Write it as 192.0.2.1 or 192.0.2.1:5353."
        ) from None


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str) -> Answer:
    import dns.exception  # noqa: PLC0415 - as above
    import dns.resolver  # noqa: PLC0415 - as above

    try:
        found = resolver.resolve(name, kind, search=False)
    except dns.resolver.NXDOMAIN as error:
        return Answer(failure=LookupFailure.NO_NAME, alias=_alias(error, name))
    except dns.resolver.NoAnswer:
        return Answer(failure=LookupFailure.NO_RECORDS)
    except dns.resolver.NoNameservers as error:
        return Answer(failure=LookupFailure.SILENT if _is_cut_off(error) else LookupFailure.FAILED)
    except (dns.resolver.LifetimeTimeout, OSError):
        return Answer(failure=LookupFailure.SILENT)
    except (dns.exception.DNSException, ValueError):  # a name that no DNS takes, or an answer that is none
        return Answer(failure=LookupFailure.FAILED)
    canonical = found.canonical_name.to_text(omit_final_dot=True)
    alias = canonical if canonical.casefold() != name.rstrip(".").casefold() else ""
    return Answer(tuple(_text(record) for record in found), alias=alias)


def _alias(error: dns.resolver.NXDOMAIN, name: str) -> str:
    """Return where a name leads that has a CNAME to a name that is not there."""
    try:
        canonical = error.canonical_name.to_text(omit_final_dot=True)
    except TypeError:
        return ""
    return canonical if canonical.casefold() != name.rstrip(".").casefold() else ""


def _is_cut_off(error: dns.resolver.NoNameservers) -> bool:
    """Return whether no server was reached at all: the last answer for each is an error of this computer."""
    said = [entry[3] for entry in error.kwargs.get("errors", ())]
    return bool(said) and all(isinstance(one, OSError) for one in said)


def _text(record: Any) -> str:
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("utf-8", "replace")
    if hasattr(record, "exchange"):
        return f"{record.preference} {record.exchange.to_text(omit_final_dot=True) or '.'}"
    return str(record.to_text()).rstrip(".")
