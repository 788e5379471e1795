"""The links of an issue, each with the place where it stands, and the addresses among them that lead to web pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from newsletter.model import merge_tags
from newsletter.model.domains import decode_domain, encode_link
from newsletter.preflight.links.ip_ranges import is_example_host
from newsletter.preflight.text_spans import FieldLink, TextSpan, WrittenLink

if TYPE_CHECKING:
    from newsletter.model.branding import Brand
    from newsletter.model.findings import Finding
    from newsletter.preflight.context import LintContext
    from newsletter.preflight.rule import Rule

LONGEST = 70
"""Letters of an address that a message shows."""


class LinkOccurrence(NamedTuple):
    """A link where it stands: in a text, or as a field of its own, which then is the text."""

    run: TextSpan
    link: WrittenLink
    is_field: bool = False

    @property
    def target(self) -> str:
        """Return the address as it is written."""
        return self.link.target

    @property
    def words(self) -> str:
        """Return the words that readers see on it; empty where they see its address, or the tool gives words."""
        return self.link.words

    def finding(
        self, context: LintContext, rule: Rule, message: str, *, hint: str = "", new: str | None = None
    ) -> Finding:
        """Return a finding on its address; `new` is the address to write instead, where that is safe."""
        start = self.link.at
        return context.in_text(rule, self.run, start, start + len(self.target), message, hint=hint, new=new)


def spots(runs: Iterable[TextSpan], fields: Iterable[FieldLink]) -> tuple[LinkOccurrence, ...]:
    """Return the links of texts and fields that have an address of their own, not one that is filled in later."""
    found = [LinkOccurrence(run, link) for run in runs for link in run.links]
    for field in fields:
        run = TextSpan(field.loc, field.target, field.words, "", None)
        found.append(LinkOccurrence(run, WrittenLink(field.words, field.target, 0, 0), is_field=True))
    return tuple(spot for spot in found if merge_tags.PATTERN.search(spot.target) is None)


def own_links(brand: Brand) -> list[str]:
    """Return the links of the settings that stand in the footer of every issue."""
    found = [brand.website, brand.privacy, *(one.link for one in brand.social)]
    return [link for link in found if link]


def web_links(runs: Iterable[TextSpan], fields: Iterable[FieldLink], brand: Brand) -> list[str]:
    """Return the addresses that lead to web pages, once each; those kept free for examples lead nowhere."""
    found = [*(spot.target for spot in spots(runs, fields)), *own_links(brand)]
    return list(dict.fromkeys(target for target in found if (host := host_of(target)) and not is_example_host(host)))


def host_of(target: str) -> str:
    """Return the host of a web address in lower case and as people write it; empty where it is none."""
    try:
        parts = urlsplit(encode_link(target))
        return decode_domain(parts.hostname or "") if parts.scheme.lower() in {"http", "https"} else ""
    except ValueError:
        return ""


def shown(target: str) -> str:
    """Return an address as a message shows it: a long one loses its end."""
    return target if len(target) <= LONGEST else f"{target[: LONGEST - 1]}…"


def first_each(found: Iterable[LinkOccurrence]) -> Iterator[tuple[LinkOccurrence, int]]:
    """Yield the first spot of each address, and how often the address stands elsewhere."""
    by_target: dict[str, list[LinkOccurrence]] = {}
    for spot in found:
        by_target.setdefault(spot.target, []).append(spot)
    for same in by_target.values():
        yield same[0], len(same) - 1


def elsewhere(more: int) -> str:
    """Return a sentence that says in how many more places a URL is used, or an empty string."""
    return f" It is used in {more} more place{'' if more == 1 else 's'}." if more else ""
