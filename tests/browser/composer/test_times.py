"""Days and times as people type them: what is understood is saved, what is not is said."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Window
from .test_parts import add, first_items, new_item
from .test_saving import status

pytestmark = pytest.mark.slow

DAY = "2024-03-02"
UNDERSTOOD = {
    "Saturday 2 March, 10.30am to 12 noon": ("10:30", "12:00"),
    "10am to 1pm": ("10:00", "13:00"),
    "10.30am to 12.30pm": ("10:30", "12:30"),
    "10:30am – noon": ("10:30", "12:00"),
    "Sat 2 March 10-12": ("10:00", "12:00"),
    "Sat 2 March 10:30am-12pm": ("10:30", "12:00"),
    "10am–1pm": ("10:00", "13:00"),
    "2-4pm": ("14:00", "16:00"),
    "9-5pm": ("09:00", "17:00"),
    "from 2pm until 4": ("14:00", "16:00"),
    "between 10 and 12": ("10:00", "12:00"),
    "11-1": ("11:00", "13:00"),
    "14.00 – 15.30": ("14:00", "15:30"),
    "7.30pm till 10.30pm on 2 March": ("19:30", "22:30"),
    "2 March 2024 at 13.30": ("13:30", None),
    "Sat 2 March - 10am": ("10:00", None),
    "2/3/2024 10am to noon": ("10:00", "12:00"),
    "8pm to midnight": ("20:00", "2024-03-03 00:00"),
    "10pm-1am": ("22:00", "2024-03-03 01:00"),
    "2 March 10am to 3 March 4pm": ("10:00", "2024-03-03 16:00"),
    "2-3 March": (None, "2024-03-03"),
    "2nd to 3rd March": (None, "2024-03-03"),
    "March 2-4": (None, "2024-03-04"),
}
REFUSED = {
    "2-4": "Is it 2am or 2pm?",
    "next week": "Type a date such as",
    "10-12 or so": "“10-12 or so” was not understood",
    "Mon 2 March, 10am to noon": "2 March 2024 is a Saturday",
    "30 February": "February 2024 has 29 days",
    "29 February 2023": "February 2023 has 28 days",
    "2 March to 1 March": "The end is before the start",
    "2 March, 4pm to 2pm": "The end is before the start",
    "2 March, 10am to 4pm 5": "was not understood",
    "until noon": "was not understood",
    "25.00": "was not understood",
}


def event(window: Window) -> tuple[list[str | int], Any]:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    add(window, path, "When")
    return path, window.field(*path, "when")


def saved(window: Window) -> tuple[str, str | None]:
    made = first_items(window, 2)[-1]
    return str(made.get("when"))[:16], made.get("ends") and str(made["ends"])[:16]


def shown(place: Any) -> tuple[str, str, str]:
    """Return what the boxes of a date show."""
    day, start, end = (place.get_by_label(f"When: {name}").input_value() for name in ("Date", "From", "To"))
    return day, start, end


def test_times_from_and_to_are_understood(window: Window) -> None:
    _, place = event(window)
    box = place.get_by_label("When: Date")
    for text, (start, end) in UNDERSTOOD.items():
        box.fill("1 March")  # another day, without an end
        box.press("Enter")
        place.get_by_label("When: From").fill("")
        box.fill(DAY)
        box.press("Enter")
        box.fill("")
        box.press("Enter")
        box.fill(f"{DAY}, 6am")
        box.press("Enter")
        box.fill(text)
        box.press("Tab")
        wanted = (f"{DAY} {start}" if start else DAY, end)
        window.eventually(lambda wanted=wanted: saved(window) == wanted, f"{text}: not {wanted}")
        assert box.input_value() == "Sat 2 March", text
        assert bool(place.get_by_label("When: From").input_value()) == (start is not None), text
        assert bool(place.get_by_label("When: To").input_value()) == (end is not None and ":" in end), text


def test_what_is_not_understood_is_said_and_stays_typed(window: Window) -> None:
    _, place = event(window)
    box = place.get_by_label("When: Date")
    box.fill("2 March, 10.30am to noon")
    box.press("Tab")
    window.eventually(lambda: saved(window) == (f"{DAY} 10:30", "12:00"), "not understood")
    for text, words in REFUSED.items():
        box.fill(text)
        box.press("Tab")
        place.get_by_text(words).wait_for()
        place.get_by_text("It is still Sat 2 March, 10.30am to noon").wait_for()
        assert shown(place) == (text, "10.30am", "noon"), text
        assert status(window) == "Not saved yet: When", text
    assert saved(window) == (f"{DAY} 10:30", "12:00")
    # the same again, typed after it was rewritten
    box.fill("2 March 10.30am-12pm")
    box.press("Tab")
    assert shown(place) == ("Sat 2 March", "10.30am", "noon")
    window.saved()
    assert place.get_by_role("alert").count() == 0


@pytest.mark.parametrize(
    ("text", "offered", "saved_as"),
    [
        ("Mon 2 March, 10am to noon", ["Mon 4 March, 10am to noon", "Sat 2 March, 10am to noon"], "2024-03-04 10:00"),
        ("Thu 12 December", ["Wed 11 December", "Thu 12 December"], "2024-12-12"),
        ("Fri 12 December", ["Fri 13 December", "Thu 12 December"], "2024-12-13"),
        ("12 December", ["Tue 12 December 2023", "Thu 12 December"], "2023-12-12"),
        ("Tue 12 December", ["Tue 12 December 2023", "Tue 10 December", "Thu 12 December"], "2023-12-12"),
        ("30 February, 10am", ["Thu 29 February, 10am"], "2024-02-29 10:00"),
    ],
)
def test_a_day_that_does_not_fit_is_said_with_what_may_be_meant(
    window: Window, text: str, offered: list[str], saved_as: str
) -> None:
    _, place = event(window)
    box = place.get_by_label("When: Date")
    box.fill(text)
    box.press("Tab")
    if text.startswith("Thu"):  # the nearest such day is right: nothing is asked
        window.eventually(lambda: saved(window)[0] == saved_as, "not the nearest day")
        return
    for words in offered:
        place.get_by_role("button", name=f"Use {words}", exact=True).wait_for()
    assert place.locator(".offers button").count() == len(offered)
    assert saved(window)[0] == "None"
    place.get_by_role("button", name=f"Use {offered[0]}", exact=True).click()
    window.eventually(lambda: saved(window)[0] == saved_as, "not taken")
    assert place.get_by_role("alert").count() == 0
    assert place.locator(".offers").count() == 0


def test_a_day_of_the_next_year_is_the_one_after_the_issue(window: Window) -> None:
    """Never a day of a year that is over, unless its year was typed."""
    _, place = event(window)
    box = place.get_by_label("When: Date")
    for text, wanted in {
        "2 January": "2024-01-02",
        "30 October": "2024-10-30",
        "30 October 2023": "2023-10-30",
    }.items():
        box.fill(text)
        box.press("Tab")
        window.eventually(lambda wanted=wanted: saved(window)[0] == wanted, f"{text} is not {wanted}")


def test_the_boxes_from_and_to(window: Window) -> None:
    path, place = event(window)
    box, start, end = (place.get_by_label(f"When: {name}") for name in ("Date", "From", "To"))
    start.fill("10am")
    start.press("Tab")
    place.get_by_text("Type the day as well").wait_for()
    box.fill("Sat 2 March")
    box.press("Tab")
    for field, text in ((start, "10.30"), (end, "12")):
        field.fill(text)
        field.press("Tab")
    window.eventually(lambda: saved(window) == (f"{DAY} 10:30", "12:00"), "the times were not read")
    assert shown(place) == ("Sat 2 March", "10.30am", "noon")
    end.fill("soon")
    end.press("Tab")
    place.get_by_text("“soon” was not understood").wait_for()
    assert end.input_value() == "soon"
    end.fill("12")
    end.press("Tab")
    assert end.input_value() == "noon"
    place.get_by_role("button", name="Ends on another day").click()
    place.get_by_label("When: Last day").fill("3 March")
    place.get_by_label("When: Last day").press("Tab")
    window.eventually(lambda: saved(window)[1] == "2024-03-03 12:00", "the last day was not read")
    box.fill("9 March")
    box.press("Tab")
    window.eventually(lambda: saved(window) == ("2024-03-09 10:30", "2024-03-10 12:00"), "the last day stayed behind")
    window.in_email(*path, "when").first.wait_for()
    assert window.violations() == []


ON_DAYS = {
    "2-3 March, 10am to 4pm": ("10:00", "16:00", "2024-03-03"),
    "2–4 March 10am–4pm": ("10:00", "16:00", "2024-03-04"),
    "2 and 3 March, 10am to 4pm each day": ("10:00", "16:00", "2024-03-03"),
    "Sat 2 & Sun 3 March, 10-4": ("10:00", "16:00", "2024-03-03"),
    "Sat 2 March to Sun 3 March, 10.30am to noon": ("10:30", "12:00", "2024-03-03"),
    "10am to 4pm on 2 and 3 March": ("10:00", "16:00", "2024-03-03"),
    "March 2-3, 2-4pm": ("14:00", "16:00", "2024-03-03"),
    "2 March to 1 April 2024, 9am to 5pm daily": ("09:00", "17:00", "2024-04-01"),
    "the 2nd and 3rd of March, 10am to 4pm": ("10:00", "16:00", "2024-03-03"),
    "2-3 March, 10am": ("10:00", None, "2024-03-03"),
}


def on_days(window: Window) -> tuple[str, str | None, str | None]:
    made = first_items(window, 2)[-1]
    return str(made.get("when"))[:16], made.get("ends"), made.get("repeats")


def test_the_same_times_on_several_days(window: Window) -> None:
    path, place = event(window)
    box = place.get_by_label("When: Date")
    for text, (start, end, last) in ON_DAYS.items():
        box.fill("1 March")
        box.press("Enter")
        box.fill(text)
        box.press("Tab")
        wanted = (f"{DAY} {start}", end, f"daily until {last}")
        window.eventually(lambda wanted=wanted: on_days(window) == wanted, f"{text}: not {wanted}")
        assert box.input_value() == "Sat 2 March", text
        assert place.get_by_label("The same times each day").is_checked(), text
        box.fill("")
        box.press("Tab")
        window.eventually(lambda: on_days(window) == ("None", None, None), f"{text}: not removed")
    box.fill("2-3 March, 10am to 4pm")
    box.press("Tab")
    window.in_email(*path, "when").get_by_text("Saturday 2 March and Sunday 3 March, 10am to 4pm").wait_for()
    assert window.field(*path, "repeats").count() == 0, "shown in the words of the file"
    # a night in between, and back
    place.get_by_label("The same times each day").uncheck()
    window.eventually(lambda: saved(window) == (f"{DAY} 10:00", "2024-03-03 16:00"), "not one span")
    assert on_days(window)[2] is None
    place.get_by_label("The same times each day").check()
    window.eventually(lambda: on_days(window) == (f"{DAY} 10:00", "16:00", "daily until 2024-03-03"), "not back")
    # another day, another time and another last day keep what it is
    for label, text in (("To", "5pm"), ("Date", "9 March"), ("Last day", "11 March")):
        place.get_by_label(f"When: {label}").fill(text)
        place.get_by_label(f"When: {label}").press("Tab")
    window.eventually(lambda: on_days(window) == ("2024-03-09 10:00", "17:00", "daily until 2024-03-11"), "not kept")
    assert first_items(window, 2)[-1]["repeats_as"] == "dates"
    place.get_by_label("When: Last day").fill("15 March")
    place.get_by_label("When: Last day").press("Tab")
    window.in_email(*path, "when").get_by_text("Every day, 10am to 5pm").wait_for()
    place.get_by_label("When: Last day").fill("")
    place.get_by_label("When: Last day").press("Tab")
    window.eventually(lambda: on_days(window) == ("2024-03-09 10:00", "17:00", None), "the last day is not removed")
    assert window.violations() == []


def test_the_advice_is_for_the_box(window: Window) -> None:
    """An event can be on several days; a deadline has one day and time, and a day no time."""
    path, place = event(window)
    add(window, path, "Deadline")
    for name, box, words in (
        ("When", place, "Tue 5 March, 1pm to 3pm, or 16 to 17 March, 10am to 4pm."),
        ("Deadline", window.field(*path, "deadline"), "Type a date such as 5 March, or Tue 5 March, 1pm."),
        ("Date", window.field("date"), "Type a day such as 5 March."),
    ):
        field = box.get_by_label(f"{name}: Date")
        field.fill("some time")
        field.press("Tab")
        box.get_by_text(words).wait_for()


def test_last_month_is_before_the_issue(window: Window) -> None:
    """Without a year, what is told of as over is not looked for in the year ahead."""
    window.composer.file().write_text(
        "title: January\ndate: 2027-01-05\nsections:\n"
        "  - kind: last_month\n    items:\n      - title: Repair day\n        when: 2026-12-05\n"
        "  - kind: coming_up\n    items:\n      - title: Open day\n        when: 2027-01-20\n",
        "utf-8",
    )
    window.open()
    past, ahead = (window.field("sections", number, "items", 0) for number in (0, 1))
    for card in (past, ahead):
        card.locator(".toggle").first.click()
    for text, wanted in {"30 November": "2026-11-30", "12 Dec": "2026-12-12", "2 January": "2027-01-02"}.items():
        box = past.get_by_label("When: Date")
        box.fill(text)
        box.press("Tab")
        said = lambda wanted=wanted: str(first_items(window, 0)[0]["when"]) == wanted  # noqa: E731
        window.eventually(said, f"{text} is not {wanted}")
    for card, offered in (
        (past, ["Mon 30 November 2026"]),
        (ahead, ["Mon 30 November 2026", "Tue 30 November"]),
    ):
        box = card.get_by_label("When: Date")
        box.fill("31 November")
        box.press("Tab")
        card.get_by_text("has 30 days").wait_for()
        assert card.locator(".offers button").all_inner_texts() == [f"Use {one}" for one in offered]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de-DE", "Samstag, 2. März, 10 Uhr bis 12.30 Uhr"),
        ("fr-FR", "samedi 2 mars de 10h à 12h30"),
        ("es-ES", "sábado, 2 de marzo, 10:00 a 12:30"),
        ("cy", "dydd Sadwrn 2 Mawrth, 10:00 tan 12:30"),
        ("en-US", "Saturday, March 2, 10am to 12:30pm"),
    ],
)
def test_times_in_other_languages(window: Window, language: str, text: str) -> None:
    settings = window.composer.folder / "newsletter.yaml"
    before = settings.read_text("utf-8")
    try:
        settings.write_text(before.replace("language: en-GB", f"language: {language}"), "utf-8")
        window.page.reload()
        window.in_email("title").first.wait_for()
        _, place = event(window)
        box = place.get_by_label("When: Date")
        box.fill(text)
        box.press("Tab")
        window.eventually(lambda: saved(window) == (f"{DAY} 10:00", "12:30"), f"{text} was not understood")
        written = shown(place)
        box.fill("")
        box.press("Tab")
        box.fill(f"{written[0]}, {written[1]} – {written[2]}")
        box.press("Tab")
        window.eventually(lambda: saved(window) == (f"{DAY} 10:00", "12:30"), f"{written} was not understood")
        assert shown(place) == written
    finally:
        settings.write_text(before, "utf-8")
