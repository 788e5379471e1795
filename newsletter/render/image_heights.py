"""Give each picture of the HTML its exact height, so that nothing jumps while pictures load and Outlook scales them."""

from __future__ import annotations

import re
from html import unescape

from newsletter.compiled_patterns import compile_pattern
from newsletter.render.field_marks import without_marks
from newsletter.render.image_store import ImageCollector

_IMAGE = compile_pattern(r"<img\b[^>]*>")
_SOURCE = compile_pattern(r'\ssrc="([^"]*)"')
_WIDTH = compile_pattern(r'\swidth="(\d+)"')
_HEIGHT = compile_pattern(r'\sheight="[^"]*"')
_FLUID = compile_pattern(r"height:\s*auto")


def with_heights(markup: str, album: ImageCollector) -> str:
    """Return HTML in which each picture whose size is known has a height in pixels.

    Only pictures with `height:auto` in their style get one: without it, a phone that makes a picture narrower would
    distort it. Where the size is not known, MJML's `height="auto"`, which HTML does not allow, is left out.
    """

    def tag(match: re.Match[str]) -> str:
        image = match[0]
        source, width, height = (pattern.search(image) for pattern in (_SOURCE, _WIDTH, _HEIGHT))
        if height is not None and height[0] != ' height="auto"':
            return image
        bare = _HEIGHT.sub("", image, count=1)
        known = album.sizes.get(unescape(without_marks(source[1]))) if source else None
        if known is None or width is None or not _FLUID.search(image):
            return bare
        at = bare.index(width[0])
        return f'{bare[:at]} height="{known.height_for(int(width[1]))}"{bare[at:]}'

    return _IMAGE.sub(tag, markup)
