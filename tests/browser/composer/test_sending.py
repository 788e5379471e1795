"""Check, test and send from the panel; the outbox stands for a provider, the rehearsal for Mailchimp."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from .conftest import Composer, Window

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(folder, tmp_path):  # type: ignore[no-untyped-def]
    """Return a folder whose issue is of today, so that nothing keeps it from being sent."""
    today = dt.datetime.now(dt.UTC).date()
    month = f"{today:%Y-%m}"
    (folder / "issues" / "2024-02.yaml").unlink()
    (folder / "issues" / f"{month}.yaml").write_text(
        f"title: News from the hall\ndate: {today}\npreheader: What we did, what comes next, and how to join in"
        " this month\nsections:\n  - kind: story\n    heading: A new roof\n    text: The roof was finished in time."
        " Thank you to everybody who helped us with it.\n"
    )
    return folder


@pytest.fixture
def composer(folder):  # type: ignore[no-untyped-def]
    started = Composer(folder)
    started.start()
    yield started
    started.stop()


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
    page.get_by_label("to confirm").fill(count)
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    page.locator("section.notice").get_by_role("heading", name="Sent").wait_for()
    emails = [path for path in (composer.folder / "outbox").rglob("*") if path.is_file() and "new" in path.parts]
    assert len(emails) >= int(count)
    page.get_by_role("link", name="All issues").click()
    page.get_by_text("Sent", exact=True).wait_for()
