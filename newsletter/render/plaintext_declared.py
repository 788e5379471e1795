"""The plain text of a section of the user's own kind, made from its fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.item import Button, Item
from newsletter.model.pictures import Pictured
from newsletter.model.section import CustomSection
from newsletter.render.context import declared_fields
from newsletter.render.plaintext_sections import Blocks, PlainTextSections, bullet
from newsletter.render.text_lines import wrapped

_PICTURES = (".jpg", ".jpeg", ".png", ".gif")
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_BESIDE_PICTURE = ("alt", "caption", "credit")
_IN_ORDER = compile_pattern(r"<ol\b[^>]*>\s*\{%[-+]?\s*for\s+\w+\s+in\s+section\.(\w+)")
"""A list with numbers in a template, and the field whose lines are in it."""


def numbered_fields(environment: jinja2.Environment, kind: str) -> frozenset[str]:
    """Return the fields whose lines the HTML template of a kind shows with numbers."""
    assert environment.loader is not None  # noqa: S101  every environment of ours has one
    try:
        source, _, _ = environment.loader.get_source(environment, f"sections/{kind}.mjml.j2")
    except jinja2.TemplateNotFound:
        return frozenset()
    return frozenset(_IN_ORDER.findall(source))


def declared(section: CustomSection, telling: PlainTextSections, numbered: frozenset[str]) -> Blocks:
    """Return a section's picture, button, texts, lists and labelled lines, in the order of its fields."""
    fields = dict(declared_fields(section))
    apart = _apart(fields, telling)
    blocks: Blocks = []
    lines: list[str] = []
    for name, value in fields.items():
        label = name.replace("_", " ").capitalize()
        short = _short(value, telling) if name not in apart else None
        if short is not None:
            said = short if name == "title" else f"{label}: {short}"
            lines += wrapped(said, rest="  ") if short else []
            continue
        blocks, lines = [*blocks, lines], []
        if name in apart:
            blocks += apart[name]
        elif isinstance(value, str):
            blocks += telling.prose(value)
        else:
            blocks += _several(label, value, telling, is_numbered=name in numbered)
    return [*blocks, lines]


def _apart(fields: dict[str, Any], telling: PlainTextSections) -> dict[str, Blocks]:
    """Return what is told of fields that belong together, a picture's and a button's; nothing for all but one."""
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    apart: dict[str, Blocks] = {"alt": []} if "alt" in texts else {}
    if "image" in texts:
        apart |= {name: [] for name in _BESIDE_PICTURE if name in texts}
        alt, caption, credit = (texts.get(name) for name in _BESIDE_PICTURE)
        shown = Pictured.model_construct(image=texts["image"], alt=alt, caption=caption, credit=credit)
        apart["image"] = telling.picture(shown)
    if "label" in texts and "link" in texts:
        button = telling.button(Button.model_construct(label=texts["label"], link=texts["link"]))
        apart |= {"label": [], "link": button}
    return apart


def _short(value: Any, telling: PlainTextSections) -> str | None:
    """Return a value that goes on one line with its label; an empty one for a picture; None for longer ones."""
    if isinstance(value, dt.date):
        return telling.calendar.moment(value)
    if not isinstance(value, str) or "\n" in value:
        return None
    if " " not in value and value.lower().endswith(_PICTURES):
        return ""
    return value if value.startswith(_SCHEMES) else telling.said(value)


def _several(label: str, values: tuple[Any, ...], telling: PlainTextSections, *, is_numbered: bool) -> Blocks:
    if all(isinstance(value, Item) for value in values):
        return telling.items(values)
    said = [telling.said(str(value)) for value in values]
    if is_numbered:
        entries = [wrapped(one, first=f"{at}. ", rest="   ") for at, one in enumerate(said, 1)]
    else:
        entries = [bullet(one) for one in said]
    return [[f"{label}:", *(line for entry in entries for line in entry)]]
