"""What was found behind links before, in a file: what was good is not asked again for a day."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from newsletter.preflight.links.status import LinkFact, Verdict

TRUSTED_FOR = dt.timedelta(days=1)
"""How long a good link is taken for good without asking."""

KEPT_FOR = dt.timedelta(days=7)
"""How long it is remembered at all."""

_FORM = 1


class CachedFact(NamedTuple):
    """A fact, and when it was found."""

    fact: LinkFact
    at: dt.datetime


class LinkCache:
    """The facts in a file; the file is an aid, and never a reason to fail."""

    def __init__(self, path: Path, now: dt.datetime) -> None:
        self._path = path
        self._now = now
        self._found = _read(path)

    def known(self) -> dict[str, LinkFact]:
        """Return what was found in the last days, good or bad, by the links' addresses."""
        return {url: one.fact for url, one in self._found.items() if self._is_within(one, KEPT_FOR)}

    def trusted(self) -> dict[str, LinkFact]:
        """Return the good ones that need not be asked again."""
        return {
            url: one.fact
            for url, one in self._found.items()
            if one.fact.verdict.is_good and self._is_within(one, TRUSTED_FOR)
        }

    def keep(self, facts: Mapping[str, LinkFact]) -> None:
        """Write down what was found now, beside what is not too old."""
        new = {url: CachedFact(fact, self._now) for url, fact in facts.items() if fact.verdict is not Verdict.OFFLINE}
        kept = {url: one for url, one in self._found.items() if self._is_within(one, KEPT_FOR)}
        self._found = kept | new
        _write(self._path, self._found)

    def _is_within(self, one: CachedFact, span: dt.timedelta) -> bool:
        return dt.timedelta() <= self._now - one.at <= span


def _read(path: Path) -> dict[str, CachedFact]:
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["form"] != _FORM:
            return {}
        return {str(url): _remembered(one) for url, one in data["links"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _remembered(one: Any) -> CachedFact:
    at = dt.datetime.fromisoformat(one["at"])
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return CachedFact(LinkFact(Verdict(one["verdict"]), str(one["detail"]), str(one["moved_to"])), at)


def _write(path: Path, found: Mapping[str, CachedFact]) -> None:
    links = {
        url: {
            "verdict": one.fact.verdict.value,
            "detail": one.fact.detail,
            "moved_to": one.fact.moved_to,
            "at": one.at.isoformat(),
        }
        for url, one in sorted(found.items())
    }
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        number, draft = tempfile.mkstemp(dir=path.parent, prefix=".links-")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump({"form": _FORM, "links": links}, file, ensure_ascii=False, indent=1)
            Path(draft).replace(path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
