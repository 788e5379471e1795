"""Check image files: their size, shape, format, source and number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from newsletter.model.campaign import InlineImage
from newsletter.model.domains import decode_domain, encode_link
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import on_each_page
from newsletter.preflight.html.source_map import NamedPicture
from newsletter.preflight.rule import Checker, Rule, error, note, warning
from newsletter.render.image_store import Kind, sniff_image

BLURRED = warning("NL870", name="blurred-image")
NARROW = note("NL871", name="small-image")
SHAPE = note("NL872", name="extreme-image-shape")
HEAVY = warning("NL873", name="heavy-images")
TWICE = note("NL874", name="duplicate-image")
MANY = note("NL875", name="many-images")
MOVING = note("NL876", name="animated-image")
ELSEWHERE = note("NL877", name="third-party-image")
OPEN = error("NL878", name="insecure-image")
FORM = error("NL879", name="unsupported-image-format")
NOWHERE = error("NL880", name="unreachable-template-image")
UNSIZED = warning("NL881", name="missing-image-width")

_UNSHOWN = frozenset({".svg", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".bmp", ".pdf", ".psd", ".eps"})
_MOST_BYTES, _MOST = 1_500_000, 10
_TINY = 4
_NARROWEST_HERO, _NARROWEST = 540, 240
_HIGHEST, _FLATTEST = 2.0, 6.0


def _on_page(context: LintContext, page: Page) -> Iterator[Finding]:
    images = {f"cid:{one.cid}": one for one in context.message.images} if context.message else {}
    for picture in page.pictures:
        source = picture.get("src") or ""
        named = context.whereabouts.picture(source, images[source].name if source in images else "")
        width = picture.get("width") or ""
        if source in images:
            kind = sniff_image(images[source].data)
            if kind and kind.width > _TINY and width.isdigit() and int(width) > kind.width * 1.02:
                message = f"{_shown(source, images)} is {kind.width} pixels wide but is shown at {width}."
                yield _told(context, BLURRED, named, message, [f'width="{width}px"', f'width="{width}"', "<mj-image"])
        elif not source.lower().startswith(("https://", "http://", "data:", "{")):
            message = f"Readers cannot load the image {source or 'without an address'}."
            yield context.on_page(NOWHERE, message, needles=[source, "<mj-image", "<img"])
        else:
            yield from _from_the_web(context, source, named)
        if not width and "width" not in (picture.get("style") or "").replace("max-width", ""):
            message = f"The image {_shown(source, images)} has no width."
            yield context.on_page(UNSIZED, message, needles=[source, "<img"])


def _from_the_web(context: LintContext, source: str, named: NamedPicture | None) -> Iterator[Finding]:
    lower = source.lower()
    ending = PurePosixPath(urlsplit(source).path.lower()).suffix if not lower.startswith("data:") else ""
    if lower.startswith("data:") or ending in _UNSHOWN:
        shown = "An image embedded in the page (data:)" if lower.startswith("data:") else source
        yield _told(context, FORM, named, f"{shown} does not appear in many mail programs.", [source, source[:40]])
    elif lower.startswith("http://"):
        yield _told(context, OPEN, named, f"{source} is loaded over an insecure connection.", [source])
    elif named and _host(source) not in _own_hosts(context):
        yield _told(context, ELSEWHERE, named, f"{source} is hosted on {_host(source)}.", [])


def _told(context: LintContext, rule: Rule, named: NamedPicture | None, message: str, needles: list[str]) -> Finding:
    if named is not None and not needles[1:2]:
        return context.in_text(rule, *named.at, message)
    found = context.on_page(rule, message, needles=needles)
    return found if found.place.line or named is None else context.in_text(rule, *named.at, message)


def _shown(source: str, images: dict[str, InlineImage]) -> str:
    return images[source].name if source in images else source


def _host(link: str) -> str:
    return decode_domain(urlsplit(encode_link(link)).hostname or "").removeprefix("www.")


def _own_hosts(context: LintContext) -> set[str]:
    house = context.presentation
    own = {_host(house.brand.website or ""), decode_domain(house.sender.email.rpartition("@")[2])}
    return own | {_host(link) for link in (house.links.view_online or "", house.links.unsubscribe or "")}


def _in_issue(context: LintContext) -> Iterator[Finding]:
    images = context.message.images if context.message else ()
    stems = {PurePosixPath(one.name).stem: one for one in reversed(images)}
    counts: Counter[str] = Counter()
    for picture in context.whereabouts.pictures:
        image = stems.get(PurePosixPath(picture.name.replace("\\", "/")).stem)
        counts[picture.name] += 1
        if counts[picture.name] == 2 and not (picture.in_text and image and _is_icon(image)):
            yield context.in_text(TWICE, *picture.at, f"The image {picture.name} is already used above.")
        if image is not None and "://" not in picture.name and counts[picture.name] == 1:
            yield from _looked_at(context, picture, image)
    if sum(counts.values()) > _MOST:
        yield context.on_issue(MANY, f"The issue shows {sum(counts.values())} images.")
    total = sum(len(one.data) for one in images)
    if total > _MOST_BYTES and len(images) > 1:
        heaviest = max(images, key=lambda one: len(one.data))
        message = (
            f"The {len(images)} images are {total / 1_000_000:.1f} MB in total, "
            f"{heaviest.name} alone {len(heaviest.data) / 1_000_000:.1f} MB."
        )
        named = context.whereabouts.picture("", heaviest.name)
        yield context.in_text(HEAVY, *named.at, message) if named else context.on_issue(HEAVY, message)


def _is_icon(image: InlineImage) -> bool:
    """Return whether an image is so small that it is an icon in the text, which may be reused."""
    kind = sniff_image(image.data)
    return kind is not None and kind.width < _NARROWEST


def _looked_at(context: LintContext, picture: NamedPicture, image: InlineImage) -> Iterator[Finding]:
    if image.content_type == "image/gif":
        yield context.in_text(MOVING, *picture.at, f"{picture.name} is an animated GIF.")
    kind = sniff_image(image.data)
    if kind is None or min(kind.width, kind.height) <= _TINY:
        return
    is_person = any(name == "name" for name, _ in picture.beside)
    least = _NARROWEST_HERO if picture.is_hero else 0 if is_person or picture.in_text else _NARROWEST
    if kind.width < least:
        message = f"{picture.name} is only {kind.width} pixels wide and is not enlarged."
        yield context.in_text(NARROW, *picture.at, message)
    elif shape := _shape(kind):
        message = f"{picture.name} is {shape}: {kind.width} by {kind.height} pixels."
        yield context.in_text(SHAPE, *picture.at, message)


def _shape(kind: Kind) -> str:
    if kind.height > kind.width * _HIGHEST:
        return "very tall"
    return "very wide" if kind.width > kind.height * _FLATTEST else ""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield findings for the images on the page, then for those in the issue."""
    yield from on_each_page(_on_page)(context)
    yield from _in_issue(context)


RULES = (
    BLURRED, NARROW, SHAPE, HEAVY, TWICE, MANY, MOVING, ELSEWHERE, OPEN, FORM, NOWHERE, UNSIZED,
)  # fmt: skip
CHECKS = (Checker("images", RULES, check),)
