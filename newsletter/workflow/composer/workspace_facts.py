"""The facts of a newsletter folder for the composer's first page."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, NewsletterError, UsageError
from newsletter.scaffold import starter

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.workflow.workspace import Workspace

_FIELD = r"""^{name}:[ \t]*(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^#\n]*?))[ \t]*(?:#.*)?$"""
_TITLE = re.compile(_FIELD.format(name="title"), re.MULTILINE)
_DATE = re.compile(_FIELD.format(name="date"), re.MULTILINE)
_HEAD = 8_000
"""Bytes of an issue in which its title and date are looked for."""

_TAG_LABELS = {
    "first_name": ("First name", "Ada"),
    "last_name": ("Last name", "Sample"),
    "email": ("Email address", "ada@example.org"),
    "unsubscribe_url": ("Link to unsubscribe", "https://example.org/sample-unsubscribe"),
    "view_url": ("Link to view online", "https://example.org/sample-online"),
    "preferences_url": ("Link to preferences", "https://example.org/sample-preferences"),
}


def schema_of(kinds: Mapping[str, Any], *, names_rules: bool) -> dict[str, Any]:
    """Return the JSON Schema of an issue with these kinds of section; to name the rules too takes longer."""
    if not names_rules:
        from newsletter.issue_file.json_schema import issue_schema

        return issue_schema(kinds)
    from newsletter.workflow.schema_files import issue_schema_text

    schema: dict[str, Any] = json.loads(issue_schema_text(kinds))
    return schema


def describe_workspace(folder: Path, find: Callable[[], Workspace]) -> dict[str, Any]:
    """Return the facts of a folder; without a newsletter, or with one whose settings are broken, `ready` is false."""
    facts: dict[str, Any] = {"folder": str(folder), "name": folder.name, "ready": False, "issues": []}
    try:
        workspace = find()
    except UsageError as error:
        return facts | {"problem": {"message": error.message, "hint": error.hint}, "new": True}
    except NewsletterError as error:
        return facts | {"problem": problem_facts(error), "new": False}
    from newsletter.workflow.composer.folder_state import is_setup_put_off
    from newsletter.workflow.composer.sample_settings import given_answers, has_sample_settings
    from newsletter.workflow.composer.sent_issues import IssueState, issue_states

    settings, states = workspace.settings, issue_states(workspace)
    is_sample = has_sample_settings(settings) and not is_setup_put_off(workspace.root)
    return facts | {
        "setup": given_answers(settings) if is_sample else None,
        "name": settings.brand.newsletter or settings.brand.name,
        "folder": str(workspace.root),
        "ready": True,
        "locale": settings.language,
        "timezone": settings.time_zone,
        "brand": _brand_facts(settings),
        "sender": {"name": settings.sender.name, "email": settings.sender.email},
        "provider": _provider_facts(settings),
        "segments": _segment_names(settings),
        "merge_tags": [{"name": name, "label": one[0], "example": one[1]} for name, one in _TAG_LABELS.items()],
        "issues": [
            issue_facts(path) | states.get(path.stem, IssueState()).facts for path in reversed(workspace.issue_paths())
        ],
    }


def _segment_names(settings: Settings) -> list[str]:
    """Return the segments in the audience file; none where the provider keeps the audience."""
    from newsletter.providers.registry import adapter
    from newsletter.workflow.audience_segments import segments_in_file

    try:
        return (segments_in_file(settings) or []) if adapter(settings.provider).reads_audience_file else []
    except (NewsletterError, OSError):
        return []


def problem_facts(error: NewsletterError) -> dict[str, Any]:
    """Return an error as message and hint, with the line and column of a file that has a mistake."""
    facts: dict[str, Any] = {"message": error.message, "hint": error.hint}
    if error.place is not None:
        facts |= {"file": Path(error.place.path).name, "line": error.place.line, "column": error.place.column}
    if isinstance(error, ContentError) and error.findings:
        first: Any = error.findings[0]
        if hasattr(first, "place"):
            facts["message"], facts["hint"] = first.message, first.hint
            facts |= {"file": Path(first.place.path).name, "line": first.place.line, "column": first.place.column}
    return facts


def issue_facts(path: Path) -> dict[str, Any]:
    """Return the name, title and date of an issue as they stand at the beginning of its file."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
        modified = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).isoformat(timespec="seconds")
    except OSError:
        head, modified = "", None
    title = _value(_TITLE, head)
    return {
        "id": path.stem,
        "file": path.name,
        "title": title,
        "is_sample": title == starter.welcome_title() or title.startswith(starter.PLACEHOLDER),
        "date": _value(_DATE, head),
        "modified": modified,
    }


def _value(pattern: re.Pattern[str], head: str) -> str:
    found = pattern.search(head)
    if found is None:
        return ""
    double, single, plain = found.groups()
    if double is not None:
        return re.sub(r"\\(.)", r"\1", double)
    return single.replace("''", "'") if single is not None else str(plain or "").strip()


def _brand_facts(settings: Settings) -> dict[str, Any]:
    brand = settings.brand
    return {
        "name": brand.name,
        "newsletter": brand.newsletter,
        "theme": brand.theme,
        "logo": brand.logo,
        "website": brand.website,
        "colours": brand.colours.model_dump(mode="json", exclude_none=True),
    }


def _provider_facts(settings: Settings) -> dict[str, Any]:
    from newsletter.providers.capabilities import Feature
    from newsletter.providers.registry import adapter

    name = settings.provider
    facts: dict[str, Any] = {"name": name}
    try:
        info = adapter(name).about
    except NewsletterError:
        return facts | {"display_name": name}
    return facts | {
        "display_name": info.title,
        "can_schedule": Feature.SCHEDULE in info.features,
        "can_cancel": bool((Feature.UNSCHEDULE | Feature.CANCEL) & info.features),
    }
