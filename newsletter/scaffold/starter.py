"""Fill in the starter files: settings from a few answers, an issue from its month."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

PLACEHOLDER = "✎"
"""The first character of a sample text that the author must replace; `newsletter check` reports each."""

_SATURDAY = 5


class Answers(NamedTuple):
    """The answers that a new folder is created from; the defaults are working samples."""

    name: str = "Example Organisation"
    newsletter: str = "Monthly Update"
    email: str = "news@example.org"
    address: str = "Example Organisation, 1 High Street, Sampletown AB1 2CD"
    language: str = "en-GB"
    time_zone: str = "Europe/London"


def settings_text(answers: Answers) -> str:
    """Return newsletter.yaml for a new folder."""
    return _filled(
        "newsletter.yaml",
        {
            "name": f"{quoted(answers.name):<43}",  # the widths keep the explanations in one column
            "newsletter": f"{quoted(answers.newsletter):<37}",
            "address": f"{quoted(answers.address):<40}",
            "sender": quoted(answers.name),
            "email": quoted(answers.email),
            "language": f"{_plain(answers.language):<29}",
            "time_zone": f"{answers.time_zone:<28}",
        },
    )


def welcome_text(answers: Answers, day: dt.date, schema: str) -> str:
    """Return the first issue, which can be sent unchanged; `schema` is the path of the JSON Schema."""
    return _filled(
        "welcome.yaml", {**_dates(day), "schema": schema, "address_of_sender": answers.email.replace('"', "")}
    )


@cache
def welcome_title() -> str:
    """Return the title of the first issue, by which it is known as a sample."""
    return next(line for line in _read("welcome.yaml").splitlines() if line.startswith("title:"))[7:].strip('"')


def issue_text(day: dt.date, month_words: str, last_month: str, schema: str) -> str:
    """Return the file of a new issue: its texts start with the placeholder, its dates are after `day`."""
    return _filled("issue.yaml", {**_dates(day), "schema": schema, "month": month_words, "last_month": last_month})


def audience_text() -> str:
    """Return a small sample audience."""
    return _read("audience.csv")


def sample_people() -> frozenset[tuple[str, str, str]]:
    """Return the address, first name and last name of each person in the sample audience."""
    return frozenset(
        (row["email"], row["first_name"], row["last_name"]) for row in csv.DictReader(audience_text().splitlines())
    )


def gitignore_text() -> str:
    """Return the .gitignore file."""
    return _read("gitignore")


def picture() -> bytes:
    """Return the first issue's picture."""
    return (resources.files("newsletter.scaffold") / "images" / "welcome.jpg").read_bytes()


def working_day(day: dt.date) -> dt.date:
    """Return the day itself, or the Monday after a weekend."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def _dates(day: dt.date) -> dict[str, str]:
    event = working_day(day + dt.timedelta(days=10))
    deadline = working_day(day + dt.timedelta(days=14))
    return {"date": day.isoformat(), "event": f"{event.isoformat()} 14:00", "deadline": deadline.isoformat()}


def _filled(name: str, values: Mapping[str, str]) -> str:
    text = _read(name)
    for slot, value in values.items():
        text = text.replace(f"@{slot}@", value)
    return text


def _read(name: str) -> str:
    return (resources.files("newsletter.scaffold") / name).read_text(encoding="utf-8")


def _plain(code: str) -> str:
    """Return a language code as YAML; `no` (Norwegian) is quoted, because some YAML parsers read it as false."""
    return quoted(code) if code.casefold() == "no" else code


def quoted(text: str) -> str:
    """Return a text as a YAML string in double quotes; JSON strings are valid YAML."""
    return json.dumps(text, ensure_ascii=False)
