"""The feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, each with the newest issues whole.

They are written with Python's own XML library: three formats of a few elements each, which need full control of
addresses, languages and order, so that the same issues always give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any

from newsletter.archive.structured_data import published

if TYPE_CHECKING:
    from newsletter.archive.records import IssueRecord
    from newsletter.archive.site import Site

MOST = 20
"""Issues in a feed."""

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can have."""

_ANCHOR = re.compile(r'href="#')
_HEADLINE = re.compile(r"<h1>.*?</h1>\s*", re.DOTALL)
_CONTENTS = re.compile(r'<nav class="contents".*?</nav>\s*', re.DOTALL)


def feed_files(site: Site) -> dict[str, bytes]:
    """Return the feeds by their path; none where the website's address is not known, which feeds need."""
    from newsletter.archive.site import ATOM, JSON_FEED, RSS  # noqa: PLC0415  it makes its files with this module

    if not site.addresses.base:
        return {}
    return {RSS: _rss(site, RSS), ATOM: _atom(site, ATOM), JSON_FEED: _json_feed(site, JSON_FEED)}


def content_of(site: Site, issue: IssueRecord) -> str:
    """Return an issue as HTML for a feed: without its title and contents, and with full addresses."""
    from newsletter.archive.pages import body_of  # noqa: PLC0415  as above

    body = str(body_of(issue, site.addresses.url))
    body = _CONTENTS.sub("", _HEADLINE.sub("", body, count=1), count=1)
    return _ANCHOR.sub(f'href="{site.addresses.issue_url(issue.name)}#', body).strip()


def _updated(site: Site) -> dt.datetime:
    """Return when the feed last changed: with its newest issue, so that building it again changes nothing."""
    return published(site, site.issues[0]) if site.issues else dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def _rss(site: Site, path: str) -> bytes:
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:content": _CONTENT})
    channel = ET.SubElement(rss, "channel")
    _text(channel, "title", site.full_name)
    _text(channel, "link", site.addresses.url("index.html"))
    _text(channel, "description", site.about)
    _text(channel, "language", site.presentation.language)
    _text(channel, "lastBuildDate", format_datetime(_updated(site)))
    _text(channel, "generator", "newsletter")
    link = {"href": site.addresses.url(path), "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, "atom:link", link)
    for issue in site.issues[:MOST]:
        item = ET.SubElement(channel, "item")
        address = site.addresses.issue_url(issue.name)
        _text(item, "title", issue.title)
        _text(item, "link", address)
        _text(item, "guid", address).set("isPermaLink", "true")
        _text(item, "pubDate", format_datetime(published(site, issue)))
        _text(item, "description", escape(issue.summary or issue.title, quote=False))  # it is read as HTML
        _text(item, "content:encoded", content_of(site, issue))
    return _written(rss)


def _atom(site: Site, path: str) -> bytes:
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": site.presentation.language})
    home = site.addresses.url("index.html")
    _text(feed, "id", home)
    _text(feed, "title", site.full_name)
    _text(feed, "subtitle", site.about)
    _text(feed, "updated", _updated(site).isoformat())
    ET.SubElement(feed, "link", {"rel": "self", "href": site.addresses.url(path)})
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": home})
    author = ET.SubElement(feed, "author")
    _text(author, "name", site.presentation.brand.name)
    if site.presentation.brand.website:
        _text(author, "uri", site.presentation.brand.website)
    _text(feed, "generator", "newsletter")
    for issue in site.issues[:MOST]:
        entry = ET.SubElement(feed, "entry", {"xml:lang": issue.language})
        address, moment = site.addresses.issue_url(issue.name), published(site, issue).isoformat()
        _text(entry, "id", address)
        _text(entry, "title", issue.title)
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
        _text(entry, "published", moment)
        _text(entry, "updated", moment)
        if issue.summary:
            _text(entry, "summary", issue.summary)
        _text(entry, "content", content_of(site, issue)).set("type", "html")
    return _written(feed)


def _json_feed(site: Site, path: str) -> bytes:
    brand = site.presentation.brand
    author = {"name": brand.name, **({"url": brand.website} if brand.website else {})}
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.full_name,
        "home_page_url": site.addresses.url("index.html"),
        "feed_url": site.addresses.url(path),
        "description": site.about,
        "language": site.presentation.language,
        "authors": [author],
        "items": [_json_item(site, issue) for issue in site.issues[:MOST]],
    }
    return f"{json.dumps(feed, ensure_ascii=False, indent=1)}\n".encode()


def _json_item(site: Site, issue: IssueRecord) -> dict[str, Any]:
    address = site.addresses.issue_url(issue.name)
    item: dict[str, Any] = {
        "id": address,
        "url": address,
        "title": issue.title,
        "content_html": content_of(site, issue),
        "date_published": published(site, issue).isoformat(),
        "language": issue.language,
    }
    if issue.summary:
        item["summary"] = issue.summary
    if issue.picture:
        item["image"] = site.addresses.url(issue.picture.path)
    return item


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = _NO_XML.sub("", text)
    return child


def _written(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
