"""One person is added, unsubscribed or deleted; all other rows keep their cells, and nobody comes back unasked."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from newsletter.audience.csv_file import read_audience
from newsletter.errors import NewsletterError, UsageError
from newsletter.workflow.edit_audience import add_subscriber, remove_subscriber, rename_subscriber
from newsletter.workflow.gone_subscriber import GoneSubscriberError
from newsletter.workflow.import_audience import can_undo, undo_import
from newsletter.workflow.workspace import Workspace

PROJECT = Path(__file__).parents[3]
LISTS = {
    "own": 'email,first_name,last_name,status,town\na@example.org,Al,"B, c",subscribed,x\nb@example.org,,,bounced,\n',
    "semicolons": 'Name;E-Mail;Notes;Newsletter?\nAda;a@example.org;"big; note";yes\nBo;b@example.org;;no\n',
    "without status": "email\na@example.org\nc@example.org\n",
    "twice": "email,status\na@example.org,subscribed\nb@example.org,subscribed\nB@example.org,unsubscribed\n",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copy(PROJECT / "newsletter.yaml", tmp_path)
    (tmp_path / "issues").mkdir()
    return Workspace.find(tmp_path)


def reachable(workspace: Workspace) -> set[str]:
    return {one.email for one in read_audience(workspace.settings.audience_file).reachable}


def cells(workspace: Workspace) -> list[list[str]]:
    text = workspace.settings.audience_file.read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


@pytest.mark.parametrize("name", LISTS)
def test_a_person_is_added_and_removed_and_the_others_keep_their_cells(workspace: Workspace, name: str) -> None:
    path = workspace.settings.audience_file
    path.write_text(LISTS[name], "utf-8")
    before, rows = reachable(workspace), cells(workspace)
    add_subscriber(workspace, " new@example.org ", "New", "Person", ("members",))
    assert reachable(workspace) == before | {"new@example.org"}
    for old, row in zip(rows, cells(workspace), strict=False):
        assert row[: len(old)] == old
    assert read_audience(path).reachable[-1].segments == ("members",)
    remove_subscriber(workspace, "new@example.org")
    assert reachable(workspace) == before
    with pytest.raises(GoneSubscriberError):
        add_subscriber(workspace, "new@example.org")
    remove_subscriber(workspace, "NEW@example.org", for_good=True)
    assert "new@example.org" not in path.read_text("utf-8")
    assert reachable(workspace) == before


@pytest.mark.parametrize("name", LISTS)
def test_a_name_is_changed_and_the_others_keep_their_cells(workspace: Workspace, name: str) -> None:
    path = workspace.settings.audience_file
    path.write_text(LISTS[name], "utf-8")
    before, rows = reachable(workspace), cells(workspace)
    rename_subscriber(workspace, "A@example.org", " Anna  Maria", "Lee")
    assert reachable(workspace) == before
    people = {one.email: f"{one.first_name} {one.last_name}".strip() for one in read_audience(path).subscribers}
    assert people["a@example.org"] == "Anna Maria Lee"
    others = [row for row in rows if "a@example.org" not in row]
    assert [row[: len(old)] for old, row in zip(rows, cells(workspace), strict=True) if old in others[1:]] == others[1:]
    rename_subscriber(workspace, "a@example.org", "", "")
    assert {one.email: one.first_name for one in read_audience(path).subscribers}["a@example.org"] == ""
    with pytest.raises(UsageError, match="not on the list"):
        rename_subscriber(workspace, "nobody@example.org", "A", "B")


@pytest.mark.parametrize("name", ["own", "semicolons", "twice"])
def test_somebody_who_left_is_added_only_when_that_is_confirmed(workspace: Workspace, name: str) -> None:
    path = workspace.settings.audience_file
    path.write_text(LISTS[name], "utf-8")
    before = path.read_bytes()
    with pytest.raises(GoneSubscriberError):
        add_subscriber(workspace, "b@example.org")
    assert path.read_bytes() == before
    add_subscriber(workspace, "b@example.org", even_if_gone=True)
    assert {one.casefold() for one in reachable(workspace)} == {"a@example.org", "b@example.org"}


def test_the_last_change_is_undone_to_the_byte(workspace: Workspace) -> None:
    path = workspace.settings.audience_file
    path.write_text(LISTS["semicolons"], "utf-8")
    before = path.read_bytes()
    assert not can_undo(workspace)
    add_subscriber(workspace, "new@example.org")
    assert can_undo(workspace)
    undo_import(workspace)
    assert path.read_bytes() == before
    assert not can_undo(workspace)


@pytest.mark.parametrize("email", ["nonsense", "", "a@b", "a b@example.org", "x" * 400 + "@example.org"])
def test_what_is_no_address_changes_nothing(workspace: Workspace, email: str) -> None:
    path = workspace.settings.audience_file
    path.write_text("email\na@example.org\n,\nbroken\n", "utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError):
        add_subscriber(workspace, email)
    with pytest.raises(UsageError):
        remove_subscriber(workspace, email, for_good=True)
    assert path.read_bytes() == before


def test_an_address_is_on_the_list_once_and_a_list_is_made_where_there_is_none(workspace: Workspace) -> None:
    add_subscriber(workspace, "a@example.org")
    with pytest.raises(UsageError, match="already"):
        add_subscriber(workspace, "A@Example.org")
    assert reachable(workspace) == {"a@example.org"}
    undo_import(workspace)
    assert not workspace.settings.audience_file.exists()


def test_a_list_that_decides_by_more_than_is_known_is_not_changed(workspace: Workspace) -> None:
    path = workspace.settings.audience_file
    path.write_text("email,consent date\na@example.org,2024-01-02\nb@example.org,\n", "utf-8")
    before = path.read_bytes()
    with pytest.raises(NewsletterError):
        add_subscriber(workspace, "new@example.org")
    assert path.read_bytes() == before
