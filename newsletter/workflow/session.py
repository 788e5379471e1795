"""A session of preparing and sending issues: the audience, provider and policy of the settings."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from newsletter.errors import ContentError, LedgerAccessError, Place
from newsletter.model.findings import Finding
from newsletter.workflow.progress import SILENT, Progress
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt

    from newsletter.audience.csv_file import SubscriberList
    from newsletter.ledger.store import Ledger
    from newsletter.providers.base import DirectProvider, Provider
    from newsletter.providers.campaign import CampaignProvider
    from newsletter.sending.campaign import CampaignSender
    from newsletter.sending.membership import Membership
    from newsletter.sending.payload import SendPayload
    from newsletter.sending.policy import ApprovalContext, SendPolicy
    from newsletter.sending.target import ResolvedTarget


OWN_LIST = "subscribers"
"""What the own list is called as an audience."""


def _quoted(name: str) -> str:
    """Return a name quoted for a command; the Windows shell knows only double quotes."""
    return f'"{name}"' if re.fullmatch(r"[\w.,&()' -]*[ &()'][\w.,&()' -]*", name) else quote(name)


def login() -> str:
    """Return the login name, as it is recorded in the ledger."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "someone"


def account() -> str:
    """Return the operating system's account of this process, which no environment variable changes."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows, or a container without a name for the user
        return login()


class ReadyIssue(NamedTuple):
    """An issue that can be sent, with the findings in it and in the audience."""

    payload: SendPayload
    findings: tuple[Finding, ...]
    target: ResolvedTarget
    date: dt.date | None = None
    """The date of the issue."""
    segment: str | None = None
    """The segment that was asked for."""
    is_draft: bool = False
    """Whether it has errors, so that it can be sent only as a test."""


@dataclass(frozen=True)
class SendSession:
    """Prepares issues for sending; the audience is read or fetched once."""

    workspace: Workspace
    progress: Progress = field(default=SILENT, repr=False, compare=False)
    _targets: dict[str | None, ResolvedTarget] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def roster(self) -> SubscriberList:
        """Return the subscriber list of the audience file, with its findings."""
        from newsletter.audience.csv_file import read_audience

        if self.workspace.settings.has_own_list:
            from newsletter.workflow.own_list import read_own_list

            return read_own_list(self.workspace.settings)
        path = self.workspace.settings.audience_file
        columns = self.workspace.settings.outbox.columns
        return read_audience(path, shown=self.workspace.shown(path), columns=columns)

    @cached_property
    def people(self) -> SubscriberList:
        """Return the subscriber list; raise ContentError if its errors forbid sending to it."""
        if self.roster.blocks:
            raise ContentError("The audience cannot be used as it stands.", self.roster.findings)
        return self.roster

    @cached_property
    def provider(self) -> Provider:
        """Return the provider that the settings name."""
        from newsletter.providers.base import ProviderContext
        from newsletter.providers.registry import build
        from newsletter.secrets import need_secret

        settings = self.workspace.settings
        supplies = ProviderContext(
            secret=need_secret,
            folder=settings.outbox_folder,
            shown=self.workspace.shown(settings.outbox_folder),
            audience=self.audience_name,
            people=lambda: self.people.subscribers,
        )
        return build(settings.provider, settings.options_of(settings.provider), supplies)

    @property
    def audience_name(self) -> str:
        """Return what the own list, or the audience file, is called as an audience."""
        settings = self.workspace.settings
        return OWN_LIST if settings.has_own_list else settings.outbox.audience

    @property
    def keeps_campaigns(self) -> bool:
        """Return whether the provider sends campaigns; others take one message per recipient."""
        from newsletter.providers.campaign import CampaignProvider

        return isinstance(self.provider, CampaignProvider)

    @property
    def sends_again(self) -> bool:
        """Return whether a correction can be sent to only those who got another version."""
        from newsletter.providers.capabilities import Feature

        return not self.keeps_campaigns or Feature.AGAIN in self.provider.about.features

    @property
    def direct(self) -> DirectProvider:
        """Return the provider as one that takes one message per recipient; calling it for another is a bug."""
        from newsletter.providers.base import DirectProvider

        if not isinstance(self.provider, DirectProvider):
            raise TypeError(f"{self.provider.name} takes campaigns")
        return self.provider

    @property
    def campaign_provider(self) -> CampaignProvider:
        """Return the provider as one that keeps campaigns; calling it for another is a bug."""
        from newsletter.providers.campaign import CampaignProvider

        if not isinstance(self.provider, CampaignProvider):
            raise TypeError(f"{self.provider.name} keeps no campaigns")
        return self.provider

    @property
    def reads_audience_file(self) -> bool:
        """Return whether the audience is the file that the settings name; that needs no key of the provider's."""
        from newsletter.providers.registry import adapter

        return adapter(self.workspace.settings.provider).reads_audience_file

    def campaign_sender(self, ledger: Ledger, accepted: str = "") -> CampaignSender:
        """Return the sender of campaigns; `accepted` is the fingerprint of accepted changes by the provider."""
        from newsletter.sending.campaign import CampaignSender

        media = self.workspace.settings.media_url or ""
        return CampaignSender(
            ledger, self.campaign_provider, media, login(), self.zone, tell=self.progress.report_wait, accepted=accepted
        )

    def catch_up(self, ledger: Ledger, issue: str) -> None:
        """Ask the provider once about campaigns that are due, and about those with an uncertain outcome.

        That it cannot be asked is no error here: what is not known afterwards stands in the ledger as that.
        """
        from newsletter.errors import NewsletterError
        from newsletter.model.sends import SendMode

        now, name = ledger.clock(), self.workspace.settings.provider
        for send in ledger.sends.all(issue, provider=name, mode=SendMode.CAMPAIGN):
            if send.is_due(now) or send.is_unclear:
                with suppress(NewsletterError):
                    self.campaign_sender(ledger).remote_state.refresh(send)

    def resolve_target(self, segment: str | None = None) -> ResolvedTarget:
        """Return the target of the settings, or a segment of it, with its current number of recipients."""
        from newsletter.sending.target import resolve_target

        settings = self.workspace.settings
        named = self.audience_name if self.reads_audience_file else settings.audience
        if segment not in self._targets:
            self._targets[segment] = resolve_target(self.provider, named, segment)
        return self._targets[segment]

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the settings."""
        return self.workspace.settings.presentation.zone

    @property
    def rules(self) -> SendPolicy:
        """Return the policy of the settings: what must happen before sending."""
        from newsletter.sending.policy import SendPolicy

        asked = self.workspace.settings.before_sending
        return SendPolicy(
            test=asked.test,
            approval=asked.approval,
            approvers=asked.approvers,
            shared_login=asked.shared_login,
            account=account(),
            zone=self.zone,
        )

    def rules_for(self, segment: str | None) -> SendPolicy:
        """Return the policy, with commands for a segment."""
        return replace(self.rules, part=f" --segment {_quoted(segment)}" if segment else "")

    @contextmanager
    def ledger(self, *, thorough: bool = False) -> Iterator[Ledger]:
        """Open the ledger; `thorough` checks all of it for damage.

        That it cannot be read or written leaves nothing uncertain until something may have been sent.
        """
        from newsletter.ledger import open_ledger
        from newsletter.ledger.engine import unavailable

        with open_ledger(self.workspace.settings.ledger_url, thorough=thorough) as ledger:
            try:
                yield ledger
            except LedgerAccessError as error:
                if ledger.sends.has_sent:
                    raise
                raise unavailable(error) from error

    def ready_issue(self, path: Path, segment: str | None = None, *, draft: bool = False) -> ReadyIssue:
        """Read, check and render an issue and resolve its target; raise ContentError if it cannot be sent.

        With `draft` an issue that renders may hold errors: its subject then says that it is a draft.
        """
        from newsletter.sending.payload import SendPayload
        from newsletter.workflow.check_issue import check_issue

        result = check_issue(self.workspace, path)
        told = self.people.findings if self.reads_audience_file else ()
        findings = [*result.findings, *(one for one in told if one not in result.findings)]
        message = result.message
        if message is None or not (result.passed or draft):
            raise ContentError(f"{path.stem} must be fixed first.", findings)
        if not result.passed:
            message = message.model_copy(update={"subject": f"[Draft] {message.subject}"})
        resolved = self.resolve_target(segment)
        payload = SendPayload(
            issue=path.stem,
            message=message,
            target=resolved.target,
            links=self.workspace.settings.reader_links,
        )
        self._refuse_unknown_tags(payload, path)
        date = result.loaded.issue.date if result.loaded else None
        return ReadyIssue(payload, tuple(findings), resolved, date, segment, is_draft=not result.passed)

    def membership(self, ready: ReadyIssue) -> Membership:
        """Return who is in the issue's audience now, or only how many if the provider reports no more."""
        from newsletter.model.audience import Members
        from newsletter.sending.membership import Membership

        if self.keeps_campaigns:
            whole = self.resolve_target(ready.segment)
            return Membership(whole.count)
        audience = self.direct.audience(ready.payload.target.audience)
        people = Members(self.direct.recipients(audience), ready.payload.target.segment)
        return Membership.of(ready.payload.key_of(one.email) for one in people)

    def approval_context(self, ready: ReadyIssue) -> ApprovalContext:
        """Return what is recorded with a test or approval: the account and the audience."""
        from newsletter.sending.policy import ApprovalContext

        return ApprovalContext(account(), self.membership(ready))

    def _refuse_unknown_tags(self, payload: SendPayload, path: Path) -> None:
        if not self.reads_audience_file:
            return  # the provider itself knows what it can fill
        from newsletter.audience.tags import unknown_tags

        unknown = unknown_tags(payload.tags, self.people.fields, Place(self.workspace.shown(path)))
        if unknown:
            raise ContentError(f"{path.stem} must be fixed first.", unknown)
