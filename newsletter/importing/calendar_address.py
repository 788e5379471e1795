"""Fetch a calendar from its address; nothing else of an import uses the network."""

from __future__ import annotations

from newsletter.errors import UnavailableError, UsageError

MOST_BYTES = 20_000_000
_TIMEOUT = (10, 30)
"""Seconds to connect, and between two pieces of the answer."""

SCHEMES = ("https://", "http://", "webcal://", "webcals://")


def is_address(text: str) -> bool:
    """Return whether this is a calendar's address, not a file."""
    return text.lower().startswith(SCHEMES)


def fetch_calendar(address: str) -> bytes:
    """Return the calendar at an address; raise UnavailableError or UsageError if that fails."""
    import requests  # noqa: PLC0415  only an address needs it

    url = "https://" + address.partition("://")[2] if address.lower().startswith("webcal") else address
    hint = "Check the address in a browser, or download the calendar and import the file."
    try:
        with requests.get(url, timeout=_TIMEOUT, stream=True, headers={"Accept": "text/calendar, */*;q=0.5"}) as answer:
            if answer.status_code != requests.codes.ok:
                raise UnavailableError(f"The calendar's address answers with {answer.status_code}.", hint=hint)
            data = b""
            for piece in answer.iter_content(65_536):
                data += piece
                if len(data) > MOST_BYTES:
                    raise UsageError(f"The calendar has more than {MOST_BYTES // 1_000_000} MB.", hint=hint)
    except requests.RequestException as error:
        reason = type(error).__name__.removesuffix("Error").lower() or "error"
        raise UnavailableError(f"The calendar cannot be fetched ({reason}).", hint=hint) from error
    if b"BEGIN:VCALENDAR" not in data[:2048].upper():
        raise UsageError(
            "There is no calendar at this address.",
            hint="Copy the address that ends with .ics, or is called iCal or webcal.",
        )
    return data
