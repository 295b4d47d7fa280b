"""A case handed up and down between the offices of one authority: what goes along, what stays, and who may."""

from __future__ import annotations

import pytest
from tests.casework.world import (
    ANNA,
    BEN,
    CARA,
    CITY_TRADE,
    HANNA,
    OWNER,
    STRANGER,
    TINA,
    TRADE,
    WANDA,
    WATER,
    Run,
    catalog,
    permit,
    refusal,
)

from tongban.casework import definitions
from tongban.casework.model import Doer

WHY = {"reason": "要市里定"}


def test_the_office_above_is_the_same_authoritys_nearest_around() -> None:
    above = definitions.above(catalog())
    assert above[TRADE] == CITY_TRADE
    assert above[WATER] is None
    assert above[CITY_TRADE] is None


def test_a_case_handed_up_goes_with_its_tasks_and_every_limit_runs_on() -> None:
    run = Run(permit())
    run.do(ANNA, "accept")
    run.do(ANNA, "consult", offices=[WATER])
    run.do(ANNA, "pause", procedure="hearing", reason="听证")
    run.do(ANNA, "claim")
    clocks = run.case.clocks
    case = run.do(ANNA, "hand-up", **WHY)
    assert (case.office, case.supervisor, case.passed) == (CITY_TRADE, "trial/hall", (TRADE,))
    assert {task.id: task.holder for task in case.tasks} == {
        "main": None, f"opinion:{WATER}": None, f"procedure:{CITY_TRADE}": None,
    }  # fmt: skip
    assert (case.clocks, case.state, case.region) == (clocks, "accepted", "430211")
    assert run.events[-1].data["office"] == CITY_TRADE
    assert "要市里定" not in str(run.events[-1].data)


def test_whoever_handed_up_has_no_more_steps_there_and_whoever_got_it_has() -> None:
    run = Run(permit())
    run.do(ANNA, "hand-up", **WHY)
    assert {refusal(run, BEN, kind, **WHY) for kind in ("accept", "claim", "hand-up", "refuse-acceptance")} == {
        "not-your-office"
    }
    run.do(TINA, "accept")
    run.do(TINA, "hand-down", office=TRADE, **WHY)
    assert (run.case.office, run.case.passed) == (TRADE, (TRADE, CITY_TRADE))
    run.do(CARA, "refuse", reason="不满足条件")
    assert run.case.result == "refused"


def test_a_level_is_gone_to_with_a_reason_along_the_line_of_the_authority_only() -> None:
    run = Run(permit())
    assert refusal(run, ANNA, "hand-up") == "data-needed"
    assert refusal(run, ANNA, "hand-up", reason="  ") == "data-needed"
    assert refusal(run, ANNA, "hand-down", office=WATER, **WHY) == "no-office-below"
    run.do(CARA, "hand-up", **WHY)
    assert refusal(run, TINA, "hand-up", **WHY) == "no-office-above"
    assert refusal(run, TINA, "hand-down", **WHY) == "data-needed"
    assert {refusal(run, TINA, "hand-down", office=wrong, **WHY) for wrong in (WATER, CITY_TRADE, "nowhere", 7)} == {
        "data-wrong"
    }


@pytest.mark.parametrize("doer", [WANDA, HANNA, TINA, OWNER, STRANGER])
def test_nobody_else_hands_a_case_to_another_level(doer: Doer) -> None:
    assert refusal(Run(permit()), doer, "hand-up", **WHY) == "not-your-office"


def test_what_a_colleague_has_claimed_only_they_or_an_approver_hand_up() -> None:
    run = Run(permit())
    run.do(BEN, "claim")
    assert refusal(run, ANNA, "hand-up", **WHY) == "claimed"
    run.do(CARA, "hand-up", **WHY)
    assert run.case.office == CITY_TRADE


def test_a_case_that_waits_for_its_applicant_or_has_ended_goes_nowhere() -> None:
    run = Run(permit())
    run.do(ANNA, "correct", fault="incorrect", items=["shop.seats"])
    assert refusal(run, ANNA, "hand-up", **WHY) == "task-unknown"
    run.do(OWNER, "withdraw")
    assert refusal(run, ANNA, "hand-up", **WHY) == "task-unknown"
