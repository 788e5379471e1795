"""The public pages, served on this computer in a thread, with an outbox and a list of their own."""

from __future__ import annotations

import email
import email.policy
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import uvicorn

from newsletter.subscribers.own_list import OwnList
from newsletter.subscribers.records import Consent, ListedPerson
from newsletter.subscribers.tokens import Purpose
from newsletter.web.public.application import PublicSite, build_public_site
from newsletter.web.public.server import make_site
from newsletter.workflow.workspace import Workspace

SETTINGS = """\
brand: {name: Example Trust, address: "Example Trust, 1 High Street, Sampletown", newsletter: Team Update}
sender: {name: Example Trust, email: news@example.net}
subscribers: {}
serve:
  address: https://news.example.net
  per_minute: 100000
  tags: {events: Events near me, jobs: Ways to volunteer}
"""


@dataclass(frozen=True)
class Site:
    """A running site."""

    address: str
    site: PublicSite
    folder: Path

    @property
    def own(self) -> OwnList:
        return self.site.pages.own_list

    def get(self, path: str, **values: object) -> requests.Response:
        return requests.get(self.address + path, timeout=10, allow_redirects=False, **values)  # type: ignore[arg-type]

    def post(self, path: str, **values: object) -> requests.Response:
        return requests.post(self.address + path, timeout=10, allow_redirects=False, **values)  # type: ignore[arg-type]

    def subscribe(self, address: str, tags: tuple[str, ...] = ()) -> str:
        """Put a person on the list; return the token of their links."""
        own = self.own
        consent = Consent(own.clock(), "asked")
        person = ListedPerson(own.identity.address_hash(address), address, tags=tags, consent=consent)
        own.people.subscribe(person, "added")
        return own.signer(Purpose.MANAGE).sign(own.identity.address_hash(address), own.clock())

    def mails(self) -> list[tuple[str, str, str]]:
        """Send what waits; return the recipient, the subject and the link of each email."""
        self.site.sender.send_waiting()
        found = []
        for path in sorted(
            (self.folder / "outbox" / "tests" / "new").glob("*"), key=lambda one: one.stat().st_mtime_ns
        ):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            link = re.search(r"https://news\.example\.net(/\S+)", body.get_content())
            found.append((message["To"], message["Subject"], link[1] if link else ""))
        return found


@contextmanager
def running_site(folder: Path, settings: str = SETTINGS) -> Iterator[Site]:
    """Serve the public pages of a new folder; emails are sent by `mails` alone."""
    (folder / "newsletter.yaml").write_text(settings, "utf-8")
    site = make_site(Workspace.find(folder))
    site.sender.start = lambda: None  # type: ignore[method-assign]
    site.sender.stop = lambda: None  # type: ignore[method-assign]
    config = uvicorn.Config(build_public_site(site), port=0, log_config=None, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Site(f"http://127.0.0.1:{port}", site, folder)
    finally:
        server.should_exit = True
        thread.join(10)
