"""Make a picture fit for email: upright, at most 1200 pixels wide, small, without what a camera wrote into it.

What leaves is a JPEG, a PNG or an animated GIF: every mail program shows these, and few show more.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import TYPE_CHECKING, NamedTuple

from newsletter.render.image_edits import NO_EDIT, ImageEdit, apply_edit
from newsletter.render.image_store import sniff_image
from newsletter.render.picture_formats import READ, other_format

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

VERSION = 2
"""Counts up when the same picture would come out otherwise: what was made before is then made anew."""

WIDEST, TALLEST = 1200, 2400
MOST_PIXELS = 80_000_000
MOST_FRAMES = 300
"""Pictures of an animation."""

QUALITY = 82
WORTH_IT = 0.87
"""A picture that is fit as it is stays so, unless it can be made smaller than this share of itself."""

_FEW_COLOURS = 256
_MOST_SCANS = 200
"""Layers of a JPEG; cameras and programs make up to 12, and each is as much work as the whole picture."""

_WORTH_IT = 1.5
"""How much heavier than a JPEG a drawing may be, whose edges a JPEG would blur."""
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}


class UnfitPictureError(ValueError):
    """A file that no picture for email can be made of; the message says why, as the end of a sentence."""


class EmailImage(NamedTuple):
    """A picture fit for email; sizes in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int

    @property
    def suffix(self) -> str:
        """Return how the name of a file with it ends."""
        return _SUFFIXES[self.content_type]

    @classmethod
    def of(cls, data: bytes) -> EmailImage | None:
        """Return bytes that were prepared before; None where they are no picture."""
        kind = sniff_image(data)
        return cls(data, kind.content_type, kind.width, kind.height) if kind and kind.width and kind.height else None


def prepare(data: bytes, edit: ImageEdit = NO_EDIT) -> EmailImage:
    """Return a picture made fit for email, with an edit made; raise UnfitPictureError where that cannot be.

    An animated GIF stays as it is, byte for byte; an animated WebP or PNG becomes one. No edit is made to these.
    Colours become those of the web (sRGB). Only pictures in the formats `READ` are opened, whatever a file is called.
    """
    import PIL  # noqa: PLC0415 - only for pictures that were not prepared before
    from PIL import Image  # noqa: PLC0415 - as above

    if words := other_format(data):
        raise UnfitPictureError(words)
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise UnfitPictureError("it has far more layers than a photo needs: save it again as JPEG")
    try:
        with warnings.catch_warnings():
            # what it warns of are huge pictures and odd metadata: the one is refused below, the other is not kept
            warnings.simplefilter("ignore")
            return _prepared(data, edit)
    except UnfitPictureError:
        raise
    except Image.DecompressionBombError:
        raise UnfitPictureError("it has far more pixels than any screen: resize it in an image editor") from None
    except PIL.UnidentifiedImageError:
        raise UnfitPictureError("it is not an image that can be read: save it as JPEG or PNG") from None
    except Exception as error:  # a broken file makes the decoders fail in any way
        raise UnfitPictureError("its file is damaged or incomplete: save or download it again") from error


def _prepared(data: bytes, edit: ImageEdit) -> EmailImage:
    from PIL import Image, ImageOps  # noqa: PLC0415 - as above

    with Image.open(io.BytesIO(data), formats=READ) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            size = f"{opened.width} by {opened.height} pixels"
            raise UnfitPictureError(f"it is {size}, far more than any screen: resize it in an image editor")
        if opened.format == "GIF" and getattr(opened, "is_animated", False):
            opened.seek(1)  # a file that breaks off before its second picture is none to send
            return EmailImage(data, "image/gif", opened.width, opened.height)
        if opened.format in {"WEBP", "PNG"} and getattr(opened, "is_animated", False):
            return _as_gif(opened)
        opened.load()
        kept = _as_it_is(data, opened) if edit == NO_EDIT else None
        upright = _in_rgb(_for_the_web(ImageOps.exif_transpose(opened)))
        made = _encoded(_fitted(apply_edit(upright, edit)))
    return kept if kept and len(made.data) > WORTH_IT * len(kept.data) else made


def _as_gif(image: ImageFile) -> EmailImage:
    """Return an animation, which few mail programs show in this format, as a GIF, which nearly all of them show."""
    from PIL import ImageSequence  # noqa: PLC0415 - as above

    frames = getattr(image, "n_frames", 1)
    if frames > MOST_FRAMES or frames * image.width * image.height > MOST_PIXELS:
        raise UnfitPictureError(
            f"it is an animation of {frames} frames, too many for an animated GIF: shorten it, make it "
            "smaller, or use a still image"
        )
    shown, durations = [], []
    for frame in ImageSequence.Iterator(image):
        shown.append(_fitted(frame.convert("RGBA")))
        durations.append(max(20, int(frame.info.get("duration") or 100)))
    file = io.BytesIO()
    first, loop = shown[0], int(image.info.get("loop") or 0)
    first.save(
        file, "GIF", save_all=True, append_images=shown[1:], duration=durations, loop=loop, disposal=2, optimize=True
    )
    return EmailImage(file.getvalue(), "image/gif", first.width, first.height)


def _for_the_web(image: Image) -> Image:
    """Return a picture in the colours of the web, where it brings a profile of others that can be read."""
    from PIL import ImageCms  # noqa: PLC0415 - as above

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    mode = "RGB" if image.mode in {"CMYK", "L"} else image.mode
    try:
        changed = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # without a profile that can be read, the numbers are taken for those of the web
    return changed or image


def _in_rgb(image: Image) -> Image:
    """Return a picture in grey or colour, of eight bits, with transparency only where there really is some."""
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("F").point(lambda value: value / 256 + 0).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return image.convert("RGB") if image.getchannel("A").getextrema() == (255, 255) else image
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _fitted(image: Image) -> Image:
    from PIL import Image as Pillow  # noqa: PLC0415 - as above

    share = min(1.0, WIDEST / image.width, TALLEST / image.height)
    if share == 1.0:
        return image
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image.resize(size, Pillow.Resampling.LANCZOS)


def _encoded(image: Image) -> EmailImage:
    """Return a picture as PNG where it is transparent or a drawing with few colours, else as JPEG."""
    if image.mode == "RGBA":
        return _png(image)
    colours = image.getcolors(_FEW_COLOURS)
    if colours is None:
        return _jpeg(image)
    drawing = _png(_few(image, len(colours)))
    if not all(len(set(colour)) == 1 for _, colour in colours if isinstance(colour, tuple)):
        return drawing
    # a photograph in black and white has few colours too, and weighs much more as PNG
    photo = _jpeg(image)
    return drawing if len(drawing.data) < _WORTH_IT * len(photo.data) else photo


def _few(image: Image, colours: int) -> Image:
    from PIL import Image as Pillow  # noqa: PLC0415 - as above

    return image.quantize(colors=colours, dither=Pillow.Dither.NONE) if image.mode == "RGB" else image


def _png(image: Image) -> EmailImage:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return EmailImage(file.getvalue(), "image/png", image.width, image.height)


def _jpeg(image: Image) -> EmailImage:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return EmailImage(file.getvalue(), "image/jpeg", image.width, image.height)


# --- a picture that is fit as it is -----------------------------------------------------------------------------------


def _as_it_is(data: bytes, image: Image) -> EmailImage | None:
    """Return a picture without its metadata and otherwise untouched; None where more than that is to be done."""
    turned = image.getexif().get(0x0112, 1) != 1
    if turned or image.width > WIDEST or image.height > TALLEST or image.info.get("icc_profile"):
        return None
    if image.format == "JPEG" and image.mode in {"L", "RGB"}:
        bare = _bare_jpeg(data)
    elif image.format == "PNG" and image.mode in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        bare = _bare_png(data)
    else:
        return None
    return EmailImage.of(bare) if bare else None


def _bare_jpeg(data: bytes) -> bytes | None:
    """Return a JPEG without comments and without what programs add, JFIF and Adobe's colours apart."""
    out, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:  # the picture itself begins
            return bytes(out + data[at:])
        if marker in {0xFF, 0x01, *range(0xD0, 0xD9)}:
            return None
        end = at + 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
        is_added = 0xE0 <= marker <= 0xEF and marker not in {0xE0, 0xEE}
        if not is_added and marker != 0xFE:
            out += data[at:end]
        at = end
    return None


_PNG_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"pHYs", b"bKGD", b"sBIT"}


def _bare_png(data: bytes) -> bytes | None:
    """Return a PNG with the parts that are needed to show it; None where one of them is broken."""
    out, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        part = data[at : at + 12 + length]
        if len(part) != 12 + length or zlib.crc32(part[4:-4]) != struct.unpack(">I", part[-4:])[0]:
            return None
        if name in _PNG_NEEDED:
            out += part
        if name == b"IEND":
            return bytes(out)
        at += 12 + length
    return None
