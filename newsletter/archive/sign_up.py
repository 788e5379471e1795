"""How visitors subscribe: the provider's page, or a plain HTML form that is sent to the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from newsletter.archive.site import Site

_EMAIL_FIELDS = {"mailchimp": "EMAIL", "brevo": "EMAIL"}
"""What providers call the field for the address in their forms; `email` where they are not here."""


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """What the page shows: a link, or a form with its fields."""

    link: str = ""
    action: str = ""
    email_field: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    honeypot: str = ""
    text: str = ""
    host: str = ""
    """Where the form is sent to."""


def sign_up_form(site: Site) -> SignUpForm | None:
    """Return how visitors subscribe; None where the settings do not say."""
    wanted = site.settings.sign_up
    if wanted is None:
        return None
    text = wanted.text or ""
    if wanted.link:
        return SignUpForm(link=wanted.link, text=text)
    action = wanted.form or ""
    return SignUpForm(
        action=action,
        email_field=wanted.email_field or _EMAIL_FIELDS.get(site.provider, "email"),
        hidden=tuple(wanted.fields.items()),
        honeypot=wanted.honeypot or "",
        text=text,
        host=urlsplit(action).hostname or "",
    )
