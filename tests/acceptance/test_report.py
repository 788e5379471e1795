"""`newsletter report`: the results of an issue, by link and section, beside past issues, and as a page to mail."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest

from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming


@pytest.fixture
def mailchimp(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """Have the folder's newsletter go out through a rehearsed Mailchimp."""
    monkeypatch.setattr("newsletter.providers.http._backoff", lambda _: 0.0)
    with Rehearsal("mailchimp", timing=RehearsalTiming(poll_seconds=0.01)) as rehearsal:
        for variable, key in rehearsal.keys.items():
            monkeypatch.setenv(variable, key)
        own = json.dumps({"base_url": rehearsal.base_url, **rehearsal.kind.settings})
        lines = ["provider: mailchimp", "undo_minutes: 0", f"mailchimp: {own}", "audience: Team update", ""]
        path = folder / "newsletter.yaml"
        path.write_text(path.read_text().replace("provider: outbox\n", "\n".join(lines)))
        yield rehearsal


def send(cli: Any, issue: str, to: str) -> None:
    """Test and send an issue."""
    assert cli("test", issue, "--to", to).code == 0
    assert cli("send", issue, "--yes").code == 0


def test_clicks_are_shown_by_link_and_section(mailchimp: Rehearsal, cli: Any, folder: Path) -> None:
    send(cli, "2024-02", mailchimp.crowd.lists[0].active[0].email)
    shown = cli("report", "2024-02")
    assert shown.code == 0
    assert "Clicks by section" in shown.out
    facts = json.loads(cli("report", "2024-02", "--json").out)
    sections = {one["section"]: one["clicks"] for one in facts["sections"]}
    assert {"Last month", "Get involved"} <= set(sections)
    measuring = next(one for one in facts["links"] if "measuring-success" in one["url"])
    assert measuring["section"] == "Last month"
    assert sum(sections.values()) == sum(one["clicks"] for one in facts["links"])
    assert facts["totals"]["sent"] == facts["people"]


def test_it_is_shown_beside_past_issues(cli: Any, folder: Path) -> None:
    for issue in ("2024-02", "2024-03"):
        send(cli, issue, "me@example.org")
    facts = json.loads(cli("report", "2024-03", "--json", "--past", "3").out)
    assert [one["issue"] for one in facts["past"]] == ["2024-02"]
    assert facts["past"][0]["totals"]["sent"] == facts["totals"]["sent"]
    said = cli("report", "2024-03", "--past", "3").said
    assert "Beside past issues" in said
    assert "unreliable" in said
    assert "past" not in cli("report", "2024-03").said


def test_a_correction_adds_only_those_who_left(cli: Any, folder: Path) -> None:
    send(cli, "2024-02", "me@example.org")
    path = folder / "issues" / "2024-02.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("cold and gloomy", "cold and grey"), encoding="utf-8")
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--correction", "--yes").code == 0
    facts = json.loads(cli("report", "2024-02", "--json").out)
    assert len(facts["reports"]) == 2
    assert facts["totals"]["sent"] == facts["people"] == facts["reports"][0]["sent"]


def test_the_table_has_a_row_for_each_part(mailchimp: Rehearsal, cli: Any, folder: Path) -> None:
    send(cli, "2024-02", mailchimp.crowd.lists[0].active[0].email)
    rows = list(csv.DictReader(io.StringIO(cli("report", "2024-02", "--csv").out)))
    assert {row["row"] for row in rows} == {"send", "total", "link", "section"}
    sent = [row["sent"] for row in rows if row["row"] in {"send", "total"}]
    assert sent[0] == sent[1]
    assert cli("report", "2024-02", "--csv", "--json").code == 2


def test_the_page_is_whole_and_loads_nothing(mailchimp: Rehearsal, cli: Any, folder: Path) -> None:
    to = mailchimp.crowd.lists[0].active[0].email
    for issue in ("2024-02", "2024-03"):
        send(cli, issue, to)
    assert cli("report", "2024-03", "--html", "march.html").code == 0
    markup = (folder / "march.html").read_text(encoding="utf-8")
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(markup)
    assert not page.findall(".//script") + page.findall(".//img") + page.findall(".//link")
    plots = page.findall(".//{http://www.w3.org/2000/svg}svg")
    assert len(plots) >= 4
    assert all(plot.get("role") == "img" and plot.get("aria-label") for plot in plots)
    words = " ".join("".join(page.itertext()).split())
    assert "2024-02" in words
    assert "Opened (unreliable)" in words
    assert "@example" not in words
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert cli("report", "2024-03", "--html", "mine.txt").code == 2
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_an_issue_that_was_not_sent_has_no_results(cli: Any, folder: Path) -> None:
    done = cli("report", "2024-02", "--html", "out.html")
    assert done.code == 2
    assert not (folder / "out.html").exists()
