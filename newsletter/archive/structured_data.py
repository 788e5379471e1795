"""What pages say to programs, as schema.org describes it (JSON-LD)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from newsletter.archive.records import IssueRecord
from newsletter.render.events import structured

if TYPE_CHECKING:
    from newsletter.archive.site import Site

CONTEXT = "https://schema.org"


def script(data: Sequence[dict[str, Any]]) -> str:
    """Return data as an element for the head of a page, which nothing in it can end; empty without data."""
    if not data:
        return ""
    told = json.dumps([*data] if len(data) > 1 else data[0], ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{told}</script>'


def website(site: Site) -> list[dict[str, Any]]:
    """Return what the home page is: the website of a newsletter, and who publishes it."""
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": site.full_name,
        "description": site.about,
        "inLanguage": site.presentation.language,
        "publisher": _organisation(site),
    }
    if site.addresses.base:
        told["url"] = site.addresses.url("index.html")
        told["potentialAction"] = {
            "@type": "SearchAction",
            "target": f"{site.addresses.url('search.html')}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        }
    return [told]


def issue(site: Site, record: IssueRecord) -> list[dict[str, Any]]:
    """Return what an issue's page is: an article of the newsletter, and the events that it announces."""
    address = site.addresses.issue_url(record.name)
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": record.title[:110],
        "description": record.summary,
        "datePublished": published(site, record).isoformat(),
        "inLanguage": record.language,
        "isPartOf": {"@type": "Periodical", "name": site.name},
        "author": _organisation(site),
        "publisher": _organisation(site),
    }
    if address:
        told |= {"url": address, "mainEntityOfPage": address}
    if record.picture and site.addresses.base:
        told["image"] = site.addresses.url(record.picture.path)
    events = structured([one.entry(record.date) for one in record.events], site.presentation.brand.name)
    return [told, *events]


def published(site: Site, record: IssueRecord) -> dt.datetime:
    """Return the moment that an issue counts as published: noon of its day, wherever its readers are."""
    return dt.datetime.combine(record.date, dt.time(12), tzinfo=site.presentation.zone)


def _organisation(site: Site) -> dict[str, Any]:
    brand = site.presentation.brand
    told: dict[str, Any] = {"@type": "Organization", "name": brand.name}
    if brand.website:
        told["url"] = brand.website
    if site.logo and site.addresses.base:
        told["logo"] = site.addresses.url(site.logo.light)
    links = [one.link for one in brand.social if one.link.startswith("http")]
    return told | ({"sameAs": links} if links else {})
