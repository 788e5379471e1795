"""What a provider changed in the content it was given."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.campaign import digest_of

_MOST_SHOWN = 5
_LONGEST_SHOWN = 160

PARTS = {
    "subject": "the subject",
    "preheader": "the preheader",
    "html": "the HTML",
    "text": "the plain text",
    "sender_name": "the sender's name",
    "sender_email": "the sender's address",
    "reply_to": "the reply-to address",
    "audience": "the audience",
    "segment": "the segment",
    "rule": "the selection of recipients",
    "attachments": "the attachments",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a provider holds something else; `what` names it, in words for people."""

    part: str
    what: str
    expected: str
    held: str

    def __str__(self) -> str:
        return f"{self.what}: {_shown(self.expected)} became {_shown(self.held)}"


@dataclass(frozen=True, slots=True)
class Differences:
    """All differences between what a provider was given and what it stored."""

    found: tuple[Difference, ...] = ()
    basis: str = ""
    """The hash of what was handed over."""

    @property
    def parts(self) -> list[str]:
        """Name the parts that differ, in words, without their article."""
        return [PARTS[name].removeprefix("the ") for name in dict.fromkeys(one.part for one in self.found)]

    @property
    def fingerprint(self) -> str:
        """Return what names exactly these differences from exactly this content."""
        rows = {str(number): repr(one) for number, one in enumerate(self.found)}
        return digest_of({"basis": self.basis, **rows})[:12] if self.found else ""

    @property
    def in_words(self) -> str:
        """Return the first differences in words, and how many more there are."""
        more = len(self.found) - _MOST_SHOWN
        listed = "; ".join(str(one) for one in self.found[:_MOST_SHOWN])
        return f"{listed}; and {more} more" if more > 0 else listed


def _shown(text: str) -> str:
    if not text:
        return "nothing"
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return f"“{short}”"
