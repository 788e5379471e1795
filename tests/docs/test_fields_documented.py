"""The pages on issues and settings tell of every field, and every example in them is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from newsletter.errors import ContentError
from newsletter.issue_file.load_issue import load_issue
from newsletter.model.archive_settings import ArchiveSettings, SignUp
from newsletter.model.branding import Brand, CalendarStyle, Colours, DateStyle, Fonts, ReaderLinks, Sender, SocialLink
from newsletter.model.issue import Issue
from newsletter.model.item import Button, Event, Group, Item, LinkEntry, Person
from newsletter.model.lint_settings import LintSettings
from newsletter.model.list_settings import ServeSettings, SubscriberSettings
from newsletter.model.media_sections import Figure
from newsletter.model.pictures import GalleryPicture, Hero, Sponsor
from newsletter.model.section import BUILT_IN_KINDS
from newsletter.providers.registry import BUILT_IN, adapter
from newsletter.settings import BeforeSending, Folders, OutboxSettings, Settings
from newsletter.settings_file import load_settings

DOCS = Path(__file__).parents[2] / "docs"
WRITING = (DOCS / "writing-an-issue.md").read_text(encoding="utf-8")
SETTINGS = (DOCS / "settings.md").read_text(encoding="utf-8")

ISSUE_MODELS: dict[str, type[BaseModel]] = {
    "The issue": Issue,
    "Items": Item,
    "Events": Event,
    "Buttons": Button,
    "Groups": Group,
    "Pictures": Hero,
    **{f"`{kind}`": model for kind, model in BUILT_IN_KINDS.items()},
}
NESTED_IN_KIND: dict[str, type[BaseModel]] = {
    "`people`": Person,
    "`links`": LinkEntry,
    "`figures`": Figure,
    "`gallery`": GalleryPicture,
    "`sponsors`": Sponsor,
}
SETTINGS_MODELS: dict[str, type[BaseModel]] = {
    "Everything at a glance": Settings,
    "brand": Brand,
    "colours": Colours,
    "fonts": Fonts,
    "social": SocialLink,
    "sender": Sender,
    "dates": DateStyle,
    "links": ReaderLinks,
    "calendar": CalendarStyle,
    "archive": ArchiveSettings,
    "sign_up": SignUp,
    "outbox": OutboxSettings,
    "subscribers": SubscriberSettings,
    "serve": ServeSettings,
    "folders": Folders,
    "before_sending": BeforeSending,
    "checks": LintSettings,
}


def part(page: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}$\n(.*?)(?=^#+ |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    # a heading inside a code block would be taken for the next one; none of these pages has one within a part's table
    return found[1]


def fields_told(text: str) -> set[str]:
    """Return the names that start a row of a table, links around them taken off."""
    return set(re.findall(r"^\| \[?`([a-z_]+)`", text, re.MULTILINE))


def blocks(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("heading", ISSUE_MODELS)
def test_each_field_of_an_issue_has_a_row(heading: str) -> None:
    expected = set(ISSUE_MODELS[heading].model_fields)
    if heading in NESTED_IN_KIND:
        expected |= set(NESTED_IN_KIND[heading].model_fields)
    assert fields_told(part(WRITING, heading)) == expected


@pytest.mark.parametrize("heading", SETTINGS_MODELS)
def test_each_setting_has_a_row(heading: str) -> None:
    assert fields_told(part(SETTINGS, heading)) == set(SETTINGS_MODELS[heading].model_fields)


SERVICES = sorted(set(BUILT_IN) - {"outbox"})


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_a_page_with_each_of_its_settings_and_keys(service: str) -> None:
    page = (DOCS / "providers" / f"{service}.md").read_text(encoding="utf-8")
    kind = adapter(service)
    assert fields_told(part(page, "The settings" if "\n## The settings\n" in page else "Settings")) == set(
        kind.options.model_fields
    )
    assert set(kind.about.settings) == set(kind.options.model_fields)
    for secret in kind.about.secrets:
        assert secret.variable in page


@pytest.mark.parametrize(
    ("service", "block"),
    [(one, block) for one in SERVICES for block in blocks((DOCS / "providers" / f"{one}.md").read_text("utf-8"))],
)
def test_each_example_of_a_service_loads(service: str, block: str, tmp_path: Path) -> None:
    path = tmp_path / "newsletter.yaml"
    path.write_text("brand: {name: Us, address: Here}\nsender: {name: Us, email: us@example.org}\n" + block, "utf-8")
    settings = load_settings(path)
    assert settings.provider == service
    assert f"\n{service}:" not in block or settings.options_of(service)


def test_each_built_in_kind_is_listed() -> None:
    assert fields_told(part(WRITING, "The sections")) == set(BUILT_IN_KINDS)


def defaults() -> Iterator[tuple[str, str, str]]:
    for heading, model in SETTINGS_MODELS.items():
        for row in re.findall(r"^\| `([a-z_]+)` \|(.*)\|$", part(SETTINGS, heading), re.MULTILINE):
            default = model.model_fields[row[0]].default
            if isinstance(default, str | bool | int) and default not in {"", None}:
                yield heading, row[0], str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize(("heading", "name", "default"), [*defaults()])
def test_each_default_is_told(heading: str, name: str, default: str) -> None:
    row = re.search(rf"^\| `{name}` .*$", part(SETTINGS, heading), re.MULTILINE)
    assert row
    assert default in row[0]


def whole(block: str) -> str:
    """Make an issue of a part of one: what the example leaves out is filled in."""
    if block.startswith("- "):
        block = "sections:\n" + re.sub(r"^(?=.)", "  ", block, flags=re.MULTILINE)
    for needed, lines in (("title", "title: A title\n"), ("date", "date: 2024-03-01\n")):
        block = block if re.search(rf"^{needed}:", block, re.MULTILINE) else lines + block
    return block if "sections:" in block else block + "sections:\n  - kind: coming_up\n    items: [A thing]\n"


def load(text: str, folder: Path) -> Issue:
    path = folder / "2024-03.yaml"
    path.write_text(text, encoding="utf-8")
    return load_issue(path, zone=Settings.model_validate(SAMPLE).presentation.zone).issue


SAMPLE = {"brand": {"name": "Us", "address": "Here"}, "sender": {"name": "Us", "email": "us@example.org"}}


@pytest.mark.parametrize("block", blocks(WRITING))
def test_each_example_of_an_issue_loads(block: str, tmp_path: Path) -> None:
    assert load(whole(block), tmp_path).sections


@pytest.mark.parametrize("block", blocks(SETTINGS))
def test_each_example_of_the_settings_loads(block: str, tmp_path: Path) -> None:
    text = block
    for needed, lines in (
        ("brand", "brand: {name: Us, address: Here}\n"),
        ("sender", "sender: {name: Us, email: us@example.org}\n"),
    ):
        text = text if re.search(rf"^{needed}:", text, re.MULTILINE) else lines + text
    path = tmp_path / "newsletter.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_settings(path).brand.name


def traps() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", part(WRITING, "If the file cannot be read"), re.MULTILINE)
    assert len(rows) > 5
    return rows


def in_place(line: str) -> str:
    """Put one line of a trap where its field belongs."""
    if line.startswith("title:"):
        return f"{line}\ndate: 2024-03-01\nsections:\n  - kind: coming_up\n    items: [A thing]\n"
    return (
        "title: A title\ndate: 2024-03-01\nsections:\n  - kind: get_involved\n    items:\n"
        f"      - title: A thing\n        {line}\n        text: Some words.\n"
    )


@pytest.mark.parametrize(("right", "wrong"), traps())
def test_each_trap_is_one_and_its_fix_fixes(right: str, wrong: str, tmp_path: Path) -> None:
    assert load(in_place(right), tmp_path)
    with pytest.raises(ContentError) as caught:
        load(in_place(wrong), tmp_path)
    assert caught.value.findings
