"""One rehearsal: a provider's server, started and stopped, with all that can be asked of it."""

from __future__ import annotations

import copy
import importlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from newsletter.errors import UsageError
from newsletter.rehearsal.fault import Fault, FaultKind, Faults
from newsletter.rehearsal.rendered_mail import Letter, Outbox
from newsletter.rehearsal.request_handler import Entry, RequestHandler
from newsletter.rehearsal.sample_contacts import SampleContacts, sample_crowd
from newsletter.rehearsal.server import Server
from newsletter.rehearsal.service import Service, ServiceContext
from newsletter.rehearsal.state import Campaign, Dispatch, SimulatedState, TestSend

_PROVIDERS = ("mailchimp", "brevo", "sendgrid", "mailjet", "listmonk", "buttondown", "resend")
SENDER = ("Team Update", "news@example.org")


def provider_names() -> tuple[str, ...]:
    """Return the providers that can be rehearsed."""
    return _PROVIDERS


def service_class(name: str) -> type[Service]:
    """Return the class that behaves like a provider; raise UsageError for a name that is none."""
    if name not in _PROVIDERS:
        raise UsageError(f"{name!r} cannot be rehearsed.", hint=f"It can be one of: {', '.join(_PROVIDERS)}.")
    module = importlib.import_module(f"newsletter.rehearsal.{name}")
    return next(
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Service) and one.__module__ == module.__name__
    )


@dataclass(frozen=True, slots=True)
class RehearsalTiming:
    """How a rehearsal goes: seconds that a send takes, that a call is held, and that `slow` lasts."""

    sending_seconds: float = 0.0
    patience: float = 120.0
    slowness: float = 0.3
    poll_seconds: float = 0.02


class Rehearsal:
    """A provider to practise on; use it in a `with`, or call start and stop.

    `provider` is a name, or a Service class of your own. `faults` are as `CALL:FAULT:TIMES`, or Fault objects.
    """

    def __init__(
        self,
        provider: str | type[Service],
        *,
        port: int = 0,
        faults: Iterable[Fault | str] = (),
        outbox: Path | None = None,
        state: Path | None = None,
        sender: tuple[str, str] = SENDER,
        timing: RehearsalTiming | None = None,
        on_entry: Callable[[Entry], None] = lambda _: None,
        on_dispatch: Callable[[Dispatch, Path | None], None] = lambda *_: None,
    ) -> None:
        self.kind = service_class(provider) if isinstance(provider, str) else provider
        self._faults = Faults(Fault.parse(one) if isinstance(one, str) else one for one in faults)
        self._port = port
        self._outbox = Outbox(outbox) if outbox else None
        self._state = state
        self._sender = sender
        self._timing = timing or RehearsalTiming()
        self._on_entry = on_entry
        self._on_dispatch = on_dispatch
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Start the server in a thread; it answers when this returns."""
        world = SimulatedState.load(self._state) if self._state else SimulatedState()
        try:
            server = Server(self._port, patience=self._timing.patience, slowness=self._timing.slowness)
        except OSError as error:
            raise UsageError(
                f"Port {self._port} cannot be used: {error.strerror}.", hint="Name another with --port, or none."
            ) from error
        context = ServiceContext(server.address, self._timing.sending_seconds)
        service = self.kind(world, sample_crowd(*self._sender), context)
        server.handler = RequestHandler(
            service,
            self._faults,
            self._state,
            self._outbox,
            on_entry=self._on_entry,
            on_dispatch=self._on_dispatch,
        )
        server.handler.forget_past()
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(self._timing.poll_seconds,), name="rehearsal", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop the server; raise where the rehearsal itself had a fault, so that no test passes over it."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        crashes, self._server = self._server.handler.crashes, None
        if crashes:
            raise RuntimeError("the rehearsal itself had a fault") from crashes[0]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def handler(self) -> RequestHandler:
        """Return what stands behind the server, while it runs."""
        if self._server is None:
            raise RuntimeError("the rehearsal is not running")
        return self._server.handler

    @property
    def base_url(self) -> str:
        """Return the address to give as the provider's `base_url`."""
        return self.address + self.kind.base_path

    @property
    def address(self) -> str:
        """Return the server's address, without the provider's own path."""
        return self.handler.service.context.address

    @property
    def keys(self) -> Mapping[str, str]:
        """Return the secrets that it takes, by environment variable."""
        return self.kind.keys

    @property
    def crowd(self) -> SampleContacts:
        """Return the sample audience."""
        return self.handler.service.crowd

    def fail(self, call: str, fault: FaultKind | str, times: int = 1) -> None:
        """Misbehave at the next of these calls."""
        self.handler.fail(Fault(call, FaultKind(fault), times))

    def sent_campaigns(self) -> list[Dispatch]:
        """Return every sending that was begun, one for each time that a campaign was sent."""
        with self.handler.lock:
            self.handler.service.pass_time()
            return copy.deepcopy(self.handler.service.world.dispatches)

    def campaigns(self) -> list[Campaign]:
        """Return all campaigns, whatever their state."""
        with self.handler.lock:
            self.handler.service.pass_time()
            return copy.deepcopy(list(self.handler.service.world.campaigns.values()))

    def tests(self) -> list[TestSend]:
        """Return the tests that were sent."""
        return list(self.handler.service.world.trials)

    def letters(self, dispatch: Dispatch) -> list[Letter]:
        """Return what everybody got of one sending, so far."""
        readers = [self.crowd.reader(email) for email in dispatch.people[: dispatch.gone]]
        return [self.handler.service.letter(dispatch.mail, one) for one in readers if one]

    def requests(self) -> list[Entry]:
        """Return the requests seen so far, secrets hidden."""
        return list(self.handler.log)

    def advance(self, seconds: float) -> None:
        """Put the provider's clock forward, so that what is scheduled goes."""
        self.handler.advance(seconds)

    def add_others(self, count: int, *, like: str, instead_of: str) -> None:
        """Put copies of a campaign beside it, each with another text in place of `instead_of`."""
        with self.handler.lock:
            service = self.handler.service
            for number in range(count):
                data = json.dumps(service.campaign(like).data).replace(instead_of, f"other-{number}")
                service.make(service.new_id(), json.loads(data))
