"""The issue as everybody may read it: without parts for segments, and without a merge tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from newsletter.archive.records import IssueRecord
from newsletter.model import merge_tags
from newsletter.model.merge_tags import BuiltInTag
from newsletter.render.link_tags import encode_in_html
from newsletter.render.mime import fill_html

_HTML = "_html"
"""What the names of the fields end in that hold HTML."""


def public_record(record: IssueRecord, *, page: str, write_to: str) -> IssueRecord:
    """Return a record whose merge tags are filled in: with the author's fallbacks, never with a reader's value.

    A link to the page of the email itself leads to `page`, and one by which a reader leaves or changes their data to
    an email to `write_to`.
    """
    mailto = f"mailto:{write_to}"
    values: dict[str, str] = {
        BuiltInTag.UNSUBSCRIBE_URL: mailto,
        BuiltInTag.PREFERENCES_URL: mailto,
        BuiltInTag.VIEW_URL: page,
    }
    public: IssueRecord = _filled(record, values)
    return public


def _filled(part: Any, values: Mapping[str, str], field: str = "") -> Any:
    """Return a part of a record with all its texts filled in."""
    if isinstance(part, str):
        if field.endswith(_HTML):
            return fill_html(encode_in_html(part), values)
        return merge_tags.fill(part, values).strip()
    if isinstance(part, tuple):
        return tuple(_filled(one, values) for one in part)
    if isinstance(part, BaseModel):
        changed = {name: _filled(getattr(part, name), values, name) for name in type(part).model_fields}
        return part.model_copy(update=changed)
    return part
