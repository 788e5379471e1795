"""What an issue asks to note: found whole, known by stable ids, and offered by links that say the right moment."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import jinja2
import pytest

from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.branding import CalendarStyle
from newsletter.model.issue import Issue
from newsletter.render.events import CalendarEvents, diary_of, later, span, structured
from newsletter.render.translations import catalogue_for
from newsletter.render.ui_strings import ENGLISH

from .conftest import Render, make_house, make_issue

LONDON = ZoneInfo("Europe/London")
OUTLOOK = re.compile(r'href="https://outlook[^>]*>([^<]*)</a>')
TWO_CALENDARS = make_house(calendar={"links": ["google", "outlook"]})
CUPPA = {
    "title": "A *Cuppa* for {first_name|you}",
    "when": "2024-02-20 13:00",
    "where": "[Zoom](https://example.org/z)",
}


def diary(
    *items: Any, style: dict[str, Any] | None = None, words: Any = ENGLISH, issue: Issue | None = None
) -> CalendarEvents:
    made = issue or make_issue({"kind": "coming_up", "items": list(items)})
    chosen = CalendarStyle.model_validate(style or {})
    each = [words] * (1 + len(made.sections))
    return diary_of(made, chosen, each, LONDON, key="2024-02", domain="example.org")


def asked(link: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(link)
    return f"{parts.netloc}{parts.path}", {
        name: one for name, [one] in parse_qs(parts.query, strict_parsing=True).items()
    }


def test_an_event_is_offered_to_google_and_outlook() -> None:
    found = diary({**CUPPA, "ends": "14:30", "link": "https://example.org/c?a=b&c=ü"})
    item = make_issue({"kind": "coming_up", "items": [CUPPA]}).sections[0]
    [note] = found.notes
    assert found.links(item) == ()  # not one of this diary's
    [thing, _] = next(iter(found.of))
    assert thing
    google, outlook = (asked(one.link) for one in links_of(found))
    page = "https://example.org/c?a=b&c=ü"
    assert google == (
        "calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "text": "A Cuppa for you",
            "dates": "20240220T130000Z/20240220T143000Z",
            "location": "Zoom <https://example.org/z>",
            "details": page,
        },
    )
    assert outlook == (
        "outlook.live.com/calendar/action/compose",
        {
            "rru": "addevent",
            "subject": "A Cuppa for you",
            "startdt": "2024-02-20T13:00:00Z",
            "enddt": "2024-02-20T14:30:00Z",
            "location": "Zoom <https://example.org/z>",
            "body": page,
        },
    )
    assert note.has_time


def links_of(found: CalendarEvents, number: int = 0) -> Any:
    """Return the links of a note by its number, as the templates would get them."""
    thing, deadline = list(found.of)[number]

    class Same:
        """Stands for the item, whose identity is all that counts."""

    # the diary knows things by their id, so one with that id is handed in through the lookup itself
    note = found.of[thing, deadline]
    stand_in = Same()
    again = CalendarEvents(
        found.notes, {(id(stand_in), deadline): note}, found.style, found.words, found.file, found.issue
    )
    return again.links(stand_in, deadline=deadline)  # type: ignore[arg-type]


def test_whole_days_end_on_the_day_after_the_last() -> None:
    google, office = links_of(
        diary({"title": "Away", "when": "2024-03-27", "ends": "2024-03-28"}, style={"links": ["google", "office365"]})
    )
    assert (google.name, office.name) == ("Google", "Office 365")
    assert asked(google.link)[1]["dates"] == "20240327/20240329"
    assert asked(office.link) == (
        "outlook.office.com/calendar/action/compose",
        {"rru": "addevent", "subject": "Away", "startdt": "2024-03-27", "enddt": "2024-03-29", "allday": "true"},
    )


def test_all_is_found_in_its_order() -> None:
    issue = make_issue(
        {
            "kind": "last_month",
            "items": ["only a line", {"text": "Walk on\n\nmore", "when": "2024-02-20"}],
            "groups": [{"heading": "G", "items": [{"title": "In a group", "when": "2024-02-21 10:00"}]}],
        },
        {
            "kind": "get_involved",
            "items": [
                {
                    "title": "Help",
                    "events": ["2024-03-05 13:00", {"title": "Again", "when": "2024-03-06"}],
                    "deadline": "2024-03-01 12:00",
                    "button": {"label": "Go", "link": "https://example.org/go"},
                }
            ],
        },
        {"kind": "links", "items": [{"title": "Job", "link": "https://example.org/job", "deadline": "2024-03-29"}]},
        {"kind": "story", "text": "Once."},
        {"kind": "people", "thanks": ["All"]},
    )
    found = diary(issue=issue)
    assert [(note.title, note.is_deadline, note.page) for note in found.notes] == [
        ("Walk on", False, ""),
        ("In a group", False, ""),
        ("Help", False, ""),
        ("Again", False, ""),
        ("Deadline: Help", True, "https://example.org/go"),
        ("Deadline: Job", True, "https://example.org/job"),
    ]
    assert [note.file for note in found.notes] == [f"2024-02-{number}.ics" for number in range(1, 7)]
    assert found.file == "2024-02-events.ics"
    assert found.notes[5].end == dt.date(2024, 3, 30)


def test_the_items_of_a_kind_of_the_users_own_are_found(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "fair.mjml.j2").write_text("{# fields:\n  stalls: {type: items}\n#}", encoding="utf-8")
    issue = Issue.model_validate(
        {
            "title": "x",
            "date": "2024-02-12",
            "sections": [{"kind": "fair", "stalls": [{"title": "Cakes", "when": "2024-02-20"}]}],
        },
        context={"kinds": declared_kinds([tmp_path])},
    )
    assert [note.title for note in diary(issue=issue).notes] == ["Cakes"]


def test_deadlines_are_named_in_the_language() -> None:
    words = catalogue_for("cy").words
    [note] = diary({"title": "Adroddiad", "deadline": "2024-02-23 12:00"}, words=words).notes
    assert note.title == "Dyddiad cau: Adroddiad"


def test_an_id_outlives_another_hour_place_and_issue_but_not_another_day_or_name() -> None:
    def uid(**changes: Any) -> str:
        return diary({"title": "Cuppa", "when": "2024-02-20 13:00", **changes}).notes[0].uid

    assert re.fullmatch(r"[0-9a-f]{20}@example\.org", uid())
    assert uid() == uid(when="2024-02-20 15:00") == uid(where="Elsewhere") == uid(title="  cuppa ")
    assert len({uid(), uid(when="2024-02-21 13:00"), uid(title="Lunch")}) == 3
    both = diary({"title": "Cuppa", "when": "2024-02-20 13:00", "deadline": "2024-02-20"})
    assert len({note.uid for note in both.notes}) == 2
    twice = diary(*[{"title": "Cuppa", "when": f"2024-02-20 1{hour}:00"} for hour in (1, 5)])
    assert twice.notes[1].uid == twice.notes[0].uid.replace("@", "-2@")


def test_the_links_are_those_that_the_settings_ask_for() -> None:
    two = [
        {"title": "Cuppa", "when": "2024-02-20 13:00", "deadline": "2024-02-19"},
        {"title": "B", "when": "2024-02-21"},
    ]
    assert links_of(diary(*two, style={"links": []})) == ()
    assert diary(*two).all_link is None
    hosted = diary(*two, style={"links": [], "files": "https://example.org/files/"})
    assert [(one.name, one.link) for one in links_of(hosted)] == [("file", "https://example.org/files/2024-02-1.ics")]
    assert hosted.all_link is not None
    assert (hosted.all_link.name, hosted.all_link.link) == (
        "Add all 3 dates to your calendar",
        "https://example.org/files/2024-02-events.ics",
    )
    assert diary(two[1], style={"files": "https://example.org"}).all_link is None
    assert len(links_of(diary(*two), 1)) == 2
    assert links_of(diary(*two, style={"deadlines": False}), 1) == ()


@pytest.mark.parametrize(
    ("when", "ends", "start", "end"),
    [
        ("2024-02-20 13:00", None, "2024-02-20T13:00:00+00:00", "2024-02-20T14:00:00+00:00"),
        ("2024-02-20 13:00", "2024-02-20 13:00", "2024-02-20T13:00:00+00:00", "2024-02-20T14:00:00+00:00"),
        ("2024-02-20 13:00", "2024-02-20", "2024-02-20T13:00:00+00:00", "2024-02-20T14:00:00+00:00"),
        ("2024-02-20 13:00", "2024-02-22", "2024-02-20T13:00:00+00:00", "2024-02-23T00:00:00+00:00"),
        ("2024-02-20", "2024-02-22 16:00", "2024-02-20", "2024-02-23"),
        ("2024-02-20", None, "2024-02-20", "2024-02-21"),
        # an hour later by the time that passes, over either change of the clock
        ("2024-03-31 00:30", None, "2024-03-31T00:30:00+00:00", "2024-03-31T02:30:00+01:00"),
        ("2024-10-27 00:30", None, "2024-10-27T00:30:00+01:00", "2024-10-27T01:30:00+01:00"),
    ],
)
def test_a_span_is_what_calendars_count(when: str, ends: str | None, start: str, end: str) -> None:
    def read(text: str) -> dt.date:
        return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON) if ":" in text else dt.date.fromisoformat(text)

    found = span(read(when), read(ends) if ends else None, LONDON)
    assert [one.isoformat() for one in found] == [start, end]


def test_later_is_by_the_time_that_passes() -> None:
    first = dt.datetime(2024, 10, 27, 1, 30, tzinfo=LONDON)
    assert later(first, dt.timedelta(hours=1)).fold == 1


def test_an_event_elsewhere_is_at_its_own_hour() -> None:
    [note] = diary({"title": "Talk", "when": "2024-03-20 13:00", "zone": "America/New_York"}).notes
    assert note.start.isoformat() == "2024-03-20T13:00:00-04:00"


def test_the_message_offers_the_calendars_and_says_so_in_text(rendered: Render) -> None:
    item = {"title": "A & B", "when": "2024-02-20 13:00", "where": 'The "Hall"'}
    house = make_house(calendar={"links": ["google"], "files": "https://example.org/f"})
    message = rendered({"kind": "coming_up", "items": [item, {"title": "C", "deadline": "2024-02-21"}]}, house=house)
    assert 'href="https://example.org/f/2024-02-1.ics"' in message.html
    assert 'href="https://example.org/f/2024-02-2.ics"' in message.html
    assert "calendar.google.com" not in message.html + message.text
    assert "Add all 2 dates to your calendar" in message.html
    assert "Add to calendar [1]" in message.text
    text = " ".join(message.text.split())
    assert "Add all 2 dates to your calendar <https://example.org/f/2024-02-events.ics>" in text
    assert message.calendar == ""


def test_without_files_each_date_has_one_link_and_further_calendars_beside_it(rendered: Render) -> None:
    item = {"title": "A & B", "when": "2024-02-20 13:00", "where": 'The "Hall"'}
    section = {"kind": "coming_up", "items": [item, {"title": "C", "deadline": "2024-02-21"}]}
    message = rendered(section, house=make_house(calendar={"links": ["google", "outlook"]}))
    links = re.findall(r'href="(https://calendar[^"]*)"', message.html)
    assert [asked(link.replace("&amp;", "&"))[1]["text"] for link in links] == ["A & B", "Deadline: C"]
    assert asked(links[0].replace("&amp;", "&"))[1]["location"] == 'The "Hall"'
    others = [match.start() for match in re.finditer(r'href="https://outlook', message.html)]
    assert len(others) == 1, "the deadline has a link beside it, and no room below"
    assert OUTLOOK.findall(message.html) == ["Outlook"]
    assert message.html.index('href="https://calendar') < others[0] < message.html.rindex('href="https://calendar')
    assert "Add to Outlook:\n• A & B [3]\n• Deadline: C [4]\n" in message.text
    assert rendered(section, house=make_house(calendar={"links": []})).text.count("Add to calendar") == 0


ONLINE, MIXED = ("https://schema.org/" + kind for kind in ("OnlineEventAttendanceMode", "MixedEventAttendanceMode"))


@pytest.mark.parametrize(
    ("where", "kinds", "mode"),
    [
        ("Online (Zoom)", ["VirtualLocation"], ONLINE),
        ("Microsoft Teams", ["VirtualLocation"], ONLINE),
        ("The Boathouse and online", ["Place", "VirtualLocation"], MIXED),
        ("Hybrid: Croydon town hall", ["Place", "VirtualLocation"], MIXED),
        ("The Boathouse, 4 Ferry Steps", ["Place"], None),
        ("Zoomers' Hall", ["Place"], None),
    ],
)
def test_programs_are_told_whether_an_event_is_online(
    where: str, kinds: list[str], mode: str | None, rendered: Render
) -> None:
    item = {"title": "A", "when": "2024-02-20 13:00", "where": where, "link": "https://example.org/a"}
    message = rendered(
        {"kind": "coming_up", "items": [item]}, house=make_house(calendar={"structured_data": True, "files": None})
    )
    [event] = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', message.html, re.DOTALL)[0])
    places = event["location"] if isinstance(event["location"], list) else [event["location"]]
    assert [place["@type"] for place in places] == kinds
    assert event.get("eventAttendanceMode") == mode
    assert all(place["url"] == "https://example.org/a" for place in places if place["@type"] == "VirtualLocation")


def test_the_file_travels_along_where_that_is_asked_for(rendered: Render) -> None:
    house = make_house(calendar={"attach": True})
    message = rendered({"kind": "coming_up", "items": [{"title": "A", "when": "2024-02-20 13:00"}]}, house=house)
    assert message.calendar.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:A\r\n" in message.calendar
    assert "calendar file" in message.parts()
    assert rendered(house=house).calendar == ""
    assert "calendar file" not in rendered(house=house).parts()


def test_programs_are_told_of_events_where_that_is_asked_for(rendered: Render) -> None:
    hostile = {
        "title": "</script><b>A</b>",
        "when": "2024-02-20 13:00",
        "where": "Hall",
        "link": "https://example.org/a",
    }
    away = {"title": "Away", "when": "2024-03-27", "ends": "2024-03-28", "link": "mailto:us@example.org"}
    sections = {"kind": "coming_up", "items": [hostile, away, {"title": "Answer", "deadline": "2024-02-20"}]}
    html = rendered(sections, house=make_house(calendar={"structured_data": True})).html
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    first, second = json.loads(data)
    assert first == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "</script><b>A</b>",
        "startDate": "2024-02-20T13:00:00+00:00",
        "endDate": "2024-02-20T14:00:00+00:00",
        "location": {"@type": "Place", "name": "Hall", "address": "Hall"},
        "url": "https://example.org/a",
        "organizer": {"@type": "Organization", "name": "Example Trust"},
    }
    assert (second["startDate"], second["endDate"]) == ("2024-03-27", "2024-03-28")
    assert "url" not in second
    assert "location" not in second
    assert "<script" not in rendered(sections).html
    assert "<script" not in rendered(house=make_house(calendar={"structured_data": True})).html
    assert structured([], "x") == []


def test_every_date_has_its_link_to_a_further_calendar_beside_it(rendered: Render) -> None:
    walks = [{"title": "Walk", "when": day} for day in ("2024-02-20", "2024-03-01")]
    items = [
        {"title": "A talk", "when": "2024-02-20 13:00"},
        *walks,
        {"title": "Cuppas", "events": ["2024-03-05 13:00"]},
    ]
    page = rendered({"kind": "coming_up", "items": items}, house=TWO_CALENDARS)
    assert OUTLOOK.findall(page.html) == ["Outlook"] * 4
    assert page.html.count("</a></span>\u00a0· <span") == 4


def test_the_footer_has_the_further_calendars_of_events_without_a_line_of_their_own(
    rendered: Render, loader: jinja2.BaseLoader
) -> None:
    item = {"title": "A talk", "when": "2024-02-20 13:00"}
    template = "{% call parts.block() %}<mj-text>{{ section.items[0].title }}</mj-text>{% endcall %}"
    templates = jinja2.ChoiceLoader([jinja2.DictLoader({"sections/coming_up.mjml.j2": template}), loader])
    page = rendered({"kind": "coming_up", "items": [item]}, house=TWO_CALENDARS, templates=templates)
    assert OUTLOOK.findall(page.html) == ["A talk, 20 Feb"]
    assert page.html.index("https://outlook") > page.html.index('class="mark"')
