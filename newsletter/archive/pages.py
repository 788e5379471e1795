"""The pages of the website as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from newsletter.archive import structured_data
from newsletter.archive.addresses import relative
from newsletter.archive.issue_page import environment
from newsletter.archive.records import IssueRecord, PictureRecord
from newsletter.archive.sign_up import sign_up_form
from newsletter.archive.site import (
    ATOM,
    CALENDAR,
    ICON,
    JSON_FEED,
    RSS,
    SCRIPT,
    STYLESHEET,
    Site,
    search_file,
    section_file,
    year_file,
)
from newsletter.render.dates import direction, locale_of

HOME, ISSUES, SECTIONS, SEARCH, NOT_FOUND = "index.html", "issues.html", "sections.html", "search.html", "404.html"

RECENT = 9
"""Issues on the home page, after the latest."""

MOST_EVENTS = 6
"""Events on the home page."""

LONGEST_TITLE = 70
"""Characters of a page's title that a search engine shows."""

_PICTURE = re.compile(r'"cid:([^"@]+@newsletter)"')


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself in its head, and where it belongs."""

    path: str
    title: str
    description: str
    menu: str = ""
    """The page of the menu that it is, or belongs to."""
    issue: IssueRecord | None = None
    picture: PictureRecord | None = None
    data: Sequence[dict[str, Any]] = ()
    """What it says to programs, as schema.org describes it."""
    is_found: bool = True
    """Whether search engines may list it."""


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the path and the HTML of every page, and the list of all pages for search engines."""
    listed: list[str] = []
    for page, template, given in _pages(site):
        yield page.path, _rendered(site, page, template, given)
        if page.is_found:
            listed.append(site.addresses.issue_url(page.issue.name) if page.issue else site.addresses.url(page.path))
    if site.addresses.base:
        yield "sitemap.xml", environment().get_template("sitemap.xml.j2").render(addresses=listed)


def _pages(site: Site) -> Iterator[tuple[Page, str, dict[str, Any]]]:
    words = site.words
    latest = site.issues[0] if site.issues else None
    data = structured_data.website(site)
    picture = latest.picture if latest else None
    recent = {"latest": latest, "recent": site.issues[1 : RECENT + 1], "events": site.events[:MOST_EVENTS]}
    yield Page(HOME, site.full_name, site.about, HOME, picture=picture, data=data), "home.html.j2", recent
    for number, issue in enumerate(site.issues):
        newer = site.issues[number - 1] if number else None
        older = site.issues[number + 1] if number + 1 < len(site.issues) else None
        page = Page(
            site.issue_file(issue),
            issue.title,
            issue.summary or site.about,
            ISSUES,
            issue=issue,
            picture=issue.picture,
            data=structured_data.issue(site, issue),
        )
        yield page, "issue_page.html.j2", {"newer": newer, "older": older}
    yield Page(ISSUES, f"{words.all_issues} – {site.name}", site.about, ISSUES), "issues.html.j2", {}
    for year in site.years:
        title = f"{words.all_issues} {year} – {site.name}"
        yield Page(year_file(year), title, site.about, ISSUES), "year.html.j2", {"year": year}
    yield (
        Page(SECTIONS, f"{words.by_section} – {site.name}", site.about, SECTIONS),
        "sections.html.j2",
        {"topics": [(kind, _years((site.spans_of(kind)[-1][0], site.spans_of(kind)[0][1]))) for kind in site.kinds]},
    )
    yield from _section_pages(site)
    yield (
        Page(SEARCH, f"{words.search_all} – {site.name}", site.about, SEARCH),
        "search.html.j2",
        {"indexes": [quote(search_file(year)) for year in site.years]},
    )
    yield Page(NOT_FOUND, words.not_found, site.about, is_found=False), "not_found.html.j2", {}


def _section_pages(site: Site) -> Iterator[tuple[Page, str, dict[str, Any]]]:
    for kind in site.kinds:
        name, spans = site.words.section(kind), site.spans_of(kind)
        files = {span: section_file(kind, None if span == spans[0] else span[1]) for span in spans}
        for span, path in files.items():
            title = f"{name}, {_years(span)}" if len(spans) > 1 else name
            links = [(_years(one), "" if one == span else other) for one, other in files.items()]
            found = site.sections_of(kind, range(span[0], span[1] + 1))
            page = Page(path, f"{title} – {site.name}", f"{name}: {site.about}", SECTIONS)
            yield page, "section_page.html.j2", {"name": title, "found": found, "spans": links}


def _years(span: tuple[int, int]) -> str:
    return f"{span[0]}–{span[1]}" if span[0] != span[1] else str(span[0])


def _rendered(site: Site, page: Page, template: str, given: dict[str, Any]) -> str:
    root = _root_of_missing(site) if page.path == NOT_FOUND else ""

    def to(path: str) -> str:
        return f"{root}{quote(path)}" if root else relative(path, page.path)

    issue = page.issue
    language = site.presentation.language
    return (
        environment()
        .get_template(template)
        .render(
            site=site,
            page=page,
            title=_short(page.title),
            words=site.words,
            brand=site.presentation.brand,
            language=language,
            direction=direction(language),
            locale=str(locale_of(issue.language if issue else language) or "en_GB"),
            to=to,
            files={
                "home": HOME,
                "issues": ISSUES,
                "sections": SECTIONS,
                "search": SEARCH,
                "style": STYLESHEET,
                "icon": ICON,
                "script": SCRIPT,
                "calendar": CALENDAR,
                "rss": RSS,
                "atom": ATOM,
                "json": JSON_FEED,
            },
            issue_to=lambda one: to(site.issue_file(one)),
            section_to=lambda kind: to(section_file(kind)),
            year_to=lambda year: to(year_file(year)),
            body=body_of(issue, to) if issue else "",
            month_of=site.month_box,
            canonical=site.addresses.issue_url(issue.name) if issue else site.addresses.url(page.path),
            sign_up=sign_up_form(site),
            structured=Markup(structured_data.script(page.data)),  # noqa: S704  its < are escaped
            **given,
        )
    )


def body_of(issue: IssueRecord, to: Any) -> Markup:
    """Return the content of an issue, whose pictures have the addresses that `to` gives for their paths."""
    body = _PICTURE.sub(lambda found: f'"{to(issue.pictures[found[1]])}"', issue.body_html)
    return Markup(body)  # noqa: S704  made by our own templates, which escape


def _short(title: str) -> str:
    """Return a page's title, cut at a word where it is longer than what is shown of it."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[: LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…"


def _root_of_missing(site: Site) -> str:
    """Return what links begin with in the page that a host shows for any address that there is none of."""
    return urlsplit(site.addresses.base).path if site.addresses.base else ""
