"""Buttondown: one newsletter a key, its emails over its HTTP interface (version 2026-04-01).

Two traps are met here and nowhere else: an email without a status is sent as soon as it is made, and a real send must
say `X-Buttondown-Live-Dangerously`. Its template language is Django's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsletter.errors import DoubtError, UnsupportedError
from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers import buttondown_payload as payload
from newsletter.providers.buttondown_payload import KEY, TITLE, Options
from newsletter.providers.campaign import Feature, Limits, PartialSends, ProviderInfo, ReadBackTolerance
from newsletter.providers.capabilities import Additions
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_dict_list, read_counts
from newsletter.providers.rest_campaign import RestCampaignProvider, segment_of


class Buttondown(RestCampaignProvider):
    """Emails of one Buttondown newsletter."""

    options = Options
    about = ProviderInfo(
        name="buttondown",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.UPLOAD
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(subject_length=2000),
        secrets=(KEY,),
        needs=DnsRequirements(TITLE, where="Settings, Domains"),
        adds=Additions(why="Buttondown does not report how much its own layout adds"),
        partial=PartialSends(
            paused=(
                "Buttondown holds an email back while it reviews it. The email's page there shows this; "
                "Buttondown's support can release it."
            ),
            stopped=(
                "The email's page there shows what went wrong, and its analytics show who received it. Ask "
                "Buttondown's support to resume it."
            ),
            fewer=(
                "The email's analytics there list the recipients. Ask Buttondown's support about the others. Do "
                "not send the email again: those who have it would receive it twice."
            ),
            lag=dt.timedelta(minutes=5),
        ),
        notes=(
            (
                f"Its audience is everyone who subscribed to the newsletter of the API key: {payload.EVERYBODY}. A "
                "tag is a segment."
            ),
            "The sender and reply-to address are set in Buttondown; those in newsletter.yaml are not used.",
            "It generates the plain text itself.",
            "The preheader is added as hidden text at the top of the HTML.",
            "Sent emails also appear in the newsletter's web archive, depending on your Buttondown settings.",
            "It cannot stop a send that has started.",
        ),
    )
    cancel_words = "stop an email that is being sent"
    dialect = payload.DIALECT
    allowance = ReadBackTolerance(
        drop=(payload.MODES,),
        hosts=("buttondown.com", "buttondown.email"),
        notices=("{{ unsubscribe_url }}", "{{ manage_subscription_url }}", "{{ email_url }}"),
    )

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as its header."""
        return payload.service(options), {"secret_headers": {"Authorization": f"Token {secret(KEY.variable)}"}}

    def check(self) -> str:
        """Make sure that the key works; return the newsletter's name where the key sees only one."""
        self._client.call(Call("GET", "/ping"))
        return self._name()

    def audiences(self) -> list[Audience]:
        """Return the only audience: everyone who would get an issue."""
        return [Audience(id=payload.EVERYBODY, name=self._name(), count=self._count({}))]

    def segments(self, audience: str) -> list[Segment]:
        """List the tags."""
        _only_everybody(audience)
        rows = self._rows("/tags", {})
        return [segment_of(row, self._count({"tag": str(row["id"])})) for row in rows]

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all emails for our key in their metadata; a deleted draft counts as not there."""
        rows = self._rows("/emails", {"ordering": "-creation_date", "excluded_fields": "body"})
        keyed = [(f"[{as_dict(row.get('metadata')).get(payload.OUR_KEY)}]", row) for row in rows]
        ours = {str(row.get("id")): row for key, row in keyed if is_ours(key)}
        return [_campaign(row) for row in ours.values() if row.get("status") != "deleted" or row.get("publish_date")]

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        _only_everybody(draft.audience)
        answer = self._client.call(payload.update(existing, draft) if existing else payload.create(draft))
        return answer.need_id("id")

    def read(self, campaign: str) -> RemoteContent:
        """Read back subject, HTML, segment and attachments; Buttondown tells no more."""
        answer = self._client.call(payload.one(campaign))
        body = answer.need("body")
        return RemoteContent(
            subject=str(answer.need("subject")),
            html=payload.MODES.sub("", str(body)),
            audience=payload.EVERYBODY,
            segment=_segment(answer.need_object().get("filters")),
            attachments=_attached(answer.need_object().get("attachments")),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft."""
        return super().expected(draft).model_copy(update={"attachments": ""})

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored; Buttondown writes [PREVIEW] before its subject."""
        self._client.call(payload.send_test(campaign, addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(payload.set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again; raise DoubtError where Buttondown then says that it is something else."""
        status = self._client.call(payload.make_draft(campaign)).need("status")
        if status != "draft":
            raise DoubtError(
                f"Buttondown was asked to turn it back into a draft but reports it as {status}.",
                hint="Check the email in Buttondown.",
            )

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(payload.send_now(campaign))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the email."""
        return _campaign(self._client.call(payload.one(campaign)).need_object())

    def report(self, campaign: str) -> CampaignReport:
        """Request its numbers."""
        numbers = self._client.call(Call("GET", f"/emails/{campaign}/analytics")).need_object()
        return CampaignReport(**read_counts(numbers, payload.REPORT))

    def upload(self, name: str, content_type: str, data: bytes) -> str:
        """Store a picture."""
        answer = self._client.call(Call("POST", "/images", files={"image": (name, data, content_type)}, spare=True))
        return str(answer.need("image"))

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        _only_everybody(draft.audience)
        return [
            payload.create(draft),
            payload.set_moment("{campaign}", when) if when else payload.send_now("{campaign}"),
        ]

    def _name(self) -> str:
        """Return the newsletter's name; the rows hold keys, so nothing else of them is touched."""
        names = [str(row.get("name") or row.get("username") or "") for row in self._rows("/newsletters", {})]
        return names[0] if len(names) == 1 and names[0] else "the newsletter of this API key"

    def _count(self, query: Mapping[str, str]) -> int | None:
        """Return how many subscribers an issue would reach."""
        counts = [
            as_count(self._client.call(payload.page("/subscribers", 1, {**query, "type": kind})).need("count"))
            for kind in payload.GET_ISSUES
        ]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages."""
        number = 1
        while True:
            answer = self._client.call(payload.page(path, number, query))
            rows = answer.need_rows("results", having=["id"])
            yield from rows
            if not rows or not answer.need_object().get("next"):
                return
            number += 1


def _only_everybody(audience: str) -> None:
    if audience != payload.EVERYBODY:
        raise UnsupportedError(
            f"Buttondown has one audience, {payload.EVERYBODY}, and no audience {audience!r}.",
            hint=f"Set `audience` to {payload.EVERYBODY}; to send to part of it, use a tag as the segment.",
        )


def _segment(filters: Any) -> str | None:
    """Return the tag of a filter, nothing for everybody, and the filter itself where it is not ours; None if untold."""
    rules, groups = as_dict(filters).get("filters"), as_dict(filters).get("groups")
    if not isinstance(rules, list):
        return None
    if not rules and not groups:
        return ""
    rows = as_dict_list(rules)
    if len(rows) == 1 and not groups and rows[0].get("field") in _TAG_FIELDS and rows[0].get("operator") in _HAS_TAG:
        return str(rows[0].get("value") or "")
    words = [f"{one.get('field')} {one.get('operator')} {one.get('value')}" for one in rows]
    return "; ".join([*words, *(["more groups"] if groups else [])])


_TAG_FIELDS = {"subscriber.tags", "tags"}
_HAS_TAG = {"contains", "equals"}


def _attached(found: Any) -> str | None:
    """Return the ids of the attached files; None if Buttondown does not tell."""
    return ", ".join(str(one) for one in found) if isinstance(found, list) else None


def _campaign(row: Mapping[str, Any]) -> RemoteCampaign:
    state = payload.STATES.get(str(row.get("status")), RemoteState.UNKNOWN)
    ident, moment = str(row.get("id")), as_datetime(row.get("publish_date"))
    return RemoteCampaign(
        id=ident,
        state=state,
        raw_state=str(row.get("status") or ""),
        scheduled_for=moment if state is RemoteState.SCHEDULED else None,
        sent_at=moment if state in {RemoteState.SENDING, RemoteState.SENT} else None,
        sent=as_count(as_dict(row.get("analytics")).get("recipients")),
        admin_url=f"https://buttondown.com/emails/{ident}",
        view_url=str(row.get("absolute_url") or "") if state is RemoteState.SENT else "",
    )
