"""What it means that a request got no answer, by how far it had come on the wire."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.model.control_characters import escape_control_characters
from newsletter.providers.body import MOST_BYTES, TooLongError, UnreadableError

if TYPE_CHECKING:
    from newsletter.providers.exchange import Exchange


class Unanswered(Exception):  # noqa: N818 - it is an answer to a question, not an error for people
    """A request that got no answer; `was_sent` says whether the provider may have seen it.

    `is_final` says that another attempt would end in the same way.
    """

    def __init__(self, words: str, *, was_sent: bool, hint: str = "", is_final: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.was_sent = was_sent
        self.hint = hint
        self.is_final = is_final


def unanswered(error: Exception, exchange: Exchange) -> Unanswered:
    """Return what an exception of the HTTP library means, by what had reached the wire; raise it where it is a bug."""
    from requests.exceptions import RequestException, Timeout  # noqa: PLC0415 - 50 ms that only a provider's user pays
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - as above
    from urllib3.exceptions import TimeoutError as PoolTimeout  # noqa: PLC0415 - as above

    if isinstance(error, TooLongError | UnreadableError):
        long = f"returned a response of more than {MOST_BYTES // 1000000} MB, which was not read"
        is_long = isinstance(error, TooLongError)
        return Unanswered(
            long if is_long else "returned a response that cannot be read", was_sent=True, is_final=is_long
        )
    if not isinstance(error, RequestException | HTTPError | OSError | ValueError):
        raise error
    # an address that is none is refused before any connection is chosen
    sent = exchange.may_have_arrived(error) and not (isinstance(error, ValueError) and not exchange.was_begun)
    if exchange.has_expired or isinstance(error, Timeout | PoolTimeout | TimeoutError):
        return Unanswered("did not respond in time", was_sent=sent, is_final=exchange.has_expired)
    if sent:
        return Unanswered("closed the connection", was_sent=True)
    return _not_connected(error)


def _not_connected(error: Exception) -> Unanswered:
    """Return why there was no connection over which a request could be sent."""
    from requests.exceptions import ProxyError  # noqa: PLC0415 - as above

    if isinstance(error, ProxyError):
        hint = "Check the proxy of this computer, which is set by the environment variable HTTPS_PROXY."
        return Unanswered("cannot be reached through this computer's proxy", was_sent=False, hint=hint)
    chain = list(_chain(error))
    certificate = next((one for one in chain if isinstance(one, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        why = escape_control_characters(certificate.verify_message)
        return Unanswered(f"has a certificate that this computer does not trust: {why}.", was_sent=False)
    if any(isinstance(one, ssl.SSLError) for one in chain):
        return Unanswered("could not establish a secure connection (TLS)", was_sent=False)
    return Unanswered("cannot be reached", was_sent=False)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that it was raised for."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None)]
            waiting += [given for given in one.args if isinstance(given, BaseException)]
            yield one
