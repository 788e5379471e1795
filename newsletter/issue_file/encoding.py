"""What the bytes of a file are: text in UTF-8 or UTF-16, or another kind of file under a wrong name."""

from __future__ import annotations

import codecs
import re

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
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<\?xml|<head|<body)", re.IGNORECASE)


def other_format(raw: bytes) -> str:
    """Return what the file is if it is no text, empty where it seems to be one."""
    if raw.startswith(b"PK\x03\x04"):
        return next((words for mark, words in _ZIPS if mark in raw), "a ZIP archive or an office document")
    for mark, words in _FORMATS:
        if raw.startswith(mark):
            return words
    if _HTML.match(raw):
        return "a web page (HTML) or XML"
    if any(raw.startswith(mark) for mark, _ in _BOMS) or _silent_utf16(raw):
        return ""
    head = raw[:4096]
    return "a binary file" if len(_CONTROLS.findall(head)) > max(8, len(head) // 50) else ""


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


def encoding_of(raw: bytes) -> tuple[str, int]:
    """Return the encoding that the first bytes tell of, and how many of them are only for that."""
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return name, len(mark)
    return _silent_utf16(raw) or "utf-8", 0
