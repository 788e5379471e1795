"""What every rehearsed provider has in common: its paths, its memory, and how a campaign is sent."""

from __future__ import annotations

import html as html_words
import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, Route
from newsletter.rehearsal.rendered_mail import Letter, fill, neutral_values
from newsletter.rehearsal.sample_contacts import Group, Reader, SampleContacts
from newsletter.rehearsal.schema_check import SchemaError, Shape, misfits
from newsletter.rehearsal.state import Campaign, CampaignStatus, Dispatch, Mail, SimulatedState, TestSend
from newsletter.rehearsal.tag_languages import BrokenTagError, TagLanguage

PICTURES = "https://pictures.example.org"
ADVERT = "<p>Sent with the free plan of a rehearsed provider</p>"


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What a service stands in: the address of the server, and how long a send takes in seconds."""

    address: str
    sending_seconds: float = 0.0

    @property
    def pages(self) -> str:
        """Return where the links in what readers get lead to."""
        return f"{self.address}/_rehearsal/page"


class Service(ABC):
    """One provider as it looks from outside; a subclass marks its handlers with `route`."""

    name: ClassVar[str]
    title: ClassVar[str]
    base_path: ClassVar[str] = ""
    """What comes after the host in the provider's base address."""
    keys: ClassVar[Mapping[str, str]]
    """The secrets that it takes, by the name of the environment variable that holds each."""
    settings: ClassVar[Mapping[str, str]] = {}
    """What else must stand in newsletter.yaml under the provider's name."""
    language: ClassVar[TagLanguage]
    names: ClassVar[Mapping[str, str]]
    """The names that its merge tags know, in lower case, and what each is in our words."""
    routes: ClassVar[tuple[Route, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = [one for item in vars(cls).values() for one in getattr(item, "routes", ()) if callable(item)]
        cls.routes = (*cls.routes, *found)

    def __init__(self, world: SimulatedState, crowd: SampleContacts, context: ServiceContext) -> None:
        self.world = world
        self.crowd = crowd
        self.context = context
        self.touched: Campaign | None = None
        self.halving = False

    @abstractmethod
    def admits(self, request: Request) -> bool:
        """Return whether the request carries the right key."""

    @abstractmethod
    def refusal(self, no: Refused) -> Reply:
        """Put a refusal in the provider's own form."""

    @abstractmethod
    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Refuse a request that is not made as the description says, in the provider's own form."""

    @abstractmethod
    def mail(self, campaign: Campaign) -> Mail:
        """Return what a campaign would send, before it is filled for each reader."""

    @abstractmethod
    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return who a campaign would go to now."""

    @abstractmethod
    def title_of(self, campaign: Campaign) -> str:
        """Return the name that people see in the provider's list of campaigns."""

    @abstractmethod
    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return the part of a campaign's data that holds its HTML, and under which name."""

    def too_many(self) -> Reply:
        """Answer that there were too many requests."""
        reply = self.refusal(Refused(429, "Too many requests.", code="too_many_requests"))
        return Reply(429, reply.json, {"Retry-After": "1"})

    def own_fault(self) -> Reply:
        """Answer that it has a fault of its own."""
        return self.refusal(Refused(500, "An unexpected error occurred.", code="internal_server_error"))

    def forbidden(self) -> Reply:
        """Answer that this key may not do this."""
        return self.refusal(Refused(403, "This key is not allowed to do this.", code="permission_denied"))

    def no_credit(self) -> Reply:
        """Answer that the account's plan or credit does not allow it."""
        return self.refusal(Refused(402, "The account has not enough credit for this.", code="not_enough_credits"))

    def wanted(self, request: Request, shape: Shape) -> Any:
        """Return the request's JSON, of exactly this shape."""
        body = request.json()
        found = list(misfits({} if body is None else body, shape))
        if found:
            raise MisfitError(found)
        return {} if body is None else body

    def take_up(self, *, halving: bool) -> None:
        """Get ready for the next request; `halving` has it do half of what it is asked."""
        self.touched = None
        self.halving = halving

    def new_id(self) -> str:
        """Return the identifier for one more campaign."""
        return str(self.world.number())

    def make(self, identifier: str, data: dict[str, Any]) -> Campaign:
        """Keep a new campaign."""
        self.touched = self.world.add(identifier, data)
        return self.touched

    def touch(self, campaign: Campaign) -> Campaign:
        """Note that a campaign was changed."""
        campaign.changed = self.world.now()
        self.touched = campaign
        return campaign

    def campaign(self, identifier: str) -> Campaign:
        """Return a campaign, or refuse as not found."""
        found = self.world.campaigns.get(identifier)
        if found is None:
            raise Refused(404, "There is no campaign with this id.", code="document_not_found")
        return found

    def begin(self, campaign: Campaign) -> Dispatch:
        """Have a campaign sent from now on; raise BrokenTagError where its merge tags cannot be read."""
        mail = self.mail(campaign)
        self.letter(mail, self.crowd.readers[0])
        people = [reader.email for reader in self.recipients(campaign)]
        dispatch = Dispatch(
            campaign.id,
            self.title_of(campaign),
            mail,
            people,
            self.world.now(),
            self.context.sending_seconds,
        )
        self.world.dispatches.append(dispatch)
        self.touch(campaign).stage = CampaignStatus.SENDING
        campaign.due = None
        if self.halving:
            dispatch.gone, dispatch.ended, campaign.stage = len(people) // 2, self.world.now(), CampaignStatus.PAUSED
        self.pass_time()
        return dispatch

    def begin_due(self, campaign: Campaign) -> None:
        """Begin a campaign whose hour has come; one that cannot go is paused, as its owner would find it."""
        try:
            self.begin(campaign)
        except (BrokenTagError, Refused):
            campaign.stage = CampaignStatus.PAUSED

    def pass_time(self) -> bool:
        """Begin what is due and move on what is on its way; say whether anything changed."""
        return self.world.tick(self.begin_due)

    def stop(self, campaign: Campaign, stage: CampaignStatus) -> None:
        """Stop a campaign on its way: what has left has left."""
        for dispatch in self.world.under_way(campaign.id):
            dispatch.ended = self.world.now()
        self.touch(campaign).stage, campaign.due = stage, None

    def try_out(self, campaign: Campaign, people: Sequence[str], mail: Mail | None = None) -> None:
        """Send a test."""
        chosen = list(people)[: len(people) // 2] if self.halving else list(people)
        mail = mail or self.mail(campaign)
        self.letter(mail, Reader("nobody@example.org"))
        self.world.trials.append(TestSend(campaign.id, mail, chosen, self.world.now()))

    def letter(self, mail: Mail, reader: Reader) -> Letter:
        """Return what one reader gets; raise BrokenTagError where the provider cannot read the mail."""
        own = neutral_values(reader, self.context.pages)
        return fill(mail, reader, self.language, {name: own.get(ours, "") for name, ours in self.names.items()})

    def unknown_tags(self, mail: Mail) -> list[str]:
        """Return the merge tags of a mail that the provider would leave empty because it knows no such name."""
        asked = [name for part in (mail.subject, mail.html, mail.text) for name in self.language.names(part)]
        return sorted({name for name in asked if name.casefold() not in self.names})

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Change the HTML of the campaign that was touched last."""
        if self.touched:
            holder, name = self.html_of(self.touched)
            if isinstance(holder.get(name), str):
                holder[name] = change(holder[name])

    def picture(self, name: str, content_type: str, size: int) -> str:
        """Keep a picture's particulars; return its link."""
        number = self.world.number()
        safe = re.sub(r"[^\w.-]+", "-", name) or "picture"
        link = f"{PICTURES}/{number}/{safe}"
        self.world.pictures[link] = {"name": name, "content_type": content_type, "bytes": size}
        return link

    def uuid(self) -> str:
        """Return an identifier that was not given before, in the form of a UUID."""
        return uuid_of(f"{self.name} {self.world.number()}")


def uuid_of(text: str) -> str:
    """Return the UUID that stands for a text; the same each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def group_of(groups: Sequence[Group], identifier: Any, name: Callable[[Group], Any]) -> Group | None:
    """Return the group that has an identifier in the provider's own form."""
    return next((group for group in groups if name(group) == identifier), None)


def union(groups: Sequence[Group]) -> list[Reader]:
    """Return those who get an issue that goes to several groups: everybody once."""
    return list({reader.email: reader for group in groups for reader in group.active}.values())


def plain_text(html: str) -> str:
    """Return the plain text that a provider makes by itself of an HTML that came without one."""
    bare = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", "", html)
    bare = re.sub(r"(?i)<(?:br|/p|/h\d|/div|/tr|/li)\b[^>]*>", "\n", bare)
    lines = [line.strip() for line in html_words.unescape(re.sub(r"<[^>]+>", "", bare)).splitlines()]
    return "\n".join(line for line in lines if line)


def rewritten(html: str) -> str:
    """Return HTML as a provider might change it by itself: an advert, and a link that goes round by its counter."""
    html = html.replace('href="https://', 'href="https://clicks.example.org/?to=https://', 1)
    at = html.lower().rfind("</body>")
    return html + ADVERT if at < 0 else html[:at] + ADVERT + html[at:]


def halved(html: str) -> str:
    """Return the first half of a text."""
    return html[: len(html) // 2]
