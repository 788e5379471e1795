"""`newsletter archive` as people call it: what is published, what is left out and why, and what stays untouched."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.archives import broken_links, files_in

from .conftest import Cli

URL = "\narchive: {url: 'https://example.org/newsletter/', sign_up: {link: 'https://example.org/join'}}\n"
VIEW = "links: {view_online: 'https://example.org/newsletter/{month}.html'}\n"


def configure(folder: Path, more: str = URL) -> None:
    place = folder / "newsletter.yaml"
    place.write_text(place.read_text(encoding="utf-8") + more, encoding="utf-8")


def send(cli: Cli, issue: str, *options: str) -> None:
    assert cli("test", issue, "--to", "hello@example.org", *options).code == 0
    assert cli("send", issue, "--yes", *options).code == 0


def published(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "site").glob("20*.html")}


def test_only_what_was_sent_is_published(folder: Path, cli: Cli) -> None:
    configure(folder, URL + VIEW)
    first = cli("archive", "build")
    assert first.code == 0
    assert published(folder) == set()
    assert "2024-02 not sent" in first.said
    assert "newsletter archive build --all" in first.said
    send(cli, "2024-02")
    outcome = cli("archive", "build")
    assert outcome.code == 0
    assert published(folder) == {"2024-02"}
    assert "1 issue." in outcome.said
    assert "2024-03 not sent" in outcome.said
    assert "upload site to https://example.org/newsletter/" in outcome.said
    assert [*broken_links(folder / "site")] == []


def test_the_emails_link_to_the_page(folder: Path, cli: Cli) -> None:
    configure(folder, URL + VIEW)
    send(cli, "2024-02")
    message = next((folder / "outbox").rglob("*.eml")).read_bytes()
    plain = message.replace(b"=\r\n", b"").replace(b"=\n", b"")
    assert b"https://example.org/newsletter/2024-02.html" in plain
    told = json.loads(cli("archive", "build", "--json").out)
    assert told["issues"][0]["url"] == "https://example.org/newsletter/2024-02.html"
    assert (folder / "site" / told["issues"][0]["page"]).is_file()
    page = (folder / "site" / "2024-02.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/newsletter/2024-02.html">' in page


def test_the_test_reminds_of_a_page_that_is_not_there_yet(folder: Path, cli: Cli) -> None:
    step = "newsletter archive build --include 2024-02"
    assert step not in cli("test", "2024-02", "--to", "hello@example.org").said, "there is no archive"
    configure(folder, URL + VIEW)
    assert step in cli("test", "2024-02", "--to", "hello@example.org").said
    cli("archive", "build", "--include", "2024-02")
    assert step not in cli("test", "2024-02", "--to", "hello@example.org").said


def test_what_went_to_a_segment_is_left_out_even_with_all(folder: Path, cli: Cli) -> None:
    configure(folder)
    (folder / "audience.csv").write_text(
        "email,first_name,segments\na@example.org,Ada,Members\nb@example.org,Bo,\n", encoding="utf-8"
    )
    send(cli, "2024-02", "--segment", "Members")
    outcome = cli("archive", "build", "--all")
    assert "2024-02 sent only to Members of audience.csv" in outcome.said
    assert published(folder) == {"2024-03"}
    configure(folder, "\n")
    settings = folder / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("archive: {", "archive: {include: '2024-*', "), "utf-8")
    cli("archive", "build")
    assert published(folder) == {"2024-03"}, "nor by a pattern"
    cli("archive", "build", "--all", "--include", "2024-02")
    assert published(folder) == {"2024-02", "2024-03"}, "its author may publish it all the same"


def test_an_issue_that_is_about_to_be_sent_can_be_published(folder: Path, cli: Cli) -> None:
    configure(folder)
    told = json.loads(cli("archive", "build", "--include", "february", "--json").out)
    assert [(one["issue"], one["reason"]) for one in told["issues"]] == [("2024-02", "named")]
    assert told["left_out"] == [{"issue": "2024-03", "reason": "not sent"}]


def test_settings_name_issues_to_publish_and_to_leave_out(folder: Path, cli: Cli) -> None:
    configure(folder, "\narchive: {include: 2024-02, exclude: [2024-03]}\n")
    outcome = cli("archive", "build", "--all")
    assert published(folder) == {"2024-02"}
    assert "2024-03 excluded by `archive.exclude`" in outcome.said


def test_settings_can_name_many_issues_at_once(folder: Path, cli: Cli) -> None:
    configure(folder, "\narchive: {include: '2024-*', exclude: ['*-03', '2019-*']}\n")
    outcome = cli("archive", "build")
    assert published(folder) == {"2024-02"}
    assert "2024-03 excluded by `archive.exclude`" in outcome.said
    assert "2024-02" not in outcome.said


def test_a_name_that_is_no_issue_is_explained(folder: Path, cli: Cli) -> None:
    configure(folder, "\narchive: {exclude: [2024-33]}\n")
    outcome = cli("archive", "build")
    assert outcome.code == 2
    assert "2024-33" in outcome.said
    assert "archive" in outcome.said
    assert cli("archive", "build", "--include", "1999-01").code == 2
    assert not (folder / "site").exists()


def test_all_leaves_out_what_is_dated_ahead(folder: Path, cli: Cli) -> None:
    text = (folder / "issues" / "2024-03.yaml").read_text(encoding="utf-8")
    (folder / "issues" / "2124-03.yaml").write_text(
        re.sub(r"(?m)^date: .*", "date: 2124-03-11", text), encoding="utf-8"
    )
    outcome = cli("archive", "build", "--all")
    assert "2124-03 not sent, and dated 11 March 2124" in outcome.said
    assert published(folder) == {"2024-02", "2024-03"}


def test_a_removed_issue_takes_its_page_along(folder: Path, cli: Cli) -> None:
    configure(folder)
    cli("archive", "build", "--all")
    (folder / "site" / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "issues" / "2024-03.yaml").unlink()
    outcome = cli("archive", "build", "--all")
    assert "Deleted pages: 2024-03.html, sections/" in outcome.said
    assert published(folder) == {"2024-02"}
    assert (folder / "site" / "notes.txt").exists()
    assert [*broken_links(folder / "site")] == []


def test_a_sent_issue_whose_file_is_gone_is_reported(folder: Path, cli: Cli) -> None:
    configure(folder)
    send(cli, "2024-02")
    (folder / "issues" / "2024-02.yaml").unlink()
    assert "2024-02 sent, but its file is no longer there" in cli("archive", "build").said


def test_building_again_changes_nothing_and_reads_nothing(
    folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder)
    cli("archive", "build", "--all")
    before = {path: path.stat().st_mtime_ns for path in (folder / "site").rglob("*")}
    monkeypatch.setattr("newsletter.workflow.workspace.Workspace.load_path", None)
    told = json.loads(cli("archive", "build", "--all", "--json").out)
    assert told["written"] == []
    assert told["unchanged"] > 15
    assert {path: path.stat().st_mtime_ns for path in (folder / "site").rglob("*")} == before


@pytest.mark.parametrize("changed", ["the issue", "a picture", "the settings", "the cache", "the website"])
def test_a_change_is_noticed(folder: Path, cli: Cli, changed: str) -> None:
    configure(folder)
    cli("archive", "build", "--all")
    before = files_in(folder / "site")
    match changed:
        case "the issue":
            place = folder / "issues" / "2024-02.yaml"
            place.write_text(place.read_text(encoding="utf-8").replace("gloomy", "sunny"), encoding="utf-8")
        case "a picture":
            other = (folder / "issues/images/cuppas.jpg").read_bytes()
            (folder / "issues/images/hearts.jpg").write_bytes(other)
        case "the settings":
            place = folder / "newsletter.yaml"
            place.write_text(place.read_text("utf-8").replace("language: en-GB", "language: cy"), encoding="utf-8")
        case "the cache":
            for place in (folder / ".newsletter" / "archive").iterdir():
                place.write_text("{", encoding="utf-8")
        case _:
            for place in (folder / "site" / "media").iterdir():
                place.unlink()
    assert cli("archive", "build", "--all").code == 0
    after = files_in(folder / "site")
    if changed in {"the cache", "the website"}:
        assert after == before
    else:
        assert after["2024-02.html"] != before["2024-02.html"]


def test_a_mistake_in_a_sent_issue_stops_the_build_and_changes_nothing(folder: Path, cli: Cli) -> None:
    configure(folder)
    send(cli, "2024-02")
    cli("archive", "build")
    before = files_in(folder / "site")
    place = folder / "issues" / "2024-02.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("date: 2024-02-12", "date: 2024-02-31"), "utf-8")
    outcome = cli("archive", "build")
    assert outcome.code == 3
    assert "2024-02.yaml:4" in outcome.said
    assert "archive.exclude" in outcome.said
    assert files_in(folder / "site") == before


def test_a_mistake_in_an_issue_that_was_not_sent_leaves_it_out(folder: Path, cli: Cli) -> None:
    (folder / "issues" / "2024-03.yaml").write_text("title: [", encoding="utf-8")
    outcome = cli("archive", "build", "--all")
    assert outcome.code == 0
    assert "2024-03 it has mistakes: see `newsletter check 2024-03`" in outcome.said


def test_a_missing_picture_is_placed(folder: Path, cli: Cli) -> None:
    (folder / "issues" / "images" / "hearts.jpg").unlink()
    outcome = cli("archive", "build", "--include", "2024-02")
    assert outcome.code == 3
    assert "images/hearts.jpg" in outcome.said
    assert "2024-02.yaml:" in outcome.said


@pytest.mark.parametrize("place", ["issues", "templates", ".", "outbox/site", ".newsletter"])
def test_the_newsletters_own_folders_are_refused(folder: Path, cli: Cli, place: str) -> None:
    before = files_in(folder)
    outcome = cli("archive", "build", "--all", "-o", place)
    assert outcome.code == 2
    assert "The archive cannot be written to" in outcome.said
    assert files_in(folder) == before


def test_a_folder_with_foreign_files_is_refused(folder: Path, cli: Cli) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("mine", encoding="utf-8")
    outcome = cli("archive", "build", "--all")
    assert outcome.code == 2
    assert "The folder site has files that `newsletter archive` did not write: index.html" in outcome.said
    assert files_in(folder / "site") == {"index.html": b"mine"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("url: 'https://example.org/?a=b'", "cannot be the address of a website"),
        ("url: 'mailto:a@example.org'", "cannot be the address of a website"),
        ("sign_up: {text: Join us}", "needs either `link` or `form`"),
        ("sign_up: {form: 'mailto:a@example.org'}", "needs either `link` or `form`"),
        ("folder: ~/site", "cannot be used as a path"),
    ],
)
def test_mistakes_in_the_settings_are_explained(folder: Path, cli: Cli, settings: str, words: str) -> None:
    configure(folder, f"\narchive: {{{settings}}}\n")
    outcome = cli("archive", "build", "--all")
    assert outcome.code == 3
    assert words in outcome.said
    assert "newsletter.yaml:" in outcome.said


def test_notes_tell_what_is_missing(folder: Path, cli: Cli) -> None:
    outcome = cli("archive", "build", "--all")
    assert "Set `archive.url`" in outcome.said
    assert "set `archive.sign_up`" in outcome.said
    configure(folder)
    outcome = cli("archive", "build", "--all")
    assert "links.view_online: https://example.org/newsletter/{month}.html" in outcome.said


def test_no_ledger_is_made(folder: Path, cli: Cli) -> None:
    cli("archive", "build")
    assert not (folder / ".newsletter" / "ledger.db").exists()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def get(address: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def test_serve_shows_the_archive_where_it_will_be_on_the_web(folder: Path, cli: Cli) -> None:
    configure(folder)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "archive", "serve", "--all", "--no-open", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    base = f"http://127.0.0.1:{port}/newsletter/"
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        assert get(f"http://127.0.0.1:{port}/")[2] == (folder / "site" / "index.html").read_bytes()
        status, kind, page = get(f"{base}2024-02")
        assert (status, kind) == (200, "text/html; charset=utf-8")
        assert page == (folder / "site" / "2024-02.html").read_bytes()
        assert get(f"{base}events.ics")[1].startswith("text/calendar")
        assert get(f"{base}feed.xml")[1].startswith("application/xml")
        status, _, page = get(f"{base}no/such/page")
        assert status == 404
        assert b"This page does not exist" in page
        for path in ("../newsletter.yaml", "%2e%2e/newsletter.yaml", ".newsletter-archive.json", "a%00b"):
            assert get(base + path)[0] == 404, path
        second = cli("archive", "serve", "--all", "--no-open", "--port", str(port))
        assert second.code == 2
        assert f"The port {port} is in use" in second.said
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 130
        assert f"served at {base}" in out
    finally:
        process.kill()


def test_ctrl_c_leaves_whole_files(folder: Path, process: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    configure(folder)
    text = (folder / "issues" / "2024-02.yaml").read_text(encoding="utf-8")
    for year in range(2010, 2020):
        (folder / "issues" / f"{year}-02.yaml").write_text(text.replace("2024-02-12", f"{year}-02-12"), "utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "archive", "build", "--all"], stderr=subprocess.PIPE, encoding="utf-8"
    )
    place = folder / "site" / "site.css"
    for _ in range(20_000):
        if place.exists() or running.poll() is not None:
            break
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode in {0, 130, -signal.SIGINT}, "the last where it had finished and was about to end"
    assert "Traceback" not in err
    for path, data in files_in(folder / "site").items():
        assert not path.endswith(".html") or data.endswith(b"</html>"), path
    assert process("archive", "build", "--all").returncode == 0
    assert [*broken_links(folder / "site")] == []
    assert not [path for path in files_in(folder / "site") if "draft" in path]
