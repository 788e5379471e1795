"""Messages signed with DKIM, by the verdict of a verifier of others."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UsageError
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message
from newsletter.providers.base import OutboundMessage
from newsletter.providers.dkim_signature import DkimOptions, DkimSigner
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.render.mime import MessageContext, MimeTemplate

from .test_smtp import OK, Stub

dkim = pytest.importorskip("dkim", reason="dkimpy is not installed")
rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa", reason="cryptography is not installed")


def write_key(path: Path, *, size: int = 1024) -> Path:
    from cryptography.hazmat.primitives import serialization

    key = rsa.generate_private_key(public_exponent=65537, key_size=size)
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return path


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key") / "dkim.pem")


@pytest.fixture(scope="module")
def signer(key_file: Path) -> DkimSigner:
    return DkimSigner.from_options(DkimOptions(selector="news", key_file=str(key_file)))


def message(name: str = "Zoë", subject: str = "News for {first_name}", text: str = "Hello {first_name}") -> bytes:
    sender = Sender(name="Example – Community Trust", email="us@example.org")
    template = MimeTemplate(
        Message(title="T", subject=subject, preheader="", html="<p>Hello</p>" * 200, text=text, sender=sender)
    )
    links = ReaderLinks.model_validate({"unsubscribe": "https://example.org/leave?who={key}", "one_click": True})
    reader = Subscriber(email="reader@example.com", first_name=name)
    at = dt.datetime(2024, 2, 12, 9, tzinfo=dt.UTC)
    return template.compose(MessageContext(reader, "k" * 24, "2024-02", "2024-02", at, links))


def is_valid(signer: DkimSigner, raw: bytes, asked: list[bytes] | None = None) -> bool:
    def look_up(name: bytes, timeout: int = 5) -> bytes:
        if asked is not None:
            asked.append(name)
        return f"v=DKIM1; k=rsa; p={signer.public_key}".encode()

    return bool(dkim.verify(raw, dnsfunc=look_up))


def test_a_verifier_of_others_says_pass(signer):
    asked: list[bytes] = []
    signed = signer.sign(message())
    assert is_valid(signer, signed, asked)
    assert asked == [b"news._domainkey.example.org."]
    covered = re.sub(rb"\s", b"", signed.partition(b" h=")[2].partition(b";")[0]).lower().split(b":")
    assert {b"from", b"to", b"subject", b"date", b"list-unsubscribe", b"list-unsubscribe-post"} <= set(covered)
    assert max(len(line) for line in signed.partition(b"\r\nFrom:")[0].split(b"\r\n")) <= 78


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t ."), max_size=200)


@given(WORDS, WORDS, WORDS)
def test_whatever_is_in_it(signer, name, subject, text):
    assert is_valid(signer, signer.sign(message(name, subject, text)))


@pytest.mark.parametrize("raw", [b"From: us@example.org\r\n\r\n", b"From: us@example.org\r\n\r\na \r\n\r\n\r\n"])
def test_an_empty_text_and_one_with_empty_lines_at_its_end(signer, raw):
    assert is_valid(signer, signer.sign(raw))


@pytest.mark.parametrize("field", [b"From", b"Subject", b"List-Unsubscribe", b"List-Unsubscribe-Post", b"Content-Type"])
def test_a_changed_header_is_noticed(signer, field):
    signed = signer.sign(message())
    changed = re.sub(rb"(?m)^(%b: .)" % field, rb"\1x", signed, count=1)
    assert changed != signed
    assert not is_valid(signer, changed)


def test_a_changed_text_and_a_second_sender_are_noticed(signer):
    signed = signer.sign(message())
    assert not is_valid(signer, signed.replace(b"Hello", b"Hallo"))
    assert not is_valid(signer, signed.replace(b"\r\nFrom:", b"\r\nFrom: x@example.net\r\nFrom:", 1))


def test_spaces_and_folds_that_a_server_changes_are_allowed(signer):
    signed = signer.sign(message())
    assert is_valid(signer, signed.replace(b"Subject: ", b"SUBJECT:\r\n   "))


def test_the_mail_server_is_given_a_signed_message(key_file, signer):
    settings = {"host": "mail.example.org", "dkim": {"selector": "news", "key_file": str(key_file)}}
    sender = SmtpProvider(Options.model_validate(settings), "audience.csv", tuple)
    stub = Stub(OK, OK, (354, b"go on"), OK)
    sender._session._smtp = stub
    sender.deliver(OutboundMessage("2024-02", "k1", "kim@example.org", message()))
    assert "DKIM-Signature: v=1; a=rsa-sha256;" in stub.said[3]


def test_what_the_dns_must_have(key_file, signer):
    options = Options.model_validate(
        {"host": "mail.example.org", "dkim": {"selector": "news", "key_file": str(key_file)}}
    )
    needs = SmtpProvider.dns_requirements(options)
    assert needs is not None
    assert (needs.selectors, needs.key) == (("news",), signer.public_key)
    assert SmtpProvider.dns_requirements(None) == SmtpProvider.about.needs


@pytest.mark.parametrize("content", [None, b"no key at all", "public"])
def test_a_key_that_cannot_be_used_is_named(tmp_path, content):
    path = tmp_path / "dkim.pem"
    if content == "public":
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519

        form = serialization.PrivateFormat.PKCS8
        other = ed25519.Ed25519PrivateKey.generate()
        content = other.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read" if content is None else "is not a private RSA key"):
        DkimSigner.from_options(DkimOptions(selector="news", key_file=str(path)))
