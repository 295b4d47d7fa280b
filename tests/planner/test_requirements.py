"""Whoever looks ahead is judged as the plan judges: the same conditions are not met, in the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planner.build import Build

from tongban.catalog.vocabulary import Text, Value
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request
from tongban.planner.requirements import facts_behind, judged
from tongban.publication import calendars
from tongban.publication.files import tree

CATALOG = tree()
CALENDAR = calendars.of(CATALOG)
SERVICE = "skills/skill-assessment"
ON = date(2026, 11, 16)
GRADES = ("junior", "intermediate", "advanced", "technician", "senior-technician")
FACTS = {
    "worker.id_number": st.sampled_from(["430200199303180136", "430200201403180134"]),
    "worker.skill_trade": st.sampled_from([None, "电工", "焊工"]),
    "worker.skill_grade": st.sampled_from([None, *GRADES, "special", "chief"]),
    "worker.skill_graded_on": st.one_of(st.none(), st.dates(date(2018, 1, 1), ON)),
    "worker.contest_award": st.sampled_from([None, "city", "province", "national"]),
    "worker.contest_award_on": st.one_of(st.none(), st.dates(date(2018, 1, 1), ON)),
    "skill.trade": st.just("电工"),
    "skill.grade": st.sampled_from(GRADES),
    "skill.years": st.integers(0, 40),
}
KNOWN = st.fixed_dictionaries({}, optional=FACTS)


@given(KNOWN)
def test_what_is_not_met_is_what_the_plan_says_is_not_met(known: dict[str, Value]) -> None:
    known = {
        "skill.admission_number": None,
        **known,
    }  # so that no certificate is on its way that would change the grade
    request = Request(on=ON, services=(SERVICE,), facts={key: Known(value) for key, value in known.items()})
    (line,) = (line for line in plan(CATALOG, request, CALENDAR).services if line.id == SERVICE)
    found = judged(CATALOG, SERVICE, known, ON)
    assert [(one.that, one.otherwise) for one in line.unmet] == [
        (one.requirement.that.text, one.otherwise) for one in found if one.is_met is False
    ]


def test_everything_that_can_decide_is_named_beforehand() -> None:
    assert facts_behind(CATALOG, SERVICE) == FACTS.keys()


def test_what_a_sentence_names_is_to_be_known_too() -> None:
    build = Build()
    build.functions["t/rules.age"] = lambda born, on: on.year - born.year
    age = {"kind": "integer", "derived": "t/rules.age", "derived_from": ("born",)}
    build.type("Person", age=age, born={"kind": "date"}, name={}, wish={}, other={})
    build.service("one", {"who": "Person"}, needs=["who.other"], requires=["who.age >= 18"])
    asks, otherwise = Text("{who.wish}", "wish"), Text("name", "{who.name}")
    (requirement,) = build.services["t/one"].requires
    told = replace(requirement, asks=asks, otherwise=otherwise)
    build.services["t/one"] = replace(build.services["t/one"], requires=(told,))
    assert facts_behind(build.catalog(), "t/one") == {"who.born", "who.name", "who.wish"}


def test_a_condition_on_another_way_does_not_concern_whoever_goes_this_one() -> None:
    climbing: dict[str, Value] = {
        "worker.skill_trade": "电工",
        "worker.skill_grade": "intermediate",
        "worker.skill_graded_on": date(2024, 3, 12),
        "worker.contest_award": None,
        "skill.trade": "电工",
        "skill.grade": "advanced",
    }
    *_, years_left, in_trade = judged(CATALOG, SERVICE, climbing, ON)
    assert (years_left.is_met, years_left.concerns) == (False, True)
    assert years_left.otherwise is not None
    assert years_left.otherwise.zh.startswith("还差 2 年 4 个月：")
    assert "2029 年 3 月 12 日" in years_left.otherwise.zh
    assert (in_trade.is_met, in_trade.concerns) == (True, False)


def test_what_nobody_offers_is_refused() -> None:
    with pytest.raises(PlanError, match="skill-assessments"):
        judged(CATALOG, "skills/skill-assessments", {}, ON)
    with pytest.raises(PlanError, match=r"worker\.height"):
        judged(CATALOG, SERVICE, {"worker.height": 170}, ON)
