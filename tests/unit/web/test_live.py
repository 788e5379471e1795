"""What other programs save is seen at once, and every open page is told."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from newsletter.issue_file.editing.edit import EditError, edited_data
from tests.composer_server import Client, composer_running
from tests.unit.issue_file.test_editing import edits_of
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


@pytest.mark.slow
@settings(max_examples=1, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_500_random_edits_and_their_undo(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Every edit gives the data that it should; undoing all of them gives the very bytes that the file had."""
    folder = copy_newsletter(tmp_path_factory.mktemp("edits") / "news")
    path: Path = folder / "issues" / "2024-02.yaml"
    with composer_running(folder) as client:
        document = client.get(FEBRUARY).json
        states = [path.read_bytes()]
        for _ in range(500):
            edit = data.draw(edits_of(document["document"]))
            try:
                wanted = edited_data(document["document"], edit)
            except EditError:
                continue
            body = {"version": document["version"], "label": "x", "edits": [edit.model_dump(mode="json")]}
            answer = client.post(f"{FEBRUARY}/edits", body)
            if answer.status == 400:
                assert path.read_bytes() == states[-1]
                continue
            document = answer.json
            assert document["document"] == wanted
            raw = path.read_bytes()
            if raw != states[-1]:
                states.append(raw)
            if len(document["document"]["sections"]) > 12 or len(raw) > 60_000 or len(document["document"]) < 4:
                document = client.post(f"{FEBRUARY}/undo").json
                states.pop()
        for state in reversed(states[:-1][-250:]):
            assert client.post(f"{FEBRUARY}/undo").status == 200
            assert path.read_bytes() == state
