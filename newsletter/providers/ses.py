"""Amazon SES: one message per recipient, to the account's contact list or to one of its topics.

The AWS library repeats a request by itself when an answer is late, which would send a message twice: for sending, that
is switched off here. SES cannot be asked what it has sent, so a late answer is a doubt.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UsageError,
)
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Subscriber, address_key, mask
from newsletter.model.control_characters import escape_control_characters
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.domains import encode_address
from newsletter.model.fields import FrozenModel, SingleLine
from newsletter.model.merge_tags import BuiltInTag
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage, ProviderContext, retry_field
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from newsletter.providers.exchange import Exchange

TITLE = "Amazon SES"
SLOWEST = 1.0
"""Messages a second where the account does not tell how many it may send: what a new account may."""
ATTEMPTS = 5
CALL_SECONDS = 90.0
SLOW_SECONDS = 5.0
"""Seconds after which a call is slow."""
SLOW_IN_A_ROW_SECONDS = 300.0
"""The longest that slow calls which only read may take together, with no quick one between them."""
"""The longest that one call may take, with the library's own repeats of one that reads."""
MOST_REFUSED = 5
"""Refusals in a row after which it is not the recipients that are at fault."""

_ADDRESS = re.compile(r"[^\s<>@\"'()]+@[^\s<>@\"'(),;:]+")
_OWN_WAYS_TO_LEAVE = re.compile(rb"^List-Unsubscribe(?:-Post)?:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE | re.IGNORECASE)
_BUSY = {"TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded", "SlowDown"}
_KEYS = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_PLAN = {"AccountSuspendedException", "LimitExceededException", "SendingPausedException"}
_HINT = "Nothing was sent. Fix the problem that SES reports, or check the SES console."
_HINTS = dict.fromkeys(_KEYS, "Check the AWS keys, their permissions, and the region.") | {
    "AccountSuspendedException": "Check the account's reputation in the SES console.",
    "LimitExceededException": (
        "The account has reached its sending quota. Try again tomorrow, or ask AWS for a higher quota."
    ),
    "MailFromDomainNotVerifiedException": "Check the sender's domain under Identities in the SES console.",
    "MessageRejected": "Verify the sender's address or domain under Identities in the SES console, in the same region.",
    "NotFoundException": "Check `contact_list`, `configuration_set` and the region in newsletter.yaml.",
    "SendingPausedException": "Sending is turned off for the account or the configuration set in the SES console.",
}


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


class SesProvider(DirectProvider):
    """Hands each message to Amazon SES."""

    options = Options
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
        self._make = client
        self._clients: dict[bool, Any] = {}
        self._pause = pause
        self._clock = clock
        self._per_second = options.per_second
        self._last = float("-inf")
        self._lost = 0.0
        self._refused = 0
        self._leaving: dict[str, str] = {}
        self._attributes: dict[tuple[str, Any], dict[str, str]] = {}

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
        """Make ready to call, with the keys that the AWS library finds; raise UsageError where it is not installed."""
        try:
            import boto3  # noqa: PLC0415 - large, and only for who uses it
            from botocore.config import Config  # noqa: PLC0415
        except ImportError as error:
            raise UsageError(
                "Sending with Amazon SES needs the package boto3, which is not installed.",
                hint="Install it with: pip install 'newsletter[ses]'",
            ) from error

        def client(repeats: bool) -> Any:  # noqa: FBT001 - a switch of the library's
            retries = {"mode": "standard", "total_max_attempts": ATTEMPTS if repeats else 1}
            session = boto3.session.Session(profile_name=options.profile, region_name=options.region)
            config = Config(retries=retries, connect_timeout=10, read_timeout=60)
            return session.client("sesv2", endpoint_url=options.base_url, config=config)

        return cls(options, client, pause=pause)

    # --- people ---------------------------------------------------------------------------------------------------

    def audiences(self) -> tuple[Audience, ...]:
        """List the contact lists, each followed by its topics as `LIST/TOPIC`."""
        found: list[Audience] = []
        for name in self._lists():
            topics = self._read("get_contact_list", "ContactListName", ContactListName=name).get("Topics") or []
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
        return tuple(sorted(once.values(), key=lambda one: one.email))

    def _lists(self) -> list[str]:
        if self._options.contact_list:
            return [self._options.contact_list]
        return [row["ContactListName"] for row in self._pages("list_contact_lists", "ContactLists")]

    def _contacts(self, name: str) -> Iterator[Mapping[str, Any]]:
        return self._pages("list_contacts", "Contacts", ContactListName=name)

    def _about(self, name: str, contact: Mapping[str, Any]) -> dict[str, str]:
        """Return what the list knows of a contact; SES tells it of one contact at a time."""
        known = (contact["EmailAddress"], contact.get("LastUpdatedTimestamp"))
        if known not in self._attributes:
            told = self._read("get_contact", "EmailAddress", ContactListName=name, EmailAddress=contact["EmailAddress"])
            self._attributes[known] = _attributes(told.get("AttributesData"))
        return self._attributes[known]

    # --- messages -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Ask how fast, and whether at all, the account may send."""
        try:
            account = self._read("get_account")
        except (RefusedError, UnavailableError):
            account = {}  # a key may be allowed to send and not to ask; then the slowest pace is kept
        if account.get("SendingEnabled") is False:
            raise PlanLimitError("Amazon SES has turned off sending for this account.", hint=_HINTS["MessageRejected"])
        quota = account.get("SendQuota") or {}
        day, sent = quota.get("Max24HourSend", -1), quota.get("SentLast24Hours", 0)
        if 0 <= day <= sent:
            raise PlanLimitError(
                f"The account has sent {sent:,.0f} messages in 24 hours; its limit is {day:,.0f}.",
                hint=_HINTS["LimitExceededException"],
            )
        if self._options.per_second is None:
            self._per_second = quota.get("MaxSendRate") or SLOWEST

    def deliver(self, parcel: OutboundMessage) -> None:
        """Hand over one message; see `DirectProvider.deliver` for what is raised."""
        raw = _OWN_WAYS_TO_LEAVE.sub(b"", _head(parcel.raw)) + _rest(parcel.raw) if self._leaving else parcel.raw
        extra = {"ListManagementOptions": self._leaving} if self._leaving else {}
        try:
            self._send(parcel, raw, extra)
        except RefusedError as error:
            self._refused += 1
            if type(error) is RefusedError and self._refused >= MOST_REFUSED:
                raise ProviderError(
                    f"{error.message} {self._refused} messages in a row were rejected.",
                    hint=(
                        "SES seems to reject the newsletter itself, not individual recipients. Fix the cause, "
                        "then send again: it continues where it stopped."
                    ),
                ) from error
            raise
        self._refused = 0

    def settle(self) -> None:
        """Do nothing: what SES has taken is in its hands."""

    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, AcceptState]:  # noqa: ARG002 - the interface's
        """Say that it cannot be known."""
        return dict.fromkeys(keys, AcceptState.CANNOT_TELL)

    def deliver_test(self, parcel: OutboundMessage) -> str:
        """Hand over a test, to anybody: the contact list has no part in it."""
        self._send(parcel, parcel.raw, {})
        return f"the inbox of {mask(parcel.address)}"

    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
        return "the sending statistics of Amazon SES"

    def _send(self, parcel: OutboundMessage, raw: bytes, extra: Mapping[str, Any]) -> None:
        if self._options.configuration_set:
            extra = {**extra, "ConfigurationSetName": self._options.configuration_set}
        for attempt in range(1, ATTEMPTS + 1):
            self._keep_pace()
            try:
                answer = self._call(
                    False,  # noqa: FBT003 - never repeated by the library
                    "send_email",
                    {
                        "Destination": {"ToAddresses": [encode_address(parcel.address)]},
                        "Content": {"Raw": {"Data": raw}},
                        **extra,
                    },
                )
            except UnavailableError as error:
                # "too many requests" is the one answer after which nothing can have been sent
                if attempt == ATTEMPTS or not isinstance(error, _TooFastError):
                    raise
                self._pause(float(2**attempt))
            else:
                if not answer.get("MessageId"):
                    raise DoubtError(
                        "Amazon SES returned a response that cannot be read, and may have accepted the message."
                    )
                return

    def _keep_pace(self) -> None:
        wait = self._last + 1 / (self._per_second or SLOWEST) - self._clock()
        if wait > 0:
            self._pause(wait)
        self._last = self._clock()

    # --- calls ----------------------------------------------------------------------------------------------------

    def _read(self, operation: str, having: str = "", **values: Any) -> Mapping[str, Any]:
        """Return an answer that has a field: of what it cannot read, the library makes an empty answer."""
        if self._lost >= SLOW_IN_A_ROW_SECONDS:
            raise UnavailableError("Amazon SES answers too slowly.", hint="Nothing was sent. Try again later.")
        began = self._clock()
        try:
            answer = self._call(True, operation, values)  # noqa: FBT003 - reading may be repeated
        finally:
            took = self._clock() - began
            self._lost = self._lost + took if took > SLOW_SECONDS else 0.0
        if having and having not in answer:
            raise UnavailableError(
                "Amazon SES returned a response that cannot be read.",
                hint="Nothing was sent. Try again in a few minutes.",
            )
        return answer

    def _pages(self, operation: str, rows: str, **values: Any) -> Iterator[Mapping[str, Any]]:
        follow: dict[str, Any] = {}
        while True:
            page = self._read(operation, rows, **values, **follow)
            yield from page[rows] or []
            if not page.get("NextToken"):
                return
            follow = {"NextToken": page["NextToken"]}

    def _call(self, repeats: bool, operation: str, values: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: FBT001
        from botocore import exceptions  # noqa: PLC0415 - large, and only for who uses it

        from newsletter.providers.aws_wire import observe  # noqa: PLC0415 - as above
        from newsletter.providers.exchange import observed  # noqa: PLC0415 - as above

        try:
            if repeats not in self._clients:
                self._clients[repeats] = self._make(repeats)
                observe(self._clients[repeats])
            with observed(CALL_SECONDS) as exchange:
                answer: Mapping[str, Any] = getattr(self._clients[repeats], operation)(**values)
        except exceptions.ClientError as error:
            raise _refusal(error, values, reads=repeats) from error
        except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.ProfileNotFound) as error:
            raise AuthenticationError(
                f"No keys were found for Amazon SES: {error}.",
                hint="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in newsletter.yaml.",
            ) from error
        except exceptions.ParamValidationError as error:
            raise RefusedError(f"The request to Amazon SES is not valid: {_words(str(error))}") from error
        except (exceptions.BotoCoreError, RecursionError) as error:
            raise _unanswered(error, exchange, reads=repeats) from error
        return answer


def _unanswered(error: Exception, exchange: Exchange, *, reads: bool) -> ProviderError:
    """Return what it means that a call got no answer, by what had reached the wire."""
    from botocore import exceptions  # noqa: PLC0415 - large, and only for who uses it

    before = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError, exceptions.ProxyConnectionError)
    began = exchange.was_begun if exchange.was_observed else not isinstance(error, before)
    if not began:
        proxy = isinstance(error, exceptions.ProxyConnectionError)
        through = " through this computer's proxy" if proxy else ""
        check = "the environment variable HTTPS_PROXY" if proxy else "the connection and the region"
        return UnavailableError(f"Amazon SES cannot be reached{through}.", hint=f"Nothing was sent. Check {check}.")
    if reads:
        return UnavailableError("Amazon SES did not respond.", hint="Nothing was sent. Try again.")
    return DoubtError("Amazon SES did not respond, and may have accepted the message.")


class _TooFastError(UnavailableError):
    """SES wants fewer requests a second; nothing was done."""


def _refusal(error: ClientError, values: Mapping[str, Any], *, reads: bool) -> ProviderError:
    """Return what an error answer of SES means."""
    told, meta = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code, status = str(told.get("Code", "")), int(meta.get("HTTPStatusCode", 0))
    support = f" Its support can look this up as request {meta['RequestId']}." if meta.get("RequestId") else ""
    if code in _BUSY or (status == 429 and reads):
        return _TooFastError(
            f"Amazon SES is too busy for this request{_aside(told)}", hint=f"Nothing was done. Try again.{support}"
        )
    # without a code it is a page of something in between, which is no word of SES
    if status >= 500 or (not reads and (not code or code.isdigit())):
        what = "has an internal error" if status >= 500 else "gave no clear response"
        words = f"Amazon SES {what} (HTTP {status}){_aside(told)}"
        if reads:
            return UnavailableError(words, hint=f"Nothing was sent. Try again.{support}")
        return DoubtError(words, hint=f"It may have accepted the message.{support}")
    said = str(told.get("Message") or code)
    recipients = values.get("Destination", {}).get("ToAddresses", [])
    named = any(address.casefold() in said.casefold() for address in recipients)
    words, hint = f"Amazon SES rejected the request: {_words(said)}", f"{_HINTS.get(code, _HINT)}{support}"
    if code in {"MessageRejected", "MailFromDomainNotVerifiedException"} and not named:
        return ProviderError(words, hint=hint)
    if status == 403 and code not in _KEYS | _PLAN:
        # something between us and SES says no to everything: that is not about this one recipient
        return ProviderError(words, hint=f"Check that your proxy or firewall allows connections to AWS. {hint}")
    return _kind(code)(words, hint=hint, status=status, request_id=str(meta.get("RequestId", "")))


def _kind(code: str) -> type[RefusedError]:
    if code in _KEYS:
        return AuthenticationError
    if code in _PLAN:
        return PlanLimitError
    return NotFoundError if code == "NotFoundException" else RefusedError


def _aside(told: Mapping[str, Any]) -> str:
    """Return what SES says of a fault, as the end of a sentence."""
    return f": {_words(str(told['Message']))}" if told.get("Message") else "."


def _words(text: str) -> str:
    masked = _ADDRESS.sub(lambda found: mask(found[0].rstrip(".")), " ".join(text.split()))
    return escape_control_characters(masked)


def _wants(contact: Mapping[str, Any], topic: str) -> bool:
    """Say whether a contact gets what is sent to the list, or to a topic by their own choice or the list's default."""
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
