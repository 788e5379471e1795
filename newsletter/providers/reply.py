"""A provider's whole answer, as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from newsletter.model.control_characters import escape_control_characters
from newsletter.providers.body import PIECE, parse_json, read_bounded

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True)
class Reply:
    """A whole answer as it came."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def read(cls, response: requests.Response) -> Reply:
        """Read an answer to its end, within bounds."""
        headers = response.headers
        if response.raw is None:  # of a stand-in that has it ready
            body = response.content
        else:
            pieces = response.raw.stream(PIECE, decode_content=False)
            body = read_bounded(pieces, headers.get("Content-Encoding", ""))
        reason = escape_control_characters(str(response.reason or ""))[:100]
        return cls(response.status_code, reason, headers, body)

    @property
    def is_success(self) -> bool:
        """Return whether it says that what was asked was done, or was taken to be done."""
        return 200 <= self.status < 300

    @cached_property
    def json(self) -> Any:
        """Return the body as JSON; None where it is none."""
        return parse_json(self.body, self.headers)
