"""What the composer says where the provider saves emails and sends none: nobody receives anything."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError
from newsletter.sending.formatting import count_noun
from newsletter.workflow.campaign_status import about_of

if TYPE_CHECKING:
    from newsletter.model.sends import Purpose
    from newsletter.sending.status import SendStatus
    from newsletter.settings import Settings
    from newsletter.workflow.session import ReadyIssue, SendSession


def is_practice(session: SendSession) -> bool:
    """Return whether the settings' provider sends nothing to anybody."""
    return about_of(session).is_local


def is_practice_by(provider: str, settings: Settings) -> bool:
    """Return whether a provider, as the settings have it, sends nothing to anybody: the outbox, or a rehearsed one."""
    from newsletter.providers.registry import adapter

    try:
        if adapter(provider).about.is_local:
            return True
        from newsletter.preflight.context import SendChannel
        from newsletter.workflow.sending_facts import way_of

        return provider == settings.provider and way_of(settings) is SendChannel.NOWHERE
    except NewsletterError:
        return False  # a provider of another version: better to take it for a real one


def practice_facts(session: SendSession) -> dict[str, Any] | None:
    """Return the folder in which emails are saved instead of being sent; None where they are sent."""
    if not is_practice(session):
        return None
    from newsletter.workflow.composer.outbox_folder import can_open_folders, practice_folder

    folder = practice_folder(session)
    return {"folder": str(folder), "can_open": can_open_folders() and folder.is_dir()}


def practice_headline(now: SendStatus) -> str | None:
    """Return how many emails were saved, in a sentence; None where none was to be, or a person must look."""
    from newsletter.model.sends import SendState

    newest = now.sends[-1] if now.sends else None
    if newest is None or newest.counts is None or now.is_uncertain:
        return None
    if newest.send.state is SendState.SENT:
        saved = "1 email was" if newest.delivered == 1 else f"{count_noun(newest.delivered, 'email')} were"
        return f"{saved} saved in the folder. Nobody received anything."
    so_far = f"{newest.delivered:,} of {count_noun(newest.counts.total, 'email')}"
    return (
        f"{so_far} saved so far."
        if now.holder
        else f"Saving was interrupted: {so_far} saved. Nobody received anything."
    )


_WORDS = (
    (
        re.compile(r"^started sending .+? to ([\d,]+) recipients? in [^;]+"),
        "started saving practice emails for \\1 people",
    ),
    (re.compile(r"^finished: sent to ([\d,]+) recipients?"), "saved practice emails for \\1 people"),
    (re.compile(r"^sent ([\d,]+ test messages?)"), "saved \\1 for practice"),
    (re.compile(r"^stopped after (.+)"), "stopped saving practice emails after \\1"),
)
"""What the ledger says of a send that nobody received, and what it was."""


def practice_words(words: str) -> str:
    """Return a sentence of an issue's story in the words of practice: nothing was sent."""
    for pattern, plain in _WORDS:
        words = pattern.sub(plain, words)
    return words.replace("for 1 people", "for 1 person")


def repeat_purpose(session: SendSession, ready: ReadyIssue, now: SendStatus) -> Purpose | None:
    """Return why practice emails are to be saved once more: the issue or the list was changed since; None if neither.

    None too for a first or an unfinished send, and wherever emails are really sent: those go out once.
    """
    from newsletter.errors import GateError
    from newsletter.model.sends import Purpose, SendState
    from newsletter.sending.recipients import candidates, choose

    target = ready.payload.target
    was_for_all = any(one.send.target == target and one.send.purpose is Purpose.WHOLE for one in now.sends)
    if not was_for_all or not is_practice(session) or any(one.send.state is not SendState.SENT for one in now.sends):
        return None
    try:
        keys = candidates(session.direct, ready.payload)
    except GateError:
        return None
    with session.ledger() as ledger:
        history = ledger.deliveries.history(ready.payload.issue, target.provider)
    for purpose in (Purpose.CORRECTION, Purpose.REMAINDER):
        with contextlib.suppress(GateError):
            choose(history, keys, ready.payload, purpose)
            return purpose
    return None


def practice_plan(facts: Mapping[str, str], count: int | None) -> dict[str, str]:
    """Return what is about to be saved, for who confirms it: nothing of it is a send."""
    kept = {name: facts[name] for name in ("Subject", "From", "Approved") if name in facts}
    people = "everybody" if count is None else "1 person" if count == 1 else f"{count:,} people"
    return kept | {"For": f"{people} on your list", "Saved in": "the practice folder on this computer"}
