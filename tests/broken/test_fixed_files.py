"""`check --fix` writes the lines that it says to write instead, where they can only be meant in one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.settings_file import load_settings
from newsletter.testing.checks import SETTINGS, whole
from newsletter.workflow.apply_fixes import apply_fixes
from newsletter.workflow.workspace import Workspace
from tests.broken.test_broken_files import EXPECTED, HERE, NEEDS_MORE

NOT_CERTAIN = {
    "alias-bomb.yaml",
    "date-with-slashes.yaml",  # 12 February or 2 December
    "no-such-month.yaml",
    "python-tag.yaml",
    "start-and-end-together.yaml",  # the end needs a line of its own
    "time-that-the-clocks-skip.yaml",
}
PASTED = sorted(name for name in EXPECTED if EXPECTED[name].get("paste") and name not in NOT_CERTAIN)


def fixed(folder: Path, data: bytes) -> tuple[Workspace, Path, list[str]]:
    (folder / "issues").mkdir()
    (folder / "newsletter.yaml").write_text(whole("", SETTINGS), encoding="utf-8")
    path = folder / "issues" / "2024-02.yaml"
    path.write_bytes(data)
    workspace = Workspace(load_settings(folder / "newsletter.yaml"))
    return workspace, path, [finding.code for finding in apply_fixes(workspace, path)]


@pytest.mark.parametrize("name", PASTED)
def test_the_line_to_write_instead_is_written_and_nothing_else(name: str, tmp_path: Path) -> None:
    before = (HERE / name).read_text("utf-8")
    workspace, path, codes = fixed(tmp_path, before.encode())
    assert codes[0] == EXPECTED[name]["code"]
    workspace.load_path(path)
    if name not in NEEDS_MORE:
        line = EXPECTED[name]["line"]
        lines = before.split("\n")
        lines[line - 1 : line] = EXPECTED[name]["paste"].split("\n")
        assert path.read_text("utf-8") == "\n".join(lines)


@pytest.mark.parametrize("name", sorted(NOT_CERTAIN - {"alias-bomb.yaml"}))
def test_what_may_be_meant_in_several_ways_needs_a_person(name: str, tmp_path: Path) -> None:
    before = (HERE / name).read_bytes()
    _, path, codes = fixed(tmp_path, before)
    assert (path.read_bytes(), codes) == (before, [])


def test_several_mistakes_of_form_are_fixed_in_one_call_and_line_ends_stay(tmp_path: Path) -> None:
    text = (
        "title: February: our love\r\ndate: 12 February 2024\r\nsections:\r\n  - kind: comming_up\r\n    items:\r\n"
        "      - title: A workshop\r\n\t\twhen: 2024-02-20 13.00\r\n        where: Room #4\r\n"
    )
    workspace, path, codes = fixed(tmp_path, text.encode())
    assert path.read_bytes().decode() == (
        'title: "February: our love"\r\ndate: 2024-02-12\r\nsections:\r\n  - kind: coming_up\r\n    items:\r\n'
        '      - title: A workshop\r\n        when: 2024-02-20 13:00\r\n        where: "Room #4"\r\n'
    )
    assert len(codes) == 6
    workspace.load_path(path)


def test_what_is_left_over_is_left_as_it_is(tmp_path: Path) -> None:
    text = "title: February: our love\ndate: 12/02/2024\nintro: Hello\n"
    _, path, codes = fixed(tmp_path, text.encode())
    assert path.read_text("utf-8") == text.replace("February: our love", '"February: our love"')
    assert codes == ["NL010"]
