"""Documents and calendars that are dropped on the composer."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.web import access
from tests import import_samples as samples
from tests.composer_server import Client

EVENTS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//calendar//EN
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/London:20240213T180000
DTEND;TZID=Europe/London:20240213T193000
SUMMARY:Open evening
LOCATION:Town hall
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20240401
SUMMARY:Spring fair
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;TZID=Europe/London:20240901T100000
SUMMARY:Autumn walk
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def names(folder: Path) -> set[str]:
    return {path.name for path in (folder / "issues").rglob("*") if path.is_file()}


def test_a_preview_shows_what_was_recognised_and_writes_nothing(client: Client) -> None:
    before = names(client.folder)
    found = client.file("/api/imports/preview?name=update.docx", samples.docx()).json
    preview = found["preview"]
    assert (found["name"], found["posts"]) == ("update.docx", [])
    assert preview["title"] == "February Team Update: Sharing our love for co-production"
    assert [section["kind"] for section in preview["sections"]] == ["last_month", "coming_up", "get_involved"]
    assert [name for name, _ in preview["sections"][0]["groups"]] == list(samples.GROUPS)
    facts = dict(preview["sections"][2]["items"][0]["facts"])
    assert {"deadline", "contact"} <= set(facts)
    assert (preview["month"], preview["is_taken"]) == ("2024-02", True)
    assert preview["free_month"] == "2024-04"  # February and March have issues
    assert names(client.folder) == before


def test_a_document_becomes_the_issue_of_the_chosen_month(client: Client) -> None:
    made = client.file("/api/imports?name=update.docx&month=2024-05", samples.docx()).json
    assert made["id"] == "2024-05"
    assert made["document"]["title"].startswith("February Team Update")
    taken = client.file("/api/imports?name=update.docx&month=2024-05", samples.docx())
    assert taken.status == 400
    assert "There is an issue for May 2024 already" in taken.json["message"]


def test_what_was_unsure_or_has_no_place_is_shown(client: Client) -> None:
    text = "A line above the title\n\nNews from the hall\n\nComing up\n\nWalk\nFriday 4 March 2024, 10am\n"
    preview = client.file("/api/imports/preview?name=news.txt", text.encode()).json["preview"]
    doubts = [doubt for section in preview["sections"] for item in section["items"] for doubt in item["doubts"]]
    assert any("Friday" in doubt for doubt in [*doubts, *preview["doubts"]])
    everything = str(preview)
    assert "A line above the title" in everything
    assert "News from the hall" in everything


def test_an_export_of_several_issues_asks_which_one(client: Client) -> None:
    found = client.file("/api/imports/preview?name=account.zip", samples.mailchimp_account()).json
    assert found["preview"] is None
    labels = [post["label"] for post in found["posts"]]
    assert labels[:2] == ["2024-03-01 Spring is here", "2024-02-12 February news from the hall"]
    chosen = found["posts"][1]["id"]
    preview = client.file(f"/api/imports/preview?name=account.zip&post={chosen}", samples.mailchimp_account()).json
    assert preview["preview"]["date"] == "2024-02-12"
    made = client.file(f"/api/imports?name=account.zip&post={chosen}&month=2023-01", samples.mailchimp_account()).json
    assert made["id"] == "2023-01"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("events.ics", EVENTS, "Coming up"),
        ("people.csv", b"Email,Name\nann@example.org,Ann\n", "list of people"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "picture"),
        ("empty.txt", b" ", "empty"),
        ("../../etc/passwd.docx", b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_what_cannot_be_imported_says_what_to_do(client: Client, name: str, data: bytes, words: str) -> None:
    before = names(client.folder)
    for address in ("/api/imports/preview", "/api/imports"):
        refused = client.file(f"{address}?name={name}", data)
        assert refused.status in {400, 507}
        assert words in f"{refused.json['message']} {refused.json['hint']}"
        assert "--" not in refused.json["hint"]
    assert names(client.folder) == before


def test_the_events_of_a_calendar_are_offered_once(client: Client) -> None:
    offered = client.file("/api/issues/2024-02/events?name=events.ics", EVENTS).json
    assert [(one["item"]["title"], one["chosen"]) for one in offered["events"]] == [
        ("Open evening", True),
        ("Spring fair", False),
    ]
    assert offered["events"][0]["item"] == {
        "title": "Open evening",
        "when": "2024-02-13 18:00",
        "ends": "19:30",
        "where": "Town hall",
    }
    document = client.get("/api/issues/2024-02").json
    at = next(at for at, one in enumerate(document["document"]["sections"]) if one["kind"] == "coming_up")
    edit = {"op": "insert", "path": ["sections", at, "items", 0], "value": offered["events"][0]["item"]}
    body = {"version": document["version"], "label": "Add events", "edits": [edit]}
    assert client.post("/api/issues/2024-02/edits", body).status == 200
    again = client.file("/api/issues/2024-02/events?name=events.ics", EVENTS).json
    assert [one["item"]["title"] for one in again["events"]] == ["Spring fair"]
    assert again["known"] == 1


def test_a_table_of_events_is_offered_and_a_document_is_not(client: Client) -> None:
    table = b"title,date,time,where\nWalk,2024-02-20,10:00,Park\nTalk,some day,,\n"
    offered = client.file("/api/issues/2024-02/events?name=events.csv", table).json
    assert offered["events"][0]["item"] == {"title": "Walk", "when": "2024-02-20 10:00", "where": "Park"}
    assert offered["unread"] == ["Talk, some day"]
    refused = client.file("/api/issues/2024-02/events?name=update.docx", samples.docx())
    assert refused.status == 400
    assert "--into" not in refused.json["hint"]


def test_a_file_that_is_too_large_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_FILE", 10)
    assert client.file("/api/imports/preview?name=a.txt", b"x" * 11).status == 413


def test_a_file_from_another_page_is_refused(client: Client) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-Newsletter": None}
    assert client.request("POST", "/api/imports?name=a.txt", b"Hello", headers).status == 403
