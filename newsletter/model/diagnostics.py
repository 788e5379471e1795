"""The results of a check of the setup: one Diagnostic for each thing that was checked."""

from __future__ import annotations

from enum import StrEnum

from newsletter.model.fields import FrozenModel


class DiagnosticStatus(StrEnum):
    """How something is: fine, to be fixed, worth a look, or not known."""

    FINE = "fine"
    FIX = "fix"
    """Readers would notice, or nothing could be sent."""
    LOOK = "look"
    """It works, and could be better."""
    UNKNOWN = "unknown"
    """It was not asked, or there was no answer."""


class DnsRecord(FrozenModel):
    """A line for the DNS, to be pasted as it is."""

    kind: str
    """TXT, CNAME or MX."""
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}  {self.name}  {self.value}"


class Diagnostic(FrozenModel):
    """One thing that was looked at, in words for people."""

    topic: str
    """What was looked at: “SPF”, “The ledger”."""
    state: DiagnosticStatus
    words: str
    """How it is, in one sentence."""
    meaning: str = ""
    """What that means for readers, or for a send, in one sentence."""
    ask: str = ""
    """What to change and who can change it, in one sentence."""
    record: DnsRecord | None = None
    """The line that the sentence before asks for, where it is known."""
