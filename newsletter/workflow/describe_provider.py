"""Describe the providers, and ask the one that a folder uses for its account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.model.audience import Audience, Segment
from newsletter.providers.capabilities import ABILITIES, ProviderInfo
from newsletter.workflow.progress import Progress
from newsletter.workflow.suggestions import unknown_name
from newsletter.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Account:
    """What a provider says of the account that the settings name; `missing` are the keys without which it is silent."""

    name: str = ""
    audiences: Sequence[tuple[Audience, Sequence[Segment]]] = ()
    missing: Sequence[str] = ()

    @property
    def shared_segments(self) -> Sequence[Segment]:
        """Return the segments that all audiences have: some providers take them from all contacts."""
        parts = [segments for _, segments in self.audiences]
        return parts[0] if len(parts) > 1 and all(each == parts[0] for each in parts) else ()

    def as_data(self) -> dict[str, Any]:
        """Return the account for programs; nothing but the missing keys where there are any."""
        if self.missing:
            return {"lacking": list(self.missing)}
        return {
            "account": self.name,
            "audiences": [
                {**audience.model_dump(), "segments": [one.model_dump() for one in segments]}
                for audience, segments in self.audiences
            ],
        }


def describe_providers() -> list[ProviderInfo]:
    """Return the descriptions of all providers, our own first."""
    from newsletter.providers.registry import adapter, names

    return [adapter(one).about for one in names()]


def describe_provider(name: str) -> ProviderInfo:
    """Return a provider's description; raise UsageError naming those that there are."""
    from newsletter.providers.registry import adapter

    return adapter(name.casefold()).about


def as_data(about: ProviderInfo) -> dict[str, Any]:
    """Return a description for programs."""
    return {
        "name": about.name,
        "title": about.title,
        "can": [words for feature, words in ABILITIES.items() if feature in about.features],
        "settings": dict(about.settings),
        "keys": {one.variable: one.what for one in about.secrets},
        "notes": list(about.notes),
    }


def ask_account(name: str, progress: Progress) -> Account | None:
    """Ask the provider for its account; None where this folder's settings use another one, or there are none."""
    from newsletter.workflow.missing_secrets import missing_secrets
    from newsletter.workflow.session import SendSession

    try:
        session = SendSession(Workspace.find(), progress)
    except NewsletterError:
        return None
    if session.workspace.settings.provider != name:
        return None
    missing = [one.variable for one in missing_secrets(session.workspace.settings)]
    if missing:
        return Account(missing=missing)
    provider = session.provider
    audiences = [(one, provider.segments(one.id)) for one in provider.audiences()]
    return Account(provider.check(), audiences)


def check_key_name(variable: str) -> None:
    """Raise UsageError unless a provider has a key of this name."""
    known = [one.variable for about in describe_providers() for one in about.secrets]
    if variable not in known:
        raise unknown_name("key", variable, known, hint=f"There are: {', '.join(known)}.")
