"""Write an issue as files: HTML, plain text, images and calendar files."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from newsletter.errors import UsageError
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.branding import ReaderLinks
    from newsletter.model.campaign import Message

MEDIA = "media"
"""The folder of the pictures as a service links to them under the settings' `media_url`."""


ONLINE = "online"
"""The folder of the page that the settings' `view_online` leads to."""


class WrittenFile(NamedTuple):
    """A file that was written, and its size in bytes."""

    path: Path
    size: int


def render_issue(workspace: Workspace, loaded: LoadedIssue, message: Message, folder: Path) -> list[WrittenFile]:
    """Write a rendered issue into a folder; a calendar file whose events have not changed is kept as it is."""
    name = loaded.path.stem
    files = {**files_of(name, message), **online_files(name, message, workspace.settings.links)}
    return write_all(folder, {**files, **_keep_unchanged(folder, workspace.calendars(loaded))})


def render_mjml(workspace: Workspace, loaded: LoadedIssue, folder: Path) -> list[WrittenFile]:
    """Write the MJML of an issue into a folder, for authors of templates."""
    return write_all(folder, {f"{loaded.path.stem}.mjml": workspace.mjml(loaded).encode()})


_PLAIN = "!$'()*+,;=@-._~"
"""What may stand in a link as it is."""


def files_of(name: str, message: Message) -> dict[str, bytes]:
    """Return the files of a message, by name; the HTML shows the pictures that lie beside it."""
    from newsletter.model.campaign import slug

    files: dict[str, bytes] = {}
    _add_page(files, name, message.for_reader(()))
    files |= {f"{MEDIA}/{image.published_name}": image.data for image in message.images}
    for one in message.variants:
        _add_page(files, f"{name}-for-{slug('-and-'.join(one.segments))}", message.for_reader(one.segments))
    return files


def _add_page(files: dict[str, bytes], name: str, message: Message) -> None:
    """Add what one group of readers gets; a picture never takes the name of another that is not the same.

    Names that differ only in capitals, or in how an accent is stored, are the same file on many computers.
    """
    taken = {_as_stored(one): data for one, data in files.items()}
    body, pictures = message.html, {}
    for image in message.images:
        stem, dot, ending = image.name.rpartition(".")
        choices = (image.name, f"{stem}-{image.digest[:10]}{dot}{ending}")
        file_name = next(
            one
            for one in (f"{name}-{choice}" for choice in choices)
            if taken.setdefault(_as_stored(one), image.data) == image.data or one.endswith(choices[-1])
        )
        body = body.replace(f"cid:{image.cid}", quote(file_name, safe=_PLAIN))
        pictures[file_name] = image.data
    files |= {f"{name}.html": body.encode(), f"{name}.txt": message.text.encode(), **pictures}


def _as_stored(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def online_files(name: str, message: Message, links: ReaderLinks) -> dict[str, bytes]:
    """Return the page for `view_online` with its pictures, by name; nothing where the settings have no such link."""
    if not links.view_online:
        return {}
    from newsletter.render.web_page import web_page

    everybody = message.for_reader(())
    page = everybody.model_copy(update={"html": web_page(everybody, links, issue=name), "variants": ()})
    unwanted = (f"{MEDIA}/", f"{name}.txt")
    return {f"{ONLINE}/{one}": data for one, data in files_of(name, page).items() if not one.startswith(unwanted)}


def _keep_unchanged(folder: Path, calendars: dict[str, bytes]) -> dict[str, bytes]:
    """Return calendar files that are newer than those in the folder; one whose events have not changed stays as it is.

    On another computer an issue may have been changed earlier than the file in the folder was written.
    """
    from newsletter.render.calendar_files import is_same_calendar, publish, published_at

    republished = dict(calendars)
    for name, new in calendars.items():
        path = folder / name
        try:
            old = path.read_bytes() if path.is_file() else b""
        except OSError:
            continue  # writing it says what is wrong
        before, now = published_at(old), published_at(new)
        if before and is_same_calendar(old, new):
            republished[name] = old
        elif before and now and now <= before:
            republished[name] = publish(new, before + dt.timedelta(seconds=1))
    return republished


def write_all(folder: Path, files: dict[str, bytes]) -> list[WrittenFile]:
    """Write files into a folder, made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"“{error.filename or folder}” cannot be written: {error.strerror}.", hint="Choose another folder with -o."
        ) from error
    return [WrittenFile(folder / name, len(content)) for name, content in files.items()]
