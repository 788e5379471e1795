"""Recognize files that are not images for email by their first bytes, and say what to do with them."""

from __future__ import annotations

READ = ("JPEG", "PNG", "GIF", "WEBP", "TIFF")
"""The formats that are opened, by Pillow's names. It knows others, one of which has Ghostscript run the file."""

_IPHONE = "a photo in the HEIC format of iPhones"
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "an image in the format AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"), _IPHONE),
    **dict.fromkeys((b"mif1", b"msf1"), _IPHONE),
    **dict.fromkeys((b"mp41", b"mp42", b"isom", b"iso2", b"avc1", b"M4V ", b"qt  ", b"3gp4", b"3gp5"), "a video"),
}
_ASK_PHONE = (
    "which email clients do not show: export it as JPEG; for future photos, choose Settings > Camera > "
    "Formats > Most Compatible on the phone"
)
_PROGRAM = "a PostScript file (EPS), which is a program: export it as PNG"
_STARTS = (
    (b"%!PS", _PROGRAM),
    (b"\xc5\xd0\xd3\xc6", _PROGRAM),
    (b"%PDF", "a PDF: save the page as PNG"),
    (b"BM", "an image in the format BMP, which email clients do not show: save it as PNG"),
    (b"8BPS", "a Photoshop file: export it as JPEG or PNG"),
    (b"\x00\x00\x01\x00", "an icon file (ICO): save it as PNG"),
    (b"\x00\x00\x00\x0cjP  ", "an image in the format JPEG 2000, which email clients do not show: save it as JPEG"),
    (b"\xff\x4f\xff\x51", "an image in the format JPEG 2000, which email clients do not show: save it as JPEG"),
    (b"\x00\x00\x00\x0cJXL ", "an image in the format JPEG XL, which email clients do not show: save it as JPEG"),
    (b"\xff\x0a", "an image in the format JPEG XL, which email clients do not show: save it as JPEG"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile, which email clients do not show: save it as PNG"),
    (b"\x01\x00\x00\x00", "a Windows metafile, which email clients do not show: save it as PNG"),
    (b"\x1aE\xdf\xa3", "a video: use a still image from it"),
    (b"\x1f\x8b", "a compressed file: unpack it first"),
    (b"PK\x03\x04", "a document or a compressed folder: extract the image from it"),
    (b"\xd0\xcf\x11\xe0", "an office document: extract the image from it"),
)
_BLANKS = b"\xef\xbb\xbf \t\r\n\x00"


def other_format(data: bytes) -> str:
    """Return what a file is, and what to do, as the end of a sentence; nothing where it may be a picture for email."""
    if not data:
        return "it is empty"
    text = data[:4096].lstrip(_BLANKS)
    lower = text.lower()
    if text.startswith(b"<") and b"<svg" in lower:
        return "it is an SVG drawing, which email clients do not show: save it as PNG"
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "it is a web page, not an image: save the image itself"
    if data[4:8] == b"ftyp":
        return _of_container(data)
    for start, words in _STARTS:
        if start == b"BM" and data[6:10] != bytes(4):
            continue  # two letters that may begin any text
        if data.startswith(start) or (start.startswith(b"%") and text.startswith(start)):
            return f"it is {words}"
    return ""


def _of_container(data: bytes) -> str:
    """Return what a file is that says which formats it follows, as photos of phones and films do."""
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, min(len(data), 64), 4))]
    if {b"avif", b"avis"} & set(brands):
        return f"it is {_BRANDS[b'avif']}, which few email clients show: save it as JPEG"
    words = _BRANDS.get(brands[0], "a video")
    return f"it is {words}, {_ASK_PHONE}" if words == _IPHONE else f"it is {words}: use a still image from it"
