"""The one way to a provider over HTTP: time-outs, safe retries, pacing, and errors in the provider's own words."""

from __future__ import annotations

import email.utils
import random
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UsageError,
)
from newsletter.model.audience import mask
from newsletter.providers.exchange import Answer, Call, Refusal, Service

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
ATTEMPTS = 4
LONGEST_PAUSE = 90.0
HIDDEN = "[hidden]"

_ADDRESS = re.compile(r"[^\s<>@\"'()\[\],;:=]+@[^\s<>@\"'()\[\],;:]+\.[^\s<>@\"'()\[\],;:]+")


class HttpClient:
    """Make calls to one provider; secrets are added here and never shown.

    `auth` is (user, key) for Basic; `secret_headers` carry keys. `session`, `pause` and `clock` are handed in by tests.
    Raise UsageError where a key has in it what no key has, such as the quotation marks around it.
    """

    def __init__(
        self,
        service: Service,
        *,
        auth: tuple[str, str] | None = None,
        secret_headers: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = service
        self._auth = auth
        self._secret_headers = dict(secret_headers or {})
        self._session = session
        self._pause = pause
        self._clock = clock
        self._last_call = float("-inf")
        _refuse_unsound(service.name, auth or (), self._secret_headers.values())

    def call(self, call: Call) -> Answer:
        """Make a call and return the provider's answer.

        A safe call is made again when the connection breaks or the provider is away; any call is made again after 429,
        because that says that nothing was done. Raise RefusedError (or a child of it) where the provider said no,
        UnavailableError where nothing was accepted, DoubtError where an unsafe call had no clear answer.
        """
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = self._send(call)
            except _Unanswered as broken:
                if (broken.was_sent and not call.is_safe) or last:
                    raise self._unanswered(call, broken) from broken.__cause__
                self._pause(_backoff(attempt))
                continue
            wait = self._wait_before_again(call, response, attempt)
            if wait is None or wait > LONGEST_PAUSE or last:
                return self._read(call, response)
            self._pause(wait)
        message = "the loop above returns or raises at its last turn"
        raise AssertionError(message)

    def _send(self, call: Call) -> requests.Response:
        import requests  # noqa: PLC0415 - 50 ms that only a provider's user pays
        from urllib3.exceptions import MaxRetryError, NewConnectionError  # noqa: PLC0415

        if self._session is None:
            self._session = requests.Session()
        self._keep_pace()
        try:
            return self._session.request(
                call.method,
                self.service.base_url.rstrip("/") + call.path,
                params=dict(call.query) or None,
                json=call.json,
                files=dict(call.files) or None,
                headers={**self.service.headers, **call.headers, **self._secret_headers, **_basic(self._auth)},
                auth=_no_other_auth,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.exceptions.ConnectTimeout as error:
            raise _Unanswered("did not answer in time", was_sent=False) from error
        except requests.exceptions.SSLError as error:
            raise _Unanswered("has no certificate that this computer trusts", was_sent=False) from error
        except requests.exceptions.Timeout as error:
            raise _Unanswered("did not answer in time", was_sent=True) from error
        except requests.exceptions.ConnectionError as error:
            cause = error.args[0] if error.args else None
            reason = cause.reason if isinstance(cause, MaxRetryError) else cause
            refused = isinstance(reason, NewConnectionError)
            words = "cannot be reached" if refused else "broke off the connection"
            raise _Unanswered(words, was_sent=not refused) from error
        except requests.exceptions.RequestException as error:
            raise _Unanswered("gave an answer that cannot be read", was_sent=True) from error

    def _keep_pace(self) -> None:
        wait = self._last_call + self.service.pace - self._clock()
        if wait > 0:
            self._pause(wait)
        self._last_call = self._clock()

    def _wait_before_again(self, call: Call, response: requests.Response, attempt: int) -> float | None:
        """Return the seconds to wait before the same call is made again, or None where it must not be."""
        if self._is_spent(response):
            return None
        busy = response.status_code == 429 or self._is_bare_403(response)
        away = response.status_code in {500, 502, 503, 504} and call.is_safe
        if not (busy or away):
            return None
        told = _retry_after(response.headers.get("Retry-After", ""))
        return _backoff(attempt) if told is None else told + random.uniform(0, 0.5)  # noqa: S311 - jitter

    def _is_bare_403(self, response: requests.Response) -> bool:
        return self.service.bare_403_is_busy and response.status_code == 403 and _parsed(response) is None

    def _is_spent(self, response: requests.Response) -> bool:
        refusal = self.service.read_refusal(_parsed(response)) if self.service.spent and not response.ok else None
        return refusal is not None and refusal.code in self.service.spent

    def _read(self, call: Call, response: requests.Response) -> Answer:
        if response.ok and response.status_code < 300:
            body = _parsed(response)
            if body is None and response.content.strip():
                raise self._no_clear_answer(call, "gave an answer that cannot be read", response)
            return Answer(response.status_code, body, dict(response.headers), self.service.name, call.is_safe)
        if self._is_spent(response):
            raise self._refused(response)
        if response.status_code == 429 or self._is_bare_403(response):
            message = f"{self.service.name} is too busy to take this now{self._said(response) or '.'}"
            raise UnavailableError(message, hint="Nothing was done. Try again in some minutes.")
        if response.status_code >= 500:
            raise self._no_clear_answer(call, f"has a fault of its own (HTTP {response.status_code})", response)
        raise self._refused(response)

    def _refused(self, response: requests.Response) -> RefusedError:
        status = response.status_code
        refusal = self.service.read_refusal(_parsed(response)) or Refusal(
            f"HTTP {status} {response.reason or ''}".strip()
        )
        request_id = response.headers.get(self.service.request_id, "")
        kind = {401: AuthenticationError, 403: AuthenticationError, 402: PlanLimitError, 404: NotFoundError}.get(
            status, RefusedError
        )
        hint = self.service.hints.get(refusal.code) or self.service.hints.get(str(status)) or _HINTS.get(status, _HINT)
        if refusal.code in self.service.spent:
            kind = PlanLimitError
        if request_id:
            hint = f"{hint} Its support can look this up as request {request_id}.".strip()
        message = f"{self.service.name} refused: {self.hide(refusal.words)}"
        return kind(message, hint=hint, status=status, request_id=request_id)

    def _unanswered(self, call: Call, broken: _Unanswered) -> ProviderError:
        message = f"{self.service.name} {broken.words}"
        if broken.was_sent and not call.is_safe:
            return DoubtError(
                message, hint="It may have done what was asked; it is asked again before anything is sent."
            )
        where = urlsplit(self.service.base_url).netloc.rpartition("@")[2]
        return UnavailableError(message, hint=f"Nothing was done. Check the connection to {where}, and try again.")

    def _no_clear_answer(self, call: Call, words: str, response: requests.Response) -> ProviderError:
        request_id = response.headers.get(self.service.request_id, "")
        told = f" Its support can look this up as request {request_id}." if request_id else ""
        message = f"{self.service.name} {words}{self._said(response)}"
        if call.is_safe:
            return UnavailableError(message, hint=f"Nothing was sent. Try again in some minutes.{told}")
        return DoubtError(message, hint=f"It may have done what was asked.{told}")

    def _said(self, response: requests.Response) -> str:
        """Return what the provider says of it, as the end of a sentence; empty where it says nothing."""
        refusal = self.service.read_refusal(_parsed(response))
        return f": {self.hide(refusal.words)}" if refusal else ""

    def hide(self, text: str) -> str:
        """Return the text without any secret of this client, and without anybody's address."""
        for form in self._forms():
            text = text.replace(form, HIDDEN)
        return _ADDRESS.sub(lambda found: mask(found[0].rstrip(".")), text)

    def _forms(self) -> list[str]:
        """Return the secrets as a provider may say them back, the longest first: plainly, quoted, in base64."""
        words = [*(self._auth or ()), *self._secret_headers.values()]
        words += [word.rpartition(" ")[2] for word in words]
        forms = {word for word in words if len(word) >= 6}
        forms |= {quote(word, safe="") for word in forms} | {b64encode(word.encode()).decode() for word in forms}
        if self._auth:
            forms.add(b64encode(":".join(self._auth).encode()).decode())
        return sorted(forms, key=len, reverse=True)


class _Unanswered(Exception):  # noqa: N818 - it is an answer to a question, not an error for people
    """A request that got no answer; `was_sent` says whether the provider may have seen it."""

    def __init__(self, words: str, *, was_sent: bool) -> None:
        super().__init__(words)
        self.words = words
        self.was_sent = was_sent


_HINT = "Nothing was done. Look at the provider's website, or ask its support."
_HINTS: dict[int, str] = {
    400: "Nothing was sent. Mend what it names and try again.",
    401: "Check the key: it may be wrong, withdrawn, or of another account.",
    402: "The account has no credit or plan for this. Nothing was sent.",
    403: "The key, or the account's plan, does not allow this. Nothing was sent.",
    404: "It may have been deleted on the provider's website.",
    409: "It was changed on the provider's website in the meantime. Look there, then try again.",
    422: "Nothing was sent. Mend what it names and try again.",
}


def _no_other_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep a ~/.netrc on this machine from replacing the key that was given."""
    return request


def _refuse_unsound(name: str, passwords: Iterable[str], headers: Iterable[str]) -> None:
    """Raise UsageError for a sign that a key took along when it was copied; a password may have letters of any kind."""
    wrong = [sign for word in passwords for sign in word if not sign.isprintable() or sign in _QUOTES]
    wrong += [sign for word in headers for sign in word if not (sign.isprintable() and sign.isascii())]
    if wrong:
        shown = "a sign that is not seen" if not wrong[0].isprintable() else f"“{wrong[0]}”"
        shown = "a quotation mark" if wrong[0] in _QUOTES else shown
        raise UsageError(
            f"The key for {name} has {shown} in it, which no key has.",
            hint="Nothing was sent. Copy it anew from the service's website, alone, without any marks around it.",
        )


def _basic(auth: tuple[str, str] | None) -> dict[str, str]:
    """Return the header for a user and password, in UTF-8 (RFC 7617); requests itself knows only Western letters."""
    return {"Authorization": f"Basic {b64encode(':'.join(auth).encode()).decode()}"} if auth else {}


_QUOTES = "“”„‟‘’‚«»‹›"


def _parsed(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _backoff(attempt: int) -> float:
    """Return the seconds before the next attempt: doubling, with jitter so that clients do not come in step."""
    return float(2 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter


def _retry_after(value: str) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date."""
    if value.strip().isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())
