"""What the server answers: JSON, and errors in words for people."""

from __future__ import annotations

import html
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from newsletter.errors import FileAccessError, NewsletterError, ProviderError, UncertainError, UsageError
from newsletter.workflow.composer.composer import MissingIssueError
from newsletter.workflow.composer.issue_names import name_issues

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>newsletter</title>
<meta name="viewport" content="width=device-width"><style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;
margin:15vh auto;padding:0 1rem;color-scheme:light dark}}</style><h1>{title}</h1><p>{message}</p><p>{hint}</p></html>"""


class PlainJson(JSONResponse):
    """JSON in UTF-8 as it is, without escapes."""

    def render(self, content: Any) -> bytes:
        """Return the bytes of a value."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def problem(message: str, hint: str = "", status: int = 400, **more: Any) -> Response:
    """Return an error as JSON, with issues called by their months."""
    return PlainJson({"message": name_issues(message), "hint": name_issues(hint), **more}, status)


def error_page(message: str, hint: str, status: int, title: str = "The composer is not open here") -> Response:
    """Return an error as a page."""
    words = {name: html.escape(text) for name, text in {"title": title, "message": message, "hint": hint}.items()}
    return HTMLResponse(_PAGE.format(**words), status)


def error_response(error: NewsletterError) -> Response:
    """Return an error of a use case, with the file and the line where it has them."""
    data: dict[str, Any] = {"exit_code": error.exit_code}
    if error.place is not None:
        data |= {"file": error.place.path, "line": error.place.line or None}
    return problem(error.message, error.hint, _status(error), **data)


def _status(error: NewsletterError) -> int:
    if isinstance(error, MissingIssueError):
        return 404
    if isinstance(error, FileAccessError):
        return 507  # a full disk, or a file that may not be written: the page keeps what it has and tries again
    if isinstance(error, UncertainError):
        return 500
    if isinstance(error, ProviderError):
        return 502
    return 400 if isinstance(error, UsageError) else 422


def answer_newsletter_error(_: Request, error: Exception) -> Response:
    """Answer with an error that a use case raised."""
    assert isinstance(error, NewsletterError)  # noqa: S101  registered for these alone
    return error_response(error)


def answer_system_error(_: Request, error: Exception) -> Response:
    """Answer with what the computer did not allow: a full disk, a file that may not be written."""
    assert isinstance(error, OSError)  # noqa: S101  registered for these alone
    what = error.strerror or type(error).__name__
    return problem(
        f"The computer did not allow this: {what}.", "Nothing was lost. Free some space or check the rights.", 507
    )


def answer_bug(_: Request, error: Exception) -> Response:
    """Answer with an error of our own, without its details."""
    return problem(
        f"Something went wrong inside newsletter itself ({type(error).__name__}); this is not your mistake.",
        "Nothing you wrote is lost. Try again; if it stays, stop the command and start it with --debug.",
        500,
    )
