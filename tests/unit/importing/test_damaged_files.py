"""A damaged file is read as far as it goes, or refused with a message; it never stops the program."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import NewsletterError
from newsletter.importing.calendar_reader import read_calendar
from newsletter.importing.event_table import read_event_table
from newsletter.importing.files import FileKind, file_kind, pictures_beside, read_document, text_of
from newsletter.importing.recognise import recognise
from newsletter.importing.title_and_date import ExpectedIssue
from newsletter.importing.vocabulary import base_vocabulary
from newsletter.importing.write_issue import issue_text
from tests import import_samples as samples

DAY = dt.date(2024, 3, 1)
EVENT = b"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Cuppa\r\nDTSTART:20240305T130000Z\r\nDTEND:20240305T140000Z\r\n"
FILES: dict[str, Callable[[], bytes]] = {
    "a.html": lambda: samples.page().encode(),
    "a.md": lambda: samples.markdown().encode(),
    "a.eml": lambda: samples.email(with_html=False),
    "a.docx": samples.docx,
    "a.ics": lambda: b"BEGIN:VCALENDAR\r\n" + EVENT + b"RRULE:FREQ=WEEKLY;COUNT=9\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "a.csv": lambda: b"title,date,time\nAGM,5 March,1pm\n",
    "a.zip": lambda: samples.zipped({"posts.csv": b"post_id,title\n1,Hello\n", "posts/1.html": b"<h2>News</h2><p>x"}),
}
PIECES = [b"<", b">", b"\x00", b"&#1114112;", b"\r\n\r\n", b"**", b"[](", b"\xff\xfe", b"<table>", b"=?utf-8?q?=ff?="]


def damage() -> st.SearchStrategy[list[tuple[float, int, bytes]]]:
    """Return places in a file, how many bytes are lost there, and what stands there instead."""
    place = st.tuples(st.floats(0, 0.999), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=4))
    return st.lists(place, min_size=1, max_size=8)


@pytest.mark.parametrize("name", FILES)
@given(changes=damage())
def test_a_damaged_file_is_read_or_refused(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    data = FILES[name]()
    for where, lost, instead in changes:
        at = int(where * len(data))
        data = data[:at] + instead + data[at + lost :]
    with contextlib.suppress(NewsletterError):
        kind = file_kind(data, name)
        if kind is FileKind.CALENDAR:
            read_calendar(data, name, ZoneInfo("Europe/London"), DAY, dt.date(2024, 12, 31))
        elif kind is FileKind.TABLE:
            read_event_table(text_of(data, name), name, "en-GB", DAY)
        else:
            is_export = kind is FileKind.ZIP
            beside = pictures_beside(Path("page.html"))
            source = samples.read_export(data, name, None) if is_export else read_document(data, name, kind, beside)
            draft = recognise(source, ExpectedIssue(base_vocabulary("en-GB"), DAY, name="x"), lambda _: "")
            assert "title:" in issue_text(draft, schema="x", origin=name)
