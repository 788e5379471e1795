"""The generated pages are what their generator makes, and every command is told whole."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from newsletter.cli.command_group import build
from newsletter.cli.registry import COMMANDS, command_module

DOCS = Path(__file__).parents[2] / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS.parent / "tools" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def part(name: str) -> str:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    found = re.search(rf"^## newsletter {name}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"{name} is not on the page"
    return found[1]


def test_the_pages_are_current() -> None:
    pages = generator().pages()
    assert len(pages) > 2
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run tools/generate.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_is_told(name: str) -> None:
    command: Any = build(name, COMMANDS[name])
    for param in command.params:
        for word in (*param.opts, *param.secondary_opts) if param.param_type_name == "option" else (param.metavar,):
            assert word in part(name), f"{name} {word}"
        assert param.help, f"{name} {param.name} has no help"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_call_it(name: str) -> None:
    module = command_module(COMMANDS[name])
    assert module.DETAILS
    assert len(module.EXAMPLES) >= 2
    for line, what in module.EXAMPLES:
        assert line.startswith(f"newsletter {name}")
        assert what
        assert f"`{line}`" in part(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_reports_can_do_so_for_programs(name: str) -> None:
    options = {word for param in build(name, COMMANDS[name]).params for word in param.opts}
    assert "--json" in options or name in {"schema", "compose"}
