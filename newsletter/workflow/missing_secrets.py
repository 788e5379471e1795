"""The secrets that the settings' provider needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.secrets import find_secret

if TYPE_CHECKING:
    from newsletter.providers.capabilities import Secret
    from newsletter.settings import Settings


def missing_secrets(settings: Settings) -> list[Secret]:
    """Return the provider's secrets that the settings require and that cannot be found."""
    from newsletter.providers.registry import adapter

    options = settings.options_of(settings.provider)
    needed = (
        one
        for one in adapter(settings.provider).about.secrets
        if not one.only_with or getattr(options, one.only_with, None)
    )
    return [one for one in needed if not find_secret(one.variable)]
