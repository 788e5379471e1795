from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from newsletter.subscribers.records import ListStatus
from newsletter.workflow.public_pages import Report
from newsletter.workflow.webhooks import (
    MAILGUN,
    POSTMARK,
    RefusedReportError,
    read_mailgun,
    read_postmark,
    read_sns,
)

TOPIC = "arn:aws:sns:eu-west-1:123456789012:newsletter"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


PEM = pem(KEY)


def notification(**changes: Any) -> dict[str, Any]:
    bounced = [{"emailAddress": "gone@example.org"}]
    told = {"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": bounced}}
    return {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Message": json.dumps(told),
        "Timestamp": "2026-05-01T12:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        **changes,
    }


def signed(event: dict[str, Any], key: rsa.RSAPrivateKey = KEY) -> bytes:
    names = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{event[name]}\n" for name in names if name in event)
    algorithm = hashes.SHA256() if event["SignatureVersion"] == "2" else hashes.SHA1()
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return json.dumps({**event, "Signature": base64.b64encode(signature).decode()}).encode()


def fetch(link: str) -> bytes:
    assert link == CERTIFICATE
    return PEM


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_bounce_by_ses_is_believed(version: str) -> None:
    found = read_sns(signed(notification(SignatureVersion=version)), TOPIC, fetch)
    assert found == [Report("gone@example.org", ListStatus.BOUNCED, "SES")]


def test_a_temporary_bounce_is_none() -> None:
    told = {"notificationType": "Bounce", "bounce": {"bounceType": "Transient", "bouncedRecipients": [{}]}}
    assert read_sns(signed(notification(Message=json.dumps(told))), TOPIC, fetch) == []


def test_a_complaint_is_believed() -> None:
    people = [{"emailAddress": "angry@example.org"}]
    told = {"eventType": "Complaint", "complaint": {"complainedRecipients": people}}
    found = read_sns(signed(notification(Message=json.dumps(told), Subject="x")), TOPIC, fetch)
    assert found == [Report("angry@example.org", ListStatus.COMPLAINED, "SES")]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda event: signed(event, rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        lambda event: signed(event).replace(b"gone@", b"sam@"),
        lambda event: signed({**event, "TopicArn": TOPIC + "x"}),
        lambda event: signed({**event, "SigningCertURL": "https://evil.example/SimpleNotificationService-0.pem"}),
        lambda event: signed(
            {
                **event,
                "SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem",
            }
        ),
        lambda event: signed({**event, "SigningCertURL": CERTIFICATE.replace("https", "http")}),
        lambda event: json.dumps(event).encode(),
        lambda event: signed({**event, "Type": "Other"}),
        lambda _: b"[]",
        lambda _: b"{",
        lambda _: b"[" * 100_000,
    ],
)
def test_a_report_that_is_not_amazon_s_is_refused(spoil: Callable[[dict[str, Any]], bytes]) -> None:
    with pytest.raises(RefusedReportError):
        read_sns(spoil(notification()), TOPIC, fetch)


def test_a_subscription_is_confirmed_at_amazon_only() -> None:
    asked = []

    def note(link: str) -> bytes:
        asked.append(link)
        return PEM

    link = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    event = notification(Type="SubscriptionConfirmation", Token="1", SubscribeURL=link)
    assert read_sns(signed(event), TOPIC, note) == []
    assert asked == [CERTIFICATE, link]
    event["SubscribeURL"] = "https://evil.example/"
    with pytest.raises(RefusedReportError):
        read_sns(signed(event), TOPIC, note)


def basic(text: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def test_postmark_needs_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POSTMARK, "news:secret")
    body = json.dumps({"RecordType": "Bounce", "Type": "HardBounce", "Email": "gone@example.org"}).encode()
    assert read_postmark(basic("news:secret"), body) == [Report("gone@example.org", ListStatus.BOUNCED, "Postmark")]
    for headers in ({}, basic("news:wrong"), basic(""), {"authorization": "Basic é"}, {"authorization": "Bearer x"}):
        with pytest.raises(RefusedReportError):
            read_postmark(headers, body)
    soft = json.dumps({"RecordType": "Bounce", "Type": "SoftBounce", "Email": "full@example.org"}).encode()
    assert read_postmark(basic("news:secret"), soft) == []
    spam = json.dumps({"RecordType": "SpamComplaint", "Email": "angry@example.org"}).encode()
    assert read_postmark(basic("news:secret"), spam)[0].reason is ListStatus.COMPLAINED


def mailgun(moment: str = "1000", token: str = "t", key: str = "key", **data: str) -> bytes:
    digest = hmac.new(key.encode(), (moment + token).encode(), "sha256").hexdigest()
    event = {"event": "failed", "severity": "permanent", "recipient": "gone@example.org", **data}
    signature = {"timestamp": moment, "token": token, "signature": digest}
    return json.dumps({"signature": signature, "event-data": event}).encode()


def test_mailgun_signs_and_a_report_is_believed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAILGUN, "key")
    used: set[str] = set()

    def seen(token: str) -> bool:
        return token in used or bool(used.add(token))

    expected = [Report("gone@example.org", ListStatus.BOUNCED, "Mailgun")]
    assert read_mailgun(mailgun(), seen, lambda: 1000.0) == expected
    for body in (mailgun(), mailgun(token="u", key="other"), mailgun(moment="x", token="v"), b"{}"):
        with pytest.raises(RefusedReportError):
            read_mailgun(body, seen, lambda: 1000.0)
    with pytest.raises(RefusedReportError):
        read_mailgun(mailgun(token="w"), seen, lambda: 9000.0)
    assert read_mailgun(mailgun(token="x", severity="temporary"), seen, lambda: 1000.0) == []
