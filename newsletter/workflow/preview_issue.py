"""The preview page of an issue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError
from newsletter.workflow.check_issue import CheckResult, check_issue
from newsletter.workflow.issue_facts import issue_facts
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.model.campaign import Message


def preview_issue(workspace: Workspace, path: Path) -> tuple[CheckResult, str]:
    """Check an issue and return the result with its preview page; raise ContentError if it cannot be rendered."""
    result = check_issue(workspace, path)
    if result.message is None:
        verdict = f"{result.verdict} " if result.verdict else ""
        raise ContentError(f"{verdict}It can be shown once that is fixed.", result.findings)
    return result, page_of(result, result.message)


def page_of(result: CheckResult, message: Message) -> str:
    """Return the preview page of an issue that renders."""
    from newsletter.render.preview import preview_page

    facts = {name: value for name, value in issue_facts(result).items() if name not in {"Subject", "Size"}}
    return preview_page(message, facts={"Issue": result.path.stem, **facts}, findings=result.findings)
