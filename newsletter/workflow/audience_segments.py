"""The segments of the audience, as its file or the list of one's own has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.settings import Settings


def segments_in_file(settings: Settings) -> list[str] | None:
    """Return the segments that somebody in the audience file is in; None if there is no such file."""
    from newsletter.audience.csv_file import read_audience
    from newsletter.model.audience import segments_of

    if settings.has_own_list:
        from newsletter.workflow.own_list import own_segments

        return own_segments(settings)
    path = settings.audience_file
    if not path.is_file():
        return None
    people = read_audience(path, columns=settings.outbox.columns).reachable
    return [segment.name for segment in segments_of(people)]
