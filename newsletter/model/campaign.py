"""What is sent: the message, the campaign made from it, the fingerprint of both, and how far the send has come."""

from __future__ import annotations

import hashlib
import json
import re
from enum import StrEnum

from newsletter.model.brand import Sender
from newsletter.model.text import Frozen


class InlineImage(Frozen):
    """A picture that travels inside the message; the HTML names it by `cid:` and its content id."""

    cid: str
    name: str
    content_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """Return the hash of the picture's bytes."""
        return hashlib.sha256(self.data).hexdigest()


class Message(Frozen):
    """The rendered issue; texts hold merge tags in the form of `newsletter.model.mergetag`."""

    title: str
    subject: str
    preheader: str
    html: str
    text: str
    sender: Sender
    reply_to: str | None = None
    language: str = "en-GB"
    images: tuple[InlineImage, ...] = ()
    calendar: str = ""
    """The issue's events as a calendar file that travels with the message; empty where none does."""

    def parts(self) -> dict[str, str]:
        """Return the hash of each part of what would be sent, by the part's name in words for people."""
        parts = {
            "subject": self.subject,
            "preheader": self.preheader,
            "HTML": self.html,
            "text": self.text,
            "sender": f"{self.sender.name}\0{self.sender.email}",
            "reply-to": self.reply_to or "",
            "pictures": "\0".join(image.digest for image in self.images),
        }
        if self.calendar:
            parts["calendar file"] = self.calendar
        return {name: hashlib.sha256(value.encode()).hexdigest() for name, value in parts.items()}

    @property
    def fingerprint(self) -> str:
        """Return the hash of all that a reader would get."""
        return digest_of(self.parts())


def digest_of(parts: dict[str, str]) -> str:
    """Return one hash for named parts, whatever their order."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Target(Frozen):
    """Where a message would go: the provider's audience, or a segment of it."""

    provider: str
    audience: str
    segment: str = ""

    def parts(self) -> dict[str, str]:
        """Return the target in the same form as `Message.parts`."""
        return {"audience": f"{self.provider}\0{self.audience}", "segment": self.segment}


class SendState(StrEnum):
    """How far a campaign has come, as the ledger knows it."""

    INTENDED = "intended"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class DeliveryState(StrEnum):
    """How far one recipient's message has come, as the ledger knows it."""

    PENDING = "pending"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    SKIPPED = "skipped"
    """They left the audience after the send began."""


def slug(text: str) -> str:
    """Return text reduced to letters, digits and hyphens, for places where nothing else may stand."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "newsletter"
