"""Amazon SES: one message per recipient, to the account's contact list or to one of its topics."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from pydantic import Field

from newsletter.errors import DoubtError, PlanLimitError, RefusedError, UnavailableError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Subscriber, address_key, mask
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.domains import encode_address
from newsletter.model.fields import FrozenModel, SingleLine
from newsletter.model.merge_tags import BuiltInTag
from newsletter.providers.base import OutboundMessage, ProviderContext, retry_field
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo
from newsletter.providers.handover import HandoverProvider, Pace
from newsletter.providers.ses_client import ATTEMPTS, HINTS, SesClient, TooFastError, client_factory

TITLE = "Amazon SES"
SLOWEST = 1.0
"""Messages a second where the account does not tell how many it may send: what a new account may."""

_OWN_WAYS_TO_LEAVE = re.compile(rb"^List-Unsubscribe(?:-Post)?:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE | re.IGNORECASE)


class Options(FrozenModel):
    """What the settings say under `ses`."""

    region: SingleLine = Field(description="The AWS region of your SES account.", examples=["eu-west-2"])
    contact_list: SingleLine | None = Field(
        None, description="The contact list; if not set, the account's only one.", examples=["Readers"]
    )
    configuration_set: SingleLine | None = Field(
        None, description="The configuration set to send messages with.", examples=["newsletter"]
    )
    ses_handles_leaving: bool = Field(
        default=True,
        description="Whether SES adds its own unsubscribe link to each message and updates the contact list with it.",
        examples=[True],
    )
    per_second: float | None = Field(
        None, gt=0, description="Messages a second; if not set, the account's limit.", examples=[14]
    )
    retry_for: int = retry_field("SES")
    profile: SingleLine | None = Field(
        None, description="The profile in your AWS configuration; if not set, the default one.", examples=["charity"]
    )
    base_url: ApiAddress | None = Field(
        None, description="The address of the SES API.", examples=["http://127.0.0.1:5000"]
    )


class SesProvider(HandoverProvider):
    """Hands each message to Amazon SES."""

    options = Options
    server = "SES"
    about = ProviderInfo(
        name="ses",
        title=TITLE,
        features=Feature.COUNTS | Feature.TEST | Feature.AGAIN | Feature.PLAIN_TEXT | Feature.SENDER | Feature.REPLY_TO,
        limits=Limits(),
        needs=DnsRequirements(TITLE, where="Identities in the SES console"),
        adds=Additions(why="SES counts opens and clicks only if a configuration set turns this on"),
        notes=(
            "An audience is a contact list, or one of its topics in the form LIST/TOPIC.",
            "The keys are those that the AWS library finds, in its environment variables or a profile.",
            "SES cannot report afterwards which messages it accepted.",
        ),
    )

    def __init__(
        self,
        options: Options,
        client: Callable[[bool], Any],
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what makes a client of the AWS library: one that repeats requests by itself (True), or does not."""
        self._options = options
        self._client = SesClient(client, clock)
        self._pause = pause
        self._pace = Pace(pause, clock)
        self._per_second = options.per_second
        self._leaving: dict[str, str] = {}
        self._attributes: dict[tuple[str, Any], dict[str, str]] = {}
        self._listed: dict[str, list[str]] = {}

    @property
    def retry_seconds(self) -> float:
        """Return for how long a run tries again where SES is too busy."""
        return self._options.retry_for * 60

    @classmethod
    def make(cls, options: Options, supplies: ProviderContext) -> Self:  # noqa: ARG003 - the AWS library finds the keys itself
        """Make ready to call."""
        return cls.connect(options)

    @classmethod
    def connect(cls, options: Options, *, pause: Callable[[float], None] = time.sleep) -> Self:
        """Make ready to call, with the keys that the AWS library finds."""
        return cls(options, client_factory(options.region, options.profile, options.base_url), pause=pause)

    # --- people ---------------------------------------------------------------------------------------------------

    def audiences(self) -> tuple[Audience, ...]:
        """List the contact lists, each followed by its topics as `LIST/TOPIC`."""
        found: list[Audience] = []
        for name in self._lists():
            topics = self._client.read("get_contact_list", "ContactListName", ContactListName=name).get("Topics") or []
            contacts = list(self._contacts(name))
            counts = [sum(_wants(one, topic) for one in contacts) for topic in ["", *(t["TopicName"] for t in topics)]]
            found.append(Audience(id=name, name=name, count=counts[0]))
            found += [
                Audience(id=f"{name}/{topic['TopicName']}", name=f"{name}: {topic['DisplayName']}", count=count)
                for topic, count in zip(topics, counts[1:], strict=True)
            ]
        return tuple(found)

    def recipients(self, audience: Audience) -> tuple[Subscriber, ...]:
        """List those who have not left, by address; their names are asked for one by one, once each.

        The audience is kept in mind for sending: a run asks for its people before it hands over the first message.
        """
        name, _, topic = audience.id.partition("/")
        people = [_subscriber(one, self._about(name, one)) for one in self._contacts(name) if _wants(one, topic)]
        if self._options.ses_handles_leaving:
            self._leaving = {"ContactListName": name, **({"TopicName": topic} if topic else {})}
        once = {address_key(one.email): one for one in sorted(people, key=lambda one: one.email, reverse=True)}
        found = tuple(sorted(once.values(), key=lambda one: one.email))
        self._listed[audience.id] = [one.email for one in found]
        return found

    def addresses(self, audience: Audience) -> list[str]:
        """List the addresses of those who have not left, without asking for each one's name."""
        if audience.id not in self._listed:
            name, _, topic = audience.id.partition("/")
            self._listed[audience.id] = [one["EmailAddress"] for one in self._contacts(name) if _wants(one, topic)]
        return self._listed[audience.id]

    def _lists(self) -> list[str]:
        if self._options.contact_list:
            return [self._options.contact_list]
        return [row["ContactListName"] for row in self._client.pages("list_contact_lists", "ContactLists")]

    def _contacts(self, name: str) -> Iterator[Mapping[str, Any]]:
        return self._client.pages("list_contacts", "Contacts", ContactListName=name)

    def _about(self, name: str, contact: Mapping[str, Any]) -> dict[str, str]:
        """Return what the list knows of a contact; SES tells it of one contact at a time."""
        known = (contact["EmailAddress"], contact.get("LastUpdatedTimestamp"))
        if known not in self._attributes:
            told = self._client.read(
                "get_contact", "EmailAddress", ContactListName=name, EmailAddress=contact["EmailAddress"]
            )
            self._attributes[known] = _attributes(told.get("AttributesData"))
        return self._attributes[known]

    # --- messages -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Ask how fast, and whether at all, the account may send."""
        try:
            account = self._client.read("get_account")
        except (RefusedError, UnavailableError):
            account = {}  # a key may be allowed to send and not to ask; then the slowest pace is kept
        if account.get("SendingEnabled") is False:
            raise PlanLimitError("Amazon SES has turned off sending for this account.", hint=HINTS["MessageRejected"])
        quota = account.get("SendQuota") or {}
        day, sent = quota.get("Max24HourSend", -1), quota.get("SentLast24Hours", 0)
        if 0 <= day <= sent:
            raise PlanLimitError(
                f"The account has sent {sent:,.0f} messages in 24 hours; its limit is {day:,.0f}.",
                hint=HINTS["LimitExceededException"],
            )
        if self._options.per_second is None:
            self._per_second = quota.get("MaxSendRate") or SLOWEST

    def hand_over(self, message: OutboundMessage) -> None:
        """Hand over one message of a send, without the unsubscribe headers where SES adds its own."""
        raw = _OWN_WAYS_TO_LEAVE.sub(b"", _head(message.raw)) + _rest(message.raw) if self._leaving else message.raw
        self._send(message, raw, {"ListManagementOptions": self._leaving} if self._leaving else {})

    def deliver_test(self, message: OutboundMessage) -> str:
        """Hand over a test, to anybody: the contact list has no part in it."""
        self._send(message, message.raw, {})
        return f"the inbox of {mask(message.address)}"

    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
        return "the sending statistics of Amazon SES"

    def _send(self, message: OutboundMessage, raw: bytes, extra: Mapping[str, Any]) -> None:
        if self._options.configuration_set:
            extra = {**extra, "ConfigurationSetName": self._options.configuration_set}
        for attempt in range(1, ATTEMPTS + 1):
            self._pace.keep(1 / (self._per_second or SLOWEST))
            try:
                answer = self._client.call(
                    False,  # noqa: FBT003 - never repeated by the library
                    "send_email",
                    {
                        "Destination": {"ToAddresses": [encode_address(message.address)]},
                        "Content": {"Raw": {"Data": raw}},
                        **extra,
                    },
                )
            except UnavailableError as error:
                # "too many requests" is the one answer after which nothing can have been sent
                if attempt == ATTEMPTS or not isinstance(error, TooFastError):
                    raise
                self._pause(float(2**attempt))
            else:
                if not answer.get("MessageId"):
                    raise DoubtError(
                        "Amazon SES returned a response that cannot be read, and may have accepted the message."
                    )
                return


def _wants(contact: Mapping[str, Any], topic: str) -> bool:
    """Return whether a contact gets what is sent to the list, or to a topic by their choice or its default."""
    if contact.get("UnsubscribeAll"):
        return False
    if not topic:
        return True
    rows = [*(contact.get("TopicDefaultPreferences") or []), *(contact.get("TopicPreferences") or [])]
    said = {row["TopicName"]: row["SubscriptionStatus"] for row in rows}
    return said.get(topic) == "OPT_IN"


def _attributes(data: str | None) -> dict[str, str]:
    """Read a contact's attributes, which AWS keeps as a text: by convention the text is JSON."""
    try:
        read = json.loads(data or "{}")
    except ValueError:
        return {}
    if not isinstance(read, dict):
        return {}
    return {_column(key): str(value) for key, value in read.items() if isinstance(value, str | int | float)}


def _column(name: str) -> str:
    """Return the merge tag of an attribute: `FirstName` and `first-name` are both `first_name`."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).casefold()).strip("_")


def _subscriber(contact: Mapping[str, Any], attributes: Mapping[str, str]) -> Subscriber:
    fields = {name: value for name, value in attributes.items() if name not in set(BuiltInTag)}
    return Subscriber(
        email=contact["EmailAddress"],
        first_name=attributes.get("first_name", ""),
        last_name=attributes.get("last_name", ""),
        fields=fields,
    )


def _head(raw: bytes) -> bytes:
    return raw[: raw.index(b"\r\n\r\n") + 2] if b"\r\n\r\n" in raw else raw


def _rest(raw: bytes) -> bytes:
    return raw[len(_head(raw)) :]
