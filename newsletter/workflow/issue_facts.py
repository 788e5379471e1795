"""The facts of an issue that are shown with its findings: date, recipients, length and size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.workflow.check_issue import CheckResult

if TYPE_CHECKING:
    from newsletter.model.campaign import Message
    from newsletter.settings import Settings

NOT_CHECKED = "not checked, because there is no internet connection"


def sample_settings(settings: Settings) -> str:
    """Return which settings are still samples, as a list in English; empty if none are."""
    from newsletter.preflight.rules.sending.compliance import is_sample_address, is_sample_domain

    samples = []
    if is_sample_address(settings.brand.address):
        samples.append("postal address")
    if is_sample_domain(str(settings.sender.email).rpartition("@")[2]):
        samples.append("sender's email address")
    return " and ".join(samples)


def section_sizes(result: CheckResult) -> Sequence[tuple[str, int]]:
    """Return the heading of each section and the bytes of HTML that it takes."""
    from newsletter.preflight.html.markup import section_costs

    loaded, message = result.loaded, result.message
    return section_costs(message.html, loaded.issue) if loaded and message else ()


def issue_facts(result: CheckResult) -> dict[str, str]:
    """Return the facts of an issue that renders, name and value: subject, date, recipients, length, size."""
    from newsletter.preflight.rules.links.http_status import OFFLINE

    loaded, message = result.loaded, result.message
    if loaded is None or message is None:
        return {}
    words, count = len(message.text.split()), len(loaded.issue.sections)
    return {
        "Subject": message.subject,
        "Date": f"{loaded.issue.date.day} {loaded.issue.date:%B %Y}",
        **({"To": result.audience} if result.audience else {}),
        "Length": f"{count} section{'' if count == 1 else 's'}, about {words} words",
        "Size": _size(result, message),
        **({"Sections": sections} if (sections := _sections(result)) else {}),
        **({"Links": NOT_CHECKED} if any(one.code == OFFLINE.code for one in result.findings) else {}),
    }


def _size(result: CheckResult, message: Message) -> str:
    """Return the size of the HTML, with the provider's additions, and its encoded size."""
    from quopri import encodestring

    added = result.added
    also = f", including {added / 1024:.1f} kB added by the provider" if added else ""
    wire = len(encodestring(message.html.encode())) / 1024
    return f"{(message.longest + added) / 1024:.1f} kB of the 102 kB that Gmail shows{also} ({wire:.1f} kB encoded)"


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
