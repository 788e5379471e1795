"""What the settings say under `smtp`."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.branding import EmailAddress
from newsletter.model.fields import FrozenModel, SingleLine
from newsletter.providers.base import retry_field
from newsletter.providers.dkim_signature import DkimOptions


class Encryption(StrEnum):
    """How the connection to the mail server is kept from being read."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def port(self) -> int:
        """Return the port that servers use for it."""
        return {Encryption.STARTTLS: 587, Encryption.TLS: 465, Encryption.NONE: 25}[self]


class Options(FrozenModel):
    """What the settings say under `smtp`."""

    host: SingleLine = Field(description="The name of the SMTP server.", examples=["mail.example.org"])
    port: int | None = Field(
        None, ge=1, le=65535, description="Its port; if not set, the usual one for `encryption`.", examples=[587]
    )
    encryption: Encryption = Field(
        Encryption.STARTTLS,
        description="`starttls` (port 587), `tls` (port 465), or `none` for a server on this computer.",
        examples=["starttls", "tls"],
    )
    user: SingleLine | None = Field(
        None, description="The user name; no login if not set.", examples=["news@example.org"]
    )
    bounces: EmailAddress | None = Field(
        None,
        description="The address for bounces; if not set, the sender's address.",
        examples=["bounces@example.org"],
    )
    per_hour: int | None = Field(None, ge=1, description="The maximum number of messages an hour.", examples=[300])
    per_domain: int | None = Field(
        None,
        ge=10,
        description="The maximum number of messages a minute to addresses of one domain, such as gmail.com.",
        examples=[60],
    )
    connections: int = Field(
        4,
        ge=1,
        le=50,
        description="How many connections to the server `send` uses at once; after a crash, as many messages at most "
        "are uncertain.",
        examples=[1, 10],
    )
    retry_for: int = retry_field("the server")
    dkim: DkimOptions | None = Field(
        None,
        description="Sign each message with DKIM, for a server that does not sign: `selector` and `key_file`.",
        examples=[{"selector": "news2024", "key_file": "/etc/newsletter/dkim.pem"}],
    )

    @model_validator(mode="after")
    def _passwords_are_not_shouted(self) -> Self:
        if self.encryption is Encryption.NONE and self.host not in {"localhost", "127.0.0.1", "::1"}:
            raise PydanticCustomError("smtp_open", "`encryption: none` is only for an SMTP server on this computer")
        return self

    @property
    def at(self) -> int:
        """Return the port to call."""
        return self.port or self.encryption.port
