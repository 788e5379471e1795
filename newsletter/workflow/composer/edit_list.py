"""Change the list of subscribers by one person, or put it back, wherever the list is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.workflow.composer import database_list
from newsletter.workflow.composer.list_facts import full_name

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace


class NewPerson(NamedTuple):
    """Somebody who is to be added; `consent` says how they agreed, for a list in a database."""

    email: str
    first_name: str
    last_name: str
    segments: tuple[str, ...]
    consent: str


def add_person(workspace: Workspace, person: NewPerson, *, even_if_gone: bool) -> None:
    """Add a person; raise GoneSubscriberError for somebody who left, unless `even_if_gone`."""
    if database_list.is_in_database(workspace):
        name = full_name(person.first_name, person.last_name)
        database_list.add_to_database(
            workspace, person.email, name, person.segments, person.consent, even_if_gone=even_if_gone
        )
        return
    from newsletter.workflow.edit_audience import add_subscriber

    add_subscriber(
        workspace, person.email, person.first_name, person.last_name, person.segments, even_if_gone=even_if_gone
    )


def rename_person(workspace: Workspace, email: str, first_name: str, last_name: str) -> None:
    """Change the name of a person on the list."""
    if database_list.is_in_database(workspace):
        database_list.rename_in_database(workspace, email, first_name, last_name)
        return
    from newsletter.workflow.edit_audience import rename_subscriber

    rename_subscriber(workspace, email, first_name, last_name)


def remove_person(workspace: Workspace, email: str, *, for_good: bool) -> None:
    """Unsubscribe a person, or delete them `for_good`."""
    if database_list.is_in_database(workspace):
        database_list.remove_from_database(workspace, email, for_good=for_good)
        return
    from newsletter.workflow.edit_audience import remove_subscriber

    remove_subscriber(workspace, email, for_good=for_good)


def undo_change(workspace: Workspace) -> dict[str, Any]:
    """Put the list back as it was before the last change, and return how many people can be written to, if known."""
    if database_list.is_in_database(workspace):
        database_list.undo_in_database(workspace)
        return {}
    from newsletter.workflow.import_audience import undo_import

    return {"reachable": undo_import(workspace)}
