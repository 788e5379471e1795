"""Check, test and send from the panel; the outbox stands for a provider, the rehearsal for Mailchimp."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import Manners

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
    page.get_by_label("Send the test to").fill("me@example.org")
    page.get_by_role("button", name="Send the test").click()
    send = page.locator("li.todo").filter(has=page.get_by_role("heading", name="Send", exact=False)).last
    send.get_by_role("button", name="Send to").wait_for()
    count = send.get_by_role("button", name="Send to").inner_text().split()[2]
    send.get_by_role("button", name="Send to").click()
    page.get_by_text("sent messages cannot be taken back").first.wait_for()
    assert window.violations() == []
    page.get_by_label("to confirm").fill(count)
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    page.locator("section.notice").get_by_role("heading", name="Sent").wait_for()
    emails = [path for path in (composer.folder / "outbox").rglob("*") if path.is_file() and "new" in path.parts]
    assert len(emails) >= int(count)
    page.get_by_role("link", name="All issues").click()
    page.get_by_text("Sent", exact=True).wait_for()


def open_send(window: Window, issue: str) -> None:
    window.open(f"#/issues/{issue}/send")
    window.page.locator("ol.steps").wait_for()


def ask_to_send(page: Any) -> Any:
    page.locator("ol.steps button.primary", has_text="Send to").or_(
        page.locator("ol.steps button.primary", has_text="Schedule the send")
    ).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    return dialog


def type_confirmation(dialog: Any) -> None:
    phrase = dialog.get_by_text("to confirm").inner_text().split("“")[1].split("”")[0]
    dialog.get_by_label("to confirm").fill(phrase)


def test_a_concern_is_a_box_to_tick(make_window: Callable[..., Window], composer: Composer) -> None:
    file = next((composer.folder / "issues").glob("*.yaml"))
    today = dt.datetime.now(dt.UTC).date()
    late = today - dt.timedelta(days=9)
    file.write_text(file.read_text("utf-8").replace(f"date: {today}", f"date: {late}"), "utf-8")
    window = make_window()
    open_send(window, file.stem)
    page = window.page
    page.get_by_label("Send the test to").fill("me@example.org")
    page.get_by_role("button", name="Send the test").click()
    dialog = ask_to_send(page)
    type_confirmation(dialog)
    send = dialog.get_by_role("button", name="Send", exact=True)
    assert send.is_disabled(), "it can be sent over a concern that was not ticked"
    dialog.get_by_role("checkbox", name="is dated").check()
    assert window.violations() == []
    send.click()
    page.locator("section.notice").get_by_role("heading", name="Sent").wait_for()


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


def test_a_send_through_a_rehearsed_mailchimp_is_scheduled_and_cancelled(
    folder: Path, chrome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next((folder / "issues").glob("*.yaml"))
    with Rehearsal("mailchimp", manners=Manners(poll_seconds=0.01)) as rehearsal:
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
            open_send(window, file.stem)
            page.get_by_label("Send the test to").fill(rehearsal.crowd.lists[0].active[0].email)
            page.get_by_role("button", name="Send the test").click()
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
