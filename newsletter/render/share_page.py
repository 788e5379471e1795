"""The page for whoever approves an issue: one file with every view of it, in which comments can be typed."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.model import merge_tags
from newsletter.model.findings import Finding
from newsletter.render.preview import SampleReader

if TYPE_CHECKING:
    from newsletter.model.campaign import Message
    from newsletter.render.field_marks import FieldMarks, FieldPath

_HREF = compile_pattern(r"""(<(?:a|area)\b[^>]*?\s)href=("[^"]*"|'[^']*')""", re.IGNORECASE)
_SCRIPT = compile_pattern(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)


def share_page(
    message: Message,
    marks: FieldMarks,
    *,
    issue: str,
    made: str,
    fingerprint: str,
    readers: Sequence[SampleReader],
    findings: Sequence[Finding],
    shown: Callable[[FieldPath], FieldPath],
) -> str:
    """Return the page; `message` is rendered with marks, and `shown` gives the path of a field as it is written.

    Each picture and each variant of the email is in the page once; a script puts them together.
    """
    emails: list[str] = []
    told = []
    for reader in readers:
        own = message.for_reader(reader.segments)
        page = _without_targets(marks.annotated(own.html, shown))
        if page not in emails:
            emails.append(page)
        told.append(
            {
                "label": reader.label,
                "email": emails.index(page),
                "subject": merge_tags.fill(own.subject, reader.values),
                "preheader": merge_tags.fill(own.preheader, reader.values),
                "text": merge_tags.fill(own.text, reader.values),
                "words": _words_for(page, reader),
            }
        )
    data = {
        "issue": issue,
        "from": message.sender.name,
        "readers": told,
        "emails": [_with_slots(page) for page in emails],
        "pictures": {
            image.cid: f"data:{image.content_type};base64,{base64.b64encode(image.data).decode()}"
            for image in message.images
        },
    }
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    source = (resources.files("newsletter.render") / "share.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        title=message.title,
        issue=issue,
        made=made,
        fingerprint=fingerprint,
        findings=findings,
        data=_script_json(data),
        issue_json=_script_json(issue),
        fingerprint_json=_script_json(fingerprint),
    )


def _without_targets(page: str) -> str:
    """Return an email without scripts, whose links lead nowhere."""
    return _HREF.sub(r'\1href="#_"', _SCRIPT.sub("", page))


def _tags_in(page: str) -> list[merge_tags.MergeTag]:
    return list(dict.fromkeys(merge_tags.find(page)))


def _with_slots(page: str) -> str:
    """Return an email in which each merge tag is a slot that the page's script fills."""
    for number, tag in enumerate(_tags_in(page)):
        page = page.replace(str(tag), f"{{{{{number}}}}}")
    return page


def _words_for(page: str, reader: SampleReader) -> dict[str, str]:
    return {
        str(number): merge_tags.fill(str(tag), reader.values, html.escape) for number, tag in enumerate(_tags_in(page))
    }


def _script_json(data: Any) -> str:
    """Write data so that nothing in it can end the script element."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")
