"""Mailjet: campaign drafts over its HTTP interface (version 3).

Its words and ours cross: what it calls a contact list is an audience here, and what it calls a segment (`contactfilter`
in its interface) is a segment. A draft is made in two steps, the first of which carries our key.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from newsletter.errors import DoubtError, RefusedError, UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Segment
from newsletter.model.campaign import Message
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers.campaign import (
    CampaignProvider,
    Feature,
    Limits,
    MergeTagSyntax,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
    Secret,
    carries,
    labelled,
    only_one,
    utc_now,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, ApiResponse, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_str

if TYPE_CHECKING:
    import requests

TITLE = "Mailjet"
KEY = Secret("NEWSLETTER_MAILJET_KEY", "the API key (Mailjet: Account settings → API key management)")
SECRET = Secret("NEWSLETTER_MAILJET_SECRET", "the secret key that belongs to the API key, from the same page")
REST = "/v3/REST"
DRAFTS = f"{REST}/campaigndraft"
PER_PAGE = 1000
"""The most that Mailjet gives at once."""
JOINER = "\u2060"
"""The word joiner, which nobody sees: it keeps two brackets of a plain text apart."""
NEARLY = dt.timedelta(seconds=30)
"""Two clocks may differ by this: what goes sooner is taken for being on its way."""
LANGUAGES = {"en": "en_US", "fr": "fr_FR", "de": "de_DE", "es": "es_ES", "it": "it_IT", "nl": "nl_NL"}
"""The languages in which Mailjet has a page to leave, and its name of each."""

_STATES = {
    "-3": RemoteState.CANCELLED,
    "-2": RemoteState.CANCELLED,
    "-1": RemoteState.CANCELLED,
    "0": RemoteState.DRAFT,
    "1": RemoteState.SCHEDULED,
    "2": RemoteState.SENT,
    # a trial of several versions made by hand on the website: some readers have one
    "3": RemoteState.SENDING,
    "4": RemoteState.SENT,
}
_PUT_AWAY = {"-1", "-2"}
"""Archived and deleted, which a draft can be as well as a campaign that was sent."""
_HINTS = {
    "status draft or programmed": "It was already sent, or someone archived or deleted it on Mailjet's website.",
    "sender": "Activate the sender's address in Mailjet: Account settings → Sender domains and addresses.",
    "subscriber|recipient": "Mailjet sends only to a list with more than one active subscriber.",
    r"in the past|too close|\bdate\b": "Choose a later time.",
    "401": (
        f"Check the keys in {KEY.variable} and {SECRET.variable}: they may be swapped, revoked, or from another "
        "account."
    ),
    "404": "It may have been deleted on Mailjet's website.",
}
"""What to do, by words that Mailjet's own hold, or by its status: it has no codes that could be relied on."""


class Options(FrozenModel):
    """What the settings say under `mailjet`."""

    base_url: ApiAddress = Field(
        "https://api.mailjet.com", description="The address of Mailjet's API.", examples=["https://api.eu.mailjet.com"]
    )


# --- how it writes merge tags -----------------------------------------------------------------------------------------

# two pairs open its tags, two its template language; a bracket may also touch that of a tag behind it
_OPENING = re.compile(r"\[(?=\[|\Z)|\{(?=[{%])")
_ENTITIES = {'"': "&quot;", "[": "&#91;", "]": "&#93;", "{": "&#123;"}


def _dialect(language: str, escape: Callable[[str], str], quote: Callable[[str], str]) -> MergeTagSyntax:
    """Return a dialect; `quote` makes words fit to stand between a tag's straight quotes."""
    code = language.partition("-")[0].lower()
    return MergeTagSyntax(
        tags={
            BuiltInTag.FIRST_NAME: '[[data:firstname:""]]',
            BuiltInTag.LAST_NAME: '[[data:name:""]]',
            BuiltInTag.EMAIL: "[[EMAIL_TO]]",
            BuiltInTag.UNSUBSCRIBE_URL: f"[[UNSUB_LINK_{code.upper() if code in LANGUAGES else 'EN'}]]",
            BuiltInTag.VIEW_URL: "[[PERMALINK]]",
        },
        with_fallback=lambda plain, words: _with_words(plain, quote(words)),
        custom=lambda name: f'[[data:{name}:""]]',
        escape=escape,
    )


def _with_words(plain: str, words: str) -> str:
    """Return a tag with words in it; an address and a link are always there, and need none."""
    return plain.replace(':""]]', f':"{words}"]]')


def _in_text(words: str) -> str:
    if re.search(r'["\[\]]', words):
        raise UnsupportedError(
            f"{TITLE} cannot use the fallback {words!r}: a straight quote or a bracket would end it.",
            hint="Remove it, or use curved quotes.",
        )
    return words


def _html(language: str) -> MergeTagSyntax:
    return _dialect(
        language,
        lambda text: _OPENING.sub(lambda found: _ENTITIES[found[0]], text),
        lambda words: re.sub(r'["\[\]]', lambda found: _ENTITIES[found[0]], words),
    )


def _text(language: str) -> MergeTagSyntax:
    return _dialect(language, lambda text: _OPENING.sub(rf"\g<0>{JOINER}", text), _in_text)


# --- calls ------------------------------------------------------------------------------------------------------------


def frame(draft: CampaignDraft) -> dict[str, Any]:
    """Return all of a draft but its content; `html2` keeps Mailjet from taking the HTML apart for its own editor."""
    message = draft.message
    return {
        "Title": labelled(draft.title, draft.key),
        "Locale": LANGUAGES.get(message.language.partition("-")[0].lower(), LANGUAGES["en"]),
        "Sender": message.sender.name,
        "SenderName": message.sender.name,
        "SenderEmail": message.sender.email,
        "ReplyEmail": message.reply_to or "",
        "Subject": _text(message.language).write(message.subject, TITLE),
        "ContactsListID": _number(draft.audience, "list"),
        "SegmentationID": _number(draft.segment, "segment") if draft.segment else 0,
        "EditMode": "html2",
        "IsTextPartIncluded": True,
    }


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft, which is found by its title although it has no content yet."""
    body = {name: value for name, value in frame(draft).items() if value not in {"", 0}}
    return Call("POST", DRAFTS, json=body)


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings a draft up to date; a segment or reply address that it had is emptied."""
    return Call("PUT", f"{DRAFTS}/{campaign}", json=frame(draft), repeatable=True)


def content(message: Message) -> dict[str, Any]:
    """Return both parts of a message."""
    return {
        "Html-part": _html(message.language).write(message.html, TITLE),
        "Text-part": _text(message.language).write(message.text, TITLE),
    }


def fill(campaign: str, parts: Mapping[str, Any]) -> Call:
    """Return the call that sets the content; POST empties what it does not name, so that nothing old is left."""
    return Call("POST", f"{DRAFTS}/{campaign}/detailcontent", json=parts, repeatable=True)


def send_test(campaign: str, addresses: Sequence[str]) -> Call:
    """Return the call that sends the draft to these addresses."""
    people = [{"Email": address, "Name": address} for address in addresses]
    return Call("POST", f"{DRAFTS}/{campaign}/test", json={"Recipients": people})


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment; Mailjet's guide writes `date`, its clients `Date`."""
    moment = when.astimezone(dt.UTC).isoformat(timespec="seconds")
    return Call("POST", f"{DRAFTS}/{campaign}/schedule", json={"Date": moment})


def send_now(campaign: str) -> Call:
    """Return the call that sends it to everybody."""
    return Call("POST", f"{DRAFTS}/{campaign}/send", json={})


def page(path: str, offset: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for a list from a row on."""
    return Call("GET", path, query={**query, "Limit": str(PER_PAGE), "Offset": str(offset), "Sort": "ID"})


def head_count(audience: str) -> Call:
    """Return the call that counts who would be reached: a list's own `SubscriberCount` has those who left in it."""
    query = {"ContactsList": audience, "Unsub": "false", "IsExcludedFromCampaigns": "false", "countOnly": "1"}
    return Call("GET", f"{REST}/listrecipient", query=query)


def counters(number: int) -> Call:
    """Return the call that asks for the sums of a campaign, by a number that is not its draft's."""
    query = {"CounterSource": "Campaign", "CounterTiming": "Message", "CounterResolution": "Lifetime"}
    return Call("GET", f"{REST}/statcounters", query={**query, "SourceID": str(number)})


def _number(identifier: str, what: str) -> int:
    number = as_count(identifier)
    if not number:
        raise UnsupportedError(
            f"{TITLE} identifies each {what} by a number, and {identifier!r} is not a number.",
            hint=f"Use the name of the {what} on Mailjet's website: its number is looked up.",
        )
    return number


def _refusal(body: Any) -> ApiError | None:
    said = [as_str(body.get(name)) for name in ("ErrorMessage", "ErrorInfo")] if isinstance(body, dict) else []
    words = ". ".join(dict.fromkeys(one.strip().removesuffix(".") for one in said if one and one.strip()))
    if not words:
        return None
    code = next((one for one in _HINTS if not one.isdigit() and re.search(one, words, re.IGNORECASE)), "")
    identifier = as_str(body.get("ErrorIdentifier"))
    return ApiError(f"{words}." + (f" (ErrorIdentifier {identifier})" if identifier else ""), code)


def service(options: Options) -> ApiProfile:
    """Return Mailjet's manners; how many calls it takes it does not say, and its 429 tells."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=_refusal,
        hints=_HINTS,
        pace=0.1,
        request_id="X-MJ-Request-GUID",
    )


# --- the adapter ------------------------------------------------------------------------------------------------------


class Mailjet(CampaignProvider):
    """Campaigns of a Mailjet account."""

    options = Options
    about = ProviderInfo(
        name="mailjet",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(),
        secrets=(KEY, SECRET),
        settings={name: str(one.description) for name, one in Options.model_fields.items()},
        needs=DnsRequirements(
            TITLE,
            include="spf.mailjet.com",
            selectors=("mailjet",),
            where="Account settings, Sender domains & addresses",
        ),
        # the form of its links is not described: reckoned from those in mails that are public
        adds=Additions(
            once=250,
            per_link=120,
            why="an open-tracking pixel, and a longer address for each link to count clicks",
        ),
        partial=PartialSends(
            fewer=(
                "The campaign's statistics there list who received it and who was blocked. Ask Mailjet's support "
                "about the others. Do not send the campaign again: those who have it would receive it twice."
            ),
            lag=dt.timedelta(hours=1),
        ),
        notes=(
            "An audience is a contact list. A segment is taken from all lists.",
            "It does not report how many people are in a segment.",
            "It sends only to a list with more than one active subscriber.",
            "Names come from the contact properties firstname and name.",
            "It has no preferences page, so {preferences_url} cannot be used.",
            "The preheader is added as hidden text at the top of the HTML.",
            "Images cannot be uploaded to it through its API.",
            "It cannot stop a send that has started.",
        ),
    )
    dialect = _html("en")
    allowance = ReadBackTolerance(
        hosts=("mailjet.com", "mjt.lu"),
        notices=("[[UNSUB_LINK", "[[PERMALINK]]"),
    )

    def __init__(self, options: Options, client: HttpClient, *, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._options = options
        self._client = client
        self._now = now

    @classmethod
    def connect(
        cls,
        options: Options,
        secret: Callable[[str], str],
        *,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Make ready to call; nothing is called yet."""
        auth = (secret(KEY.variable), secret(SECRET.variable))
        return cls(options, HttpClient(service(options), auth=auth, session=session, pause=pause))

    def check(self) -> str:
        """Make sure that the keys work; return the account's name."""
        profile = self._client.call(Call("GET", f"{REST}/myprofile")).need_object("Data", 0)
        return as_str(profile.get("CompanyName")) or "an account without a company name"

    def audiences(self) -> list[Audience]:
        """List the contact lists, each with how many would be reached."""
        rows = self._rows(f"{REST}/contactslist", {"IsDeleted": "false"})
        return [
            Audience(id=str(row["ID"]), name=str(row.get("Name") or ""), count=self._count(str(row["ID"])))
            for row in rows
        ]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - a segment is one of all lists
        """List the segments; how many are in one is not told."""
        rows = self._rows(f"{REST}/contactfilter", {})
        return [
            Segment(id=str(row["ID"]), name=str(row.get("Name") or ""))
            for row in rows
            if row.get("Status") != "deleted"
        ]

    def find(self, key: str) -> RemoteCampaign | None:
        """Look through all drafts, archived and deleted ones too; one that was put away unsent counts as not there.

        Whether the plain list leaves those out is not documented, so they are asked for by name.
        """
        ours: dict[str, Mapping[str, Any]] = {}
        for which in ({}, {"IsArchived": "true"}, {"IsDeleted": "true"}):
            ours |= {str(row["ID"]): row for row in self._rows(DRAFTS, which) if carries(row.get("Title"), key)}
        there = [row for row in ours.values() if _status(row) not in _PUT_AWAY or _has_left(row)]
        return only_one([self._campaign(row) for row in there], key, TITLE)

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft, then its content: where that fails, the draft is found by its title again."""
        parts = content(draft.message)  # first, so that what cannot be written is refused before anything is made
        if existing:
            self._client.call(update(existing, draft))
        campaign = existing or self._made(self._client.call(create(draft)))
        self._client.call(fill(campaign, parts))
        return campaign

    def read(self, campaign: str) -> RemoteContent:
        """Read draft and content back."""
        row = self._get(campaign)
        held = self._client.call(Call("GET", f"{DRAFTS}/{campaign}/detailcontent")).need_rows("Data")
        parts = held[0] if held else {}
        return RemoteContent(
            subject=as_str(row.get("Subject")),
            html=as_str(parts.get("Html-part")) or "",
            text=as_str(parts.get("Text-part")) or "",
            sender_name=as_str(row.get("SenderName")),
            sender_email=as_str(row.get("SenderEmail")),
            reply_to=as_str(row.get("ReplyEmail")) or "",
            audience=_reference(row, "ContactsList") or None,
            segment=_reference(row, "Segmentation"),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft, in whose language the link to leave is written."""
        parts = content(draft.message)
        held = {"subject": frame(draft)["Subject"], "html": parts["Html-part"], "text": parts["Text-part"]}
        return super().expected(draft).model_copy(update=held)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored."""
        self._client.call(send_test(campaign, addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again; raise DoubtError where Mailjet then says that it is something else."""
        self._client.call(Call("DELETE", f"{DRAFTS}/{campaign}/schedule"))
        now = self.state(campaign)
        if now.state is not RemoteState.DRAFT:
            raise DoubtError(
                f"Mailjet was asked to turn it back into a draft but reports its status as {now.raw_state}.",
                hint="Check the campaign on Mailjet's website.",
            )

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(send_now(campaign))

    def cancel(self, campaign: str) -> None:  # noqa: ARG002 - the interface's
        """Refuse: Mailjet has no way to stop a campaign on its way."""
        self.needs(Feature.CANCEL, "stop a campaign that is being sent")

    def state(self, campaign: str) -> RemoteCampaign:
        """Ask for the draft, which stays when it is sent."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Ask for the sums of what became of the draft; before it is sent there are none."""
        number = as_count(self._get(campaign).get("CampaignID"))
        rows = self._client.call(counters(number)).need_rows("Data") if number else []
        sums = rows[0] if rows else {}
        return CampaignReport(
            sent=as_count(sums.get("MessageSentCount")),
            left_out=as_count(sums.get("MessageBlockedCount")),
            waiting=_sum(sums, "MessageQueuedCount", "MessageDeferredCount"),
            opens=as_count(sums.get("MessageOpenedCount")),
            clicks=as_count(sums.get("MessageClickedCount")),
            hard_bounces=as_count(sums.get("MessageHardBouncedCount")),
            soft_bounces=as_count(sums.get("MessageSoftBouncedCount")),
            unsubscribes=as_count(sums.get("MessageUnsubscribedCount")),
            complaints=as_count(sums.get("MessageSpamCount")),
        )

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - the interface's
        """Refuse: Mailjet stores no pictures for programs."""
        self.needs(Feature.UPLOAD, "store images")
        raise AssertionError

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        last = set_moment("{campaign}", when) if when else send_now("{campaign}")
        return [create(draft), fill("{campaign}", content(draft.message)), last]

    def _made(self, answer: ApiResponse) -> str:
        number = as_count(answer.need("Data", 0, "ID"))
        if not number:
            raise DoubtError(
                "Mailjet created a draft but did not return its number.",
                hint="Run `newsletter send` again: it looks for the draft before it sends anything.",
            )
        return str(number)

    def _get(self, campaign: str) -> Mapping[str, Any]:
        return self._client.call(Call("GET", f"{DRAFTS}/{campaign}")).need_object("Data", 0)

    def _count(self, audience: str) -> int | None:
        return as_count(self._client.call(head_count(audience)).need("Total"))

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages, up to one with nothing new: `Total` is only that of the page."""
        seen: set[str] = set()
        offset = 0
        while True:
            rows = self._client.call(page(path, offset, query)).need_rows("Data", having=["ID"])
            new = [row for row in rows if str(row["ID"]) not in seen]
            yield from new
            if not new:
                return
            seen |= {str(row["ID"]) for row in new}
            offset += len(rows)

    def _campaign(self, row: Mapping[str, Any]) -> RemoteCampaign:
        ident, status = str(row.get("ID") or ""), _status(row)
        state = _STATES.get(status, RemoteState.UNKNOWN)
        if status in _PUT_AWAY and _has_left(row):
            state = RemoteState.SENT
        moment = self._moment(ident) if state is RemoteState.SCHEDULED else None
        if state is RemoteState.SCHEDULED and (moment is None or moment <= self._now() + NEARLY):
            state, moment = RemoteState.SENDING, None
        return RemoteCampaign(
            id=ident,
            state=state,
            raw_state=status,
            scheduled_for=moment,
            sent_at=as_datetime(row.get("DeliveredAt")),
            admin_url="https://app.mailjet.com/campaigns",
            view_url=(as_str(row.get("Url")) or "") if state is RemoteState.SENT else "",
        )

    def _moment(self, campaign: str) -> dt.datetime | None:
        """Ask when it goes: `programmed` is what is scheduled and what is on its way, which has no moment any more."""
        try:
            rows = self._client.call(Call("GET", f"{DRAFTS}/{campaign}/schedule")).need_rows("Data")
        except RefusedError as refused:
            if refused.status not in {400, 404}:
                raise
            return None
        return as_datetime(rows[0].get("Date")) if rows else None


def _sum(row: Mapping[str, Any], *names: str) -> int | None:
    counts = [count for name in names if (count := as_count(row.get(name))) is not None]
    return sum(counts) if counts else None


def _status(row: Mapping[str, Any]) -> str:
    """Return the status, which is a number or its digits."""
    return str(row.get("Status", "")).strip()


def _has_left(row: Mapping[str, Any]) -> bool:
    """Say whether a draft has become a campaign; only then has it a campaign's number or a moment of delivery."""
    return bool(as_count(row.get("CampaignID")) or as_datetime(row.get("DeliveredAt")))


def _reference(row: Mapping[str, Any], name: str) -> str:
    """Return the number that a field refers to: Mailjet's guide calls it `SegmentationID`, its description without."""
    return str(as_count(row.get(f"{name}ID")) or as_count(row.get(name)) or "")
