"""`newsletter check` tells of words that are missing in a language, of clocks, and of files that cannot travel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ISSUE = "title: Un titre\ndate: 2024-10-01\nsections:\n  - kind: coming_up\n    items: [Une promenade]\n"
WORD = 'msgctxt "{name}"\nmsgid "{english}"\nmsgstr "{said}"\n\n'


def lay(folder: Path, *, issue: str = ISSUE, words: str = "", settings: str = "") -> None:
    (folder / "issues" / "2024-10.yaml").write_text(issue, encoding="utf-8")
    if words:
        (folder / "templates" / "languages").mkdir(exist_ok=True)
        (folder / "templates" / "languages" / "fr.po").write_text(words, encoding="utf-8")
    if settings:
        path = folder / "newsletter.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("language: en-GB", settings), encoding="utf-8")


def found(cli: Any, code: str) -> list[dict[str, Any]]:
    told = json.loads(cli("check", "2024-10", "--json").out)
    assert told["passed"]
    return [one for one in told["findings"] if one["code"] == code]


def test_a_language_without_words_is_noted_where_the_settings_name_it(folder: Path, cli: Any) -> None:
    lay(folder, settings="language: fr")
    [note] = found(cli, "NL320")
    assert note["severity"] == "note"
    assert "language fr" in note["message"]
    lines = (folder / "newsletter.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[note["place"]["line"] - 1][note["place"]["column"] - 1 :].startswith("fr")


def test_a_language_without_words_is_noted_where_the_issue_names_it(folder: Path, cli: Any) -> None:
    lay(folder, issue=f"language: fr\n{ISSUE}")
    [note] = found(cli, "NL320")
    assert (Path(note["place"]["path"]).name, note["place"]["line"]) == ("2024-10.yaml", 1)


def test_a_section_in_a_language_without_words_is_noted(folder: Path, cli: Any) -> None:
    lay(folder, issue=ISSUE.replace("    items", "    language: fr\n    items"))
    [note] = found(cli, "NL320")
    assert note["place"]["line"] == 5


@pytest.mark.parametrize("language", ["cy", "es", "ar", "en-US", "es-MX"])
def test_a_language_with_words_needs_no_note(folder: Path, cli: Any, language: str) -> None:
    lay(folder, issue=f"language: {language}\n{ISSUE}")
    assert found(cli, "NL320") == found(cli, "NL321") == []


def test_words_of_ones_own_are_used_and_what_is_wrong_with_them_is_told(folder: Path, cli: Any) -> None:
    words = WORD.format(name="coming_up", english="Coming up in {month}", said="À venir en {mois}")
    words += WORD.format(name="deadline", english="Deadline", said="Date limite")
    lay(folder, issue=f"language: fr\n{ISSUE}", words=words)
    lacking, wrong = sorted(found(cli, "NL321"), key=lambda one: "cannot be used" in one["message"])
    assert "“Coming up in {month}” cannot be used: 'À venir en {mois}' must have {month}" in wrong["message"]
    assert (Path(wrong["place"]["path"]).name, wrong["place"]["line"]) == ("fr.po", 2)
    assert "There are no words yet for “EEEE d MMMM”" in lacking["message"]
    assert " more, so they are in English" in lacking["message"]
    assert {wrong["severity"], lacking["severity"]} == {"warning"}


def test_a_broken_file_of_words_is_an_error_in_that_file(folder: Path, cli: Any) -> None:
    lay(folder, issue=f"language: fr\n{ISSUE}", words="Date limite\n")
    done = cli("check", "2024-10")
    assert done.code == 3
    assert "fr.po" in done.out
    assert "The translation catalogue cannot be read" in done.said


def test_a_time_that_the_clock_shows_twice_is_noted(folder: Path, cli: Any) -> None:
    lay(folder, issue=ISSUE.replace("[Une promenade]", "[{title: Walk, when: 2024-10-27 01:30, ends: 03:00}]"))
    [note] = found(cli, "NL322")
    assert note["message"] == "01:30 comes twice on 27 October 2024, as the clocks go back: the first one is meant."
    assert note["place"]["line"] == 5
    assert "01:30" in note["excerpt"]


def test_a_time_that_the_clocks_skip_is_an_error(folder: Path, cli: Any) -> None:
    lay(folder, issue=ISSUE.replace("[Une promenade]", "[{title: Walk, when: 2024-03-31 01:30}]"))
    done = cli("check", "2024-10")
    assert done.code == 3
    assert "NL057" in done.out
    assert "Write 00:30 or 02:30" in done.said


def test_an_attachment_is_warned_of_where_the_service_takes_none(folder: Path, cli: Any) -> None:
    lay(folder, settings="language: en-GB\ncalendar: {attach: true}")
    assert found(cli, "NL323") == []
    path = folder / "newsletter.yaml"
    text = path.read_text(encoding="utf-8").replace("provider: outbox", "provider: mailchimp")
    path.write_text(f"{text}mailchimp: {{base_url: 'http://127.0.0.1:8025'}}\n", encoding="utf-8")
    [warning] = found(cli, "NL323")
    assert warning["message"].startswith("Mailchimp takes no attachment")


def test_rendering_writes_the_calendar_files(folder: Path, cli: Any) -> None:
    lay(folder, issue=ISSUE.replace("[Une promenade]", "[{title: Walk, when: 2024-10-26 01:30}]"))
    assert cli("render", "2024-10", "-o", "out").code == 0
    assert sorted(path.name for path in (folder / "out").glob("*.ics")) == ["2024-10-1.ics", "2024-10-events.ics"]
    assert (folder / "out" / "2024-10-1.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
