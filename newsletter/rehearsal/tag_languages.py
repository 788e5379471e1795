"""The merge-tag languages of the providers, read independently of how our adapters write them (but for Go's)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class BrokenTagError(Exception):
    """A text cannot be read in the provider's language; the words say where."""


class Kind(Enum):
    """What one tag does."""

    TEXT = auto()
    VALUE = auto()
    IF = auto()
    UNLESS = auto()
    ELSE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A literal text, or one tag: the name that it asks for, and the words where that is empty."""

    kind: Kind
    name: str = ""
    fallback: str = ""
    is_safe: bool = False
    """Whether the value is put in as it is, without being escaped."""


def _text(words: str) -> Piece:
    return Piece(Kind.TEXT, words)


class TagLanguage(Protocol):
    """What a provider's language must be able to do."""

    def fill(self, text: str, values: Mapping[str, str], escape: Callable[[str], str] = ...) -> str:
        """Put one reader's values in place of the tags; raise BrokenTagError where the text cannot be read."""

    def names(self, text: str) -> list[str]:
        """Return the names that a text asks for, in order, once each."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: `tag` matches a tag, `read` makes a piece of the match."""

    tag: re.Pattern[str]
    read: Callable[[re.Match[str]], Piece]
    dropped: re.Pattern[str] | None = None
    """What the provider drops of the text between the tags of HTML."""

    def pieces(self, text: str) -> Iterator[Piece]:
        """Cut a text into literal words and tags."""
        end = 0
        for match in self.tag.finditer(text):
            yield _text(text[end : match.start()])
            yield self.read(match)
            end = match.end()
        yield _text(text[end:])

    def fill(self, text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
        """Put one reader's values in place of the tags; a name that nobody knows gives nothing."""
        out: list[str] = []
        open_ifs: list[tuple[bool, bool, str]] = []
        for piece in self.pieces(text):
            showing = all(true for true, _, _ in open_ifs)
            value = open_ifs[-1][2] if piece.name == "." and open_ifs else values.get(piece.name.casefold(), "")
            if piece.kind is Kind.TEXT and showing:
                out.append(self.dropped.sub("", piece.name) if self.dropped and escape is not str else piece.name)
            elif piece.kind is Kind.VALUE and showing:
                out.append((value if piece.is_safe else escape(value)) or piece.fallback)
            elif piece.kind in {Kind.IF, Kind.UNLESS}:
                open_ifs.append((bool(value) is (piece.kind is Kind.IF), False, value))
            elif piece.kind is Kind.ELSE:
                true, had_else, value = _top(open_ifs, "else")
                if had_else:
                    raise BrokenTagError("a second else")
                open_ifs[-1] = (not true, True, value)
            elif piece.kind is Kind.END:
                _top(open_ifs, "end")
                open_ifs.pop()
        if open_ifs:
            raise BrokenTagError("an if without its end")
        return "".join(out)

    def names(self, text: str) -> list[str]:
        """Return the names that a text asks for, in order, once each."""
        asked = [piece.name for piece in self.pieces(text) if piece.kind in {Kind.VALUE, Kind.IF, Kind.UNLESS}]
        return list(dict.fromkeys(asked))


def _top(open_ifs: list[tuple[bool, bool, str]], what: str) -> tuple[bool, bool, str]:
    if not open_ifs:
        raise BrokenTagError(f"an {what} without its if")
    return open_ifs[-1]


def _read_star(match: re.Match[str]) -> Piece:
    word = match[1]
    if word.startswith("IF:"):
        return Piece(Kind.IF, word[3:])
    if word.startswith("IFNOT:"):
        return Piece(Kind.UNLESS, word[6:])
    return {"ELSE:": Piece(Kind.ELSE), "END:IF": Piece(Kind.END)}.get(word, Piece(Kind.VALUE, word))


STARS = Language(re.compile(r"\*\|([A-Za-z0-9_:]+)\|\*"), _read_star)
"""Mailchimp: `*|FNAME|*`, `*|IF:FNAME|*…*|ELSE:|*…*|END:IF|*`."""

_QUOTED = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_DEFAULT = re.compile(rf"([\w.\-]+)\s*(?:\|\s*default(?:_if_none)?\s*:\s*({_QUOTED})\s*)?", re.DOTALL)
_OPENINGS = {"openblock": "{%", "closeblock": "%}", "openvariable": "{{", "closevariable": "}}", "openbrace": "{",
             "closebrace": "}", "opencomment": "{#", "closecomment": "#}"}  # fmt: skip


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _read_curly(match: re.Match[str]) -> Piece:
    verbatim, value, order = match["verbatim"], match["value"], match["order"]
    if verbatim is not None:
        return _text(verbatim)
    if value is not None:
        return _curly_value(value.strip())
    if order is None:
        return _text("")
    word, _, rest = order.strip().partition(" ")
    if word == "templatetag" and rest.strip() in _OPENINGS:
        return _text(_OPENINGS[rest.strip()])
    if word == "if" and re.fullmatch(r"[\w.\-]+", rest.strip()):
        return Piece(Kind.IF, rest.strip())
    if word in {"else", "endif"}:
        return Piece(Kind.ELSE if word == "else" else Kind.END)
    raise BrokenTagError(f"unknown tag {{% {order.strip()[:30]} %}}")


def _curly_value(value: str) -> Piece:
    if re.fullmatch(_QUOTED, value, re.DOTALL):
        return _text(_unquoted(value))
    found = _DEFAULT.fullmatch(value)
    if not found:
        raise BrokenTagError(f"cannot read {{{{ {value[:30]} }}}}")
    return Piece(Kind.VALUE, found[1], _unquoted(found[2]) if found[2] else "")


CURLY = Language(
    re.compile(
        r"\{%\s*(?P<kind>verbatim|raw)\s*%\}(?P<verbatim>.*?)\{%\s*end(?P=kind)\s*%\}"
        rf"|\{{\{{(?P<value>(?:{_QUOTED}|[^\"'}}]|\}}(?!\}}))*?)\}}\}}|\{{%(?P<order>.*?)%\}}|\{{\#.*?\#\}}",
        re.DOTALL,
    ),
    _read_curly,
)
"""Brevo and Buttondown: `{{ contact.FIRSTNAME|default:"there" }}`, `{% if x %}…{% else %}…{% endif %}`."""


def _read_handlebars(match: re.Match[str]) -> Piece:
    if match["escaped"]:
        return _text(match["escaped"])
    inner = (match["three"] if match["three"] is not None else match["two"]).strip()
    insert = re.fullmatch(r'insert\s+([\w.]+)(?:\s+"default=([^"]*)")?', inner)
    if insert:
        return Piece(Kind.VALUE, insert[1], insert[2] or "")
    word, _, rest = inner.partition(" ")
    orders = {"#if": Kind.IF, "#unless": Kind.UNLESS, "else": Kind.ELSE, "/if": Kind.END, "/unless": Kind.END}
    if word in orders:
        return Piece(orders[word], rest.strip())
    if re.fullmatch(r"[\w.]+", inner):
        return Piece(Kind.VALUE, inner)
    if inner.startswith("!"):
        return _text("")
    raise BrokenTagError(f"cannot read {match[0][:30]}")


HANDLEBARS = Language(
    re.compile(r"\\(?P<escaped>\{\{\{?[^{}]*\}\}\}?)|\{\{\{(?P<three>[^{}]*)\}\}\}|\{\{(?P<two>[^{}]*)\}\}"),
    _read_handlebars,
)
"""SendGrid: `{{first_name}}`, `{{insert first_name "default=there"}}`, `{{#if first_name}}…{{else}}…{{/if}}`."""

TRIPLE = Language(
    re.compile(r"\{\{\{\s*([\w.]+)\s*(?:\|([^{}]*))?\}\}\}"), lambda match: Piece(Kind.VALUE, match[1], match[2] or "")
)
"""Resend: `{{{contact.first_name|there}}}`."""


def _read_brackets(match: re.Match[str]) -> Piece:
    return Piece(Kind.VALUE, match[1], match[2] or "")


BRACKETS = Language(re.compile(r'\[\[([A-Za-z_]+(?::[\w]+)?)(?::"([^"\]]*)")?\]\]'), _read_brackets)
"""Mailjet: `[[data:firstname:"there"]]`, `[[UNSUB_LINK_EN]]`."""

_GO_STRING = r"\"(?:\\.|[^\"\\])*\"|`[^`]*`"
_GO_FIELD = r"\.Subscriber\.(?:Name|FirstName|LastName|Email|UUID|Attribs\.\w+)|\.Campaign\.(?:UUID|Name|Subject)"
_GO_LINK = r"(?:UnsubscribeURL|MessageURL|ManageURL|OptinURL|TrackView)(?: \.)?"
_GO_PIPES = rf"(?: \| (?:trim|first|rest|toString|(?:splitList|join) (?:{_GO_STRING})))*"
_GO_VALUE = re.compile(rf"(?P<value>(?:\.|{_GO_FIELD}|{_GO_LINK}){_GO_PIPES}?)(?P<safe>(?: \| toString)?(?: \| Safe)?)")
_GO_WORD = re.compile(rf"(?:{_GO_STRING})|(?P<field>\.\w[\w.]*)|(?P<function>[A-Za-z]\w*)")
_GO_KNOWN = re.compile(rf"{_GO_FIELD}|{_GO_LINK}|trim|first|rest|toString|splitList|join|Safe")


def _read_go(match: re.Match[str]) -> Piece:
    words = match["action"]
    if words is None:
        raise BrokenTagError(f"unclosed action {match[0][:20]!r}")
    words = words.strip()
    literal = re.fullmatch(rf"(?:Safe )?({_GO_STRING})", words)
    if words.startswith("/*"):
        return _text("")
    if literal:
        return _text(literal[1][1:-1] if literal[1].startswith("`") else json.loads(literal[1]))
    if words in {"else", "end"}:
        return Piece(Kind.ELSE if words == "else" else Kind.END)
    word, _, rest = words.partition(" ")
    found = _GO_VALUE.fullmatch(rest if word in {"if", "with"} else words)
    if found is None:
        raise BrokenTagError(_unknown_go(words))
    name = re.sub(r"(?<=[a-zA-Z]) \.$", "", found["value"])
    return Piece(Kind.IF, name) if word in {"if", "with"} else Piece(Kind.VALUE, name, is_safe="Safe" in found["safe"])


def _unknown_go(words: str) -> str:
    """Return why Go does not compile an action: the first name in it that is not known."""
    for found in _GO_WORD.finditer(words):
        if found["function"] and not _GO_KNOWN.fullmatch(found[0]):
            return f'function "{found[0]}" not defined'
        if found["field"] and not _GO_KNOWN.fullmatch(found[0]):
            return f"can't evaluate field {found[0][1:]}"
    return f"unexpected {words[:20]!r} in command"


GO = Language(
    re.compile(rf"\{{\{{(?:(?P<action>(?:{_GO_STRING}|[^\"`{{}}]|\}}(?!\}}))*?)\}}\}})?", re.DOTALL),
    _read_go,
    re.compile(r"<!--.*?-->", re.DOTALL),
)
"""listmonk, as far as our adapter writes Go's templates: `{{ with .Subscriber.Email }}{{ . }}{{ else }}…{{ end }}`.

What Go itself makes of them is tried by tests/integration/test_go_templates.py.
"""
