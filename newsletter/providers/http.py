"""Make calls to a provider over HTTP: deadlines, safe retries, pacing, and errors in the provider's own words.

What failed before a byte of the request was written (a certificate, a refused connection, a proxy) was not sent. Any
other outcome of an unsafe call that is no clear answer is unknown, whatever its status, and such a call is never
repeated here.
"""

from __future__ import annotations

import email.utils
import random
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UnclearAnswerError,
    UsageError,
)
from newsletter.model.api_address import LOCAL_NAMES, is_local, is_private
from newsletter.model.audience import mask
from newsletter.model.control_characters import escape_control_characters
from newsletter.providers.http_types import ApiError, ApiProfile, ApiResponse, Call
from newsletter.providers.reply import Reply
from newsletter.providers.unanswered import Unanswered, unanswered

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
CALL_SECONDS = 90.0
"""The longest that one call may take, all its attempts and the pauses between them included."""
OVERALL_SECONDS = 300.0
"""The longest that all calls of a command may take together."""
ATTEMPTS = 4
LONGEST_PAUSE = 60.0
MOST_WORDS = 1000
"""How many characters of a provider's words are shown."""
HIDDEN = "[hidden]"

_ADDRESS = re.compile(r"[^\s<>@\"'()\[\],;:=]+@[^\s<>@\"'()\[\],;:]+\.[^\s<>@\"'()\[\],;:]+")


class HttpClient:
    """Make calls to one provider; secrets are added here and never shown.

    `auth` is (user, key) for Basic; `secret_headers` carry keys. `session`, `pause` and `clock` are handed in by tests.
    Raise UsageError where a key has in it what no key has, such as the quotation marks around it.
    """

    def __init__(
        self,
        service: ApiProfile,
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
        self._spent = 0.0
        _refuse_unsound(service.name, auth or (), self._secret_headers.values())
        if not is_private(service.base_url):
            raise UsageError(
                f"The key for {service.name} would be sent unencrypted to {self._where}.",
                hint=(
                    "Nothing was sent. `base_url` must start with https://; http:// is allowed only for this computer."
                ),
            )

    @property
    def _where(self) -> str:
        return urlsplit(self.service.base_url).netloc.rpartition("@")[2]

    def call(self, call: Call) -> ApiResponse:
        """Make a call and return the provider's answer.

        A safe call is made again when the connection breaks or the provider is away or busy; an unsafe one only where
        nothing of it was written. Raise RefusedError (or a child of it) where the provider said no, UnavailableError
        where nothing was accepted, DoubtError where an unsafe call had no clear answer.
        """
        began = self._clock()
        try:
            return self._call(call, began)
        finally:
            self._spent += self._clock() - began

    def _call(self, call: Call, began: float) -> ApiResponse:
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                reply = self._send(call, self._left(began))
            except Unanswered as broken:
                pause = _backoff(attempt)
                if (broken.was_sent and not call.is_safe) or last or broken.is_final or pause >= self._left(began):
                    raise self._unanswered(call, broken) from broken.__cause__
                self._pause(pause)
                continue
            wait = self._wait_before_again(call, reply, attempt)
            if wait is None or wait > min(LONGEST_PAUSE, self._left(began)) or last:
                return self._read(call, reply)
            self._pause(wait)
        message = "the loop above returns or raises at its last turn"
        raise AssertionError(message)

    def _left(self, began: float) -> float:
        """Return the seconds that are left for a call which began at a moment."""
        passed = self._clock() - began
        return min(CALL_SECONDS - passed, OVERALL_SECONDS - self._spent - passed)

    def _send(self, call: Call, seconds: float) -> Reply:
        import requests  # noqa: PLC0415 - 50 ms that only a provider's user pays

        from newsletter.providers.exchange import observed  # noqa: PLC0415 - as above
        from newsletter.providers.wire import observe  # noqa: PLC0415 - as above

        if self._session is None:
            self._session = requests.Session()
        observe(self._session)
        if not call.is_safe:
            _close_kept_connections(self._session)
        self._keep_pace()
        if seconds <= 0:
            raise Unanswered("did not respond in time", was_sent=False, is_final=True)
        with observed(seconds) as exchange:
            try:
                reply = self._exchange(self._session, call, seconds)
            except Exception as error:
                raise unanswered(error, exchange) from error
            if exchange.has_expired:  # what looks like the end may be the connection that was shut down
                raise unanswered(TimeoutError(), exchange)
            return reply

    def _exchange(self, session: requests.Session, call: Call, seconds: float) -> Reply:
        with session.request(
            call.method,
            self.service.base_url.rstrip("/") + call.path,
            params=dict(call.query) or None,
            json=call.json,
            files=dict(call.files) or None,
            headers={
                "Accept-Encoding": "gzip",
                **self.service.headers,
                **call.headers,
                **self._secret_headers,
                **_basic(self._auth),
            },
            auth=_no_other_auth,
            # what runs on this computer is not asked for through a proxy, which would see the key
            proxies={"no_proxy": ",".join(LOCAL_NAMES)} if is_local(self.service.base_url) else None,
            timeout=(min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds)),
            allow_redirects=False,
            stream=True,
        ) as response:
            return Reply.read(response)

    def _keep_pace(self) -> None:
        wait = self._last_call + self.service.pace - self._clock()
        if wait > 0:
            self._pause(wait)
        self._last_call = self._clock()

    def _wait_before_again(self, call: Call, reply: Reply, attempt: int) -> float | None:
        """Return the seconds to wait before the same call is made again, or None where it must not be."""
        if self._is_spent(reply):
            return None
        busy = self._is_busy(reply) and (call.is_safe or call.spare)
        away = reply.status in {500, 502, 503, 504} and call.is_safe
        if not (busy or away):
            return None
        told = _retry_after(reply.headers.get("Retry-After", ""))
        return _backoff(attempt) if told is None else told + random.uniform(0, 0.5)  # noqa: S311 - jitter

    def _is_busy(self, reply: Reply) -> bool:
        bare = self.service.bare_403_is_busy and reply.status == 403 and reply.json is None
        return reply.status == 429 or bare

    def _refusal_of(self, reply: Reply) -> ApiError | None:
        """Return what the provider says of an error; None where it says nothing, or in a form that is not its own."""
        try:
            found = self.service.read_refusal(reply.json)
        except (TypeError, ValueError, AttributeError, LookupError):
            return None
        return found if found and isinstance(found.words, str) else None

    def _is_spent(self, reply: Reply) -> bool:
        refusal = self._refusal_of(reply) if self.service.spent and not reply.is_success else None
        return refusal is not None and refusal.code in self.service.spent

    def _read(self, call: Call, reply: Reply) -> ApiResponse:
        if reply.is_success:
            if reply.json is None and reply.body.removeprefix(b"\xef\xbb\xbf").strip():
                raise self._no_clear_answer(call, "returned a response that cannot be read", reply)
            return ApiResponse(reply.status, reply.json, dict(reply.headers), self.service.name, call.is_safe)
        if self._is_spent(reply):
            raise self._refused(reply)
        if self._is_busy(reply):
            if call.is_safe:
                message = f"{self.service.name} is too busy for this request{self._said(reply) or '.'}"
                raise UnavailableError(message, hint="Nothing was done. Try again in a few minutes.")
            raise self._no_clear_answer(call, f"reports that it is too busy (HTTP {reply.status})", reply)
        if reply.status >= 500:
            raise self._no_clear_answer(call, f"has an internal error (HTTP {reply.status})", reply)
        if reply.status in _NO_REFUSALS and not call.is_safe:
            raise self._no_clear_answer(call, f"gave no clear response (HTTP {reply.status})", reply)
        raise self._refused(reply)

    def _refused(self, reply: Reply) -> RefusedError:
        status = reply.status
        own = self._refusal_of(reply)
        refusal = own or ApiError(f"HTTP {status} {reply.reason}".strip())
        kind = {401: AuthenticationError, 403: AuthenticationError, 402: PlanLimitError, 404: NotFoundError}.get(
            status, RefusedError
        )
        hint = self.service.hints.get(refusal.code) or self.service.hints.get(str(status)) or _HINTS.get(status, _HINT)
        if refusal.code in self.service.spent:
            kind = PlanLimitError
        message = f"{self.service.name} rejected the request: {self.hide(refusal.words)}"
        return kind(
            message,
            hint=f"{hint}{self._support(reply)}".strip(),
            status=status,
            request_id=self._request_id(reply),
            in_own_words=own is not None,
        )

    def _request_id(self, reply: Reply) -> str:
        return escape_control_characters(reply.headers.get(self.service.request_id, ""))[:100]

    def _support(self, reply: Reply) -> str:
        request_id = self._request_id(reply)
        return f" Its support can look this up as request {request_id}." if request_id else ""

    def _unanswered(self, call: Call, broken: Unanswered) -> ProviderError:
        message = f"{self.service.name} {broken.words}"
        if broken.was_sent and not call.is_safe:
            return DoubtError(message, hint="The request may have succeeded.")
        hint = broken.hint or f"Check the connection to {self._where}, then try again."
        return UnavailableError(message, hint=f"Nothing was done. {hint}")

    def _no_clear_answer(self, call: Call, words: str, reply: Reply) -> ProviderError:
        message = f"{self.service.name} {words}{self._said(reply)}"
        if call.is_safe:
            hint = f"Nothing was sent. Try again in a few minutes.{self._support(reply)}"
            return (UnclearAnswerError if reply.is_success else UnavailableError)(message, hint=hint)
        return DoubtError(message, hint=f"The request may have succeeded.{self._support(reply)}")

    def _said(self, reply: Reply) -> str:
        """Return what the provider says of it, as the end of a sentence; empty where it says nothing."""
        refusal = self._refusal_of(reply)
        return f": {self.hide(refusal.words)}" if refusal else ""

    def hide(self, text: str) -> str:
        """Return the text without any secret of this client, anybody's address, or a character that acts unseen."""
        for form in self._forms():
            text = text.replace(form, HIDDEN)
        masked = _ADDRESS.sub(lambda found: mask(found[0].rstrip(".")), text)
        shown = masked if len(masked) <= MOST_WORDS else f"{masked[:MOST_WORDS]}…"
        return escape_control_characters(" ".join(shown.split()))

    def _forms(self) -> list[str]:
        """Return the secrets as a provider may say them back, the longest first: plainly, quoted, in base64."""
        words = [*(self._auth or ()), *self._secret_headers.values()]
        words += [word.rpartition(" ")[2] for word in words]
        forms = {word for word in words if len(word) >= 6}
        forms |= {quote(word, safe="") for word in forms} | {b64encode(word.encode()).decode() for word in forms}
        if self._auth:
            forms.add(b64encode(":".join(self._auth).encode()).decode())
        return sorted(forms, key=len, reverse=True)


_NO_REFUSALS = {408, 425, *range(300, 400)}
"""Statuses of something between us and the provider, or of a request that came too slowly: no word of a refusal."""
_HINT = "Nothing was done. Check the provider's website, or contact its support."
_HINTS: dict[int, str] = {
    400: "Nothing was sent. Fix the problem that the provider reports, then try again.",
    401: "Check the key: it may be wrong, revoked, or from another account.",
    402: "Nothing was sent: the account has no credit or plan for this.",
    403: "Nothing was sent: the key or the account's plan does not allow this.",
    404: "It may have been deleted on the provider's website.",
    409: "It has since been changed on the provider's website. Check it there, then try again.",
    422: "Nothing was sent. Fix the problem that the provider reports, then try again.",
}


def _no_other_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep a ~/.netrc on this machine from replacing the key that was given."""
    return request


def _close_kept_connections(session: requests.Session) -> None:
    """Have the next call open a connection of its own.

    A server may close a kept connection at the moment when a request is written to it, and then nobody knows whether
    the request was carried out (RFC 9112, 9.5).
    """
    for adapter in session.adapters.values():
        adapter.close()


def _refuse_unsound(name: str, passwords: Iterable[str], headers: Iterable[str]) -> None:
    """Raise UsageError for a sign that a key took along when it was copied; a password may have letters of any kind."""
    wrong = [sign for word in passwords for sign in word if not sign.isprintable() or sign in _QUOTES]
    wrong += [sign for word in headers for sign in word if not (sign.isprintable() and sign.isascii())]
    if wrong:
        shown = "an invisible character" if not wrong[0].isprintable() else f"“{wrong[0]}”"
        shown = "a quotation mark" if wrong[0] in _QUOTES else shown
        raise UsageError(
            f"The key for {name} contains {shown}, which is not allowed in a key.",
            hint="Nothing was sent. Copy the key again from the provider's website, without any other characters.",
        )


def _basic(auth: tuple[str, str] | None) -> dict[str, str]:
    """Return the header for a user and password, in UTF-8 (RFC 7617); requests itself knows only Western letters."""
    return {"Authorization": f"Basic {b64encode(':'.join(auth).encode()).decode()}"} if auth else {}


_QUOTES = "“”„‟‘’‚«»‹›"


def _backoff(attempt: int) -> float:
    """Return the seconds before the next attempt: doubling, with jitter so that clients do not come in step."""
    return float(2 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter


def _retry_after(value: str) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date."""
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
