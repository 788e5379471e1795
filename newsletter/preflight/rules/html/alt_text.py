"""Check alt text: what readers get who cannot see an image or whose mail program blocks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.model.section import CustomSection
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.own_kinds import is_own_link
from newsletter.preflight.html.page import Page, words_of
from newsletter.preflight.html.per_variant import on_each_page, quoted
from newsletter.preflight.html.source_map import NamedPicture
from newsletter.preflight.rule import Checker, Rule, error, note, warning
from newsletter.preflight.text.language_data import words_of_all

FILE_NAME = error("NL810", name="file-name-as-alt-text")
FILLER = warning("NL811", name="vague-alt-text")
BEGINS = note("NL812", name="redundant-alt-text")
LONG = note("NL813", name="long-alt-text")
REPEATS = warning("NL814", name="alt-text-repeats-text")
ALIKE = note("NL815", name="duplicate-alt-text")
NONE = warning("NL816", name="missing-alt-text")
MISSING = error("NL817", name="missing-alt-attribute")
LINKED = error("NL818", name="linked-image-without-alt")

_ENDING = compile_pattern(r"\.(?:jpe?g|png|gif|webp|heic|avif|svg|bmp|tiff?|pdf)$", re.IGNORECASE)
_CAMERA = compile_pattern(
    r"(?:(?:IMG|DSC[NF]?|PXL|VID|MVIMG|GOPR|image|photo|picture|screen ?shot|untitled|download|unnamed|WhatsApp Image)"
    r"[\s_()-]*\d|P\d{6}|\d{8})[\d\s_().:-]*(?:at [\d.:]+)?",
    re.IGNORECASE,
)
_BEGINNING = compile_pattern(
    r"(?:(?:an?|the|this)\s+)?(?:image|picture|photo|photograph|pic|graphic|illustration)\s+(?:of|showing|shows)\s+"
    r"|(?:una?\s+)?(?:imagen|foto|fotografía|ilustración)\s+de\s+|llun\s+o\s+|صورة\s+(?:ل|من)",
    re.IGNORECASE,
)
_MOST = 150
_REQUIRED = "To make sure of it, add `required: true` to the field `alt` at the top of the template."


def _of(context: LintContext) -> Iterator[Finding]:
    """Yield findings for the alt text of images in the issue."""
    known: dict[str, str] = {}
    for picture in context.whereabouts.pictures:
        run, start, end = picture.alt
        words = run.text[start:end].strip()
        if not words:
            if picture.in_text and not _is_linked(picture):
                yield context.in_text(NONE, *picture.at, f"The image {picture.name} has no alt text.")
            continue
        found = _verdict(picture, words)
        if found:
            rule, message = found
            yield context.in_text(rule, run, start, end, message, new=_bare(words) if rule is BEGINS else None)
            continue
        key = words.casefold()
        if known.setdefault(key, picture.name) != picture.name:
            yield context.in_text(ALIKE, run, start, end, f"{quoted(words)} is also the alt text of another image.")


def _verdict(picture: NamedPicture, words: str) -> tuple[Rule, str] | None:
    if _is_file_name(words, picture.name):
        return FILE_NAME, f"{quoted(words)} is a file name."
    # “Bild1” and “Photo 2” as well
    if words.casefold().strip(" .:!\"'()[]").rstrip(" 0123456789_-") in words_of_all("vague_alt_texts"):
        return FILLER, f"{quoted(words)} does not say what the image shows."
    same = next((name for name, beside in picture.beside if _letters(beside) == _letters(words)), None)
    if same:
        return REPEATS, f"{quoted(words)} is the same as the image's `{same}`."
    if _BEGINNING.match(words):
        return BEGINS, f"{quoted(words)} does not need to say that it is an image."
    if len(words) > _MOST:
        return LONG, f"The alt text is {len(words)} characters long."
    return None


def _is_file_name(words: str, name: str) -> bool:
    if " " not in words.strip() and _ENDING.search(words):
        return True
    stem = PurePosixPath(name).stem
    looks_like_one = any(sign.isdigit() or sign == "_" for sign in words) and " " not in words
    return _CAMERA.fullmatch(words) is not None or (looks_like_one and words.casefold() == stem.casefold())


def _bare(words: str) -> str | None:
    """Return alt text without “picture of”; None if too little is left."""
    rest = words[len(match[0]) :].strip() if (match := _BEGINNING.match(words)) else ""
    return rest[:1].upper() + rest[1:] if len(rest.split()) > 1 else None


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_linked(picture: NamedPicture) -> bool:
    run, start, end = picture.at
    return run.text[:start].rstrip().endswith("[") and run.text[end:].lstrip().startswith("](")


def _left_out(context: LintContext) -> Iterator[Finding]:
    """Yield the pictures in sections of the user's own kinds that are shown without the alt text they could have."""
    silent = {
        PurePosixPath(context.file_of(source) or source).stem
        for page in context.pages
        for picture in page.pictures
        if not (picture.get("alt") or "").strip() and (source := picture.get("src") or "")
    }
    for number, section in enumerate(context.issue.sections):
        image = getattr(section, "image", None) if isinstance(section, CustomSection) else None
        if image and PurePosixPath(image).stem in silent and getattr(section, "alt", "") is None:
            hint = f"Say in `alt` what it shows. {_REQUIRED}"
            message = f"The image {image} has no alt text."
            yield context.on_field(NONE, ("sections", number, "image"), message, hint=hint)


def _on_page(context: LintContext, page: Page) -> Iterator[Finding]:
    for picture in page.pictures:
        source = picture.get("src") or ""
        if picture.get("alt") is None:
            yield context.on_page(
                MISSING, f"The image {_shown(source)} has no `alt` attribute.", needles=[source, "<img", "<mj-image"]
            )
    for link in page.links:
        inside = list(link.iter("img"))
        named = link.get("aria-label") or link.get("title") or words_of(link)
        if inside and not named and not any((one.get("alt") or "").strip() for one in inside):
            yield _without_words(context, inside[0].get("src") or "", link.get("href") or "")


def _without_words(context: LintContext, source: str, target: str) -> Finding:
    message = f"The image that links to {target} has no alt text."
    named = context.whereabouts.picture(source, context.file_of(source))
    if named is not None:
        return context.in_text(LINKED, *named.at, message)
    hint = f"Say in `alt` of the section where the link goes. {_REQUIRED}" if is_own_link(context, target) else ""
    return context.on_page(LINKED, message, needles=[source, target], hint=hint)


def _shown(source: str) -> str:
    return source if len(source) <= 60 else f"{source[:60]}…"


def check(context: LintContext) -> Iterator[Finding]:
    """Yield findings for the alt text of images in the issue, then of images in templates."""
    yield from _of(context)
    yield from _left_out(context)
    yield from on_each_page(_on_page)(context)


CHECKS = (
    Checker(
        "accessibility: alt text",
        (FILE_NAME, FILLER, BEGINS, LONG, REPEATS, ALIKE, NONE, MISSING, LINKED),
        check,
    ),
)
