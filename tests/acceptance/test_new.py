"""`newsletter new` drafts an issue from the last one, or begins with the sample."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.workflow.months import Month


@pytest.fixture
def months() -> list[str]:
    """Return this month and the two after it, as issues are named."""
    today = dt.datetime.now(ZoneInfo("Europe/London")).date()
    first = Month.of(today)
    return [str(first), str(first.next()), str(first.next().next())]


def test_without_a_month_it_is_this_month_however_old_the_newest_issue_is(
    folder: Path, cli: Any, months: list[str]
) -> None:
    done = cli("new")
    assert done.code == 0
    assert f"issues/{months[0]}.yaml" in done.out
    text = (folder / "issues" / f"{months[0]}.yaml").read_text(encoding="utf-8")
    dates = re.findall(r"date: (\d{4}-\d{2}-\d{2})", text)
    assert dates
    assert all(date >= f"{months[0]}-01" for date in dates)
    assert f"newsletter preview {months[0]}" in done.out


def test_a_month_that_has_an_issue_is_passed_over(folder: Path, cli: Any, months: list[str]) -> None:
    first, second, third = months
    (folder / "issues" / "2024-02.yaml").rename(folder / "issues" / f"{first}.yaml")
    (folder / "issues" / "2024-03.yaml").rename(folder / "issues" / f"{third}.yaml")
    assert f"issues/{second}.yaml" in cli("new").out


def test_an_issue_far_ahead_does_not_push_the_next_one_behind_it(folder: Path, cli: Any, months: list[str]) -> None:
    (folder / "issues" / "2024-02.yaml").rename(folder / "issues" / "2099-01.yaml")
    assert f"issues/{months[0]}.yaml" in cli("new").out


def test_a_month_without_a_year_is_the_next_one_from_today(folder: Path, cli: Any, months: list[str]) -> None:
    name = Month(int(months[1][:4]), int(months[1][5:])).words.split()[0].lower()
    assert f"issues/{months[1]}.yaml" in cli("new", name).out


def test_the_schema_that_the_new_issue_names_is_there(folder: Path, cli: Any) -> None:
    cli("new", "2024-05")
    first = (folder / "issues" / "2024-05.yaml").read_text(encoding="utf-8").splitlines()[0]
    schema = folder / "issues" / first.partition("$schema=")[2]
    assert "sections" in json.loads(schema.read_text(encoding="utf-8"))["properties"]
    schema.write_text("mine", encoding="utf-8")
    cli("new", "2024-06")
    assert schema.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("month", ["2024-06", "June 2024"])
def test_a_month_may_be_named(folder: Path, cli: Any, month: str) -> None:
    assert cli("new", month).code == 0
    assert (folder / "issues" / "2024-06.yaml").is_file()


def test_an_issue_that_exists_is_never_overwritten(folder: Path, cli: Any) -> None:
    before = (folder / "issues" / "2024-02.yaml").read_bytes()
    done = cli("new", "2024-02")
    assert done.code == 2
    assert "There is an issue for February 2024 already" in done.said
    assert (folder / "issues" / "2024-02.yaml").read_bytes() == before


def test_another_name_for_the_same_month_counts_too(folder: Path, cli: Any) -> None:
    (folder / "issues" / "2024-03.yaml").rename(folder / "issues" / "2024-03.yml")
    assert cli("new", "2024-03").code == 2


def test_no_month_at_all_is_told(folder: Path, cli: Any) -> None:
    done = cli("new", "soon")
    assert done.code == 2
    assert "'soon' is not a month" in done.said


def test_without_any_issue_it_is_this_month(folder: Path, cli: Any) -> None:
    for path in (folder / "issues").glob("*.yaml"):
        path.unlink()
    done = cli("new", "--json")
    data = json.loads(done.out)
    assert Path(data["path"]).is_file()
    assert re.fullmatch(r"\d{4}-\d{2}", data["issue"])


def test_the_new_issue_loads_and_the_check_lists_what_waits(folder: Path, cli: Any) -> None:
    cli("new", "2024-05", "--blank")
    done = cli("check", "2024-05", "--json")
    assert done.code == 3
    codes = {finding["code"] for finding in json.loads(done.out)["findings"]}
    assert codes == {"NL303", "NL492"}  # what waits, and that May 2024 is long past
    path = folder / "issues" / "2024-05.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("✎", "Our"), encoding="utf-8")
    done = cli("check", "2024-05")
    assert done.code == 0, done


def test_it_is_drafted_from_the_last_issue(folder: Path, cli: Any) -> None:
    done = cli("new", "2024-04")
    assert "drafted from issues/2024-03.yaml" in done.said
    assert "Help us choose our next three projects (deadline 22 March 2024, 17:00)" in done.said
    assert "quote: A neighbour" in done.said
    done = cli("check", "2024-04", "--json")
    codes = [finding["code"] for finding in json.loads(done.out)["findings"]]
    assert codes.count("NL309") == 7
    (folder / "issues" / "2024-04.yaml").unlink()
    facts = json.loads(cli("new", "2024-04", "--json").out)["draft"]
    assert facts["from"] == "2024-03"
    assert facts["date"] == "2024-04-08"
    assert facts["due"] == []  # it is past
    assert facts["to_check"] == 7


def test_the_checklist_leads_to_the_sending_day(folder: Path, cli: Any, months: list[str]) -> None:
    facts = json.loads(cli("new", months[2], "--json").out)["draft"]
    assert [one["task"] for one in facts["due"]][-1] == f"newsletter send {months[2]}"
    assert facts["due"][-1]["day"] == facts["date"]
    assert f"newsletter send {months[2]}" in (folder / "issues" / f"{months[2]}.yaml").read_text(encoding="utf-8")


def test_what_waits_can_be_previewed_all_the_same(folder: Path, cli: Any) -> None:
    cli("new", "2024-05")
    done = cli("preview", "2024-05", "--no-open")
    assert done.code == 0
    assert "to fix before it can be sent" in done.said
