"""`newsletter audience` called wrongly: each message names the action that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Cli
from tests.public_site import SETTINGS


def test_without_an_action_the_actions_are_listed_on_one_line(folder: Path, cli: Cli) -> None:
    result = cli("audience")
    assert result.code == 2
    assert "\t" not in result.said
    for action in ("import", "undo", "show", "add", "remove", "forget", "export"):
        assert action in result.said


@pytest.mark.parametrize("action", ["show", "add", "remove", "forget", "export"])
def test_where_the_audience_is_a_file_that_comes_first(folder: Path, cli: Cli, action: str) -> None:
    result = cli("audience", action)
    assert result.code == 2
    words = " ".join(result.said.split())
    assert "the audience is a CSV file" in words
    assert "`newsletter compose`" in words


@pytest.mark.parametrize("action", ["add", "remove", "forget"])
def test_the_example_is_of_the_action(folder: Path, cli: Cli, action: str) -> None:
    (folder / "newsletter.yaml").write_text(SETTINGS, "utf-8")
    result = cli("audience", action)
    assert result.code == 2
    assert f"newsletter audience {action} sam@example.org" in " ".join(result.said.split())
