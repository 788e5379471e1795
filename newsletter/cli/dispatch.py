"""What the sending commands share: the audience, the provider and the rules that the settings name."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.cli import output
from newsletter.cli.workspace import Workspace
from newsletter.errors import ContentError, Place
from newsletter.model.campaign import Target
from newsletter.model.report import Finding

if TYPE_CHECKING:
    from newsletter.audience.csv_file import Roster
    from newsletter.delivery.gate import Rules
    from newsletter.delivery.outgoing import Outgoing
    from newsletter.ledger.store import Ledger
    from newsletter.providers.base import DirectProvider

MOST_NAMED = 20
"""How many people in doubt are named on a terminal."""


def login() -> str:
    """Return who is at this computer, as the ledger is to name them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "someone"


@dataclass(frozen=True, slots=True)
class Fit:
    """An issue that is fit to go, and what was found in it and in the audience all the same."""

    outgoing: Outgoing
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Desk:
    """Where an issue is made ready to go; the audience is read once."""

    workspace: Workspace

    @cached_property
    def roster(self) -> Roster:
        """Return the audience as it stands, findings and all."""
        from newsletter.audience.csv_file import read_audience

        path = self.workspace.settings.audience_file
        return read_audience(path, shown=self.workspace.shown(path))

    @cached_property
    def people(self) -> Roster:
        """Return the audience; raise ContentError where nothing may be sent to it as it stands."""
        if self.roster.blocks:
            raise ContentError("The audience cannot be used as it stands.", self.roster.findings)
        return self.roster

    @cached_property
    def provider(self) -> DirectProvider:
        """Return the provider that the settings name."""
        from newsletter.providers.registry import Supplies, build

        settings = self.workspace.settings
        supplies = Supplies(
            folder=settings.outbox_folder,
            shown=self.workspace.shown(settings.outbox_folder),
            audience=settings.outbox.audience,
            people=lambda: self.people.subscribers,
        )
        return build(settings.provider, supplies)

    @property
    def target(self) -> Target:
        """Return where issues go by the settings."""
        return Target(provider=str(self.workspace.settings.provider), audience=self.workspace.settings.outbox.audience)

    @property
    def zone(self) -> ZoneInfo:
        """Return the house's time zone."""
        return self.workspace.settings.presentation.zone

    @property
    def rules(self) -> Rules:
        """Return what the settings ask for before sending."""
        from newsletter.delivery.gate import Rules

        asked = self.workspace.settings.before_sending
        return Rules(test=asked.test, approval=asked.approval, approvers=asked.approvers, zone=self.zone)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger."""
        from newsletter.ledger import open_ledger

        with open_ledger(self.workspace.settings.ledger_url) as ledger:
            yield ledger

    def fit(self, path: Path) -> Fit:
        """Read, check and render an issue; raise ContentError with all that keeps it from going anywhere."""
        from newsletter.audience.tags import unknown_tags
        from newsletter.cli.inspection import inspect
        from newsletter.delivery.outgoing import Outgoing

        inspection = inspect(self.workspace, path)
        findings = [*inspection.findings, *self.people.findings]
        if not inspection.passed or inspection.message is None:
            raise ContentError(f"{path.stem} must be mended first.", findings)
        outgoing = Outgoing(
            issue=path.stem,
            message=inspection.message,
            target=self.target,
            links=self.workspace.settings.links,
        )
        unknown = unknown_tags(outgoing.tags, self.people.fields, Place(self.workspace.shown(path)))
        if unknown:
            raise ContentError(f"{path.stem} must be mended first.", unknown)
        return Fit(outgoing, tuple(findings))

    def complain_of(self, keys: Sequence[str], issue: str) -> None:
        """Name on stderr those in doubt; a long list is cut, and whole in `status --json`."""
        for name in self.named(keys[:MOST_NAMED], issue):
            output.complain(f"in doubt: {name}", wrap=False)
        if len(keys) > MOST_NAMED:
            output.complain(f"and {len(keys) - MOST_NAMED:,} more: newsletter status {issue} --json names them all")

    def named(self, keys: Sequence[str], issue: str) -> list[str]:
        """Return who the keys stand for: the line of the audience file, the masked address, and the key."""
        from newsletter.model.audience import address_key, mask, recipient_key

        known = {recipient_key(issue, one.email): one for one in self.roster.subscribers}
        names = []
        for key in keys:
            person = known.get(key)
            if person is None:
                names.append(f"no longer in the audience file, key {key}")
            else:
                line = self.roster.lines.get(address_key(person.email), 0)
                names.append(f"line {line} of the audience file, {mask(person.email)}, key {key}")
        return names
