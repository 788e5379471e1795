"""The next issue is drafted from the last one: what is ahead is carried, the rest is told or listed."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.workflow.check_issue import check_issue
from newsletter.workflow.create_issue import CreatedIssue, create_issue
from newsletter.workflow.months import Month
from newsletter.workflow.next_issue.checklist import checklist, sending_day, working_days_before
from newsletter.workflow.workspace import Workspace

PROJECT = Path(__file__).parents[3]
GOLDEN = PROJECT / "tests" / "data" / "new_issue" / "2024-03.yaml"
LATE_FEBRUARY = dt.date(2024, 2, 26)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of settings and no issue."""
    shutil.copy(PROJECT / "newsletter.yaml", tmp_path)
    shutil.copy(PROJECT / "audience.csv", tmp_path)
    (tmp_path / "issues").mkdir()
    return tmp_path


def draft(folder: Path, february: str, month: str = "2024-03", today: dt.date = LATE_FEBRUARY) -> CreatedIssue:
    """Draft an issue from one of February that is given as YAML."""
    head = "title: February\ndate: 2024-02-12\n"
    (folder / "issues" / "2024-02.yaml").write_text(head + february, encoding="utf-8")
    return create_issue(Workspace.find(folder), month, today=today)


def written(folder: Path, february: str) -> str:
    """Return the text of the issue of March that is drafted from one of February."""
    return draft(folder, february).path.read_text(encoding="utf-8")


def test_march_is_drafted_from_february_as_a_careful_person_would(folder: Path) -> None:
    for name in ("2024-02.yaml", "images"):
        source = PROJECT / "issues" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / "issues" / name)
    created = create_issue(Workspace.find(folder), "2024-03", today=LATE_FEBRUARY)
    assert created.path.read_text(encoding="utf-8") == GOLDEN.read_text(encoding="utf-8")
    codes = [one.code for one in findings(folder, "2024-03")]
    assert codes.count("NL309") == created.draft.marks == 9
    assert not {"NL510", "NL511", "NL515", "NL516"} & set(codes)  # one finding each is enough


def findings(folder: Path, month: str) -> list:
    """Return what the check finds in an issue."""
    workspace = Workspace.find(folder)
    return list(check_issue(workspace, workspace.issue_path(month)).findings)


def test_a_mark_warns_until_the_entry_is_changed_or_the_comment_deleted(folder: Path) -> None:
    path = draft(folder, "sections:\n- kind: coming_up\n  items: [We will meet in Hull, A fair in the square]\n").path
    text = path.read_text(encoding="utf-8")
    assert "We met in Hull" in text

    def marked(changed: str) -> int:
        path.write_text(changed, encoding="utf-8")
        return sum(one.code == "NL309" for one in findings(folder, "2024-03"))

    assert marked(text) == 2
    assert marked(text.replace("We met in Hull", "Ninety of us met in Hull")) == 1
    assert marked(text.replace("      # ✎ Announced in February: say what happened.\n", "", 1)) == 1
    (folder / "issues" / "2024-02.yaml").unlink()
    assert marked(text.replace("We met in Hull", "Ninety of us met in Hull")) == 2  # nothing to compare with


def test_what_is_ahead_is_carried_and_what_is_over_is_listed(folder: Path) -> None:
    created = draft(
        folder,
        """\
sections:
  - kind: coming_up
    items:
      - title: Spring fair
        when: 2024-03-23 12:00
        where: Hull
      - title: Leap day walk
        text: We will walk six miles.
        when: 2024-02-29
        where: Filey
        button: {label: Book, link: https://example.org/book}
  - kind: get_involved
    items:
      - {title: Grants, text: Apply, deadline: 2024-03-11}
      - {title: Survey, text: Answer, deadline: 2024-03-10}
  - kind: links
    items:
      - {title: Job, link: https://example.org/job, deadline: 2024-04-01}
      - {title: A guide, link: https://example.org/guide}
  - kind: quote
    text: It was good.
    who: A neighbour
""",
    )
    text = created.path.read_text(encoding="utf-8")
    body = text[text.index("sections:") :]
    assert created.draft.over == ("Survey (deadline 10 March 2024)",)
    assert created.draft.for_one_issue == ("quote: A neighbour",)
    assert "Survey" not in body
    assert "guide" not in body
    assert "  - kind: coming_up\n    items:\n      - title: Spring fair\n        when: 2024-03-23 12:00\n" in body
    assert (
        "      # ✎ Announced in February for 29 February 2024, Filey: say what happened.\n"
        "      - title: Leap day walk\n        text: We walked six miles.\n\n"
    ) in body
    assert "deadline: 2024-03-11" in body
    assert "deadline: 2024-04-01" in body


def test_what_some_readers_were_told_is_not_told_to_all(folder: Path) -> None:
    text = written(
        folder,
        """\
sections:
  - kind: last_month
    items: [All was well]
  - kind: coming_up
    only: {segment: members}
    items: [The members will meet]
  - kind: coming_up
    language: cy
    items: [We will meet]
""",
    )
    assert text.count("kind: last_month") == 3
    members = text.index("- The members met")
    assert text.rindex("only:\n      segment: members", 0, members) > text.rindex("kind: last_month", 0, members)
    assert "- We will meet" in text  # it may be English or not: it was said to be Welsh
    assert "say what happened, in the past tense." in text


def test_samples_that_were_never_replaced_are_not_carried(folder: Path) -> None:
    text = written(folder, "sections:\n- kind: coming_up\n  items: [✎ Something that is planned]\n")
    assert "Announced" not in text


def test_texts_are_written_as_they_were(folder: Path) -> None:
    call = (
        '      - title: "Grants: apply"\n        text: |\n          Two lines,\n          and a list:\n\n'
        "          - one # two\n          - three\n        deadline: 2024-04-01 12:00\n"
    )
    assert call in written(folder, f"sections:\n  - kind: get_involved\n    items:\n{call}")


def test_an_issue_with_mistakes_is_not_drafted_from(folder: Path) -> None:
    with pytest.raises(UsageError, match="has mistakes"):
        draft(folder, "sections:\n- kind: nonsense\n")
    assert not (folder / "issues" / "2024-03.yaml").exists()
    created = create_issue(Workspace.find(folder), "2024-03", is_blank=True, today=LATE_FEBRUARY)
    assert created.draft is None
    assert "✎ The headline of the issue" in created.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("title", "drafted"),
    [
        ("February 2024", "March 2024"),
        ("Spring is in the air", "✎ The headline of the issue"),
        ("Our news | February 2024", "Our news | ✎ the theme of the month"),
        ("News – of love", "News – ✎ the theme of the month"),
        ('"February: love"', '"March: ✎ the theme of the month"'),
    ],
)
def test_the_title_keeps_what_names_the_newsletter(folder: Path, title: str, drafted: str) -> None:
    text = f"title: {title}\ndate: 2024-02-12\nintro: Hello\n"
    (folder / "issues" / "2024-02.yaml").write_text(text, encoding="utf-8")
    created = create_issue(Workspace.find(folder), "2024-03", today=LATE_FEBRUARY)
    assert f"\ntitle: {drafted}\n" in created.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("last", "month", "today", "day"),
    [
        ("2024-02-12", Month(2024, 3), "2024-02-26", "2024-03-11"),  # the second Monday
        ("2024-02-29", Month(2024, 3), "2024-02-29", "2024-03-28"),  # a fifth Thursday: the last one
        ("2024-02-01", Month(2024, 3), "2024-03-10", "2024-03-11"),  # past already: the next working day
        ("2024-02-12", Month(2023, 5), "2024-02-26", "2023-05-08"),  # a month that is past
    ],
)
def test_an_issue_is_sent_on_the_day_that_the_last_one_was(last: str, month: Month, today: str, day: str) -> None:
    assert sending_day(dt.date.fromisoformat(last), month, dt.date.fromisoformat(today)).isoformat() == day


@pytest.mark.parametrize(
    ("last", "month", "day"),
    [
        ("2024-04-01", "2024-05", "2024-05-07"),  # the early May bank holiday: the day after it
        ("2023-12-02", "2024-01", "2024-01-06"),  # sent on Saturdays: a Saturday
        ("2024-11-28", "2025-12", "2025-12-24"),  # not the Thursday, which is Christmas Day
        ("2023-12-05", "2024-01", "2024-01-02"),  # a holiday in Scotland alone
    ],
)
def test_no_issue_is_sent_on_a_public_holiday(folder: Path, last: str, month: str, day: str) -> None:
    text = f"title: News\ndate: {last}\nintro: Hello\n"
    (folder / "issues" / f"{last[:7]}.yaml").write_text(text, encoding="utf-8")
    made = create_issue(Workspace.find(folder), month, today=dt.date.fromisoformat(last))
    assert f"date: {day}" in made.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("month", "day"), [("2024-01", "2024-01-02"), ("2022-05", "2022-05-03")])
def test_a_blank_issue_is_not_dated_on_a_public_holiday(folder: Path, month: str, day: str) -> None:
    made = create_issue(Workspace.find(folder), month, is_blank=True, today=dt.date(2021, 12, 1))
    assert f"date: {day}" in made.path.read_text(encoding="utf-8")


def test_the_checklist_counts_working_days_back_and_is_never_in_the_past() -> None:
    assert working_days_before(dt.date(2024, 3, 11), 1) == dt.date(2024, 3, 8)
    steps = checklist(dt.date(2024, 3, 11), dt.date(2024, 3, 5), "2024-03")
    assert [step.day.isoformat() for step in steps] == [
        "2024-03-05", "2024-03-05", "2024-03-06", "2024-03-08", "2024-03-11",
    ]  # fmt: skip
    assert checklist(dt.date(2024, 3, 11), dt.date(2024, 3, 12), "2024-03") == ()


@pytest.mark.parametrize("approval", [True, False])
def test_the_checklist_of_january_has_no_step_at_christmas(folder: Path, *, approval: bool) -> None:
    path = folder / "newsletter.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("approval: false", f"approval: {str(approval).lower()}"), "utf-8"
    )
    (folder / "issues" / "2023-12.yaml").write_text(
        "title: December\ndate: 2023-12-05\nsections:\n- {kind: quote, text: It was good., who: A neighbour}\n", "utf-8"
    )
    steps = create_issue(Workspace.find(folder), "2024-01", today=dt.date(2023, 12, 11)).draft.steps
    # New Year's Day, Boxing Day and Christmas Day are no working days
    days = ["14 Dec", "21 Dec", "27 Dec", "29 Dec", "02 Jan"]
    assert [f"{step.day:%d %b}" for step in steps] == [day for day in days if approval or day != "29 Dec"]


def test_a_series_is_carried_until_it_is_over(folder: Path) -> None:
    created = draft(
        folder,
        """\
sections:
  - kind: coming_up
    items:
      - {title: Walk, when: 2024-01-04 13:00, repeats: every Thursday}
      - {title: Swim, when: 2024-01-05 13:00, repeats: every Friday until 2024-03-01}
""",
    )
    body = created.path.read_text(encoding="utf-8").partition("kind: coming_up")
    assert "Swim" in body[0]
    assert "repeats" not in body[0].partition("sections:")[2]
    assert "        when: 2024-01-04 13:00\n        repeats: every Thursday\n" in body[2]
    assert "✎" not in body[2]
