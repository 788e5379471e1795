"""Check, test and send from the panel; the outbox stands for a provider, the rehearsal for Mailchimp."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming

from .conftest import WAIT, Composer, Window, composing, copy_february

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder whose issue is of today, so that nothing keeps it from being sent."""
    folder, today = copy_february(tmp_path / "news"), dt.datetime.now(dt.UTC).date()
    month = f"{today:%Y-%m}"
    (folder / "issues" / "2024-02.yaml").unlink()
    (folder / "issues" / f"{month}.yaml").write_text(
        f"title: News from the hall\ndate: {today}\npreheader: What we did, what comes next, and how to join in"
        " this month\nsections:\n  - kind: story\n    heading: A new roof\n    text: The roof was finished in time."
        " Thank you to everybody who helped us with it.\n"
    )
    return folder


@pytest.fixture
def composer(folder: Path) -> Iterator[Composer]:
    with composing(folder) as started:
        yield started


def test_an_issue_goes_to_the_outbox(make_window: Callable[..., Window], composer: Composer) -> None:
    issue = next((composer.folder / "issues").glob("*.yaml")).stem
    window = make_window()
    page = window.page
    window.open(f"#/issues/{issue}/send")
    page.get_by_label("Addresses for the test").fill("me@example.org")
    page.get_by_role("button", name="Save the test").click()
    send = page.locator("li.todo").filter(has=page.get_by_role("heading", name="Save practice emails"))
    practice = page.get_by_role("region", name="Practice: nobody receives these emails")
    practice.get_by_text("Where the emails are saved").click()
    assert str(composer.folder / "outbox" / "new") in practice.inner_text()
    page.get_by_text("You saved the test in the folder. It was not sent to anybody.").wait_for()
    save = send.get_by_role("button", name="practice email")
    count = save.inner_text().split()[1]
    save.click()
    page.get_by_text("Nobody receives anything.").first.wait_for()
    assert window.violations() == []
    for jargon in ("audience.csv", "outbox", "`", "Findings"):
        assert jargon not in page.get_by_role("dialog").inner_text()
    # one button that says what it does: nothing to tick, and nothing to type
    dialog = page.get_by_role("dialog")
    assert dialog.locator("input").count() == 0
    dialog.get_by_role("button", name=f"Save {count} practice emails").click()
    page.locator("section.notice").get_by_role("heading", name="Saved for practice").wait_for()
    page.get_by_text(f"{count} emails were saved in the folder. Nobody received anything.").first.wait_for()
    emails = [path for path in (composer.folder / "outbox").rglob("*") if path.is_file() and "new" in path.parts]
    assert len(emails) >= int(count)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    done = page.locator("li.done").filter(has=page.get_by_role("heading", name="Save practice emails"))
    done.get_by_role("button", name="Copy its path").click()
    folder = str(composer.folder / "outbox" / "new")
    window.eventually(lambda: page.evaluate("navigator.clipboard.readText()") == folder, "the path was not copied")
    with page.expect_download() as download:
        done.get_by_role("link", name="Download one of them").click()
    assert download.value.suggested_filename == f"{issue}.eml"
    assert b"The roof was finished in time." in Path(download.value.path()).read_bytes()
    page.get_by_role("button", name="View the practice email").click()
    page.get_by_role("dialog").frame_locator("iframe").get_by_text("The roof was finished in time.").wait_for()
    assert window.violations() == []
    page.keyboard.press("Escape")
    page.get_by_text("Practice emails saved on").first.wait_for()
    # nothing on the page says that anything was sent
    page.get_by_text(f"You saved practice emails for {count} people.").wait_for()
    page.get_by_text("You saved 1 test message for practice.").wait_for()
    told = page.locator(".sheet-page").inner_text()
    for wrong in (f"sent to {count}", "Sending", "audience.csv", "Fingerprint", "sent 1 test"):
        assert wrong not in told, told
    assert page.get_by_role("heading", name="Report").count() == 0, "results of what nobody received"
    page.get_by_role("link", name="All issues").click()
    page.get_by_text("Practice emails saved on").wait_for()
    assert page.get_by_text(re.compile("^Sent")).count() == 0


def practise(page: Any) -> None:
    """Save the test, and practice emails for everybody."""
    page.get_by_role("button", name=re.compile("Save the test")).click()
    save_practice_emails(page)
    page.locator("section.notice").get_by_role("heading", name="Saved for practice").wait_for()
    page.locator("li.done").filter(has=page.get_by_role("heading", name="Save practice emails")).wait_for()


def save_practice_emails(page: Any) -> None:
    """Press the button of the step, and the one that confirms it."""
    page.get_by_role("button", name=re.compile("Save .* practice email")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Save .* practice email")).click()


def test_a_changed_issue_is_practised_again(make_window: Callable[..., Window], composer: Composer) -> None:
    file = next((composer.folder / "issues").glob("*.yaml"))
    window = make_window()
    open_send(window, file.stem)
    page = window.page
    practise(page)
    file.write_text(file.read_text("utf-8").replace("A new roof", "An even newer roof"), "utf-8")
    # the step is no longer green, and says why
    step = page.locator("li").filter(has=page.get_by_role("heading", name="Save practice emails"))
    step.get_by_text("The issue has been changed since the practice emails were saved.").wait_for()
    assert "done" not in step.get_attribute("class")
    page.get_by_role("button", name="Save the test").click()
    again = step.get_by_role("button", name="Save 10 practice emails again")
    again.wait_for()
    assert window.violations() == []
    practise(page)
    emails = [path for path in (composer.folder / "outbox").rglob("*.eml*") if path.is_file()]
    newer = [path for path in emails if b"An even newer roof" in path.read_bytes()]
    assert len(newer) >= 10, "the practice emails are still the old ones"


def test_the_state_of_an_issue_is_short_enough_to_be_read_on_a_phone(
    make_window: Callable[..., Window], composer: Composer
) -> None:
    window = make_window(viewport={"width": 375, "height": 800})
    open_send(window, next((composer.folder / "issues").glob("*.yaml")).stem)
    practise(window.page)
    chip = window.page.locator(".about .chip", has_text="Practice only")
    chip.wait_for()
    assert chip.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_progress_and_problems_are_shown_where_the_click_was(
    make_window: Callable[..., Window], composer: Composer
) -> None:
    file = next((composer.folder / "issues").glob("*.yaml"))
    window = make_window(viewport={"width": 1280, "height": 600})
    open_send(window, file.stem)
    page = window.page
    page.get_by_role("button", name="Save the test").click()
    page.get_by_role("button", name="practice email").click()
    dialog = page.get_by_role("dialog")
    held: list[Any] = []
    page.route(
        re.compile("/send$"), lambda route: held.append(route) if route.request.method == "POST" else route.fallback()
    )
    dialog.get_by_role("button", name="practice email").click()
    step = page.locator("li").filter(has=page.get_by_role("heading", name="Save practice emails"))
    working = step.get_by_role("status")
    working.wait_for()
    assert working.evaluate("node => node.getBoundingClientRect().top < innerHeight"), "the progress is out of view"
    window.eventually(lambda: bool(held), "nothing was asked for")
    held[0].fulfill(status=422, json={"message": "The disk is full.", "hint": "Run `newsletter status` to see more."})
    problem = step.get_by_role("alert")
    problem.get_by_text("The disk is full.").wait_for()
    assert not problem.get_by_text("newsletter status").is_visible(), "a command is shown to who has no terminal"
    problem.get_by_text("Details").click()
    problem.get_by_text("newsletter status").wait_for()
    assert window.violations() == []


def test_one_clock_is_shown_and_its_zone_where_it_differs(
    make_window: Callable[..., Window], composer: Composer
) -> None:
    file = next((composer.folder / "issues").glob("*.yaml"))
    window = make_window(timezone_id="America/New_York")
    open_send(window, file.stem)
    page = window.page
    page.get_by_role("button", name="Save the test").click()
    page.get_by_text(re.compile(r"\(London time\)")).first.wait_for()
    given = page.locator("time").first.inner_text()
    at = dt.datetime.fromisoformat(page.locator("time").first.get_attribute("datetime"))
    assert f"{at.astimezone(ZoneInfo('Europe/London')):%H:%M} (London time)" in given
    home = make_window(timezone_id="Europe/London")
    open_send(home, file.stem)
    home.page.locator("time").first.wait_for()
    assert "London" not in home.page.locator("ol.steps").inner_text()


def open_send(window: Window, issue: str) -> None:
    window.open(f"#/issues/{issue}/send")
    window.page.locator("ol.steps").wait_for()


def ask_to_send(page: Any) -> Any:
    page.locator("ol.steps button.primary", has_text=re.compile("Send to|practice email")).or_(
        page.locator("ol.steps button.primary", has_text="Schedule the send")
    ).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    return dialog


def type_confirmation(dialog: Any) -> None:
    phrase = dialog.get_by_text("to confirm").inner_text().split("“")[1].split("”")[0]
    dialog.get_by_label("to confirm").fill(phrase)


def test_a_concern_of_a_real_send_is_a_box_to_tick_and_its_number_is_typed(
    folder: Path, chrome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next((folder / "issues").glob("*.yaml"))
    today = dt.datetime.now(dt.UTC).date()
    late = today - dt.timedelta(days=9)
    file.write_text(file.read_text("utf-8").replace(f"date: {today}", f"date: {late}"), "utf-8")
    with mailchimp_rehearsed(folder, file.stem, chrome, monkeypatch) as (rehearsal, window):
        page = window.page
        page.get_by_role("radio", name="Immediately").check(force=True)
        dialog = ask_to_send(page)
        send = dialog.get_by_role("button", name="Send", exact=True)
        dialog.get_by_role("checkbox", name="is dated").check()
        assert send.is_disabled(), "it can be sent without its number"
        dialog.get_by_role("checkbox", name="is dated").uncheck()
        type_confirmation(dialog)
        assert send.is_disabled(), "it can be sent over a concern that was not ticked"
        dialog.get_by_text("Tick the box above first.").wait_for()
        dialog.get_by_role("checkbox", name="is dated").check()
        assert window.violations() == []
        assert rehearsal.sent_campaigns() == []
        send.click()
        page.get_by_role("heading", name="Report").wait_for()
        page.close()


def date_tomorrow(file: Path) -> str:
    """Date an issue of today tomorrow, and return that day as the composer shows it."""
    today = dt.datetime.now(dt.UTC).date()
    day = today + dt.timedelta(days=1)
    file.write_text(file.read_text("utf-8").replace(f"date: {today}", f"date: {day}"), "utf-8")
    return f"{day:%a} {day.day} {day:%B}"


def test_practice_does_not_wait_for_the_day_of_an_issue(make_window: Callable[..., Window], composer: Composer) -> None:
    file = next((composer.folder / "issues").glob("*.yaml"))
    day = date_tomorrow(file)
    window = make_window()
    open_send(window, file.stem)
    page = window.page
    page.get_by_role("button", name="Save the test").click()
    dialog = ask_to_send(page)
    dialog.get_by_text("Nobody receives anything.").wait_for()
    for wrong in ("come back on", "would be sent", "cannot be scheduled"):
        assert wrong not in page.locator("body").inner_text(), wrong
    assert day not in dialog.inner_text()
    assert dialog.get_by_role("checkbox").count() == 0
    assert window.violations() == []


def test_the_page_for_review_and_the_comments_in_it(make_window: Callable[..., Window], composer: Composer) -> None:
    issue = next((composer.folder / "issues").glob("*.yaml")).stem
    window = make_window()
    open_send(window, issue)
    page = window.page
    page.get_by_role("button", name="Create the file").click()
    page.get_by_text("File created").wait_for()
    # a colleague opens the file, with no server, and types a comment into it
    colleague = page.context.browser.new_page(accept_downloads=True)
    colleague.goto((composer.folder / "review" / f"{issue}.html").as_uri())
    colleague.frame_locator("iframe").first.locator("[data-field='[\"title\"]']").click()
    colleague.get_by_label("Your name").fill("A colleague")
    colleague.get_by_label("Comment", exact=True).fill("Is this the right title?")
    colleague.get_by_role("button", name="Add the comment").click()
    with colleague.expect_download() as download:
        colleague.locator("#save").click()
    copy = composer.folder / "copy.html"
    download.value.save_as(copy)
    colleague.close()
    page.get_by_label("Read comments from a returned file").set_input_files(copy)
    page.get_by_text("Is this the right title?").wait_for()
    assert window.violations() == []
    page.get_by_role("button", name="Go to the field").click()
    window.eventually(lambda: window.focused() == '["title"]', "the comment does not lead to its field")


@contextmanager
def mailchimp_rehearsed(
    folder: Path, issue: str, chrome: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Rehearsal, Window]]:
    """Set a rehearsed Mailchimp, and send the test of an issue through it from the composer."""
    with Rehearsal("mailchimp", timing=RehearsalTiming(poll_seconds=0.01)) as rehearsal:
        for variable, key in rehearsal.keys.items():
            monkeypatch.setenv(variable, key)
        own = json.dumps({"base_url": rehearsal.base_url, **rehearsal.kind.settings})
        lines = ["provider: mailchimp", "undo_minutes: 10", f"mailchimp: {own}", "audience: Team update"]
        settings = folder / "newsletter.yaml"
        settings.write_text(settings.read_text("utf-8").replace("provider: outbox\n", "\n".join(lines) + "\n"), "utf-8")
        with composing(folder) as composer:
            page = chrome.new_page(viewport={"width": 1280, "height": 1100})
            page.set_default_timeout(WAIT)
            window = Window(page, composer)
            open_send(window, issue)
            page.get_by_label("Addresses for the test").fill(rehearsal.crowd.lists[0].active[0].email)
            page.get_by_role("button", name="Send the test").click()
            yield rehearsal, window


def test_a_send_through_a_rehearsed_mailchimp_is_scheduled_and_cancelled(
    folder: Path, chrome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next((folder / "issues").glob("*.yaml"))
    with mailchimp_rehearsed(folder, file.stem, chrome, monkeypatch) as (rehearsal, window):
        page = window.page
        page.get_by_text("The issue is sent in 10 minutes. Until then you can cancel it here.").wait_for()
        page.get_by_role("radio", name="Immediately").check(force=True)
        page.get_by_text("You cannot cancel it.").wait_for()
        page.get_by_role("radio", name="Schedule").check(force=True)
        later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        page.get_by_label("Day and time").fill(f"{later:%Y-%m-%d}T14:30")
        dialog = ask_to_send(page)
        # the issue is dated today: that it is sent tomorrow is said before, and not after, it is confirmed
        assert dialog.get_by_role("checkbox", name="is dated").count() == 1
        for concern in dialog.get_by_role("checkbox").all():
            concern.check()
        type_confirmation(dialog)
        dialog.get_by_role("button", name="Schedule the send").click()
        status = page.locator("section.notice")
        status.get_by_role("heading", name="Scheduled").wait_for()
        assert window.violations() == []
        status.get_by_role("button", name="Cancel the send").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel the send").click()
        status.get_by_role("heading", name="Scheduled").wait_for(state="detached")
        assert len(rehearsal.sent_campaigns()) == 0
        assert window.errors == []
        page.close()


def test_an_issue_of_tomorrow_is_scheduled_for_its_day(
    folder: Path, chrome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next((folder / "issues").glob("*.yaml"))
    day = date_tomorrow(file)
    with mailchimp_rehearsed(folder, file.stem, chrome, monkeypatch) as (_, window):
        page = window.page
        page.get_by_role("radio", name="Immediately").wait_for(state="attached")
        assert page.get_by_role("radio", name=f"Schedule for {day}").is_checked()
        page.get_by_role("button", name=f"Schedule for {day}").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text(f"The issue is sent on {day}, 9am.").wait_for()
        assert dialog.get_by_role("checkbox", name="is dated").count() == 0
        assert window.violations() == []
        page.close()


def test_the_report_is_downloaded_as_a_table_and_as_a_page(
    folder: Path, chrome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next((folder / "issues").glob("*.yaml"))
    with mailchimp_rehearsed(folder, file.stem, chrome, monkeypatch) as (_, window):
        page = window.page
        page.get_by_role("radio", name="Immediately").check(force=True)
        dialog = ask_to_send(page)
        type_confirmation(dialog)
        dialog.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("heading", name="Report").wait_for()
        saved = {}
        for name in ("Download as a table (CSV)", "Download as a page to mail"):
            with page.expect_download() as started:
                page.get_by_role("link", name=name).click()
            saved[started.value.suggested_filename] = Path(started.value.path()).read_text("utf-8")
        table, report = saved[f"{file.stem}-report.csv"], saved[f"{file.stem}-report.html"]
        rows = list(csv.reader(io.StringIO(table)))
        by_name = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        (total,) = (row for row in by_name if row["row"] == "total")
        assert (total["issue"], total["missing"]) == (file.stem, "0")
        assert int(total["sent"]) == int(total["to_send"]) > 100
        own = chrome.new_page()
        asked: list[str] = []
        own.on("request", lambda request: asked.append(request.url))
        own.set_content(report)
        assert "News from the hall" in own.locator("body").inner_text()
        assert own.locator("svg").count() > 0
        assert [url for url in asked if url.startswith("http")] == [], "the page does not stand alone"
        own.close()
        assert window.violations() == []
        assert window.errors == []
        page.close()
