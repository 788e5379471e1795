"""Settings that nobody has answered the questions for yet, as `newsletter init` without a terminal leaves them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from newsletter.scaffold.starter import Answers, welcome_text
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.workflow.composer.first_run import FirstAnswers
    from newsletter.workflow.workspace import Workspace

_SCHEMA = "../.newsletter/issue.schema.json"


def has_sample_settings(settings: Settings) -> bool:
    """Return whether the name or the postal address is still that of the sample organisation."""
    brand, sample = settings.brand, Answers()
    return brand.name == sample.name or brand.address == sample.address


def given_answers(settings: Settings) -> dict[str, str]:
    """Return what the settings answer themselves, by the questions of the first page; a sample is no answer."""
    sample = Answers()
    answers = {
        "name": (settings.brand.name, sample.name),
        "newsletter": (settings.brand.newsletter or "", sample.newsletter),
        "sender_name": (settings.sender.name, sample.name),
        "sender_email": (settings.sender.email, sample.email),
        "postal_address": (settings.brand.address or "", sample.address),
        "language": (settings.language, sample.language),
        "timezone": (settings.time_zone, sample.time_zone),
    }
    return {name: given for name, (given, replaced) in answers.items() if given and given != replaced}


def replace_sample_settings(workspace: Workspace, answers: FirstAnswers) -> None:
    """Write the answers of the first page into the settings, and the sender into a first issue that is as it was made.

    Raise InvalidSettingsError, and write nothing, where a setting cannot be used.
    """
    from newsletter.workflow.composer.settings_page import save_settings

    settings = workspace.settings
    values = {
        "brand.name": answers.name,
        "brand.newsletter": answers.newsletter if answers.newsletter.casefold() != answers.name.casefold() else "",
        "brand.address": answers.postal_address,
        "sender.name": answers.sender_name or answers.name,
        "sender.email": answers.sender_email,
        "language": answers.language,
        "time_zone": answers.timezone,
    }
    if answers.colour:
        values |= {f"brand.colours.{role}": answers.colour.lower() for role in ("brand", "accent")}
    logos: dict[str, Any] = {"logo": answers.logo} if answers.logo else {}
    save_settings(workspace, values, logos)
    _address_first_issue(workspace, settings.sender.email, " ".join(answers.sender_email.split()))


def _address_first_issue(workspace: Workspace, before: str, after: str) -> None:
    """Write the sender's address into the first issue, where nobody has changed it since it was made."""
    from newsletter.workflow.composer.workspace_facts import issue_facts

    for path in workspace.issue_paths():
        try:
            day = dt.date.fromisoformat(issue_facts(path)["date"])
            made = [welcome_text(Answers(email=one), day, _SCHEMA).encode() for one in (before, after)]
            if path.read_bytes() == made[0]:
                replace_file(path, made[1])
        except (OSError, ValueError):
            continue
