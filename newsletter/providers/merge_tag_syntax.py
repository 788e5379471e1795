"""How a provider writes merge tags, and what it is known to change in the content that it stores."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import UnsupportedError
from newsletter.model.merge_tags import BuiltInTag, MergeTag, split

WORD_JOINER = "\u2060"
"""A character that nobody sees: it keeps apart what a provider would read as code in a plain text."""


@dataclass(frozen=True, slots=True)
class MergeTagSyntax:
    """How a provider writes merge tags, and what in an author's text it would take for one.

    `tags` maps our names to the provider's words for use without a fallback; `with_fallback` writes a tag that has one
    (None: the provider has no such thing, and a tag with a fallback is refused by name). `custom` writes a further
    column of the audience (None: refused by name). `escape` makes literal text that looks like the provider's syntax
    harmless.
    """

    tags: Mapping[str, str]
    with_fallback: Callable[[str, str], str] | None = None
    custom: Callable[[str], str] | None = None
    escape: Callable[[str], str] = str

    def write(self, text: str, provider: str) -> str:
        """Return the text with our merge tags in the provider's words; raise UnsupportedError naming one it lacks."""
        return "".join(
            self.escape(piece) if isinstance(piece, str) else self._tag(piece, provider) for piece in split(text)
        )

    def _tag(self, tag: MergeTag, provider: str) -> str:
        # a link that each reader has of their own is never a column of the audience
        if tag.name not in self.tags and (self.custom is None or tag.name in set(BuiltInTag)):
            raise UnsupportedError(
                f"{provider} cannot fill the merge tag {{{tag.name}}}",
                hint=f"The available tags are {', '.join('{' + name + '}' for name in self.tags)}.",
            )
        plain = self.tags.get(tag.name) or (self.custom(tag.name) if self.custom else "")
        if not tag.fallback:
            return plain
        if self.with_fallback is None:
            raise UnsupportedError(
                f"{provider} cannot use the fallback {tag.fallback!r} for readers without {tag.name}",
                hint=(
                    f"Use {{{tag.name}}} without a fallback, and set the fallback in the provider's own "
                    "audience settings."
                ),
            )
        return self.with_fallback(plain, self.escape(tag.fallback))


@dataclass(frozen=True, slots=True)
class ReadBackTolerance:
    """What a provider is known to change in content it stores, so that reading it back does not cry wolf.

    `drop` lists patterns that are taken out of both sides before they are compared (tracking pixels, an added footer).
    `hosts` are the provider's own domains: links may be counted through them, and a header or footer that it adds may
    lead there. `notices` are the merge tags that such a header or footer may hold.
    """

    drop: Sequence[re.Pattern[str]] = ()
    hosts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def normal(self, html: str) -> str:
        """Return the HTML in the form in which two sides are compared: without what may differ, space folded."""
        for pattern in self.drop:
            html = pattern.sub("", html)
        return re.sub(r"\s+", " ", html).replace("> <", "><").strip()
