"""Issues are duplicated, moved, deleted and restored; what was sent is protected, and can be looked at."""

from __future__ import annotations

import json
import shutil

import pytest

from newsletter.errors import UsageError
from newsletter.workflow.composer import sent_issues
from newsletter.workflow.create_issue import create_issue
from newsletter.workflow.workspace import Workspace
from tests.composer_server import Client

FEBRUARY = "/api/issues/2024-02"


def listed(client: Client) -> dict[str, str]:
    return {one["id"]: one["state"] for one in client.get("/api/workspace").json["issues"]}


def send(client: Client) -> None:
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    sent = client.post(f"{FEBRUARY}/send", {"now": True})
    assert sent.json["state"] == "sent"


def test_a_copy_is_an_issue_of_its_own_with_its_own_date(client: Client) -> None:
    before = (client.folder / "issues" / "2024-02.yaml").read_text("utf-8")
    assert client.post(f"{FEBRUARY}/duplicate", {"month": "2031-05"}).json == {"id": "2031-05"}
    copy = (client.folder / "issues" / "2031-05.yaml").read_text("utf-8")
    changed = [(old, new) for old, new in zip(before.splitlines(), copy.splitlines(), strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0][1].startswith("date: 2031-05-01")
    assert client.post(f"{FEBRUARY}/duplicate", {"month": "2024-03"}).status == 400
    assert client.post(f"{FEBRUARY}/duplicate", {"month": "../x"}).status == 400


def test_a_moved_issue_gets_a_date_and_keeps_all_else_and_its_history(client: Client) -> None:
    path = client.folder / "issues" / "2024-02.yaml"
    version = client.get(FEBRUARY).json["version"]
    title = {"op": "set", "path": ["title"], "value": "Moved"}
    client.post(f"{FEBRUARY}/edits", {"version": version, "label": "Edit", "edits": [title]})
    raw, history = path.read_bytes(), client.get(f"{FEBRUARY}/history").json
    assert client.post(f"{FEBRUARY}/move", {"month": "2031-05"}).json == {"id": "2031-05"}
    # only the date is changed, and the issue with its old one can be restored
    dated = raw.replace(b"date: 2024-02-12", b"date: 2031-05-01")
    assert (client.folder / "issues" / "2031-05.yaml").read_bytes() == dated
    newest, *older = client.get("/api/issues/2031-05/history").json
    assert newest["label"] == "Changed the month"
    assert older == history
    assert client.get(f"/api/issues/2031-05/history/{newest['id']}").json["text"] == raw.decode()
    # a date that is in the new month already stays
    client.post("/api/issues/2031-05/move", {"month": "2031-06"})
    moved = client.folder / "issues" / "2031-06.yaml"
    moved.write_bytes(moved.read_bytes().replace(b"date: 2031-06-02", b"date: 2031-07-20"))
    client.post("/api/issues/2031-06/move", {"month": "2031-07"})
    assert b"date: 2031-07-20" in (client.folder / "issues" / "2031-07.yaml").read_bytes()
    assert client.get(FEBRUARY).status == 404


def test_a_deleted_issue_is_restored_with_its_bytes(client: Client) -> None:
    raw = (client.folder / "issues" / "2024-02.yaml").read_bytes()
    assert client.post(f"{FEBRUARY}/delete").status == 200
    assert "2024-02" not in listed(client)
    (deleted,) = client.get("/api/deleted").json
    assert deleted["title"].startswith("February Team Update")
    for name in ("../../newsletter.yaml", "20240101T000000000000--../x.yaml", "x"):
        assert client.post("/api/deleted", {"deleted": name}).status == 400
    # a name that is taken meanwhile is not overwritten
    client.post("/api/issues", {"month": "2024-02", "start": "blank"})
    assert client.post("/api/deleted", {"deleted": deleted["deleted"]}).status == 400
    client.post(f"{FEBRUARY}/delete")
    assert client.post("/api/deleted", {"deleted": deleted["deleted"]}).json == {"id": "2024-02"}
    assert (client.folder / "issues" / "2024-02.yaml").read_bytes() == raw
    assert len(client.get("/api/deleted").json) == 1


@pytest.mark.parametrize("way", ["moved", "deleted"])
@pytest.mark.parametrize("again", ["duplicate", "blank"])
def test_an_issue_under_a_name_that_was_used_before_has_nothing_of_that_one(
    client: Client, way: str, again: str
) -> None:
    client.post("/api/issues", {"month": "2031-05", "start": "blank"})
    old = "/api/issues/2031-05"
    title = {"op": "set", "path": ["title"], "value": "The old one"}
    client.post(f"{old}/edits", {"version": client.get(old).json["version"], "label": "Edit", "edits": [title]})
    gone = client.post(f"{old}/move", {"month": "2031-06"}) if way == "moved" else client.post(f"{old}/delete")
    assert gone.status == 200
    if again == "duplicate":
        assert client.post(f"{FEBRUARY}/duplicate", {"month": "2031-05"}).json == {"id": "2031-05"}
    else:
        assert client.post("/api/issues", {"month": "2031-05", "start": "blank"}).status == 200
    document = client.get(old).json
    assert (document["can_undo"], document["can_redo"]) == (False, False)
    assert client.get(f"{old}/history").json == []
    assert client.post(f"{old}/undo").status == 400


def test_a_deleted_issue_is_restored_with_its_history(client: Client) -> None:
    title = {"op": "set", "path": ["title"], "value": "Edited"}
    client.post(
        f"{FEBRUARY}/edits", {"version": client.get(FEBRUARY).json["version"], "label": "Edit", "edits": [title]}
    )
    history = client.get(f"{FEBRUARY}/history").json
    client.post(f"{FEBRUARY}/delete")
    (deleted,) = client.get("/api/deleted").json
    client.post("/api/deleted", {"deleted": deleted["deleted"]})
    assert client.get(f"{FEBRUARY}/history").json == history != []


def test_practice_is_not_called_sent_and_protects_nothing(client: Client) -> None:
    assert client.get(f"{FEBRUARY}/sent").json == {
        "state": "draft",
        "sent_at": None,
        "sent_to": "",
        "practice": False,
        "emails": [],
    }
    send(client)
    assert listed(client)["2024-02"] == "practised"
    facts = client.get(f"{FEBRUARY}/sent").json
    assert (facts["state"], facts["emails"][0]["practice"]) == ("practised", True)
    assert client.post(f"{FEBRUARY}/move", {"month": "2031-05"}).status == 200


def test_what_was_sent_can_be_looked_at_and_is_protected(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    send(client)
    # as if the outbox were a provider that reaches people
    monkeypatch.setattr(sent_issues, "is_practice_by", lambda provider, settings: False)
    assert listed(client)["2024-02"] == "sent"
    version = client.get(FEBRUARY).json["version"]
    title = {"op": "set", "path": ["title"], "value": "Changed after it was sent"}
    client.post(f"{FEBRUARY}/edits", {"version": version, "label": "Edit", "edits": [title]})
    (email,) = client.get(f"{FEBRUARY}/sent").json["emails"]
    page = client.get(f"{FEBRUARY}/sent/{email['id']}")
    assert "Sharing our love for co-production" in page.text
    assert "Changed after it was sent" not in page.text
    assert "sandbox" in page.headers["content-security-policy"]
    assert "cid:" not in page.text
    picture = page.text.partition(f"/api{FEBRUARY.removeprefix('/api')}/sent/{email['id']}/images/")[2].partition('"')[
        0
    ]
    assert client.get(f"{FEBRUARY}/sent/{email['id']}/images/{picture}").headers["content-type"].startswith("image/")
    assert client.get(f"{FEBRUARY}/sent/nonsense").status == 400

    moved = client.post(f"{FEBRUARY}/move", {"month": "2031-05"})
    assert "sent twice" in moved.json["message"]
    assert client.post(f"{FEBRUARY}/delete").status == 400
    assert "2024-02" in listed(client)
    assert client.post(f"{FEBRUARY}/delete", {"even_if_sent": True}).status == 200
    # its month is not given to another issue, which could not be sent
    taken = client.post("/api/issues/2024-03/move", {"month": "2024-02"})
    assert "was sent before" in taken.json["message"]


def practise(client: Client) -> None:
    """Leave all that is kept of an issue by its name: versions, a test, practice emails, comments, a page to share."""
    title = {"op": "set", "path": ["title"], "value": "The old one"}
    version = client.get(FEBRUARY).json["version"]
    client.post(f"{FEBRUARY}/edits", {"version": version, "label": "Edit", "edits": [title]})
    send(client)
    client.post(f"{FEBRUARY}/share")
    file = {"issue": "2024-02", "comments": [{"name": "Reviewer", "text": "Lovely"}]}
    page = f'<script id="newsletter-comments" type="application/json">{json.dumps(file)}</script>'
    assert client.post(f"{FEBRUARY}/comments", {"file": page}).status == 200


def kept(client: Client, issue: str) -> dict[str, object]:
    """Return what is kept of an issue by its name."""
    address = f"/api/issues/{issue}"
    return {
        "state": listed(client)[issue],
        "emails": len(client.get(f"{address}/sent").json["emails"]),
        "story": [one["label"].split(" ", 1)[1] for one in client.get(f"{address}/send").json["history"]],
        "versions": len(client.get(f"{address}/history").json),
        "comments": len(client.get(f"{address}/comments").json),
        "page": (client.folder / "review" / f"{issue}.html").exists(),
    }


NOTHING = {"state": "draft", "emails": 0, "story": [], "versions": 0, "comments": 0, "page": False}


def begin_again(client: Client, how: str) -> None:
    """Bring another issue under the name of the old one, in each of the ways there are."""
    folder = client.folder / "issues"
    if how == "blank":
        assert client.post("/api/issues", {"month": "2024-02", "start": "blank"}).status == 200
    elif how == "duplicated":
        assert client.post("/api/issues/2024-01/duplicate", {"month": "2024-02"}).status == 200
    elif how == "imported":
        text = b"# February\n\n## News\n\n- Something happened here.\n"
        assert client.file("/api/imports?name=feb.md&month=2024-02", text).status == 200
    elif how == "moved":
        assert client.post("/api/issues/2024-01/move", {"month": "2024-02"}).status == 200
    elif how == "command":
        create_issue(Workspace.find(client.folder), "2024-02")
    else:
        shutil.copy(folder / "2024-01.yaml", folder / "2024-02.yaml")


@pytest.mark.parametrize(
    ("way", "again"),
    [
        *(("moved", again) for again in ("blank", "imported", "moved", "command")),
        *(("deleted", again) for again in ("duplicated", "copied by hand")),
        ("deleted by hand", "blank"),
    ],
)
def test_practice_follows_the_issue_and_is_not_inherited(client: Client, way: str, again: str) -> None:
    practise(client)
    own = kept(client, "2024-02")
    assert own != NOTHING
    assert (own["state"], own["emails"], own["comments"], own["page"]) == ("practised", 1, 1, True)
    client.post("/api/issues", {"month": "2024-01", "start": "blank"})
    if way == "moved":
        assert client.post(f"{FEBRUARY}/move", {"month": "2031-05"}).status == 200
        assert kept(client, "2031-05") == own | {"versions": 2}
    elif way == "deleted":
        assert client.post(f"{FEBRUARY}/delete").status == 200
    else:
        (client.folder / "issues" / "2024-02.yaml").unlink()
    begin_again(client, again)
    # the version before the change of its month is its own
    assert kept(client, "2024-02") == NOTHING | {"versions": int(again == "moved")}
    if way == "deleted":
        client.post(f"{FEBRUARY}/delete")
        old = client.get("/api/deleted").json[-1]
        assert client.post("/api/deleted", {"deleted": old["deleted"]}).status == 200
        assert kept(client, "2024-02") == own


def test_the_issue_that_was_moved_can_be_practised_again_under_both_names(client: Client) -> None:
    send(client)
    client.post(f"{FEBRUARY}/move", {"month": "2031-05"})
    client.post("/api/issues/2031-05/duplicate", {"month": "2024-02"})
    send(client)
    assert (listed(client)["2024-02"], listed(client)["2031-05"]) == ("practised", "practised")


@pytest.mark.parametrize("again", ["blank", "imported", "moved", "command"])
def test_the_name_of_an_issue_that_was_sent_is_not_given_to_another(
    client: Client, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    client.post("/api/issues", {"month": "2024-01", "start": "blank"})
    send(client)
    monkeypatch.setattr(sent_issues, "is_practice_by", lambda provider, settings: False)
    assert client.post(f"{FEBRUARY}/delete", {"even_if_sent": True}).status == 200
    with pytest.raises((AssertionError, UsageError)):
        begin_again(client, again)
    assert not (client.folder / "issues" / "2024-02.yaml").exists()
    # the record stays, and the restored issue is protected as before
    (deleted,) = client.get("/api/deleted").json
    client.post("/api/deleted", {"deleted": deleted["deleted"]})
    assert listed(client)["2024-02"] == "sent"
    assert "sent twice" in client.post(f"{FEBRUARY}/move", {"month": "2031-05"}).json["message"]


@pytest.mark.parametrize("what", ["move", "delete"])
def test_an_issue_stays_where_it_is_while_its_sends_cannot_be_read(client: Client, what: str) -> None:
    send(client)
    (client.folder / ".newsletter" / "ledger.db").write_bytes(b"no database" * 100)
    refused = client.post(f"{FEBRUARY}/{what}", {"month": "2031-05"})
    assert refused.status >= 400
    assert "is damaged" in refused.json["message"]
    assert (client.folder / "issues" / "2024-02.yaml").exists()
