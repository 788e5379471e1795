"""What is sent: the message, the campaign made from it, the fingerprint of both, and how far the send has come."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from enum import StrEnum

from newsletter.model.branding import Sender
from newsletter.model.fields import FrozenModel


class InlineImage(FrozenModel):
    """A picture that travels inside the message; the HTML names it by `cid:` and its content id."""

    cid: str
    name: str
    content_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """Return the hash of the picture's bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def published_name(self) -> str:
        """Return the file name under which it is published: the same bytes always have the same."""
        stem, dot, ending = self.name.lower().rpartition(".")
        plain = re.sub(r"[^a-z0-9]+", "-", stem if dot else ending).strip("-")
        return f"{plain or 'picture'}-{self.digest[:10]}{dot}{ending if dot else ''}"


class Variant(FrozenModel):
    """What the people of some segments get in place of what everybody else gets."""

    segments: tuple[str, ...]
    html: str
    text: str
    calendar: str = ""

    def digest(self) -> str:
        """Return the hash of all that differs."""
        return hashlib.sha256(f"{self.html}\0{self.text}\0{self.calendar}".encode()).hexdigest()


class Message(FrozenModel):
    """The rendered issue; texts hold merge tags in the form of `newsletter.model.merge_tags`."""

    title: str
    subject: str
    preheader: str
    html: str
    text: str
    sender: Sender
    reply_to: str | None = None
    language: str = "en-GB"
    images: tuple[InlineImage, ...] = ()
    """The pictures of the message and of its variants."""
    calendar: str = ""
    """The issue's events as a calendar file that travels with the message; empty where none does."""
    variants: tuple[Variant, ...] = ()
    """What differs for the people of a segment, or of several; the message itself is for everybody else."""

    def for_reader(self, segments: Collection[str]) -> Message:
        """Return the message that somebody in these segments gets."""
        theirs = {name.casefold() for name in segments}
        named = {name.casefold() for one in self.variants for name in one.segments}
        for one in self.variants:
            if {name.casefold() for name in one.segments} == theirs & named:
                return self._told(one.html, one.text, one.calendar)
        return self._told(self.html, self.text, self.calendar) if self.variants else self

    def _told(self, html: str, text: str, calendar: str) -> Message:
        """Return it with other words, and of the pictures only those that these show."""
        images = tuple(image for image in self.images if f"cid:{image.cid}" in html)
        changed = {"html": html, "text": text, "calendar": calendar, "images": images, "variants": ()}
        return self.model_copy(update=changed)

    def texts(self) -> tuple[str, ...]:
        """Return all texts that merge tags are filled in; the preheader is in the HTML as well."""
        own = (text for one in self.variants for text in (one.html, one.text))
        return (self.subject, self.html, self.text, *own)

    @property
    def longest(self) -> int:
        """Return the bytes of its HTML, or of that of its longest variant."""
        return max(len(html.encode()) for html in (self.html, *(one.html for one in self.variants)))

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
        parts |= {f"what {' and '.join(one.segments)} get": one.digest() for one in self.variants}
        return {name: hashlib.sha256(value.encode()).hexdigest() for name, value in parts.items()}

    @property
    def fingerprint(self) -> str:
        """Return the hash of all that a reader would get."""
        return digest_of(self.parts())


def digest_of(parts: dict[str, str]) -> str:
    """Return one hash for named parts, whatever their order."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def content_digest(parts: Mapping[str, str]) -> str:
    """Return one hash for what a reader gets, whichever part of an audience it is sent to."""
    return digest_of({name: part for name, part in parts.items() if name not in _TARGET_PARTS})


_TARGET_PARTS = {"audience", "segment"}


class Target(FrozenModel):
    """Where a message would go: the provider's audience, or a segment of it."""

    provider: str
    audience: str
    segment: str = ""

    @property
    def words(self) -> str:
        """Return the target in words for people."""
        return f"{self.segment} of {self.audience}" if self.segment else self.audience

    def parts(self) -> dict[str, str]:
        """Return the target in the same form as `Message.parts`."""
        return {"audience": f"{self.provider}\0{self.audience}", "segment": self.segment}


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
