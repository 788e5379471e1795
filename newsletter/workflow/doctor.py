"""Check the whole setup; each problem is a diagnostic, never an exception."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from newsletter import __version__
from newsletter.errors import (
    ContentError,
    LedgerError,
    NewsletterError,
    ProviderError,
    TemplateError,
    UnavailableError,
    UsageError,
)
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus
from newsletter.secrets import has_keyring
from newsletter.workflow.campaign_status import about_of
from newsletter.workflow.missing_secrets import missing_secrets
from newsletter.workflow.paths import shown_place
from newsletter.workflow.progress import SILENT, Progress
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.deliverability.dns import Lookup

NOT_ASKED = "Not checked, because of --offline."


NAMESERVER = "NEWSLETTER_NAMESERVER"
"""The environment variable that names the DNS server to ask."""


def check_setup(*, offline: bool, progress: Progress = SILENT) -> Iterator[tuple[str, Iterator[Diagnostic]]]:
    """Yield each part of the setup with its diagnostics; stop after settings that cannot be read."""
    yield "This computer", computer()
    try:
        workspace = Workspace.find()
    except ContentError as error:
        yield "The folder", iter([_unreadable(error)])
        return
    session = SendSession(workspace, progress)
    yield "The folder", folder(workspace)
    yield "The provider", service(session, offline=offline)
    yield "The ledger", ledger(session, offline=offline)
    lookup = None
    if not offline:
        from newsletter.deliverability.dns import lookup_by

        lookup = lookup_by(os.environ.get(NAMESERVER, "").strip())
    host = str(workspace.settings.sender.email).rpartition("@")[2]
    yield f"The sender’s domain, {host}", domain(session, lookup)


def _unreadable(error: ContentError) -> Diagnostic:
    findings = [str(getattr(finding, "message", "")) for finding in error.findings]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return Diagnostic(
        topic="Settings",
        state=DiagnosticStatus.FIX,
        words=f"newsletter.yaml cannot be used: {findings[0] if findings else error.message}{more}",
        meaning="Nothing else can be checked.",
        ask="Run `newsletter check` to see where, and how to fix it.",
    )


def computer() -> Iterator[Diagnostic]:
    """Yield the diagnostics of this computer."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Diagnostic(
        topic="Versions", state=DiagnosticStatus.FINE, words=f"newsletter {__version__}, Python {version}."
    )
    if has_keyring():
        yield Diagnostic(topic="Keyring", state=DiagnosticStatus.FINE, words="A keyring is available for keys.")
    else:
        yield Diagnostic(
            topic="Keyring",
            state=DiagnosticStatus.UNKNOWN,
            words="No keyring is available on this computer.",
            ask="Keep keys in environment variables instead.",
        )


def folder(workspace: Workspace) -> Iterator[Diagnostic]:
    """Yield the diagnostics of the settings, the issues and the templates."""
    shown = workspace.shown(workspace.root / "newsletter.yaml")
    yield Diagnostic(topic="Settings", state=DiagnosticStatus.FINE, words=f"{shown} can be read.")
    paths = workspace.issue_paths()
    if paths:
        where = workspace.shown(workspace.settings.issues_folder)
        words = f"{len(paths)} in {where}; the newest is {paths[-1].name}."
        yield Diagnostic(topic="Issues", state=DiagnosticStatus.FINE, words=words)
    else:
        words = f"There are none in {workspace.shown(workspace.settings.issues_folder)} yet."
        yield Diagnostic(
            topic="Issues", state=DiagnosticStatus.LOOK, words=words, ask="Run `newsletter new` to create one."
        )
    yield _templates(workspace)
    yield from _one_click(workspace)
    yield from _own_list(workspace)


def _templates(workspace: Workspace) -> Diagnostic:
    from newsletter.render.templates import broken_template

    folder = workspace.settings.templates_folder
    own = [path for path in sorted(folder.rglob("*.j2")) if not path.is_dir()]
    names = [path.relative_to(folder).as_posix() for path in own]
    broken = broken_template(workspace.templates, names)
    if broken is not None:
        return _fix("Templates", broken, "No issue can be previewed or sent.")
    return _copies(workspace, len(names))


def _copies(workspace: Workspace, count: int) -> Diagnostic:
    """Return whether the user's copies of built-in templates are behind these, and whether somebody changed them."""
    from newsletter.workflow.template_copies import CopyState, list_templates

    found = list_templates(workspace)
    changed = found.of_state(CopyState.CHANGED, CopyState.CHANGED_BEHIND)
    kept = f"You have changed {', '.join(changed)}." if changed else "You have changed none of them."
    if found.is_first_edition:
        again = "Then copy back what you need. " if changed or found.of_state(CopyState.OWN) else ""
        return Diagnostic(
            topic="Templates",
            state=DiagnosticStatus.LOOK,
            words=f"The folder has copies of the first edition’s templates. {kept}",
            meaning="Your newsletter keeps the look it had; the second edition has a better one.",
            ask=f"To see the new look, rename the folder {workspace.shown(workspace.settings.templates_folder)}, and "
            f"run `newsletter preview`. {again}`newsletter templates diff` shows your changes, before you rename it.",
        )
    behind = found.of_state(CopyState.BEHIND, CopyState.CHANGED_BEHIND)
    if behind:
        unchanged = [name for name in behind if name not in changed]
        ask = f"Delete {', '.join(unchanged)} to use the built-in files. " if unchanged else ""
        if len(unchanged) < len(behind):
            ask += "`newsletter templates diff` shows how the changed ones differ from the built-in files."
        return Diagnostic(
            topic="Templates",
            state=DiagnosticStatus.LOOK,
            words=f"Copies of an earlier version: {', '.join(behind)}. {kept}",
            meaning="What has improved in the built-in files since is not in your emails.",
            ask=ask.strip(),
        )
    words = f"All {count} files can be read." if count else "You have none of your own; the built-in ones are used."
    return Diagnostic(topic="Templates", state=DiagnosticStatus.FINE, words=words)


def _one_click(workspace: Workspace) -> Iterator[Diagnostic]:
    """Yield a diagnostic if the settings do not say whether the unsubscribe page takes one click."""
    from newsletter.providers.base import DirectProvider
    from newsletter.providers.registry import adapter

    settings = workspace.settings
    links = settings.reader_links
    is_direct = issubclass(adapter(settings.provider), DirectProvider)
    if is_direct and links.one_click is None and (links.unsubscribe or "").lower().startswith("https://"):
        yield Diagnostic(
            topic="One click",
            state=DiagnosticStatus.LOOK,
            words="`links.one_click` is not set, so one-click unsubscribing is not announced.",
            meaning="Gmail and Yahoo show no “Unsubscribe” button, and require one from large senders.",
            ask="Ask the developer of the unsubscribe page whether a POST to its link unsubscribes the reader. If so, "
            "add `one_click: true` under `links` in newsletter.yaml, otherwise `one_click: false`."
            if links.can_be_one_click
            else "Add `one_click: false` under `links` in newsletter.yaml: without {key} in its link, the page "
            "cannot tell who unsubscribes.",
        )


def _own_list(workspace: Workspace) -> Iterator[Diagnostic]:
    """Yield the diagnostics of the own list and its public pages, where the settings have them."""
    from newsletter.subscribers.identity import load_identity

    settings = workspace.settings
    if settings.subscribers is None:
        return
    if not settings.has_own_list:
        yield Diagnostic(
            topic="Your list",
            state=DiagnosticStatus.LOOK,
            words=f"The provider {settings.provider} does not send to your own list.",
            meaning="It sends to the list that it keeps itself.",
            ask="Set `provider` to smtp, or remove `subscribers` from newsletter.yaml.",
        )
    try:
        load_identity(settings.list_secret)
        yield Diagnostic(topic="Your list", state=DiagnosticStatus.FINE, words="The secret of your list is there.")
    except NewsletterError as error:
        yield _fix("Your list", error, "Links in emails do not work without it. The first import creates it.")
    if settings.serve is not None and not settings.serve.is_https:
        yield Diagnostic(
            topic="Public pages",
            state=DiagnosticStatus.LOOK,
            words=f"{settings.serve.address} is an address of this computer only.",
            meaning="Readers cannot open it, and mail programs unsubscribe only over https.",
            ask="Set `address` under `serve` in newsletter.yaml to the public address, which begins with https://.",
        )


def service(session: SendSession, *, offline: bool) -> Iterator[Diagnostic]:
    """Yield the diagnostics of the provider: its keys, whether it answers, and its audience."""
    from newsletter.providers.registry import adapter

    settings = session.workspace.settings
    about = adapter(settings.provider).about
    lacking = missing_secrets(settings)
    for one in lacking:
        yield Diagnostic(
            topic="Key",
            state=DiagnosticStatus.FIX,
            words=f"{one.variable} is missing: {one.what}.",
            meaning="Nothing can be sent.",
            ask=f"Run `newsletter providers --keep {one.variable}` to store it. The account's owner can create one.",
        )
    if about.secrets and not lacking:
        yield Diagnostic(
            topic="Key", state=DiagnosticStatus.FINE, words="A key is stored. The provider checks whether it is valid."
        )
    if lacking:
        return
    if offline and not is_local(session):
        yield Diagnostic(topic="Provider", state=DiagnosticStatus.UNKNOWN, words=f"{about.title}: {NOT_ASKED}")
        return
    yield from _tried("Provider", lambda: _answer(session, about.title))
    yield from _tried("Audience", lambda: _audience(session))


def is_local(session: SendSession) -> bool:
    """Return whether the provider needs no network."""
    return about_of(session).is_local


def _answer(session: SendSession, title: str) -> str:
    said = session.provider.check()
    if is_local(session):
        return "Emails are written to the outbox, a folder on this computer. Nothing is delivered."
    return f"{title} is connected: {said}."


def _audience(session: SendSession) -> str:
    resolved = session.resolve_target()
    if resolved.count == 0:
        raise UsageError(f"{resolved.words} has no subscribers.", hint="Check `audience` in the settings, or the file.")
    if resolved.count is None:
        return f"{resolved.words}. The provider does not report the number of subscribers."
    return f"{resolved.words}: {resolved.count:,} {'subscriber' if resolved.count == 1 else 'subscribers'}."


def ledger(session: SendSession, *, offline: bool) -> Iterator[Diagnostic]:
    """Yield whether the ledger can be used; a missing file is not created."""
    from pathlib import Path

    from newsletter.ledger.url import SqliteFile, parse

    place = parse(session.workspace.settings.ledger_url)
    if isinstance(place, SqliteFile) and not Path(place.path).is_file():
        yield Diagnostic(
            topic="Ledger", state=DiagnosticStatus.FINE, words="There is none yet. The first test or send creates it."
        )
        return
    if not isinstance(place, SqliteFile) and offline:
        yield Diagnostic(topic="Ledger", state=DiagnosticStatus.UNKNOWN, words=NOT_ASKED)
        return

    def opened() -> str:
        with session.ledger(thorough=True) as found:
            count = len(found.history.issues())
        return f"It can be opened, and has records of {count:,} {'issue' if count == 1 else 'issues'}."

    yield from _tried("Ledger", opened)


def domain(session: SendSession, lookup: Lookup | None) -> Iterator[Diagnostic]:
    """Yield the diagnostics of the sender's domain in the DNS; without `lookup` the DNS is not queried."""
    from newsletter.deliverability.check_domain import Sender, check_domain
    from newsletter.model.dns_requirements import DnsRequirements
    from newsletter.preflight.rules.sending.compliance import is_sample_domain
    from newsletter.providers.registry import adapter

    settings = session.workspace.settings
    kind = adapter(settings.provider)
    try:
        needs = kind.dns_requirements(settings.options_of(settings.provider)) or DnsRequirements(kind.about.title)
    except UsageError as error:
        yield _fix("DKIM", error, "Nothing can be sent.")
        needs = kind.about.needs or DnsRequirements(kind.about.title)
    sender = Sender(str(settings.sender.email), str(settings.reply_to or settings.sender.email))
    if is_sample_domain(sender.domain):
        yield Diagnostic(
            topic="Sender",
            state=DiagnosticStatus.FIX if needs.sends else DiagnosticStatus.LOOK,
            words=f"{sender.address} is a sample address, so there is nothing to look up.",
            meaning="Nothing can be sent from it.",
            ask="Set `email` under `sender` in newsletter.yaml to your own address before the first real send.",
        )
    elif lookup is None:
        yield Diagnostic(topic="DNS", state=DiagnosticStatus.UNKNOWN, words=NOT_ASKED)
    else:
        yield from check_domain(sender, needs, lookup)


def _tried(topic: str, work: Callable[[], str]) -> Iterator[Diagnostic]:
    """Yield the result of `work`; an error becomes a diagnostic."""
    try:
        yield Diagnostic(topic=topic, state=DiagnosticStatus.FINE, words=work())
    except UnavailableError as error:
        yield Diagnostic(
            topic=topic, state=DiagnosticStatus.UNKNOWN, words=error.message, ask=error.hint or "Try again later."
        )
    except NewsletterError as error:
        meaning = "Nothing can be sent." if isinstance(error, UsageError | ProviderError | LedgerError) else ""
        yield _fix(topic, error, meaning)


def _fix(topic: str, error: NewsletterError, meaning: str) -> Diagnostic:
    where = f"{shown_place(error.place)}: " if isinstance(error, TemplateError) and error.place else ""
    words = f"{where}{error.message}"
    hint = error.hint
    if isinstance(error, ContentError) and error.findings:
        first = error.findings[0]
        words = f"{words} {getattr(first, 'message', '')}".strip()
        hint = getattr(first, "hint", "") or hint
    return Diagnostic(topic=topic, state=DiagnosticStatus.FIX, words=words, meaning=meaning, ask=hint)
