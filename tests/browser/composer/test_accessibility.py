"""Every screen as axe-core judges it, in light and dark and on a phone; the keyboard alone; 200 % zoom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .conftest import WAIT, Composer, Window

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("composer-accessibility")]

ISSUE = "#/issues/2024-02"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

Open = Callable[[Window], None]


def view(name: str) -> Open:
    def open_view(window: Window) -> None:
        window.page.goto("about:blank")  # from the same page, another hash would keep what was open before
        window.page.goto(f"{window.composer.base}{ISSUE}/{name}")
        window.page.get_by_role("heading", level=1).first.wait_for()

    return open_view


def start(window: Window) -> None:
    window.page.goto("about:blank")
    window.page.goto(f"{window.composer.base}#/")
    window.page.get_by_role("button", name="New issue").wait_for()


def new_issue(window: Window) -> None:
    start(window)
    window.page.get_by_role("button", name="New issue").click()
    window.page.get_by_role("dialog").wait_for()


def folder(name: str, dialog: str = "") -> Open:
    def open_page(window: Window) -> None:
        window.page.goto("about:blank")
        window.page.goto(f"{window.composer.base}#/{name}")
        window.page.get_by_role("heading", level=1).first.wait_for()
        window.page.get_by_role("button", name="Save" if name == "settings" else "Add a person").wait_for()
        if dialog:
            window.page.get_by_role("button", name=dialog).first.click()
            window.page.get_by_role("dialog").wait_for()

    return open_page


def action(name: str) -> Open:
    def open_dialog(window: Window) -> None:
        start(window)
        window.page.get_by_role("button", name="More actions for").first.click()
        window.page.get_by_role("menuitem", name=name).click()
        window.page.get_by_role("dialog").wait_for()

    return open_dialog


def leaving(window: Window) -> None:
    folder("settings")(window)
    window.page.get_by_label("Organisation").fill("Another name")
    window.page.get_by_role("link", name="Issues", exact=True).click()
    window.page.get_by_role("dialog", name="Leave without saving?").wait_for()
    # the next screen is not asked about
    window.page.get_by_role("button", name="Discard").focus()


def form(window: Window) -> None:
    view("form")(window)
    window.field("title").wait_for()


def open_cards(window: Window) -> None:
    """Open every card of the form, to its last date."""
    form(window)
    closed = window.page.locator("button.toggle[aria-expanded=false]")
    while closed.count():
        closed.first.click()


def menu(window: Window) -> None:
    form(window)
    window.page.get_by_role("button", name="Add a section").click()
    window.page.get_by_role("menu").wait_for()


def link(window: Window) -> None:
    form(window)
    window.text("intro").click()
    window.page.keyboard.press("ControlOrMeta+k")
    window.page.get_by_label("Address of the link").wait_for()


def merge_tags(window: Window) -> None:
    form(window)
    window.text("intro").click()
    window.field("intro").get_by_role("button", name="Insert the reader’s name or details").click()
    window.field("intro").get_by_role("button", name="First name").wait_for()


def email(label: str) -> Open:
    def open_email(window: Window) -> None:
        view("email")(window)
        window.page.get_by_role("radio", name=label, exact=True).check(force=True)
        window.page.wait_for_timeout(150)

    return open_email


def view_options(window: Window) -> None:
    view("email")(window)
    window.page.get_by_role("button", name="More views").click()


def ignoring(window: Window) -> None:
    view("findings")(window)
    window.page.get_by_role("button", name="Ignore…").first.click()
    window.page.get_by_label("Why is this not a mistake?").wait_for()


def yaml(window: Window) -> None:
    view("yaml")(window)
    window.page.locator(".cm-content").wait_for()


def history(window: Window) -> None:
    view("history")(window)
    window.page.locator("button.version").first.click()
    window.page.get_by_role("button", name="Restore the version before this change").wait_for()


def send(window: Window) -> None:
    view("send")(window)
    window.page.locator("ol.steps").wait_for()


def share(window: Window) -> None:
    send(window)
    window.page.get_by_role("button", name="Create the file").click()
    window.page.get_by_text("File created").wait_for()


SCREENS: dict[str, Open] = {
    "start": start,
    "new issue": new_issue,
    "delete an issue": action("Delete"),
    "change the month": action("Change the month"),
    "subscribers": folder("subscribers"),
    "add a person": folder("subscribers", "Add a person"),
    "import a list": folder("subscribers", "Import a list"),
    "remove a person": folder("subscribers", "Remove "),
    "settings": folder("settings"),
    "leaving settings": leaving,
    "form": form,
    "form, every card open": open_cards,
    "menu": menu,
    "link": link,
    "merge tags": merge_tags,
    **{
        f"email, {label}": email(label)
        for label in ("Phone", "Small phone", "Dark", "Forced dark", "Inbox", "Plain text")
    },
    "view options": view_options,
    "findings": view("findings"),
    "ignoring a finding": ignoring,
    "YAML": yaml,
    "history": history,
    "send": send,
    "share": share,
}


@pytest.fixture(scope="module")
def page(chrome: Any, served: Composer) -> Iterator[Any]:
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    window = Window(page, served)
    window.open()
    # a version for the history
    window.write("A version to go back to", "title")
    window.saved()
    yield page
    context.close()


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing(page: Any, served: Composer, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    window = Window(page, served)
    SCREENS[name](window)
    assert window.violations() == []
    assert page.evaluate(OVERFLOW) <= 0, "the page is wider than the window"


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 512)], ids=["200 %", "400 %"])
def test_zoomed_in_nothing_is_cut_off(page: Any, served: Composer, width: int, height: int) -> None:
    """A window of 1280 × 800 at 200 % has 640 × 400 CSS pixels; WCAG 1.4.10 asks for 320 as well."""
    page.set_viewport_size({"width": width, "height": height})
    window = Window(page, served)
    for name in (
        "start",
        "new issue",
        "subscribers",
        "settings",
        "form",
        "form, every card open",
        "email, Inbox",
        "findings",
        "YAML",
        "send",
    ):
        SCREENS[name](window)
        assert page.evaluate(OVERFLOW) <= 0, f"{name} is wider than the window"
        cut = page.evaluate(CUT)
        assert cut == [], f"{name}: {cut}"


CUT = """() => [...document.querySelectorAll("button, a, input, select, textarea")].filter((node) => {
    const box = node.getBoundingClientRect();
    const isShown = node.checkVisibility({visibilityProperty: true}) && box.width > 1;
    return isShown && !node.closest(".skip, .cm-editor") && (box.left < -1 || box.right > innerWidth + 1);
}).map((node) => node.outerHTML.slice(0, 120))"""

FOCUS = """() => {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const box = node.getBoundingClientRect();
    const at = (x, y) => {
        const top = document.elementFromPoint(x, y);
        return top && (node.contains(top) || top.contains(node));
    };
    const ringed = [node, node.closest(".input"), node.closest("label")].filter(Boolean)
        .map((one) => getComputedStyle(one))
        .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const again = "walked" in node.dataset;
    node.dataset.walked = "";
    return {
        again, tag: node.tagName,
        name: node.getAttribute("aria-label") || node.title || node.textContent.trim().slice(0, 60),
        html: node.outerHTML.slice(0, 140), ringed, inside,
        seen: at(box.left + Math.min(8, box.width / 2), box.top + Math.min(8, box.height / 2))
            || at(box.left + box.width / 2, box.top + box.height / 2),
    };
}"""


def walk(page: Any, most: int = 400) -> list[dict[str, Any]]:
    """Press Tab until the page is left or begins again; return what had the focus."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or stop["again"]:
            return stops
        stops.append(stop)
        if stop["tag"] == "IFRAME":
            # the email's links are stops of their own; the walk of the composer goes on behind them
            page.evaluate("document.querySelector('details.size summary')?.focus()")
    raise AssertionError(f"the focus does not come to an end: {stops[-3:]}")


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize(
    "name", ["start", "subscribers", "settings", "form", "view options", "findings", "history", "send"]
)
def test_every_stop_of_the_keyboard_is_seen(page: Any, served: Composer, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    SCREENS[name](Window(page, served))
    page.locator(".name .dot.saved, .folder").wait_for()
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    stops = walk(page)
    assert len(stops) >= 2
    unseen = [
        f"{stop['html']} {' '.join(fault for fault in ('ringed', 'inside', 'seen') if not stop[fault])}"
        for stop in stops
        if stop["tag"] != "IFRAME" and not (stop["ringed"] and stop["inside"] and stop["seen"])
    ]
    assert unseen == []


def test_an_issue_is_edited_by_keyboard_alone(chrome: Any, composer: Composer) -> None:
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    window = Window(page, composer)
    window.open()
    window.in_email("title").first.wait_for()
    press = page.keyboard.press

    def tab_to(name: str, most: int = 120) -> None:
        for _ in range(most):
            press("Tab")
            stop = page.evaluate(FOCUS)
            if stop and stop["name"].startswith(name):
                return
        raise AssertionError(f"Tab does not lead to {name}")

    press("Tab")
    assert page.evaluate(FOCUS)["name"] == "Skip to the form"
    press("Enter")
    tab_to("Title")
    press("ControlOrMeta+a")
    page.keyboard.type("By keyboard alone")
    window.eventually(lambda: composer.content()["title"] == "By keyboard alone", "the title was not typed")
    # a menu opens with Enter, closes with Escape, and the focus goes back to its button
    tab_to("More actions for Coming up")
    press("Enter")
    page.get_by_role("menu").wait_for()
    press("Escape")
    assert page.evaluate(FOCUS)["name"].startswith("More actions for Coming up")
    press("Enter")
    page.get_by_role("menu").wait_for()
    press("ArrowDown")
    press("Enter")
    window.eventually(
        lambda: [one["kind"] for one in composer.content()["sections"]] == ["coming_up", "last_month", "get_involved"],
        "the menu did not move the section up",
    )
    tab_to("Add a section")
    press("Enter")
    page.get_by_role("menu").wait_for()
    page.keyboard.press("End")
    press("Enter")
    window.eventually(lambda: len(composer.content()["sections"]) == 4, "no section was added")
    window.saved()
    assert window.errors == []
    context.close()
