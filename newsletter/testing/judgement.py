"""How the contract suite judges: what must hold, what must be refused, and what an adapter tells of a send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from newsletter.errors import DoubtError, NewsletterError, RefusedError, UnavailableError, UnsupportedError
from newsletter.model.provider_campaign import CampaignDraft, RemoteContent
from newsletter.sending.content_comparison import compare
from newsletter.testing.bench import Bench

FAULTS = ("reset_before", "reset_after", "reset_mid_body", "500_before", "500_after", "502", "429", "403", "malformed")


def must(holds: object, words: str) -> None:
    """Fail with words where something does not hold."""
    if not holds:
        raise AssertionError(words)


def raised(kind: type[NewsletterError], what: str, call: Callable[[], object]) -> NewsletterError:
    """Return the error that a call must raise."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"{what}: {kind.__name__} was not raised")


def refused_by_name(bench: Bench, what: str, call: Callable[[], object]) -> None:
    """Make sure that what the provider cannot do is refused by name, before any request is made."""
    before = bench.requests()
    error = raised(UnsupportedError, what, call)
    must(bench.provider.about.title in error.message, f"{what}: the refusal does not name the provider")
    must(bench.requests() == before, f"{what}: a request was made before it was refused")


def told_of(send: Callable[[], object]) -> str:
    """Explain what the adapter tells of a send."""
    try:
        send()
    except DoubtError:
        return "in doubt"
    except (RefusedError, UnavailableError):
        return "not sent"
    return "sent"


def content_call(bench: Bench) -> str:
    """Return the call in which the content travels: the first that writes is not always it."""
    plan: list[Any] = bench.provider.plan(bench.draft(), None)
    here = [number for number, call in enumerate(plan) if "Read on" in repr(call.json)]
    return "create" if here and here[0] == 0 else "content"


def differences_of(bench: Bench, held: RemoteContent, draft: CampaignDraft) -> list[str]:
    """Return the names of what the provider holds otherwise than it was handed over."""
    found = compare(bench.provider.expected(draft), held, bench.provider.allowance).found
    return list(dict.fromkeys(one.part for one in found))
