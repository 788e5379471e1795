"""Reports of bounces and complaints by mail services, believed only if they are signed, or carry a password."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from newsletter.secrets import find_secret
from newsletter.subscribers.records import ListStatus
from newsletter.workflow.public_pages import Report

POSTMARK = "NEWSLETTER_POSTMARK_WEBHOOK"
MAILGUN = "NEWSLETTER_MAILGUN_SIGNING_KEY"
MOST_AGE = 3600
"""Seconds after which a signed report is too old: it may have been recorded and played again."""

_SNS_HOST = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/[^?#]*")
_SNS_CERTIFICATE = re.compile(_SNS_HOST.pattern[: -len("[^?#]*")] + r"SimpleNotificationService-[0-9a-f]+\.pem")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_POSTMARK_HARD = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated", "AddressChange"}


class RefusedReportError(ValueError):
    """The report is not from the service, or cannot be read."""


def read_postmark(headers: Mapping[str, str], body: bytes) -> list[Report]:
    """Return the reports of Postmark; the address of the webhook has a user and a password, which must be right."""
    expected = _secret(POSTMARK)
    kind, _, given = headers.get("authorization", "").partition(" ")
    try:
        said = base64.b64decode(given.encode(), validate=True)
    except (binascii.Error, ValueError):
        said = b""
    if kind.casefold() != "basic" or not hmac.compare_digest(said, expected.encode()):
        raise RefusedReportError("the password is wrong")
    event = _object(body)
    record, kind = str(event.get("RecordType", "")), str(event.get("Type", ""))
    if record == "SpamComplaint" or kind == "SpamComplaint":
        return [Report(_text(event, "Email"), ListStatus.COMPLAINED, "Postmark")]
    if record == "Bounce" and kind in _POSTMARK_HARD:
        return [Report(_text(event, "Email"), ListStatus.BOUNCED, "Postmark")]
    if record == "SubscriptionChange" and event.get("SuppressSending") is True:
        reason = {"HardBounce": ListStatus.BOUNCED, "SpamComplaint": ListStatus.COMPLAINED}.get(
            str(event.get("SuppressionReason")), ListStatus.UNSUBSCRIBED
        )
        return [Report(_text(event, "Recipient"), reason, "Postmark")]
    return []


def read_mailgun(
    body: bytes, seen: Callable[[str], bool] = lambda _: False, now: Callable[[], float] = time.time
) -> list[Report]:
    """Return the reports of Mailgun, signed with HMAC-SHA256; `seen` says whether a token was used before."""
    event = _object(body)
    signature = event.get("signature")
    if not isinstance(signature, dict):
        raise RefusedReportError("there is no signature")
    moment, token = _text(signature, "timestamp"), _text(signature, "token")
    digest = hmac.new(_secret(MAILGUN).encode(), (moment + token).encode(), "sha256").hexdigest()
    if not hmac.compare_digest(digest.encode(), _text(signature, "signature").encode()):
        raise RefusedReportError("the signature is wrong")
    if not moment.isdecimal() or abs(now() - int(moment)) > MOST_AGE or seen(token):
        raise RefusedReportError("the report is old, or was used before")
    data = event.get("event-data")
    if not isinstance(data, dict):
        return []
    kind = data.get("event")
    if kind == "complained":
        return [Report(_text(data, "recipient"), ListStatus.COMPLAINED, "Mailgun")]
    if kind == "failed" and data.get("severity") == "permanent":
        return [Report(_text(data, "recipient"), ListStatus.BOUNCED, "Mailgun")]
    if kind == "unsubscribed":
        return [Report(_text(data, "recipient"), ListStatus.UNSUBSCRIBED, "Mailgun")]
    return []


def read_sns(body: bytes, topic: str, fetch: Callable[[str], bytes]) -> list[Report]:
    """Return the reports of SES, by way of SNS; a new subscription of the topic is confirmed.

    `fetch` gets the certificate, and the page that confirms: both only from Amazon's own hosts.
    """
    event = _object(body)
    kind = _text(event, "Type")
    if not hmac.compare_digest(_text(event, "TopicArn").encode(), topic.encode()):
        raise RefusedReportError("the topic is another one")
    if kind not in _SIGNED:
        raise RefusedReportError("the kind of message is not known")
    _verify_sns(event, _SIGNED[kind], fetch)
    if kind == "SubscriptionConfirmation":
        link = _text(event, "SubscribeURL")
        if not _SNS_HOST.match(link):
            raise RefusedReportError("the link is not Amazon's")
        fetch(link)
        return []
    return list(_of_ses(_object(_text(event, "Message").encode())))


def _verify_sns(event: Mapping[str, Any], names: tuple[str, ...], fetch: Callable[[str], bytes]) -> None:
    try:
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding, rsa
    except ImportError as error:
        raise RefusedReportError("the package cryptography is not installed: newsletter[serve]") from error

    link = _text(event, "SigningCertURL")
    if not _SNS_CERTIFICATE.fullmatch(link):
        raise RefusedReportError("the certificate is not Amazon's")
    signed = "".join(f"{name}\n{_text(event, name)}\n" for name in names if event.get(name) is not None)
    algorithm = hashes.SHA256() if event.get("SignatureVersion") == "2" else hashes.SHA1()  # noqa: S303  SNS's version 1
    try:
        key = x509.load_pem_x509_certificate(fetch(link)).public_key()
        signature = base64.b64decode(_text(event, "Signature"), validate=True)
        if not isinstance(key, rsa.RSAPublicKey):
            raise RefusedReportError("the certificate has no RSA key")
        key.verify(signature, signed.encode(), padding.PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise RefusedReportError("the signature is wrong") from error
    except (ValueError, binascii.Error) as error:
        raise RefusedReportError("the signature cannot be read") from error


def _of_ses(event: Mapping[str, Any]) -> Iterator[Report]:
    kind = event.get("notificationType") or event.get("eventType")
    bounce, complaint = event.get("bounce"), event.get("complaint")
    if kind == "Bounce" and isinstance(bounce, dict) and bounce.get("bounceType") == "Permanent":
        for one in bounce.get("bouncedRecipients") or ():
            yield Report(_text(one, "emailAddress"), ListStatus.BOUNCED, "SES")
    if kind == "Complaint" and isinstance(complaint, dict):
        for one in complaint.get("complainedRecipients") or ():
            yield Report(_text(one, "emailAddress"), ListStatus.COMPLAINED, "SES")


def is_set(variable: str) -> bool:
    """Return whether the secret of a service is stored."""
    return bool(find_secret(variable))


def _secret(variable: str) -> str:
    found = find_secret(variable)
    if not found:
        raise RefusedReportError(f"{variable} is not set")
    return found


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedReportError("the report is not JSON") from error
    if not isinstance(found, dict):
        raise RefusedReportError("the report is not an object")
    return found


def _text(event: Any, name: str) -> str:
    value = event.get(name) if isinstance(event, dict) else None
    if not isinstance(value, str) or len(value) > 100_000:
        raise RefusedReportError(f"`{name}` is missing")
    return value
