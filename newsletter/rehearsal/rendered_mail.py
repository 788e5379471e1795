"""What each reader would get: the mail filled with their own values, as .eml and as HTML, in a folder if asked."""

from __future__ import annotations

import email.policy
import email.utils
import html as html_words
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.state import Mail
from newsletter.rehearsal.tag_languages import TagLanguage


@dataclass(frozen=True, slots=True)
class Letter:
    """One reader's own mail."""

    reader: Reader
    subject: str
    html: str
    text: str


def neutral_values(reader: Reader, pages: str) -> dict[str, str]:
    """Return a reader's values by our own names; `pages` is where the links of the rehearsal lead."""
    return {
        **reader.columns,
        "first_name": reader.first_name,
        "last_name": reader.last_name,
        "full_name": f"{reader.first_name} {reader.last_name}".strip(),
        "email": reader.email,
        "unsubscribe_url": f"{pages}/unsubscribe",
        "view_url": f"{pages}/view",
        "preferences_url": f"{pages}/preferences",
    }


def fill(mail: Mail, reader: Reader, language: TagLanguage, values: Mapping[str, str]) -> Letter:
    """Fill a mail for one reader; values are escaped in HTML alone."""
    return Letter(
        reader,
        subject=" ".join(language.fill(mail.subject, values).split()),
        html=language.fill(mail.html, values, html_words.escape),
        text=language.fill(mail.text, values),
    )


def as_message(letter: Letter, mail: Mail, *, date: float) -> bytes:
    """Return a letter as the bytes of an .eml file."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(mail.sender_name, addr_spec=mail.sender_email)
    message["To"] = Address(letter.reader.first_name, addr_spec=letter.reader.email)
    if mail.reply_to and mail.reply_to != mail.sender_email:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = letter.subject
    message["Date"] = email.utils.formatdate(date)
    message["X-Rehearsal"] = "This was a rehearsal: nothing was sent to anybody."
    message.set_content(letter.text or "\n")
    message.add_alternative(letter.html, subtype="html")
    return message.as_bytes()


class Outbox:
    """A folder that shows what was sent: a folder for each campaign, in it every reader's mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, letters: Iterable[tuple[int, Letter]], mail: Mail, *, date: float) -> Path:
        """Write letters, each with its number, into the folder `name`; return that folder."""
        place = self.folder / _file_name(name)
        place.mkdir(parents=True, exist_ok=True)
        for number, letter in letters:
            (place / f"{number:04d}.eml").write_bytes(as_message(letter, mail, date=date))
            look = place / ("look.html" if letter.reader.first_name else "look-no-first-name.html")
            if not look.exists():
                look.write_text(letter.html, encoding="utf-8")
        return place


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80] or "campaign"
