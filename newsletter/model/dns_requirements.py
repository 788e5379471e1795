"""What a sending service asks of the DNS of a sender's domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DnsRequirements:
    """What must be there, by the service's own documentation; empty where it says nothing that holds for everybody."""

    service: str
    include: str = ""
    """What the domain's own SPF record must include; empty where the service sends under a domain of its own."""
    selectors: tuple[str, ...] = ()
    """The usual names of its DKIM keys: one that is there is enough."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Where these names must lead by CNAME, where that is the same for everybody."""
    key: str = ""
    """The public key that must stand under the selector, in base64, where the messages are signed on this computer."""
    where: str = ""
    """Where in the service the records to add are shown."""
    sends: bool = True
    """Whether anything is sent at all."""
    own_server: bool = False
    """Whether it is a mail server of the sender's own choice, which the SPF record must allow."""
