"""Try checks on small issues: for the tests of checks, ours and other people's, and for the pages on their rules."""

from __future__ import annotations

import atexit
import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader

from newsletter.errors import TemplateError
from newsletter.issue_file.load_issue import LoadedIssue, load_issue
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.campaign import Message
from newsletter.model.findings import Finding
from newsletter.preflight.context import ExternalFacts, LintContext, PreviousIssue
from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Checker, Example
from newsletter.preflight.runner import run
from newsletter.preflight.text.spelling.dictionaries import Dictionaries
from newsletter.preflight.text_spans import runs_of
from newsletter.render.builtin_templates import own_templates
from newsletter.render.pipeline import render
from newsletter.render.templates import template_loader
from newsletter.settings import Settings
from newsletter.settings_file import FILE_NAME, load_settings
from newsletter.testing.example_facts import grey_png, make_facts, make_image

ISSUE = """\
title: "March news: spring, and room at the table"
date: 2024-03-11
preheader: A new kitchen table in Croydon, and dates for your diary
intro: Hello, all of you.
sections:
  - kind: story
    heading: The kitchen table
    text: Eleven neighbours came, and all of them stayed for lunch.
"""
"""An issue in which nothing is wrong; an example's fields take the places of those of the same name."""

LAST = """\
title: "February news: frost, and warm rooms"
date: {date}
preheader: The boiler is fixed, and the reading room is warm once more
intro: Good morning to all.
sections:
  - kind: story
    heading: The boiler
    text: A plumber gave us her Saturday.
"""
"""The issue of the month before it, likewise; `date` is left to be filled in."""

MONTH = dt.timedelta(days=28)

SETTINGS = """\
brand:
  name: Example Trust
  website: https://example.org
  address: Example Trust, 12 High Street, London SE1 9ZZ
sender:
  name: Example Trust
  email: news@example.org
reply_to: team@example.org
language: en-GB
time_zone: Europe/London
"""

_DATE = re.compile(r"^date:\s*\"?(\d{4}-\d\d-\d\d)\b", re.MULTILINE)
_DICTIONARIES = Dictionaries(system=False)
_KEY = re.compile(r"^(\w+):", re.MULTILINE)


@dataclass(frozen=True)
class _LazyContext(LintContext):
    """A context that renders the issue when a check first asks for the message; checks of the text never do."""

    render: Callable[[], Message | None] = lambda: None

    @cached_property  # type: ignore[misc]  # computed, not given
    def message(self) -> Message | None:
        return self.render()


def findings_of(example: Example | str, checks: Sequence[Checker] | None = None) -> tuple[Finding, ...]:
    """Return what the checks (our own where none are given) say of an example."""
    with subject_of(example) as subject:
        return run(subject, built_in() if checks is None else checks)


@contextmanager
def subject_of(example: Example | str) -> Iterator[LintContext]:
    """Give an example as the checks look at it: in a folder of its own, rendered."""
    given = Example(example) if isinstance(example, str) else example
    with _folder(given) as root:
        settings = _settings(root, given.settings)
        text = whole(given.issue)
        date = _dated(text)
        _laid(given.templates, settings)
        loaded = _loaded(root / (given.file or f"{date:%Y-%m}.yaml"), text, settings)
        past = _previous(
            whole(given.past, LAST.format(date=date - MONTH)), settings.language, settings.presentation.zone
        )
        facts = ExternalFacts(
            today=loaded.issue.date,
            settings=whole(given.settings, SETTINGS),
            templates=lambda: own_templates(settings.templates_folder),
            misspelt=_DICTIONARIES.misspelt,
            corrected=_DICTIONARIES.corrected,
            has_dictionary=_DICTIONARIES.has,
        )
        context = _LazyContext(
            loaded,
            settings.presentation,
            checking=settings.checks,
            past=(past,),
            facts=replace(facts, **_facts(given)),
            render=lambda: _rendered(loaded, settings, _picture(given), own=bool(given.templates)),
        )
        vars(context).pop("message")  # so that reading it renders the issue; a copy may be given another one
        yield context


def whole(fields: str, base: str = ISSUE) -> str:
    """Return a whole file of some fields: the others are those of an issue in which nothing is wrong."""
    given = set(_KEY.findall(fields))
    kept = [part for part in re.split(r"(?m)^(?=\w+:)", base) if part and _KEY.findall(part)[0] not in given]
    order = fields if not fields or fields.endswith("\n") else f"{fields}\n"
    return "".join([*(part for part in kept if part.startswith(("title", "date"))), order]) + "".join(
        part for part in kept if not part.startswith(("title", "date"))
    )


def _dated(text: str) -> dt.date:
    """Return the date of an issue's text; that of our own where it writes none that can be read."""
    match = _DATE.search(text)
    try:
        return dt.date.fromisoformat(match[1]) if match else dt.date(2024, 3, 11)
    except ValueError:
        return dt.date(2024, 3, 11)


@contextmanager
def _folder(example: Example) -> Iterator[Path]:
    """Give the folder of an example: examples without templates of their own share one for each settings."""
    if not example.templates:
        yield _shared_folder(example.settings)
        return
    with tempfile.TemporaryDirectory(prefix="newsletter-") as name:
        yield Path(name)


@cache
def _shared_folder(_settings: str) -> Path:
    folder = tempfile.TemporaryDirectory(prefix="newsletter-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def _settings(root: Path, fields: str) -> Settings:
    path = root / FILE_NAME
    path.write_text(whole(fields, SETTINGS), encoding="utf-8")
    return load_settings(path)


def _facts(example: Example) -> Mapping[str, Any]:
    given = example.facts
    if given is None:
        return {}
    return given() if callable(given) else make_facts(given)


def _picture(example: Example) -> Callable[[str], bytes]:
    """Return what reads an example's images: by default a grey PNG as large as one in an email is."""
    given = example.picture
    if given is None:
        return lambda _name: grey_png(1200, 600)
    return given if callable(given) else make_image(given)


def _loaded(path: Path, text: str, settings: Settings) -> LoadedIssue:
    path.write_text(text, encoding="utf-8")
    kinds = declared_kinds([settings.templates_folder])
    return load_issue(path, zone=settings.presentation.zone, kinds=kinds)


@cache
def _previous(text: str, language: str, zone: ZoneInfo) -> PreviousIssue:
    """Return the issue of the month before; nearly all examples have the same one."""
    with tempfile.TemporaryDirectory(prefix="newsletter-") as name:
        path = Path(name) / "before.yaml"
        path.write_text(text, encoding="utf-8")
        issue = load_issue(path, zone=zone).issue
    return PreviousIssue(f"{issue.date:%Y-%m}", issue, runs_of(issue, language))


def _laid(templates: Mapping[str, str], settings: Settings) -> None:
    """Write templates into the folder for them."""
    for name, text in templates.items():
        path = settings.templates_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _rendered(loaded: LoadedIssue, settings: Settings, picture: Callable[[str], bytes], *, own: bool) -> Message | None:
    try:
        return render(
            loaded.issue,
            settings.presentation,
            key=loaded.path.stem,
            templates=template_loader([settings.templates_folder]) if own else _templates(),
            assets=picture,
        )
    except TemplateError:
        return None


@cache
def _templates() -> BaseLoader:
    """Return our own templates, which are compiled but once for all examples."""
    return template_loader([])
