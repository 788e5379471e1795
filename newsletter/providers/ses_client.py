"""Calls to Amazon SES through the AWS library, and what each kind of answer means.

The AWS library repeats a request by itself when an answer is late, which would send a message twice: for sending, that
is switched off here. SES cannot be asked what it has sent, so a late answer is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusalKind,
    RefusedError,
    UnavailableError,
    UsageError,
)
from newsletter.model.control_characters import escape_control_characters
from newsletter.providers.handover import mask_addresses
from newsletter.providers.refusal_kinds import refusal_kind

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from newsletter.providers.exchange import Exchange

ATTEMPTS = 5
CALL_SECONDS = 90.0
"""The longest that one call may take, with the library's own repeats of one that reads."""
SLOW_SECONDS = 5.0
"""Seconds after which a call is slow."""
SLOW_IN_A_ROW_SECONDS = 300.0
"""The longest that slow calls which only read may take together, with no quick one between them."""

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
HINTS = dict.fromkeys(_KEYS, "Check the AWS keys, their permissions, and the region.") | {
    "AccountSuspendedException": "Check the account's reputation in the SES console.",
    "LimitExceededException": (
        "The account has reached its sending quota. Try again tomorrow, or ask AWS for a higher quota."
    ),
    "MailFromDomainNotVerifiedException": "Check the sender's domain under Identities in the SES console.",
    "MessageRejected": "Verify the sender's address or domain under Identities in the SES console, in the same region.",
    "NotFoundException": "Check `contact_list`, `configuration_set` and the region in newsletter.yaml.",
    "SendingPausedException": "Sending is turned off for the account or the configuration set in the SES console.",
}


def client_factory(region: str, profile: str | None, base_url: str | None) -> Callable[[bool], Any]:
    """Return what makes a client: one that repeats requests by itself (True), or one that does not.

    Raise UsageError where the AWS library is not installed.
    """
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
        session = boto3.session.Session(profile_name=profile, region_name=region)
        config = Config(retries=retries, connect_timeout=10, read_timeout=60)
        return session.client("sesv2", endpoint_url=base_url, config=config)

    return client


class SesClient:
    """Calls SES; `make` makes a client of the AWS library, for calls that are repeated and those that are not."""

    def __init__(self, make: Callable[[bool], Any], clock: Callable[[], float]) -> None:
        self._make = make
        self._clients: dict[bool, Any] = {}
        self._clock = clock
        self._lost = 0.0

    def read(self, operation: str, having: str = "", **values: Any) -> Mapping[str, Any]:
        """Return an answer that has a field: of what it cannot read, the library makes an empty answer."""
        if self._lost >= SLOW_IN_A_ROW_SECONDS:
            raise UnavailableError("Amazon SES answers too slowly.", hint="Nothing was sent. Try again later.")
        began = self._clock()
        try:
            answer = self.call(True, operation, values)  # noqa: FBT003 - reading may be repeated
        finally:
            took = self._clock() - began
            self._lost = self._lost + took if took > SLOW_SECONDS else 0.0
        if having and having not in answer:
            raise UnavailableError(
                "Amazon SES returned a response that cannot be read.",
                hint="Nothing was sent. Try again in a few minutes.",
            )
        return answer

    def pages(self, operation: str, rows: str, **values: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages."""
        follow: dict[str, Any] = {}
        while True:
            page = self.read(operation, rows, **values, **follow)
            yield from page[rows] or []
            if not page.get("NextToken"):
                return
            follow = {"NextToken": page["NextToken"]}

    def call(self, repeats: bool, operation: str, values: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: FBT001
        """Make one call, which the library repeats by itself or not; raise what a missing or a bad answer means."""
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
            raise read_refusal(error, values, reads=repeats) from error
        except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.ProfileNotFound) as error:
            raise AuthenticationError(
                f"No keys were found for Amazon SES: {error}.",
                hint="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in newsletter.yaml.",
            ) from error
        except exceptions.ParamValidationError as error:
            raise RefusedError(f"The request to Amazon SES is not valid: {show_words(str(error))}") from error
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


class TooFastError(UnavailableError):
    """SES wants fewer requests a second; nothing was done."""


def read_refusal(error: ClientError, values: Mapping[str, Any], *, reads: bool) -> ProviderError:
    """Return what an error answer of SES means."""
    told, meta = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code, status = str(told.get("Code", "")), int(meta.get("HTTPStatusCode", 0))
    support = f" Its support can look this up as request {meta['RequestId']}." if meta.get("RequestId") else ""
    if code in _BUSY or (status == 429 and reads):
        return TooFastError(
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
    words, hint = f"Amazon SES rejected the request: {show_words(said)}", f"{HINTS.get(code, _HINT)}{support}"
    if code in {"MessageRejected", "MailFromDomainNotVerifiedException"} and not named:
        return ProviderError(words, hint=hint)
    if status == 403 and code not in _KEYS | _PLAN:
        # something between us and SES says no to everything: that is not about this one recipient
        return ProviderError(words, hint=f"Check that your proxy or firewall allows connections to AWS. {hint}")
    reason = _refusal_kind(code, said)
    return _kind(code)(words, hint=hint, status=status, request_id=str(meta.get("RequestId", "")), kind=reason)


def _kind(code: str) -> type[RefusedError]:
    if code in _KEYS:
        return AuthenticationError
    if code in _PLAN:
        return PlanLimitError
    return NotFoundError if code == "NotFoundException" else RefusedError


_INVALID = re.compile(
    r"(?:invalid|illegal|missing|bad)\b.{0,40}\b(?:address|domain|character)"
    r"|(?:local|domain) (?:(?:address|name|part) )?(?:contains|is not valid)|address.{0,20}\b(?:not valid|malformed)",
    re.IGNORECASE,
)


def _refusal_kind(code: str, said: str) -> RefusalKind:
    """Return why SES refused one recipient: it tells of mailboxes later, in its notifications."""
    if code in {"MessageRejected", "MailFromDomainNotVerifiedException"}:
        return RefusalKind.POLICY  # a recipient that is not verified in the sandbox, or a content taken for spam
    return RefusalKind.INVALID_ADDRESS if _INVALID.search(said) else refusal_kind(500, said)


def _aside(told: Mapping[str, Any]) -> str:
    """Return what SES says of a fault, as the end of a sentence."""
    return f": {show_words(str(told['Message']))}" if told.get("Message") else "."


def show_words(text: str) -> str:
    """Return words of SES's in one line, without anybody's address."""
    return escape_control_characters(mask_addresses(text))
