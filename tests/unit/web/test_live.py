"""What other programs save is seen at once, and every open page is told."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from newsletter.issue_file.editing.edit import Edit, EditError, Operation, edited_data
from newsletter.workflow.composer.current_workspace import CurrentWorkspace
from tests.composer_server import Client, composer_running
from tests.unit.issue_file.test_editing import TEXTS, lines_of_value, paths_in, value_at
from tests.unit.web.conftest import copy_newsletter

FEBRUARY = "/api/issues/2024-02"
Wait = Callable[[str], Any]


@contextmanager
def listening(client: Client, issue: str = "2024-02") -> Iterator[Wait]:
    """Open the stream of events, and return what waits for the next event of a name."""
    connection = http.client.HTTPConnection("127.0.0.1", client.session.port, timeout=60)
    connection.request("GET", f"/api/events?issue={issue}", headers={"Cookie": client.cookie})
    response = connection.getresponse()
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.readline() == b"retry: 1000\n"

    def wait(name: str) -> Any:
        for _ in range(200):
            line = response.readline().decode().rstrip("\n")
            if line == f"event: {name}":
                return json.loads(response.readline().decode().removeprefix("data: "))
        raise AssertionError(f"no event {name}")

    try:
        yield wait
    finally:
        connection.close()


def test_a_change_by_another_program_is_told(client: Client) -> None:
    path = client.folder / "issues" / "2024-02.yaml"
    client.get(FEBRUARY)
    with listening(client) as wait:
        path.write_text(path.read_text("utf-8").replace("preheader: Workshops", "preheader: Many workshops"), "utf-8")
        told = wait("document")
        assert told["by"] == "another program"
        document = client.get(FEBRUARY).json
        assert document["version"] == told["version"]
        assert document["document"]["preheader"].startswith("Many workshops")
        while wait("findings")["version"] != told["version"]:
            pass  # the check of the version before may have been under way


def test_a_file_that_is_deleted_is_told(client: Client) -> None:
    client.get(FEBRUARY)
    with listening(client) as wait:
        (client.folder / "issues" / "2024-02.yaml").unlink()
        wait("gone")
    assert client.get(FEBRUARY).status == 404


def test_settings_templates_and_pictures_repaint_the_email(client: Client) -> None:
    before = client.get(f"{FEBRUARY}/email").text
    settings_path = client.folder / "newsletter.yaml"
    with listening(client) as wait:
        settings_path.write_text(settings_path.read_text("utf-8").replace("Europe/London", "Europe/Paris"), "utf-8")
        wait("document")
    client.get(FEBRUARY)
    with listening(client) as wait:
        template = client.folder / "templates" / "sections" / "coming_up.mjml.j2"
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_text("<mj-section><mj-column><mj-text>Ours</mj-text></mj-column></mj-section>", "utf-8")
        wait("document")
        after = client.get(f"{FEBRUARY}/email").text
    assert "Ours" in after
    assert "Ours" not in before


def test_an_issue_is_rendered_and_checked_before_anybody_asks(client: Client) -> None:
    with listening(client, "2024-03") as wait:
        client.composer.warm(CurrentWorkspace(client.folder).first_issue(None))  # the newest
        assert wait("findings")["version"] == client.get("/api/issues/2024-03").json["version"]
    with listening(client) as wait:
        client.composer.warm("2024-02")
        assert wait("findings")["version"] == client.get(FEBRUARY).json["version"]


def with_comments(text: str) -> str:
    """Put a comment above each section and item, as somebody may have who also edits the file by hand."""
    lines: list[str] = []
    for number, line in enumerate(text.splitlines()):
        if line.startswith(("  - kind:", "      - title:", "intro:")):
            lines.append(f"{' ' * (len(line) - len(line.lstrip()))}# remark {number}")
        lines.append(line)
    return "\n".join(lines) + "\n"


def remarks(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.splitlines() if line.strip().startswith("# remark"))


def check_bytes(edit: Edit, before: str, after: str) -> None:
    """Every comment stays; around a field that was set, every byte does."""
    if edit.op is not Operation.REMOVE:
        assert remarks(after) >= remarks(before)
    if edit.op is Operation.SET and "[" not in before.split("\n")[lines_of_value(before, edit.path)[0]]:
        first, last = lines_of_value(before, edit.path)
        old, new = before.split("\n"), after.split("\n")
        assert new[:first] == old[:first]
        assert not (rest := old[last + 1 :]) or new[-len(rest) :] == rest


OPERATIONS = [Operation.SET, Operation.SET, Operation.SET, *Operation]
PLACES = st.integers(0, 10**9)


def edit_at(data: Any, op: Operation, text: str, where: int, to: int) -> Edit:
    """Return an edit of a document at a place that two numbers tell, whatever is in it."""
    paths = paths_in(data)
    texts = [one for one in paths if isinstance(value_at(data, one), str)]
    entries = [one for one in paths if isinstance(one[-1], int)]
    if op is Operation.SET or not (entries or op is Operation.REMOVE):
        return Edit(op=Operation.SET, path=texts[where % len(texts)], value=text or "x")
    if op is Operation.REMOVE:
        return Edit(op=op, path=paths[where % len(paths)])
    entry = entries[where % len(entries)]
    if op is Operation.MOVE:
        return Edit(op=op, path=entry, to=to % len(value_at(data, entry[:-1])))
    if op is Operation.INSERT:
        return Edit(op=op, path=entry, value={"title": "T", "text": text or "a\nb"} if to % 2 else text or "x")
    return Edit(op=op, path=entry)


@pytest.mark.parametrize("count", [20, pytest.param(500, marks=pytest.mark.slow)])
def test_random_edits_and_their_undo(tmp_path: Path, count: int) -> None:
    """Every edit gives the data that it should and leaves every other byte; undoing all gives the file back exactly."""
    folder = copy_newsletter(tmp_path / "news")
    path = folder / "issues" / "2024-02.yaml"
    path.write_text(with_comments(path.read_text("utf-8")), "utf-8")
    with composer_running(folder) as client:
        document = client.get(FEBRUARY).json
        assert sum(remarks(document["text"]).values()) > 5
        states = [path.read_bytes()]
        made = refused = 0

        # each example is one edit of what the one before has left; the first ones that are drawn are the simplest
        @settings(max_examples=count, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
        @given(op=st.sampled_from(OPERATIONS), text=TEXTS, where=PLACES, to=PLACES)
        def edit_once(op: Operation, text: str, where: int, to: int) -> None:
            nonlocal document, made, refused
            edit = edit_at(document["document"], op, text, where, to)
            try:
                wanted = edited_data(document["document"], edit)
            except EditError:
                refused += 1
                return
            body = {"version": document["version"], "label": "x", "edits": [edit.model_dump(mode="json")]}
            answer = client.post(f"{FEBRUARY}/edits", body)
            if answer.status == 400:
                refused += 1
                assert path.read_bytes() == states[-1]
                return
            check_bytes(edit, document["text"], answer.json["text"])
            document = answer.json
            assert document["document"] == wanted
            raw = path.read_bytes()
            if raw != states[-1]:
                made += 1
                states.append(raw)
            if len(document["document"].get("sections", ())) > 12 or len(raw) > 60_000 or len(document["document"]) < 4:
                document = client.post(f"{FEBRUARY}/undo").json
                states.pop()
                assert path.read_bytes() == states[-1]

        edit_once()
        assert made > count // 2, f"{made} made, {refused} refused"
        for state in reversed(states[:-1][-250:]):
            assert client.post(f"{FEBRUARY}/undo").status == 200
            assert path.read_bytes() == state
