"""Lists are imported as people really have them: nobody who is out is mailed, and the import can be undone."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from newsletter.audience.csv_file import read_audience
from newsletter.audience.csv_table import read_table
from newsletter.errors import ContentError, UsageError
from newsletter.model.list_columns import Columns, ColumnUse
from newsletter.workflow.import_audience import carry_out, plan_import, undecided_columns, undo_import, write_audience
from newsletter.workflow.unpack_lists import unpacked_lists
from newsletter.workflow.workspace import Workspace
from tests import import_samples as samples

PROJECT = Path(__file__).parents[3]
LISTS = PROJECT / "tests" / "data" / "exported_lists"
EXPECTED: dict[str, dict[str, Any]] = YAML(typ="safe").load((LISTS / "expected.yaml").read_text(encoding="utf-8"))
USABLE = [name for name, expected in EXPECTED.items() if "rejected" not in expected]
COLUMNS = TypeAdapter(Columns)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a newsletter without an audience file."""
    shutil.copy(PROJECT / "newsletter.yaml", tmp_path)
    (tmp_path / "issues").mkdir()
    return Workspace.find(tmp_path)


def columns_of(name: str) -> dict[str, ColumnUse]:
    """Return what a person answers about the columns of a list."""
    return COLUMNS.validate_python(EXPECTED[name].get("columns", {}))


def imported(workspace: Workspace, *paths: Path, columns: dict[str, ColumnUse] | None = None) -> list[str]:
    """Import lists, and return who gets an issue as a send reads the audience file."""
    carry_out(workspace, plan_import(workspace, paths, columns or {}))
    return [one.email.partition("@")[0] for one in read_audience(workspace.settings.audience_file).reachable]


@pytest.mark.parametrize("name", USABLE)
def test_exactly_those_who_may_get_it_are_imported(workspace: Workspace, name: str) -> None:
    assert imported(workspace, LISTS / name, columns=columns_of(name)) == EXPECTED[name]["gets"]


@pytest.mark.parametrize("name", USABLE)
def test_a_workbook_with_the_same_cells_is_read_the_same(workspace: Workspace, name: str) -> None:
    path = workspace.root / f"{Path(name).stem}.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in read_table(LISTS / name, name).rows:
        sheet.append(list(row.cells))
    book.save(path)
    assert imported(workspace, path, columns=columns_of(name)) == EXPECTED[name]["gets"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [
        ("utf-8-sig", ",", "\r\n"), ("cp1252", ";", "\r\n"), ("utf-16", "\t", "\r\n"), ("mac_roman", ";", "\r"),
        ("cp850", ";", "\r\n"),
    ],
)  # fmt: skip
def test_excel_in_each_of_its_encodings(workspace: Workspace, encoding: str, delimiter: str, end: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows(
        [
            ["E-Mail", "Name", "Newsletter abonniert"],
            ["ada@trust.uk", "Jürgen Müßig", "ja"],
            ["ben@trust.uk", "Zoë Ångström", "nein"],
            ["cas@trust.uk", "Élodie Façade", "ja"],
        ]
    )
    path = workspace.root / "liste.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    columns = {"Newsletter abonniert": ColumnUse.model_validate({"means": "subscribed"})}
    assert imported(workspace, path, columns=columns) == ["ada", "cas"]
    names = [one.first_name for one in read_audience(workspace.settings.audience_file).subscribers]
    assert names == ["Jürgen", "Zoë", "Élodie"]


@pytest.mark.parametrize(
    ("heading", "wants", "left"),
    [
        ("Opt-in", "yes", "no"), ("Opted In", "TRUE", "FALSE"), ("Consent", "Y", "N"), ("GDPR consent", "1", "0"),
        ("Email consent", "x", ""), ("Accepts Marketing", "yes", "no"), ("Subscribed", "true", "false"),
        ("Subscribed?", "Yes", "No"), ("Status", "active", "inactive"),
        ("Subscription status", "Subscribed", "Unsubscribed"),
        ("Email Marketing Status", "subscribed", "never subscribed"), ("Unsubscribed", "", "yes"),
        ("Unsubscribed at", "", "2024-02-12"), ("Opted out", "no", "yes"), ("Do not email", "0", "1"),
        ("Blocklisted", "FALSE", "TRUE"), ("Bounced", "", "x"), ("Einwilligung", "ja", "nein"),
        ("Abgemeldet", "", "12.02.2024"),
        ("Consentement", "oui", "non"), ("Dado de baja", "no", "sí"), ("Has opted out of email", "0", "1"),
    ],
)  # fmt: skip
def test_consent_columns_of_many_spellings(workspace: Workspace, heading: str, wants: str, left: str) -> None:
    path = workspace.root / "list.csv"
    path.write_text(f"Email,{heading}\nada@trust.uk,{wants}\nben@trust.uk,{left}\n", encoding="utf-8")
    uses: dict[str, ColumnUse] = {}
    for column in undecided_columns(path, uses):  # where it asks, nobody is let in before it is answered
        meaning = "unsubscribed" if not wants else "subscribed"
        uses[column.heading] = ColumnUse.model_validate({"means": meaning})
    assert imported(workspace, path, columns=uses) == ["ada"]


def test_who_is_out_never_comes_back(workspace: Workspace) -> None:
    audience = workspace.settings.audience_file
    audience.write_text(
        "email,first_name,status\nada@trust.uk,Ada,\nben@trust.uk,Ben,unsubscribed\ncas@trust.uk,,\n", encoding="utf-8"
    )
    path = workspace.root / "new.csv"
    path.write_text(
        "Email,Name,Unsubscribed,Tags\nada@trust.uk,Ada L,yes,\nben@trust.uk,Ben,no,\n"
        'cas@trust.uk,Cas Sample,no,"""a"",""b, c"""\ndee@trust.uk,Dee,no,\n',
        encoding="utf-8",
    )
    plan = plan_import(workspace, [path], {}, ["spring"])
    assert [reason for _, reason in plan.merged.left_out] == [
        "`Unsubscribed` is “yes”",
        "the audience has them as unsubscribed",
    ]
    assert [one.email for one, _ in plan.merged.now_out] == ["ada@trust.uk"]
    carry_out(workspace, plan)
    people = {one.email[:3]: one for one in read_audience(audience).subscribers}
    assert [name for name, one in people.items() if one.status == "subscribed"] == ["cas", "dee"]
    assert people["cas"].first_name == "Cas"
    assert people["cas"].segments == ("a", "b, c", "spring")
    assert people["dee"].segments == ("spring",)


def test_a_file_of_those_who_left_marks_them(workspace: Workspace) -> None:
    workspace.settings.audience_file.write_text("email\nada@trust.uk\nben@trust.uk\n", encoding="utf-8")
    path = workspace.root / "unsubscribed_email_audience_export.csv"
    path.write_text("Email Address\nben@trust.uk\n", encoding="utf-8")
    assert imported(workspace, path) == ["ada"]


def test_an_import_is_undone_to_the_byte(workspace: Workspace) -> None:
    audience = workspace.settings.audience_file
    before = b"email;Vorname\r\nada@trust.uk;J\xfcrgen\r\n"
    audience.write_bytes(before)
    path = workspace.root / "new.csv"
    path.write_text("email\nben@trust.uk\n", encoding="utf-8")
    assert imported(workspace, path) == ["ada", "ben"]
    assert undo_import(workspace) == 1
    assert audience.read_bytes() == before
    with pytest.raises(UsageError, match="no import to undo"):
        undo_import(workspace)


def test_the_first_import_is_undone_by_removing_the_file(workspace: Workspace) -> None:
    path = workspace.root / "new.csv"
    path.write_text("email\nben@trust.uk\n", encoding="utf-8")
    imported(workspace, path)
    assert undo_import(workspace) is None
    assert not workspace.settings.audience_file.exists()


def test_an_import_that_changes_nothing_leaves_the_one_before_to_undo(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from newsletter.cli import audience

    monkeypatch.chdir(workspace.root)
    path = workspace.root / "new.csv"
    path.write_text(
        "Email,Name,Newsletter consent,City\nada@trust.uk,Ada L,yes,\nben@trust.uk,Ben,no,Hull\n"
        "cas@trust.uk,,yes,Leeds\n",
        encoding="utf-8",
    )
    options = {"column": ["Newsletter consent=subscribed"], "segment": ["spring"]}
    audience.command(audience.Action.IMPORT, [str(path)], **options, yes=True)
    written = workspace.settings.audience_file.read_bytes()
    assert "Nothing new" not in capsys.readouterr().out
    audience.command(audience.Action.IMPORT, [str(path)], **options)
    said = " ".join(capsys.readouterr().out.split())
    assert "Nothing new: audience.csv stays as it is." in said
    assert "0 known, with more details than before" in said
    audience.command(audience.Action.IMPORT, [str(path)], **options, as_json=True)
    facts = json.loads(capsys.readouterr().out)
    assert (facts["updated"], facts["copy"]) == (0, None)
    assert workspace.settings.audience_file.read_bytes() == written
    assert undo_import(workspace) is None
    assert not workspace.settings.audience_file.exists()


def test_a_list_with_other_commas_is_not_rewritten_for_nothing(workspace: Workspace) -> None:
    before = b"email;Vorname\r\nada@trust.uk;J\xfcrgen\r\n"
    workspace.settings.audience_file.write_bytes(before)
    path = workspace.root / "new.csv"
    path.write_text("email\nada@trust.uk\n", encoding="utf-8")
    assert imported(workspace, path) == ["ada"]
    assert workspace.settings.audience_file.read_bytes() == before


def test_nothing_is_undone_of_an_import_that_changed_nothing(workspace: Workspace) -> None:
    workspace.settings.audience_file.write_text("email\nada@trust.uk\n", encoding="utf-8")
    write_audience(workspace, workspace.settings.audience_file.read_bytes())
    with pytest.raises(UsageError, match="no import to undo"):
        undo_import(workspace)


def test_changes_since_an_import_are_not_undone(workspace: Workspace) -> None:
    path = workspace.root / "new.csv"
    path.write_text("email\nben@trust.uk\n", encoding="utf-8")
    imported(workspace, path)
    with workspace.settings.audience_file.open("a", encoding="utf-8") as file:
        file.write("cas@trust.uk,,,unsubscribed,\n")
    with pytest.raises(UsageError, match="changed since"):
        undo_import(workspace)
    assert "cas" in workspace.settings.audience_file.read_text(encoding="utf-8")


def test_what_cannot_be_read_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    damaged = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.save(damaged)
    damaged.write_bytes(damaged.read_bytes()[:-400])
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    for path in (damaged, empty):
        with pytest.raises(ContentError, match="cannot be imported"):
            undecided_columns(path, {})
    with pytest.raises(UsageError, match="There is no file"):
        undecided_columns(tmp_path / "missing.csv", {})
    assert not workspace.settings.audience_file.exists()


def test_the_command_asks_where_consent_is_not_clear(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from newsletter.cli import audience, terminal

    answers = iter(["5", "2", "yes"])
    monkeypatch.setattr(terminal, "at_terminal", lambda: True)
    monkeypatch.setattr(terminal, "ask", lambda *_, **__: next(answers))
    monkeypatch.chdir(workspace.root)
    path = workspace.root / "list.csv"
    path.write_text("Email,Name,Hear from us\nada@trust.uk,Ada L,no\nben@trust.uk,B,yes\n,C,no\n", encoding="utf-8")
    audience.command(audience.Action.IMPORT, [path])
    said = capsys.readouterr().out
    assert "ada@trust.uk" not in said
    assert "b…@t….uk" in said
    assert "1  rows without a usable address" in " ".join(said.split("      "))
    people = read_audience(workspace.settings.audience_file)
    assert [one.email for one in people.reachable] == ["ada@trust.uk"]
    assert [one.last_name for one in people.reachable] == ["L"]


@pytest.mark.parametrize(
    ("export", "gets"), [(samples.mailchimp_account, ["ann", "bob"]), (samples.substack_account, ["ann"])]
)
def test_the_lists_in_the_export_of_an_account_are_imported(
    workspace: Workspace, tmp_path: Path, export: Callable[[], bytes], gets: list[str]
) -> None:
    path = tmp_path / "account.zip"
    path.write_bytes(export())
    with unpacked_lists([path]) as lists:
        folder = lists[0].parents[2]
        assert imported(workspace, *lists) == gets
    assert not folder.exists()
    assert "zoe@" not in workspace.settings.audience_file.read_text(encoding="utf-8")


def test_an_export_without_a_list_is_refused_and_a_workbook_is_none(tmp_path: Path) -> None:
    export, workbook = tmp_path / "export.zip", tmp_path / "people.xlsx"
    export.write_bytes(samples.zipped({"posts/1.html": b"<p>x</p>", "opens.csv": b"email\nzoe@example.org\n"}))
    openpyxl.Workbook().save(workbook)
    with pytest.raises(UsageError, match="holds no subscriber list"), unpacked_lists([export]):
        pass
    with unpacked_lists([workbook]) as lists:
        assert lists == [workbook]
