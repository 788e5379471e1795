"""Make a newsletter's folder from the composer's first page."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newsletter.errors import UsageError
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.composer.pictures import fit_for_email

if TYPE_CHECKING:
    from newsletter.render.images import EmailImage
    from newsletter.workflow.workspace import Workspace

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DATA_ADDRESS = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)")
_MOST_LOGO = 3_000_000
_WIDEST_LOGO = 160
_NEEDED = (
    ("name", "name", "Type the name of your organisation."),
    ("sender_email", "email", "Type the address that the newsletter is sent from."),
    ("postal_address", "address", "Type your postal address: many countries require it in every newsletter."),
    ("language", "language", "Choose a language."),
    ("timezone", "time_zone", "Choose a time zone."),
)
"""Each answer that is needed, what kind of answer it is, and what is said where it is missing."""


class FirstAnswers(NamedTuple):
    """What the first page asks; `colour` is `#rrggbb`, `logo` a picture as a data address, and both may be empty."""

    name: str
    sender_name: str
    sender_email: str
    postal_address: str
    language: str
    timezone: str
    colour: str = ""
    logo: str = ""
    newsletter: str = ""
    """The newsletter's own name; that of the organisation where it is empty."""


class InvalidAnswersError(UsageError):
    """Some answers cannot be used; `problems` holds what is wrong with each, by its field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def make_newsletter(root: Path, answers: FirstAnswers) -> None:
    """Write the newsletter's folder, or replace the sample answers of one that was made without any.

    Raise InvalidAnswersError, or UsageError where there is a newsletter already.
    """
    from newsletter.scaffold import starter
    from newsletter.workflow.composer.sample_settings import has_sample_settings, replace_sample_settings
    from newsletter.workflow.create_folder import create_folder, refuse_existing

    workspace = _existing(root)
    if workspace is None or not has_sample_settings(workspace.settings):
        refuse_existing(root)
        workspace = None
    logo, problems = _checked(answers)
    if problems:
        raise InvalidAnswersError(problems)
    if workspace is not None:
        replace_sample_settings(workspace, answers)
        return
    name = _plain(answers.name)
    given = starter.Answers(
        name=name,
        newsletter=_plain(answers.newsletter) or name,
        email=_plain(answers.sender_email),
        address=_plain(answers.postal_address),
        language=_plain(answers.language),
        time_zone=_plain(answers.timezone),
    )
    sender = _plain(answers.sender_name) or name
    create_folder(root, given, dt.datetime.now().astimezone().date())
    path = root / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(f"sender:\n  name: {starter.quoted(name)}", f"sender:\n  name: {starter.quoted(sender)}", 1)
    if given.newsletter.casefold() == name.casefold():  # an issue would show the same words twice
        text = text.replace("  newsletter: ", "  # newsletter: ", 1)
    if answers.colour:
        text = text.replace("  # colours: ", "  colours:   ", 1)
        for role, sample in (("brand", "#0b4f5c"), ("accent", "#b3391f")):
            text = text.replace(f'  #   {role}: "{sample}" ', f'    {role}: "{answers.colour.lower()}"   ', 1)
    if logo is not None:
        (root / "images").mkdir(exist_ok=True)
        replace_file(root / "images" / f"logo{logo.suffix}", logo.data)
        text = text.replace("  # logo: images/logo.png ", f"  logo: images/logo{logo.suffix}   ", 1)
        width = max(16, min(_WIDEST_LOGO, logo.width))
        text = text.replace("  # logo_width: 160 ", f"  logo_width: {width}   ", 1)
    replace_file(path, text.encode())


def _existing(root: Path) -> Workspace | None:
    """Return the newsletter that there is in a folder."""
    from newsletter.workflow.workspace import Workspace

    try:
        return Workspace.find(root)
    except UsageError:
        return None


def _plain(words: str) -> str:
    return " ".join(words.split())


def _checked(answers: FirstAnswers) -> tuple[EmailImage | None, dict[str, str]]:
    """Return the logo as it is sent, and what is wrong with the answers, by their fields."""
    from newsletter.workflow.setup_answers import answer_problem

    problems = {}
    for field, kind, missing in _NEEDED:
        words = _plain(getattr(answers, field))
        if problem := answer_problem(kind, words) if words else missing:
            problems[field] = problem
    for field in ("newsletter", "sender_name"):
        words = _plain(getattr(answers, field))
        if words and (problem := answer_problem("name", words)):
            problems[field] = problem
    if answers.colour and not _COLOUR.fullmatch(answers.colour):
        problems["colours"] = f"{answers.colour[:20]!r} is not a colour. A colour is # and six digits."
    try:
        logo = fit_for_email(picture_of(answers.logo)) if answers.logo else None
    except UsageError as error:
        logo, problems["logo"] = None, f"{error.message} {error.hint}".strip()
    return logo, problems


def picture_of(address: str) -> bytes:
    """Return the bytes of a picture that is given as a data address; raise UsageError where it is none."""
    found = _DATA_ADDRESS.fullmatch(address)
    if found is None or len(address) > _MOST_LOGO:
        raise UsageError("The logo cannot be used.", hint="Choose a JPEG or PNG file of at most 2 MB.")
    try:
        return base64.b64decode(found[1], validate=False)
    except (binascii.Error, ValueError):
        raise UsageError("The logo cannot be read.", hint="Choose a JPEG or PNG file.") from None
