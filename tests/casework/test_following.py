"""What one case's change means for another that waits for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.casework.world import SHOP_SUBJECT, TRADE, WATER, Run, card, permit

from tongban.casework import following
from tongban.casework.model import SYSTEM, Case, Given, Opening

NUMBER, UNTIL = "shop.licence_number", "shop.licensed_until"
FEEDER = Run(permit(feeds=(2,))).case
MADE = following.made_by(FEEDER, {NUMBER: "L1", "shop.keeper_name": "贺小满", "owner.name": "贺小满"})


def waiting(waits: dict[int, tuple[str, ...]]) -> Run:
    return Run(card(waits=waits))


def supplied(feeder: Case, made: following.Made, case: Case) -> tuple[dict[str, Given], object] | None:
    """What a waiting case gets, and what it waits for then."""
    order = following.answer(feeder, made, case, "id")
    if order is None:
        return None
    assert (order.id, order.kind) == ("id", "supply")
    return dict(order.facts), order.data["waits"]


def test_a_case_gets_what_it_waits_for_as_soon_as_that_is_made() -> None:
    run = waiting({1: (NUMBER,)})
    assert supplied(FEEDER, {}, run.case) is None
    assert supplied(FEEDER, MADE, run.case) == ({NUMBER: Given("L1", "produced")}, {})
    order = following.answer(FEEDER, MADE, run.case, "id")
    assert order is not None
    assert run.carry_out(SYSTEM, order).state == "submitted"


def test_of_several_facts_the_last_one_starts_it_and_a_grant_brings_what_there_is() -> None:
    case = waiting({1: (NUMBER, UNTIL)}).case
    assert supplied(FEEDER, MADE, case) is None
    assert supplied(replace(FEEDER, result="granted"), MADE, case) == ({NUMBER: Given("L1", "produced")}, {})


def test_what_waits_for_the_result_waits_for_the_grant() -> None:
    case = waiting({1: ()}).case
    assert supplied(FEEDER, MADE, case) is None
    assert supplied(replace(FEEDER, result="granted"), MADE, case) == ({}, {})


def test_a_fact_is_known_by_whom_it_is_about_and_not_by_what_the_role_is_called() -> None:
    sign = Opening(3, "trial/sign", {"place": (SHOP_SUBJECT,)}, WATER, "430211", waits={1: ("place.licence_number",)})
    assert supplied(FEEDER, MADE, Run(sign).case) == ({"place.licence_number": Given("L1", "produced")}, {})
    other = replace(sign, roles={"place": (SHOP_SUBJECT + 1,)})
    assert supplied(FEEDER, MADE, Run(other).case) is None


def test_a_case_goes_on_waiting_for_the_others() -> None:
    run = waiting({1: (NUMBER,), 3: ("shop.region",), 4: ()})
    order = following.answer(FEEDER, MADE, run.case, "id")
    assert order is not None
    case = run.carry_out(SYSTEM, order)
    assert (case.state, case.waits, run.events[-1].kind) == ("waiting", {3: ("shop.region",), 4: ()}, "supplied")
    assert run.facts[NUMBER] == "L1"
    assert supplied(FEEDER, MADE, case) is None, "it does not wait for this one any more"


@pytest.mark.parametrize("result", ["refused", "withdrawn", "lapsed", "not-possible"])
def test_without_a_grant_it_can_no_longer_be_done(result: str) -> None:
    order = following.answer(replace(FEEDER, result=result), {}, waiting({1: (NUMBER,)}).case, "id")  # type: ignore[arg-type]
    assert order is not None
    assert (order.id, order.kind, order.data) == ("id", "not-possible", {"because": FEEDER.number})


def test_a_case_that_does_not_wait_is_left_alone() -> None:
    for case in (Run(card()).case, waiting({3: (NUMBER,)}).case, replace(Run(card()).case, waits={1: (NUMBER,)})):
        for result in (None, "granted", "refused"):
            assert following.answer(replace(FEEDER, result=result), MADE, case, "id") is None


def test_others_are_looked_at_when_something_was_made_or_the_case_has_just_ended() -> None:
    ended, alone = replace(FEEDER, result="granted"), Run(permit(office=TRADE)).case
    looked = {
        "opened": following.feeds(None, FEEDER, {}),
        "changed": following.feeds(FEEDER, FEEDER, {}),
        "made": following.feeds(FEEDER, FEEDER, MADE),
        "ended": following.feeds(FEEDER, ended, {}),
        "ended at once": following.feeds(None, ended, {}),
        "after its end": following.feeds(ended, ended, {}),
        "reopened": following.feeds(ended, FEEDER, {}),
        "nobody waits": following.feeds(alone, replace(alone, result="granted"), MADE),
    }
    assert [what for what, is_looked_at in looked.items() if is_looked_at] == ["made", "ended", "ended at once"]
