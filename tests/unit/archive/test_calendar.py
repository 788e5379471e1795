"""The calendar to subscribe to: dates ahead of all issues, each once, as icalendar reads them."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.archives import ON_THE_WEB, built, files_in, issue, newsletter_folder

NOW = dt.datetime(2024, 3, 15, 9, 0, tzinfo=dt.UTC)
FEBRUARY = issue(
    "February",
    "2024-02-12",
    """\
sections:
  - kind: coming_up
    items:
      - {title: Over, when: 2024-02-20 13:00}
      - {title: Cuppa, when: 2024-03-19 13:00, where: Old hall}
      - {title: Both, when: 2024-03-14, ends: 2024-03-16}
""",
)
MARCH = issue(
    "March",
    "2024-03-11",
    """\
sections:
  - kind: coming_up
    items:
      - {title: Cuppa, when: 2024-03-19 13:00, ends: 14:30, where: "New hall; room 1, left", text: "Tea & talk"}
      - {title: Summer time, when: 2024-03-31 10:00, ends: 11:00}
      - {title: In New York, when: 2024-04-02 09:00, zone: America/New_York}
  - kind: get_involved
    items: [{title: Write to us, deadline: 2024-03-22 17:00, link: "https://example.org/write"}]
""",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return newsletter_folder(tmp_path, {"2024-02": FEBRUARY, "2024-03": MARCH})


def read(root: Path) -> Calendar:
    return Calendar.from_ical((root / "site" / "events.ics").read_bytes())


def test_it_has_what_is_ahead_each_once(root: Path) -> None:
    built(root, now=NOW)
    events = {str(one["summary"]): one for one in read(root).walk("VEVENT")}
    assert [*events] == ["Both", "Cuppa", "Deadline: Write to us", "Summer time", "In New York"]
    cuppa = events["Cuppa"]
    assert str(cuppa["location"]) == "New hall; room 1, left", "the newest issue knows best"
    assert cuppa["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2024, 3, 19, 13, tzinfo=dt.UTC)
    assert cuppa["dtend"].dt.astimezone(dt.UTC) == dt.datetime(2024, 3, 19, 14, 30, tzinfo=dt.UTC)
    assert "Tea & talk" in str(cuppa["description"])
    assert events["Summer time"]["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2024, 3, 31, 9, tzinfo=dt.UTC)
    assert events["In New York"]["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2024, 4, 2, 13, tzinfo=dt.UTC)
    assert events["Both"]["dtstart"].dt == dt.date(2024, 3, 14)
    assert events["Both"]["dtend"].dt == dt.date(2024, 3, 17)
    assert events["Deadline: Write to us"]["transp"] == "TRANSPARENT"
    assert len({str(one["uid"]) for one in events.values()}) == len(events)


def test_programs_show_its_name_and_read_it_daily(root: Path) -> None:
    built(root, now=NOW)
    calendar = read(root)
    assert str(calendar["name"]) == str(calendar["x-wr-calname"]) == "Team Update – Example Trust: dates"
    assert calendar["refresh-interval"].dt == dt.timedelta(days=1)
    assert calendar["version"] == "2.0"


def test_it_stays_the_same_until_something_changes(root: Path) -> None:
    built(root, now=NOW)
    before = (root / "site" / "events.ics").read_bytes()
    built(root, now=NOW)
    assert (root / "site" / "events.ics").read_bytes() == before
    assert all(line.endswith(b"\r") for line in before.split(b"\n")[:-1])
    assert max(map(len, before.split(b"\r\n"))) <= 75


def test_deadlines_are_left_out_where_the_settings_say_so(root: Path) -> None:
    newsletter_folder(root, {}, f"{ON_THE_WEB}calendar: {{deadlines: false}}\n")
    built(root, now=NOW)
    assert "Deadline" not in str([one["summary"] for one in read(root).walk("VEVENT")])


def test_without_dates_it_is_an_empty_calendar(tmp_path: Path) -> None:
    built(newsletter_folder(tmp_path, {"2024-03": issue()}), now=NOW)
    assert read(tmp_path).walk("VEVENT") == []


def test_the_home_page_lists_the_same_dates(root: Path) -> None:
    built(root, now=NOW)
    home = files_in(root / "site")["index.html"].decode()
    places = [home.index(f">{title}</a>") for title in ("Both", "Cuppa", "Deadline: Write to us", "Summer time")]
    assert places == sorted(places)
    assert ">Over</a>" not in home
    assert 'data-until="2024-03-17T00:00:00+00:00"' in home, "the page itself hides it when it is over"


WEEKLY = """\
sections:
  - kind: coming_up
    items:
      - {title: Group, when: 2024-03-07 18:00, ends: 19:30, repeats: every Thursday, except: [2024-03-21]}
      - {title: Course, when: 2024-02-05 10:00, repeats: every Monday until 2024-03-11}
"""


@pytest.mark.parametrize(("date", "there"), [("2024-03-11", True), ("2023-03-11", False)])
def test_what_repeats_is_a_series_until_no_issue_tells_of_it(root: Path, date: str, there: bool) -> None:
    newsletter_folder(
        root,
        {
            "2024-03": issue(
                "Weekly",
                date,
                WEEKLY.replace("2024-03-07", f"{date[:4]}-03-07" if there else "2023-03-02").replace(
                    "2024-03-21", "2024-03-21" if there else "2023-03-23"
                ),
            )
        },
    )
    built(root, now=NOW)
    events = {str(one["summary"]): one for one in read(root).walk("VEVENT")}
    assert ("Group" in events) == there, "without an end, it has hardly gone on for a year"
    assert "Course" not in events, "it is over"
    if there:
        assert events["Group"]["rrule"]["FREQ"] == ["WEEKLY"]
        assert events["Group"]["exdate"].dts[0].dt.date() == dt.date(2024, 3, 21)
        home = files_in(root / "site")["index.html"].decode()
        agenda = home[home.index('class="agenda"') :]
        group = agenda[: agenda.index(">Group</a>")].rsplit("<li", 1)[1]
        assert ">28</span>" in group, "the next time after the one that is left out"
        assert "data-until" not in group


@pytest.mark.slow
def test_khal_reads_it(root: Path, tmp_path: Path) -> None:
    khal = shutil.which("khal") or shutil.which("khal", path=str(Path(sys.executable).parent))
    if khal is None:
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)("khal is not installed")
    built(root, now=NOW)
    (tmp_path / "calendars" / "news").mkdir(parents=True)
    settings = tmp_path / "khal.conf"
    settings.write_text(
        f"[calendars]\n[[news]]\npath = {tmp_path}/calendars/news\n[sqlite]\npath = {tmp_path}/khal.db\n"
        "[locale]\nlocal_timezone = Europe/London\ndefault_timezone = Europe/London\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        "longdatetimeformat = %Y-%m-%d %H:%M\n",
        encoding="utf-8",
    )

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [khal, "-c", str(settings), *arguments], capture_output=True, check=True, encoding="utf-8", timeout=60
        )
        return done.stdout

    run("import", "--batch", "-a", "news", str(root / "site" / "events.ics"))
    told = run("list", "--format", "{start-time} {title}", "2024-03-14", "30d")
    for line in ("13:00 Cuppa", "10:00 Summer time", "14:00 In New York", "Both", "17:00 Deadline: Write to us"):
        assert line in told
