"""The archive in a browser: axe-core finds nothing, and it works on phones, on paper, in the dark, without JavaScript.

Every page is looked at in each theme; a second website is written from right to left.
"""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.archives import built, every_kind, golden, newsletter_folder
from tests.chromium import Browser

from .looking import AXE

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
WIDTHS = (320, 390, 1280)
PAGES = (
    "index.html",
    "2024-02.html",
    "2024-03.html",
    "2023-12.html",
    "issues.html",
    "years/2024.html",
    "sections.html",
    "sections/get-involved.html",
    "search.html",
    "404.html",
)
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
TOLD = """({violations, passes}) => ({passed: passes.length, violations: violations.map(
    ({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`)})"""

SETTINGS = """\
archive:
  about: News, dates and ways to take part, once a month.
  sign_up: {form: 'https://lists.example.org/join', honeypot: b_1, text: One email a month.}
"""
VARIANTS = {
    "classic": ("", "en-GB"),
    "letter": ("theme: letter, colours: {brand: '#7a1f5c'}", "en-GB"),
    "bold": ("theme: bold, logo: issues/images/logo.png", "en-GB"),
    "arabic": ("theme: bold", "ar"),
}


def logo() -> bytes:
    import io

    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (320, 80), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((0, 0, 79, 79), fill=(42, 26, 110, 255))
    ImageDraw.Draw(picture).rectangle((100, 20, 319, 60), fill=(42, 26, 110, 255))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module", params=VARIANTS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    brand, language = VARIANTS[request.param]
    issues = {name: (PROJECT / "issues" / f"{name}.yaml").read_text("utf-8") for name in ("2024-02", "2024-03")}
    issues["2023-12"] = every_kind("2023-12-12")
    issues["2024-01"] = golden("arabic", "2024-01-12")
    root = tmp_path_factory.mktemp(request.param)
    shutil.copytree(PROJECT / "issues" / "images", root / "issues" / "images")
    (root / "issues" / "images" / "logo.png").write_bytes(logo())
    newsletter_folder(root, issues, f"language: {language}\n{SETTINGS}")
    settings = (root / "newsletter.yaml").read_text("utf-8")
    more = "".join(f"  {one}\n" for one in brand.split(", ", 1) if one) if brand else ""
    (root / "newsletter.yaml").write_text(settings.replace("brand:\n", f"brand:\n{more}", 1), "utf-8")
    made = built(root)
    assert not made.left_out, made.left_out
    return root / "site"


def open_page(window: Browser, path: Path, **look: Any) -> None:
    window.call("Emulation.setScriptExecutionDisabled", value=False)
    window.open(path, **look)
    # pictures further down are loaded when they come into view
    window.run(
        "Promise.all([...document.images].map((one) => { one.loading = 'eager'; return one.decode().catch(() => 0); }))"
        ".then(() => 0)"
    )


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(window: Browser, site: Path, page: str) -> None:
    open_page(window, site / page, width=WIDTHS[0])
    window.run(AXE.read_text(encoding="utf-8") + ";0")
    found = []
    for width, dark in itertools.product(WIDTHS, (False, True)):
        window.look(width=width, dark=dark)
        told = window.run(f"axe.run(document, {json.dumps(RULES)}).then({TOLD})")
        assert told["passed"] > 20, "axe would notice"
        found += [f"{width} {'dark' if dark else 'light'}: {one}" for one in told["violations"]]
        wide = window.run("document.documentElement.scrollWidth")
        found += [f"{width}: {wide} px wide"] if wide > width else []
    assert found == []


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_is_shown_and_all_that_is_loaded_is_ours(window: Browser, site: Path, page: str) -> None:
    open_page(window, site / page, width=1280)
    tree = window.call("Page.getResourceTree")["frameTree"]
    loaded = [one["url"] for one in tree["resources"]]
    assert [one for one in tree["resources"] if one.get("failed")] == []
    assert any(one.endswith("site.css") for one in loaded)
    assert [one for one in loaded if not one.startswith(site.as_uri())] == []
    assert window.run("[...document.images].filter((one) => !one.naturalWidth).map((one) => one.src)") == []
    assert window.run("getComputedStyle(document.body).display") == "flex", "the style sheet is applied"


def test_text_is_large_enough(window: Browser, site: Path) -> None:
    open_page(window, site / "2023-12.html", width=390)
    small = window.run(
        "[...document.querySelectorAll('body *')].filter((one) => [...one.childNodes].some((child) => "
        "child.nodeType === 3 && child.textContent.trim()) && parseFloat(getComputedStyle(one).fontSize) < 14)"
        ".map((one) => one.outerHTML.slice(0, 90))"
    )
    assert small == []


def test_on_paper_the_page_is_light_and_bare(window: Browser, site: Path) -> None:
    open_page(window, site / "2024-02.html", width=800, dark=True)
    window.call(
        "Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}]
    )
    try:
        shown = window.run(
            "['.site-menu', '.sign-up', '.neighbours', '.skip', '.contents'].filter((one) => "
            "document.querySelector(one) && getComputedStyle(document.querySelector(one)).display !== 'none')"
        )
        assert shown == []
        assert window.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        ink = window.run("getComputedStyle(document.querySelector('.prose')).color.match(/\\d+/g).map(Number)")
        assert max(ink) < 100, "dark letters on white paper"
    finally:
        window.call("Emulation.setEmulatedMedia", media="", features=[])


def search(window: Browser, words: str) -> dict[str, Any]:
    window.run(
        f"(() => {{ const field = document.getElementById('q'); field.value = {json.dumps(words)};"
        "document.getElementById('search').requestSubmit(); })()"
    )
    told: dict[str, Any] = window.run(
        "new Promise((done) => { const look = () => { const status = document.getElementById('search-status');"
        "if (status.textContent && status.textContent !== document.getElementById('search').dataset.searching) done({"
        "status: status.textContent, hidden: document.getElementById('browse').hidden,"
        "links: [...document.querySelectorAll('#search-results a')].map((one) => one.getAttribute('href')),"
        "marked: [...document.querySelectorAll('#search-results mark')].map((one) => one.textContent),"
        "titles: [...document.querySelectorAll('#search-results a')].map((one) => one.textContent)});"
        "else setTimeout(look, 20); }; setTimeout(look, 50); })"
    )
    return told


@pytest.fixture
def searching(window: Browser, site: Path) -> Browser:
    open_page(window, site / "search.html", width=390)
    return window


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("croydon workshops", "Co-producing Croydon"),
        ("CRÓYDON", "Co-producing Croydon"),
        ("testimon", "We are looking for people to provide testimonials for the Collective website"),
        ("spring cuppa", "Spring Co-Pro Cuppa"),
        ("ورشة", ""),
    ],
)
def test_the_search_finds_items_and_leads_to_them(searching: Browser, site: Path, words: str, title: str) -> None:
    found = search(searching, words)
    assert found["hidden"], "the list of issues makes room"
    assert found["links"]
    assert any(title in one for one in found["titles"])
    for link in found["links"]:
        page, _, place = link.partition("#")
        assert f'id="{place}"' in (site / page).read_text(encoding="utf-8"), link
    if title:
        assert found["marked"], "what was found is marked"


def test_the_search_says_when_nothing_is_found_and_takes_no_code(searching: Browser) -> None:
    found = search(searching, "<img src=x onerror=alert(1)> zzzz")
    assert found["links"] == []
    assert "zzzz" in found["status"]
    assert searching.run("document.querySelectorAll('#search-status img').length") == 0
    assert search(searching, "co-production.* [(")["status"], "signs are not taken for a pattern"


def test_without_javascript_the_search_page_lists_all_issues(window: Browser, site: Path) -> None:
    window.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        window.open(site / "search.html", width=390)
        assert window.run("getComputedStyle(document.getElementById('search')).display") == "none"
        assert window.run("getComputedStyle(document.getElementById('without-script')).display") != "none"
        assert window.run("document.querySelectorAll('#browse a').length") == 4
    finally:
        window.call("Emulation.setScriptExecutionDisabled", value=False)


def test_dates_that_are_over_are_hidden(window: Browser, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    home = copy / "index.html"
    dates = "".join(f'<p class="probe" data-until="{year}-01-01T00:00:00+00:00">{year}</p>' for year in (2020, 2999))
    home.write_text(home.read_text("utf-8").replace("</main>", f"{dates}</main>"), "utf-8")
    open_page(window, home, width=390)
    assert window.run("[...document.querySelectorAll('.probe')].map((one) => one.hidden)") == [True, False]


def test_the_keyboard_reaches_the_content_first(window: Browser, site: Path) -> None:
    open_page(window, site / "2024-02.html", width=1280)
    for kind in ("keyDown", "keyUp"):
        window.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    focused = window.run(
        "(() => { const one = document.activeElement, box = one.getBoundingClientRect();"
        "return [one.className, one.getAttribute('href'), box.top >= 0]; })()"
    )
    assert focused == ["skip", "#content", True]
