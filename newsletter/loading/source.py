"""A text file as lines, read only after it proved to be one: every way in which it is not is said in words."""

from __future__ import annotations

import codecs
import difflib
import errno
import re
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.errors import ContentError, Place
from newsletter.loading.code import Code
from newsletter.model.report import Finding, Severity

MAX_BYTES = 1_000_000
"""Far more than any newsletter; read no further than this."""

_EXCERPT = 400
"""Characters of a line that are shown at most."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "a document of an older Word, Excel or Outlook"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a rich text document (RTF)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture or sound (RIFF)"),
    (b"\x00\x00\x00\x0cjP", "a picture (JPEG 2000)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"bplist00", "a file of macOS (property list)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_ZIPS = (
    (b"word/", "a Word document"),
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"opendocument.text", "a LibreOffice document"),
)
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<\?xml|<head|<body)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})
_ONE_BREAK = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text; lines carry no line ends, whichever the file has.

    `faults` are mistakes that did not keep the text from being read.
    """

    path: Path
    lines: tuple[str, ...]
    faults: tuple[Finding, ...] = ()
    name: str = field(default="")
    """How the file is called in what people read; its path where empty."""

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    @property
    def shown(self) -> str:
        """Return the name of the file for people."""
        return self.name or str(self.path)

    def line(self, number: int) -> str:
        """Return a line by its number, counting from 1; empty outside the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def place(self, line: int, column: int = 0) -> Place:
        """Return a place in this file."""
        return Place(self.shown, line, column)

    def finding(
        self, code: Code, line: int, column: int, message: str, *, hint: str = "", suggestion: str = ""
    ) -> Finding:
        """Return an error at a place, with the line as it stands there."""
        return Finding(
            code=code,
            severity=Severity.ERROR,
            message=sentence(message),
            place=self.place(line, column),
            hint=sentence(hint),
            excerpt=shorten(self.line(line), _EXCERPT),
            suggestion=suggestion,
        )


def sentence(words: str) -> str:
    """Return words with a capital at their beginning and a full stop at their end."""
    if not words:
        return ""
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?:" else ".")


def shorten(text: str, limit: int) -> str:
    """Return the text, cut at `limit` characters with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(text: str, limit: int = 60) -> str:
    """Return an author's words in quotation marks, on one line and not too long."""
    return f"“{shorten(' '.join(text.split()), limit)}”"


def refusal(path: Path, code: Code, message: str, hint: str) -> ContentError:
    """Return the error for a file that cannot be read at all."""
    source = Source(path, ())
    finding = source.finding(code, 0, 0, message, hint=hint)
    return ContentError(finding.message, [finding], hint=finding.hint, place=finding.place)


def read_source(path: Path) -> Source:
    """Read a text file of UTF-8 or UTF-16, or raise ContentError that says what it is instead."""
    raw = _bytes(path)
    if not raw.strip():
        raise refusal(
            path,
            Code.FILE_EMPTY,
            f"{path.name} is empty",
            "Run `newsletter new` to begin an issue with every field in it, or bring the file back from a copy.",
        )
    other = _other_format(raw)
    if other:
        raise refusal(
            path,
            Code.FILE_OTHER_FORMAT,
            f"{path.name} is {other}, not a text file: a new name does not change what is in it",
            "Open it in its own program, copy the words, and paste them into a file made with `newsletter new`.",
        )
    text, faults = _decode(path, raw)
    return text_source(path, text, faults)


def text_source(path: Path, text: str, faults: tuple[Finding, ...] = ()) -> Source:
    """Make a source of a text; control characters become faults and spaces, so that the rest can be read."""
    text = _ONE_BREAK.sub("\n", text.removeprefix("\ufeff")).translate(_BREAKS)
    bare = Source(path, tuple(text.split("\n")))
    if _CONTROL.search(text) is None:
        return Source(path, bare.lines, faults)
    found = [*faults, *_control_characters(bare)]
    return Source(path, tuple(_CONTROL.sub(_stand_in, line) for line in bare.lines), tuple(found))


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise refusal(
                path,
                Code.FILE_IS_FOLDER,
                f"{path.name or path} is a folder, and a file is needed",
                _nearby(path) or "Name a file in it.",
            )
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
            size = file.seek(0, 2)
    except FileNotFoundError:
        raise refusal(path, Code.FILE_MISSING, f"there is no file {path}", _similar(path)) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if size > MAX_BYTES:
        raise refusal(
            path,
            Code.FILE_TOO_LARGE,
            f"{path.name} is too large: {size / 1e6:,.1f} MB, and an issue has at most {MAX_BYTES / 1e6:.0f} MB",
            "Pictures do not belong inside the file: put them beside it and name them with `image:`.",
        )
    return raw


def _unreadable(path: Path, error: Exception) -> ContentError:
    if isinstance(error, PermissionError):
        return refusal(
            path,
            Code.FILE_UNREADABLE,
            f"{path.name} may not be read by you",
            "Ask its owner for the right to read it, or copy it into your own folder.",
        )
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return refusal(path, Code.FILE_MISSING, "there is no file of so long a name", "Give the issue's month or path.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
    return refusal(
        path,
        Code.FILE_UNREADABLE,
        f"{shorten(path.name, 80)!r} cannot be read: {reason}",
        "Check that the disk or network folder is there and the name is right.",
    )


def _similar(path: Path) -> str:
    folder = path.parent
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else None
    except OSError:
        names = []
    if names is None:
        return f"There is no folder {folder} either: check the path."
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    if not close:
        close = [name for name in names if Path(name).stem == path.stem and name != path.name][:1]
    if close:
        return f"Did you mean {folder / close[0]}?"
    return "Check the name, or run `newsletter new` to begin an issue."


def _nearby(folder: Path) -> str:
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.suffix in {".yaml", ".yml"})
    except OSError:
        names = []
    return f"Name a file in it, such as {folder / names[-1]}." if names else ""


def _other_format(raw: bytes) -> str:
    if raw.startswith(b"PK\x03\x04"):
        return next((words for mark, words in _ZIPS if mark in raw), "a ZIP archive or an office document")
    for mark, words in _FORMATS:
        if raw.startswith(mark):
            return words
    if _HTML.match(raw):
        return "a web page (HTML) or XML"
    if any(raw.startswith(mark) for mark, _ in _BOMS) or _silent_utf16(raw):
        return ""
    return "a binary file" if raw[:4096].count(0) > 8 else ""


def _silent_utf16(raw: bytes) -> str:
    """Return the UTF-16 that bytes without a mark are in, seen by their zero bytes on one side only."""
    head = raw[:2048]
    even, odd = head[0::2], head[1::2]
    if len(raw) % 2 or not odd:
        return ""
    if even.count(0) == 0 and odd.count(0) > 0.7 * len(odd):
        return "utf-16-le"
    if odd.count(0) == 0 and even.count(0) > 0.7 * len(even):
        return "utf-16-be"
    return ""


def _decode(path: Path, raw: bytes) -> tuple[str, tuple[Finding, ...]]:
    encoding, mark = next(((name, bom) for bom, name in _BOMS if raw.startswith(bom)), (_silent_utf16(raw), b""))
    encoding = encoding or "utf-8"
    body = raw[len(mark) :]
    try:
        return body.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise refusal(
                path,
                Code.ENCODING,
                f"{path.name} is damaged: its text breaks off in the middle of a character",
                "Save the file again as UTF-8 (in Windows Notepad: Save as, Encoding: UTF-8).",
            ) from None
        return _old_encoding(path, body, error.start)


def _old_encoding(path: Path, body: bytes, start: int) -> tuple[str, tuple[Finding, ...]]:
    """Read on as Windows-1252, which such files nearly always are, and say so."""
    text = body.decode("cp1252", errors="replace")
    # columns count characters, and the bytes before the first wrong one are sound
    before = _ONE_BREAK.sub("\n", body[:start].decode("utf-8"))
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    source = Source(path, tuple(_ONE_BREAK.sub("\n", text).split("\n")))
    finding = source.finding(
        Code.ENCODING,
        line,
        column,
        f"the file is not saved as UTF-8: the byte {body[start]:02X} here "
        f"(perhaps {quoted(body[start : start + 1].decode('cp1252', errors='replace'))}) cannot be read",
        hint="Save the file again as UTF-8: in Windows Notepad choose Save as, and Encoding: UTF-8.",
    )
    return text, (finding,)


def _control_characters(source: Source) -> list[Finding]:
    found = []
    for number, line in enumerate(source.lines, 1):
        match = _CONTROL.search(line)
        if match is None:
            continue
        suggestion = _CONTROL.sub(_stand_in, line)
        what = f"an invisible character (U+{ord(match[0]):04X})"
        instead = _stand_in(match)
        if instead.strip():
            what += f", in place of {quoted(instead)}"
        found.append(
            source.finding(
                Code.CHARACTER,
                number,
                match.start() + 1,
                f"there is {what}, which mail programs cannot show",
                hint="Type the words around it again, or paste the line below in its place.",
                suggestion=suggestion,
            )
        )
    return found[:20]


def _stand_in(match: re.Match[str]) -> str:
    """Return what was meant: the sign of Windows-1252 at that number, or a space."""
    number = ord(match[0])
    return bytes([number]).decode("cp1252", errors="replace").replace("\ufffd", " ") if 0x80 <= number < 0xA0 else " "
