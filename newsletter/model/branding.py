"""How the organisation presents itself: name, logo, colours, fonts, addresses, the style of its dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.fields import FrozenModel, Link, SingleLine

_PLAIN_EMAIL = compile_pattern(
    r"(?=.{1,60}@)[a-z0-9]+([._+-][a-z0-9]+)*"
    r"@(?=.{1,60}$)([a-z0-9]+(-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion|test)$)[a-z]{2,}"
)
"""The form of nearly all addresses, which needs no library to be known as good: the library is slow to load."""


def _email(text: str) -> str:
    if _PLAIN_EMAIL.fullmatch(text):
        return text
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  rarely needed

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise PydanticCustomError("email_form", "{reason}", {"reason": str(error).rstrip(".")}) from None


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError(
            "zone_unknown", "there is no time zone called {zone}: write one like Europe/London", {"zone": repr(text)}
        ) from None
    return text


_QUOTED = compile_pattern(r"'[^']*'")
_DATE_LETTERS = frozenset("GyuMLdEecQqwW")
_TIME_LETTERS = frozenset("abBhHKkmszZvVOxX")


def _pattern(letters: frozenset[str], kind: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        signs = _QUOTED.sub("", text)
        used = {sign for sign in signs if sign.isalpha()}
        if "'" in signs or not used or used - letters:
            raise PydanticCustomError(kind, "this is not a pattern of the kind that is needed")
        return text

    return check


DatePattern = Annotated[SingleLine, AfterValidator(_pattern(_DATE_LETTERS, "date_pattern"))]
"""How a day is shown: letters of CLDR's patterns that stand for parts of a date."""

TimePattern = Annotated[SingleLine, AfterValidator(_pattern(_TIME_LETTERS, "time_pattern"))]
"""How a time is shown: letters of CLDR's patterns that stand for parts of a time."""

EmailAddress = Annotated[str, AfterValidator(_email)]
"""One email address, without a name."""

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as #rrggbb."""

ZoneName = Annotated[str, AfterValidator(_zone)]
"""A time zone of the IANA database."""


class Theme(StrEnum):
    """A look that comes with the tool."""

    CLASSIC = "classic"
    LETTER = "letter"
    BOLD = "bold"


def _themed(words: str, example: str) -> Any:
    return Field(None, description=f"{words} The theme's own where left out.", examples=[example])


def _theme(text: str, info: ValidationInfo) -> str:
    """Return a theme's name; the settings, which know the user's own themes, refuse one that there is not."""
    if text in set(Theme):
        return Theme(text)
    known = (info.context or {}).get("themes")
    if known is not None and text not in known:
        expected = ", ".join(f"'{name}'" for name in (*Theme, *sorted(known)))
        raise PydanticCustomError("theme_unknown", "there is no such theme", {"expected": expected})
    return text


_THEME = r"^[a-z0-9][a-z0-9_-]{0,39}$"


def _theme_form(value: Any) -> Any:
    """Refuse a name that no theme's file can have, with the nearest that one can."""
    if isinstance(value, str) and not re.search(_THEME, value):
        meant = re.sub(r"[^a-z0-9_]+", "-", value.casefold()).strip("-_")[:40]
        raise PydanticCustomError("theme_name", "not the name of a theme", {"meant": meant})
    return value


ThemeName = Annotated[str, StringConstraints(pattern=_THEME), BeforeValidator(_theme_form), AfterValidator(_theme)]
"""A theme: one that comes with the tool, or one of the user's own, which is the file `themes/NAME.yaml`."""


class Colours(FrozenModel):
    """The brand's colours, each as #rrggbb; None leaves the choice to the theme."""

    brand: Colour | None = _themed("Buttons and links.", "#0b4f5c")
    accent: Colour | None = _themed("Small headings and deadlines.", "#b3391f")
    highlight: Colour | None = _themed("Behind the dates of events.", "#ffce70")
    ink: Colour | None = _themed("Text.", "#1d2b33")
    muted: Colour | None = _themed("Secondary text.", "#51626c")
    ground: Colour | None = _themed("Behind the text.", "#ffffff")
    tint: Colour | None = _themed("Behind every other section, and cards.", "#eef4f4")


class Fonts(FrozenModel):
    """The font stacks, each a CSS list of families that end in a generic one; None leaves the choice to the theme."""

    heading: SingleLine | None = _themed("Headings.", "Georgia, 'Times New Roman', serif")
    body: SingleLine | None = _themed("Text.", "Helvetica, Arial, sans-serif")


class SocialLink(FrozenModel):
    """A page of the organisation elsewhere."""

    name: SingleLine = Field(description="The name of the place.", examples=["Mastodon"])
    link: Link = Field(description="The page.", examples=["https://social.example.org/@us"])


class Brand(FrozenModel):
    """The organisation as its readers know it."""

    name: SingleLine = Field(description="The organisation's name.", examples=["Example Community Trust"])
    newsletter: SingleLine | None = Field(
        None, description="The newsletter's own name, shown in the masthead.", examples=["Team Update"]
    )
    website: Link | None = Field(None, description="The organisation's website.", examples=["https://example.org"])
    logo: SingleLine | None = Field(
        None, description="A picture file beside the settings, or an https link.", examples=["images/logo.png"]
    )
    logo_dark: SingleLine | None = Field(
        None,
        description="The logo for dark backgrounds, in light colours.",
        examples=["images/logo-light.png"],
    )
    logo_on_brand: SingleLine | None = Field(
        None,
        description="The logo for backgrounds in the brand's colour, such as the footer.",
        examples=["images/logo-white.png"],
    )
    logo_width: int = Field(160, ge=16, le=600, description="The logo's width in pixels.", examples=[160])
    address: SingleLine = Field(
        description="The postal address; the law asks for it in every newsletter.",
        examples=["Example Community Trust, 1 High Street, Sampletown AB1 2CD"],
    )
    charity_number: SingleLine | None = Field(
        None, description="The charity's registration, as it is to be shown.", examples=["Registered charity 1234567"]
    )
    why: SingleLine | None = Field(
        None,
        description="Why the reader gets this, shown in the footer; fitting words where left out.",
        examples=["You are receiving this email because you signed up on our website."],
    )
    privacy: Link | None = Field(None, description="The privacy notice.", examples=["https://example.org/privacy"])
    theme: ThemeName = Field(
        Theme.CLASSIC,
        description="The look: classic, letter, bold, or the name of a theme of your own.",
        examples=["letter"],
    )
    colours: Colours = Field(Colours(), description="The brand's colours.", examples=[{"brand": "#0b4f5c"}])
    fonts: Fonts = Field(Fonts(), description="The font stacks.", examples=[{"heading": "Georgia, serif"}])
    social: tuple[SocialLink, ...] = Field(
        (),
        description="Pages elsewhere, shown in the footer.",
        examples=[[{"name": "Mastodon", "link": "https://social.example.org/@us"}]],
    )

    @model_validator(mode="after")
    def _variants_need_logo(self) -> Self:
        if self.logo is None and (self.logo_dark or self.logo_on_brand):
            raise PydanticCustomError("logo_missing", "a variant of the logo is set, but no `logo`")
        return self


class Sender(FrozenModel):
    """Who the email is from."""

    name: SingleLine = Field(description="The name an inbox shows.", examples=["Example Community Trust"])
    email: EmailAddress = Field(description="The address it comes from.", examples=["news@example.org"])

    @property
    def mailbox(self) -> str:
        """Return name and address as `Name <address>`; a name with more than words and spaces in it is quoted."""
        plain = all(letter.isalnum() or letter in " -'_" for letter in self.name)
        name = self.name if plain else '"' + re.sub(r'(["\\])', r"\\\1", self.name) + '"'
        return f"{name} <{self.email}>"


class DateStyle(FrozenModel):
    """How dates and times are shown, in the patterns of Unicode's CLDR; None leaves it to the language."""

    date: DatePattern | None = Field(
        None, description="A day; as the language has it where left out.", examples=["EEEE d MMMM"]
    )
    time: TimePattern | None = Field(
        None,
        description="A time; `:mm` is left out on the hour where `a` (am/pm) is shown. As the language has it where "
        "left out.",
        examples=["HH:mm"],
    )


class TextLinks(StrEnum):
    """Where the plain text has the targets of links."""

    INLINE = "inline"
    NUMBERED = "numbered"


class CalendarService(StrEnum):
    """A calendar on the web that takes an event from a link."""

    GOOGLE = "google"
    OUTLOOK = "outlook"
    OFFICE365 = "office365"


class CalendarStyle(FrozenModel):
    """How readers put events and deadlines into their calendars."""

    links: tuple[CalendarService, ...] = Field(
        (CalendarService.GOOGLE, CalendarService.OUTLOOK),
        description="The calendars that each event has a link for: google, outlook (personal), office365 (at work).",
        examples=[["google", "office365"]],
    )
    deadlines: bool = Field(
        default=True, description="Whether deadlines have such links too, not only events.", examples=[False]
    )
    files: Link | None = Field(
        None,
        description="Where the calendar files that `newsletter render` writes are on the web; no links to them where "
        "left out.",
        examples=["https://example.org/newsletter"],
    )
    attach: bool = Field(
        default=False,
        description="Whether a calendar file with all events travels with the message, where the provider can.",
        examples=[True],
    )
    structured_data: bool = Field(
        default=False,
        description="Whether the HTML also tells programs of the events, as schema.org describes them.",
        examples=[True],
    )


OWN_TAGS = ("key", "email", "token")
"""What a link may hold that differs from reader to reader; the token is that of the own list's public pages."""
LINK_TAGS = ("key", "email", "month")
"""All that is filled in a link of the settings."""
_BRACES = compile_pattern(r"\{([^{}]*)\}")
_FOREIGN = compile_pattern(
    r"\*\|[^|*]{1,60}\|\*|%%[^%]{1,60}%%|%(?![\da-f]{2})[a-z_]{3,60}%"
    r"|\[\[?[A-Za-z_. ]{1,60}\]\]?|<[A-Za-z_. ]{1,60}>|[$#]\{[^{}]*\}?"
    r"|%7B.{0,60}?%7D|(?<=[/=])[:$](?:e?mail|key|id|uuid|token|user|subscriber)\b",
    re.IGNORECASE,
)
"""Placeholders of other services and of code: nothing fills them here, and readers would get them as they are."""


def is_own(link: str | None) -> bool:
    """Return whether a link of the settings differs from reader to reader."""
    return any(f"{{{tag}}}" in (link or "") for tag in OWN_TAGS)


def _link_with(tags: tuple[str, ...]) -> Callable[[str, ValidationInfo], str]:
    """Return what refuses a link with anything in braces that is not filled in.

    Only the settings are asked: the links of a send that began with an earlier version stay as they are.
    """

    def check(text: str, info: ValidationInfo) -> str:
        if not (info.context and "root" in info.context):
            return text
        foreign = _FOREIGN.search(text)
        unknown = [f"{{{found}}}" for found in _BRACES.findall(text) if found not in tags]
        found = foreign[0] if foreign else next(iter(unknown), "")
        if foreign or unknown or set(_BRACES.sub("", text)) & set("{}"):
            raise PydanticCustomError(
                "link_braces",
                "there is something in braces that is not filled in",
                {"found": found, "tags": ", ".join(f"{{{tag}}}" for tag in tags)},
            )
        return text

    return check


LinkTemplate = Annotated[Link, AfterValidator(_link_with(LINK_TAGS))]
"""A link of the settings that is filled for each reader."""

FixedLink = Annotated[Link, AfterValidator(_link_with(()))]
"""A link of the settings that is the same for everybody, and always."""


class ReaderLinks(FrozenModel):
    """Where a reader's own links lead.

    `{key}` stands for the recipient's key, `{email}` for their address, `{month}` for the issue's name.
    """

    unsubscribe: LinkTemplate | None = Field(
        None,
        description="Where a reader leaves; an email to the reply address where left out.",
        examples=["https://example.org/newsletter/leave?who={key}"],
    )
    one_click: bool | None = Field(
        None,
        description="Whether the page of `unsubscribe` takes a POST, by which mail programs unsubscribe a reader with "
        "one click (RFC 8058).",
        examples=[True],
    )
    view_online: LinkTemplate | None = Field(
        None, description="The issue as a web page.", examples=["https://example.org/newsletter/{month}.html"]
    )
    preferences: LinkTemplate | None = Field(
        None,
        description="Where a reader changes what they get.",
        examples=["https://example.org/newsletter/me?who={key}"],
    )

    @model_validator(mode="after")
    def _one_click_tells_readers_apart(self) -> Self:
        if self.one_click and not self.can_be_one_click:
            raise PydanticCustomError("one_click_idle", "`one_click` needs an https page that is told the reader's key")
        return self

    @property
    def can_be_one_click(self) -> bool:
        """Return whether a POST to the page of `unsubscribe` tells by itself, and safely, who is meant."""
        link = self.unsubscribe or ""
        # a mail program sends nothing of what follows the #
        named = link.partition("#")[0]
        return link.lower().startswith("https://") and ("{key}" in named or "{token}" in named)


class Presentation(FrozenModel):
    """All that rendering needs to know beside the issue and the templates."""

    brand: Brand
    sender: Sender
    reply_to: EmailAddress | None = None
    language: SingleLine = "en-GB"
    time_zone: ZoneName = "Europe/London"
    dates: DateStyle = DateStyle()
    links: ReaderLinks = ReaderLinks()
    calendar: CalendarStyle = CalendarStyle()
    text_links: TextLinks = TextLinks.INLINE

    @property
    def zone(self) -> ZoneInfo:
        """Return the house's time zone."""
        return ZoneInfo(self.time_zone)
