"""Merge tags as other services write them, and what they are here: text copied from an old tool brings them along."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.preflight.data_files import DataModel, any_of, read_model

_FILE = "merge_tags.toml"


class _Form(DataModel):
    provider: str
    pattern: str
    certain: bool = False


class _MergeTags(DataModel):
    forms: list[_Form]
    meanings: dict[str, list[str]]


_SIGNS = compile_pattern(r"\*\||\{\{|\{[$!]|%%?\w|\[\[|\[%|<<|«|\$\{|,\s*fallback=|\[(?:f|l|u|w)", re.IGNORECASE)

_NEARLY_OURS = 0.75
"""From this likeness on, words in braces are told of as one of our own tags, misspelt."""


class ForeignTag(NamedTuple):
    """A merge tag of another service in a text, and the tag that says the same here (None where that is not known)."""

    start: int
    end: int
    words: str
    service: str
    tag: MergeTag | None = None


@lru_cache(maxsize=512)
def foreign_tags(text: str) -> tuple[ForeignTag, ...]:
    """Return the merge tags of other services in a text, in order, none inside another."""
    if not _SIGNS.search(text):
        return ()
    found: list[ForeignTag] = []
    for one in sorted(_all(text), key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)


class _Pattern(NamedTuple):
    service: str
    pattern: re.Pattern[str]
    is_certain: bool
    """Whether its brackets mean nothing else, so that whatever is in them is a merge tag."""


@cache
def _patterns() -> tuple[_Pattern, ...]:
    forms = read_model(_FILE, _MergeTags).forms
    return tuple(_Pattern(form.provider, any_of(_FILE, [form.pattern]), form.certain) for form in forms)


@cache
def _meanings() -> dict[str, BuiltInTag]:
    meanings = read_model(_FILE, _MergeTags).meanings
    return {name: BuiltInTag(tag) for tag, names in meanings.items() for name in names}


def _all(text: str) -> Iterator[ForeignTag]:
    for one in _patterns():
        for match in one.pattern.finditer(text):
            name = match["name"].strip()
            groups = match.groupdict()
            meant = _meaning(name, one.service)
            if (meant or one.is_certain or _has_owner(name)) and not _is_nearly_ours(match[0]):
                tag = MergeTag(name=meant, fallback=(groups.get("fallback") or "").strip() or None) if meant else None
                yield ForeignTag(match.start(), match.end(), match[0], one.service, tag)


def _meaning(name: str, service: str) -> BuiltInTag | None:
    """Return our tag of the same meaning."""
    if service == "MailerLite" and name.casefold() == "name":
        return BuiltInTag.FIRST_NAME  # its field for the first name; the last one is {$last_name}
    if re.match(r"(?:IF|IFNOT|ELSE|ELSEIF|END|LIST):", name, re.IGNORECASE):
        return None
    last = re.split(r"[.:$]", name.rstrip(".:"))[-1]
    return _meanings().get(re.sub(r"[\s_-]+", "", last).casefold())


def _has_owner(name: str) -> bool:
    """Return whether a name in double braces is of the kind `contact.city`."""
    owner = r"\.?(?:contact|subscriber|recipient|user|person|profile|params|member|customer|personalization_token)"
    return re.match(rf"{owner}[.:(]", name, re.IGNORECASE) is not None


def _is_nearly_ours(words: str) -> bool:
    """Return whether words in braces are one of our tags written wrongly, of which NL304 tells."""
    if not words.startswith("{") or words[1:2] in {"$", "!"}:
        return False
    name = re.sub(r"[\s-]+", "_", words.strip("{}").partition("|")[0].strip().casefold())
    return bool(difflib.get_close_matches(name, list(BuiltInTag), 1, _NEARLY_OURS))
