"""The preview: one page that shows a message as inboxes and readers will, complete in itself."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.model import merge_tags
from newsletter.model.campaign import Message
from newsletter.model.findings import Finding, Severity

GMAIL_CLIPS_AT = 102 * 1024
"""Bytes of HTML from which on Gmail cuts a message off and hides the rest, the way to unsubscribe too."""

NEAR_THE_LIMIT = 80 * 1024
"""Bytes of HTML from which on there is little room left."""

_DARK = compile_pattern(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")


class SampleReader(NamedTuple):
    """Somebody the merge tags are filled for; `values` by the tags' names."""

    label: str
    values: Mapping[str, str]
    segments: tuple[str, ...] = ()


_LINKS = {
    merge_tags.BuiltInTag.UNSUBSCRIBE_URL.value: "https://example.org/sample-unsubscribe",
    merge_tags.BuiltInTag.VIEW_URL.value: "https://example.org/sample-online",
    merge_tags.BuiltInTag.PREFERENCES_URL.value: "https://example.org/sample-preferences",
}

NAMED = SampleReader(
    "Ada, who gave her name",
    {"first_name": "Ada", "last_name": "Sample", "email": "ada@example.org", **_LINKS},
)
NAMELESS = SampleReader("a reader with no name", {"email": "reader@example.org", **_LINKS})


def preview_page(
    message: Message,
    *,
    facts: Mapping[str, str],
    findings: Sequence[Finding] = (),
    readers: Sequence[SampleReader] = (NAMED, NAMELESS),
) -> str:
    """Return one HTML page with the inbox row, the HTML at two widths and the plain text.

    Nothing is loaded from beside the page; pictures that the message links to are loaded from where they lie.
    `facts` are shown as they come, name and value.
    """
    for one in message.variants:
        label = f"those in {' and '.join(one.segments)}"
        readers = [*readers, SampleReader(label, NAMELESS.values, one.segments)]
    variants = [_variant(message.for_reader(reader.segments), reader) for reader in readers]
    size = message.longest
    notes = sum(finding.severity is Severity.NOTE for finding in findings)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    source = (resources.files("newsletter.render") / "preview.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        message=message,
        variants=variants,
        data=_script_json({"variants": variants}),
        facts=facts,
        findings=findings,
        notes=notes,
        amiss=len(findings) - notes,
        size=_size(size),
        share=min(100, round(100 * size / GMAIL_CLIPS_AT)),
        weight="over" if size > GMAIL_CLIPS_AT else "near" if size > NEAR_THE_LIMIT else "fine",
        initial=message.sender.name[:1].upper(),
    )


def _variant(message: Message, reader: SampleReader) -> dict[str, str]:
    """Return everything as one reader gets it, in the light and in the dark."""

    def words(text: str) -> str:
        return merge_tags.fill(text, reader.values)

    body = with_pictures(merge_tags.fill(message.html, reader.values, html.escape), message)
    text = words(message.text)
    return {
        "reader": reader.label,
        "subject": words(message.subject),
        "preheader": words(message.preheader) or _first_words(text),
        "light": _for_frame(body, dark=False),
        "dark": _for_frame(body, dark=True),
        "text": text,
    }


def with_pictures(body: str, message: Message) -> str:
    """Put the message's inline pictures into its HTML, in place of their `cid:` links."""
    for image in message.images:
        data = base64.b64encode(image.data).decode()
        body = body.replace(f"cid:{image.cid}", f"data:{image.content_type};base64,{data}")
    return body


def _for_frame(body: str, *, dark: bool) -> str:
    """Fix the colour scheme, whichever the browser prefers, and let links open beside the preview."""
    body = _DARK.sub("@media all" if dark else "@media not all", body)
    return re.sub(r"(<head\b[^>]*>)", r'\1<base target="_blank">', body, count=1)


def _first_words(text: str) -> str:
    return " ".join(text.split())[:140]


def _script_json(data: Any) -> str:
    """Write data so that nothing in it can end the script element."""
    return json.dumps(data).replace("<", "\\u003c")


def _size(size: int) -> str:
    return f"{size / 1024:.1f} kB"
