"""The checks that there are: ours, and those of other packages, which must be checks and have codes of their own."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from newsletter.errors import UsageError
from newsletter.preflight import registry
from newsletter.preflight.rule import Checker, note

RULE = note(
    "OUR101", "Something is so.", why="It matters.", fix="Fix it.", wrong="intro: Wrong.", right="intro: Right."
)
TAKEN = note("NL501", "Something is so.", why="It matters.", fix="Fix it.", wrong="intro: A.", right="intro: B.")
CHECK = Checker("of ours", (RULE,), lambda _subject: ())
SEVERAL = (CHECK, Checker("more of ours", (), lambda _subject: ()))
THIEF = Checker("a thief", (TAKEN,), lambda _subject: ())
NAME_TAKEN = Checker(
    "a namesake",
    (note("OUR102", "It is so.", name="filler-text", why="It matters.", fix="Fix it.", wrong="a: A.", right="a: B."),),
    lambda _subject: (),
)
NO_CHECK = "a check, honestly"
NO_CHECKS = (CHECK, "not this one")


@pytest.fixture
def brought(monkeypatch):
    """Return what has other packages bring what a name of this module means."""

    def bring(*names: str) -> tuple[Checker, ...]:
        points = [EntryPoint("house-rules", f"{__name__}:{name}", registry.GROUP) for name in names]
        monkeypatch.setattr(registry, "entry_points", lambda group: points if group == registry.GROUP else [])
        for point in points:
            monkeypatch.setitem(__import__("sys").modules, point.module, __import__("sys").modules[__name__])
        registry.checks.cache_clear()
        return registry.checks()

    yield bring
    monkeypatch.undo()
    registry.checks.cache_clear()


def test_our_checks_come_in_the_order_of_their_codes():
    codes = [check.rules[0].code for check in registry.built_in()]
    assert len(codes) > 5
    assert codes == sorted(codes)


def test_without_other_packages_there_are_ours(brought):
    assert brought() == registry.built_in()


def test_the_check_of_another_package_comes_last(brought):
    assert brought("CHECK") == (*registry.built_in(), CHECK)


def test_another_package_may_bring_several(brought):
    assert brought("SEVERAL")[-2:] == SEVERAL


@pytest.mark.parametrize("name", ["NO_CHECK", "NO_CHECKS"])
def test_what_is_no_check_is_refused_with_the_name_of_its_place(brought, name):
    with pytest.raises(UsageError, match=rf"house-rules .* is none: .*{name} is no Check") as caught:
        brought(name)
    assert "docs/writing-a-check.md" in caught.value.hint


def test_a_check_that_cannot_be_loaded_says_whose_it_is(brought):
    with pytest.raises(UsageError, match=r"house-rules .* cannot be loaded"):
        brought("MISSING")


def test_a_code_that_is_taken_is_refused(brought):
    with pytest.raises(UsageError, match="codes that are taken: NL501"):
        brought("THIEF")


def test_a_name_that_is_taken_is_refused(brought):
    with pytest.raises(UsageError, match="names that are taken: filler-text"):
        brought("NAME_TAKEN")


def test_rules_are_found_by_their_codes_in_order():
    rules = registry.rules((THIEF, CHECK))
    assert list(rules.items()) == [("NL501", TAKEN), ("OUR101", RULE)]
