"""Suggestions for mistyped names."""

from __future__ import annotations

from newsletter.errors import UsageError
from newsletter.workflow.suggestions import unknown_name


def test_an_unknown_name_gets_the_nearest() -> None:
    error = unknown_name("issue", "2024-20", ["2024-02", "2023-11"], hint="That is all.")
    assert isinstance(error, UsageError)
    assert error.message == "There is no issue called '2024-20'."
    assert error.hint.startswith("Did you mean `2024-02`")
    assert error.hint.endswith("That is all.")
    assert unknown_name("issue", "zzz", ["2024-02"], hint="x").hint == "x"
