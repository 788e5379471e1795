"""Each reader's own message: in the variant that is for them, with their own words."""

from __future__ import annotations

from newsletter.model.campaign import Message
from newsletter.render.mime import MessageContext, MimeTemplate


class MessageComposer:
    """Writes the messages of an issue; each of its variants is made ready once."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._templates: dict[str, MimeTemplate] = {}

    def compose(self, envelope: MessageContext) -> tuple[bytes, ...]:
        """Return the message for one recipient in pieces, as `MimeTemplate.compose_parts`."""
        own = self._message.for_reader(envelope.recipient.segments)
        digest = own.fingerprint if self._message.variants else ""
        if digest not in self._templates:
            self._templates[digest] = MimeTemplate(own)
        return self._templates[digest].compose_parts(envelope)
