"""What was drafted from the last issue or imported is checked off in the composer: its mark goes, and nothing else."""

from __future__ import annotations

import pytest

from tests.composer_server import Client

FEBRUARY = "/api/issues/2024-02"


@pytest.mark.parametrize(
    ("code", "mark"),
    [
        ("NL309", "# ✎ Check this paragraph.\n"),
        ("NL312", "# Look at this: is this the right title, or does it belong\n# to the text below it?\n# Ask them.\n"),
    ],
)
def test_a_mark_is_removed_and_nothing_else(client: Client, code: str, mark: str) -> None:
    path = client.folder / "issues" / "2024-02.yaml"
    for other in (client.folder / "issues").glob("*.yaml"):
        if other != path:
            other.unlink()
    before = path.read_text("utf-8")
    path.write_text(before.replace("intro:", f"{mark}intro:", 1), "utf-8")
    client.composer.read("2024-02")
    client.composer.view("2024-02").check()
    found = [one for one in client.get(FEBRUARY).json["findings"] if one["code"] == code]
    assert len(found) == 1
    assert found[0]["fixes"][0]["label"] == "I have checked it"
    assert client.post(f"{FEBRUARY}/fixes", {"finding": found[0]["id"]}).status == 200
    assert path.read_text("utf-8") == before
