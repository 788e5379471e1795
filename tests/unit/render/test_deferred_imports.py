"""A deferred module is imported when it is first used, and never before."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from newsletter.render.deferred_imports import defer_imports

CLIENT = """
import rarely_used
import rarely_used as other
import often_used
from rarely_used import answer as at_once


def ask():
    return rarely_used.answer, other.answer, len("abc")


def ask_wrongly():
    return nothing
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("rarely_used", "often_used"):
        (tmp_path / f"{name}.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", sys.meta_path.copy())
    for name in ("client", "rarely_used", "often_used"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def client(folder: Path, code: str) -> ModuleType:
    (folder / "client.py").write_text(code)
    defer_imports(by=["client"], of=["rarely_used"])
    return importlib.import_module("client")


def test_it_is_imported_when_a_function_uses_it(folder: Path) -> None:
    module = client(folder, CLIENT.replace("from rarely_used import answer as at_once", ""))
    assert "rarely_used" not in sys.modules
    assert "often_used" in sys.modules
    assert module.ask() == (42, 42, 3)
    assert module.rarely_used is module.other is sys.modules["rarely_used"]


def test_it_is_imported_when_something_asks_the_module_for_it(folder: Path) -> None:
    module = client(folder, "import rarely_used")
    assert "rarely_used" not in sys.modules
    assert module.rarely_used is importlib.import_module("rarely_used")


def test_the_code_of_the_module_may_use_it_at_once(folder: Path) -> None:
    assert client(folder, "import rarely_used\nanswer = rarely_used.answer").answer == 42


def test_names_that_are_imported_from_it_are_there_at_once(folder: Path) -> None:
    assert client(folder, CLIENT).at_once == 42


def test_a_name_that_is_not_there_is_an_error_as_always(folder: Path) -> None:
    module = client(folder, CLIENT)
    with pytest.raises(NameError, match="nothing"):
        module.ask_wrongly()
    with pytest.raises(AttributeError, match="nothing"):
        _ = module.nothing


HEAVY = ("cssutils", "requests")


def heavy_after(code: str) -> set[str]:
    """Return the heavy modules that a process has imported after some code."""
    code = f"import sys\nfrom newsletter.render.inline import inline_css\n{code}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name for name in HEAVY if name in run.stdout.split()}


def test_inlining_plain_styles_imports_neither_a_css_parser_nor_an_http_client() -> None:
    page = "<!doctype html><html><head><style>/*inline*/p { width: %s }</style></head><body><p>x</p></body></html>"
    assert heavy_after(f"assert 'width:1px' in inline_css({page % '1px'!r})") == set()
    assert "cssutils" in heavy_after(f"assert 'width:calc' in inline_css({page % 'calc(1px + 2px)'!r})")
