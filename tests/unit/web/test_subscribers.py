"""The page of subscribers: who is on the list, one more or less, and an import that is shown before it is made."""

from __future__ import annotations

import base64
import io
from typing import Any

import openpyxl
import pytest

from tests.composer_server import Client

NEW = "Email,First name,Newsletter\nnew@example.org,Ann,yes\nLEFT-in-spring@example.org,Kim,yes\nno@example.org,Bo,no\n"


def sent(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "data": f"data:text/csv;base64,{base64.b64encode(data).decode()}"}


def ask(client: Client, *lists: dict[str, str], **more: Any) -> Any:
    return client.post("/api/subscribers/import", {"lists": list(lists), "uses": {}, "segment": "", **more})


def emails(client: Client, **query: str) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return [one["email"] for one in client.get(f"/api/subscribers?{asked}").json["people"]]


def test_the_list_is_counted_and_searched(client: Client) -> None:
    shown = client.get("/api/subscribers").json
    assert (shown["own"], shown["reachable"], shown["matching"]) == (True, 10, 12)
    assert sum(one["count"] for one in shown["left_out"]) == 2
    assert emails(client, search="kim") == ["left-in-spring@example.org"]
    assert emails(client, segment="nobody") == []


def test_somebody_who_left_is_asked_about(client: Client) -> None:
    body = {"email": "left-in-spring@example.org", "segments": []}
    refused = client.post("/api/subscribers/add", body)
    assert refused.status == 400
    assert refused.json["gone"] is True
    assert client.get("/api/subscribers").json["reachable"] == 10
    assert client.post("/api/subscribers/add", {**body, "even_if_gone": True}).status == 200
    assert client.get("/api/subscribers").json["reachable"] == 11
    client.post("/api/subscribers/remove", {"email": body["email"]})
    client.post("/api/subscribers/undo")
    assert client.get("/api/subscribers").json["reachable"] == 11


def test_a_name_is_changed_and_can_be_changed_back(client: Client) -> None:
    email = emails(client)[0]
    before = (client.folder / "audience.csv").read_bytes()
    assert (
        client.post("/api/subscribers/rename", {"email": email, "first_name": "Anna", "last_name": "Lee"}).status == 200
    )
    [person] = client.get("/api/subscribers?search=anna%20lee").json["people"]
    assert (person["email"], person["first_name"], person["last_name"]) == (email, "Anna", "Lee")
    client.post("/api/subscribers/undo")
    assert (client.folder / "audience.csv").read_bytes() == before


def test_an_import_is_shown_first_and_only_what_was_shown_is_made(client: Client) -> None:
    shown = ask(client, sent("list.csv", NEW.encode())).json
    assert shown["preview"]["added"] == 1
    assert shown["preview"]["left_out"] == 2
    people = shown["preview"].pop("left_out_people")
    assert [one["address"] for one in people] == ["LEFT-in-spring@example.org", "no@example.org"], "nobody can tell who"
    assert "@example.org" not in str(shown["preview"]), "an address in a message"
    assert emails(client, search="new@") == []
    # the list changes meanwhile, so that the numbers are looked at once more
    client.post("/api/subscribers/add", {"email": "meanwhile@example.org", "segments": []})
    again = ask(client, sent("list.csv", NEW.encode()), accepted=shown["mark"]).json
    assert again["is_changed"] is True
    assert emails(client, search="new@") == []
    done = ask(client, sent("list.csv", NEW.encode()), accepted=again["mark"]).json
    assert done["done"] == {"added": 1, "reachable": 12}
    assert emails(client, search="new@") == ["new@example.org"]
    client.post("/api/subscribers/undo")
    assert client.get("/api/subscribers").json["reachable"] == 11


def test_a_workbook_is_imported_and_a_segment_given(client: Client) -> None:
    book = openpyxl.Workbook()
    book.active.append(["E-mail", "Vorname"])
    book.active.append(["new@example.org", "Ann"])
    data = io.BytesIO()
    book.save(data)
    first = ask(client, sent("Liste.xlsx", data.getvalue()), segment="members").json
    ask(client, sent("Liste.xlsx", data.getvalue()), segment="members", accepted=first["mark"])
    assert emails(client, segment="members") == ["new@example.org"]


def test_a_column_that_may_decide_is_asked_about(client: Client) -> None:
    data = b"email,GDPR\na1@example.org,Express\nb1@example.org,Implied\n"
    question = ask(client, sent("list.csv", data)).json["question"]
    assert question["heading"] == "GDPR"
    assert [one["value"] for one in question["values"]] == ["Express", "Implied"]
    answered = ask(client, sent("list.csv", data), uses={"GDPR": ["Express"]}).json
    assert answered["preview"]["added"] == 1
    assert ask(client, sent("list.csv", data), uses={"GDPR": "nonsense"}).status == 400


def test_a_list_of_people_who_left_adds_nobody(client: Client) -> None:
    data = b"Email Address\ncoordinator@example.org\nnew@example.org\n"
    shown = ask(client, sent("unsubscribed_members_export.csv", data)).json["preview"]
    assert shown["lists"][0]["all_left"] is True
    assert (shown["added"], shown["now_out"]) == (0, 1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.csv", b"no addresses here\nat all\n"),
        ("list.xlsx", b"PK\x03\x04broken"),
        ("../../x.csv", b""),
        ("", b"\0"),
    ],
)
def test_a_file_that_is_no_list_is_refused(client: Client, name: str, data: bytes) -> None:
    answer = ask(client, sent(name, data))
    assert answer.status in {400, 422}
    assert answer.json["message"]
    assert client.get("/api/subscribers").json["reachable"] == 10
    assert ask(client, {"name": "list.csv", "data": "%%%"}).status == 400


def test_a_list_at_a_provider_is_left_to_it(client: Client) -> None:
    path = client.folder / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace("provider: outbox", "provider: mailchimp"), "utf-8")
    assert client.get("/api/subscribers").json == {"own": False, "provider": "Mailchimp"}


def test_a_list_in_a_database_is_shown_and_changed_as_one_in_a_file(client: Client) -> None:
    path, audience = client.folder / "newsletter.yaml", client.folder / "audience.csv"
    path.write_text(path.read_text("utf-8") + "\nsubscribers: {}\n", "utf-8")
    before = audience.read_bytes()
    shown = client.get("/api/subscribers").json
    assert (shown["own"], shown["database"], shown["reachable"]) == (True, True, 0)
    # an import is shown first, and asks what a column means
    unclear = b"Email,GDPR\nann@example.org,Express\nbo@example.org,Implied\n"
    assert ask(client, sent("list.csv", unclear)).json["question"]["heading"] == "GDPR"
    asked = ask(client, sent("list.csv", NEW.encode()), segment="members").json
    assert (asked["preview"]["added"], asked["preview"]["left_out"]) == (2, 1)
    assert client.get("/api/subscribers").json["reachable"] == 0
    changed = ask(client, sent("list.csv", NEW.encode()), accepted=asked["mark"]).json
    assert changed["is_changed"] is True, "without the segment it is another change"
    done = ask(client, sent("list.csv", NEW.encode()), segment="members", accepted=asked["mark"]).json
    assert done == {"done": {"added": 2, "reachable": 2}}
    assert client.get("/api/subscribers").json["segments"] == [{"name": "members", "count": 2}]
    assert emails(client, search="ann") == ["new@example.org"]
    assert len(emails(client, segment="members")) == 2
    # one person: how they agreed is needed, and who left is asked about
    person = {"email": "zoe@example.org", "first_name": "Zoë", "segments": ["members"]}
    assert "asked for" in client.post("/api/subscribers/add", person).json["message"]
    person["consent"] = "at the open day"
    assert client.post("/api/subscribers/add", person).status == 200
    assert client.post("/api/subscribers/add", person).status == 400, "they are on the list already"
    assert client.post("/api/subscribers/remove", {"email": "zoe@example.org"}).status == 200
    assert client.post("/api/subscribers/add", person).json["gone"] is True
    assert client.post("/api/subscribers/add", {**person, "even_if_gone": True}).status == 200
    named = {"email": "zoe@example.org", "first_name": "Zoe", "last_name": "Lee"}
    assert client.post("/api/subscribers/rename", named).status == 200
    assert client.get("/api/subscribers?search=zoe").json["people"][0]["name"] == "Zoe Lee"
    assert client.post("/api/subscribers/rename", {**named, "email": "nobody@example.org"}).status == 400
    assert client.post("/api/subscribers/remove", {"email": "zoe@example.org", "for_good": True}).status == 200
    assert emails(client, search="zoe") == []
    assert client.post("/api/subscribers/remove", {"email": "nobody@example.org"}).status == 400
    assert client.post("/api/subscribers/undo").status == 200
    assert client.get("/api/subscribers").json["reachable"] == 0
    assert audience.read_bytes() == before


def test_only_the_sample_people_themselves_are_samples(client: Client) -> None:
    """Somebody of another name at the address of a sample is a reader, and stays."""
    rows = "email,first_name,last_name\nada@example.org,Ada,Sample\nben@example.org,Ben,Other\n"
    (client.folder / "audience.csv").write_text(rows, "utf-8")
    assert client.get("/api/subscribers").json["samples"] == 1
    assert client.post("/api/subscribers/remove-samples").status == 200
    assert emails(client) == ["ben@example.org"]
