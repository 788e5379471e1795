"""Brevo: email campaigns to one of its lists or segments, over its HTTP interface (version 3)."""

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
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_str

if TYPE_CHECKING:
    import requests

TITLE = "Brevo"
KEY = Secret("NEWSLETTER_BREVO_KEY", "an API key, version 3 (Brevo: Settings → SMTP & API → API keys)")
CAMPAIGNS = "/emailCampaigns"
MOST_CAMPAIGNS, MOST_LISTS = 100, 50
"""The most that Brevo gives at once of campaigns, and of lists or segments."""
HTML_BYTES = 1_000_000
JOINER = "\u2060"
"""The word joiner, which nobody sees: it keeps a brace of a plain text apart from what follows it."""
NEARLY = dt.timedelta(seconds=30)
"""A campaign whose hour comes within this time may be on its way before it can be held back."""

_STATES = {
    "draft": RemoteState.DRAFT,
    "queued": RemoteState.SCHEDULED,
    "in_process": RemoteState.SENDING,
    "suspended": RemoteState.PAUSED,
    "sent": RemoteState.SENT,
    # whether it was sent before it was archived is not told
    "archive": RemoteState.CANCELLED,
    # newer than the description that Brevo publishes, from its reference and its client for Python
    "in_review": RemoteState.SENDING,
    "cancelling": RemoteState.CANCELLED,
    "cancelled": RemoteState.CANCELLED,
}
_STRANGERS = {
    "unexistingEmails": "not a contact",
    "withoutListEmails": "on no list",
    "blackListedEmails": "unsubscribed or blocked",
}
"""The fields that name to whom a test could not be sent, and what each means."""
_WORDS = {
    "listids": (
        "Brevo can schedule only sends to a list, not to a segment. To send to a segment now, leave out the time "
        "and set `undo_minutes: 0` in newsletter.yaml."
    ),
    "sender": "Activate the sender's address in Brevo: Settings → Senders, domains & dedicated IPs.",
}
"""What to do where Brevo's own words hold these, whatever its code."""
_HINTS = {
    **_WORDS,
    **dict.fromkeys(
        _STRANGERS, "Brevo sends tests only to contacts that are on a list: add these addresses to one in Brevo."
    ),
    "invalid_parameter": "Nothing was sent. Fix the problem that Brevo reports, then try again.",
    "missing_parameter": "Nothing was sent. Fix the problem that Brevo reports, then try again.",
    "out_of_range": "Brevo's limit has been reached; it allows 50 test emails a day.",
    "campaign_processing": "Brevo is still processing this campaign. Wait a few minutes and try again.",
    "campaign_sent": "It was already sent or is being sent. Check the campaign on Brevo's website.",
    "document_not_found": "It may have been deleted on Brevo's website.",
    "not_enough_credits": (
        "The account does not have enough credit for this many emails. Nothing was sent. Buy credit, wait until "
        "it is renewed, or change your plan."
    ),
    "permission_denied": "This key or the account's plan does not allow it. Check the key on Brevo's website.",
    "duplicate_parameter": "It already exists in Brevo. Check it on Brevo's website.",
    "duplicate_request": "Brevo has already done this. Check the campaign on Brevo's website.",
    "method_not_allowed": "Brevo may have changed its API: update newsletter.",
    "unauthorized": (
        f"Check the key in {KEY.variable}: it may be wrong, revoked, or from another account. If Brevo names an "
        "IP address, allow it under Security → Authorised IPs."
    ),
    "account_under_validation": (
        "Brevo is still reviewing the account. Complete your profile there, or contact Brevo's support."
    ),
    "not_acceptable": "Brevo may have changed its API: update newsletter.",
    "bad_request": "Nothing was done. The campaign's state may not allow this: check it on Brevo's website.",
    "unprocessable_entity": "Nothing was sent. Fix the problem that Brevo reports, then try again.",
}


class Options(FrozenModel):
    """What the settings say under `brevo`."""

    base_url: ApiAddress = Field(
        "https://api.brevo.com/v3", description="The address of Brevo's API.", examples=["http://127.0.0.1:8080/v3"]
    )


# --- how it writes merge tags -----------------------------------------------------------------------------------------

# what opens its tags, its orders and its comments; a brace may also touch that of a tag behind it
_OPENING = re.compile(r"\{(?=[{%#]|\Z)")
_CODE = re.compile(r"(?P<style><style\b.*?</style>)|<[a-z/!][^<>]*(?:>|\Z)", re.DOTALL | re.IGNORECASE)
_PLAIN = re.compile(r"[^'\"\\<>&]*")


def _in_text(text: str) -> str:
    return _OPENING.sub("{" + JOINER, text)


def _in_html(text: str) -> str:
    """Keep apart what would be a tag, also in the plain text that Brevo makes of it, where an entity becomes a brace.

    In a style sheet a space does that, and within an HTML tag an entity: the sign that nobody sees would break a link.
    """
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        brace = "{ " if code["style"] else "&#123;"
        pieces += [_in_text(text[end : code.start()] + "<")[:-1], _OPENING.sub(brace, code[0])]
        end = code.end()
    return "".join([*pieces, _in_text(text[end:])])


def _with_fallback(plain: str, words: str) -> str:
    """Return a tag with words for who has nothing there.

    Words with quotes or entities stand outside a tag: within one, they would end it or be escaped a second time.
    """
    name = plain.removeprefix("{{ ").removesuffix(" }}")
    if _PLAIN.fullmatch(words):
        return f"{{{{ {name}|default:'{words}' }}}}"
    return f"{{% if {name} %}}{plain}{{% else %}}{words}{{% endif %}}"


def _dialect(escape: Callable[[str], str]) -> MergeTagSyntax:
    return MergeTagSyntax(
        tags={
            BuiltInTag.FIRST_NAME: "{{ contact.FIRSTNAME }}",
            BuiltInTag.LAST_NAME: "{{ contact.LASTNAME }}",
            BuiltInTag.EMAIL: "{{ contact.EMAIL }}",
            BuiltInTag.UNSUBSCRIBE_URL: "{{ unsubscribe }}",
            BuiltInTag.VIEW_URL: "{{ mirror }}",
            BuiltInTag.PREFERENCES_URL: "{{ update_profile }}",
        },
        with_fallback=_with_fallback,
        custom=lambda name: f"{{{{ contact.{name.upper()} }}}}",
        escape=escape,
    )


_HTML, _TEXT = _dialect(_in_html), _dialect(_in_text)


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft) -> dict[str, Any]:
    """Return a whole campaign; the preheader is in the HTML already, and `previewText` would show it twice.

    A segment stands alone: beside a list, it would add people to it. Without a reply address the sender's is named, so
    that one of an earlier save does not stay.
    """
    message = draft.message
    code = _HTML.write(message.html, TITLE)
    if len(code.encode()) >= HTML_BYTES:
        raise UnsupportedError(
            f"{TITLE} accepts less than 1 MB of HTML, and this issue has {len(code.encode()):,} bytes.",
            hint="Shorten the issue, or split it in two.",
        )
    aim = {"segmentIds": [_number(draft.segment, "segment")]} if draft.segment else {}
    return {
        "name": labelled(draft.title, draft.key),
        # the sender's name is read for tags, too
        "sender": {"name": _in_text(message.sender.name), "email": message.sender.email},
        "subject": _TEXT.write(message.subject, TITLE),
        "htmlContent": code,
        "replyTo": message.reply_to or message.sender.email,
        "recipients": aim or {"listIds": [_number(draft.audience, "list")]},
        "mirrorActive": _HTML.tags[BuiltInTag.VIEW_URL] in code,
    }


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft; only with a moment would it go out."""
    return Call("POST", CAMPAIGNS, json=content(draft))


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings the draft up to date."""
    return Call("PUT", f"{CAMPAIGNS}/{campaign}", json=content(draft), repeatable=True)


def send_test(campaign: str, addresses: Sequence[str]) -> Call:
    """Return the call that sends the draft to these addresses; with none, Brevo would take its whole test list."""
    if not addresses:
        raise UnsupportedError(f"{TITLE} needs at least one address for a test.", hint="Give an address.")
    return Call("POST", f"{CAMPAIGNS}/{campaign}/sendTest", json={"emailTo": list(addresses)})


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment."""
    moment = when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Call("PUT", f"{CAMPAIGNS}/{campaign}", json={"scheduledAt": moment})


def send_now(campaign: str) -> Call:
    """Return the call that sends it to everybody."""
    return Call("POST", f"{CAMPAIGNS}/{campaign}/sendNow")


def become(campaign: str, status: str) -> Call:
    """Return the call that makes a campaign a draft again, or holds it back."""
    return Call("PUT", f"{CAMPAIGNS}/{campaign}/status", json={"status": status})


def page(path: str, offset: int, most: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for a list from a row on, the newest first."""
    return Call("GET", path, query={**query, "limit": str(most), "offset": str(offset)})


def _number(identifier: str, what: str) -> int:
    number = as_count(identifier)
    if not number:
        raise UnsupportedError(
            f"{TITLE} identifies each {what} by a number, and {identifier!r} is not a number.",
            hint=f"Use the name of the {what} on Brevo's website: its number is looked up.",
        )
    return number


def _refusal(body: Any) -> ApiError | None:
    words = as_str(body.get("message")) if isinstance(body, dict) else None
    if not words:
        return None
    for name, meaning in _STRANGERS.items():
        if isinstance(body.get(name), list) and body[name]:
            return ApiError(f"{words}: {', '.join(str(one) for one in body[name])} ({meaning})", name)
    known = next((one for one in _WORDS if one in words.lower()), "")
    return ApiError(words, known or str(body.get("code") or ""))


def service(options: Options) -> ApiProfile:
    """Return Brevo's manners: a hundred calls an hour for small plans, which its 429 tells."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=_refusal,
        hints=_HINTS,
        pace=0.1,
        request_id="sib-request-id",
        spent={"not_enough_credits", "Insufficient credits"},
    )


# --- the adapter ------------------------------------------------------------------------------------------------------


class Brevo(CampaignProvider):
    """Email campaigns of a Brevo account."""

    options = Options
    about = ProviderInfo(
        name="brevo",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.CANCEL
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(schedules_segments=False, html_bytes=HTML_BYTES, test_addresses=50),
        secrets=(KEY,),
        settings={name: str(one.description) for name, one in Options.model_fields.items()},
        needs=DnsRequirements(TITLE, selectors=("brevo1", "brevo2", "mail"), where="Senders, domains & dedicated IPs"),
        # the form of its links is not described: reckoned from those in mails that are public
        adds=Additions(
            once=350,
            per_link=180,
            why="an open-tracking pixel, and a longer address for each link to count clicks",
        ),
        partial=PartialSends(
            paused=(
                "Brevo suspends a campaign when the account has no credit left, when it reviews the account, or "
                "when someone suspends it; the Campaigns page shows the reason. Resume this campaign there "
                "instead of sending a new one: only Brevo knows who has it."
            ),
            stopped="You can export the recipients from Brevo's report on the campaign.",
            fewer=(
                "You can export the recipients from Brevo's report on the campaign, and its support can say why "
                "the others did not receive it. Do not send the campaign again: those who have it would receive "
                "it twice."
            ),
            lag=dt.timedelta(minutes=5),
        ),
        notes=(
            "An audience is a list. A segment is taken from all contacts, whatever list they are on.",
            "It does not report how many people are in a segment, or which segment a campaign is sent to.",
            "A send to a segment cannot be scheduled; it is sent immediately.",
            "Tests can be sent only to contacts in Brevo, and at most 50 a day.",
            "It generates the plain text itself.",
            "The preheader is added as hidden text at the top of the HTML.",
            "It only uses images that are already on the web, so they must be under `media_url` in newsletter.yaml.",
            "Small plans allow a hundred API calls an hour.",
        ),
    )
    dialect = _HTML
    allowance = ReadBackTolerance(
        hosts=("brevo.com", "sendinblue.com", "sendibm1.com", "sendibt2.com", "sendibt3.com"),
        notices=("{{ unsubscribe }}", "{{ mirror }}", "{{ update_profile }}", "[UNSUBSCRIBE]", "[MIRROR]"),
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
        key = {"api-key": secret(KEY.variable)}
        return cls(options, HttpClient(service(options), secret_headers=key, session=session, pause=pause))

    def check(self) -> str:
        """Make sure that the key works; return the account's name."""
        account = self._client.call(Call("GET", "/account")).need_object()
        return as_str(account.get("companyName")) or "an account without a company name"

    def audiences(self) -> list[Audience]:
        """List the lists; `totalSubscribers` is going to be 0 for all of them, as Brevo announces."""
        return [
            Audience(id=str(row["id"]), name=str(row.get("name") or ""), count=as_count(row.get("uniqueSubscribers")))
            for row in self._rows("/contacts/lists", "lists", MOST_LISTS, {})
        ]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - a segment is one of all contacts
        """List the segments; how many are in one is not told."""
        return [
            Segment(id=str(row["id"]), name=str(row.get("segmentName") or ""))
            for row in self._rows("/contacts/segments", "segments", MOST_LISTS, {})
        ]

    def find(self, key: str) -> RemoteCampaign | None:
        """Look through all campaigns."""
        query = {"type": "classic", "excludeHtmlContent": "true"}
        rows = self._rows(CAMPAIGNS, "campaigns", MOST_CAMPAIGNS, query)
        return only_one([self._campaign(row) for row in rows if carries(row.get("name"), key)], key, TITLE)

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        if existing:
            self._client.call(update(existing, draft))
            return existing
        number = as_count(self._client.call(create(draft)).need("id"))
        if not number:
            raise DoubtError(
                f"{TITLE} created a campaign but did not return its number.",
                hint="Run `newsletter send` again: it looks for the campaign before it sends anything.",
            )
        return str(number)

    def read(self, campaign: str) -> RemoteContent:
        """Read the campaign back; its segments are told by newer versions only."""
        data = self._get(campaign)
        sender, aim = as_dict(data.get("sender")), as_dict(data.get("recipients"))
        return RemoteContent(
            subject=as_str(data.get("subject")),
            html=as_str(data.get("htmlContent")) or "",
            sender_name=as_str(sender.get("name")),
            sender_email=as_str(sender.get("email")),
            reply_to=as_str(data.get("replyTo")),
            audience=_listed(aim.get("lists")),
            segment=_listed(aim.get("segments")),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft; one that goes to a segment goes to no list."""
        body = content(draft)
        held = {
            "subject": body["subject"],
            "sender_name": body["sender"]["name"],
            "reply_to": body["replyTo"],
            "audience": "" if draft.segment else draft.audience,
        }
        return super().expected(draft).model_copy(update=held)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored."""
        self._client.call(send_test(campaign, addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again, or have it held back where Brevo does not allow that; raise DoubtError if neither is.

        Its makers have said that a campaign which waits can be suspended; of `draft` they only say that it is a status.
        """
        try:
            self._client.call(become(campaign, "draft"))
        except RefusedError as error:
            # one that is on its way would be stopped in the middle, which nobody has asked for
            if error.status != 400 or not self._waits(campaign):
                raise
            self._client.call(become(campaign, "suspended"))
        now = self.state(campaign)
        if now.state is not RemoteState.DRAFT:
            raise DoubtError(
                f"{TITLE} was asked to turn it back into a draft but reports it as {now.raw_state}.",
                hint="Check the campaign on Brevo's website.",
            )

    def _waits(self, campaign: str) -> bool:
        """Ask whether it waits for an hour that has not come, nor is about to."""
        now = self.state(campaign)
        return now.scheduled_for is not None and now.scheduled_for > self._now() + NEARLY

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(send_now(campaign))

    def cancel(self, campaign: str) -> None:
        """Have it held back; emails that have left have left."""
        self._client.call(become(campaign, "suspended"))

    def state(self, campaign: str) -> RemoteCampaign:
        """Ask for the campaign."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Ask for its sums."""
        call = Call("GET", f"{CAMPAIGNS}/{campaign}", query={"statistics": "globalStats"})
        numbers = self._client.call(call).need_object("statistics")
        sums = as_dict(numbers.get("globalStats"))
        return CampaignReport(
            sent=as_count(sums.get("sent")),
            waiting=as_count(numbers.get("remaining")),
            delivered=as_count(sums.get("delivered")),
            opens=as_count(sums.get("uniqueViews")),
            clicks=as_count(sums.get("uniqueClicks")),
            hard_bounces=as_count(sums.get("hardBounces")),
            soft_bounces=as_count(sums.get("softBounces")),
            unsubscribes=as_count(sums.get("unsubscriptions")),
            complaints=as_count(sums.get("complaints")),
        )

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - the interface's
        """Refuse: Brevo fetches pictures from the web, and takes none from a program."""
        self.needs(Feature.UPLOAD, "store images")
        raise AssertionError

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        return [create(draft), set_moment("{campaign}", when) if when else send_now("{campaign}")]

    def _get(self, campaign: str) -> Mapping[str, Any]:
        return self._client.call(Call("GET", f"{CAMPAIGNS}/{campaign}")).need_object()

    def _rows(self, path: str, name: str, most: int, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages once each; what is made meanwhile moves the others on by a row."""
        seen: set[str] = set()
        offset = 0
        while True:
            answer = self._client.call(page(path, offset, most, query))
            rows = _page_of(answer, name)
            new = {str(row["id"]): row for row in rows if str(row["id"]) not in seen}
            yield from new.values()
            seen |= set(new)
            offset += len(rows)
            if not new or (len(rows) < most and offset >= (as_count(answer.need_object().get("count")) or 0)):
                return

    def _campaign(self, row: Mapping[str, Any]) -> RemoteCampaign:
        state = _STATES.get(str(row.get("status")), RemoteState.UNKNOWN)
        moment, changed = as_datetime(row.get("scheduledAt")), as_datetime(row.get("modifiedAt"))
        numbers = as_dict(as_dict(row.get("statistics")).get("globalStats"))
        sent = as_count(numbers.get("sent")) or None  # where the numbers were not asked for they are 0
        if state is RemoteState.SCHEDULED and (moment is None or sent):
            state = RemoteState.SENDING  # one that is sent now is queued first
        if state is RemoteState.PAUSED and moment and changed and changed < moment:
            state = RemoteState.DRAFT  # it was held back before its hour came: nobody has got it
        ident, share = str(row.get("id")), as_str(row.get("shareLink")) or ""
        return RemoteCampaign(
            id=ident,
            state=state,
            raw_state=str(row.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=as_datetime(row.get("sentDate")),
            sent=sent,
            admin_url=f"https://app.brevo.com/marketing-campaign/edit/{ident}",
            # before it is sent, words stand there instead of a link
            view_url=share if state is RemoteState.SENT and share.startswith("http") else "",
        )


def _page_of(answer: ApiResponse, name: str) -> list[Mapping[str, Any]]:
    """Return the rows of a page; where there are none at all, their list may be left out."""
    body = answer.need_object()
    return [] if body.get(name) is None and body.get("count") == 0 else answer.need_rows(name, having=["id"])


def _listed(value: object) -> str | None:
    """Return the numbers of a list as words, none of an empty one; None where it is not told."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else None
