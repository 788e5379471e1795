"""The audience or segment that an issue would be sent to, with its current size."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.audience import Audience, Segment
from newsletter.model.campaign import Target
from newsletter.model.provider_campaign import RecipientFilter
from newsletter.providers.base import Provider


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """An audience, or a segment of it, as the provider has it now."""

    target: Target
    audience: Audience
    segment: Segment | None = None
    narrowed: RecipientFilter | None = None
    """Those of them that are meant, by what they were sent before; None for all."""

    @property
    def count(self) -> int | None:
        """Return how many would get an issue now; None where the provider does not tell."""
        if self.narrowed:
            return self.narrowed.count
        return self.segment.count if self.segment else self.audience.count

    @property
    def words(self) -> str:
        """Return the target in words for people."""
        return f"{self.segment.name} of {self.audience.name}" if self.segment else self.audience.name


def resolve_target(provider: Provider, audience: str | None, segment: str | None) -> ResolvedTarget:
    """Ask the provider for an audience and a segment, each by id or name; None means the only, or the whole, one."""
    whole = provider.audience(audience)
    part = provider.segment(whole, segment) if segment else None
    target = Target(provider=provider.name, audience=whole.id, segment=part.id if part else "")
    return ResolvedTarget(target, whole, part)
