"""The archive that the documentation shows: the sample's issues, and made-up ones of the year before."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

SETTINGS = """
archive:
  url: https://example.org/newsletter/
  about: News, dates and ways to take part in co-production, once a month.
  sign_up: {link: https://example.org/subscribe}
"""

EARLIER = (
    ("2023-09", "What you told us about the Urban Room", "cuppas"),
    ("2023-10", "Training, travel and a very long walk", "spring"),
    ("2023-11", "Our year in numbers", ""),
    ("2023-12", "A quiet month, and a busy one ahead", "hearts"),
    ("2024-01", "New year, new faces", "cuppas"),
)
"""Months with a title and a picture."""


def archive_site(folder: Path, run: Callable[..., None]) -> Path:
    """Add issues to a copy of the sample, build its archive and return the folder of the website."""
    settings = folder / "newsletter.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    sample = (folder / "issues" / "2024-03.yaml").read_text(encoding="utf-8")
    for month, title, picture in EARLIER:
        text = re.sub(r"(?m)^title:.*", f'title: "{title}"', sample, count=1)
        text = re.sub(r"(?m)^date:.*", f"date: {month}-11", text, count=1)
        text = re.sub(r"(?m)^preheader:.*", "preheader: Workshops, dates for your diary, and two welcomes", text)
        hero = r"(?m)^hero:\n(?:  .*\n)+"
        text = text.replace("images/spring.jpg", f"images/{picture}.jpg") if picture else re.sub(hero, "", text)
        (folder / "issues" / f"{month}.yaml").write_text(text, encoding="utf-8")
    run(folder, "archive", "build", "--all")
    return folder / "site"
