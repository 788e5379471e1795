"""What readers see above the sections of an issue that have no heading of their own."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace


def automatic_headings(workspace: Workspace, data: Any) -> dict[str, str]:
    """Return the heading that is written for each kind of section, in the language and the month of an issue."""
    from newsletter.render.context import usual_heading
    from newsletter.render.dates import Calendar
    from newsletter.render.translations import catalogue_for
    from newsletter.render.ui_strings import HEADED_KINDS

    fields = data if isinstance(data, dict) else {}
    presentation = workspace.settings.presentation
    day = dt.datetime.now(presentation.zone).date()
    with suppress(ValueError):
        day = dt.date.fromisoformat(str(fields.get("date", ""))[:10])
    language = fields.get("language") or presentation.language
    words = catalogue_for(str(language), workspace.templates).words
    calendar = Calendar.of(presentation.model_copy(update={"language": str(language)}), words, day.year)
    found = {kind: usual_heading(kind, calendar, day) for kind in sorted(HEADED_KINDS)}
    return {kind: heading for kind, heading in found.items() if heading}
