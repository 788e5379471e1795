"""Where the pages of the archive are: as files in its folder, as links between them, and as addresses on the web."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from newsletter.model.branding import is_own
from newsletter.model.domains import encode_link

MONTH = "{month}"
PATTERN = f"{MONTH}.html"
"""The page of an issue, where the emails do not link to one in the archive."""

_INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """The addresses of a website; `base` is empty where it is not known, and ends in a slash otherwise."""

    base: str = ""
    pattern: str = PATTERN
    """The address of an issue's page from `base` on."""
    is_linked: bool = False
    """Whether the emails link to these pages."""

    def issue_file(self, name: str) -> str:
        """Return the file of an issue's page, as a path from the website's folder."""
        path = self.pattern.replace(MONTH, name)
        if path.endswith("/"):
            return f"{path}{_INDEX}"
        return path if path.lower().endswith((".html", ".htm")) else f"{path}.html"

    def issue_url(self, name: str) -> str:
        """Return the address of an issue's page on the web, as the emails have it; empty where it is not known."""
        return encode_link(self.base) + self.pattern.replace(MONTH, quote(name, safe="")) if self.base else ""

    def url(self, path: str) -> str:
        """Return the address of a file on the web; that of a folder's page is the folder's. Empty if not known."""
        if not self.base:
            return ""
        short = path.removesuffix(_INDEX) if path == _INDEX or path.endswith(f"/{_INDEX}") else path
        return encode_link(self.base) + quote(short)


def addresses_of(url: str | None, view_online: str | None) -> SiteAddresses:
    """Return the addresses for the settings `archive.url` and `links.view_online`.

    Without `url`, the website is where `view_online` leads.
    """
    base = f"{url.rstrip('/')}/" if url else ""
    before, found, _ = (view_online or "").partition(MONTH)
    if not found or is_own(view_online) or "?" in before or "#" in (view_online or "") or "://" not in before:
        return SiteAddresses(base)
    base = base or before[: before.rindex("/") + 1]
    pattern = (view_online or "").removeprefix(base)
    fits = pattern != view_online and "?" not in pattern and pattern.count(MONTH) >= 1
    if not fits or ".." in pattern.split("/") or pattern.startswith("/"):
        return SiteAddresses(base)
    return SiteAddresses(base, pattern, is_linked=True)


def relative(path: str, page: str) -> str:
    """Return the link from a page to a file, both as paths from the website's folder."""
    return _relative(path, posixpath.dirname(page) or ".")


@lru_cache(maxsize=16_384)
def _relative(path: str, folder: str) -> str:
    """Return the link from a folder's pages, most of which link to the same files."""
    return quote(posixpath.relpath(path, folder))
