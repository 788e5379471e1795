"""The message as it travels: RFC 5322 bytes for each recipient, made from one template of the rendered issue.

What is the same for everybody (pictures, most headers) is encoded once; the texts are filled and encoded for each
recipient. Equal input gives equal bytes, so that a message can be made again after an interruption.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from functools import cached_property, lru_cache
from urllib.parse import quote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks
from newsletter.model.campaign import InlineImage, Message, slug
from newsletter.model.domains import encode_address, encode_link
from newsletter.model.merge_tags import BuiltInTag, MergeTag, fill, split
from newsletter.render.calendar_files import publish
from newsletter.render.headers import LONGEST_LINE, clean, format_mailbox, format_parameter, format_text
from newsletter.render.quoted_printable import FilledLine, Piece, QuotedPrintable, fill_pieces
from newsletter.render.translations import catalogue_for

_HREF = compile_pattern(r"""\b(?:href|src)\s*=\s*(?:"([^"]*)|'([^']*))\Z""", re.IGNORECASE)
_BARE_URL = compile_pattern(r"(?:https?://|mailto:)[^\s<>\"]*\Z", re.IGNORECASE)
_FILLED = compile_pattern(r"\{(?:key|month|email|token)\}")
_CODE = compile_pattern(r"%[0-9A-F]{2}")
_URL_TAGS = {BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL}
_ASCII_URL = compile_pattern(
    r"https?://[A-Za-z0-9.:-]+(?:[/?#][A-Za-z0-9_.~%:/?#\[\]@!$&'()*+,;=-]*)?|mailto:[A-Za-z0-9._@+?&=-]+"
)
"""Links that encoding leaves as they are."""
_WHOLE_URL = "%:/?#[]@!$&'()*+,;=~"
_URL_PART = "@"
_WAYS = ("http", "mailto:")
_LONGEST_WAY = LONGEST_LINE - len("List-Unsubscribe: ,")
_CALENDAR = "events.ics"
"""What the attached calendar file is called."""

_NO_AUTOMATIC_ANSWERS = (
    "Precedence: bulk\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"
)
"""Headers that keep out-of-office notes from being sent to the newsletter's address (RFC 3834; the last one is
Microsoft Exchange's)."""

_LOOK_BACK = 2000
"""Letters before a merge tag in which the link that it stands in must begin."""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """What differs from one message to the next: who gets it, under which key, and when it is handed over.

    `sending` names the run in the Message-ID: the issue's name, or something else for a test, so that a mail program
    does not take the real message for one it already has.
    """

    recipient: Subscriber
    key: str
    issue: str
    sending: str
    sent_at: dt.datetime
    links: ReaderLinks


def reader_urls(
    message: Message, links: ReaderLinks, *, key: str, issue: str, email: str = "", token: str = ""
) -> dict[str, str]:
    """Return a recipient's own links by merge tag; unsubscribing is an email to the reply address by default."""
    values = {"{key}": key, "{month}": issue, "{email}": email, "{token}": token}

    def own(link: str | None) -> str:
        # the link is encoded first: what is filled in is percent-encoded, whatever a reader's address holds
        return _FILLED.sub(lambda tag: quote(values[tag[0]], safe=""), encode_link(link)) if link else ""

    return {
        BuiltInTag.UNSUBSCRIBE_URL: own(links.unsubscribe) or _unsubscribe_mailto(message),
        BuiltInTag.VIEW_URL: own(links.view_online),
        BuiltInTag.PREFERENCES_URL: own(links.preferences),
    }


_slug = lru_cache(maxsize=8)(slug)


@lru_cache(maxsize=8)
def _feedback_id(issue: str, name: str, domain: str) -> str:
    return f"{slug(issue)}:{slug(name)[:40]}:newsletter:{hashlib.sha256(domain.encode()).hexdigest()[:12]}"


@lru_cache(maxsize=8)
def _date(second: dt.datetime) -> str:
    return format_datetime(second)


def _unsubscribe_mailto(message: Message) -> str:
    return f"mailto:{encode_address(message.reply_to or message.sender.email)}?subject={_leaving(message.language)}"


def _in_small_letters(link: str) -> str:
    """Write a link's codes as `%d8`: spam filters take `%BA` in a header for a template that was not filled."""
    return link if "%" not in link else _CODE.sub(lambda code: code[0].lower(), link)


@lru_cache(maxsize=8)
def _leaving(language: str) -> str:
    """Return the subject of an email that asks to leave, in the reader's language, as a link has it."""
    return quote(catalogue_for(language).words.unsubscribe, safe="")


class MimeTemplate:
    """A rendered issue, made ready to be addressed to many recipients."""

    def __init__(self, message: Message) -> None:
        self._message = message
        seed = message.fingerprint[:24]
        # "=_" cannot occur in quoted-printable or base64, so a boundary that begins so is never part of the content
        self._outer, self._inner = f"=_alternative_{seed}", f"=_related_{seed}"
        self._mixed = f"=_mixed_{seed}"
        self._calendar = message.calendar
        self._pictures = b"".join(
            b"--%b\r\n%b\r\n" % (self._inner.encode(), _picture_part(image)) for image in message.images
        )
        self._body = _joined(self._body_parts())

    def compose(self, envelope: MessageContext) -> bytes:
        """Return the whole message for one recipient, with CRLF line ends and no line over 998 bytes."""
        return b"".join(self.compose_parts(envelope))

    def compose_parts(self, envelope: MessageContext) -> tuple[bytes, ...]:
        """Return the message in pieces: its headers with the empty line, then its body.

        What is the same for everybody is the same object each time, and need not be copied or looked through again.
        """
        links = reader_urls(
            self._message,
            envelope.links,
            key=envelope.key,
            issue=envelope.issue,
            email=envelope.recipient.email,
            token=envelope.recipient.token,
        )
        values = {**envelope.recipient.merge_values, **links}
        at = envelope.sent_at.replace(microsecond=0)
        head = self._headers(envelope, values, at).encode()
        body = [part if isinstance(part, bytes) else part.fill(values) for part in self._body]
        if self._calendar:
            return head, *body, _calendar_part(self._calendar, at), b"\r\n--%b--\r\n" % self._mixed.encode()
        return head, *body

    def _headers(self, envelope: MessageContext, values: Mapping[str, str], at: dt.datetime) -> str:
        """Return the headers with the empty line after them."""
        recipient = envelope.recipient
        names = (recipient.first_name.strip(), recipient.last_name.strip())
        to = format_mailbox("To", " ".join(name for name in names if name), recipient.email)
        subject = format_text("Subject", fill(self._message.subject, values).strip())
        unsubscribe = self._unsubscribe_headers(values[BuiltInTag.UNSUBSCRIBE_URL], envelope.links)
        return (
            f"{self._from}{to}{subject}Date: {_date(at)}\r\n"
            f"Message-ID: <{_slug(envelope.sending)}.{envelope.key}@{self._domain}>\r\n{self._fixed}"
            f"Feedback-ID: {self._feedback(envelope)}\r\n{unsubscribe}MIME-Version: 1.0\r\n{self._content_type}\r\n"
        )

    @cached_property
    def _content_type(self) -> str:
        return f'Content-Type: multipart/mixed;\r\n boundary="{self._mixed}"\r\n' if self._calendar else self._kind

    @property
    def _kind(self) -> str:
        """Return the header of the part with the message's own words."""
        return f'Content-Type: multipart/alternative;\r\n boundary="{self._outer}"\r\n'

    @cached_property
    def _domain(self) -> str:
        return encode_address(self._message.sender.email).rpartition("@")[2]

    @cached_property
    def _mailto(self) -> str:
        return _ascii_url(_unsubscribe_mailto(self._message))

    @cached_property
    def _from(self) -> str:
        return format_mailbox("From", self._message.sender.name, self._message.sender.email)

    @cached_property
    def _fixed(self) -> str:
        """Return the headers that are the same for everybody, From apart."""
        name = clean(self._message.sender.name)
        phrase = re.sub(r'(["\\])', r"\\\1", name)
        label = f'"{phrase}" ' if name.isascii() and len(name) <= 60 and "=?" not in name else ""
        reply_to = format_mailbox("Reply-To", "", self._message.reply_to) if self._message.reply_to else ""
        return (
            f"{reply_to}List-Id: {label}<newsletter.{self._domain}>\r\n"
            f"{_NO_AUTOMATIC_ANSWERS}"
            f"Content-Language: {slug(self._message.language)}\r\n"
        )

    def _feedback(self, envelope: MessageContext) -> str:
        """Return what large mailbox providers count complaints by: campaign, customer, kind of mail, sender."""
        return _feedback_id(envelope.issue, self._message.sender.name, self._domain)

    def _unsubscribe_headers(self, url: str, links: ReaderLinks) -> str:
        """Return List-Unsubscribe, and List-Unsubscribe-Post only where the settings say that the page takes a POST.

        The page must learn from the link who is meant, as a mail program sends nothing else along (RFC 8058).
        """
        known = [f"<{_in_small_letters(way)}>" for way in (_ascii_url(url), self._mailto) if way.startswith(_WAYS)]
        known = known[:1] if known[:1] == known[1:] else known
        lines = [way for way in known if len(way) <= _LONGEST_WAY]
        header = "List-Unsubscribe: " + ",\r\n ".join(lines) + "\r\n" if lines else ""
        if links.one_click and links.can_be_one_click and len(lines) == len(known):
            header += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        return header

    def _body_parts(self) -> Iterator[bytes | FilledLine]:
        """Yield the body up to the calendar file."""
        inner, outer, mixed = self._inner.encode(), self._outer.encode(), self._mixed.encode()
        if self._calendar:
            yield b"--%b\r\n%b\r\n" % (mixed, self._kind.encode())
        yield b"--%b\r\n%b" % (outer, _text_head("plain"))
        yield from QuotedPrintable(_pieces(self._message.text, _text_context)).parts
        yield b"\r\n--%b\r\n" % outer
        if self._pictures:
            yield b'Content-Type: multipart/related; type="text/html";\r\n boundary="%b"\r\n\r\n' % inner
            yield b"--%b\r\n" % inner
        yield _text_head("html")
        yield from QuotedPrintable(_pieces(self._message.html, _html_context)).parts
        if self._pictures:
            yield b"\r\n%b--%b--\r\n" % (self._pictures, inner)
        yield b"\r\n--%b--\r\n" % outer
        if self._calendar:
            yield b"\r\n--%b\r\n" % mixed


def _joined(parts: Iterable[bytes | FilledLine]) -> list[bytes | FilledLine]:
    """Return the parts of a body with those joined that are the same for everybody."""
    found: list[bytes | FilledLine] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, bytes) and isinstance(last, bytes):
            found[-1] = last + part
        else:
            found.append(part)
    return found


def _pieces(text: str, context: Callable[[MergeTag, str], Callable[[str], str]]) -> list[Piece]:
    """Cut a text at its merge tags, each with the escaping that its place asks for."""
    pieces: list[Piece] = []
    before = ""
    for piece in split(text.replace("\r\n", "\n").replace("\r", "\n")):
        pieces.append(piece if isinstance(piece, str) else (piece, context(piece, before)))
        before = (before + str(piece))[-_LOOK_BACK:]
    return pieces


def fill_html(markup: str, values: Mapping[str, str]) -> str:
    """Return HTML with its merge tags filled, each escaped as its place asks for; without a value by its fallback."""
    return fill_pieces(_pieces(markup, _html_context), values)


def _html_context(tag: MergeTag, before: str) -> Callable[[str], str]:
    link = _HREF.search(before)
    if link is None or tag.name in _URL_TAGS:
        return html.escape
    safe = _URL_PART if link[1] or link[2] else _WHOLE_URL
    return lambda value: html.escape(quote(value, safe=safe))


def _text_context(tag: MergeTag, before: str) -> Callable[[str], str]:
    if tag.name not in _URL_TAGS and _BARE_URL.search(before):
        return lambda value: quote(value, safe=_URL_PART)
    return str


def _text_head(subtype: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode()


def _picture_part(image: InlineImage) -> bytes:
    head = (
        f"Content-Type: {image.content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: inline{format_parameter('filename', image.name)}\r\nContent-ID: <{image.cid}>\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(image.data).replace(b"\n", b"\r\n")


@lru_cache(maxsize=8)
def _calendar_part(text: str, sent_at: dt.datetime) -> bytes:
    """Return the calendar file as an attachment, of a type that no mail program shows in place of the newsletter.

    Outlook and Gmail make an invitation of a message with a part of the type text/calendar.
    """
    head = (
        f'Content-Type: application/ics; name="{_CALENDAR}"\r\n'
        f'Content-Disposition: attachment; filename="{_CALENDAR}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(publish(f"{text.strip()}\r\n".encode(), sent_at)).replace(b"\n", b"\r\n")


def _ascii_url(url: str) -> str:
    return url if _ASCII_URL.fullmatch(url) else quote(encode_link(url), safe=_WHOLE_URL)
