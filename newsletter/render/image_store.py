"""The pictures of an issue: read once each, recognised by their bytes, named by their content."""

from __future__ import annotations

import errno
import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from newsletter.model.campaign import InlineImage
from newsletter.render.image_edits import NO_EDIT, ImageEdit

if TYPE_CHECKING:
    from newsletter.render.images import EmailImage

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


class Kind(NamedTuple):
    """What a picture's bytes say of it; sizes in pixels, 0 where they do not tell."""

    content_type: str
    width: int = 0
    height: int = 0


class Picture(NamedTuple):
    """A picture as a template shows it: where it lies, and how large it is by nature (0 where that is not known)."""

    src: str
    width: int = 0
    height: int = 0
    transparent: bool = False
    """Whether what lies behind it can be seen."""

    def fit(self, width: int, height: int = 0) -> int:
        """Return the width to show it at: no wider than it is and than there is room, nor higher where that is said."""
        if not self.width:
            return width
        shown = min(width, self.width)
        return min(shown, max(1, height * self.width // self.height)) if height and self.height else shown

    def height_for(self, width: int) -> int:
        """Return the height that belongs to a width, in whole pixels; 0 where the picture's size is not known."""
        return max(1, round(width * self.height / self.width)) if self.width and self.height else 0

    @property
    def is_tall(self) -> bool:
        """Return whether it is clearly higher than wide."""
        return self.height > self.width * 1.1


@dataclass(slots=True)
class ImageCollector:
    """Collects the pictures that a rendering shows; `read` takes a picture's name, `prepare` makes it fit for email.

    `prepare` takes the file's bytes and, where a picture is edited, the edit.
    """

    read: Callable[[str], bytes]
    prepare: Callable[..., EmailImage]
    images: dict[str, InlineImage] = field(default_factory=dict)
    _known: dict[tuple[str, ImageEdit], Picture] = field(default_factory=dict)

    def picture(self, name: str, edit: ImageEdit = NO_EDIT) -> Picture:
        """Return a picture; a link stays a link, a file travels inside the message, with the edit made.

        Raises OSError, with the name and the reason in it, where no picture for email can be made of the file.
        """
        if is_remote(name):
            return Picture(name)
        if (name, edit) not in self._known:
            self._known[name, edit] = self._inline(name, edit)
        return self._known[name, edit]

    @property
    def sizes(self) -> dict[str, Picture]:
        """Return the pictures whose size is known, by what `src` says of them."""
        return {one.src: one for one in self._known.values() if one.width and one.height}

    def _inline(self, name: str, edit: ImageEdit) -> Picture:
        data = self.read(name)
        try:
            made = self.prepare(data) if edit == NO_EDIT else self.prepare(data, edit)
        except ValueError as error:
            raise OSError(errno.EINVAL, str(error), name) from error
        # of the file's own bytes: the message stays the same when a later version makes a picture smaller
        cid = f"{hashlib.sha256(data + edit.key.encode()).hexdigest()[:24]}@newsletter"
        if cid not in self.images:
            file_name = f"{PurePosixPath(name.replace(chr(92), '/')).stem}{made.suffix}"
            self.images[cid] = InlineImage(cid=cid, name=file_name, content_type=made.content_type, data=made.data)
        return Picture(f"cid:{cid}", made.width, made.height, is_transparent(made.data))


def is_remote(name: str) -> bool:
    """Report whether a picture's name is a link, which stays one."""
    return name.lower().startswith(("https://", "http://"))


def sniff_image(data: bytes) -> Kind | None:
    """Tell a picture's type and size by its bytes; None where it is neither JPEG, PNG nor GIF."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind("image/png", *(struct.unpack(">II", data[16:24]) if len(data) >= 24 else ()))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Kind("image/gif", *(struct.unpack("<HH", data[6:10]) if len(data) >= 10 else ()))
    if data.startswith(b"\xff\xd8\xff"):
        return Kind("image/jpeg", *_jpeg_size(data))
    return None


def is_transparent(data: bytes) -> bool:
    """Return whether a PNG or GIF can be seen through; one that could be and is not may be told as one that is."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data[25:26] in {b"\x04", b"\x06"} or b"tRNS" in data[: data.find(b"IDAT")]
    control = data.find(b"\x21\xf9\x04") if data.startswith(b"GIF8") else -1
    return control >= 0 and data[control + 3 : control + 4] > b"" and bool(data[control + 3] & 1)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height from the frame header, which the segments before it lead to; zeros where it is not."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        else:
            at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return 0, 0
