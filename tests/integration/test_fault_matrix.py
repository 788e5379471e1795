"""The fault matrix: a sample of it by default, all of it with NEWSLETTER_FAULTS=all (some minutes)."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from newsletter.rehearsal import provider_names
from newsletter.rehearsal.fault import FaultKind
from tests import direct_faults
from tests.faults import NEVER_CAME, Cell, Cut, Death, Told, Way, cells, live, until_it_comes, ways
from tests.loopback import Wrong
from tests.stages import Stage

pytestmark = pytest.mark.slow

EVERY = os.environ.get("NEWSLETTER_FAULTS") == "all"
ONE_OF = 97
"""Of so many cells one is in the sample, beside those that matter most."""
CRITICAL = {FaultKind.TIMEOUT_AFTER, FaultKind.TOO_MANY, Death.AFTER, Cut.AFTER, Stage.DAMAGED_ANSWER}


def chosen(provider: str) -> list[Cell]:
    """Return the cells to live through."""
    every = list(cells(provider))
    if EVERY:
        return every
    return [
        one
        for number, one in enumerate(every)
        if number % ONE_OF == 0 or (one.call in {"send", "schedule"} and one.trouble in CRITICAL and not one.stubborn)
    ]


@pytest.mark.parametrize("provider", provider_names())
def test_it_is_sent_once_whatever_goes_wrong(provider: str) -> None:
    lives = [live(cell) for cell in chosen(provider)]
    assert [f"{one.cell} [{one.words}]: {'; '.join(one.wrong)}" for one in lives if one.wrong] == []
    assert {one.cell.way for one in lives} == set(ways(provider))


def test_a_send_whose_answer_is_lost_with_the_network_is_uncertain_until_the_provider_can_be_asked() -> None:
    life = live(Cell("mailchimp", Way.AT_ONCE, "send", Cut.AFTER))
    assert life.told == [Told.UNCERTAIN, Told.DONE]
    assert life.wrong == []


@pytest.mark.parametrize("provider", direct_faults.SERVERS)
def test_each_person_has_one_message_whatever_goes_wrong(provider: str) -> None:
    if provider == "ses":
        pytest.importorskip("boto3", reason="boto3 is not installed")
    lives = [
        direct_faults.live(cell)
        for number, cell in enumerate(direct_faults.cells(provider))
        if EVERY
        or number % 13 == 0
        or (cell.call in {"TEXT", "send", "inject"} and not (isinstance(cell.wrong, Stage) and cell.stubborn))
    ]
    assert [f"{one.cell} [{one.words}]: {'; '.join(one.wrong)}" for one in lives if one.wrong] == []
    uncertain = [one for one in lives if Told.UNCERTAIN in one.told]
    assert any(one.cell.wrong is Wrong.TIMEOUT_AFTER for one in uncertain)
    assert any(isinstance(one.cell.wrong, Wrong) and one.cell.wrong.kills for one in uncertain)
    assert any(isinstance(one.cell.wrong, Stage) for one in uncertain)


def test_a_life_whose_fault_never_came_is_lived_again_and_no_other() -> None:
    def after(*lives: list[str]) -> list[str]:
        coming = iter([SimpleNamespace(wrong=wrong) for wrong in lives])
        return until_it_comes(lambda: next(coming)).wrong

    assert after([NEVER_CAME], []) == []
    assert after([NEVER_CAME], [NEVER_CAME], [NEVER_CAME]) == [NEVER_CAME]
    assert after([NEVER_CAME, "it was sent twice"]) == [NEVER_CAME, "it was sent twice"]
