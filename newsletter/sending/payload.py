"""The complete content of a send: the rendered message, its target and the readers' links; frozen when it begins."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

from newsletter.errors import LedgerError
from newsletter.model.audience import former_recipient_key, recipient_key
from newsletter.model.branding import ReaderLinks
from newsletter.model.campaign import Message, Target, digest_of
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import MergeTag, find

_LINKS = "readers' links"


class SendPayload(FrozenModel):
    """An issue ready to go to one target."""

    issue: str
    message: Message
    target: Target
    links: ReaderLinks
    rule: str = ""
    """Who of the target gets it, in the provider's own words; no part of what is tested and approved."""

    @property
    def parts(self) -> dict[str, str]:
        """Return the hash of each part of the content and of the target, by name."""
        values = {name: str(value or "") for name, value in self.links.model_dump().items()}
        if not self.links.one_click:  # what was approved before there was this setting stays approved
            del values["one_click"]
        links = digest_of(values)
        return {**self.message.parts(), **self.target.parts(), _LINKS: links}

    @property
    def fingerprint(self) -> str:
        """Return the hash of all of it: what was tested and approved is what this names."""
        return digest_of(self.parts)

    @property
    def tags(self) -> list[MergeTag]:
        """List the merge tags of the subject, the HTML and the text."""
        return [tag for text in self.message.texts() for tag in find(text)]

    def key_of(self, email: str) -> str:
        """Return the key by which a recipient of this issue is known."""
        return recipient_key(self.issue, email)

    def former_key_of(self, email: str) -> str | None:
        """Return the key that earlier versions knew a recipient by; None where it was the same."""
        return former_recipient_key(self.issue, email)

    def freeze(self) -> bytes:
        """Return it as bytes from which `deserialize` makes an equal one, in this and in later versions."""
        data = self.model_dump(mode="json", exclude={"message": {"images": {"__all__": {"data"}}}})
        for image, row in zip(self.message.images, data["message"]["images"], strict=True):
            row["data"] = base64.b64encode(image.data).decode("ascii")
        return zlib.compress(json.dumps(data).encode("utf-8"))


def deserialize(content: bytes) -> SendPayload:
    """Return what was frozen; raise LedgerError where it cannot be read, for then nothing may go on."""
    try:
        data: dict[str, Any] = json.loads(zlib.decompress(content))
        for image in data["message"]["images"]:
            image["data"] = base64.b64decode(image["data"])
        return SendPayload.model_validate(data)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise LedgerError(
            "The saved content of the send cannot be read from the ledger.",
            hint=(
                "The ledger is damaged, or was written by another version of newsletter. Restore it from a "
                "backup or update newsletter."
            ),
        ) from error


def changes(then: dict[str, str], now: dict[str, str]) -> list[str]:
    """List the names of the parts that differ, in the order in which a reader meets them."""
    return [name for name in {**now, **then} if then.get(name) != now.get(name)]


def in_words(names: list[str]) -> str:
    """Return names as words: `the subject, the HTML and the text`."""
    listed = list(_the(names))
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def _the(names: list[str]) -> Iterator[str]:
    yield from (f"the {name}" for name in names or ["content"])
