"""Text as code of Go's templates, so that a reader gets the text again; for listmonk, which compiles all it sends.

Its `html/template` reads every text as HTML, plain ones too, and drops comments, on which Outlook's layout stands. What
must come out as it is goes in as a string that the code prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from newsletter.model.merge_tags import split
from newsletter.providers.campaign import MergeTagSyntax

_AS_IT_IS = " | toString | Safe"
_COMMENT = re.compile(r"<style\b.*?</style\s*>|(?P<comment><!--.*?-->)", re.DOTALL | re.IGNORECASE)


def escape(text: str) -> str:
    """Make text harmless that would be code: `{{`, a brace that would touch a tag's, and the mark for tracked links."""
    text = re.sub(r"\{\{|\{\Z", lambda found: f'{{{{ "{found[0]}" }}}}', text)
    return text.replace("@TrackLink", '@{{ "TrackLink" }}')


def printed(text: str) -> str:
    """Return code that prints a text as it is; what JSON makes of a string Go reads as the same string."""
    return f"{{{{ Safe {json.dumps(text, ensure_ascii=False)} }}}}"


def dialects(values: Mapping[str, str], column: Callable[[str], str]) -> tuple[MergeTagSyntax, MergeTagSyntax]:
    """Return the dialects for HTML and for plain text; `values` and `column` give the expression of a value."""
    return _dialect(values, column, "", escape), _dialect(values, column, _AS_IT_IS, _escape_plain)


def _escape_plain(text: str) -> str:
    # piece by piece: a brace before the sign would touch the code that prints it
    return printed("<").join(escape(piece) for piece in text.split("<"))


def _dialect(
    values: Mapping[str, str], column: Callable[[str], str], pipe: str, escaped: Callable[[str], str]
) -> MergeTagSyntax:
    def custom(name: str) -> str:
        return f"{{{{ with {column(name)} }}}}{{{{ .{pipe} }}}}{{{{ end }}}}"  # without `with`: "<no value>"

    def with_fallback(plain: str, words: str) -> str:
        if not plain.endswith("{{ end }}"):
            value = plain.removeprefix("{{ ").removesuffix(f"{pipe} }}}}")
            plain = f"{{{{ with {value} }}}}{{{{ .{pipe} }}}}{{{{ end }}}}"
        return f"{plain.removesuffix('{{ end }}')}{{{{ else }}}}{words}{{{{ end }}}}"

    tags = {str(name): f"{{{{ {value}{pipe} }}}}" for name, value in values.items()}
    return MergeTagSyntax(tags=tags, with_fallback=with_fallback, custom=custom, escape=escaped)


def whole_html(html: str, write: Callable[[str], str]) -> str:
    """Return HTML as code, `write` turning text with merge tags into it, and every comment kept by being printed."""
    pieces, end = [], 0
    for match in _COMMENT.finditer(html):
        if match["comment"]:
            pieces += [write(html[end : match.start()]), *_comment(match["comment"], write)]
            end = match.end()
    return "".join([*pieces, write(html[end:])])


def _comment(comment: str, write: Callable[[str], str]) -> Iterator[str]:
    for piece in split(comment):
        if piece:
            yield printed(piece) if isinstance(piece, str) else write(str(piece))
