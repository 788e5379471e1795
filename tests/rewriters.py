"""Programs of others that write HTML anew, as services do with what they are handed: each takes HTML and returns it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

bs4 = pytest.importorskip("bs4")
css_inline = pytest.importorskip("css_inline")
html5lib = pytest.importorskip("html5lib")
minify_html = pytest.importorskip("minify_html")

TIDY = shutil.which("tidy")
Rewriter = Callable[[str], str]


def _soup(parser: str, formatter: str = "minimal") -> Rewriter:
    return lambda html: str(bs4.BeautifulSoup(html, parser).decode(formatter=formatter))


def _pretty(html: str) -> str:
    return str(bs4.BeautifulSoup(html, "html.parser").prettify())


def _html5lib(**options: Any) -> Rewriter:
    return lambda html: str(html5lib.serialize(html5lib.parse(html), **options))


def _lxml(*, comments: bool = True, method: str = "html", encoding: str = "unicode") -> Rewriter:
    from lxml import html as parsing

    def rewrite(html: str) -> str:
        parser = parsing.HTMLParser(encoding="utf-8", remove_comments=not comments)
        tree = parsing.document_fromstring(html.encode(), parser=parser)
        written = parsing.tostring(tree, encoding=encoding, method=method)
        return written if isinstance(written, str) else written.decode("ascii")

    return rewrite


def _premailer(html: str) -> str:
    import logging

    import premailer

    return str(premailer.transform(html, disable_validation=True, cssutils_logging_level=logging.CRITICAL))


def _tidy(*options: str) -> Rewriter:
    def rewrite(html: str) -> str:
        command = [str(TIDY), "-q", "-utf8", "--show-warnings", "no", "--force-output", "yes", "--tidy-mark", "no"]
        run = subprocess.run([*command, *options], input=html, text=True, capture_output=True, check=False, timeout=60)
        return run.stdout

    return rewrite


REWRITERS: dict[str, Rewriter] = {
    "BeautifulSoup on lxml": _soup("lxml"),
    "BeautifulSoup on html.parser": _soup("html.parser"),
    "BeautifulSoup on html5lib, entities by name": _soup("html5lib", "html"),
    "BeautifulSoup, pretty": _pretty,
    "html5lib, optional tags and quotes left out": _html5lib(quote_attr_values="legacy", omit_optional_tags=True),
    "html5lib, attributes by the alphabet": _html5lib(
        quote_attr_values="always", omit_optional_tags=False, alphabetical_attributes=True
    ),
    "lxml": _lxml(),
    "lxml, ASCII": _lxml(encoding="ascii"),
    "lxml, XML without comments": _lxml(comments=False, method="xml"),
    "minify-html": lambda html: str(minify_html.minify(html, minify_css=True)),
    "minify-html, comments kept": lambda html: str(
        minify_html.minify(html, minify_css=True, keep_comments=True, keep_closing_tags=True)
    ),
    "css-inline": lambda html: str(css_inline.inline(html)),
    "premailer": _premailer,
}
if TIDY:
    REWRITERS |= {
        "tidy": _tidy("-w", "0", "--drop-empty-elements", "no"),
        "tidy, XHTML, indented": _tidy("-asxhtml", "-i", "-w", "0", "--drop-empty-elements", "no"),
    }
