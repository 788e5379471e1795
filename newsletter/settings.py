"""The settings in `newsletter.yaml`, at the root of the newsletter folder; they never contain a secret."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, create_model, model_validator
from pydantic_core import PydanticCustomError

from newsletter.errors import UsageError
from newsletter.ledger.url import SQLITE, LedgerUrlError, SqliteFile, parse
from newsletter.model.archive_settings import ArchiveSettings
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
from newsletter.model.list_settings import ServeSettings, SubscriberSettings, list_words
from newsletter.model.sending_settings import BeforeSending, Folders, OutboxSettings


def _ledger(text: str) -> str:
    try:
        parse(text)
    except LedgerUrlError as error:
        raise PydanticCustomError("ledger_form", "{says}", {"says": error.message, "hint": error.hint}) from None
    return text


def _provider(text: str) -> str:
    from newsletter.providers import registry  # noqa: PLC0415  not needed for the default

    if text != "outbox" and not registry.is_known(text):
        expected = ", ".join(f"'{name}'" for name in registry.names())
        raise PydanticCustomError("provider_unknown", "there is no such provider", {"expected": expected})
    return text


ProviderName = Annotated[SingleLine, AfterValidator(_provider)]
"""The name of a provider."""

LedgerUrl = Annotated[str, AfterValidator(_ledger)]
"""The address of the ledger: `sqlite:///` and a path, relative to the settings folder unless absolute, or a PostgreSQL
database without its password."""


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
    archive: ArchiveSettings = Field(
        ArchiveSettings(),
        description="The website of the issues that were sent, which `newsletter archive` builds.",
        examples=[{"url": "https://example.org/newsletter/"}],
    )
    outbox: OutboxSettings = Field(
        OutboxSettings(),
        description="The built-in outbox, which needs no account and no network.",
        examples=[{"audience": "audience.csv", "folder": "outbox"}],
    )
    subscribers: SubscriberSettings | None = Field(
        None,
        description="Your own list in a database, which `smtp` and `outbox` then send to in place of a CSV file.",
        examples=[{"database": "sqlite:///.newsletter/subscribers.db"}],
    )
    serve: ServeSettings | None = Field(
        None,
        description="The public pages of the own list, which `newsletter serve` runs.",
        examples=[{"address": "https://news.example.org"}],
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
    def _list_is_right(self) -> Self:
        if self.serve and self.subscribers is None:
            raise PydanticCustomError("serve_alone", "`serve` needs the own list: add `subscribers: {}`")
        if self.subscribers is None:
            return self
        from newsletter.subscribers.filters import parse_filter  # noqa: PLC0415  most settings have no own list

        try:
            parse(self.subscribers.database)
        except LedgerUrlError as error:
            words = {"says": list_words(error.message), "hint": list_words(error.hint)}
            raise PydanticCustomError("list_form", "{says}", words) from None
        for name, text in self.subscribers.segments.items():
            try:
                parse_filter(text)
            except UsageError as error:
                says = f"the segment `{name}` is not valid: {error.message[0].lower()}{error.message[1:]}"
                raise PydanticCustomError("list_form", "{says}", {"says": says, "hint": error.hint}) from None
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
            links=self.reader_links,
            calendar=self.calendar,
            text_links=self.text_links,
        )

    @property
    def has_own_list(self) -> bool:
        """Return whether the newsletter goes to the own list: it is set, and the provider has no list of its own."""
        if self.subscribers is None:
            return False
        from newsletter.providers.registry import adapter  # noqa: PLC0415  most settings have no own list

        return adapter(self.provider).reads_audience_file

    @property
    def reader_links(self) -> ReaderLinks:
        """Return the links for each reader; those that are not set lead to the own list's public pages."""
        if self.serve is None or not self.has_own_list:
            return self.links
        given, base = self.links, self.serve.address
        own = given.unsubscribe is None
        return ReaderLinks(
            unsubscribe=f"{base}/unsubscribe/{{token}}" if own else given.unsubscribe,
            one_click=self.serve.is_https if own else given.one_click,
            view_online=given.view_online or f"{base}/issues/{{month}}",
            preferences=given.preferences or f"{base}/preferences/{{token}}",
        )

    @property
    def list_database(self) -> str:
        """Return the URL of the own list, a file's with an absolute path in it."""
        url = (self.subscribers or SubscriberSettings()).database
        place = parse(url)
        return SQLITE + self._at(place.path).as_posix() if isinstance(place, SqliteFile) else url

    @property
    def list_secret(self) -> Path:
        """Return the absolute path of the own list's secret."""
        return self._at((self.subscribers or SubscriberSettings()).secret)

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
    def archive_folder(self) -> Path:
        """Return the absolute folder of the archive."""
        return self._at(self.archive.folder)

    @property
    def ledger_url(self) -> str:
        """Return the ledger's URL, a file's with an absolute path in it."""
        place = parse(self.ledger)
        return SQLITE + self._at(place.path).as_posix() if isinstance(place, SqliteFile) else self.ledger

    def _at(self, path: str) -> Path:
        return (self._root / path).absolute()


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
