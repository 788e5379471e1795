"""Check the answers that a new newsletter folder is created from."""

from __future__ import annotations

from typing import Any

from newsletter.errors import UsageError
from newsletter.scaffold import starter


def answer_problem(field: str, answer: str) -> str:
    """Return what is wrong with an answer; empty if it is valid."""
    checks = {"email": _email_problem, "language": _language_problem, "time_zone": _time_zone_problem}
    return checks[field](answer) if field in checks else _text_problem(answer)


def _text_problem(words: str) -> str:
    """Return what is wrong with a name or a postal address; empty if it is valid."""
    from newsletter.model.control_characters import escape_control_characters
    from newsletter.model.fields import SingleLine

    if _is_valid(SingleLine, " ".join(words.split()) or "x"):
        return ""
    return f"'{escape_control_characters(words[:60])}' is too long, or has invisible characters in it."


def _language_problem(code: str) -> str:
    """Return what is wrong with a language code; empty if it is valid."""
    from newsletter.model.fields import Language

    return "" if _is_valid(Language, code) else f"{code!r} is not a language code, such as en-GB or cy."


def _time_zone_problem(name: str) -> str:
    """Return what is wrong with the name of a time zone; empty if it is valid."""
    from newsletter.model.branding import ZoneName

    return "" if _is_valid(ZoneName, name) else f"{name!r} is not a time zone, such as Europe/London."


def _is_valid(kind: Any, value: str) -> bool:
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def _email_problem(address: str) -> str:
    """Return what is wrong with a sender address; empty if it is valid."""
    from pydantic import ValidationError

    from newsletter.model.branding import Sender

    try:
        Sender(name="x", email=address)
    except ValidationError as error:
        return f"{address!r} is not an email address: {error.errors()[0]['msg'].rstrip('.')}."
    return ""


def valid_answers(answers: starter.Answers) -> starter.Answers:
    """Return the answers; raise UsageError for one that newsletter.yaml could not hold."""
    options = {
        "email": "--email news@example.org",
        "language": "--language en-GB",
        "time_zone": "--time-zone Europe/London",
    }
    for field, option in options.items():
        if problem := answer_problem(field, getattr(answers, field)):
            raise UsageError(problem, hint=f"Write it as {option}.")
    return answers
