"""Pictures as people drop them become pictures that every mail program shows."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from newsletter.render.image_store import sniff_image
from newsletter.render.images import TALLEST, WIDEST, EmailImage, UnfitPictureError, prepare
from tests.examples import examples

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photo(width=300, height=200, mode="RGB"):
    """Draw something with as many colours as a photo."""
    noise = random.Random(7)
    small = Image.new("RGB", (24, 16))
    small.putdata([(noise.randrange(256), noise.randrange(256), noise.randrange(256)) for _ in range(24 * 16)])
    return small.resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def saved(image, form="JPEG", **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(prepared):
    image = Image.open(io.BytesIO(prepared.data))
    image.load()
    assert image.size == (prepared.width, prepared.height)
    assert Image.MIME[image.format] == prepared.content_type
    return image


def traces(**tags):
    exif = Image.Exif()
    exif[MAKER] = "A camera of the finder's"
    exif.get_ifd(GPS)[1] = "N"
    for name, value in tags.items():
        exif[{"orientation": ORIENTATION}[name]] = value
    return exif


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_is_turned_upright(orientation):
    whole = Image.new("RGB", (120, 60), "white")
    whole.paste("red", (0, 0, 60, 30))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = whole.transpose(Image.Transpose(back[orientation]))
    made = opened(prepare(saved(stored, exif=traces(orientation=orientation), quality=95)))
    assert made.size == (120, 60)
    red, white = made.convert("RGB").getpixel((20, 10)), made.convert("RGB").getpixel((100, 50))
    assert red[0] > 200
    assert red[1] < 60
    assert min(white) > 230


@pytest.mark.parametrize("size", [(4000, 3000), (1201, 10), (900, 5000)])
def test_no_picture_is_larger_than_is_of_use(size):
    made = opened(prepare(saved(photo(*size))))
    assert made.width <= WIDEST
    assert made.height <= TALLEST
    assert made.width / made.height == pytest.approx(size[0] / size[1], rel=0.05)


def test_a_large_photo_becomes_small():
    data = saved(photo(4000, 3000), quality=98)
    assert len(prepare(data).data) < len(data) / 5


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_what_a_camera_wrote_into_it_is_gone(form):
    data = saved(photo(), form, exif=traces())
    assert b"finder" in data
    made = prepare(data)
    assert b"finder" not in made.data
    assert not opened(made).getexif()


def test_a_picture_that_is_fit_keeps_its_own_bytes_but_for_the_traces():
    data = saved(photo(), quality=70, optimize=True, progressive=True)
    assert prepare(data).data == data
    with_traces = saved(photo(), quality=70, optimize=True, progressive=True, exif=traces(), comment=b"at home")
    made = prepare(with_traces)
    assert b"at home" not in made.data
    assert opened(made).tobytes() == Image.open(io.BytesIO(data)).tobytes()


@pytest.mark.parametrize("form", ["WEBP", "TIFF"])
def test_what_few_mail_programs_show_becomes_jpeg(form):
    image = photo(200, 200)
    assert prepare(saved(image, form)).content_type in {"image/jpeg", "image/png"}


def test_colours_for_print_become_those_of_the_screen():
    made = opened(prepare(saved(photo(mode="CMYK"))))
    assert made.mode == "RGB"


def test_a_profile_is_applied_and_left_out():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given_profile in (srgb, profile, b"no profile at all"):
        assert "icc_profile" not in opened(prepare(saved(photo(), icc_profile=given_profile))).info


def test_transparency_is_kept_where_there_is_some():
    image = photo().convert("RGBA")
    assert prepare(saved(image, "PNG")).content_type == "image/jpeg"
    image.putpixel((3, 3), (0, 0, 0, 0))
    made = opened(prepare(saved(image, "PNG")))
    assert made.format == "PNG"
    assert made.getpixel((3, 3))[3] == 0


def test_a_transparent_palette_is_kept():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.putpixel((5, 5), 1)
    made = opened(prepare(saved(image, "PNG", transparency=0))).convert("RGBA")
    assert made.getpixel((0, 0))[3] == 0
    assert made.getpixel((5, 5)) == (255, 0, 0, 255)


def test_a_drawing_stays_sharp():
    drawing = Image.new("RGB", (400, 300), "white")
    drawing.paste((11, 79, 92), (50, 50, 200, 200))
    made = opened(prepare(saved(drawing, "TIFF")))
    assert made.format == "PNG"
    assert made.convert("RGB").tobytes() == drawing.tobytes()


def test_sixteen_bits_become_eight():
    image = Image.new("I;16", (20, 20), 0x8000)
    grey = opened(prepare(saved(image, "PNG"))).convert("L").getpixel((3, 3))
    assert abs(grey - 128) <= 1


def test_an_animation_is_kept_byte_for_byte():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert prepare(data) == EmailImage(data, "image/gif", 40, 40)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_photo_in_black_and_white_becomes_jpeg_and_a_grey_drawing_png(mode):
    grey = photo(1600, 1000).convert("L").convert(mode)
    assert prepare(saved(grey, "TIFF")).content_type == "image/jpeg"
    drawing = Image.new(mode, (1600, 1000), "white")
    drawing.paste("black", (100, 100, 400, 900))
    assert prepare(saved(drawing, "TIFF")).content_type == "image/png"


def test_a_still_gif_becomes_png():
    assert prepare(saved(photo(mode="P"), "GIF")).content_type == "image/png"


def bomb():
    """Return a PNG that says of itself that it has a hundred thousand pixels each way."""

    def part(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0" * 100)) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello, this is a text", "not an image that can be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg/>", "SVG"),
        (b"<!DOCTYPE html><p>Not found", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "iPhone"),
        (b"\0\0\0\x18ftypisom" + bytes(40), "video"),
        (bomb(), "pixels"),
        (saved(photo())[:2000], "damaged or incomplete"),
        (saved(photo(), "PNG")[:900], "damaged or incomplete"),
        (saved(Image.new("RGB", (9000, 9000)), "PNG"), "9000 by 9000 pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_said_in_words(data, words):
    with pytest.raises(UnfitPictureError, match=words):
        prepare(data)


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_a_damaged_picture_is_used_or_refused_and_nothing_else(data):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    whole = bytearray(
        data.draw(
            st.sampled_from(
                [
                    saved(photo(30, 20)),
                    saved(photo(30, 20), "PNG"),
                    saved(photo(30, 20), "WEBP"),
                    saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
                ]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = prepare(bytes(whole))
    except UnfitPictureError:
        return
    kind = sniff_image(made.data)
    assert kind
    assert kind.content_type == made.content_type
