"""Earlier sends by which subscribers may already have an issue: under another file name, or to another audience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from newsletter.ledger.records import Send
from newsletter.model.campaign import Target, digest_of
from newsletter.model.sends import SendMode
from newsletter.sending.formatting import format_datetime
from newsletter.sending.payload import SendPayload

_CONTENT = ("HTML", "text")
"""The parts that two issues share only where one is a copy of the other."""


@dataclass(frozen=True, slots=True)
class EarlierSends:
    """The earlier sends of the same content, whose recipients cannot be left out; often empty."""

    payload: SendPayload
    target_name: str
    found: tuple[Send, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Return the ids of the sends."""
        return frozenset(one.id for one in self.found)

    @property
    def fingerprint(self) -> str:
        """Return what names exactly these sends, on the command line."""
        return digest_of({one.id: "" for one in self.found})[:10]

    def in_words(self, zone: dt.tzinfo | None) -> str:
        """Return which sends they are, and what would follow."""
        return warn_of_earlier(self.found, self.payload.issue, self.payload.target, self.target_name, zone)


def warn_of_earlier(
    sends: Sequence[Send], issue: str, target: Target, target_name: str, zone: dt.tzinfo | None = None
) -> str:
    """Return the warning that an issue was sent before, and that subscribers of a target would get it twice."""
    listed = "; ".join(_described(one, issue, zone) for one in sends)
    also = "" if any(one.target == target for one in sends) else "who are also "
    return f"{listed}. Subscribers {also}in {target_name} would receive it twice."


def find_earlier_sends(
    sends: Sequence[Send], payload: SendPayload, target_name: str, mode: SendMode, files: Collection[str]
) -> EarlierSends:
    """Return the sends by which the people of a target may have the content of an issue already.

    `sends` are all of the ledger; `files` are the names of the issues whose files exist. Sends that `send` compares by
    other means are left out: those to a part of the same audience, and direct ones of the same issue through the same
    provider, whose recipients are skipped one by one.
    """
    found = [
        one
        for one in sends
        if one.state.reaches_somebody
        and (_is_elsewhere(one, payload, mode) if one.issue == payload.issue else _is_copy(one, payload, files))
    ]
    return EarlierSends(payload, target_name, tuple(sorted(found, key=lambda one: one.created_at)))


def _is_elsewhere(send: Send, payload: SendPayload, mode: SendMode) -> bool:
    """Return whether a send of the same issue went to people who cannot be compared with those of the target."""
    same_provider = send.target.provider == payload.target.provider
    if mode is SendMode.DIRECT and send.mode is SendMode.DIRECT and same_provider:
        return False
    return not (same_provider and send.target.audience == payload.target.audience)


def _is_copy(send: Send, payload: SendPayload, files: Collection[str]) -> bool:
    """Return whether a send of another issue had the same content: the file was copied, or it was renamed."""
    parts = payload.message.parts()
    if any(send.parts.get(name) == parts[name] for name in _CONTENT):
        return True
    return send.issue not in files and bool(send.subject) and send.subject == payload.message.subject


def _described(send: Send, issue: str, zone: dt.tzinfo | None) -> str:
    to = f"{send.target_name} by {send.created_by} on {format_datetime(send.created_at, zone)}"
    if send.issue == issue:
        return f"{issue} was already sent or scheduled to {to}"
    return f"The same issue was already sent or scheduled as {send.issue} to {to}"
