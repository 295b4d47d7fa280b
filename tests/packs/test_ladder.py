"""The ladder of skills says of a reader what the services that lead up it would say, and nothing of its own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.vocabulary import Value
from tongban.packs.skills.pages import ladder, origins
from tongban.publication.files import tree

CATALOG = tree()
ON = date(2026, 11, 16)
GRADES = [option.value for option in CATALOG.types["base/Person"].attributes["skill_grade"].options]
ASSESSED, RANKED = "skills/skill-assessment", "skills/chief-technician-filing"


def states(facts: dict[str, Value] | None) -> list[str]:
    return [rung.state for rung in ladder(CATALOG, facts, ON)]


def test_the_way_to_each_rung_is_found_in_the_definitions() -> None:
    assert origins(CATALOG, "skill_grade") == {ASSESSED: "skill.grade", RANKED: "ranking.rank"}
    assert [rung.service.id for rung in ladder(CATALOG, None, ON)] == [ASSESSED] * 5 + [RANKED] * 2


@given(st.sampled_from(GRADES), st.dates(date(2000, 1, 1), ON))
def test_whoever_has_a_grade_stands_on_it_and_the_one_above_is_next(grade: str, since: date) -> None:
    place = GRADES.index(grade)
    facts: dict[str, Value] = {
        "skill_trade": "电工",
        "skill_grade": grade,
        "skill_graded_on": since,
        "contest_award": None,
    }
    above = ["next"] + ["later"] * (len(GRADES) - place - 2) if place + 1 < len(GRADES) else []
    assert states(facts) == ["held"] * (place + 1) + above


def test_whoever_has_none_may_begin_at_one_of_the_lowest_two() -> None:
    nothing: dict[str, Value] = dict.fromkeys(["skill_trade", "skill_grade", "skill_graded_on", "contest_award"])
    assert states(nothing) == ["next"] * 2 + ["later"] * 5
    first, second, third, *_ = ladder(CATALOG, nothing, ON)
    assert [one.asks.zh for one in first.conditions if one.asks] == ["满 16 岁", "在这一行干满 1 年"]
    assert [one.asks.zh for one in second.conditions if one.asks] == ["满 16 岁", "在这一行干满 6 年"]
    assert "取得中级工（四级）后干满 5 年" in "".join(one.asks.zh for one in third.conditions if one.asks)


def test_anybodys_ladder_says_what_each_rung_asks_for_and_judges_nobody() -> None:
    assert set(states(None)) == {"later"}
    assert [len(rung.conditions) for rung in ladder(CATALOG, None, ON)] == [2, 3, 3, 3, 3, 2, 2]


@pytest.mark.parametrize(
    ("award", "won_on", "missing"),
    [
        (None, None, 1),
        ("city", date(2026, 6, 20), 1),
        ("province", date(2026, 6, 20), 0),
        ("national", date(2024, 3, 12), 0),
        ("national", date(2024, 3, 11), 1),
    ],
)
def test_an_award_won_since_the_grade_opens_the_next(award: str | None, won_on: date | None, missing: int) -> None:
    facts: dict[str, Value] = {
        "id_number": "430200199303180136",
        "skill_trade": "电工",
        "skill_grade": "intermediate",
        "skill_graded_on": date(2024, 3, 12),
        "contest_award": award,
        "contest_award_on": won_on,
    }
    advanced = ladder(CATALOG, facts, ON)[2]
    assert (advanced.state, len(advanced.missing)) == ("next", missing)
    assert advanced.allowance == "2,000"
