"""The settings in `newsletter.yaml`, at the root of the newsletter folder; they never contain a secret."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, create_model, model_validator
from pydantic_core import PydanticCustomError

from newsletter.errors import UsageError
from newsletter.ledger.url import SQLITE, LedgerUrlError, SqliteFile, parse
from newsletter.model.branding import (
    Brand,
    CalendarStyle,
    DateStyle,
    EmailAddress,
    FixedLink,
    Presentation,
    ReaderLinks,
    Sender,
    TextLinks,
    ZoneName,
)
from newsletter.model.fields import FrozenModel, Language, SingleLine
from newsletter.model.lint_settings import LintSettings
from newsletter.model.list_columns import Columns

FILE_NAME = "newsletter.yaml"
"""The name of the settings file; its folder is the newsletter folder."""

ENVIRONMENT_NAME = "NEWSLETTER_SETTINGS"
"""The environment variable with the path of another settings file."""


def _ledger(text: str) -> str:
    try:
        parse(text)
    except LedgerUrlError as error:
        raise PydanticCustomError("ledger_form", "{says}", {"says": error.message, "hint": error.hint}) from None
    return text


def _path(text: str) -> str:
    if "\0" in text or text.startswith("~"):
        raise PydanticCustomError("path_form", "this is not a path")
    return text


def _provider(text: str) -> str:
    from newsletter.providers import registry  # noqa: PLC0415  not needed for the default

    if text != "outbox" and not registry.is_known(text):
        expected = ", ".join(f"'{name}'" for name in registry.names())
        raise PydanticCustomError("provider_unknown", "there is no such provider", {"expected": expected})
    return text


ProviderName = Annotated[SingleLine, AfterValidator(_provider)]
"""The name of a provider."""

LocalPath = Annotated[SingleLine, AfterValidator(_path)]
"""A path, relative to the folder of the settings unless absolute."""

LedgerUrl = Annotated[str, AfterValidator(_ledger)]
"""The address of the ledger: `sqlite:///` and a path, relative to the settings folder unless absolute, or a PostgreSQL
database without its password."""


class OutboxSettings(FrozenModel):
    """The audience file and the message folder of the built-in outbox."""

    audience: LocalPath = Field(
        "audience.csv",
        description="The subscriber list: a CSV file with a column `email`.",
        examples=["audience.csv"],
    )
    columns: Columns = Field(
        {},
        description="What columns of that file mean, by their headings: whether “yes” means that a person is "
        "subscribed, or has unsubscribed.",
        examples=[{"GDPR": "subscribed", "Do not mail": "unsubscribed", "Team": "other"}],
    )
    folder: LocalPath = Field(
        "outbox", description="The folder that every message is written to as an .eml file.", examples=["outbox"]
    )


class Folders(FrozenModel):
    """The folders of the issues and templates."""

    issues: LocalPath = Field("issues", description="The folder of the issues.", examples=["issues"])
    templates: LocalPath = Field("templates", description="The folder of the templates.", examples=["templates"])
    outside: bool = Field(
        default=False,
        description="Whether the issues and the templates may be outside the folder of newsletter.yaml.",
        examples=[True],
    )


class BeforeSending(FrozenModel):
    """What is required before an issue can be sent."""

    test: bool = Field(default=True, description="Whether a test of exactly this content is required.", examples=[True])
    approval: bool = Field(
        default=False, description="Whether an approval of exactly this content is required.", examples=[True]
    )
    approvers: tuple[SingleLine, ...] = Field(
        (),
        description="Who may approve, by the names given to `newsletter approve --as`; by default anyone.",
        examples=[["Communications lead", "Director"]],
    )
    shared_login: bool = Field(
        default=False,
        description="Whether several people share one login, so that an approval under the sender's own login counts. "
        "The approver's name is then not verified.",
        examples=[True],
    )
    audience_change: int = Field(
        10,
        ge=0,
        le=100,
        description="The percentage of the audience that may leave or join after the test or the approval before "
        "`send` asks about it.",
        examples=[10],
    )

    @model_validator(mode="after")
    def _approvers_approve(self) -> Self:
        if self.approvers and not self.approval:
            raise PydanticCustomError("approvers_idle", "`approvers` are listed, but `approval` is not required")
        return self


class Settings(FrozenModel):
    """The contents of newsletter.yaml; `root` is its folder."""

    brand: Brand = Field(
        description="The organisation as its readers know it.",
        examples=[
            {
                "name": "Example Community Trust",
                "address": "Example Community Trust, 1 High Street, Sampletown AB1 2CD",
            }
        ],
    )
    sender: Sender = Field(
        description="Who the email is from.",
        examples=[{"name": "Example Community Trust", "email": "news@example.org"}],
    )
    reply_to: EmailAddress | None = Field(
        None,
        description="The address for replies; by default the sender's address.",
        examples=["team@example.org"],
    )
    language: Language = Field("en-GB", description="The language of the newsletter.", examples=["en-GB", "cy"])
    time_zone: ZoneName = Field(
        "Europe/London", description="The time zone of the times in the issues.", examples=["Europe/London"]
    )
    dates: DateStyle = Field(
        DateStyle(),
        description="How dates and times are shown.",
        examples=[{"date": "EEEE d MMMM", "time": "h:mma"}],
    )
    links: ReaderLinks = Field(
        ReaderLinks(),
        description="The links for each reader, such as the unsubscribe link.",
        examples=[{"view_online": "https://example.org/newsletter/{month}.html"}],
    )
    calendar: CalendarStyle = Field(
        CalendarStyle(),
        description="How readers put events and deadlines into their calendars.",
        examples=[{"links": ["google", "office365"]}],
    )
    text_links: TextLinks = Field(
        TextLinks.INLINE,
        description="Where the plain text shows link addresses: inline, after the link text, or numbered, at the end.",
        examples=["numbered"],
    )
    checks: LintSettings = Field(
        LintSettings(),
        description="Words and rules for `newsletter check`.",
        examples=[{"words": ["Cuppa", "Co-Pro"]}],
    )
    provider: ProviderName = Field(
        "outbox", description="The provider that sends the newsletter.", examples=["outbox", "mailchimp"]
    )
    audience: SingleLine | None = Field(
        None,
        description="The provider's audience to send to, by its name or ID; not needed if there is only one.",
        examples=["Readers"],
    )
    undo_minutes: int = Field(
        10,
        ge=0,
        le=24 * 60,
        description="How long a send can be cancelled, if the provider can schedule; 0 sends immediately.",
        examples=[15],
    )
    media_url: FixedLink | None = Field(
        None,
        description="The web address of the pictures that `newsletter render` writes, for providers that store none.",
        examples=["https://example.org/newsletter/media"],
    )
    outbox: OutboxSettings = Field(
        OutboxSettings(),
        description="The built-in outbox, which needs no account and no network.",
        examples=[{"audience": "audience.csv", "folder": "outbox"}],
    )
    folders: Folders = Field(
        Folders(),
        description="The folders of the issues and templates.",
        examples=[{"issues": "issues", "templates": "templates"}],
    )
    ledger: LedgerUrl = Field(
        "sqlite:///.newsletter/ledger.db",
        description="The record of what was sent: a file, or a PostgreSQL database that several computers share. Do "
        "not put a password here.",
        examples=["sqlite:///.newsletter/ledger.db", "postgresql://newsletter@db.example.org/newsletter"],
    )
    before_sending: BeforeSending = Field(
        BeforeSending(),
        description="What is required before an issue can be sent.",
        examples=[{"test": True, "approval": True}],
    )

    _root: Path = PrivateAttr(default_factory=Path)

    def model_post_init(self, context: Any) -> None:
        """Store the folder of the settings, which the validation context has as `root`."""
        if isinstance(context, dict) and "root" in context:
            self._root = Path(context["root"])

    @model_validator(mode="after")
    def _folders_differ(self) -> Self:
        places = [self.folders.issues, self.folders.templates, self.outbox.folder]
        if len({Path(place) for place in places}) < len(places):
            raise PydanticCustomError("folders_same", "the issues, the templates and the outbox need separate folders")
        return self

    @model_validator(mode="after")
    def _folders_inside(self) -> Self:
        """Refuse a folder elsewhere on the computer, unless the settings allow it."""
        if self.folders.outside or self._root == Path():
            return self
        root = self._root.resolve()
        for name, path in (("issues", self.folders.issues), ("templates", self.folders.templates)):
            if not (root / path).resolve().is_relative_to(root):
                raise PydanticCustomError("folder_outside", "a folder is elsewhere", {"folder": name, "path": path})
        return self

    @property
    def root(self) -> Path:
        """Return the folder of the settings, from which relative paths start."""
        return self._root

    def options_of(self, provider: str) -> FrozenModel | None:
        """Return the settings under a provider's name, or None if there are none."""
        # the options of the outbox are a setting like any other, not a provider's options
        found = None if provider in Settings.model_fields else getattr(self, provider, None)
        return found if isinstance(found, FrozenModel) else None

    @property
    def presentation(self) -> Presentation:
        """Return the settings that rendering needs."""
        return Presentation(
            brand=self.brand,
            sender=self.sender,
            reply_to=self.reply_to,
            language=self.language,
            time_zone=self.time_zone,
            dates=self.dates,
            links=self.links,
            calendar=self.calendar,
            text_links=self.text_links,
        )

    @property
    def issues_folder(self) -> Path:
        """Return the absolute folder of the issues."""
        return self._at(self.folders.issues)

    @property
    def templates_folder(self) -> Path:
        """Return the absolute folder of the user's templates."""
        return self._at(self.folders.templates)

    @property
    def audience_file(self) -> Path:
        """Return the absolute path of the outbox's audience."""
        return self._at(self.outbox.audience)

    @property
    def outbox_folder(self) -> Path:
        """Return the absolute folder of the outbox's messages."""
        return self._at(self.outbox.folder)

    @property
    def ledger_url(self) -> str:
        """Return the ledger's URL, a file's with an absolute path in it."""
        place = parse(self.ledger)
        return SQLITE + self._at(place.path).as_posix() if isinstance(place, SqliteFile) else self.ledger

    def _at(self, path: str) -> Path:
        return (self._root / path).absolute()


def find_settings(start: Path) -> Path:
    """Return the settings file in the folder `start` or the nearest folder above it.

    If the environment variable NEWSLETTER_SETTINGS is set, it has the path instead. Raise UsageError if there is no
    settings file.
    """
    named = os.environ.get(ENVIRONMENT_NAME, "").strip()
    if named:
        path = Path(named).expanduser()
        if path.is_dir():
            path /= FILE_NAME
        if not path.is_file():
            raise UsageError(
                f"the settings file {named} does not exist",
                hint=f"Its path is in the environment variable {ENVIRONMENT_NAME}: correct or remove it.",
            )
        return path.absolute()
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise UsageError(
        f"there is no {FILE_NAME} in {start} or any folder above it",
        hint="Go to your newsletter's folder, or run `newsletter init` to create one here.",
    )


_TOP = re.compile(r"^([a-z][a-z0-9_]*)[ ]*:", re.MULTILINE)


def load_settings(path: Path) -> Settings:
    """Read the settings; raise ContentError that lists all mistakes of the file, in its order."""
    from newsletter.issue_file.load_document import read_document  # noqa: PLC0415  commands that need no file start faster
    from newsletter.issue_file.source_text import read_source  # noqa: PLC0415  as above

    source = read_source(path, "settings")
    named = {match[1] for line in source.lines if (match := _TOP.match(line))} - set(Settings.model_fields)
    model = with_options(named) if named else Settings
    root = path.absolute().parent
    return read_document(source, model, context={"root": root, "themes": _own_themes(root)}, what="settings").value


def _own_themes(root: Path) -> frozenset[str] | None:
    """Return the names of the themes in the folder of templates, wherever it is inside the newsletter's.

    None where there is no such folder: rendering says of a theme that it is missing.
    """
    return frozenset(path.stem for path in root.glob("*/themes/*.yaml")) if root.is_dir() else None


def with_options(named: Collection[str]) -> type[Settings]:
    """Return the settings model with a field of options for each provider among these names."""
    from newsletter.providers import registry  # noqa: PLC0415  not needed by settings without a provider

    fields: dict[str, Any] = {}
    for name in sorted(named):
        if registry.is_known(name):
            kind = registry.adapter(name)
            words = f"The settings of {kind.about.title}."
            fields[name] = (kind.options | None, Field(None, description=words, examples=[_example(kind.options)]))
    return create_model("Settings", __base__=Settings, **fields) if fields else Settings


def _example(options: type[FrozenModel]) -> dict[str, Any]:
    """Return example options: all required ones, or the first if none is required."""
    fields = options.model_fields
    shown = [name for name, field in fields.items() if field.is_required()] or list(fields)[:1]
    return {name: (fields[name].examples or [None])[0] for name in shown}


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of the settings file."""
    from newsletter.issue_file.json_schema import document_schema  # noqa: PLC0415  only `newsletter schema` needs it
    from newsletter.preflight.schema_names import add_rule_names  # noqa: PLC0415  as above
    from newsletter.providers import registry  # noqa: PLC0415  as above

    return add_rule_names(document_schema(with_options(set(registry.names()) - set(Settings.model_fields))))
