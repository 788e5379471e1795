"""The facts of an issue that are shown beside its findings: date, recipients, length and size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.workflow.check_issue import CheckResult

if TYPE_CHECKING:
    from newsletter.model.campaign import Message


def section_sizes(result: CheckResult) -> Sequence[tuple[str, int]]:
    """Return the heading of each section and the bytes of HTML that it takes."""
    from newsletter.preflight.html.markup import section_costs

    loaded, message = result.loaded, result.message
    return section_costs(message.html, loaded.issue) if loaded and message else ()


def issue_facts(result: CheckResult) -> dict[str, str]:
    """Return the facts of an issue that renders, name and value: subject, date, recipients, length, size."""
    loaded, message = result.loaded, result.message
    if loaded is None or message is None:
        return {}
    words, count = len(message.text.split()), len(loaded.issue.sections)
    return {
        "Subject": message.subject,
        "Goes out": f"{loaded.issue.date.day} {loaded.issue.date:%B %Y}",
        **({"Goes to": result.audience} if result.audience else {}),
        "Length": f"{count} section{'' if count == 1 else 's'}, about {words} words",
        "Size": _size(result, message),
        **({"Sections": sections} if (sections := _sections(result)) else {}),
    }


def _size(result: CheckResult, message: Message) -> str:
    """Return how large the HTML is as it is delivered, and in the form in which it travels."""
    from quopri import encodestring

    added = result.added
    also = f", {added / 1024:.1f} kB of it added on the way" if added else ""
    wire = len(encodestring(message.html.encode())) / 1024
    return (
        f"{(message.longest + added) / 1024:.1f} kB of the 102 kB that Gmail shows{also} ({wire:.1f} kB as it travels)"
    )


def _sections(result: CheckResult) -> str:
    return ", ".join(f"{name} {size / 1024:.1f} kB" for name, size in section_sizes(result))


def result_data(result: CheckResult) -> dict[str, object]:
    """Return the result as data for --json."""
    return {
        "issue": result.path.stem,
        "path": str(result.path),
        "passed": result.passed,
        "findings": [finding.model_dump(mode="json") for finding in result.findings],
        "facts": issue_facts(result),
        "sections": [{"heading": name, "bytes": size} for name, size in section_sizes(result)],
    }
