"""Check image files: their size, shape, format, source and number."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from newsletter.model.campaign import InlineImage
from newsletter.model.domains import decode_domain, encode_link
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.example_templates import story
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import on_each_page
from newsletter.preflight.html.source_map import NamedPicture
from newsletter.preflight.rule import Checker, Example, Rule, error, note, warning
from newsletter.render.image_store import Kind, sniff_image

_HERO = "hero: {image: images/garden.jpg, alt: Twelve people around a bonfire in the snow}"


def _png(width: int, height: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - only for examples

    data = io.BytesIO()
    Image.new("RGB", (width, height), "#667788").save(data, "PNG")
    return data.getvalue()


def _gif(frames: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - as above

    data = io.BytesIO()
    first, *rest = (Image.new("RGB", (900, 500), (9 * number, 99, 99)) for number in range(frames))
    first.save(data, "GIF", save_all=frames > 1, append_images=rest)
    return data.getvalue()


def _busy(name: str) -> bytes:
    """Return a noisy image that hardly compresses."""
    from PIL import Image  # noqa: PLC0415 - as above

    data = io.BytesIO()
    noise = Image.effect_noise((900, 1200), 200 + len(name))
    Image.merge("RGB", (noise, noise.rotate(90).resize((900, 1200)), noise.rotate(180))).save(data, "JPEG", quality=95)
    return data.getvalue()


def _pictured(width: int, height: int) -> Example:
    return Example(_HERO, picture=lambda _name: _png(width, height), says=f"The image is {width} by {height} pixels.")


def _linked(link: str) -> str:
    return f"hero: {{image: '{link}', alt: Twelve people around a bonfire in the snow}}"


def _stories(*names: str) -> str:
    lines = (
        f"  - {{kind: story, heading: Day {number}, image: {name}, alt: Day {number} of our week, text: It rained.}}"
        for number, name in enumerate(names, 1)
    )
    return "sections:\n" + "\n".join(lines)


_SHOWN = '<mj-image src="{{ picture(section.image).src }}" alt="{{ section.alt }}" width="500px" />'

BLURRED = warning(
    "NL870",
    "An image is shown larger than its real size, so it is blurred.",
    name="blurred-image",
    why="It looks like a mistake, especially on a high-resolution screen.",
    fix="Use an image that is 1200 pixels wide, or set the width in your template with `picture(…).fit(…)`.",
    wrong=Example(
        _stories("a.jpg"),
        templates=story(_SHOWN),
        picture=lambda _name: _png(240, 160),
        says="The image is 240 pixels wide.",
    ),
    right=Example(_stories("a.jpg"), templates=story(_SHOWN), picture=lambda _name: _png(1000, 600)),
)
NARROW = note(
    "NL871",
    "An image is smaller than the space for it.",
    name="small-image",
    why="It is not enlarged, because that would blur it, so it looks lost on the page.",
    fix="Use an image that is 1200 pixels wide. From a website, download the original, not the preview.",
    wrong=_pictured(300, 200),
    right=_pictured(1200, 700),
)
SHAPE = note(
    "NL872",
    "An image is very tall or very wide.",
    name="extreme-image-shape",
    why="On a phone, a tall image fills two screens, and a wide one is too small to make out.",
    fix="Crop it to what matters. Between square and twice as wide as tall works well.",
    wrong=_pictured(600, 1500),
    right=_pictured(1200, 700),
)
HEAVY = warning(
    "NL873",
    "The images are large in total.",
    name="heavy-images",
    why="They load slowly on a poor phone connection and fill up mailboxes.",
    fix="Use fewer images, or photos with less detail.",
    wrong=Example(_stories("a.jpg", "bb.jpg", "ccc.jpg"), picture=_busy, says="Each image is very detailed."),
    right=_stories("a.jpg", "bb.jpg", "ccc.jpg"),
)
TWICE = note(
    "NL874",
    "An image is used twice.",
    name="duplicate-image",
    why="The second one is usually a mistake.",
    fix="Use a different image or remove one.",
    wrong=_stories("images/garden.jpg", "images/garden.jpg"),
    right=_stories("images/garden.jpg", "images/hall.jpg"),
)
MANY = note(
    "NL875",
    "There are more than ten images.",
    name="many-images",
    why="Every reader has to load them, and where images are blocked the email is a row of empty boxes.",
    fix="Keep the images that add something to the text.",
    wrong=_stories(*(f"images/day-{number}.jpg" for number in range(11))),
    right=_stories(*(f"images/day-{number}.jpg" for number in range(4))),
)
MOVING = note(
    "NL876",
    "An image is animated.",
    name="animated-image",
    why="Outlook on Windows only shows the first frame, and movement makes some readers feel ill.",
    fix="Make sure that the first frame shows what matters and that the animation stops within five seconds.",
    wrong=Example(_HERO, picture=lambda _name: _gif(3), says="The image is an animated GIF."),
    right=Example(_HERO, picture=lambda _name: _gif(1), says="The image is a GIF without animation."),
)
ELSEWHERE = note(
    "NL877",
    "An image is hosted on somebody else's website.",
    name="third-party-image",
    why="It may change or disappear, many mail programs block it, and its owner learns who reads your email.",
    fix="If you have permission, save it beside your issue and use that file.",
    wrong=_linked("https://photos.example.com/garden.jpg"),
    right=_HERO,
)
OPEN = error(
    "NL878",
    "An image is loaded over an insecure connection.",
    name="insecure-image",
    why="Mail programs show a warning or block the image.",
    fix="Use https:// if the website supports it, or save the image beside your issue.",
    wrong=_linked("http://example.org/garden.jpg"),
    right=_linked("https://example.org/garden.jpg"),
)
FORM = error(
    "NL879",
    "An image is in a format that many mail programs do not support.",
    name="unsupported-image-format",
    why="Outlook shows an empty box instead.",
    fix="Use a JPEG or PNG. A file beside your issue is converted automatically.",
    wrong=_linked("https://example.org/garden.webp"),
    right=_linked("https://example.org/garden.jpg"),
)
NOWHERE = error(
    "NL880",
    "Readers cannot load an image in a template.",
    name="unreachable-template-image",
    why="It is on your computer, so readers see an empty box.",
    fix="Write src=\"{{ picture('images/stamp.png').src }}\": the image is then sent with the email.",
    wrong=Example(_HERO, templates=story('<mj-image src="images/stamp.png" alt="Our stamp" width="90px" />')),
    right=Example(
        _HERO, templates=story("""<mj-image src="{{ picture('stamp.png').src }}" alt="Our stamp" width="90px" />""")
    ),
)
UNSIZED = warning(
    "NL881",
    "An image in a template has no width.",
    name="missing-image-width",
    why="Outlook shows it at full size, which can be much wider than the email.",
    fix='Give it a width in pixels: <img width="300" …>.',
    wrong=Example(_HERO, templates=story('<mj-text><img src="https://example.org/a.png" alt="Our stamp"></mj-text>')),
    right=Example(
        _HERO, templates=story('<mj-text><img src="https://example.org/a.png" alt="Our stamp" width="90"></mj-text>')
    ),
)

_UNSHOWN = frozenset({".svg", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".bmp", ".pdf", ".psd", ".eps"})
_MOST_BYTES, _MOST = 1_500_000, 10
_TINY = 4
_NARROWEST_HERO, _NARROWEST = 540, 240
_HIGHEST, _FLATTEST = 2.0, 6.0


def _on_page(subject: LintContext, page: Page) -> Iterator[Finding]:
    images = {f"cid:{one.cid}": one for one in subject.message.images} if subject.message else {}
    for picture in page.pictures:
        source = picture.get("src") or ""
        named = subject.whereabouts.picture(source, images[source].name if source in images else "")
        width = picture.get("width") or ""
        if source in images:
            kind = sniff_image(images[source].data)
            if kind and kind.width > _TINY and width.isdigit() and int(width) > kind.width * 1.02:
                message = f"{_shown(source, images)} is {kind.width} pixels wide but is shown at {width}."
                yield _told(subject, BLURRED, named, message, [f'width="{width}px"', f'width="{width}"', "<mj-image"])
        elif not source.lower().startswith(("https://", "http://", "data:", "{")):
            message = f"Readers cannot load the image {source or 'without an address'}."
            yield subject.on_page(NOWHERE, message, needles=[source, "<mj-image", "<img"])
        else:
            yield from _from_the_web(subject, source, named)
        if not width and "width" not in (picture.get("style") or "").replace("max-width", ""):
            message = f"The image {_shown(source, images)} has no width."
            yield subject.on_page(UNSIZED, message, needles=[source, "<img"])


def _from_the_web(subject: LintContext, source: str, named: NamedPicture | None) -> Iterator[Finding]:
    lower = source.lower()
    ending = PurePosixPath(urlsplit(source).path.lower()).suffix if not lower.startswith("data:") else ""
    if lower.startswith("data:") or ending in _UNSHOWN:
        shown = "An image embedded in the page (data:)" if lower.startswith("data:") else source
        yield _told(subject, FORM, named, f"{shown} does not appear in many mail programs.", [source, source[:40]])
    elif lower.startswith("http://"):
        yield _told(subject, OPEN, named, f"{source} is loaded over an insecure connection.", [source])
    elif named and _host(source) not in _own_hosts(subject):
        yield _told(subject, ELSEWHERE, named, f"{source} is hosted on {_host(source)}.", [])


def _told(subject: LintContext, rule: Rule, named: NamedPicture | None, message: str, needles: list[str]) -> Finding:
    if named is not None and not needles[1:2]:
        return subject.in_text(rule, *named.at, message)
    found = subject.on_page(rule, message, needles=needles)
    return found if found.place.line or named is None else subject.in_text(rule, *named.at, message)


def _shown(source: str, images: dict[str, InlineImage]) -> str:
    return images[source].name if source in images else source


def _host(link: str) -> str:
    return decode_domain(urlsplit(encode_link(link)).hostname or "").removeprefix("www.")


def _own_hosts(subject: LintContext) -> set[str]:
    house = subject.presentation
    own = {_host(house.brand.website or ""), decode_domain(house.sender.email.rpartition("@")[2])}
    return own | {_host(link) for link in (house.links.view_online or "", house.links.unsubscribe or "")}


def _in_issue(subject: LintContext) -> Iterator[Finding]:
    images = subject.message.images if subject.message else ()
    stems = {PurePosixPath(one.name).stem: one for one in reversed(images)}
    counts: Counter[str] = Counter()
    for picture in subject.whereabouts.pictures:
        image = stems.get(PurePosixPath(picture.name.replace("\\", "/")).stem)
        counts[picture.name] += 1
        if counts[picture.name] == 2 and not (picture.in_text and image and _is_icon(image)):
            yield subject.in_text(TWICE, *picture.at, f"The image {picture.name} is already used above.")
        if image is not None and "://" not in picture.name and counts[picture.name] == 1:
            yield from _looked_at(subject, picture, image)
    if sum(counts.values()) > _MOST:
        yield subject.on_issue(MANY, f"The issue shows {sum(counts.values())} images.")
    total = sum(len(one.data) for one in images)
    if total > _MOST_BYTES and len(images) > 1:
        heaviest = max(images, key=lambda one: len(one.data))
        message = (
            f"The {len(images)} images are {total / 1_000_000:.1f} MB in total, "
            f"{heaviest.name} alone {len(heaviest.data) / 1_000_000:.1f} MB."
        )
        named = subject.whereabouts.picture("", heaviest.name)
        yield subject.in_text(HEAVY, *named.at, message) if named else subject.on_issue(HEAVY, message)


def _is_icon(image: InlineImage) -> bool:
    """Return whether an image is so small that it is an icon in the text, which may be reused."""
    kind = sniff_image(image.data)
    return kind is not None and kind.width < _NARROWEST


def _looked_at(subject: LintContext, picture: NamedPicture, image: InlineImage) -> Iterator[Finding]:
    if image.content_type == "image/gif":
        yield subject.in_text(MOVING, *picture.at, f"{picture.name} is an animated GIF.")
    kind = sniff_image(image.data)
    if kind is None or min(kind.width, kind.height) <= _TINY:
        return
    is_person = any(name == "name" for name, _ in picture.beside)
    least = _NARROWEST_HERO if picture.is_hero else 0 if is_person or picture.in_text else _NARROWEST
    if kind.width < least:
        message = f"{picture.name} is only {kind.width} pixels wide and is not enlarged."
        yield subject.in_text(NARROW, *picture.at, message)
    elif shape := _shape(kind):
        message = f"{picture.name} is {shape}: {kind.width} by {kind.height} pixels."
        yield subject.in_text(SHAPE, *picture.at, message)


def _shape(kind: Kind) -> str:
    if kind.height > kind.width * _HIGHEST:
        return "very tall"
    return "very wide" if kind.width > kind.height * _FLATTEST else ""


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield findings for the images on the page, then for those in the issue."""
    yield from on_each_page(_on_page)(subject)
    yield from _in_issue(subject)


RULES = (
    BLURRED, NARROW, SHAPE, HEAVY, TWICE, MANY, MOVING, ELSEWHERE, OPEN, FORM, NOWHERE, UNSIZED,
)  # fmt: skip
CHECKS = (Checker("images", RULES, look),)
