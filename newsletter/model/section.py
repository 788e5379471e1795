"""The sections of an issue: a union told apart by `kind`, open to kinds of the user's own."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    SerializeAsAny,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from newsletter.model.fields import FrozenModel, Language, Link, Markdown, SingleLine
from newsletter.model.item import Button, Group, ItemEntry, LinkEntry, PersonEntry
from newsletter.model.media_sections import Figures, Gallery, Sponsors, Table, Video
from newsletter.model.pictures import Pictured
from newsletter.model.section_fields import HEADING as _HEADING
from newsletter.model.section_fields import HEADLINE as _HEADLINE
from newsletter.model.section_fields import LANGUAGE as _LANGUAGE
from newsletter.model.section_fields import ONLY as _ONLY
from newsletter.model.section_fields import TEXT as _TEXT
from newsletter.model.section_fields import NewerSection
from newsletter.model.targeting import Only


class ItemsSection(FrozenModel):
    """Base of the sections that list items, in groups or not."""

    heading: SingleLine | None = _HEADING
    headline: SingleLine | None = _HEADLINE
    language: Language | None = _LANGUAGE
    only: Only | None = _ONLY
    text: Markdown | None = _TEXT
    items: tuple[ItemEntry, ...] = Field(
        (), description="What the section tells; a plain line is enough.", examples=[["A Co-Pro Cuppa"]]
    )
    groups: tuple[Group, ...] = Field(
        (),
        description="Items under headings of their own.",
        examples=[[{"heading": "Training", "items": ["A workshop in Sunderland"]}]],
    )

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not (self.items or self.groups or self.text):
            raise PydanticCustomError("section_empty", "the section is empty: give it `items`, `groups` or a `text`")
        return self


class LastMonth(ItemsSection):
    """What happened in the month before the issue."""

    kind: Literal["last_month"] = Field(description="What kind of section this is.", examples=["last_month"])


class ComingUp(ItemsSection):
    """What takes place in the issue's month."""

    kind: Literal["coming_up"] = Field(description="What kind of section this is.", examples=["coming_up"])


class GetInvolved(ItemsSection):
    """What readers can do: calls to action with deadline, payment, contact and button."""

    kind: Literal["get_involved"] = Field(description="What kind of section this is.", examples=["get_involved"])


class News(NewerSection, ItemsSection):
    """What there is to tell: items with pictures, by-lines and buttons, about any time."""

    kind: Literal["news"] = Field(description="What kind of section this is.", examples=["news"])


class Story(Pictured):
    """One story with a picture, a text and a button."""

    kind: Literal["story"] = Field(description="What kind of section this is.", examples=["story"])
    heading: SingleLine | None = _HEADING
    headline: SingleLine | None = _HEADLINE
    language: Language | None = _LANGUAGE
    only: Only | None = _ONLY
    text: Markdown = Field(description="The story, in Markdown.", examples=["It began with a cup of tea."])
    link: Link | None = Field(
        None,
        description="Where a click on the picture or the headline leads.",
        examples=["https://example.org/story"],
    )
    button: Button | None = Field(
        None,
        description="The one thing to do.",
        examples=[{"label": "Read the whole story", "link": "https://example.org/story"}],
    )


class People(FrozenModel):
    """People who join, leave or are thanked."""

    kind: Literal["people"] = Field(description="What kind of section this is.", examples=["people"])
    heading: SingleLine | None = _HEADING
    headline: SingleLine | None = _HEADLINE
    language: Language | None = _LANGUAGE
    only: Only | None = _ONLY
    text: Markdown | None = _TEXT
    joiners: tuple[PersonEntry, ...] = Field(
        (), description="Who is new.", examples=[[{"name": "A new colleague", "role": "Project officer"}]]
    )
    leavers: tuple[PersonEntry, ...] = Field((), description="Who is leaving.", examples=[["A colleague"]])
    thanks: tuple[PersonEntry, ...] = Field((), description="People to thank.", examples=[["Our volunteers"]])

    @model_validator(mode="after")
    def _names_someone(self) -> Self:
        if not (self.joiners or self.leavers or self.thanks):
            raise PydanticCustomError(
                "section_empty", "the section names nobody: give it `joiners`, `leavers` or `thanks`"
            )
        return self


class Quote(FrozenModel):
    """Someone's words."""

    kind: Literal["quote"] = Field(description="What kind of section this is.", examples=["quote"])
    heading: SingleLine | None = _HEADING
    headline: SingleLine | None = _HEADLINE
    language: Language | None = _LANGUAGE
    only: Only | None = _ONLY
    text: Markdown = Field(description="The words, without quotation marks.", examples=["It changed how we work."])
    who: SingleLine | None = Field(None, description="Who said it.", examples=["A workshop participant"])
    role: SingleLine | None = Field(None, description="What they do.", examples=["Commissioner, Sunderland"])


class Links(FrozenModel):
    """Things to read, watch or apply for elsewhere."""

    kind: Literal["links"] = Field(description="What kind of section this is.", examples=["links"])
    heading: SingleLine | None = _HEADING
    headline: SingleLine | None = _HEADLINE
    language: Language | None = _LANGUAGE
    only: Only | None = _ONLY
    text: Markdown | None = _TEXT
    items: tuple[LinkEntry, ...] = Field(
        min_length=1,
        description="The links.",
        examples=[[{"title": "A guide to fair payment", "link": "https://example.org/guide"}]],
    )


class CustomSection(FrozenModel):
    """A section of a kind of the user's own: declared by `templates/sections/KIND.mjml.j2`.

    The validation context hands in the declared kinds: `kinds`, a mapping of the kind's name to the model (a subclass
    of this one) that holds its fields.
    """

    kind: SingleLine = Field(description="The name of a kind of your own.", examples=["recipe"])
    heading: SingleLine | None = _HEADING
    language: Language | None = _LANGUAGE
    only: Only | None = _ONLY

    @model_validator(mode="wrap")
    @classmethod
    def _declared(cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Any:
        if cls is not CustomSection or isinstance(value, CustomSection):
            return handler(value)
        kinds = info.context.get("kinds", {}) if isinstance(info.context, dict) else {}
        kind = value.get("kind") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            return kinds[kind].model_validate(value, context=info.context)
        known = [*BUILT_IN_KINDS, *kinds]
        if kind is None:
            raise PydanticCustomError(
                "kind_missing", "the section has no `kind`: it is one of {known}", {"known": ", ".join(known)}
            )
        raise PydanticCustomError(
            "kind_unknown",
            "there is no kind of section called {kind}: it is one of {known}",
            {"kind": repr(kind), "known": ", ".join(known)},
        )


BUILT_IN_KINDS: dict[str, type[FrozenModel]] = {
    "last_month": LastMonth,
    "coming_up": ComingUp,
    "get_involved": GetInvolved,
    "story": Story,
    "people": People,
    "quote": Quote,
    "links": Links,
    "news": News,
    "figures": Figures,
    "gallery": Gallery,
    "video": Video,
    "table": Table,
    "sponsors": Sponsors,
}
"""The kinds that need no declaration, in the order in which they are usually met."""

NEWER_KINDS = frozenset(name for name, model in BUILT_IN_KINDS.items() if issubclass(model, NewerSection))
"""Kinds that were added later: an older folder may have a kind of its own of that name, which then stays its own."""


class _Kind:
    """Tell which member of the union a section is."""

    CUSTOM: ClassVar[str] = "custom"

    @classmethod
    def of(cls, value: Any) -> str:
        if isinstance(value, CustomSection):
            return cls.CUSTOM
        kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
        return kind if isinstance(kind, str) and kind in BUILT_IN_KINDS else cls.CUSTOM


Section = Annotated[
    Annotated[LastMonth, Tag("last_month")]
    | Annotated[ComingUp, Tag("coming_up")]
    | Annotated[GetInvolved, Tag("get_involved")]
    | Annotated[Story, Tag("story")]
    | Annotated[People, Tag("people")]
    | Annotated[Quote, Tag("quote")]
    | Annotated[Links, Tag("links")]
    | Annotated[News, Tag("news")]
    | Annotated[Figures, Tag("figures")]
    | Annotated[Gallery, Tag("gallery")]
    | Annotated[Video, Tag("video")]
    | Annotated[Table, Tag("table")]
    | Annotated[Sponsors, Tag("sponsors")]
    | Annotated[SerializeAsAny[CustomSection], Tag(_Kind.CUSTOM)],
    Discriminator(_Kind.of),
]
"""Any section."""
