"""The composer as a person meets it: the command that serves it, and Chromium driven by Playwright."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.browser.looking import AXE
from tests.chromium import chromium

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "newsletter" / "web" / "static" / "index.html"
WAIT = int(os.environ.get("COMPOSER_WAIT", "60000"))
"""Milliseconds to wait for something: far more than it takes, for machines that are busy with other tests."""
SLOWER = float(os.environ.get("COMPOSER_SLOWER", "1"))
"""How many times slower the browser runs, to find what depends on its speed."""


def _unless_there(missing: str) -> None:
    if missing:
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(missing)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """Return Debian's Chromium, driven by Playwright."""
    path = chromium()
    _unless_there("" if path else "Chromium is not installed")
    _unless_there("" if STATIC.is_file() else "the composer was not built: run `make frontend`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
JUDGE = """(options) => axe.run(document, options).then(({violations, passes}) => ({
    passed: passes.length,
    violations: violations.map(({id, nodes}) =>
        `${id}: ${nodes.length} x ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`),
}))"""


class Composer:
    """The command `newsletter compose` for a folder; it can be stopped and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> None:
        port = ["--port", str(self.port)] if self.port else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "compose", "--no-open", *port, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "XDG_DATA_HOME": str(self.folder / ".data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S+", line):
                self.url, self.port = found[0], int(found[1])
                break
        else:
            raise AssertionError("the composer did not start:\n" + "".join(said))
        self._reader = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the process of the server."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._reader.join(10)
            assert self._process.stdout is not None
            self._process.stdout.close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def file(self, issue: str = "2024-02") -> Path:
        return self.folder / "issues" / f"{issue}.yaml"

    def content(self, issue: str = "2024-02") -> Any:
        """Return what the issue's file holds, as plain data."""
        return YAML(typ="safe").load(self.file(issue).read_text(encoding="utf-8"))


def copy_february(folder: Path) -> Path:
    """Make a newsletter's folder that holds the February issue alone."""
    (folder / "issues").mkdir(parents=True)
    shutil.copy(ROOT / "newsletter.yaml", folder)
    shutil.copy(ROOT / "audience.csv", folder)
    shutil.copy(ROOT / "issues" / "2024-02.yaml", folder / "issues")
    shutil.copytree(ROOT / "issues" / "images", folder / "issues" / "images")
    return folder


@contextlib.contextmanager
def composing(folder: Path, *arguments: str) -> Iterator[Composer]:
    """Run the composer for a folder."""
    started = Composer(folder)
    started.start(*arguments)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composer]:
    """Run one composer for all tests that leave the server alone."""
    folder = copy_february(tmp_path_factory.mktemp("composer") / "news")
    with composing(folder, "2024-02") as started:
        yield started


@pytest.fixture
def composer(request: pytest.FixtureRequest) -> Iterator[Composer]:
    """Return the shared composer with the February issue as it was at first, without earlier versions, and no other.

    Tests with the mark `own_folder` have a composer of their own, on a folder of their own.
    """
    if request.node.get_closest_marker("own_folder"):
        with composing(copy_february(request.getfixturevalue("tmp_path") / "news")) as started:
            yield started
        return
    served: Composer = request.getfixturevalue("served")
    # a change that an earlier test made in the same minute would be taken for the beginning of this one's
    shutil.rmtree(served.folder / ".newsletter" / "history", ignore_errors=True)
    for path in (served.folder / "issues").glob("*.yaml"):
        if path != served.file():
            path.unlink()
    shutil.copy(ROOT / "issues" / "2024-02.yaml", served.file())
    yield served


class Window:
    """A page of the composer, and what a person does with it."""

    def __init__(self, page: Any, composer: Composer) -> None:
        self.page = page
        self.composer = composer
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._check_address)
        if SLOWER > 1:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def _check_address(self, request: Any) -> None:
        if not request.url.startswith((self.composer.base, "data:", "blob:", "about:")):
            self.errors.append(f"asked {request.url}")

    def open(self, hash_: str = "#/issues/2024-02/form") -> None:
        self.page.goto(self.composer.url)
        self.page.goto(self.composer.base + hash_)
        self.page.get_by_role("heading", level=1).first.wait_for(timeout=WAIT)

    @property
    def email(self) -> Any:
        """The frame that shows the email."""
        return self.page.frame_locator("iframe")

    def field(self, *path: str | int) -> Any:
        """Return the place of a field in the form."""
        written = "[" + ",".join(f'"{part}"' if isinstance(part, str) else str(part) for part in path) + "]"
        return self.page.locator(f"[data-path='{written}']")

    def text(self, *path: str | int) -> Any:
        return self.field(*path).locator(".ProseMirror").first

    def write(self, text: str, *path: str | int) -> None:
        """Type a text over what a field holds."""
        place = self.text(*path)
        place.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def add_entry(self, name: str, *path: str | int) -> None:
        """Add something to a section or a group by its menu."""
        place = self.field(*path)
        place.get_by_role("button", name=re.compile("^Add to this (section|group)")).last.click()
        self.page.get_by_role("menuitem", name=re.compile(f"^{name}")).first.click()

    def in_email(self, *path: str | int) -> Any:
        written = "[" + ", ".join(f'"{part}"' if isinstance(part, str) else str(part) for part in path) + "]"
        return self.email.locator(f"[data-field='{written}']")

    def saved(self) -> None:
        """Wait until nothing is unsaved."""
        mark = self.page.locator(".name .dot.saved")
        mark.wait_for()
        self.page.wait_for_timeout(60)
        mark.wait_for()

    def violations(self) -> list[str]:
        """Return what axe-core finds on the page, in light and in dark."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        found = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            told = self.page.evaluate(JUDGE, RULES)
            assert told["passed"] > 10, "axe saw next to nothing"
            found += [f"{scheme}: {one}" for one in told["violations"]]
        return found

    def focused(self) -> str:
        """Return the path of the field that has the focus, as it is written."""
        return str(self.page.evaluate("document.activeElement?.closest('[data-path]')?.dataset.path ?? ''"))

    def type_there(self, text: str) -> None:
        """Type into the field that a click leads to, as soon as the cursor is in it."""
        in_field = "!!document.activeElement?.matches('input, textarea, [contenteditable=true]')"
        self.eventually(lambda: bool(self.page.evaluate(in_field)), "no field has the cursor")
        self.page.keyboard.type(text)

    def eventually(self, check: Callable[[], bool], what: str) -> None:
        for _ in range(WAIT // 100):
            with contextlib.suppress(OSError, KeyError, IndexError, TypeError):
                if check():
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(what)


@pytest.fixture
def make_window(chrome: Any, composer: Composer) -> Iterator[Callable[..., Window]]:
    contexts: list[Any] = []
    windows: list[Window] = []

    def make(context: Any = None, **options: Any) -> Window:
        if context is None:
            settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options}
            context = chrome.new_context(**settings)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        windows.append(Window(page, composer))
        return windows[-1]

    yield make
    for window in windows:
        assert window.errors == []
    for context in contexts:
        context.close()


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    """Return a window of the February issue's form, at 1280 × 800."""
    opened = make_window()
    opened.open()
    opened.in_email("title").first.wait_for()
    return opened


@pytest.fixture
def page(make_window: Callable[..., Window]) -> Any:
    """The list of issues, on which the composer begins."""
    window = make_window()
    window.open("#/")
    return window.page
