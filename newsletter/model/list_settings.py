"""The settings of the own list and of its public pages."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.fields import FrozenModel, LocalPath, SingleLine

TagName = Annotated[SingleLine, StringConstraints(max_length=60)]
"""A tag of the own list."""


def _address(text: str) -> str:
    scheme, mark, rest = text.partition("://")
    host = rest.partition("/")[0]
    is_local = host.partition(":")[0] in {"localhost", "127.0.0.1"}
    if not mark or not host or scheme not in {"http", "https"} or set(text) & set(" ?#{}<>\"'"):
        raise PydanticCustomError("serve_address", "this is not the address of a website")
    if scheme == "http" and not is_local:
        raise PydanticCustomError("serve_https", "mail programs unsubscribe only over https")
    return text.rstrip("/")


def list_words(text: str) -> str:
    """Return what is said of a ledger's address as it is said of the own list's, which is written alike."""
    return text.replace("ledger.db", "subscribers.db").replace("the ledger", "the subscriber list")


class SubscriberSettings(FrozenModel):
    """The own list, in a database of its own."""

    database: SingleLine = Field(
        "sqlite:///.newsletter/subscribers.db",
        description="Where the list is kept: a file, or a PostgreSQL database. Do not put a password here.",
        examples=["sqlite:///.newsletter/subscribers.db", "postgresql://newsletter@db.example.org/newsletter"],
    )
    secret: LocalPath = Field(
        ".newsletter/list.secret",
        description="The file with the secret of the list, which is created with it. Keep a copy of both.",
        examples=[".newsletter/list.secret"],
    )
    segments: dict[TagName, SingleLine] = Field(
        {},
        description="Parts of the list by name, each with a filter. Every tag is a segment too.",
        examples=[{"Leeds members": "tag:members and city:Leeds"}],
    )


class ServeSettings(FrozenModel):
    """The public pages of the own list: sign-up, unsubscribe, preferences."""

    address: Annotated[SingleLine, AfterValidator(_address)] = Field(
        description="The public address of the pages, which begins with https://.",
        examples=["https://news.example.org"],
    )
    host: SingleLine = Field(
        "127.0.0.1",
        description="The network interface to listen on; 0.0.0.0 for all, in a container.",
        examples=["0.0.0.0"],  # noqa: S104  an example, not the default
    )
    port: int = Field(8025, ge=1, le=65535, description="The port to listen on.", examples=[8080])
    sign_up: bool = Field(default=True, description="Whether people can sign up on the pages.", examples=[False])
    consent: SingleLine = Field(
        "I want to get this newsletter by email. I can unsubscribe at any time.",
        description="The words that people agree to when they sign up; they are kept with each consent.",
        examples=["I want to get the monthly newsletter of Example Community Trust by email."],
    )
    tags: dict[TagName, SingleLine] = Field(
        {},
        description="The tags that people can choose themselves, each with the words for it.",
        examples=[{"events": "Events near me", "volunteering": "Ways to volunteer"}],
    )
    per_minute: int = Field(
        60, ge=1, le=100_000, description="How many requests one visitor may make in a minute.", examples=[60]
    )
    ses_topic: SingleLine | None = Field(
        None,
        description="The ARN of the SNS topic by which SES reports bounces and complaints.",
        examples=["arn:aws:sns:eu-west-1:123456789012:newsletter"],
    )

    @model_validator(mode="after")
    def _topic_is_one(self) -> Self:
        if self.ses_topic and not self.ses_topic.startswith("arn:aws"):
            raise PydanticCustomError("serve_topic", "the topic of SNS is an ARN, such as arn:aws:sns:…")
        return self

    @property
    def is_https(self) -> bool:
        """Return whether the public address is safe for one-click unsubscribing."""
        return self.address.startswith("https://")
