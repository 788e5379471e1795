"""Providers that keep campaigns of their own: what each adapter must be able to do."""

from __future__ import annotations

import datetime as dt
import re
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from newsletter.errors import UncertainError, UnclearAnswerError, UnsupportedError
from newsletter.model.merge_tags import MergeTag
from newsletter.model.provider_campaign import (
    CampaignDraft,
    CampaignReport,
    LinkClicks,
    RecipientFilter,
    RemoteCampaign,
    RemoteContent,
)
from newsletter.model.titles import capital
from newsletter.providers.base import Provider, ProviderContext
from newsletter.providers.capabilities import Feature, Limits, PartialSends, ProviderInfo, Secret
from newsletter.providers.http_types import Call
from newsletter.providers.merge_tag_syntax import MergeTagSyntax, ReadBackTolerance

if TYPE_CHECKING:
    import requests

__all__ = [
    "CampaignProvider",
    "Feature",
    "Limits",
    "MergeTagSyntax",
    "PartialSends",
    "ProviderInfo",
    "ReadBackTolerance",
    "Secret",
    "carries",
    "carries_issue",
    "labelled",
    "only_one",
    "state_of",
    "utc_now",
]


def utc_now() -> dt.datetime:
    """Return this moment."""
    return dt.datetime.now(dt.UTC)


def labelled(title: str, key: str) -> str:
    """Return the name under which a provider keeps a campaign: what people read, and our key behind it."""
    return f"{title} [{key}]"


def carries(name: object, key: str) -> bool:
    """Return whether a campaign's name ends with our key."""
    return isinstance(name, str) and name.rstrip().endswith(f"[{key}]")


def carries_issue(name: object, issue: str) -> bool:
    """Return whether a campaign's name ends with one of our keys for an issue, whatever the target and the purpose."""
    return isinstance(name, str) and re.search(rf"\[nl-{re.escape(issue)}-[0-9a-f]{{8}}\]\s*$", name) is not None


def only_one(found: Sequence[RemoteCampaign], key: str, provider: str) -> RemoteCampaign | None:
    """Return the one campaign that carries our key; raise UncertainError naming the several that do."""
    if len(found) > 1:
        named = ", ".join(f"{one.id} ({one.raw_state or one.state})" for one in found)
        raise UncertainError(
            f"{provider} has {len(found)} campaigns with the key {key}: {named}.",
            hint="Check each of them on the provider's website, and delete those that should not be sent.",
        )
    return found[0] if found else None


def state_of(provider: CampaignProvider, campaign: str) -> RemoteCampaign:
    """Ask where a campaign stands; raise UnclearAnswerError where the answer is about another one, or none."""
    there = provider.state(campaign)
    if there.id != campaign:
        raise UnclearAnswerError(
            f"{capital(provider.title)} returned a response about a different campaign.",
            hint="Nothing was sent. Try again in a few minutes.",
        )
    return there


class CampaignProvider(Provider):
    """One service that keeps campaigns; an adapter that lacks a method cannot be constructed.

    Every method that changes something may raise DoubtError: then `find` and `state` tell what the provider has.
    """

    dialect: ClassVar[MergeTagSyntax]
    allowance: ClassVar[ReadBackTolerance] = ReadBackTolerance()

    @classmethod
    @abstractmethod
    def connect(
        cls,
        options: Any,
        secret: Callable[[str], str],
        *,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Make ready to call, with options of its own kind; nothing is called yet."""

    @classmethod
    def make(cls, options: Any, supplies: ProviderContext) -> Self:
        """Make the adapter; all that it needs beside its options are secrets."""
        return cls.connect(options, supplies.secret)

    @classmethod
    def unfilled(cls, tag: MergeTag) -> str:
        """Explain why it cannot fill a merge tag, in words without its own name; empty where it can."""
        try:
            cls.dialect.write(str(tag), cls.about.title)
        except UnsupportedError as error:
            hint = error.hint.rstrip(".")
            return hint[:1].lower() + hint[1:]
        return ""

    @abstractmethod
    def find(self, key: str) -> RemoteCampaign | None:
        """Find the campaign that was made with our key, or None; raise UncertainError where there are several."""

    def find_all(self, issue: str) -> Sequence[RemoteCampaign]:  # noqa: ARG002 - for those that can list them
        """Find all campaigns of an issue that were made with our keys; none where the adapter does not say how."""
        return ()

    @abstractmethod
    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Create the campaign as a draft, or bring the `existing` one up to date; return its id. Nothing is sent."""

    @abstractmethod
    def read(self, campaign: str) -> RemoteContent:
        """Read back what the provider holds."""

    @abstractmethod
    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:
        """Send a test to these addresses only."""

    @abstractmethod
    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have the campaign sent at an aware moment that the limits allow."""

    @abstractmethod
    def unschedule(self, campaign: str) -> None:
        """Make a scheduled campaign a draft again."""

    @abstractmethod
    def send(self, campaign: str) -> None:
        """Have the campaign sent now. Never repeated by itself."""

    @abstractmethod
    def cancel(self, campaign: str) -> None:
        """Stop a campaign that is on its way."""

    @abstractmethod
    def state(self, campaign: str) -> RemoteCampaign:
        """Ask where the campaign stands."""

    @abstractmethod
    def report(self, campaign: str) -> CampaignReport:
        """Return the results of a campaign."""

    def count(self, campaign: str) -> CampaignReport:
        """Ask how many it went to so far, and how many were left out or wait; by default with the whole report."""
        return self.report(campaign)

    def link_clicks(self, campaign: str) -> tuple[LinkClicks, ...] | None:  # noqa: ARG002  others need it
        """Return the clicks on each link of a campaign; None if the provider does not tell."""
        return None

    @abstractmethod
    def upload(self, name: str, content_type: str, data: bytes) -> str:
        """Store a picture; return its https link. The same bytes need not give the same link."""

    @abstractmethod
    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls that saving and then sending (or scheduling) would make, with `{campaign}` for the id."""

    def narrow(
        self,
        audience: str,
        segment: str,  # noqa: ARG002 - for those that can
        *,
        got: Sequence[str] = (),  # noqa: ARG002
        missed: Sequence[str] = (),  # noqa: ARG002
    ) -> RecipientFilter:
        """Choose those who were sent at least one of the campaigns `got`, or those who were sent none of `missed`.

        One of the two is given, and all of these campaigns have been sent wholly. Whoever got one is chosen although
        they are in the segment no more; whoever got none is looked for in it. Most services cannot tell, and refuse.
        """
        self.needs(Feature.AGAIN, f"report which subscribers of {audience} received which campaign")
        raise TypeError(f"{self.name} has the feature AGAIN and does not say how")

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives where the provider holds the draft as it was handed over."""
        message, features = draft.message, self.about.features

        def written(text: str) -> str:
            return self.dialect.write(text, self.about.title)

        return RemoteContent(
            subject=written(message.subject),
            preheader=written(message.preheader) if Feature.PREHEADER in features else None,
            html=written(message.html),
            text=written(message.text) if Feature.PLAIN_TEXT in features else None,
            sender_name=message.sender.name if Feature.SENDER in features else None,
            sender_email=message.sender.email if Feature.SENDER in features else None,
            reply_to=message.reply_to or "" if Feature.REPLY_TO in features else None,
            audience=draft.audience,
            segment=draft.segment,
            rule=draft.rule if Feature.AGAIN in features else None,
        )
