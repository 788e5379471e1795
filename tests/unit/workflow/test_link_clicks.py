"""The clicks by link of a report, which no report fails for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from newsletter.errors import NotFoundError
from newsletter.workflow.report_issue import _link_clicks


def test_a_report_goes_without_clicks_that_the_provider_does_not_give() -> None:
    def refuse(_campaign: str) -> Any:
        raise NotFoundError("The requested resource could not be found.")

    session: Any = SimpleNamespace(campaign_provider=SimpleNamespace(link_clicks=refuse))
    status: Any = SimpleNamespace(send=SimpleNamespace(remote_id="c1"), answer=SimpleNamespace(has_begun=True))
    assert _link_clicks(session, [status]) is None
