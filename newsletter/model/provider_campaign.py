"""A campaign at a provider: the draft that is handed over, the stored content, and the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from newsletter.model.campaign import Message
from newsletter.model.control_characters import escape_control_characters
from newsletter.model.fields import FrozenModel

Escaped = Annotated[str, AfterValidator(escape_control_characters)]
"""A provider's text for people, without characters that act on a terminal."""


class RemoteState(StrEnum):
    """How far a provider says a campaign has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def has_gone(self) -> bool:
        """Return whether anybody may have received the campaign."""
        return self in {
            RemoteState.SENDING,
            RemoteState.SENT,
            RemoteState.PAUSED,
            RemoteState.CANCELLED,
            RemoteState.FAILED,
            RemoteState.UNKNOWN,
        }


class CampaignDraft(FrozenModel):
    """All that a provider needs to make a campaign; the message's pictures are links by now."""

    key: str
    """Our own name for the campaign, by which it is found again; never reused for another one."""
    title: str
    """What people see in the provider's list of campaigns; the adapter adds the key to it."""
    message: Message
    audience: str
    segment: str = ""
    rule: str = ""
    """Who of them gets it, by what they were sent before, as `RecipientFilter` has it; empty for all."""


class RecipientFilter(FrozenModel):
    """Those of an audience or a segment who got earlier campaigns, or did not."""

    rule: str
    """In words of the provider's own, as its adapter reads them: a draft takes them along."""
    count: int
    """How many that are now."""


class RemoteContent(FrozenModel):
    """What the provider holds, read back; None where it does not tell."""

    subject: str | None = None
    preheader: str | None = None
    html: str | None = None
    text: str | None = None
    sender_name: str | None = None
    sender_email: str | None = None
    reply_to: str | None = None
    audience: str | None = None
    segment: str | None = None
    rule: str | None = None
    attachments: str | None = None
    """The names of the files that are attached to every message; empty for none."""

    def differs_in(self, expected: RemoteContent, normal: Callable[[str], str]) -> list[str]:
        """Name the fields that are otherwise than expected; `normal` says what the provider may change in HTML.

        What either side does not tell is passed over, and so is white space.
        """
        found = []
        for name in RemoteContent.model_fields:
            has, should = getattr(self, name), getattr(expected, name)
            if has is None or should is None:
                continue
            form = normal if name == "html" else _folded
            if form(has) != form(should):
                found.append(name)
        return found


def _folded(text: str) -> str:
    return " ".join(text.split())


class RemoteCampaign(FrozenModel):
    """Where a campaign stands, in the provider's eyes."""

    id: str
    state: RemoteState
    raw_state: Escaped = Field("", description="The provider's own word for the state.")
    scheduled_for: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    sent: int | None = Field(None, description="How many recipients it went to so far.")
    to_send: int | None = Field(None, description="How many it was for when it began, by the provider's own count.")
    admin_url: Escaped = ""
    view_url: Escaped = ""


class LinkClicks(FrozenModel):
    """How often one link of a campaign was followed, by the provider's count."""

    url: str
    clicks: int = Field(description="Readers who followed it, once each where the provider tells; else each time.")


class CampaignReport(FrozenModel):
    """The results of a campaign; None if the provider does not count them.

    Opens are unreliable everywhere: mail programs open messages by themselves, and hide real openings.
    """

    sent: int | None = Field(None, description="Handed over for delivery; what bounced later is among them.")
    left_out: int | None = Field(
        None, description="Not sent on purpose: the provider knew that they had left, bounced or complained before."
    )
    waiting: int | None = Field(None, description="Still to be sent, by the provider's own count.")
    delivered: int | None = None
    opens: int | None = Field(None, description="Readers who opened, once each; unreliable.")
    machine_opens: int | None = Field(
        None, description="Those of the opens that the provider knows to be a program's, such as Apple's proxy."
    )
    clicks: int | None = Field(None, description="Readers who clicked, once each; security scanners click too.")
    hard_bounces: int | None = None
    soft_bounces: int | None = None
    unsubscribes: int | None = None
    complaints: int | None = None
