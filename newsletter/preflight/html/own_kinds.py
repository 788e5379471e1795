"""What is known of sections of the user's own kinds, whose fields and templates are the user's."""

from __future__ import annotations

from newsletter.model.section import CustomSection
from newsletter.preflight.context import LintContext


def is_own_link(context: LintContext, target: str) -> bool:
    """Return whether a link is the value of a field of such a section."""
    sections = [section for section in context.issue.sections if isinstance(section, CustomSection)]
    return any(value == target for section in sections for _, value in section)
