"""Sign messages with DKIM (RFC 6376), for mail servers that do not sign themselves.

The header fields that a reader sees or a mail program acts on are signed, both unsubscribe headers among them (RFC 8058
asks for that), and From twice, so that no second one can be put in front.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Self

from pydantic import Field

from newsletter.errors import UsageError
from newsletter.model.domains import encode_domain
from newsletter.model.fields import FrozenModel, SingleLine
from newsletter.providers.mail_headers import address_in

SIGNED = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "MIME-Version",
    "Content-Type",
)
"""The header fields that are signed, where a message has them."""
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:.*\r\n)(?:[ \t].*\r\n)*)")
_SPACE = re.compile(rb"[ \t]+")
_LINE = 72
_SHORTEST_KEY = 1024


class DkimOptions(FrozenModel):
    """What the settings say under `dkim`."""

    selector: SingleLine = Field(description="The name of the key in the DNS.", examples=["news2024"])
    key_file: SingleLine = Field(
        description="The file with the private key (RSA, PEM), in a folder that is not shared.",
        examples=["/etc/newsletter/dkim.pem"],
    )
    domain: SingleLine | None = Field(
        None, description="The domain that signs; if not set, that of the sender.", examples=["example.org"]
    )


class DkimSigner:
    """Signs messages with one key; `sign_bytes` makes a signature of RSA with SHA-256."""

    def __init__(self, options: DkimOptions, sign_bytes: Callable[[bytes], bytes], public_key: str) -> None:
        self._options = options
        self._sign_bytes = sign_bytes
        self.public_key = public_key
        """The key by which a signature is verified, as it stands in the DNS."""

    @classmethod
    def from_options(cls, options: DkimOptions) -> Self:
        """Read the key; raise UsageError where it cannot be used."""
        try:
            data = Path(options.key_file).expanduser().read_bytes()
        except OSError as error:
            raise UsageError(
                f"The DKIM key {options.key_file} cannot be read: {error.strerror}.",
                hint="Check `key_file` under `smtp` and `dkim` in newsletter.yaml.",
            ) from error
        return cls(options, *_load_key(data, options.key_file))

    def sign(self, raw: bytes) -> bytes:
        """Return the message with a signature in front; its lines must end in CRLF, and its text in a line end."""
        head, _, body = raw.partition(b"\r\n\r\n")
        fields = {name.lower(): (name, value) for name, value in _FIELD.findall(head + b"\r\n")}
        there = [fields[name.lower().encode()] for name in SIGNED if name.lower().encode() in fields]
        names = ":".join(name.decode() for name, _ in there) + ":From"
        digest = b64encode(hashlib.sha256(_simple_body(body)).digest()).decode()
        value = (
            f"v=1; a=rsa-sha256; c=relaxed/simple; d={self._domain(raw)};\r\n s={self._options.selector};\r\n"
            f" h={_folded(names, ':')};\r\n bh={digest};\r\n b="
        )
        # the relaxed form of the signature's own field, with nothing after `b=`, is signed last
        signed = b"".join(_relaxed(name, text) for name, text in there)
        signed += _relaxed(b"DKIM-Signature", f" {value}".encode()).removesuffix(b"\r\n")
        signature = b64encode(self._sign_bytes(signed)).decode()
        return f"DKIM-Signature: {value}{_folded(signature)}\r\n".encode() + raw

    def _domain(self, raw: bytes) -> str:
        return encode_domain(self._options.domain or address_in(raw, "From").rpartition("@")[2])


def _relaxed(name: bytes, value: bytes) -> bytes:
    """Return a header field in the form that outlasts new line breaks and spaces (RFC 6376, section 3.4.2)."""
    return name.lower() + b":" + _SPACE.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ") + b"\r\n"


def _simple_body(body: bytes) -> bytes:
    """Return a text as it is, with one line end at its end (RFC 6376, section 3.4.3)."""
    if body.endswith(b"\r\n") and not body.endswith(b"\r\n\r\n"):
        return body
    while body.endswith(b"\r\n"):
        body = body[:-2]
    return body + b"\r\n"


def _folded(text: str, after: str = "") -> str:
    """Return a long value in lines, broken anywhere, or after a character."""
    if not after:
        return "\r\n ".join(text[start : start + _LINE] for start in range(0, len(text), _LINE))
    lines = [""]
    for part in text.split(after):
        if lines[-1] and len(lines[-1]) + len(part) > _LINE:
            lines.append("")
        lines[-1] += f"{part}{after}"
    return "\r\n  ".join(lines).removesuffix(after)


def _load_key(data: bytes, name: str) -> tuple[Callable[[bytes], bytes], str]:
    try:
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - few sign themselves
        from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "Signing with DKIM needs the package cryptography, which is not installed.",
            hint="Install it with: pip install 'newsletter[dkim]'",
        ) from error
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _SHORTEST_KEY:
        raise UsageError(
            f"The DKIM key {name} is not a private RSA key in PEM form, without a password and of 1,024 bits or more.",
            hint="Make one with: openssl genrsa -out dkim.pem 2048",
        )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256()), b64encode(public).decode()
