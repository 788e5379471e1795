"""Tell what kind of file somebody gave, and read it: documents become blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsletter.errors import FileAccessError, UsageError
from newsletter.importing.archive_files import Archive
from newsletter.importing.blocks import Source
from newsletter.importing.docx_reader import MAIN_PART, read_docx
from newsletter.importing.email_reader import read_email
from newsletter.importing.html_page import MOST_CHARACTERS
from newsletter.importing.html_reader import LoadPicture
from newsletter.importing.markdown_reader import read_html_file, read_markdown
from newsletter.importing.text_reader import read_text
from newsletter.issue_file.encoding import encoding_of, other_format

MOST_BYTES = 100_000_000
"""The largest file that is read."""

_KINDS = ".docx, .html, .md, .txt, .eml, or an export of Mailchimp or Substack (.zip, .csv)"
_SAVE_AS = "Save it as .docx, or copy its text into a .txt file, and import that."


class FileKind(StrEnum):
    """What a file holds."""

    DOCX = "a Word document"
    HTML = "a web page"
    MARKDOWN = "Markdown"
    TEXT = "plain text"
    EMAIL = "an email"
    ZIP = "an export"
    CALENDAR = "a calendar"
    TABLE = "a table"


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raise UsageError or FileAccessError for what cannot be imported."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", hint=f"Name a file in it: {_KINDS}.")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FileAccessError(
                f"{path.name} has {size / 1_000_000:,.0f} MB; at most {MOST_BYTES // 1_000_000} MB can be imported.",
                hint="Make its pictures smaller, or copy its text into a new document.",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.", hint="Check the name, or drag the file here.") from error
    if not data.strip():
        raise FileAccessError(f"{path.name} is empty.", hint="Check that it was saved or downloaded completely.")
    return data


def file_kind(data: bytes, name: str) -> FileKind:  # noqa: PLR0911  one for each kind
    """Tell what a file holds, by its content first; raise UsageError with what to do for a kind that is not read."""
    suffix = Path(name).suffix.lower()
    _refuse_others(data, name, suffix)
    if data.startswith(b"PK"):
        return FileKind.DOCX if Archive(data).has(MAIN_PART) else _zip_kind(data, name)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:15].upper() == b"BEGIN:VCALENDAR" or suffix == ".ics":
        return FileKind.CALENDAR
    if suffix in {".eml", ".mbox"} or _looks_like_email(start, suffix):
        return FileKind.EMAIL
    if suffix in {".html", ".htm", ".xhtml", ".mht"} or re.match(
        rb"<(?:!doctype html|html|head|body|div|meta)\b", start, re.IGNORECASE
    ):
        return FileKind.HTML
    if suffix in {".csv", ".tsv"}:
        return FileKind.TABLE
    if suffix in {".md", ".markdown", ".mdown", ".mkd"}:
        return FileKind.MARKDOWN
    return FileKind.TEXT


def _refuse_others(data: bytes, name: str, suffix: str) -> None:
    if suffix in {".yaml", ".yml"}:
        raise UsageError(f"{name} is an issue already.", hint="Put it into the folder of your issues.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in data
        if locked:
            raise FileAccessError(
                f"{name} is locked with a password.", hint="Save it in Word without a password, and import that."
            )
        raise UsageError(
            f"{name} is in the format of Word 2003 or Outlook.", hint="Open it and save it as .docx or .eml."
        )
    if data.startswith(b"%PDF"):
        raise UsageError(f"{name} is a PDF, which holds lines but no paragraphs.", hint=_SAVE_AS)
    if data.startswith(b"{\\rtf"):
        raise UsageError(f"{name} is an RTF document.", hint=_SAVE_AS)
    other = "" if data.startswith((b"PK", b"{")) else other_format(data)
    if other.startswith("a picture") or data[4:12] in {b"ftypheic", b"ftypmif1", b"ftypavif"}:
        raise UsageError(
            f"{name} is a picture: its text cannot be read.",
            hint="Type the text, or import the document that it shows.",
        )
    if other and not other.startswith("a web page"):
        raise UsageError(f"{name} is {other}, not a document.", hint=f"These can be imported: {_KINDS}.")


def _zip_kind(data: bytes, name: str) -> FileKind:
    names = Archive(data).names
    if "mimetype" in names or any(one.endswith("content.xml") for one in names):
        raise UsageError(f"{name} is an OpenDocument file.", hint=_SAVE_AS)
    if "Index/Document.iwa" in names or any(one.endswith(".iwa") for one in names):
        raise UsageError(f"{name} is a Pages document.", hint="Export it from Pages as Word, and import that.")
    if any(one.startswith(("xl/", "ppt/")) for one in names):
        raise UsageError(
            f"{name} is a spreadsheet or a presentation.", hint="Save a list of events as .csv, a text as .docx."
        )
    return FileKind.ZIP


def _looks_like_email(start: bytes, suffix: str) -> bool:
    fields = re.findall(
        rb"^(From|To|Subject|Date|MIME-Version|Received|Message-ID|Return-Path|Delivered-To):",
        start,
        re.MULTILINE | re.IGNORECASE,
    )
    return (
        suffix not in {".md", ".html"}
        and len({one.lower() for one in fields}) >= 3
        and b"\n\n" in start.replace(b"\r", b"")
    )


def read_document(data: bytes, name: str, kind: FileKind, load: LoadPicture | None = None) -> Source:
    """Return the blocks of a document; raise FileAccessError where it holds no text."""
    readers: dict[FileKind, Callable[[], Source]] = {
        FileKind.DOCX: lambda: read_docx(data),
        FileKind.EMAIL: lambda: read_email(data),
        FileKind.HTML: lambda: read_html_file(text_of(data, name), load=load),
        FileKind.MARKDOWN: lambda: read_markdown(text_of(data, name), load=load),
        FileKind.TEXT: lambda: read_text(text_of(data, name)),
    }
    source = readers[kind]()
    if not any(block.plain or block.rows for block in source.blocks):
        if any(block.picture for block in source.blocks):
            raise FileAccessError(
                f"{name} holds only pictures: their text cannot be read.",
                hint="Type the text, or import another version.",
            )
        raise FileAccessError(
            f"{name} has no text.", hint="Check that it was saved completely, or copy its text into a .txt file."
        )
    return source


def text_of(data: bytes, name: str) -> str:
    """Return the text of a file in whatever encoding it is; raise FileAccessError if it is too long."""
    text = _declared(data) or _decoded(data)
    if len(text) > MOST_CHARACTERS:
        raise FileAccessError(
            f"{name} is too long to be an issue.", hint="Split it, and import the part that you need."
        )
    return text


def _decoded(data: bytes) -> str:
    """Return a text in UTF-8 or UTF-16, or as Windows wrote it before them."""
    encoding, mark = encoding_of(data)
    try:
        return data[mark:].decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _declared(data: bytes) -> str:
    """Return a text in the encoding that an HTML page declares; nothing where it declares none."""
    match = re.search(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    if match is None or data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return ""
    try:
        return data.decode(match[1].decode("ascii"))
    except (LookupError, UnicodeError):
        return ""


def pictures_beside(path: Path) -> LoadPicture:
    """Return what reads the pictures that a browser saved with a page, and those inside of the page itself."""
    folder = path.resolve().parent

    def load(source: str) -> bytes | None:
        if source.startswith("data:"):
            return inline_picture(source)
        try:
            parts = urlsplit(source)
            found = (folder / unquote(parts.path)).resolve()
            if parts.scheme or parts.netloc or not found.is_relative_to(folder) or not found.is_file():
                return None
            return found.read_bytes() if found.stat().st_size <= MOST_BYTES else None
        except (OSError, ValueError):
            return None

    return load


def inline_picture(source: str) -> bytes | None:
    """Return the picture of a `data:` address."""
    import base64  # noqa: PLC0415  few pages need it
    import binascii  # noqa: PLC0415  as above

    match = re.match(r"data:image/[\w.+-]+;base64,(.+)", source, re.DOTALL)
    try:
        return (base64.b64decode(match[1]) or None) if match else None
    except (ValueError, binascii.Error):
        return None
