"""The emails of the public pages: a link to confirm an address, or a new link to the preferences."""

from __future__ import annotations

import datetime as dt
import html
import secrets
import threading
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError, ProviderError
from newsletter.providers.base import OutboundMessage
from newsletter.render.headers import format_mailbox, format_text
from newsletter.subscribers.mail_queue import MailKind, QueuedMail
from newsletter.subscribers.tokens import Purpose
from newsletter.workflow.public_words import PublicWords

if TYPE_CHECKING:
    from newsletter.providers.base import DirectProvider
    from newsletter.subscribers.own_list import OwnList
    from newsletter.workflow.public_pages import PublicPages

PAUSE = 2.0
"""Seconds between two looks at the queue."""


class MailSender:
    """Sends the emails that wait, one after another, in a thread of its own."""

    def __init__(self, pages: PublicPages, provider: DirectProvider) -> None:
        self._pages = pages
        self._provider = provider
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail sender", daemon=True)
        self.sent = 0
        self.failed = 0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Look at the queue now."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the email that is being sent."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=30)

    def send_waiting(self) -> int:
        """Send all emails that are due; return how many were taken."""
        own, count = self._pages.own_list, 0
        while not self._stop.is_set() and (mail := own.mails.claim()) is not None:
            person = own.people.by_hash(mail.address_hash)
            if person is None:  # forgotten in the meantime
                own.mails.sent(mail)
                continue
            try:
                self._provider.deliver_test(self._message(own, mail, person.email))
            except ProviderError:
                self.failed += 1
                own.mails.failed(mail)
                return count
            own.mails.sent(mail)
            self.sent += 1
            count += 1
        return count

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.send_waiting()
            except NewsletterError:
                self.failed += 1  # the list cannot be used for now: /health says so
            self._wake.wait(PAUSE)
            self._wake.clear()

    def _message(self, own: OwnList, mail: QueuedMail, email: str) -> OutboundMessage:
        settings, now = self._pages.settings, own.clock()
        say = PublicWords(settings.language)
        lines: tuple[str, ...]
        base, name = self._pages.serve.address, settings.brand.newsletter or settings.brand.name
        if mail.kind is MailKind.CONFIRM:
            link = f"{base}/confirm/{own.signer(Purpose.CONFIRM).sign(mail.address_hash, now)}"
            subject = say("Confirm your subscription to {name}", name=name)
            lines = (
                say("Somebody, probably you, signed up for {name} with this address.", name=name),
                say("To get it, open this page and confirm. The link works for 7 days."),
            )
            button, after = "Confirm", "If it was not you, ignore this email: you will not be subscribed."
        else:
            link = f"{base}/preferences/{own.signer(Purpose.MANAGE).sign(mail.address_hash, now)}"
            subject = say("Your subscription to {name}", name=name)
            lines = (
                say("You get {name} at this address already.", name=name),
                say("On this page you can change what you get."),
            )
            button, after = "Change what you get", "If you did not ask for this email, ignore it."
        lines = (*lines, link, say(after), settings.brand.address)
        raw = _mime(self._pages, email, subject, lines, (link, say(button)), now)
        return OutboundMessage(f"public-{mail.kind}", f"{mail.address_hash}{secrets.token_hex(4)}", email, raw)


def _mime(
    pages: PublicPages, email: str, subject: str, lines: tuple[str, ...], link: tuple[str, str], now: dt.datetime
) -> bytes:
    """Return a short message in plain text and HTML, in ASCII or encoded as such."""
    import base64
    from email.utils import format_datetime

    settings = pages.settings
    sender, say = settings.sender, PublicWords(settings.language)
    domain = str(sender.email).rpartition("@")[2]
    text = "\r\n\r\n".join(lines) + "\r\n"
    rows = [
        f'<p><a href="{html.escape(link[0])}">{html.escape(link[1])}</a></p>'
        if line == link[0]
        else f"<p>{html.escape(line)}</p>"
        for line in lines
    ]
    body = "\r\n".join(rows)
    page = (
        f'<!DOCTYPE html><html lang="{say.language}" dir="{say.direction}"><head><meta charset="utf-8">'
        f"<title>{html.escape(subject)}</title></head>"
        f'<body style="font-family:sans-serif;line-height:1.5">{body}</body></html>\r\n'
    )
    mark = f"=_{secrets.token_hex(12)}"

    def part(kind: str, content: str) -> str:
        data = base64.encodebytes(content.encode()).decode("ascii").replace("\n", "\r\n")
        head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        return f"--{mark}\r\n{head}{data}"

    message = "".join(
        (
            format_mailbox("From", sender.name, str(sender.email)),
            format_mailbox("To", "", email),
            format_text("Subject", subject),
            format_mailbox("Reply-To", "", str(settings.reply_to)) if settings.reply_to else "",
            f"Date: {format_datetime(now)}\r\n",
            f"Message-ID: <{secrets.token_hex(16)}@{domain}>\r\n",
            "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n",
            f'Content-Type: multipart/alternative;\r\n boundary="{mark}"\r\n\r\n',
            part("plain", text),
            part("html", page),
            f"--{mark}--\r\n",
        )
    )
    return message.encode()
