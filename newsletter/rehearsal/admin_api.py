"""What can be asked of the rehearsal itself, at /_rehearsal/: what was sent, the log, more faults, the clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from newsletter.errors import UsageError
from newsletter.rehearsal.fault import Fault
from newsletter.rehearsal.http_messages import Reply, Request
from newsletter.rehearsal.request_handler import RequestHandler
from newsletter.rehearsal.state import CampaignStatus


def answer_admin_request(handler: RequestHandler, request: Request) -> Reply:
    """Answer what is asked of the rehearsal itself."""
    what = request.path.removeprefix("/_rehearsal/")
    if request.method == "GET" and what.startswith("page/"):
        return Reply(200, content_type="text/html; charset=utf-8", raw=_PAGE)
    with handler.lock:
        handler.service.pass_time()
        if request.method == "GET" and what in _SHOWN:
            return Reply(200, _SHOWN[what](handler))
        order = _ORDERS.get((request.method, what))
        if order is None:
            hint = ", ".join(sorted(_SHOWN))
            return Reply(404, {"error": "There is no such thing in the rehearsal.", "hint": hint})
        try:
            return Reply(200, order(handler, json.loads(request.body or b"null")))
        except UsageError as error:
            return Reply(400, {"error": error.message, "hint": error.hint})
        except (ValueError, TypeError, KeyError):
            return Reply(400, {"error": "This is not understood."})


def _faults(handler: RequestHandler) -> Any:
    return {"faults": [str(fault) for fault in handler.faults.left()]}


def _more_faults(handler: RequestHandler, data: Any) -> Any:
    handler.fail(Fault.parse(f"{data['call']}:{data['fault']}:{data.get('times', 1)}"))
    return _faults(handler)


def _no_faults(handler: RequestHandler, _: Any) -> Any:
    handler.faults.clear()
    return _faults(handler)


def _clock(handler: RequestHandler, data: Any) -> Any:
    handler.advance(float(data["ahead"]))
    return {"now": handler.service.world.now().isoformat()}


def _sent(handler: RequestHandler) -> Any:
    return {
        "campaigns": [
            {
                "id": one.campaign,
                "name": one.name,
                "subject": one.mail.subject,
                "recipients": len(one.people),
                "sent": one.gone,
                "at": one.at.isoformat(),
                "unknown_tags": handler.service.unknown_tags(one.mail),
            }
            for one in handler.service.world.dispatches
        ]
    }


def _campaigns(handler: RequestHandler) -> Any:
    return {
        "campaigns": [
            {
                "id": one.id,
                "name": handler.service.title_of(one),
                "state": one.stage,
                "due": one.due.isoformat() if one.due and one.stage is CampaignStatus.SCHEDULED else None,
                "sent": handler.service.world.gone(one.id),
            }
            for one in handler.service.world.campaigns.values()
        ]
    }


def _tests(handler: RequestHandler) -> Any:
    return {
        "tests": [
            {
                "campaign": one.campaign,
                "subject": one.mail.subject,
                "recipients": len(one.people),
                "at": one.at.isoformat(),
            }
            for one in handler.service.world.trials
        ]
    }


_ORDERS: dict[tuple[str, str], Callable[[RequestHandler, Any], Any]] = {
    ("POST", "faults"): _more_faults,
    ("DELETE", "faults"): _no_faults,
    ("POST", "clock"): _clock,
}

_SHOWN: dict[str, Callable[[RequestHandler], Any]] = {
    "sent": _sent,
    "campaigns": _campaigns,
    "tests": _tests,
    "log": lambda handler: {"requests": [asdict(entry) for entry in handler.log]},
    "faults": _faults,
    "pictures": lambda handler: {"pictures": handler.service.world.pictures},
}

_PAGE = (
    b"<!doctype html><meta charset=utf-8><title>Rehearsal</title>"
    b"<p>This link works in the real newsletter. This was a rehearsal: nothing was sent, and nothing is changed here."
)
