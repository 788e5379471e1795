"""Pages of Amazon that a report by SNS names: its certificate, kept once it is known, and the page that confirms."""

from __future__ import annotations

from functools import lru_cache

from newsletter.workflow.webhooks import RefusedReportError

_LARGEST = 100_000
_PATIENCE = 10


def fetch_amazon_page(link: str) -> bytes:
    """Return a page of Amazon's; the caller has checked the host. No redirect is followed."""
    return _certificate(link) if link.endswith(".pem") else _page(link)


@lru_cache(maxsize=16)
def _certificate(link: str) -> bytes:
    return _page(link)


def _page(link: str) -> bytes:
    import requests

    try:
        with requests.get(link, timeout=_PATIENCE, allow_redirects=False, stream=True) as answer:
            data = answer.raw.read(_LARGEST, decode_content=True)
            if answer.status_code != 200:
                raise RefusedReportError("Amazon's page cannot be read")
    except requests.RequestException as error:
        raise RefusedReportError("Amazon's page cannot be read") from error
    return bytes(data)
