"""A folder's composer has the same address each time, so that a page that was left open finds it again."""

from __future__ import annotations

from pathlib import Path

from newsletter.web.server import open_usual_port


def test_a_folder_has_the_same_port_each_time(tmp_path: Path) -> None:
    with open_usual_port(tmp_path) as first:
        port = first.getsockname()[1]
    with open_usual_port(tmp_path) as again:
        assert again.getsockname()[1] == port


def test_a_port_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    with open_usual_port(tmp_path) as first, open_usual_port(tmp_path) as second:
        assert first.getsockname()[0] == second.getsockname()[0] == "127.0.0.1"
        assert first.getsockname()[1] != second.getsockname()[1]
