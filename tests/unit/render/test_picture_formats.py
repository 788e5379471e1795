"""Only five formats are opened; all else is named by what it is, and animations keep moving."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from newsletter.render.image_store import sniff_image
from newsletter.render.images import MOST_FRAMES, UnfitPictureError, prepare
from newsletter.render.picture_formats import other_format
from newsletter.workflow.workspace import LARGEST_PICTURE, Workspace

POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(/CANARY) (w) file closefile\n{} loop\n%%EOF\n"
DOS_EPS = b"\xc5\xd0\xd3\xc6" + struct.pack("<IIIIII", 32, len(POSTSCRIPT), 0, 0, 0, 0) + b"\xff\xff\0\0" + POSTSCRIPT


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"\0" * 100) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def colours(count: int, size: tuple[int, int] = (40, 30)) -> list[Image.Image]:
    return [Image.new("RGBA", size, (20 * one % 256, 90, 200, 255)) for one in range(count)]


def animated(form: str, count: int = 4, size: tuple[int, int] = (40, 30)) -> bytes:
    frames = colours(count, size)
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=80, loop=0)


@pytest.mark.parametrize("data", [POSTSCRIPT, DOS_EPS, b"\n  " + POSTSCRIPT, b"%!PS\n{} loop"])
def test_postscript_is_never_run(data: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Pillow hands such a file to Ghostscript, whatever its name."""
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **_: started.append(args))
    monkeypatch.setattr(subprocess, "check_call", lambda *args, **_: started.append(args))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnfitPictureError):
        prepare(data)
    assert started == []
    assert list(tmp_path.iterdir()) == []


def test_a_ghostscript_on_the_path_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = tmp_path / "canary"
    for name in ("gs", "gswin32c", "gswin64c"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {canary}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for data in (POSTSCRIPT, DOS_EPS):
        with pytest.raises(UnfitPictureError, match="PostScript"):
            prepare(data)
    assert not canary.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), "iPhones"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(40), "Most Compatible on the phone"),
        (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc" + bytes(40), "iPhones"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(40), "AVIF"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf" + bytes(40), "AVIF"),
        (b"\0\0\0\x14ftypqt  " + bytes(40), "video"),
        (b"\x1aE\xdf\xa3" + bytes(40), "video"),
        (saved(Image.new("RGB", (9, 9)), "BMP"), "BMP"),
        (saved(Image.new("RGB", (32, 32)), "ICO"), "ICO"),
        (saved(Image.new("RGB", (9, 9)), "PPM"), "not an image that can be read"),
        (saved(Image.new("RGB", (9, 9)), "PCX"), "not an image that can be read"),
        (saved(Image.new("RGB", (9, 9)), "TGA"), "not an image that can be read"),
        (saved(Image.new("RGB", (9, 9)), "PDF"), "PDF"),
        (saved(Image.new("RGB", (9, 9)), "EPS"), "PostScript"),
        (b"8BPS\0\x01" + bytes(40), "Photoshop"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40), "JPEG 2000"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40), "JPEG XL"),
        (b"\xff\x0a" + bytes(40), "JPEG XL"),
        (b"\xd7\xcd\xc6\x9a" + bytes(40), "metafile"),
        (b"PK\x03\x04" + bytes(40), "document"),
        (b"\x1f\x8b\x08" + bytes(40), "compressed"),
        (b"<?xml version='1.0'?><!-- made by a program --><svg/>", "SVG"),
        (b"<HTML><body>Not found", "web page"),
        (b"BMW is what this text begins with", "not an image that can be read"),
        (bytes(100), "not an image that can be read"),
    ],
)
def test_what_a_file_is_and_what_to_do_is_said(data: bytes, words: str) -> None:
    with pytest.raises(UnfitPictureError, match=words):
        prepare(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF"])
def test_what_is_opened_is_not_taken_for_something_else(form: str) -> None:
    data = saved(Image.new("RGB", (30, 20), "red"), form)
    assert other_format(data) == ""
    assert (prepare(data).width, prepare(data).height) == (30, 20)


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_an_animation_keeps_moving_as_a_gif(form: str) -> None:
    made = prepare(animated(form))
    assert (made.content_type, made.suffix) == ("image/gif", ".gif")
    assert sniff_image(made.data) is not None
    with Image.open(io.BytesIO(made.data)) as gif:
        assert (gif.n_frames, gif.size, gif.info["loop"], gif.info["duration"]) == (4, (40, 30), 0, 80)
        seen = []
        for number in range(4):
            gif.seek(number)
            seen.append(gif.convert("RGB").getpixel((5, 5)))
    assert len(set(seen)) == 4


def test_a_transparent_animation_stays_transparent() -> None:
    frames = [Image.new("RGBA", (20, 20), (0, 0, 0, 0)) for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste((200, 0, 0, 255), (number * 5, 0, number * 5 + 5, 20))
    made = prepare(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    with Image.open(io.BytesIO(made.data)) as gif:
        for number in range(3):
            gif.seek(number)
            shown = gif.convert("RGBA")
            assert shown.getpixel((number * 5 + 2, 5))[3] == 255
            assert shown.getpixel(((number * 5 + 10) % 20, 5))[3] == 0


def test_a_wide_animation_is_made_smaller() -> None:
    made = prepare(animated("WEBP", 2, (2000, 100)))
    assert (made.content_type, made.width, made.height) == ("image/gif", 1200, 60)


def test_an_animation_without_end_is_refused() -> None:
    with pytest.raises(UnfitPictureError, match=f"animation of {MOST_FRAMES + 1} frames"):
        prepare(animated("WEBP", MOST_FRAMES + 1, (4, 4)))
    with pytest.raises(UnfitPictureError, match="use a still image"):
        prepare(animated("WEBP", 50, (1300, 1300)))


SHAPES = {
    "no pixels": png(0, 0),
    "no width": png(0, 10),
    "one pixel": png(1, 1, data=b"\0\1\2\3"),
    "a hundred thousand each way": png(100_000, 100_000),
    "a line of two thousand million": png(2_000_000_000, 1),
    "sixteen bits": saved(Image.new("I;16", (20, 10), 30_000), "PNG"),
    "a palette": saved(Image.new("P", (20, 10)), "PNG"),
    "colours for print": saved(Image.new("CMYK", (20, 10)), "JPEG"),
    "colours for print as TIFF": saved(Image.new("CMYK", (20, 10)), "TIFF"),
    "a palette that is missing": png(10, 10, colour=3, data=b"\0" * 110),
    "bits that do not exist": png(10, 10, depth=7),
    "a wrong checksum": saved(Image.new("RGB", (20, 10)), "PNG")[:-20] + b"\0" * 20,
    "broken off": saved(Image.new("RGB", (200, 100)), "PNG")[:60],
    "a GIF that breaks off": animated("GIF")[:80],
    "a GIF of no size": b"GIF89a" + bytes(20),
    "a WebP that breaks off": saved(Image.new("RGB", (200, 100)), "WEBP")[:30],
    "an animated WebP that breaks off": animated("WEBP")[:-60],
    "a TIFF that points at itself": b"II*\0\x08\0\0\0\x01\0\0\x01\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
    "a TIFF of many pages": saved(Image.new("L", (9, 9)), "TIFF", save_all=True, append_images=colours(50)),
    "a JPEG of nothing": b"\xff\xd8\xff\xd9",
    "a JPEG of many layers": b"\xff\xd8" + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" * 500,
    "an animated PNG without pictures": png(5, 5, data=bytes(80)).replace(b"IDAT", b"fdAT"),
    "a profile of a thousand million bytes": png(5, 5)[:33]
    + chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(10**8)))
    + png(5, 5)[33:],
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_strange_picture_is_used_or_refused_soon(name: str) -> None:
    start = time.thread_time()
    refusal = ""
    try:
        made = prepare(SHAPES[name])
        assert sniff_image(made.data) is not None
        assert made.width <= 1200
    except UnfitPictureError as error:
        refusal = str(error)
    assert refusal.startswith(("it ", "its ")) or not refusal
    assert time.thread_time() - start < 10


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "newsletter.yaml").write_text("", encoding="utf-8")
    (tmp_path / "huge.jpg").touch()
    os.truncate(tmp_path / "huge.jpg", LARGEST_PICTURE + 1)

    class Settings:
        root = tmp_path

    read = Workspace(Settings()).assets(tmp_path / "x.yaml")  # type: ignore[arg-type]
    with pytest.raises(OSError, match="make it smaller"):
        read("huge.jpg")
