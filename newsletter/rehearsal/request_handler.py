"""What happens between a request and its reply: the key, the path, the fault, the service, the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

from newsletter.rehearsal.fault import Fault, FaultKind, Faults
from newsletter.rehearsal.http_messages import Handler, MisfitError, Refused, Reply, Request, Route
from newsletter.rehearsal.rendered_mail import Outbox
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service, halved, rewritten
from newsletter.rehearsal.state import Dispatch
from newsletter.rehearsal.tag_languages import BrokenTagError

HIDDEN = "[hidden]"
SECRET_HEADERS = {"authorization", "api-key", "x-api-key", "cookie"}
GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class ReplyMode(Enum):
    """How a reply goes out."""

    WHOLE = auto()
    NEVER = auto()
    """The connection is held open, and nothing comes."""
    RESET = auto()
    HALF_THEN_RESET = auto()
    SLOWLY = auto()


@dataclass(frozen=True, slots=True)
class HandlerResponse:
    """What to do on the connection."""

    reply: Reply
    manner: ReplyMode = ReplyMode.WHOLE


@dataclass(slots=True)
class Entry:
    """One request in the log; `fields` are the names in its JSON, without what they hold."""

    at: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    call: str = ""
    status: int = 0
    fault: str = ""
    answered: bool = True
    said: str = ""
    fields: list[str] = field(default_factory=list)


@dataclass
class RequestHandler:
    """The service with its faults, its log and its files; safe between threads."""

    service: Service
    faults: Faults = field(default_factory=Faults)
    state: Path | None = None
    outbox: Outbox | None = None
    on_entry: Callable[[Entry], None] = lambda _: None
    on_dispatch: Callable[[Dispatch, Path | None], None] = lambda *_: None
    log: list[Entry] = field(default_factory=list)
    crashes: list[BaseException] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _told: dict[int, int] = field(default_factory=dict)

    def handle(self, request: Request) -> HandlerResponse:
        """Answer a request, misbehaving where that was asked for."""
        with self.lock:
            self.service.pass_time()
            found, values = self._find(request)
            calls = found.names(request) if found else []
            fault = self.faults.take(calls)
            outcome = self._outcome(request, found, values, calls, fault)
            self._note(request, calls, fault, outcome)
            self.keep()
            return outcome

    def _find(self, request: Request) -> tuple[Route | None, dict[str, Any]]:
        for one in self.service.routes:
            match = one.pattern.fullmatch(request.path.removeprefix(self.service.base_path))
            if match and one.method == request.method and request.path.startswith(self.service.base_path):
                return one, match.groupdict() | ({} if one.spec is None else {"spec": one.spec})
        return None, {}

    def _outcome(
        self, request: Request, found: Route | None, values: dict[str, Any], calls: list[str], fault: FaultKind | None
    ) -> HandlerResponse:
        early = self._instead(fault) if fault else None
        if early is not None:
            return early
        return self._after(self._done(request, found, values, calls, fault), fault)

    def _instead(self, fault: FaultKind) -> HandlerResponse | None:
        """Return what comes in place of doing anything; None where it is to be done."""
        modes = {FaultKind.TIMEOUT_BEFORE: ReplyMode.NEVER, FaultKind.RESET_BEFORE: ReplyMode.RESET}
        if fault in modes:
            return HandlerResponse(Reply(0), modes[fault])
        replies: dict[FaultKind, Callable[[], Reply]] = {
            FaultKind.ERROR_500_BEFORE: self.service.own_fault,
            FaultKind.TOO_MANY: self.service.too_many,
            FaultKind.FORBIDDEN: self.service.forbidden,
            FaultKind.NO_CREDIT: self.service.no_credit,
            FaultKind.BARE_403: lambda: Reply(403, content_type="text/html", raw=b""),
            FaultKind.BAD_GATEWAY: lambda: Reply(502, content_type="text/html", raw=GATEWAY_PAGE),
        }
        return HandlerResponse(replies[fault]()) if fault in replies else None

    def _after(self, reply: Reply, fault: FaultKind | None) -> HandlerResponse:
        """Return how the reply to something that was done goes out."""
        if fault is FaultKind.ERROR_500_AFTER:
            return HandlerResponse(self.service.own_fault())
        if fault is FaultKind.MALFORMED:
            whole = reply.body() or b'{"status": "ok"}'
            return HandlerResponse(
                Reply(max(reply.status, 200) if reply.status != 204 else 200, raw=whole[: len(whole) // 2])
            )
        modes = {
            FaultKind.TIMEOUT_AFTER: ReplyMode.NEVER,
            FaultKind.RESET_AFTER: ReplyMode.RESET,
            FaultKind.RESET_MID_BODY: ReplyMode.HALF_THEN_RESET,
            FaultKind.SLOW: ReplyMode.SLOWLY,
        }
        return HandlerResponse(reply, modes.get(fault, ReplyMode.WHOLE) if fault else ReplyMode.WHOLE)

    def _done(
        self, request: Request, found: Route | None, values: dict[str, Any], calls: list[str], fault: FaultKind | None
    ) -> Reply:
        service = self.service
        service.take_up(halving=fault is FaultKind.HALF)
        before = len(service.world.dispatches)
        try:
            reply = self._carried_out(request, found, values)
            if reply.status < 300 and fault is FaultKind.DUPLICATE:
                if len(service.world.dispatches) > before and service.touched:
                    service.begin(service.touched)
                else:
                    self._carried_out(request, found, values)
        finally:
            service.halving = False
        if reply.status < 300 and fault is FaultKind.REWRITE:
            service.rewrite(rewritten)
        if reply.status < 300 and fault is FaultKind.HALF and not {"send", "test"} & set(calls):
            service.rewrite(halved)
        return reply

    def _carried_out(self, request: Request, found: Route | None, values: dict[str, Any]) -> Reply:
        service = self.service
        try:
            return self._let_in(request, found)(request, **values)
        except Refused as no:
            return service.refusal(no)
        except MisfitError as wrong:
            return service.misfit(wrong.found)
        except BrokenTagError as broken:
            return service.refusal(Refused(400, f"Error compiling the content: {broken}.", code="invalid_parameter"))
        except Exception as error:  # noqa: BLE001 - a bug of ours must be told as one, not as the provider's
            self.crashes.append(error)
            return Reply(500, {"rehearsal": f"a fault in the rehearsal itself: {type(error).__name__}"})

    def _let_in(self, request: Request, found: Route | None) -> Handler:
        """Return what handles a request that carries the key and asks for something that there is."""
        if not self.service.admits(request):
            raise Refused(401, "The API key is not valid.", code="unauthorized")
        if found is None:
            raise Refused(404, f"There is nothing at {request.method} {request.path}.", code="not_found")
        unknown = sorted(set(request.query) - found.query)
        if unknown:
            raise MisfitError(
                [SchemaError(name, SchemaProblem.UNKNOWN, "is not a parameter of this") for name in unknown]
            )
        handler: Handler = getattr(self.service, found.handler)
        return handler

    def _note(self, request: Request, calls: list[str], fault: FaultKind | None, outcome: HandlerResponse) -> None:
        try:
            body = request.json() if request.body else None
        except Refused:
            body = None
        entry = Entry(
            at=self.service.world.now().isoformat(timespec="seconds"),
            method=request.method,
            path=request.path,
            query={name: list(values) for name, values in request.query.items()},
            headers={n: HIDDEN if n in SECRET_HEADERS else value for n, value in request.headers.items()},
            call=next((name for name in calls if name), ""),
            status=outcome.reply.status,
            fault=str(fault or ""),
            answered=outcome.manner in {ReplyMode.WHOLE, ReplyMode.SLOWLY},
            said=_words_of(outcome.reply) if outcome.reply.status >= 400 else "",
            fields=sorted(body) if isinstance(body, dict) else [],
        )
        self.log.append(entry)
        self.on_entry(entry)

    def keep(self) -> None:
        """Write the state and what was sent into their files, where there are any; tell what has left."""
        with self.lock:
            if self.state:
                self.service.world.save(self.state)
            for number, dispatch in enumerate(self.service.world.dispatches):
                done = self._told.get(number, -1)
                if dispatch.gone > done and (dispatch.gone or dispatch.ended):
                    place = self._write(number, dispatch, max(done, 0))
                    self._told[number] = dispatch.gone
                    self.on_dispatch(dispatch, place)

    def _write(self, number: int, dispatch: Dispatch, start: int) -> Path | None:
        if self.outbox is None:
            return None
        readers = [self.service.crowd.reader(email) for email in dispatch.people[start : dispatch.gone]]
        letters = (
            (place, self.service.letter(dispatch.mail, reader))
            for place, reader in enumerate(readers, start + 1)
            if reader is not None
        )
        again = f"-again-{number}" if self.service.world.dispatches.index(dispatch) != self._first(dispatch) else ""
        return self.outbox.put(dispatch.name + again, letters, dispatch.mail, date=dispatch.at.timestamp())

    def _first(self, dispatch: Dispatch) -> int:
        return next(
            place for place, one in enumerate(self.service.world.dispatches) if one.campaign == dispatch.campaign
        )

    def forget_past(self) -> None:
        """Take what was sent in an earlier run as told."""
        self._told = {number: one.gone for number, one in enumerate(self.service.world.dispatches)}

    def tick(self) -> None:
        """Let time pass between requests."""
        with self.lock:
            if self.service.pass_time():
                self.keep()

    def advance(self, seconds: float) -> None:
        """Put the provider's clock forward."""
        with self.lock:
            self.service.world.ahead += seconds
            self.service.pass_time()
            self.keep()

    def fail(self, fault: Fault) -> None:
        """Misbehave once more."""
        self.faults.add(fault)


def _words_of(reply: Reply) -> str:
    """Return the words of an error body, whatever its form."""
    found: Any = reply.json
    if isinstance(found, dict):
        for name in ("errors", "detail", "message", "ErrorMessage", "title"):
            value = found.get(name)
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return "; ".join(str(one.get("message") or one.get("msg", "")) for one in value)
            if isinstance(value, str) and value:
                return value
    return ""
