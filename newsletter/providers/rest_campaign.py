"""What the adapters to campaign providers with an HTTP API share: their client, and refusals in the same words."""

from __future__ import annotations

import datetime as dt
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from newsletter.errors import DoubtError
from newsletter.model.audience import Audience, Segment
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.providers.campaign import CampaignProvider, carries, carries_issue, only_one, utc_now
from newsletter.providers.capabilities import Feature
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, ApiResponse
from newsletter.providers.json_fields import as_count

if TYPE_CHECKING:
    import requests


class RestCampaignProvider(CampaignProvider):
    """A campaign provider that is called over HTTP; an adapter says where, with which key, and what the calls are."""

    cancel_words: ClassVar[str] = "stop a campaign that is being sent"
    """What a provider without `Feature.CANCEL` cannot do."""

    def __init__(self, options: Any, client: HttpClient, *, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._options = options
        self._client = client
        self._now = now

    @classmethod
    def connect(
        cls,
        options: Any,
        secret: Callable[[str], str],
        *,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Make ready to call; nothing is called yet."""
        profile, credentials = cls.credentials(options, secret)
        return cls(options, HttpClient(profile, session=session, pause=pause, **credentials))

    @classmethod
    @abstractmethod
    def credentials(cls, options: Any, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as HttpClient takes it: `auth` or `secret_headers`."""

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all campaigns for those whose name is ours; one that was put away unsent counts as not there.

        An adapter that has a `find` of its own needs none.
        """
        raise NotImplementedError(f"{type(self).__name__} has neither `find` nor `named`; it was given {is_ours}")

    def find(self, key: str) -> RemoteCampaign | None:
        """Find the campaign that was made with our key."""
        return only_one(self.named(lambda name: carries(name, key)), key, self.about.title)

    def find_all(self, issue: str) -> list[RemoteCampaign]:
        """Find all campaigns of an issue: to all, to segments, corrections and remainders."""
        if type(self).named is RestCampaignProvider.named:
            return []
        return self.named(lambda name: carries_issue(name, issue))

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - for those that store images
        """Refuse: most providers store no images for programs."""
        self.needs(Feature.UPLOAD, "store images")
        raise TypeError(f"{self.name} has the feature UPLOAD and does not say how")

    def cancel(self, campaign: str) -> None:  # noqa: ARG002 - for those that can
        """Refuse: many providers cannot stop a campaign that is being sent."""
        self.needs(Feature.CANCEL, self.cancel_words)
        raise TypeError(f"{self.name} has the feature CANCEL and does not say how")

    def _confirm_draft(
        self,
        campaign: str,
        what: str = "campaign",
        *,
        asked: str = "turn it back into a draft",
        reports: str = "it",
        allowed: Collection[RemoteState] = (RemoteState.DRAFT,),
    ) -> None:
        """Raise DoubtError where the provider still reports a campaign as scheduled after it was asked to stop."""
        now = self.state(campaign)
        if now.state not in allowed:
            raise DoubtError(
                f"{self.title} was asked to {asked} but reports {reports} as {now.raw_state}.",
                hint=f"Check the {what} on {self.title}'s website.",
            )


def audience_of(row: Mapping[str, Any], count: int | None, *, ident: str = "id", name: str = "name") -> Audience:
    """Return an audience from a row of the provider's list."""
    return Audience(id=str(row[ident]), name=str(row.get(name) or ""), count=count)


def segment_of(row: Mapping[str, Any], count: int | None = None, *, ident: str = "id", name: str = "name") -> Segment:
    """Return a segment from a row of the provider's list."""
    return Segment(id=str(row[ident]), name=str(row.get(name) or ""), count=count)


def created_number(answer: ApiResponse, *path: str | int, what: str, provider: str) -> str:
    """Read the number of a campaign that was just created; raise DoubtError where the answer has none."""
    number = as_count(answer.need(*path))
    if not number:
        raise DoubtError(
            f"{provider} created a {what} but did not return its number.",
            hint=f"Run `newsletter send` again: it looks for the {what} before it sends anything.",
        )
    return str(number)
