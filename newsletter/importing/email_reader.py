"""Read emails (.eml): the HTML or the plain text, the pictures inside, and what was forwarded."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage

from newsletter.errors import FileAccessError
from newsletter.importing.blocks import Block, BlockKind, Source
from newsletter.importing.html_reader import read_html
from newsletter.importing.text_reader import read_text

_REPLY = re.compile(r"^(?:\s*(?:re|fwd?|wg|aw|rv|tr|enc|ymlaen)\s*:\s*)+", re.IGNORECASE)
_FORWARDED = re.compile(
    r"-{3,}\s*(?:forwarded message|original message|weitergeleitete nachricht|mensaje reenviado)", re.IGNORECASE
)
_HEADER = re.compile(
    r"^\W*(?:from|date|sent|subject|to|cc|reply-to|von|datum|gesendet|betreff|an|de|fecha|enviado|asunto|para)\s*:",
    re.IGNORECASE,
)
_FEW_WORDS = 40


def read_email(data: bytes) -> Source:
    """Return the blocks of an email; raise FileAccessError where it has no text that can be read."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  what this policy makes
    return _read(message, 0)


def _read(message: EmailMessage, depth: int) -> Source:
    parts = list(_parts(message))
    if any(part.get_content_type() in {"multipart/encrypted", "application/pkcs7-mime"} for part in message.walk()):
        raise FileAccessError(
            "The email is encrypted.", hint="Open it in your mail program, and import its text or a forwarded copy."
        )
    html = max((_text(part) for part in parts if part.get_content_type() == "text/html"), key=len, default="")
    plain = "\n\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain")
    inner = next((part for part in message.walk() if part.get_content_type() == "message/rfc822"), None)
    if inner is not None and depth < 3 and len((html or plain).split()) < _FEW_WORDS * (5 if html else 1):
        inside = inner.get_content()
        if isinstance(inside, EmailMessage):
            return _read(inside, depth + 1)
    if html.strip():
        source = read_html(html, load=_pictures(message).get, is_email=True)
    elif plain.strip():
        source = read_text(plain)
    else:
        raise FileAccessError(
            "The email has no text.", hint="If its text is an attachment or a picture, import the attachment instead."
        )
    blocks, forwarded = _without_forwarding(source.blocks)
    subject = forwarded or _REPLY.sub("", _header(message, "subject"))
    names = [part.get_filename() for part in message.walk() if part.get_content_disposition() == "attachment"]
    documents = [name for name in names if name and name.lower().endswith((".docx", ".pdf", ".ics", ".doc"))]
    notes = (f"The email has attachments, which were not imported: {', '.join(documents)}.",) if documents else ()
    return replace(
        source, blocks=tuple(blocks), title=subject, date=_date(message) if not forwarded else None, notes=notes
    )


def _date(message: EmailMessage) -> dt.date | None:
    """Return the day on which the email was sent; None where it does not tell."""
    try:
        return email.utils.parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError, IndexError):
        return None


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())
    except (ValueError, IndexError, AttributeError):  # a broken header in the email package
        return ""


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that are the text, not what is attached or inside another email."""
    if message.get_content_type() == "message/rfc822" or message.get_content_disposition() == "attachment":
        return
    if message.is_multipart():
        for part in message.iter_parts():
            if isinstance(part, EmailMessage):
                yield from _parts(part)
    else:
        yield message


def _text(part: EmailMessage) -> str:
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeError, ValueError):
        data = part.get_payload(decode=True)
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
    return _unflowed(text) if str(part.get_param("format", "")).lower() == "flowed" else text


def _unflowed(text: str) -> str:
    """Join the lines of a text that is sent as `format=flowed`: one that ends with a space goes on."""
    return re.sub(r"(?<!--) \r?\n(?=\S)", " ", text)


def _pictures(message: EmailMessage) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in message.walk():
        if part.get_content_maintype() != "image":
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        if part.get("content-id"):
            found[f"cid:{str(part['content-id']).strip().strip('<>')}"] = data
        if name := part.get_filename():
            found.setdefault(name, data)
    return found


def _without_forwarding(blocks: Sequence[Block]) -> tuple[list[Block], str]:
    """Return the blocks after the lines that a mail program puts above a forwarded email, and its subject."""
    for at, block in enumerate(blocks[:10]):
        if not _FORWARDED.search(block.plain):
            continue
        rest = list(blocks[at:])
        subject = ""
        while (
            rest
            and (_FORWARDED.search(rest[0].plain) or _HEADER.match(rest[0].plain))
            and rest[0].kind is not BlockKind.PICTURE
        ):
            for line in rest[0].plain.split("\n"):
                if found := re.match(r"\W*(?:subject|betreff|asunto)\s*:\s*(.+)", line, re.IGNORECASE):
                    subject = _REPLY.sub("", found[1].strip())
            rest.pop(0)
        return [*blocks[:at], *rest], subject
    return list(blocks), ""
