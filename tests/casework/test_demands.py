"""What a step asks for: what is just good enough, what is not, and that nothing else enters a record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.casework.world import ANNA, CARA, HANNA, WATER, Run, accepted, command, permit, refusal, refused

from tongban.casework.model import Json

NAMES: list[Json] = [f"shop.seats-{n}" for n in range(100)]


@pytest.mark.parametrize("days", [1, 3650])
def test_a_limit_grows_by_a_day_or_by_ten_years(days: int) -> None:
    run = accepted()
    run.do(CARA, "extend", reason="材料多", days=days)
    assert run.events[-1].data["days"] == days


@pytest.mark.parametrize("days", [0, -1, 3651, True, "3", None, [3]])
def test_it_grows_by_nothing_else(days: Json) -> None:
    assert refusal(accepted(), CARA, "extend", reason="材料多", days=days) == "data-wrong"


@pytest.mark.parametrize("items", [["a"], ["x" * 120], NAMES, ["base/id-card", "shop.seats", "base/id-card"]])
def test_items_are_named_one_by_one(items: list[str]) -> None:
    run = Run(permit())
    run.do(ANNA, "correct", fault="incorrect", items=items)
    assert run.events[-1].data["items"] == list(dict.fromkeys(items))


WRONG: tuple[Json, ...] = (
    [],
    [*NAMES, "one-more"],
    ["x" * 121],
    [""],
    [7],
    ["shop.seats", None],
    "shop.seats",
    {"shop.seats": 1},
    7,
)


@pytest.mark.parametrize("items", WRONG, ids=repr)
def test_items_are_nothing_else(items: Json) -> None:
    assert refusal(Run(permit()), ANNA, "correct", fault="incorrect", items=items) == "data-wrong"


@pytest.mark.parametrize("offices", [[], WATER, [7], ["trial/nowhere"], [WATER, "trial/nowhere"]])
def test_offices_are_those_there_are(offices: Json) -> None:
    assert refusal(accepted(), ANNA, "consult", offices=offices) == "data-wrong"


def test_a_choice_is_one_of_those_there_are() -> None:
    run = accepted()
    assert refusal(run, ANNA, "pause", reason="听证", procedure="holiday") == "data-wrong"
    assert refusal(run, ANNA, "pause", reason="听证") == "data-needed"
    run.do(ANNA, "pause", reason="听证", procedure="publicity")
    decision = run.case.clock("decision")
    assert decision is not None
    assert [pause.reason for pause in decision.pauses] == ["publicity"]


@pytest.mark.parametrize(
    "texts", [{"note": "长" * 5000}, {"note": "记", "item:base/id-card": "看不清", "reason": "急"}]
)
def test_words_may_be_many_and_about_an_item(texts: dict[str, str]) -> None:
    run = Run(permit())
    run.carry_out(HANNA, replace(command("note"), texts=texts))
    assert run.events[-1].values == texts


@pytest.mark.parametrize(
    "texts", [{"note": "长" * 5001}, {"note": "记", "colour": "红"}, {"note": "记", "item:": "空"}]
)
def test_words_are_not_without_end_and_stand_under_no_other_name(texts: dict[str, str]) -> None:
    assert refused(Run(permit()), HANNA, replace(command("note"), texts=texts)) == "data-wrong"
    assert refused(Run(permit()), ANNA, replace(command("accept"), texts=texts)) == "data-wrong"
