"""Start the server of the public pages, and stop it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from newsletter.errors import UsageError
from newsletter.web.public.application import PublicSite, build_public_site
from newsletter.web.public.limits import RateLimit
from newsletter.web.public.pages import PageWriter
from newsletter.workflow.public_issues import PublicIssues
from newsletter.workflow.public_look import style_sheet
from newsletter.workflow.public_mail import MailSender
from newsletter.workflow.public_pages import PublicPages
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._on_ready()


def make_site(workspace: Workspace) -> PublicSite:
    """Return what the public pages are made from; raise UsageError where the settings do not fit."""
    if workspace.settings.serve is not None and not workspace.settings.has_own_list:
        raise UsageError(
            "The public pages send their own emails, with a provider that sends one message per recipient.",
            hint="Set `provider: smtp` in newsletter.yaml, or `outbox` to practise.",
        )
    pages = PublicPages(workspace.settings)
    try:
        provider = SendSession(workspace).direct
        provider.prepare()
        return PublicSite(
            pages=pages,
            writer=PageWriter(pages),
            issues=PublicIssues(workspace),
            sender=MailSender(pages, provider),
            style=style_sheet(workspace),
            limit=RateLimit(pages.serve.per_minute),
        )
    except BaseException:
        pages.close()
        raise


def serve(folder: Path, *, host: str | None, port: int | None, on_ready: Callable[[str, str], None]) -> None:
    """Serve the public pages of a folder until a signal; `on_ready` gets the local and the public address."""
    site = make_site(Workspace.find(folder))
    settings = site.pages.serve
    listener = _listener(host or settings.host, port or settings.port)
    config = uvicorn.Config(
        build_public_site(site),
        log_config=None,
        log_level="critical",
        access_log=False,  # a log of addresses would have tokens in it
        server_header=False,
        ws="none",
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"),
        timeout_graceful_shutdown=10,
        limit_concurrency=1000,
        h11_max_incomplete_event_size=64 * 1024,
    )
    here = "http://{}:{}/".format(*listener.getsockname()[:2])
    _Server(config, lambda: on_ready(here, settings.address)).run([listener])


def _listener(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as error:
        raise UsageError(
            f"Port {port} of {host} cannot be used: {error.strerror or error}.",
            hint="Stop the program that uses it, or set another `port` under `serve` in newsletter.yaml.",
        ) from error
