"""Read the tables of an export that describe its issues, and find the row that is about a page."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.errors import FileAccessError
from newsletter.importing.moments import moments_in

# a campaign's name is for its sender, its subject is what readers saw
_TITLES = ("subject", "subject line", "email subject", "title", "campaign name", "campaign title", "post_title", "name")
_SUBTITLES = ("subtitle", "preview text", "preheader")
_DATES = (
    "post_date",
    "date",
    "send date",
    "sent",
    "published_at",
    "publish_date",
    "sent_at",
    "send_time",
    "created_at",
)
_BODIES = ("html", "body_html", "body", "content", "content_html", "post_content", "html_content", "text", "plaintext")
_IDS = ("post_id", "unique id", "campaign id", "id", "slug")
_PEOPLE = frozenset({"email", "email address", "e-mail", "e-mail address", "email_address"})
_LARGEST_FIELD = 20_000_000
_SHORTEST_SLUG = 6
_NEAR = dt.date(2020, 1, 1)
"""Every date of these tables has a year; this one only has to be some day."""


@dataclass(frozen=True)
class PostRow:
    """What a table says of one issue; `names` are all that its page may be called by."""

    identity: str
    title: str
    date: dt.date | None
    html: str
    subtitle: str = ""
    names: tuple[str, ...] = ()


def is_people_table(text: str) -> bool:
    """Return whether a table lists people, by its headings."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    cells = next(csv.reader([first], delimiter=max(",;\t", key=first.count)), [])
    return any(cell.strip().casefold() in _PEOPLE for cell in cells)


def rows_in(text: str) -> list[PostRow]:
    """Return what each row of a table says; raise FileAccessError if it is not one."""
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    except csv.Error as error:
        raise FileAccessError(f"The table cannot be read: {error}.", hint="Export it again as CSV.") from error
    return [_row(row) for row in rows]


def _row(row: dict[str | None, str | None]) -> PostRow:
    small = {(name or "").strip().casefold(): (value or "") for name, value in row.items() if isinstance(value, str)}

    def first(names: Sequence[str]) -> str:
        return next((small[name].strip() for name in names if small.get(name)), "")

    html = first(_BODIES)
    if html and not re.search(r"<\w+[^>]*>", html):
        html = "".join(f"<p>{line}</p>" for line in re.split(r"\n\s*\n", html))
    names = tuple(filter(None, (small.get(name, "").strip() for name in (*_IDS, *_TITLES))))
    return PostRow(first(_IDS), first(_TITLES), _day(first(_DATES)), html, first(_SUBTITLES), names)


def _day(text: str) -> dt.date | None:
    """Return a day such as 2024-02-12T08:00:00Z, or as Mailchimp writes it: Feb 12, 2024 08:00 am."""
    match = re.match(r"\s*(\d{4}-\d\d-\d\d)", text)
    try:
        if match:
            return dt.date.fromisoformat(match[1])
    except ValueError:
        return None
    found = moments_in(text, "en", _NEAR)
    return found[0].day if found and str(found[0].day.year) in text else None


def row_of_page(stem: str, rows: Sequence[PostRow]) -> PostRow | None:
    """Return the row about a page by the name of its file: `123.a-slug`, or Mailchimp's `123_-a-slug`."""
    keys = {stem.casefold(), stem.partition(".")[0].casefold(), stem.partition("_")[0].casefold()}
    found = next((row for row in rows if any(name.casefold() in keys for name in row.names)), None)
    if found is not None:
        return found
    slug = _slug(re.sub(r"^\d+[._-]+", "", stem))
    slugs = [(row, {_slug(name) for name in row.names} - {""}) for row in rows]
    exact = [row for row, own in slugs if slug in own]
    # long names of files are cut off
    near = [row for row, own in slugs if any(_is_cut(slug, one) for one in own)]
    chosen = exact or near
    return chosen[0] if len(chosen) == 1 else None


def _is_cut(one: str, other: str) -> bool:
    """Return whether one name is the other, cut off."""
    return min(len(one), len(other)) >= _SHORTEST_SLUG and (one.startswith(other) or other.startswith(one))


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "", plain)
