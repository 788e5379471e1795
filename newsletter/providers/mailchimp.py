"""Mailchimp: campaigns to its audiences, over its Marketing API 3.0.

A campaign is made in two steps, settings and then content; the first one carries our key, so that a draft is found
again whatever happens between the two.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import Field

from newsletter.errors import ProviderError, RefusedError, UnavailableError, UnsupportedError, UsageError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import (
    CampaignDraft,
    CampaignReport,
    RecipientFilter,
    RemoteCampaign,
    RemoteContent,
    RemoteState,
)
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
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_dict_list, as_str
from newsletter.providers.mailchimp_segments import all_of, any_of, options_of, rule_of, was_not_sent, was_sent, within

if TYPE_CHECKING:
    import requests

TITLE = "Mailchimp"
KEY = Secret("NEWSLETTER_MAILCHIMP_KEY", "an API key, which ends like -us21 (Account & billing → Extras → API keys)")
PER_PAGE = 200
MOST_PER_PAGE = 1000
SETTLING = dt.timedelta(hours=1)
"""How long the list of those who were sent a campaign may lag behind it."""
LONGEST_TITLE = 70
LONGEST_TAG = 10
JOINER = "\u2060"
"""The word joiner, which nobody sees: it keeps the two signs apart that begin a tag in a plain text."""

_STATES = {
    "save": RemoteState.DRAFT,
    "schedule": RemoteState.SCHEDULED,
    "sending": RemoteState.SENDING,
    "canceling": RemoteState.SENDING,
    "paused": RemoteState.PAUSED,
    "sent": RemoteState.SENT,
    "canceled": RemoteState.CANCELLED,
}
_OURS = "Nothing was done. This is a bug in newsletter: please report it."
_HINTS = {
    "apikeymissing": f"Set {KEY.variable} to the key.",
    "apikeyinvalid": f"Check the key in {KEY.variable}: it may be wrong, revoked, or missing its ending (-us21).",
    "wrongdatacenter": (
        f"The ending of the key in {KEY.variable} shows where its account is. Copy the whole key, and remove "
        "`base_url` from newsletter.yaml."
    ),
    "userdisabled": (
        "Mailchimp has closed this account, or the login that the key belongs to. Sign in on Mailchimp's website."
    ),
    "forbidden": (
        "Either the account's plan does not include this (scheduling and stopping a send need a paid plan), or "
        "the owner of the key does not have permission: ask an owner, admin or manager of the account for a key."
    ),
    "compliancerelated": (
        "Mailchimp is reviewing the account. Sign in on Mailchimp's website, or contact its compliance team."
    ),
    "memberincompliancestate": (
        "Mailchimp does not allow emails to this person: they unsubscribed, or their address bounced. They can "
        "only subscribe again themselves, with a sign-up form."
    ),
    "invalidaction": "The campaign is in a state that does not allow this. Check it on Mailchimp's website.",
    "resourcenotfound": "It may have been deleted on Mailchimp's website.",
    "upgraderequired": "This computer's encryption is too old for Mailchimp, which needs TLS 1.2: update the computer.",
    "jsonparseerror": _OURS,
    "methodnotallowed": _OURS,
    "resourcenestingtoodeep": _OURS,
    "invalidmethodoverride": _OURS,
    "requestedfieldsinvalid": _OURS,
}
"""How to fix what Mailchimp's list of errors names, by the error's title in small letters without spaces."""


class Options(FrozenModel):
    """What the settings say under `mailchimp`."""

    base_url: ApiAddress | None = Field(
        None,
        description="The address of Mailchimp's API; taken from the end of the key if not set.",
        examples=["http://127.0.0.1:8080/3.0"],
    )


def address_for(key: str) -> str:
    """Return where the account of a key answers; raise UsageError where its end does not tell."""
    # nothing but a data centre may become a part of the host that the key is sent to
    centre = re.search(r"-([a-z]{2,4}\d{1,3})\Z", key)
    if centre is None:
        raise UsageError(
            f"The key in {KEY.variable} does not end like a Mailchimp key.",
            hint="The ending, such as -us21, shows where the account is. Copy the whole key.",
        )
    return f"https://{centre[1]}.api.mailchimp.com/3.0"


# --- how it writes merge tags -----------------------------------------------------------------------------------------

_BAR = re.compile(r"(?<=\*)\||\A\|")
"""The bar that would open a tag: behind a star, or where the piece of text stands behind a tag, which ends with one."""
_TAGS: dict[str, str] = {
    BuiltInTag.FIRST_NAME: "*|FNAME|*",
    BuiltInTag.LAST_NAME: "*|LNAME|*",
    BuiltInTag.EMAIL: "*|EMAIL|*",
    BuiltInTag.UNSUBSCRIBE_URL: "*|UNSUB|*",
    BuiltInTag.VIEW_URL: "*|ARCHIVE|*",
    BuiltInTag.PREFERENCES_URL: "*|UPDATE_PROFILE|*",
}
_NEVER_EMPTY = {"*|EMAIL|*", "*|UNSUB|*", "*|ARCHIVE|*", "*|UPDATE_PROFILE|*"}


def _column(name: str) -> str:
    if len(name) > LONGEST_TAG:
        raise UnsupportedError(
            f"{TITLE} cannot fill the merge tag {{{name}}}: its tags have at most {LONGEST_TAG} characters",
            hint="Use the tag from the audience's settings in Mailchimp, in lower case.",
        )
    return f"*|{name.upper()}|*"


def _with_fallback(plain: str, words: str) -> str:
    name = plain.removeprefix("*|").removesuffix("|*")
    return plain if plain in _NEVER_EMPTY else f"*|IF:{name}|*{plain}*|ELSE:|*{words}*|END:IF|*"


def _dialect(bar: str) -> MergeTagSyntax:
    """Return the dialect in which `bar` stands for a bar that would open a tag."""
    return MergeTagSyntax(
        tags=_TAGS, with_fallback=_with_fallback, custom=_column, escape=lambda text: _BAR.sub(bar, text)
    )


_HTML = _dialect("&#124;")
_TEXT = _dialect(JOINER + "|")

# what Mailchimp puts under HTML in which it misses something that the law wants, and its counter of openings
_FOOTER = re.compile(r'<center>(?:\s|<br ?/?>)*<table[^>]*\bid="canspamBarWrapper".*?</center>', re.DOTALL)
_COUNTER = re.compile(r"<img[^>]*\.list-manage\d*\.com/track/open\.php[^>]*>")


# --- calls ------------------------------------------------------------------------------------------------------------


def settings(draft: CampaignDraft) -> dict[str, Any]:
    """Return a campaign's settings.

    The preheader is in the HTML already: in `preview_text` it would show twice. `reply_to` is the sender's address too;
    Mailchimp has no other field for it.
    """
    message = draft.message
    return {
        # short enough, so that the key at its end is never cut off
        "title": labelled(draft.title[:LONGEST_TITLE], draft.key),
        "subject_line": _TEXT.write(message.subject, TITLE),
        "preview_text": "",
        "from_name": message.sender.name,
        "reply_to": message.sender.email,
        "auto_footer": False,
        "inline_css": False,
    }


class Whom(NamedTuple):
    """To whom a campaign goes: an audience, a segment of it, or those of whom a rule holds."""

    audience: str
    segment: str = ""
    rule: str = ""


def _wanted(draft: CampaignDraft) -> Whom:
    """Return to whom a draft goes; the segment has gone into the rule where there is one."""
    return Whom(draft.audience, "", draft.rule) if draft.rule else Whom(draft.audience, draft.segment)


def aim(draft: CampaignDraft) -> dict[str, Any]:
    """Return to whom it goes."""
    if draft.rule:
        return {"list_id": draft.audience, "segment_opts": options_of(draft.rule)}
    part = {"segment_opts": {"saved_segment_id": _number(draft.segment)}} if draft.segment else {}
    return {"list_id": draft.audience, **part}


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft, without content yet."""
    return Call("POST", "/campaigns", json={"type": "regular", "recipients": aim(draft), "settings": settings(draft)})


def update(campaign: str, draft: CampaignDraft, recipients: Mapping[str, Any] | None = None) -> Call:
    """Return the call that brings a draft's settings up to date, and whom it goes to where that is given."""
    whom = {"recipients": recipients} if recipients else {}
    return Call("PATCH", f"/campaigns/{campaign}", json={"settings": settings(draft), **whom}, repeatable=True)


def changes(campaign: str, draft: CampaignDraft, held: Whom) -> list[Call]:
    """Return the calls that bring a draft up to date, which is now aimed at somebody.

    Put in place of another segment, a segment leaves Mailchimp with the people of the old one (Automattic's
    newspack-workspace, pull request 221). So the old one is taken away first.
    """
    wanted = _wanted(draft)
    if held == wanted:
        return [update(campaign, draft)]
    emptied = update(campaign, draft, {"list_id": draft.audience, "segment_opts": {}})
    return [emptied] if wanted == Whom(draft.audience) else [emptied, update(campaign, draft, aim(draft))]


def content(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that sets what the campaign says."""
    body = {"html": _HTML.write(draft.message.html, TITLE), "plain_text": _TEXT.write(draft.message.text, TITLE)}
    return Call("PUT", f"/campaigns/{campaign}/content", json=body, repeatable=True)


def action(campaign: str, name: str, body: Mapping[str, Any] | None = None) -> Call:
    """Return the call that has something done with a campaign."""
    return Call("POST", f"/campaigns/{campaign}/actions/{name}", json=body)


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment."""
    return action(campaign, "schedule", {"schedule_time": when.astimezone(dt.UTC).isoformat(timespec="seconds")})


def one(path: str, *fields: str) -> Call:
    """Return the call that asks for some fields of one thing."""
    return Call("GET", path, query={"fields": ",".join(fields)})


def page(path: str, name: str, fields: Sequence[str], offset: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for one page of a list; `query` may ask for another length than the usual one."""
    wanted = ",".join([*(f"{name}.{field}" for field in fields), "total_items"])
    return Call("GET", path, query={"count": str(PER_PAGE), **query, "fields": wanted, "offset": str(offset)})


def _number(segment: str) -> int:
    number = as_count(segment)
    if not number:
        raise UnsupportedError(
            f"{TITLE} identifies each segment by a number, and {segment!r} is not a number.",
            hint="Use the name of the segment on Mailchimp's website: its number is looked up.",
        )
    return number


def _refusal(body: Any) -> ApiError | None:
    """Read a problem document: its words, or those on each field where there are any; its code is made of its title."""
    said = as_dict(body)
    title, detail = as_str(said.get("title")) or "", as_str(said.get("detail")) or ""
    fields = [_at_fault(row) for row in as_dict_list(said.get("errors")) if row.get("message")]
    words = f"{title}: {'; '.join(fields)}" if fields else detail or title
    return ApiError(words, "".join(title.split()).casefold()) if words else None


def _at_fault(row: Mapping[str, Any]) -> str:
    return f"{row['field']}: {row['message']}" if row.get("field") else str(row["message"])


def service(base_url: str) -> ApiProfile:
    """Return Mailchimp's manners: ten calls at one time; more are refused by 429, or by a 403 without any words."""
    return ApiProfile(
        name=TITLE,
        base_url=base_url,
        read_refusal=_refusal,
        hints=_HINTS,
        bare_403_is_busy=True,
        # it comes with status 503, which otherwise says to try again
        spent={"compliancerelated"},
    )


# --- the adapter ------------------------------------------------------------------------------------------------------


class Mailchimp(CampaignProvider):
    """Campaigns of a Mailchimp account."""

    options = Options
    about = ProviderInfo(
        name="mailchimp",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.CANCEL
        | Feature.UPLOAD
        | Feature.REPORT
        | Feature.AGAIN
        | Feature.READ_BACK,
        limits=Limits(schedule_step_minutes=15, test_addresses=20),
        secrets=(KEY,),
        settings={name: str(one.description) for name, one in Options.model_fields.items()},
        needs=DnsRequirements(
            TITLE,
            selectors=("k2", "k3", "k1"),
            targets={"k2": "dkim2.mcsv.net", "k3": "dkim3.mcsv.net"},
            where="Account & billing, Domains",
        ),
        # the counter of `_COUNTER` with its three keys, and list-manage.com/track/click with the same three
        adds=Additions(
            once=250,
            per_link=100,
            why="an open-tracking pixel, and a longer address for each link to count clicks",
        ),
        partial=PartialSends(
            paused=(
                "Mailchimp pauses a campaign to review it, or because someone paused it. The campaign's page "
                "there shows the reason; resume it there."
            ),
            stopped="A stopped campaign cannot be resumed. Its report there lists the recipients.",
            fewer=(
                "Mailchimp knows who received it: `--remainder` sends it to exactly the others. Check the "
                "campaign's page there for the reason first."
            ),
        ),
        notes=(
            "A segment is a saved segment in Mailchimp, or a tag.",
            "It schedules at quarter hours only. Scheduling and stopping a send need a paid plan.",
            "Replies go to the sender's address: it has no separate reply-to address.",
            "The preheader is added as hidden text at the top of the HTML.",
            "On a free plan, or if an issue has no unsubscribe link, it adds its own footer.",
        ),
    )
    dialect = _HTML
    allowance = ReadBackTolerance(
        drop=(_FOOTER, _COUNTER),
        hosts=("list-manage.com", "mailchimp.com", "mailchi.mp", "eepurl.com", "campaign-archive.com"),
        notices=("*|UNSUB|*", "*|ARCHIVE|*", "*|UPDATE_PROFILE|*", "*|FORWARD|*", "*|LIST:", "*|HTML:", "*|REWARDS|*"),
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
        """Make ready to call; nothing is called yet. Raise UsageError where the key does not tell where."""
        key = secret(KEY.variable).strip()
        manners = service(options.base_url or address_for(key))
        # the user may be any word; the client hides no word as short as this from what people read
        return cls(options, HttpClient(manners, auth=("key", key), session=session, pause=pause))

    def check(self) -> str:
        """Make sure that the key works; return the account's name."""
        name = as_str(self._client.call(one("/", "account_name")).need_object().get("account_name"))
        return f"the account {name}" if name else "an account without a name"

    def audiences(self) -> list[Audience]:
        """List the audiences, each with the number of those who would get an issue."""
        rows = self._rows("/lists", "lists", ["id", "name", "stats.member_count"])
        return [
            Audience(
                id=ident,
                name=str(row.get("name") or ident),
                count=as_count(as_dict(row.get("stats")).get("member_count")),
            )
            for ident, row in rows.items()
        ]

    def segments(self, audience: str) -> list[Segment]:
        """List the saved segments and the tags; the third kind, `fuzzy`, is of Mailchimp's own making."""
        fields = ["id", "name", "member_count", "type"]
        rows = self._rows(f"/lists/{audience}/segments", "segments", fields)
        return [
            Segment(id=ident, name=str(row.get("name") or ident), count=as_count(row.get("member_count")))
            for ident, row in rows.items()
            if row.get("type") != "fuzzy"
        ]

    def find(self, key: str) -> RemoteCampaign | None:
        """Look through the titles of all campaigns, oldest first: one that is made meanwhile comes at the end."""
        rows = self._rows(
            "/campaigns", "campaigns", [*_STATE_FIELDS, "settings.title"], sort_field="create_time", sort_dir="ASC"
        )
        ours = [row for row in rows.values() if carries(as_dict(row.get("settings")).get("title"), key)]
        return only_one([self._campaign(row) for row in ours], key, TITLE)

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft: first its settings, with our key, and then its content."""
        if existing is None:
            campaign = self._client.call(create(draft)).need_id("id")
        else:
            campaign, held = existing, self._client.call(one(f"/campaigns/{existing}", "recipients"))
            for call in changes(campaign, draft, _aimed_at(held.need_object("recipients"))):
                self._client.call(call)
        self._client.call(content(campaign, draft))
        return campaign

    def read(self, campaign: str) -> RemoteContent:
        """Read the campaign back; what is not there reads as empty, for then it is not what was handed over."""
        answer = self._client.call(one(f"/campaigns/{campaign}", "settings", "recipients"))
        held = answer.need_object("settings")
        whom = _aimed_at(answer.need_object("recipients"))
        body = self._client.call(one(f"/campaigns/{campaign}/content", "html", "plain_text")).need_object()
        return RemoteContent(
            subject=as_str(held.get("subject_line")) or "",
            preheader=as_str(held.get("preview_text")) or "",
            html=as_str(body.get("html")) or "",
            text=as_str(body.get("plain_text")) or "",
            sender_name=as_str(held.get("from_name")) or "",
            sender_email=as_str(held.get("reply_to")) or "",
            audience=whom.audience,
            segment=whom.segment,
            rule=whom.rule,
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft."""
        held = settings(draft)
        changed = {
            "subject": held["subject_line"],
            "preheader": held["preview_text"],
            "text": _TEXT.write(draft.message.text, TITLE),
            "segment": _wanted(draft).segment,
        }
        return super().expected(draft).model_copy(update=changed)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored; Mailchimp allows so many tests a day, and tells when it is too many."""
        self._act(campaign, action(campaign, "test", {"test_emails": list(addresses), "send_type": "html"}))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a quarter of an hour."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._act(campaign, set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again."""
        self._client.call(action(campaign, "unschedule"))

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._act(campaign, action(campaign, "send"))

    def cancel(self, campaign: str) -> None:
        """Stop it, which Mailchimp does on paid plans only; emails that have left have left."""
        self._client.call(action(campaign, "cancel-send"))

    def state(self, campaign: str) -> RemoteCampaign:
        """Ask for the campaign."""
        answer = self._client.call(one(f"/campaigns/{campaign}", *_STATE_FIELDS))
        answer.need("id")
        return self._campaign(answer.need_object())

    def report(self, campaign: str) -> CampaignReport:
        """Ask for the campaign's numbers; how many were delivered is not among them."""
        numbers = self._client.call(Call("GET", f"/reports/{campaign}", query={"fields": _REPORT})).need_object()
        bounces = as_dict(numbers.get("bounces"))
        return CampaignReport(
            sent=as_count(numbers.get("emails_sent")),
            opens=as_count(as_dict(numbers.get("opens")).get("unique_opens")),
            # `unique_clicks` counts a reader once for each link
            clicks=as_count(as_dict(numbers.get("clicks")).get("unique_subscriber_clicks")),
            hard_bounces=as_count(bounces.get("hard_bounces")),
            soft_bounces=as_count(bounces.get("soft_bounces")),
            unsubscribes=as_count(numbers.get("unsubscribed")),
            complaints=as_count(numbers.get("abuse_reports")),
        )

    def narrow(
        self, audience: str, segment: str, *, got: Sequence[str] = (), missed: Sequence[str] = ()
    ) -> RecipientFilter:
        """Choose by what people were sent; they are counted by Mailchimp's names for them, no address is asked for."""
        numbers, readers = [], set[str]()
        for campaign in (*got, *missed):
            number, names = self._readers(campaign)
            numbers.append(number)
            readers |= names
        if got:
            here = self._names(f"/lists/{audience}/members", "members", "id", status="subscribed")
            return RecipientFilter(rule=any_of([was_sent(one) for one in numbers]), count=len(here & readers))
        where, conditions = f"/lists/{audience}/members", []
        if segment:
            there = f"/lists/{audience}/segments/{_number(segment)}"
            row = self._client.call(one(there, "name", "type", "options")).need_object()
            where, conditions = f"{there}/members", within(_number(segment), row)
        here = self._names(where, "members", "id", **({} if segment else {"status": "subscribed"}))
        rule = all_of([*conditions, *(was_not_sent(one) for one in numbers)])
        return RecipientFilter(rule=rule, count=len(here - readers))

    def _readers(self, campaign: str) -> tuple[int, set[str]]:
        """Return a campaign's number, and who was sent it; raise UnavailableError while that is not told wholly."""
        fields = ("web_id", "emails_sent", "send_time")
        answer = self._client.call(one(f"/campaigns/{campaign}", *fields))
        number, row = as_count(answer.need("web_id")), answer.need_object()
        names = self._names(f"/reports/{campaign}/sent-to", "sent_to", "email_id")
        sent, at = as_count(row.get("emails_sent")) or 0, as_datetime(row.get("send_time"))
        # later on, fewer are told because people were deleted; they are on no list any more
        is_fresh = at is None or self._now() - at < SETTLING
        if not number or (is_fresh and len(names) < sent):
            raise UnavailableError(
                f"{TITLE} has not reported all recipients yet: {len(names):,} of {sent:,} so far.",
                hint="Nothing was sent. Try again in a few minutes.",
            )
        return number, names

    def _names(self, path: str, name: str, field: str, **query: str) -> set[str]:
        """Return what Mailchimp calls the people of a list."""
        rows = self._pages(path, name, [field], {"count": str(MOST_PER_PAGE), **query}, field)
        return {str(row[field]) for row in rows}

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - its name tells what it is
        """Store a picture among the account's files."""
        body = {"name": name, "file_data": base64.b64encode(data).decode()}
        return str(self._client.call(Call("POST", "/file-manager/files", json=body, spare=True)).need("full_size_url"))

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        there = "{campaign}"
        return [create(draft), content(there, draft), set_moment(there, when) if when else action(there, "send")]

    def _act(self, campaign: str, call: Call) -> None:
        """Make a call; where it is refused, often without any reason, add what Mailchimp's checklist finds lacking."""
        try:
            self._client.call(call)
        except RefusedError as no:
            lacking = self._lacking(campaign) if no.status == 400 else ""
            if not lacking:
                raise
            words = f"{no.message.rstrip(' .:')}. Its checklist says: {lacking}"
            hint = "Nothing was sent. Fix the items on the checklist, then try again."
            raise RefusedError(words, hint=hint, status=no.status, request_id=no.request_id) from no

    def _lacking(self, campaign: str) -> str:
        """Return what keeps a campaign from being sent, in the words of Mailchimp's checklist; nothing if unknown."""
        try:
            answer = self._client.call(one(f"/campaigns/{campaign}/send-checklist", "items"))
            items = [row for row in answer.need_rows("items") if row.get("type") == "error"]
        except ProviderError:
            return ""
        said = [": ".join(str(row[part]) for part in ("heading", "details") if row.get(part)) for row in items]
        return self._client.hide("; ".join(words for words in said if words))

    def _rows(self, path: str, name: str, fields: Sequence[str], **query: str) -> dict[str, Mapping[str, Any]]:
        """Return the rows of all pages by their ids: a row that moves between two pages counts once."""
        return {str(row["id"]): row for row in self._pages(path, name, fields, query)}

    def _pages(
        self, path: str, name: str, fields: Sequence[str], query: Mapping[str, str], having: str = "id"
    ) -> Iterator[Mapping[str, Any]]:
        seen = 0
        while True:
            call = page(path, name, fields, seen, query)
            answer = self._client.call(call)
            rows = answer.need_rows(name, having=[having])
            yield from rows
            seen += len(rows)
            total = as_count(answer.need_object().get("total_items"))
            if not rows or (len(rows) < int(call.query["count"]) if total is None else seen >= total):
                return

    def _campaign(self, row: Mapping[str, Any]) -> RemoteCampaign:
        state = _STATES.get(str(row.get("status")), RemoteState.UNKNOWN)
        moment = as_datetime(row.get("send_time"))
        centre = re.match(r"https://([a-z]+\d+)\.api\.mailchimp\.com/", self._client.service.base_url)
        number = as_count(row.get("web_id"))
        return RemoteCampaign(
            id=str(row.get("id")),
            state=state,
            raw_state=str(row.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=moment if state.has_gone else None,
            sent=as_count(row.get("emails_sent")) if state.has_gone else None,
            admin_url=f"https://{centre[1]}.admin.mailchimp.com/campaigns/show/?id={number}"
            if centre and number
            else "",
            view_url=str(row.get("long_archive_url") or "") if state is RemoteState.SENT else "",
        )


_STATE_FIELDS = ("id", "web_id", "status", "emails_sent", "send_time", "long_archive_url")
_REPORT = "emails_sent,opens.unique_opens,clicks.unique_subscriber_clicks,bounces,unsubscribed,abuse_reports"


def _aimed_at(recipients: Mapping[str, Any]) -> Whom:
    """Return to whom a campaign goes; a saved segment comes back with its conditions, which say no more than it."""
    aimed, audience = as_dict(recipients.get("segment_opts")), as_str(recipients.get("list_id")) or ""
    number = as_count(aimed.get("saved_segment_id"))
    if number:
        return Whom(audience, str(number))
    return Whom(audience, as_str(aimed.get("prebuilt_segment_id")) or "", rule_of(aimed))
