"""The issue in which nothing is wrong, and what plants a defect in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.model.findings import Finding
from newsletter.preflight.rule import Checker, Example
from newsletter.testing.checks import findings_of

CLEAN = (Path(__file__).parent / "clean.yaml").read_text("utf-8")


@pytest.fixture
def found() -> Callable[..., list[tuple[str, int]]]:
    """Return codes and lines of what the checks say of some fields of an issue."""

    def look(fields: str, check: Checker | None = None, **more: str) -> list[tuple[str, int]]:
        return [(one.code, one.place.line) for one in said(fields, check, **more)]

    return look


def said(fields: str, check: Checker | None = None, **more: str) -> tuple[Finding, ...]:
    return findings_of(Example(fields, **more), None if check is None else (check,))
