from __future__ import annotations

import hashlib
import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from newsletter.render.image_store import ImageCollector, Kind, Picture, is_transparent, sniff_image
from newsletter.render.images import prepare


def made(form: str, size: tuple[int, int] = (37, 23), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0b4f5c").save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "options", "content_type"),
    [
        ("PNG", {}, "image/png"),
        ("GIF", {}, "image/gif"),
        ("JPEG", {}, "image/jpeg"),
        ("JPEG", {"progressive": True}, "image/jpeg"),
        ("JPEG", {"exif": Image.Exif(), "comment": b"x" * 300}, "image/jpeg"),
    ],
)
def test_a_picture_is_known_by_its_bytes(form: str, options: dict[str, object], content_type: str) -> None:
    assert sniff_image(made(form, **options)) == Kind(content_type, 37, 23)


def test_what_no_picture_can_be_made_of_is_refused_by_name() -> None:
    album = ImageCollector(lambda name: b"<svg/>", prepare)
    with pytest.raises(OSError, match="an SVG drawing") as told:
        album.picture("images/x.svg")
    assert told.value.filename == "images/x.svg"


def test_a_picture_of_another_kind_gets_the_name_of_what_it_became() -> None:
    album = ImageCollector(lambda name: made("WEBP"), prepare)
    album.picture("images/Our house.webp")
    [image] = album.images.values()
    assert (image.name, image.content_type) == ("Our house.png", "image/png")


@given(st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"]), st.binary(max_size=64))
def test_no_bytes_make_it_stumble(head: bytes, rest: bytes) -> None:
    kind = sniff_image(head + rest)
    assert kind is None or kind.width >= 0


def test_marks_without_a_length_and_fill_bytes_are_passed_over() -> None:
    frame = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 5, 7) + bytes(10)
    assert sniff_image(b"\xff\xd8\xff\xd0\xff\xff" + frame[1:]) == Kind("image/jpeg", 7, 5)
    assert sniff_image(b"\xff\xd8\xff\xe0\0\x02nothing more") == Kind("image/jpeg", 0, 0)


def test_a_picture_that_breaks_off_has_no_size() -> None:
    assert sniff_image(made("PNG")[:20]) == Kind("image/png")
    assert sniff_image(made("GIF")[:8]) == Kind("image/gif")
    assert sniff_image(made("JPEG")[:30]) == Kind("image/jpeg")


def test_a_picture_travels_once_under_the_name_of_its_content() -> None:
    read: list[str] = []

    def reader(name: str) -> bytes:
        read.append(name)
        return made("PNG")

    album = ImageCollector(reader, prepare)
    first, again, copy = album.picture("images/a.png"), album.picture("images/a.png"), album.picture("b.png")
    assert first == again == copy
    assert read == ["images/a.png", "b.png"]
    [image] = album.images.values()
    assert first.src == f"cid:{image.cid}"
    assert (image.name, image.content_type) == ("a.png", "image/png")
    assert hashlib.sha256(made("PNG")).hexdigest().startswith(image.cid.partition("@")[0])


def test_a_link_stays_a_link() -> None:
    album = ImageCollector(lambda name: pytest.fail("it is not read"), prepare)
    assert album.picture("https://example.org/a.webp") == Picture("https://example.org/a.webp")
    assert not album.images


def test_a_picture_is_shown_no_wider_than_it_is() -> None:
    assert [Picture("x", width).fit(536) for width in (0, 100, 2000)] == [536, 100, 536]


def test_a_picture_is_shown_no_higher_than_asked() -> None:
    sizes = [(0, 0), (100, 100), (2000, 1000), (1200, 2400), (1, 2400)]
    assert [Picture("x", *size).fit(536, 536) for size in sizes] == [536, 100, 536, 268, 1]


def seen_through(form: str, mode: str, **options: object) -> bytes:
    out = io.BytesIO()
    frames = [Image.new(mode, (9, 9), value) for value in (0, 1)]
    frames[0].save(out, form, append_images=frames[1:], **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (made("PNG"), False),
        (made("JPEG"), False),
        (made("GIF"), False),
        (seen_through("PNG", "RGBA"), True),
        (seen_through("PNG", "LA"), True),
        (seen_through("PNG", "P", transparency=0), True),
        (seen_through("PNG", "P"), False),
        (seen_through("GIF", "P", save_all=True, transparency=0, loop=0, duration=90), True),
        (seen_through("GIF", "P", save_all=True, loop=0, duration=90), False),
        (b"GIF89a\x21\xf9\x04", False),
        (b"", False),
    ],
)
def test_what_can_be_seen_through_is_known(data: bytes, is_one: bool) -> None:
    assert is_transparent(data) is is_one


def test_a_template_is_told_what_can_be_seen_through() -> None:
    through = seen_through("PNG", "RGBA")
    album = ImageCollector(lambda name: through if name == "ink.png" else made("PNG"), prepare)
    assert album.picture("ink.png").transparent
    assert not album.picture("box.png").transparent
