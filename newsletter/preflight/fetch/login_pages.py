"""Pages that only ask who one is: where a link ends on such a page, its readers see no more than that."""

from __future__ import annotations

import re

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.links.web_address import WebAddress

_HOSTS = frozenset({
    "accounts.google.com", "login.microsoftonline.com", "login.microsoftonline.us", "login.live.com",
    "login.microsoft.com", "id.atlassian.com", "login.mailchimp.com", "login.yahoo.com", "appleid.apple.com",
    "auth.services.adobe.com", "login.salesforce.com", "accounts.zoho.com", "accounts.zoho.eu", "auth.monday.com",
})  # fmt: skip
_ENDINGS = (".okta.com", ".auth0.com", ".onelogin.com", ".b2clogin.com", ".ciamlogin.com")
_PATH = compile_pattern(
    r"/(?:(?:user|account|member|admin|auth|client)s?/)?(?:log-?in|sign-?in|sign_in|signon|logon|sso|wp-login\.php)"
    r"(?:\.(?:php|aspx|html?|jsp))?/?(?:[?#]|$)"
    r"|/_layouts/15/(?:authenticate|accessdenied|guestaccess)\.aspx",
    re.IGNORECASE,
)
_SHY = (
    "linkedin.com", "facebook.com", "instagram.com", "threads.net", "threads.com", "x.com", "twitter.com",
    "tiktok.com", "pinterest.com", "pinterest.co.uk", "glassdoor.com", "glassdoor.co.uk", "indeed.com",
    "ticketmaster.co.uk", "amazon.co.uk", "amazon.com", "quora.com", "reddit.com",
)  # fmt: skip


def is_signin(address: WebAddress) -> bool:
    """Return whether an address is one where people sign in."""
    return address.host in _HOSTS or address.host.endswith(_ENDINGS) or _PATH.search(address.path) is not None


def is_shy(address: WebAddress) -> bool:
    """Return whether a site is known to show programs something else than people, so that it proves nothing."""
    return any(address.host == name or address.host.endswith(f".{name}") for name in _SHY)
