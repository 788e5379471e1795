"""The sample people of a new folder's list: counted, so that nobody takes them for readers, and removed at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from newsletter.scaffold.starter import sample_people

if TYPE_CHECKING:
    from newsletter.model.audience import Subscriber
    from newsletter.workflow.workspace import Workspace


def count_samples(people: Iterable[Subscriber]) -> int:
    """Count the people who came with a new folder."""
    samples = sample_people()
    return sum(_is_sample(one, samples) for one in people)


def remove_samples(workspace: Workspace) -> None:
    """Take the people who came with a new folder off the list, in one change that can be undone."""
    from newsletter.audience.csv_file import read_audience
    from newsletter.workflow.edit_audience import remove_subscribers

    settings, samples = workspace.settings, sample_people()
    people = read_audience(settings.audience_file, columns=settings.outbox.columns)
    remove_subscribers(workspace, [one.email for one in people.subscribers if _is_sample(one, samples)])


def _is_sample(person: Subscriber, samples: Collection[tuple[str, str, str]]) -> bool:
    """Return whether somebody is a sample: a person of another name at the same address is a reader."""
    return (person.email, person.first_name, person.last_name) in samples
