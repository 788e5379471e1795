"""A picture, an event, a call to action; moving, dating, cropping and pasting them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import ROOT, Window

pytestmark = pytest.mark.slow

PICTURE = ROOT / "issues" / "images" / "hearts.jpg"
DROP = """(node, data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], "Our hall.jpg", {type: "image/jpeg"}));
    for (const type of ["dragenter", "dragover", "drop"])
        node.dispatchEvent(new DragEvent(type, {dataTransfer: given, bubbles: true, cancelable: true}));
}"""
PASTE = """(node, [html, text]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", text);
    node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"
xmlns="http://www.w3.org/TR/REC-html40"><head><meta name=ProgId content=Word.Document>
<meta name=Generator content="Microsoft Word 15"><style><!-- @font-face {font-family:Calibri;}
p.MsoNormal {margin-bottom:8.0pt; mso-style-unhide:no;} @list l0 {mso-list-id:1;} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoNormal>The hall is <b style='mso-bidi-font-weight:normal'>open</b> again, <i>at last</i>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Bring a cup<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>See <a href="https://example.org/hall"><span style='color:#0563C1'>the plan</span></a>
<o:p></o:p></p><!--EndFragment--></body></html>"""
DOCS = """<meta charset="utf-8"><b style="font-weight:normal;"
id="docs-internal-guid-0c0ffee0-7fff-0000-0000-000000000000">
<p dir="ltr" style="line-height:1.38;margin-top:0pt;"><span style="font-size:11pt;font-family:Arial,sans-serif;
font-weight:400;font-style:normal;white-space:pre-wrap;">The hall is </span><span style="font-size:11pt;
font-weight:700;white-space:pre-wrap;">open</span><span style="font-weight:400;white-space:pre-wrap;"> again, </span>
<span style="font-weight:400;font-style:italic;white-space:pre-wrap;">at last</span><span>.</span></p>
<ul style="margin-top:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;" aria-level="1">
<p dir="ltr" role="presentation"><span style="font-weight:400;">Bring a cup</span></p></li><li dir="ltr"
style="list-style-type:disc;" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400;">See </span>
<a href="https://example.org/hall" style="text-decoration:none;"><span style="color:#1155cc;">the plan</span></a></p>
</li></ul></b><br class="Apple-interchange-newline">"""
PASTED = "The hall is **open** again, *at last*.\n\n- Bring a cup\n- See [the plan](https://example.org/hall)"


def first_items(window: Window, section: int) -> Any:
    return window.composer.content()["sections"][section]["items"]


def add(window: Window, path: list[str | int], label: str) -> None:
    """Add a field to an item by the menu of fields that it does not have yet; a new call to action has two at once."""
    if window.field(*path, label.lower()).count():
        return
    window.field(*path).get_by_role("button", name=re.compile("^Add to this")).last.click()
    window.page.get_by_role("menuitem", name=re.compile(f"^{label}")).first.click()


def new_item(window: Window, section: int) -> list[str | int]:
    count = len(first_items(window, section))
    window.add_entry("Add an item", "sections", section)
    path: list[str | int] = ["sections", section, "items", count]
    window.field(*path, "title").wait_for()
    return path


def test_a_story_shows_where_its_picture_goes(window: Window) -> None:
    count = len(window.composer.content()["sections"])
    for kind, path in (("Story", [count]), ("News", [count + 1, "items", 0])):
        window.page.get_by_role("button", name="Add a section").click()
        window.page.get_by_role("menuitem", name=re.compile(f"^{kind}")).first.click()
        window.field("sections", *path, "image").locator("button.choose").wait_for()


def test_the_toolbar_of_a_text_covers_no_button(window: Window) -> None:
    path = new_item(window, 2)
    add(window, path, "Where")
    place = window.field(*path, "where")
    place.locator(".ProseMirror").click()
    tools, remove = (
        place.locator(".tools").bounding_box(),
        place.get_by_role("button", name="Remove Where").bounding_box(),
    )
    assert remove["x"] + remove["width"] <= tools["x"]
    place.get_by_role("button", name="Remove Where").click()
    place.wait_for(state="detached")


def test_a_dropped_picture_is_described_cropped_and_focused(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Our hall", *path, "title")
    add(window, path, "Picture")
    picture = window.field(*path, "image")
    picture.locator(".drop").evaluate(DROP, base64.b64encode(PICTURE.read_bytes()).decode())
    picture.get_by_text("our-hall").or_(picture.get_by_text("Our hall.jpg")).first.wait_for()
    assert "image" not in first_items(window, 2)[-1], "a picture without a description is not in the issue yet"
    picture.get_by_label("Describe the picture").fill("The hall with its new roof")
    picture.get_by_text("A screen reader says: “The hall with its new roof, image”").wait_for()
    picture.get_by_role("radio", name="16:9").check(force=True)
    whole = picture.locator(".whole")
    box = whole.bounding_box()
    whole.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.1})
    window.eventually(lambda: first_items(window, 2)[-1].get("crop") == "16:9", "it is not cropped")
    window.eventually(lambda: "focus" in first_items(window, 2)[-1], "it has no focus point")
    across, down = map(int, first_items(window, 2)[-1]["focus"].split(","))
    assert abs(across - 25) <= 3
    assert abs(down - 10) <= 3
    # the sliders do the same by keyboard
    picture.get_by_label("Focus, left to right").focus()
    page.keyboard.press("End")
    window.eventually(lambda: first_items(window, 2)[-1]["focus"].startswith("100,"), "the slider moved nothing")
    assert window.violations() == []
    made = first_items(window, 2)[-1]
    assert (window.composer.folder / "issues" / made["image"]).is_file()
    shown = window.email.locator("img[alt='The hall with its new roof']")
    shown.wait_for()
    window.eventually(
        lambda: abs(shown.evaluate("node => node.naturalWidth / node.naturalHeight") - 16 / 9) < 0.02,
        "the email's picture has another shape",
    )
    picture.get_by_role("radio", name="Uncropped").check(force=True)
    window.eventually(lambda: not {"crop", "focus"} & set(first_items(window, 2)[-1]), "the crop stayed")


def test_an_event_with_a_range_is_typed_as_the_house_writes_it(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Open day", *path, "title")
    add(window, path, "When")
    when = window.field(*path, "when")
    typed = when.get_by_label("When: Date")
    typed.fill("Tue 5 March, 1pm")
    typed.press("Enter")
    window.eventually(lambda: str(first_items(window, 2)[-1].get("when")).startswith("2024-03-05 13:00"), "not read")
    window.eventually(lambda: typed.input_value() == "Tue 5 March", "it shows something else")
    for text, problem in (
        ("Mon 5 March", "5 March 2024 is a Tuesday"),
        ("next week", "“next week” was not understood"),
    ):
        typed.fill(text)
        typed.press("Enter")
        when.get_by_text(problem).wait_for()
    assert str(first_items(window, 2)[-1]["when"]).startswith("2024-03-05 13:00")
    typed.fill("7 March")
    typed.press("Enter")
    window.eventually(
        lambda: str(first_items(window, 2)[-1]["when"]).startswith("2024-03-07 13:00"), "the time was lost"
    )
    when.get_by_label("When: To").fill("16:30")
    when.get_by_label("When: To").press("Tab")
    window.eventually(lambda: "16:30" in str(first_items(window, 2)[-1].get("ends")), "the end was not written")
    window.in_email(*path, "when").first.get_by_text("Thursday").wait_for()


def test_a_call_to_action(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Join the panel", *path, "title")
    add(window, path, "Deadline")
    deadline = window.field(*path, "deadline").get_by_label("Deadline: Date")
    deadline.fill("Friday 1 March at noon")
    deadline.press("Enter")
    add(window, path, "Payment")
    window.write("£50", *path, "payment")
    add(window, path, "Button")
    window.field(*path, "button").get_by_label("Text on the button").fill("Apply")
    window.field(*path, "button").get_by_label("Link").fill("team@example.org")
    window.page.keyboard.press("Tab")
    window.eventually(lambda: "button" in first_items(window, 2)[-1], "the button is not in the file")
    made = first_items(window, 2)[-1]
    assert str(made["deadline"]).startswith("2024-03-01 12:00")
    assert made["payment"] == "£50"
    assert made["button"] == {"label": "Apply", "link": "mailto:team@example.org"}


def test_an_item_moves_to_another_section_by_keyboard_and_by_drag(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Wanders about", *path, "title")
    window.saved()
    more = window.field(*path).get_by_role("button", name="More actions for Wanders about")
    more.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Move to Coming up").press("Enter")
    titles = lambda number: [  # noqa: E731
        one.get("title", "") if isinstance(one, dict) else one for one in first_items(window, number)
    ]
    window.eventually(lambda: titles(1)[-1] == "Wanders about", "not moved by the menu")
    assert "Wanders about" not in titles(2)
    window.saved()
    page.set_viewport_size({"width": 1280, "height": 2400})
    handle = page.get_by_role("button", name="Move Wanders about")
    target = window.field("sections", 2, "items", 0)
    target.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] + 30, steps=3)
    page.mouse.move(end["x"] + 12, end["y"] + 4, steps=10)
    page.mouse.up()
    window.eventually(lambda: titles(2)[0] == "Wanders about", "not moved by dragging")
    assert "Wanders about" not in titles(1)
    window.saved()
    for _ in range(2):
        page.keyboard.press("ControlOrMeta+z")
        window.saved()
        page.wait_for_timeout(200)
    window.eventually(lambda: titles(2)[-1] == "Wanders about", "undo does not bring it back")


@pytest.mark.parametrize("html", [WORD, DOCS], ids=["Word", "Google Docs"])
def test_a_paste_from_a_word_processor_keeps_what_matters(window: Window, html: str) -> None:
    place = window.text("intro")
    place.click()
    window.page.keyboard.press("ControlOrMeta+a")
    window.page.keyboard.press("Delete")
    plain = "The hall is open again, at last.\n\nBring a cup\nSee the plan"
    place.evaluate(PASTE, [html, plain])
    window.eventually(lambda: window.composer.content()["intro"].strip() == PASTED, "pasted as something else")
    assert "mso" not in window.composer.file().read_text("utf-8")
    window.in_email("intro").locator("b, strong").get_by_text("open").wait_for()


def test_the_email_as_it_is_printed(window: Window) -> None:
    window.page.get_by_role("button", name="More views").click()
    window.page.get_by_label("As printed (approximation)").check()
    heading = window.in_email("sections", 0, "heading").or_(window.in_email("title")).first
    window.eventually(
        lambda: heading.evaluate("node => getComputedStyle(node).color") == "rgb(0, 0, 0)", "it is not shown as printed"
    )


@pytest.mark.parametrize("kind", ["News", "Figures", "Table", "Sponsors", "Video", "Gallery", "People", "Links"])
def test_every_kind_of_section_can_be_added_and_filled_in(window: Window, kind: str) -> None:
    """A new section has fields of its own kind, and none writes what its kind does not know."""
    page = window.page
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("menuitem", name=kind).first.click()
    section = window.field("sections", 3)
    section.wait_for()
    window.eventually(lambda: len(window.composer.content()["sections"]) == 4, "it is not in the file")
    added = window.composer.content()["sections"][3]
    assert '"title":' not in json.dumps(added) or kind in {"News", "Links"}
    if kind in {"Video", "Gallery"}:
        path = ("sections", 3) if kind == "Video" else ("sections", 3, "items", 0)
        picture = window.field(*path, "image")
        picture.locator(".drop").evaluate(DROP, base64.b64encode(PICTURE.read_bytes()).decode())
        picture.get_by_label("Describe the picture").fill("A hall")
    if kind == "Table":
        section.get_by_label("Rows").fill("Monday\t10am\nTuesday\t2pm")
        window.eventually(
            lambda: window.composer.content()["sections"][3]["rows"] == [["Monday", "10am"], ["Tuesday", "2pm"]],
            "the rows were not read",
        )
    window.saved()
    window.eventually(lambda: page.locator(".form .notice.error").count() == 0, "the file has a mistake")
    window.email.locator("[data-field*='\"sections\", 3']").first.wait_for()


def test_the_name_of_a_section_has_room_on_a_phone(make_window: Callable[..., Window]) -> None:
    window = make_window(viewport={"width": 375, "height": 800})
    window.open()
    name = window.text("sections", 1, "heading")
    name.wait_for()
    window.eventually(lambda: name.bounding_box()["width"] > 200, "it is squeezed by what stands beside it")
