"""An issue's document: read, edited, undone, kept, and merged with what other programs do."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.composer_server import Client

FEBRUARY = "/api/issues/2024-02"


def path_of(client: Client) -> Path:
    return client.folder / "issues" / "2024-02.yaml"


def change(client: Client, version: str, *edits: dict[str, Any], label: str = "Edit") -> Any:
    return client.post(f"{FEBRUARY}/edits", {"version": version, "label": label, "edits": list(edits)})


def set_title(client: Client, version: str, title: str) -> Any:
    return change(client, version, {"op": "set", "path": ["title"], "value": title})


def test_a_document_is_the_file_as_it_is_written(client: Client) -> None:
    document = client.get(FEBRUARY).json
    assert document["text"] == path_of(client).read_text("utf-8")
    assert document["valid"] is True
    assert document["document"]["date"] == "2024-02-12"
    assert document["document"]["sections"][2]["items"][2]["events"] == ["2024-03-05 13:00", "2024-04-08 11:30"]
    assert client.get("/api/issues/2031-01").status == 404


def test_undo_and_redo_give_the_very_bytes(client: Client) -> None:
    path, before = path_of(client), path_of(client).read_bytes()
    version, states = client.get(FEBRUARY).json["version"], [before]
    for number in range(20):
        answer = set_title(client, version, f"Title {number}")
        assert answer.status == 200
        version = answer.json["version"]
        states.append(path.read_bytes())
    for state in reversed(states[:-1]):
        assert client.post(f"{FEBRUARY}/undo").status == 200
        assert path.read_bytes() == state
    assert client.post(f"{FEBRUARY}/undo").status == 400
    assert client.get(FEBRUARY).json["can_undo"] is False
    for state in states[1:]:
        client.post(f"{FEBRUARY}/redo")
        assert path.read_bytes() == state


def test_an_edit_keeps_every_other_byte(client: Client) -> None:
    before = path_of(client).read_bytes()
    version = client.get(FEBRUARY).json["version"]
    set_title(client, version, "A new title")
    old = b'title: "February Team Update: Sharing our love for co-production"'
    assert path_of(client).read_bytes() == before.replace(old, b'title: "A new title"')


def test_an_edit_of_an_older_version_is_merged_where_it_touches_something_else(client: Client) -> None:
    version = client.get(FEBRUARY).json["version"]
    path = path_of(client)
    path.write_text(path.read_text("utf-8").replace("preheader: Workshops", "preheader: Many workshops"), "utf-8")
    merged = set_title(client, version, "Mine")
    assert merged.status == 200
    assert merged.json["merged"] is True
    assert merged.json["document"]["preheader"].startswith("Many workshops")
    assert merged.json["document"]["title"] == "Mine"


def test_two_changes_of_one_field_are_asked_about(client: Client) -> None:
    version = client.get(FEBRUARY).json["version"]
    theirs = set_title(client, version, "Theirs").json
    mine = set_title(client, version, "Mine")
    assert mine.status == 409
    assert mine.json["conflict"] == {"path": ["title"], "theirs": "Theirs", "yours": "Mine", "unknown": False}
    assert mine.json["document"]["version"] == theirs["version"]
    assert "Theirs" in path_of(client).read_text("utf-8")
    unknown = set_title(client, "0" * 20, "Mine")
    assert unknown.status == 409


def test_the_same_change_in_two_places_is_no_conflict(client: Client) -> None:
    version = client.get(FEBRUARY).json["version"]
    assert set_title(client, version, "The same title").status == 200
    assert set_title(client, version, "The same title").status == 200
    assert set_title(client, version, "Another title").status == 409


def test_edits_of_a_version_from_before_a_restart_are_merged_with_what_the_page_knows(client: Client) -> None:
    before = client.get(FEBRUARY).json["document"]
    set_title(client, client.get(FEBRUARY).json["version"], "Meanwhile")
    intro = {"op": "set", "path": ["intro"], "value": "Typed before the restart."}
    body = {"version": "0" * 20, "label": "Edit", "edits": [intro]}
    unknown = client.post(f"{FEBRUARY}/edits", body)
    assert unknown.status == 409
    assert unknown.json["conflict"]["unknown"] is True
    answer = client.post(f"{FEBRUARY}/edits", {**body, "base": before})
    assert answer.status == 200
    assert answer.json["merged"] is True
    assert answer.json["document"]["title"] == "Meanwhile"
    assert answer.json["document"]["intro"] == "Typed before the restart."
    title = {"op": "set", "path": ["title"], "value": "Typed before the restart"}
    assert client.post(f"{FEBRUARY}/edits", {**body, "edits": [title], "base": before}).status == 409
    assert client.post(f"{FEBRUARY}/edits", {**body, "base": "text"}).status == 400


def test_a_change_by_another_program_can_be_undone(client: Client) -> None:
    before = path_of(client).read_bytes()
    client.get(FEBRUARY)
    path_of(client).write_bytes(before + b"# theirs\n")
    document = client.get(FEBRUARY).json
    assert document["undo_label"] == "Changed in another program"
    client.post(f"{FEBRUARY}/undo")
    assert path_of(client).read_bytes() == before


def test_every_version_can_be_restored(client: Client) -> None:
    before = path_of(client).read_bytes()
    version = client.get(FEBRUARY).json["version"]
    client.post(f"{FEBRUARY}/text", {"version": version, "text": "title: gone\n"})
    versions = client.get(f"{FEBRUARY}/history").json
    assert versions[0]["label"] == "Changed the issue file"
    assert versions[0]["by"] == "composer"
    kept = client.get(f"{FEBRUARY}/history/{versions[0]['id']}").json
    assert kept["text"].encode() == before
    restored = client.post(f"{FEBRUARY}/history/{versions[0]['id']}/restore")
    assert restored.json["valid"] is True
    assert path_of(client).read_bytes() == before
    for name in ("..%2f..%2fnewsletter", "nothing", "20240101T000000000000"):
        assert client.get(f"{FEBRUARY}/history/{name}").status in {400, 404}


def test_text_that_is_no_yaml_is_saved_and_told(client: Client) -> None:
    version = client.get(FEBRUARY).json["version"]
    broken = client.post(f"{FEBRUARY}/text", {"version": version, "text": "title: [\n"}).json
    assert broken["valid"] is False
    assert broken["problem"]["line"] >= 1
    assert path_of(client).read_text("utf-8") == "title: [\n"
    refused = set_title(client, broken["version"], "x")
    assert refused.status == 400
    assert "correct its text first" in refused.json["message"]


def test_a_full_disk_loses_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path_of(client).read_bytes()
    version = client.get(FEBRUARY).json["version"]

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsletter.workflow.atomic_write.os.fsync", full)
    refused = set_title(client, version, "x")
    assert refused.status == 507  # the page keeps what was typed and tries again
    assert "No space left" in refused.json["message"]
    assert path_of(client).read_bytes() == before
    assert not list(path_of(client).parent.glob(".*"))


def test_a_huge_file_is_not_read(client: Client) -> None:
    with path_of(client).open("wb") as file:
        file.truncate(100_000_000)
    answer = client.get(FEBRUARY)
    assert answer.status == 422
    assert "too large" in answer.json["message"]


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"null", b"[" * 100_000, b'{"version": 1, "edits": []}', b'{"edits": 5}']
)
def test_a_request_that_is_none_is_refused(client: Client, body: bytes) -> None:
    answer = client.request("POST", f"{FEBRUARY}/edits", body)
    assert answer.status == 400
    assert answer.json["message"]


def test_findings_come_beside_their_fields_and_their_fix_works(client: Client) -> None:
    client.get(FEBRUARY)
    finding = next(one for one in wait_for_findings(client) if one["fixes"])
    assert finding["path"] == ["sections", 2, "items", 0, "text"]
    fixed = client.post(f"{FEBRUARY}/fixes", {"finding": finding["id"]})
    assert fixed.status == 200
    assert "and–Friday" not in fixed.json["document"]["sections"][2]["items"][0]["text"]
    assert client.post(f"{FEBRUARY}/fixes", {"finding": finding["id"]}).status == 400


def set_intro(client: Client, text: str) -> None:
    edit = {"op": "set", "path": ["intro"], "value": text}
    version = client.get(FEBRUARY).json["version"]
    assert client.post(f"{FEBRUARY}/edits", {"version": version, "edits": [edit]}).status == 200


@pytest.mark.parametrize(
    ("text", "offered", "fixed"),
    [
        ("We met the  team.", ["Delete one space"], "We met the team."),
        ("They was there.", ["Change “was” to “were”"], "They were there."),
        ("It is a acommodation.", ["Change “acommodation” to “accommodation”"], "It is a accommodation."),
        (
            "Come on Mon 2 March.",
            ["Change “Mon 2 March” to “Saturday 2 March”", "Change “Mon 2 March” to “Monday 4 March”"],
            "Come on Monday 4 March.",
        ),
    ],
)
def test_what_a_finding_proposes_is_one_click_away(client: Client, text: str, offered: list[str], fixed: str) -> None:
    set_intro(client, text)
    finding = next(one for one in wait_for_findings(client) if [fix["label"] for fix in one["fixes"]] == offered)
    choice = len(offered) - 1
    answer = client.post(f"{FEBRUARY}/fixes", {"finding": finding["id"], "choice": choice})
    assert answer.json["document"]["intro"] == fixed
    wrong = client.post(f"{FEBRUARY}/fixes", {"finding": finding["id"], "choice": 5})
    assert wrong.status == 400


@pytest.mark.parametrize(
    ("old", "new", "label"),
    [
        ("date: 2024-02-12", "date: 2024/02/12", "Change “2024/02/12” to “2024-02-12”"),
        ("kind: coming_up", "kind: comming_up", "Change “comming_up” to “coming_up”"),
        ("preheader:", "preheadder:", "Change “preheadder:” to “preheader:”"),
    ],
)
def test_a_mistake_in_the_file_is_fixed_by_one_click(client: Client, old: str, new: str, label: str) -> None:
    document = client.get(FEBRUARY).json
    wrong = client.post(
        f"{FEBRUARY}/text", {"version": document["version"], "text": document["text"].replace(old, new, 1)}
    ).json
    assert not wrong["valid"]
    finding = next(one for one in wrong["findings"] if one["fixes"])
    assert finding["fixes"][0]["label"] == label
    fixed = client.post(f"{FEBRUARY}/fixes", {"finding": finding["id"]}).json
    assert (fixed["valid"], fixed["text"]) == (True, document["text"])


def test_two_rules_do_not_offer_the_same_change(client: Client) -> None:
    set_intro(client, "We met teh team.")
    labels = [fix["label"] for one in wait_for_findings(client) for fix in one["fixes"] if one["path"] == ["intro"]]
    assert labels == ["Change “teh” to “the”"]


def test_a_word_is_accepted_from_its_finding(client: Client) -> None:
    set_intro(client, "Bring your snollygoster with you.")
    finding = next(one for one in wait_for_findings(client) if "snollygoster" in one["message"])
    assert finding["accepts"] == "words"
    assert "add it to the accepted words" in finding["hint"]
    document = client.post(f"{FEBRUARY}/accepted-words", {"finding": finding["id"]}).json
    assert not [one for one in document["findings"] if "snollygoster" in one["message"]]
    other = next(one for one in document["findings"] if not one["accepts"])
    assert client.post(f"{FEBRUARY}/accepted-words", {"finding": other["id"]}).status == 400


@pytest.mark.parametrize(
    ("text", "setting", "words"),
    [
        ("We met a snollygoster and a quockerwodger.", "words", ["snollygoster", "quockerwodger"]),
        ("We recieve many letters.", "words", ["recieve"]),
        ("The workshop was paid for by KWPJ and by ZQRF.", "abbreviations", ["KWPJ", "ZQRF"]),
    ],
)
def test_the_words_of_a_finding_are_accepted_and_not_what_is_offered_for_them(
    client: Client, text: str, setting: str, words: list[str]
) -> None:
    set_intro(client, text)
    finding = next(one for one in wait_for_findings(client) if one["accepts"] and words[0] in one["message"])
    assert finding["accepts"] == setting
    assert f"the accepted {setting}" in finding["hint"]
    assert "newsletter.yaml" not in finding["hint"]
    client.post(f"{FEBRUARY}/accepted-words", {"finding": finding["id"]})
    known = getattr(client.composer.workspace.settings.checks, setting)
    assert [one for one in known if one in {*words, "receive"}] == words


def test_a_missing_field_is_told_at_its_own_place(client: Client) -> None:
    document = client.get(FEBRUARY).json
    index = len(document["document"]["sections"])
    value = {"kind": "video", "heading": "Our year", "link": "https://example.org/video"}
    edit = {"op": "insert", "path": ["sections", index], "value": value}
    changed = client.post(f"{FEBRUARY}/edits", {"version": document["version"], "label": "x", "edits": [edit]}).json
    [finding] = [one for one in changed["findings"] if one["severity"] == "error"]
    assert (finding["path"], finding["missing"]) == (["sections", index, "image"], True)
    # it stands beside the field, which says what belongs there: a line for the file would only confuse
    assert finding["hint"] == ""


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("All the dates are on our events page.", "Select the words and use the link button."),
        ("We met teh team.", "Write “the”."),
    ],
)
def test_advice_is_that_of_the_form(client: Client, text: str, hint: str) -> None:
    set_intro(client, text)
    assert any(one["hint"].startswith(hint) for one in wait_for_findings(client) if one["path"] == ["intro"])


def test_an_empty_field_is_named_as_the_form_does(client: Client) -> None:
    version = client.get(FEBRUARY).json["version"]
    (finding,) = set_title(client, version, "").json["findings"]
    assert finding["path"] == ["title"]
    assert finding["hint"] == "Write its text."


def test_a_finding_is_ignored_with_a_reason(client: Client) -> None:
    client.get(FEBRUARY)
    finding = next(one for one in wait_for_findings(client) if one["can_ignore"] and one["path"])
    assert client.post(f"{FEBRUARY}/ignores", {"finding": finding["id"], "reason": " "}).status == 400
    ignored = client.post(f"{FEBRUARY}/ignores", {"finding": finding["id"], "reason": "It is right"}).json
    assert ignored["valid"] is True
    assert ignored["document"]["ignore"] == [{"rule": finding["name"], "because": "It is right"}]


def wait_for_findings(client: Client) -> list[dict[str, Any]]:
    for _ in range(300):
        document = client.get(FEBRUARY).json
        if document["findings"] is not None and document["findings_for"] == document["version"]:
            return list(document["findings"])
        time.sleep(0.1)
    raise AssertionError("no findings came")


def test_sections_are_called_as_readers_see_them(client: Client) -> None:
    document = client.get(FEBRUARY).json
    headings = document["headings"]
    assert headings["last_month"] == "What we got up to in January"
    assert headings["coming_up"] == "Coming up in February"
    assert headings["get_involved"] == "Get involved"
    assert "story" not in headings
    page = client.get(f"{FEBRUARY}/email").text
    assert all(headings[section["kind"]] in page for section in document["document"]["sections"])
    date = {"op": "set", "path": ["date"], "value": "2024-12-02"}
    language = {"op": "set", "path": ["language"], "value": "es"}
    changed = change(client, document["version"], date, language).json
    assert changed["headings"]["coming_up"] != headings["coming_up"]
    assert "diciembre" in changed["headings"]["coming_up"]
    # what is no date yet is no reason to have no names
    text = changed["text"].replace("2024-12-02", "soon")
    assert client.post(f"{FEBRUARY}/text", {"version": changed["version"], "text": text}).json["headings"]["last_month"]


def test_the_email_of_an_earlier_version(client: Client) -> None:
    document = client.get(FEBRUARY).json
    title = {"op": "set", "path": ["title"], "value": "Quite another title"}
    assert change(client, document["version"], title).status == 200
    version = client.get(f"{FEBRUARY}/history").json[0]["id"]
    assert client.get(f"{FEBRUARY}/history/{version}").json["valid"] is True
    page = client.get(f"{FEBRUARY}/history/{version}/email")
    assert "script" not in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert "Quite another title" not in page.text
    assert "Sharing our love for co-production" in page.text
    picture = re.search(rf'src="({FEBRUARY}/history/{version}/images/[^"]+)"', page.text)
    assert picture is not None
    assert client.get(picture[1]).headers["content-type"].startswith("image/")
    assert client.get(f"{FEBRUARY}/history/{version}/images/none").status == 400
    assert client.get(f"{FEBRUARY}/history/20200101T000000000000/email").status == 400


def test_an_earlier_version_with_a_mistake_has_no_email(client: Client) -> None:
    document = client.get(FEBRUARY).json
    broken = document["text"].replace("kind: get_involved", "kind: get_invloved")
    version = client.post(f"{FEBRUARY}/text", {"version": document["version"], "text": broken}).json["version"]
    client.post(f"{FEBRUARY}/text", {"version": version, "text": document["text"]})
    kept = [one["id"] for one in client.get(f"{FEBRUARY}/history").json]
    facts = [client.get(f"{FEBRUARY}/history/{one}").json["valid"] for one in kept]
    assert facts[-1] is True
    answers = [client.get(f"{FEBRUARY}/history/{one}/email").status for one in kept]
    assert [status == 200 for status in answers] == facts
