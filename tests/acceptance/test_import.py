"""`newsletter import`: the first real update in each form becomes the issue that a careful person wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import import_samples as samples

FORMS: dict[str, Callable[[], bytes]] = {
    "seed.txt": samples.SEED.read_bytes,
    "in-lines.txt": lambda: samples.wrapped_text().encode(),
    "page.html": lambda: samples.page().encode(),
    "one-rank-of-headings.html": lambda: samples.page("flat").encode(),
    "bold-for-headings.html": lambda: samples.page("bold").encode(),
    "update.md": lambda: samples.markdown().encode(),
    "update.docx": samples.docx,
    "bold-for-headings.docx": lambda: samples.docx(styled=False),
    "update.eml": samples.email,
    "plain.eml": lambda: samples.email(with_html=False),
}

# What an issue says in other words: headings that are added, and dates that have fields.
IN_OTHER_WORDS = {
    "what we got up to in january",
    "coming up in february",
    "tuesday 5 march at 13 00",
    "monday 8 april at 11 30",
    "february 12 2024",
}


@pytest.fixture
def empty(folder: Path) -> Path:
    """Return the folder without issues."""
    for path in (folder / "issues").glob("*.yaml"):
        path.unlink()
    return folder


@pytest.mark.parametrize("name", FORMS)
def test_the_first_update_becomes_the_issue_of_a_careful_person(name: str, empty: Path, cli: Any) -> None:
    (empty / name).write_bytes(FORMS[name]())
    done = cli("import", name)
    assert done.code == 0, done
    text = (empty / "issues" / "2024-02.yaml").read_text(encoding="utf-8")
    issue, expected = samples.load(text), samples.load(samples.ISSUE.read_text(encoding="utf-8"))
    assert samples.share_in_place(expected, issue) >= 0.95
    assert samples.dates(issue) == samples.dates(expected)
    assert (issue["title"], issue["date"]) == (expected["title"], expected["date"])
    assert [section["kind"] for section in issue["sections"]] == [one["kind"] for one in expected["sections"]]
    assert samples.words_of(samples.plain(issue["sign_off"])) == samples.words_of(samples.plain(expected["sign_off"]))
    source = samples.SEED.read_text(encoding="utf-8")
    body = source if name == "seed.txt" else "\n".join(words for _, words in samples.seed_blocks())
    assert set(samples.lost_sentences(body, text)) <= IN_OTHER_WORDS
    checked = json.loads(cli("check", "2024-02", "--json").out)
    assert not [one for one in checked["findings"] if one["severity"] == "error"]


@pytest.mark.parametrize("name", ["page.html", "update.eml"])
def test_the_furniture_of_a_page_stays_out_of_the_issue(name: str, empty: Path, cli: Any) -> None:
    (empty / name).write_bytes(FORMS[name]())
    cli("import", name)
    issue = samples.load((empty / "issues" / "2024-02.yaml").read_text(encoding="utf-8"))
    words = samples.all_words(issue).casefold()
    for furniture in ("cookies", "accept all", "back to news", "privacy policy", "unsubscribe", "in your browser"):
        assert furniture not in words
    assert issue["hero"]["alt"] == "Blurred dark background with bright small hearts in the foreground"


def test_a_picture_in_an_email_is_kept_under_a_safe_name(empty: Path, cli: Any) -> None:
    (empty / "update.eml").write_bytes(samples.email())
    done = json.loads(cli("import", "update.eml", "--json").out)
    assert done["pictures"] == ["images/hearts.jpg"] or done["pictures"][0].startswith("images/hearts")
    assert all((empty / "issues" / name).is_file() for name in done["pictures"])
    assert not (empty.parent / "hearts.jpg").exists()
    issue = samples.load((empty / "issues" / "2024-02.yaml").read_text(encoding="utf-8"))
    assert issue["preheader"] == "Workshops in Sunderland and Croydon, and our next Cuppas"


def test_an_issue_is_never_overwritten_unless_asked(folder: Path, cli: Any) -> None:
    path = folder / "issues" / "2024-02.yaml"
    before = path.read_bytes()
    (folder / "seed.txt").write_bytes(samples.SEED.read_bytes())
    done = cli("import", "seed.txt")
    assert done.code == 2
    assert "There is an issue for February 2024 already: issues/2024-02.yaml" in done.said
    assert "--overwrite" in done.said
    assert path.read_bytes() == before
    assert cli("import", "seed.txt", "--overwrite").code == 0
    assert path.read_bytes() != before
    kept = list((folder / ".newsletter" / "history" / "2024-02").glob("*.yaml"))
    assert [one.read_bytes() for one in kept] == [before]


def test_another_month_can_be_named(folder: Path, cli: Any) -> None:
    (folder / "seed.txt").write_bytes(samples.SEED.read_bytes())
    done = cli("import", "seed.txt", "--as", "2025-04")
    assert done.code == 0
    assert samples.load((folder / "issues" / "2025-04.yaml").read_text(encoding="utf-8"))["date"] == "2025-04-01"
    assert "Look at this" in done.said


def test_what_was_unsure_is_marked_in_the_file_and_told(empty: Path, cli: Any) -> None:
    (empty / "seed.txt").write_bytes(samples.SEED.read_bytes())
    done = json.loads(cli("import", "seed.txt", "--json").out)
    text = (empty / "issues" / "2024-02.yaml").read_text(encoding="utf-8")
    assert any("were one line" in doubt for doubt in done["look_at"])
    assert "# Look at this: “Training” and" in text
    assert "# - Back to News" in text
    found = [one["message"] for one in json.loads(cli("check", "--json").out)["findings"] if one["code"] == "NL312"]
    assert len(found) == len(done["look_at"]) == 2
    assert found[1] == f"The import was not sure: {done['look_at'][1]}"


def test_headings_of_earlier_issues_are_known(empty: Path, cli: Any) -> None:
    issue = (
        "title: One\ndate: 2023-05-02\nsections:\n  - kind: get_involved\n    heading: Room for you\n    items: [A]\n"
    )
    (empty / "issues" / "2023-05.yaml").write_text(issue, encoding="utf-8")
    (empty / "june.md").write_text(
        "# June update\n\n2 June 2023\n\nHello all.\n\n## Room for you\n\n### Trustees\n\nApply by 9 June 2023.\n"
        "\n## Coming up\n\n- A walk on 8 June\n",
        encoding="utf-8",
    )
    assert cli("import", "june.md").code == 0
    sections = samples.load((empty / "issues" / "2023-06.yaml").read_text(encoding="utf-8"))["sections"]
    assert [section["kind"] for section in sections] == ["get_involved", "coming_up"]
    assert sections[0]["items"][0]["deadline"] == "2023-06-09"
    assert sections[1]["items"] == [{"title": "A walk", "when": "2023-06-08"}]


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Calendar//EN
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/London:20240102T130000
DTEND;TZID=Europe/London:20240102T140000
RRULE:FREQ=MONTHLY;BYDAY=1TU
SUMMARY:Co-Pro Cuppa
LOCATION:Online
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20240327
DTEND;VALUE=DATE:20240329
SUMMARY:Residential for our project teams
END:VEVENT
END:VCALENDAR
"""


def test_events_of_a_calendar_fill_coming_up_once(folder: Path, cli: Any) -> None:
    (folder / "events.ics").write_text(ICS, encoding="utf-8")
    path = folder / "issues" / "2024-03.yaml"
    before = path.read_text(encoding="utf-8")
    done = cli("import", "events.ics", "--into", "2024-03")
    assert done.code == 0, done
    # the residential is in the issue already, the April Cuppa is not
    assert "Added 1 event to issues/2024-03.yaml: - 2024-04-02 13:00 Co-Pro Cuppa" in done.said
    after = path.read_text(encoding="utf-8")
    items = samples.load(after)["sections"][1]["items"]
    assert items[-1] == {"title": "Co-Pro Cuppa", "when": "2024-04-02 13:00", "ends": "14:00", "where": "Online"}
    assert set(before.splitlines()) <= set(after.splitlines())
    assert "nothing to add" in cli("import", "events.ics", "--into", "2024-03").said
    assert path.read_text(encoding="utf-8") == after


def test_events_of_a_table_make_the_section_where_there_is_none(folder: Path, cli: Any) -> None:
    issue = folder / "issues" / "2024-05.yaml"
    issue.write_text("title: May\ndate: 2024-05-02\nintro: Hello.\n", encoding="utf-8")
    rows = "Event;Date;Time;Venue\nAGM;15/05/2024;6.30pm;Town hall\nOld walk;1/4/2024;;\nPicnic;to be agreed;;Park\n"
    (folder / "events.csv").write_text(rows, encoding="utf-8")
    done = json.loads(cli("import", "events.csv", "--into", "2024-05", "--json").out)
    assert done["added"] == ["2024-05-15 18:30 AGM"]
    assert (done["outside"], done["unread"]) == (1, ["Picnic, to be agreed, Park"])
    assert samples.load(issue.read_text(encoding="utf-8"))["sections"] == [
        {"kind": "coming_up", "items": [{"title": "AGM", "when": "2024-05-15 18:30", "where": "Town hall"}]}
    ]


def test_a_day_limits_the_events(folder: Path, cli: Any) -> None:
    (folder / "events.ics").write_text(ICS, encoding="utf-8")
    assert "Added 2 events" in cli("import", "events.ics", "--into", "2024-03", "--until", "2024-05-31").said
    assert cli("import", "events.ics", "--into", "2024-03", "--until", "soon").code == 2


def test_a_calendar_without_an_issue_says_what_to_add(folder: Path, cli: Any) -> None:
    (folder / "events.ics").write_text(ICS, encoding="utf-8")
    done = cli("import", "events.ics")
    assert done.code == 2
    assert "--into" in done.said


def test_at_a_terminal_an_export_asks_which_issue(empty: Path, cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty / "account.zip").write_bytes(samples.mailchimp_account())
    answers = iter(["July", "9", "2"])
    monkeypatch.setattr("newsletter.cli.terminal.at_terminal", lambda: True)
    monkeypatch.setattr("newsletter.cli.terminal.ask", lambda question, **_: next(answers))
    done = cli("import", "account.zip")
    assert "2  2024-02-12 February news from the hall" in done.out
    assert "no issue called 'July'" in done.said
    assert (empty / "issues" / "2024-02.yaml").is_file()


def test_an_event_below_a_heading_does_not_move_the_day_of_the_issue(empty: Path, cli: Any) -> None:
    """The export tells when it was sent; the only date in its text is that of an open day a month later."""
    (empty / "export.zip").write_bytes(samples.substack_account())
    assert cli("import", "export.zip", "--post", "February news").code == 0
    issue = samples.load((empty / "issues" / "2024-02.yaml").read_text(encoding="utf-8"))
    assert str(issue["date"]) == "2024-02-12"
    assert str(issue["sections"][0]["items"][0]["when"]) == "2024-03-09"
