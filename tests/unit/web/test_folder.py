"""The facts of a folder, as the composer's first page shows them."""

from __future__ import annotations

from pathlib import Path

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
