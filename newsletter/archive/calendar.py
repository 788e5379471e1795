"""The calendar to subscribe to: the dates ahead of all issues, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.render.calendar_files import subscription

if TYPE_CHECKING:
    from newsletter.archive.site import Site


def coming_events(site: Site) -> bytes:
    """Return the calendar of events and deadlines that are not over; it is there even without any.

    So a calendar program that subscribed never meets a missing file.
    """
    stamp = site.issues[0].date if site.issues else site.now.date()
    name = site.words.calendar_of.format(name=site.full_name)
    today = site.now.astimezone(site.presentation.zone).date()
    return subscription([one.event.entry(today) for one in site.events], stamp, name=name)
