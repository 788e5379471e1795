"""The settings of the archive: the website of the issues that were sent."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.branding import FixedLink
from newsletter.model.fields import FrozenModel, LocalPath, Names, PlainText, SingleLine

FOLDER = "site"
"""The folder of the archive where the settings name none."""


class SignUp(FrozenModel):
    """How visitors of the archive subscribe: a page of the provider, or a form that is sent to it."""

    link: FixedLink | None = Field(
        None, description="The provider's page with its sign-up form.", examples=["https://example.org/subscribe"]
    )
    form: FixedLink | None = Field(
        None,
        description="The address that the provider's embedded form is sent to: its `action`.",
        examples=["https://example.us1.list-manage.com/subscribe/post?u=1a2b&id=3c4d"],
    )
    email_field: SingleLine | None = Field(
        None,
        description="The name of the form's field for the email address; that of your provider where left out.",
        examples=["EMAIL"],
    )
    fields: dict[SingleLine, PlainText] = Field(
        {},
        description="The form's hidden fields, each with its value, such as the list to join.",
        examples=[{"l": "c3f2a1d0-9b1e-4a55-8f04-2d1f6f4f9a10"}],
    )
    honeypot: SingleLine | None = Field(
        None,
        description="The name of the form's field that only robots fill in, if the provider has one.",
        examples=["b_1a2b_3c4d"],
    )
    text: SingleLine | None = Field(
        None,
        description="What subscribers get, in a sentence.",
        examples=["One email a month. You can unsubscribe at any time."],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.link is None) == (self.form is None):
            raise PydanticCustomError("sign_up_form", "either `link` or `form` is needed")
        if self.form is not None and not self.form.lower().startswith(("https://", "http://")):
            raise PydanticCustomError("sign_up_form", "`form` is no web address")
        return self


class ArchiveSettings(FrozenModel):
    """The website that `newsletter archive` builds."""

    url: FixedLink | None = Field(
        None,
        description="Where the website will be on the web; feeds need it.",
        examples=["https://example.org/newsletter/"],
    )
    folder: LocalPath = Field(FOLDER, description="The folder that the website is written to.", examples=["site"])
    about: SingleLine | None = Field(
        None,
        description="What the newsletter is about, in a sentence: shown on the home page, in feeds and by search "
        "engines.",
        examples=["News, dates and ways to take part, once a month."],
    )
    sign_up: SignUp | None = Field(
        None,
        description="How visitors subscribe.",
        examples=[{"link": "https://example.org/subscribe"}],
    )
    include: Names = Field(
        (),
        description="Issues to publish that `newsletter` has not sent, such as older ones; `*` stands for any "
        "characters.",
        examples=[["2019-*", "2023-11"]],
    )
    exclude: Names = Field(
        (), description="Issues that are never published; `*` stands for any characters.", examples=[["2024-01"]]
    )

    @model_validator(mode="after")
    def _url_of_website(self) -> Self:
        url = (self.url or "https://").lower()
        if not url.startswith(("https://", "http://")) or "?" in url or "#" in url:
            raise PydanticCustomError("archive_url", "this is not the address of a website", {"url": self.url})
        return self
