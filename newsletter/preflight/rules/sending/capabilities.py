"""What the issue and the settings ask of the provider, and it cannot do: attachments, and parts for some readers."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.model.targeting import Only
from newsletter.model.titles import capital
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, error, warning

NO_ATTACHMENT = warning("NL323", name="unsupported-attachment")
CANNOT = error("NL324", name="unsupported-part", always_on=True)
NOBODY = warning("NL325", name="empty-segment")
RULES = (NO_ATTACHMENT, CANNOT, NOBODY)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what the provider or the audience cannot do."""
    facts = context.facts
    if context.presentation.calendar.attach and not facts.takes_attachments:
        message = f"{facts.provider} takes no attachment, so the calendar file does not travel with the emails."
        yield context.on_settings(NO_ATTACHMENT, "", message)
    parts = [(loc, model) for loc, model in context.models if isinstance(model, Only)]
    if parts and not facts.takes_parts:
        way = "with --segment" if facts.takes_segments else "to an audience of its own (`audience` in newsletter.yaml)"
        message = f"{capital(facts.provider)} shows everybody the same, and this part is for some readers only."
        hint = f"Take `only` out; or make an issue of it under another name, and send that {way}."
        yield context.on_field(CANNOT, parts[0][0], message, hint=hint)
        return
    there = facts.segments() if parts and facts.segments else None
    if there is None:
        return
    known = {name.casefold(): name for name in there}
    for loc, only in parts:
        for name in only.segment:
            if name.casefold() in known:
                continue
            near = difflib.get_close_matches(name.casefold(), known, n=1)
            meant = f"Did you mean {known[near[0]]}? " if near else ""
            hint = f"{meant}The column `segments` of {facts.audience_file} names: {', '.join(there) or 'none yet'}."
            message = f"Nobody is in the segment {name}, so nobody gets this."
            yield context.on_field(NOBODY, loc, message, hint=hint)


CHECKS = (Checker("what the provider can do", RULES, check),)
