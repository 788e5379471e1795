"""GNU Mailman 3 through its core's REST interface: one message to the list, which Mailman gives to its members.

So the list itself is the one recipient: nothing in the message can be a reader's own. What Mailman would hold back or
throw away is refused before it is handed over, for afterwards nobody would be told.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from newsletter.errors import NotFoundError, ProviderError, RefusedError, UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Subscriber, mask
from newsletter.model.branding import OWN_TAGS, ReaderLinks
from newsletter.model.campaign import slug
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.domains import encode_address
from newsletter.model.fields import FrozenModel, SingleLine
from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo, Secret
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_count
from newsletter.providers.mail_headers import address_in

if TYPE_CHECKING:
    import requests

PASSWORD = "NEWSLETTER_MAILMAN_PASSWORD"  # noqa: S105 - the name of a variable
PER_PAGE = 50
_LINKS = {BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL}
_OWN_LIST_HEADERS = re.compile(r"^List-[A-Za-z-]+:.*\n(?:[ \t].*\n)*", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(r"^To:.*\n(?:[ \t].*\n)*", re.MULTILINE | re.IGNORECASE)


class Options(FrozenModel):
    """What the settings say under `mailman`."""

    base_url: ApiAddress = Field(
        "http://localhost:8001/3.1",
        description="The address of Mailman's REST API.",
        examples=["http://localhost:8001/3.1"],
    )
    user: SingleLine = Field("restadmin", description="The name of the REST administrator.", examples=["restadmin"])
    test_list: SingleLine | None = Field(
        None,
        description="The id of a list for testers, which test sends go to.",
        examples=["news-testers.lists.example.org"],
    )


def inject(list_id: str, text: str) -> Call:
    """Return the call that puts a message into the list's incoming queue."""
    return Call("POST", "/queues/in", json={"list_id": list_id, "text": text})


def page(path: str, number: int) -> Call:
    """Return the call that asks for one page of a list."""
    return Call("GET", path, query={"count": str(PER_PAGE), "page": str(number)})


def for_list(raw: bytes, to: str) -> str:
    """Return a message as Mailman takes it: addressed to the list, without list headers, of which it adds its own."""
    head, _, body = raw.decode().replace("\r\n", "\n").partition("\n\n")
    head = _OWN_LIST_HEADERS.sub("", _TO.sub(f"To: {encode_address(to)}\n", f"{head}\n", count=1))
    return f"{head}\n{body}"


def _refusal(body: Any) -> ApiError | None:
    if not isinstance(body, dict):
        return None
    words = body.get("description") or body.get("title")
    return ApiError(str(words)) if words else None


def service(options: Options) -> ApiProfile:
    """Return how to call Mailman."""
    hints = {
        "401": (
            f"Check `user` in newsletter.yaml and the password in {PASSWORD}: they are admin_user and admin_pass "
            "in Mailman's [webservice] settings."
        ),
    }
    return ApiProfile(name="Mailman", base_url=options.base_url, read_refusal=_refusal, hints=hints)


class MailmanProvider(DirectProvider):
    """Gives one message to a Mailman list."""

    options = Options
    about = ProviderInfo(
        name="mailman",
        title="Mailman",
        features=Feature.COUNTS | Feature.TEST | Feature.AGAIN | Feature.PLAIN_TEXT | Feature.SENDER | Feature.REPLY_TO,
        limits=Limits(),
        secrets=(Secret(PASSWORD, "the password of the REST administrator"),),
        needs=DnsRequirements("Mailman", own_server=True),
        adds=Additions(why="Mailman adds its footer after the HTML, as a separate part"),
        notes=(
            "Everyone on the list receives the same text.",
            "Tests go to a list of testers, which is set in newsletter.yaml.",
        ),
    )

    def __init__(self, options: Options, client: HttpClient) -> None:
        self._options = options
        self._client = client
        self._tested: set[str] = set()

    @classmethod
    def make(cls, options: Options, supplies: ProviderContext) -> Self:
        """Make ready to call."""
        return cls.connect(options, supplies.secret)

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
        auth = (options.user, secret(PASSWORD))
        return cls(options, HttpClient(service(options), auth=auth, session=session, pause=pause))

    def audiences(self) -> tuple[Audience, ...]:
        """List all lists with the number of their members."""
        return tuple(
            Audience(id=str(row["list_id"]), name=str(row["fqdn_listname"]), count=as_count(row.get("member_count")))
            for row in self._rows("/lists", "list_id", "fqdn_listname")
        )

    def recipients(self, audience: Audience) -> tuple[Subscriber, ...]:
        """Return the list itself, by its address: it is the one that is written to."""
        return (Subscriber(email=self.audience(audience.id).name),)

    @classmethod
    def unfilled(cls, tag: MergeTag) -> str:
        """Explain why a merge tag cannot be filled; a fallback can, being what everybody reads."""
        same = tag.name == BuiltInTag.EMAIL or (tag.fallback is None and tag.name not in _LINKS)
        return "it sends everyone the same text" if same else ""

    def vet(self, tags: Iterable[MergeTag], links: ReaderLinks) -> None:
        """Refuse what would be each reader's own: all of them get the same message.

        A tag with a fallback is taken: the fallback is then what everybody reads.
        """
        for tag in tags:
            if self.unfilled(tag):
                raise UnsupportedError(
                    f"Mailman sends everyone the same text, so it cannot fill {tag}.",
                    hint=f"Use text that suits everyone instead, or add a fallback: {{{tag.name}|there}}."
                    if tag.name != BuiltInTag.EMAIL
                    else "Use text that suits everyone instead.",
                )
        own = [
            (name, braces)
            for name, link in links
            for braces in (f"{{{one}}}" for one in OWN_TAGS)
            if isinstance(link, str) and braces in link
        ]
        if own:
            name, found = own[0]
            raise UnsupportedError(
                f"Mailman sends everyone the same link, so {found} cannot be used in `{name}` under `links` "
                "in newsletter.yaml.",
                hint="For unsubscribing, use the list's own address: mailto:NAME-leave@DOMAIN",
            )

    def prepare(self) -> None:
        """Make sure that Mailman answers and knows us."""
        self._client.call(Call("GET", "/system/versions"))

    def deliver(self, message: OutboundMessage) -> None:
        """Give the message to the list; refuse before that what Mailman would not pass on."""
        row = self._client.call(Call("GET", f"/lists/{message.address}"))
        self._give(str(row.need("list_id")), message.address, message.raw)

    def settle(self) -> None:
        """Do nothing: what Mailman has taken is in its queue, on its disk."""

    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, AcceptState]:
        """Say yes where a list holds the message for its moderators; of what was passed on Mailman knows nothing."""
        wanted = list(keys)
        if not wanted:
            return {}
        held = [
            str(row.get("message_id"))
            for one in self.audiences()
            if one.count is not None
            for row in self._rows(f"/lists/{one.id}/held")
        ]
        return {
            key: AcceptState.YES
            if any(f"{slug(issue)}.{key}@" in message for message in held)
            else AcceptState.CANNOT_TELL
            for key in wanted
        }

    def deliver_test(self, message: OutboundMessage) -> str:
        """Give the test to the list of testers, once, whichever of them it is for."""
        testers = self._options.test_list
        if testers is None:
            raise UnsupportedError(
                "Mailman only sends to lists, so a test needs a list of testers.",
                hint="Create a list in Mailman, add yourself to it, and set it as `test_list` under `mailman`.",
            )
        to = str(self._client.call(Call("GET", f"/lists/{testers}")).need("fqdn_listname"))
        if self._membership(testers, "member", message.address) is None:
            raise RefusedError(
                f"{mask(message.address)} is not on the test list {testers}.",
                hint="Add the address to that list in Mailman first.",
            )
        content = hashlib.sha256(message.raw.partition(b"\r\n\r\n")[2]).hexdigest()
        if content not in self._tested:
            self._give(testers, to, message.raw)
            self._tested.add(content)
        return f"the inboxes of everyone on {to}"

    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
        return "the list's archive, and its messages held for approval, in Mailman"

    def _give(self, list_id: str, to: str, raw: bytes) -> None:
        text = for_list(raw, to)
        senders = [address_in(raw, name) for name in ("From", "Reply-To")]
        self._refuse_what_would_be_held(list_id, [one for one in senders if one], len(text.encode()))
        self._client.call(inject(list_id, text))

    def _refuse_what_would_be_held(self, list_id: str, senders: Sequence[str], size: int) -> None:
        settings = self._client.call(Call("GET", f"/lists/{list_id}/config")).need_object()
        if settings.get("emergency"):
            raise ProviderError(
                f"The list {list_id} is in emergency mode, in which Mailman holds every message.",
                hint="Turn off emergency mode in Mailman.",
            )
        action = self._action(list_id, senders, settings)
        if action not in {"accept", "defer"}:
            raise ProviderError(
                f"Mailman would {action} a message from {senders[0]} to the list {list_id}.",
                hint="In Mailman, set the moderation of that address to accept, under Members or Non-members.",
            )
        largest = as_count(settings.get("max_message_size")) or 0
        if action == "defer" and 0 < largest * 1024 < size:
            raise ProviderError(
                f"The message is {size // 1024:,} kB, and Mailman holds messages over {largest:,} kB.",
                hint="In Mailman, set the moderation of the sender's address to accept, or raise max_message_size.",
            )

    def _action(self, list_id: str, senders: Sequence[str], settings: Mapping[str, Any]) -> str:
        """Return what Mailman does with a message from these addresses, by the order in which it looks itself."""
        for sender in senders:
            member = self._membership(list_id, "member", sender)
            if member is not None:
                return str(member.get("moderation_action") or settings.get("default_member_action"))
        for sender in senders:
            nonmember = self._membership(list_id, "nonmember", sender)
            if nonmember is not None and nonmember.get("moderation_action"):
                return str(nonmember["moderation_action"])
            for action, done in (("accept", "defer"), ("hold", "hold"), ("reject", "reject"), ("discard", "discard")):
                if sender in (settings.get(f"{action}_these_nonmembers") or []):
                    return done
        return str(settings.get("default_nonmember_action"))

    def _membership(self, list_id: str, role: str, address: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = self._client.call(
                Call("GET", f"/lists/{list_id}/{role}/{address}")
            ).need_object()
        except NotFoundError:
            return None
        return found

    def _rows(self, path: str, *having: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages; a page without any has no `entries` at all."""
        number, seen = 1, 0
        while True:
            answer = self._client.call(page(path, number))
            body = answer.need_object()
            rows = answer.need_rows("entries", having=having) if body.get("entries") else []
            yield from rows
            seen, number = seen + len(rows), number + 1
            if not rows or seen >= (as_count(body.get("total_size")) or 0):
                return
