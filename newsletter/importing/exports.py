"""Read the export of a newsletter from elsewhere: Mailchimp's and Substack's, and tables with a column of HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from newsletter.errors import UsageError
from newsletter.importing.archive_files import Archive
from newsletter.importing.blocks import Source
from newsletter.importing.export_tables import PostRow, is_people_table, row_of_page, rows_in
from newsletter.importing.files import inline_picture, text_of
from newsletter.importing.html_reader import read_html
from newsletter.importing.markdown_reader import read_markdown

MOST_LISTED = 12
"""Issues of an export that are listed where one has to be chosen."""

_PAGES = (".html", ".htm", ".md", ".markdown")
_NOT_SENT = frozenset({"templates", "template", "gallery", "files"})
"""Folders of Mailchimp's account export that hold no campaigns."""


@dataclass(frozen=True)
class Post:
    """One issue in an export."""

    name: str
    title: str
    date: dt.date | None
    html: str
    is_markdown: bool = False
    subtitle: str = ""

    @property
    def shown(self) -> str:
        """Return what the author chooses it by."""
        title = self.title or PurePosixPath(self.name).stem
        return f"{self.date.isoformat()} {title}" if self.date else title


@dataclass(frozen=True)
class Export:
    """An export: its issues, newest first, and the archive that they came from."""

    name: str
    posts: tuple[Post, ...]
    archive: Archive | None = None

    def choose(self, wanted: str | None) -> Post:
        """Return the issue that the author wants, or the only one; raise UsageError with a list otherwise."""
        if wanted is None:
            if len(self.posts) == 1:
                return self.posts[0]
            raise UsageError(
                f"{self.name} holds {len(self.posts)} issues:\n{_listed(self.posts)}",
                hint="Choose one by its date or words of its title: `--post 2024-02-12`.",
            )
        key = wanted.casefold().strip()
        found = [post for post in self.posts if key in {post.title.casefold(), post.name.casefold()}]
        found = found or [post for post in self.posts if key == post.shown.casefold()]
        found = found or [post for post in self.posts if key in f"{post.shown} {post.name}".casefold()]
        if len(found) == 1:
            return found[0]
        what = f"{len(found)} issues" if found else "no issue"
        raise UsageError(
            f"{self.name} holds {what} called {wanted!r}. There are:\n{_listed(found or self.posts)}",
            hint="Name one exactly.",
        )

    def source(self, post: Post) -> Source:
        """Return the blocks of one of its issues."""
        archive, folder = self.archive, PurePosixPath(post.name).parent

        def load(source: str) -> bytes | None:
            if source.startswith("data:"):
                return inline_picture(source)
            path = str(folder / source.partition("?")[0])
            return archive.read(path) if archive is not None and archive.has(path) else None

        if post.is_markdown:
            source = read_markdown(post.html, load=load)
        else:
            source = read_html(post.html, load=load, is_email=archive is None or post.title != "")
        return replace(
            source,
            title=post.title or source.title,
            date=post.date or source.date,
            preheader=source.preheader or post.subtitle,
        )


def _listed(posts: Sequence[Post]) -> str:
    listed = "\n".join(f"  {post.shown}" for post in posts[:MOST_LISTED])
    more = f"\n  and {len(posts) - MOST_LISTED} more" if len(posts) > MOST_LISTED else ""
    return f"{listed}{more}"


def open_export(data: bytes, name: str) -> Export:
    """Return the issues of an export, newest first; raise UsageError if it holds none."""
    archive = Archive(data) if data.startswith(b"PK") else None
    posts = _posts_in_archive(archive, name) if archive else _posts_in_table(text_of(data, name), name)
    posts = [post for post in posts if post.html.strip()]
    if not posts:
        raise UsageError(
            f"{name} holds no posts that can be read.",
            hint="An export needs web pages (.html), or a table with the columns title, date and html.",
        )
    newest = sorted(posts, key=lambda post: post.date or dt.date.min, reverse=True)
    return Export(name, tuple(newest), archive)


def _posts_in_table(text: str, name: str) -> list[Post]:
    rows = rows_in(text)
    if is_people_table(text) and not any(row.html for row in rows):
        raise UsageError(
            f"{name} is a list of people, not an issue.",
            hint=f"Import it into your audience: `newsletter audience import {name}`.",
        )
    return [_post(row) for row in rows]


def _post(row: PostRow) -> Post:
    return Post(row.identity, row.title, row.date, row.html, subtitle=row.subtitle)


def _posts_in_archive(archive: Archive, name: str) -> list[Post]:
    names = [
        one for one in archive.names if not one.startswith("__MACOSX/") and not PurePosixPath(one).name.startswith(".")
    ]
    pages = [one for one in names if one.lower().endswith(_PAGES)]
    # a page of a campaign stands beside templates, which were never sent
    sent = [one for one in pages if not _NOT_SENT.intersection(map(str.casefold, PurePosixPath(one).parts[:-1]))]
    rows: list[PostRow] = []
    posts: list[Post] = []
    holds_people = False
    for table in (one for one in names if one.lower().endswith(".csv")):
        data = archive.read(table)
        # Substack and Mailchimp put lists of people, and of what they did, beside the issues
        if is_people_table(text_of(data[:4096], table)):
            holds_people = True
            continue
        found = rows_in(text_of(data, table))
        rows += found
        posts += [_post(row) for row in found if row.html]
    for page in sent or pages:
        path = PurePosixPath(page)
        row = row_of_page(path.stem, rows)
        text = text_of(archive.read(page), page)
        is_markdown = path.suffix.lower() in {".md", ".markdown"}
        if row is None:
            posts.append(Post(page, "", None, text, is_markdown))
        else:
            posts.append(Post(page, row.title, row.date, text, is_markdown, row.subtitle))
    if not posts and any(one.lower().endswith(".docx") for one in names):
        raise UsageError(f"{name} holds Word documents.", hint="Unpack it, and import one of them.")
    if not posts and holds_people:
        raise UsageError(
            f"{name} holds lists of people, and no issues.",
            hint=f"Import them into your audience: `newsletter audience import {name}`.",
        )
    return posts
