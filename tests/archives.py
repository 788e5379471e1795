"""Newsletters whose archive is built in tests, and a reader of the pages that looks at every link."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from newsletter.workflow.archive.build import BuiltArchive, build_archive
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

SETTINGS = """\
brand:
  name: Example Trust
  newsletter: Team Update
  website: https://example.org
  address: Example Trust, 1 High Street, Sampletown AB1 2CD
sender: {name: Example Trust, email: news@example.org}
reply_to: hello@example.org
"""

MORE_KINDS = """\
  - {kind: news, headline: All free, items: [{title: News, byline: By us, text: "Told."}]}
  - kind: figures
    heading: In numbers
    items: [{value: "214", label: lanterns made}, {value: £1.2m, label: raised, link: "https://example.org/r"}]
  - kind: gallery
    heading: Pictures
    items: [{image: images/hearts.jpg, alt: Hearts, caption: One}, {image: images/cuppas.jpg, alt: Cups}]
  - {kind: video, heading: A film, link: "https://example.org/v", image: images/spring.jpg, alt: A still, length: 3 min}
  - kind: table
    heading: Opening hours
    columns: [Day, Opens, Closes]
    rows: [[Monday, 9am, 5pm], [Saturday, 10am, 1pm]]
    caption: Closed on bank holidays
  - kind: sponsors
    items: [{name: Sampletown Fund, image: images/hearts.jpg, link: "https://example.org/f"}, {name: Another fund}]
"""
"""What every-kind.yaml among the golden files lacks."""

ON_THE_WEB = "archive: {url: 'https://example.org/newsletter/'}\n"


def issue(title: str = "A title", date: str = "2024-03-11", body: str = "", **fields: str) -> str:
    """Return an issue's YAML; without a body it has one line that is coming up."""
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    sections = body or "sections:\n  - kind: coming_up\n    items: [A walk by the river]\n"
    return f'title: "{title}"\ndate: {date}\n{head}{sections}'


def golden(name: str, date: str) -> str:
    """Return an issue of the golden files for another date, with pictures of the sample."""
    text = (Path(__file__).parent / "golden" / f"{name}.yaml").read_text(encoding="utf-8")
    text = text.replace("date: 2024-02-12", f"date: {date}")
    return re.sub(r"image: (?!https|images/)[^,}\s]+", "image: images/hearts.jpg", text)


def every_kind(date: str) -> str:
    """Return an issue with every kind of section."""
    return golden("every-kind", date).replace("sign_off:", f"{MORE_KINDS}sign_off:", 1)


def newsletter_folder(root: Path, issues: Mapping[str, str], settings: str = ON_THE_WEB) -> Path:
    """Lay a newsletter into a folder."""
    (root / "issues").mkdir(parents=True, exist_ok=True)
    (root / "newsletter.yaml").write_text(SETTINGS + settings, encoding="utf-8")
    for name, text in issues.items():
        (root / "issues" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def built(root: Path, *, every: bool = True, **asked: Any) -> BuiltArchive:
    """Build the archive of a newsletter."""
    return build_archive(SendSession(Workspace.find(root)), every=every, **asked)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass
class PageReader(HTMLParser):
    """What a page refers to: links, what it loads, its ids, its JSON-LD and the properties of its head."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    words: str = ""
    _in_data: bool = False
    _skipped: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, page: str) -> PageReader:
        """Read a page."""
        reader = cls()
        reader.feed(page)
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element refers to."""
        known = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        if tag in {"img", "script", "iframe", "source"}:
            self.loads += [known[name] for name in ("src", "srcset") if known.get(name)]
        if tag == "link":
            (self.loads if known.get("rel") == "stylesheet" else self.links).append(known["href"])
        if tag == "meta" and (name := known.get("property") or known.get("name")):
            self.properties[name] = known["content"]
        if "id" in known:
            self.ids.append(known["id"])
        self._in_data = known.get("type") == "application/ld+json"
        self._skipped = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """Note that a script is over."""
        if tag in {"script", "style"}:
            self._in_data = self._skipped = False

    def handle_data(self, data: str) -> None:
        """Note words and JSON-LD."""
        if self._in_data:
            self.data.append(data)
        elif not self._skipped:
            self.words += data


def broken_links(folder: Path, base: str = "https://example.org/newsletter/") -> Iterator[str]:
    """Yield the links and files of a website that lead nowhere, and what a page loads from elsewhere."""
    pages = {path: PageReader.of(data.decode()) for path, data in files_in(folder).items() if path.endswith(".html")}
    for path, page in pages.items():
        for address in page.loads:
            if urlsplit(address).scheme or address.startswith("//"):
                yield f"{path} loads {address}"
        for address in (*page.links, *page.loads):
            found = urlsplit(address)
            if address.startswith(base):
                found = urlsplit(address.removeprefix(base))
                target = unquote(found.path) or "index.html"
            elif found.scheme or found.netloc:
                continue
            else:
                here = posixpath.dirname(path)
                root = address.startswith("/newsletter/")
                part = found.path.removeprefix("/newsletter/") if root else posixpath.join(here, found.path)
                target = unquote(posixpath.normpath(part)) if found.path else path
            if not (folder / target).is_file():
                yield f"{path} -> {address}"
            elif found.fragment and target in pages and unquote(found.fragment) not in pages[target].ids:
                yield f"{path} -> {address}: no such place"
