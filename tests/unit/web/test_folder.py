"""The facts of a folder, as the composer's first page shows them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from newsletter.scaffold.starter import Answers
from newsletter.workflow.composer.current_workspace import CurrentWorkspace
from newsletter.workflow.create_folder import create_folder
from tests.composer_server import Client, composer_running


def test_the_facts_of_the_folder(client: Client) -> None:
    facts = client.get("/api/workspace").json
    assert facts["ready"] is True
    assert facts["timezone"] == "Europe/London"
    assert facts["provider"]["name"] == "outbox"
    assert [issue["id"] for issue in facts["issues"]] == ["2024-03", "2024-02"]
    february = facts["issues"][1]
    assert february["title"] == "February Team Update: Sharing our love for co-production"
    assert february["date"] == "2024-02-12"
    assert {tag["name"] for tag in facts["merge_tags"]} >= {"first_name", "unsubscribe_url"}


def test_settings_are_read_again_when_they_change(client: Client) -> None:
    path = client.folder / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace("Europe/London", "Europe/Paris"), encoding="utf-8")
    assert client.get("/api/workspace").json["timezone"] == "Europe/Paris"
    path.write_text("brand: [\n", encoding="utf-8")
    broken = client.get("/api/workspace").json
    assert broken["ready"] is False
    assert broken["new"] is False
    assert broken["problem"]["line"] >= 1


def test_a_folder_without_a_newsletter(tmp_path: Path) -> None:
    with composer_running(tmp_path) as client:
        facts = client.get("/api/workspace").json
    assert (facts["ready"], facts["new"]) == (False, True)
    assert facts["folder"] == str(tmp_path)


def test_the_schema_explains_the_fields(client: Client) -> None:
    schema = client.get("/api/schema").json
    assert schema["properties"]["title"]["description"]
    rule = schema["$defs"]["IgnoreRule"]["properties"]["rule"]
    assert "anyOf" not in rule


def test_the_whole_schema_names_the_rules_as_well(client: Client) -> None:
    schema = client.get("/api/schema/whole").json
    assert schema["properties"]["title"]["description"]
    names = schema["$defs"]["IgnoreRule"]["properties"]["rule"]["anyOf"][0]["enum"]
    assert "weekday-mismatch" in names


def first_issue(client: Client) -> str:
    """Return the issue that the composer opens with when it is started again."""
    return CurrentWorkspace(client.folder).first_issue(None)


def write_title(client: Client, issue: str) -> None:
    document = client.get(f"/api/issues/{issue}").json
    edit = {"op": "set", "path": ["title"], "value": f"{document['document']['title']} once more"}
    answer = client.post(f"/api/issues/{issue}/edits", {"version": document["version"], "edits": [edit]})
    assert answer.status == 200


def test_the_composer_opens_with_the_issue_that_was_edited_last(client: Client) -> None:
    assert first_issue(client) == "2024-03", "nothing was edited yet: the newest"
    write_title(client, "2024-02")
    assert first_issue(client) == "2024-02"
    write_title(client, "2024-03")
    assert first_issue(client) == "2024-03"
    client.post("/api/issues/2024-03/undo")
    write_title(client, "2024-02")
    # one that is gone is not opened
    client.post("/api/issues/2024-02/move", {"month": "2024-01"})
    assert first_issue(client) == "2024-01"
    client.post("/api/issues/2024-01/delete")
    assert first_issue(client) == "2024-03"
    assert CurrentWorkspace(client.folder).first_issue("2024-03") == "2024-03"


def test_a_new_issue_is_opened_after_the_one_that_was_edited_last(client: Client) -> None:
    write_title(client, "2024-02")
    made = client.post("/api/issues", {"month": "2024-05", "start": "blank"}).json["id"]
    assert first_issue(client) == made
    write_title(client, "2024-02")
    assert first_issue(client) == "2024-02"
    # made by `newsletter new`, or by a colleague
    (client.folder / "issues" / "2024-06.yaml").write_bytes((client.folder / "issues" / "2024-03.yaml").read_bytes())
    assert first_issue(client) == "2024-06"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"edited": 3, "issues": 4}', '{"edited": "2024-02"}'])
def test_what_is_remembered_of_a_folder_may_be_damaged(client: Client, text: str) -> None:
    path = client.folder / ".newsletter" / "composer.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    assert first_issue(client) == "2024-03"
    write_title(client, "2024-02")
    assert first_issue(client) == "2024-02"


def sample_folder(root: Path, answers: Answers | None = None) -> Path:
    create_folder(root, answers or Answers(), dt.date(2026, 12, 1))
    return root


SETUP = {
    "name": "The Hall",
    "newsletter": "The Hall",
    "sender_name": "Sam at the hall",
    "sender_email": "hall@example.org",
    "postal_address": "1 High Street, Anytown",
    "language": "cy",
    "timezone": "Europe/Dublin",
}


def test_sample_settings_are_asked_for_again(tmp_path: Path) -> None:
    """After `newsletter init` without a terminal, nobody has said whose newsletter it is."""
    folder = sample_folder(tmp_path / "news", Answers(newsletter="Hall News", email="hall@example.org"))
    path = folder / "newsletter.yaml"
    path.write_text(path.read_text("utf-8") + "# a remark\n", "utf-8")
    with composer_running(folder) as client:
        given = client.get("/api/workspace").json["setup"]
        assert given == {"newsletter": "Hall News", "sender_email": "hall@example.org"}
        problems = client.post("/api/workspace", {**SETUP, "sender_email": "nobody"}).json["problems"]
        assert list(problems) == ["sender_email"]
        facts = client.post("/api/workspace", {**SETUP, "colours": ["#123456"]}).json
        assert facts["setup"] is None
        assert (facts["name"], facts["sender"]["email"]) == ("The Hall", "hall@example.org")
        values = client.get("/api/settings").json["values"]
        assert values["brand.address"] == "1 High Street, Anytown"
        assert (values["sender.name"], values["brand.colours.brand"]) == ("Sam at the hall", "#123456")
        assert (values["language"], values["time_zone"]) == ("cy", "Europe/Dublin")
        assert path.read_text("utf-8").endswith("# a remark\n")
        # and not a second time
        assert client.post("/api/workspace", SETUP).status == 400


def test_the_first_issue_has_the_address_that_was_answered_unless_it_was_changed(tmp_path: Path) -> None:
    for name, change in (("made", ""), ("changed", "# changed\n")):
        folder = sample_folder(tmp_path / name)
        issue = folder / "issues" / "2026-12.yaml"
        issue.write_text(issue.read_text("utf-8") + change, "utf-8")
        with composer_running(folder) as client:
            assert client.post("/api/workspace", SETUP).status == 200
        assert ("news@example.org" in issue.read_text("utf-8")) == bool(change)
        assert ("hall@example.org" in issue.read_text("utf-8")) != bool(change)


def test_the_questions_can_be_put_off(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path / "news")
    with composer_running(folder) as client:
        assert client.get("/api/workspace").json["setup"] == {}
        assert client.post("/api/workspace/later").json["setup"] is None
        write_title(client, "2026-12")  # which keeps what was remembered
    with composer_running(folder) as client:
        assert client.get("/api/workspace").json["setup"] is None
        known = json.loads((folder / ".newsletter" / "composer.json").read_text("utf-8"))
    assert known["edited"] == "2026-12"


def test_settings_of_ones_own_are_not_asked_for(client: Client) -> None:
    assert client.get("/api/workspace").json["setup"] is None
