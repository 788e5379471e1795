"""The providers by name: those that come with newsletter, and those that other packages bring.

Another package brings one by an entry point of the group `newsletter.providers`, which names its adapter's class. An
adapter is imported when it is asked for.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.model.fields import FrozenModel
    from newsletter.providers.base import Provider, ProviderContext

GROUP = "newsletter.providers"

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "outbox": "newsletter.providers.outbox:OutboxProvider",
        "mailchimp": "newsletter.providers.mailchimp:Mailchimp",
        "brevo": "newsletter.providers.brevo:Brevo",
        "listmonk": "newsletter.providers.listmonk:Listmonk",
        "buttondown": "newsletter.providers.buttondown:Buttondown",
        "resend": "newsletter.providers.resend:Resend",
        "sendgrid": "newsletter.providers.sendgrid:SendGrid",
        "mailjet": "newsletter.providers.mailjet:Mailjet",
        "mailman": "newsletter.providers.mailman:MailmanProvider",
        "smtp": "newsletter.providers.smtp:SmtpProvider",
        "ses": "newsletter.providers.ses:SesProvider",
    }
)
"""Module and class of each provider that comes with newsletter."""


def names() -> list[str]:
    """List the providers that there are, our own first."""
    return [*BUILT_IN, *sorted(_brought())]


def is_known(name: str) -> bool:
    """Return whether there is a provider of this name, without importing it."""
    return name in BUILT_IN or name in _brought()


def adapter(name: str) -> type[Provider]:
    """Return a provider's class; raise UsageError if there is none, or another package's class is not one."""
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        built_in: type[Provider] = getattr(importlib.import_module(module), attribute)
        return built_in
    point = _brought().get(name)
    if point is None:
        near = difflib.get_close_matches(name, names(), n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"There is no provider called {name!r}.", hint=f"{meant}The providers are {', '.join(names())}."
        )
    return _loaded(point)


def _brought() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in BUILT_IN}


def _loaded(point: EntryPoint) -> type[Provider]:
    from newsletter.providers.base import Provider  # noqa: PLC0415  to know a provider's name needs none of it

    package = point.dist.name if point.dist else point.value
    try:
        found = point.load()
    except Exception as error:
        raise UsageError(
            f"The provider {point.name} of the package {package} cannot be loaded: {error}.",
            hint="Update that package, or contact its authors.",
        ) from error
    if not (isinstance(found, type) and issubclass(found, Provider) and hasattr(found, "about")):
        raise UsageError(
            f"The package {package} does not define a valid provider {point.name}.",
            hint=(
                "Contact its authors: the entry point must name a class based on newsletter.providers.base.Provider."
            ),
        )
    return found


def build(name: str, options: FrozenModel | Mapping[str, Any] | None, supplies: ProviderContext) -> Provider:
    """Return the provider of a name; raise UsageError naming the options that it needs and has not got."""
    kind = adapter(name)
    if not isinstance(options, kind.options):
        try:
            options = kind.options.model_validate(dict(options or {}))
        except ValidationError as error:
            lacking = ", ".join(f"`{'.'.join(str(step) for step in one['loc'])}`" for one in error.errors())
            raise UsageError(
                f"The settings for {kind.about.title} are incomplete: {lacking}.",
                hint=f"Add it to newsletter.yaml under `{name}:`. `newsletter providers {name}` lists the settings.",
            ) from error
    return kind.make(options, supplies)
