"""Header fields of a message, folded and encoded so that every reader sees what was written, letter for letter.

What is not plain ASCII is written as encoded words (RFC 2047): all of a value or of a name, never a part of it, as the
white space between encoded words and other words is what writers and readers of headers get wrong. Python's own folding
loses or adds spaces in versions that we support.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.domains import encode_address

FOLD_AT = 76
"""Characters of a line from which on it is folded (RFC 2047 allows no more where there are encoded words)."""
LONGEST_LINE = 998
"""Characters that a line may have at most (RFC 5322)."""

_LONGEST_WORD = 75
_WRAPPING = "=?utf-8?q??="
_LINE_BREAKS = compile_pattern("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_NOT_TEXT = compile_pattern("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ATOMS = compile_pattern(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOT_ATOM = compile_pattern(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN_ADDRESS = compile_pattern(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9.-]+")
_PLAIN = compile_pattern(r"[!-~]+(?: [!-~]+)*")
_LITERAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
"""Bytes that stand for themselves in a Q-encoded word, in a name too."""
_Q_ENCODED = tuple(
    chr(byte) if byte in _LITERAL else "_" if byte == ord(" ") else f"={byte:02X}" for byte in range(256)
)
"""What each byte is written as in a Q-encoded word."""


def clean(text: str) -> str:
    """Return text as it can stand in a header: line breaks become a space, control characters are dropped."""
    if text.isprintable():  # most is, which takes a tenth of the time to find out
        return text
    return _NOT_TEXT.sub("", _LINE_BREAKS.sub(" ", text))


def format_text(field: str, text: str) -> str:
    """Return a header of free text, such as a subject."""
    return _folded(field, _words(clean(text), len(field) + 2))


def format_mailbox(field: str, name: str, address: str) -> str:
    """Return a header with one address and, before it, a name; the domain is written in ASCII.

    Only an address whose local part is not ASCII makes the header need SMTPUTF8.
    """
    mailbox = _address(clean(address))
    words = list(_phrase(clean(name), len(field) + 2))
    return _folded(field, [*words, f"<{mailbox}>"] if words else [mailbox])


def format_parameter(name: str, value: str) -> str:
    """Return a parameter of a header such as Content-Disposition, with the `;` before it, each part on a new line."""
    text = clean(value)
    # some readers take brackets and quotation marks off twice, as Python's `get_filename` does
    if _PLAIN.fullmatch(text) and not text.startswith(("<", '"')) and len(text) + len(name) < FOLD_AT - 6:
        return f';\r\n {name}="{_escaped(text)}"'
    pieces = [""]
    for letter in (quote(one, safe="") for one in text):
        if len(pieces[-1]) + len(letter) > FOLD_AT - len(name) - len(" *00*=utf-8'';"):
            pieces.append("")
        pieces[-1] += letter
    if len(pieces) == 1:
        return f";\r\n {name}*=utf-8''{pieces[0]}"
    charset = ["utf-8''", *[""] * (len(pieces) - 1)]
    return "".join(f";\r\n {name}*{number}*={charset[number]}{piece}" for number, piece in enumerate(pieces))


def _folded(field: str, words: list[str]) -> str:
    """Put words into lines; each stands on a line of its own where it does not fit."""
    lines = [f"{field}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > FOLD_AT and lines[-1] != f"{field}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"


def _words(text: str, before: int) -> list[str]:
    """Return text as words between which a line may be folded: as it is, or encoded."""
    if _PLAIN.fullmatch(text) and "=?" not in text and _fits(text, before):
        return text.split(" ")
    return list(_encoded(text, before)) if text else []


def _fits(text: str, before: int) -> bool:
    first, *others = (len(word) for word in text.split(" "))
    return before + first <= FOLD_AT and all(1 + length <= FOLD_AT for length in others)


def _phrase(name: str, before: int) -> list[str]:
    """Return a name as it stands before an address."""
    if _ATOMS.fullmatch(name) or not _PLAIN.fullmatch(name):
        return _words(name, before)
    quoted = f'"{_escaped(name)}"'
    return quoted.split(" ") if "=?" not in name and _fits(quoted, before) else list(_encoded(name, before))


def _escaped(text: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", text)


def _address(address: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(address):
        return address
    local, at, domain = encode_address(address.strip()).rpartition("@")
    if local.isascii() and not _DOT_ATOM.fullmatch(local):
        local = f'"{_escaped(local)}"' if local else local
    return f"{local}{at}{domain}"


def _encoded(text: str, before: int) -> Iterator[str]:
    """Yield encoded words that are read as one text; the first one stands behind so many characters of its line."""
    data = text.encode()
    payload = _payload(data, use_q=True)
    use_q = len(payload) <= 2 * len(data)  # base64 is shorter from a third more on, but nobody can read it
    room = min(_LONGEST_WORD, FOLD_AT - before) - len(_WRAPPING)
    if not use_q:
        payload = _payload(data, use_q=False)
    if len(payload) <= room:
        yield f"=?utf-8?{'q' if use_q else 'b'}?{payload}?="
        return
    begin = end = used = 0
    for letter in text:
        octets = letter.encode()
        more = used + (len(_payload(octets, use_q=True)) if use_q else len(octets))
        if end > begin and (more if use_q else -(-more // 3) * 4) > room:
            yield _word(data[begin:end], use_q=use_q)
            begin, more, room = end, more - used, _LONGEST_WORD - len(_WRAPPING)
        end, used = end + len(octets), more
    yield _word(data[begin:], use_q=use_q)


def _payload(data: bytes, *, use_q: bool) -> str:
    if not use_q:
        return b64encode(data).decode("ascii")
    return "".join(map(_Q_ENCODED.__getitem__, data))


def _word(data: bytes, *, use_q: bool) -> str:
    return f"=?utf-8?{'q' if use_q else 'b'}?{_payload(data, use_q=use_q)}?="
