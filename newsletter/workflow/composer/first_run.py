"""Make a newsletter's folder from the composer's first page."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.scaffold import starter
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.composer.pictures import fit_for_email
from newsletter.workflow.create_folder import create_folder, refuse_existing
from newsletter.workflow.setup_answers import answer_problem

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DATA_ADDRESS = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)")
_MOST_LOGO = 3_000_000
_WIDEST_LOGO = 160


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """What the first page asks; `colour` is `#rrggbb`, `logo` a picture as a data address, and both may be empty."""

    name: str
    sender_name: str
    sender_email: str
    postal_address: str
    language: str
    timezone: str
    colour: str = ""
    logo: str = ""


def make_newsletter(root: Path, answers: FirstAnswers) -> None:
    """Write the newsletter's folder; raise UsageError for a wrong answer, or where there is a newsletter already."""
    refuse_existing(root)
    name = _line(answers.name, "name", "The newsletter needs a name.")
    given = starter.Answers(
        name=name,
        newsletter=name,
        email=_line(answers.sender_email, "email", "The sender needs an email address."),
        address=_line(answers.postal_address, "address", "The law asks for a postal address in every newsletter."),
        language=_line(answers.language, "language", "Choose a language."),
        time_zone=_line(answers.timezone, "time_zone", "Choose a time zone."),
    )
    if answers.colour and not _COLOUR.fullmatch(answers.colour):
        raise UsageError(f"{answers.colour[:20]!r} is not a colour.", hint="A colour is # and six digits.")
    logo = fit_for_email(_picture_of(answers.logo)) if answers.logo else None
    sender = _line(answers.sender_name or name, "name", "The sender needs a name.")
    create_folder(root, given, dt.datetime.now().astimezone().date())
    path = root / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(f"sender:\n  name: {starter.quoted(name)}", f"sender:\n  name: {starter.quoted(sender)}", 1)
    if answers.colour:
        text = text.replace("  # colours: ", "  colours:   ", 1)
        text = text.replace('  #   brand: "#0b4f5c" ', f'    brand: "{answers.colour.lower()}"   ', 1)
    if logo is not None:
        (root / "images").mkdir(exist_ok=True)
        replace_file(root / "images" / f"logo{logo.suffix}", logo.data)
        text = text.replace("  # logo: images/logo.png ", f"  logo: images/logo{logo.suffix}   ", 1)
        width = max(16, min(_WIDEST_LOGO, logo.width))
        text = text.replace("  # logo_width: 160 ", f"  logo_width: {width}   ", 1)
    replace_file(path, text.encode())


def _line(words: str, field: str, missing: str) -> str:
    words = " ".join(words.split())
    if not words:
        raise UsageError(missing)
    if problem := answer_problem(field, words):
        raise UsageError(problem)
    return words


def _picture_of(address: str) -> bytes:
    found = _DATA_ADDRESS.fullmatch(address)
    if found is None or len(address) > _MOST_LOGO:
        raise UsageError("The logo cannot be used.", hint="Choose a JPEG or PNG file of at most 2 MB.")
    try:
        return base64.b64decode(found[1], validate=False)
    except (binascii.Error, ValueError):
        raise UsageError("The logo cannot be read.", hint="Choose a JPEG or PNG file.") from None
