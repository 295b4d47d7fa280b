"""What a requirement, an exemption or a situation goes by is read or asked only as far as it may still decide."""

from __future__ import annotations

import pytest
from tests.planner.build import HELD, MADE, MONDAY, YES_OR_NO, Build
from tests.planner.test_acquisition import SELF, bundle_of, how, planned

from tongban.catalog.model import Produced
from tongban.planner.outline import outline_of
from tongban.planner.request import Known, Request


def test_what_may_exempt_from_a_fee_is_planned_as_far_as_it_may_decide() -> None:
    build = Build()
    build.type("Person", poor=YES_OR_NO | HELD, old=YES_OR_NO, wish={})
    build.service("one", SELF, needs=["who.wish"], exempt="who.poor or who.old")
    bundle_of(build, "one")
    assert (how(planned(build), "poor"), how(planned(build), "old")) == (["fetched"], ["asked"])
    exempt = planned(build, {"p.poor": Known(value=True)})
    assert (how(exempt, "poor"), how(exempt, "old")) == (["known"], [])
    assert exempt.because["p.poor"] == (("t/one", "t/law", "1"),)
    paying = planned(build, {"p.poor": Known(value=False)})
    assert (how(paying, "poor"), how(paying, "old")) == (["known"], ["asked"])


def test_a_requirement_already_decided_reads_nothing_more() -> None:
    build = Build()
    build.type("Person", age={"kind": "integer"} | HELD, grown=YES_OR_NO | HELD, local=YES_OR_NO | HELD, wish={})
    build.service("one", SELF, needs=["who.wish"], requires=["who.local and (who.age >= 16 or who.grown)"])
    bundle_of(build, "one")
    assert [line.fact for line in planned(build).had("fetched")] == ["p.age", "p.grown", "p.local"]
    old_enough = planned(build, {"p.age": Known(20)})
    assert [line.fact for line in old_enough.had("fetched")] == ["p.local"]
    stranger = planned(build, {"p.local": Known(value=False)})
    assert stranger.had("fetched") == ()
    assert [unmet.that for line in stranger.services for unmet in line.unmet] == [
        "p.local and (p.age >= 16 or p.grown)"
    ]
    assert stranger.comparison["apart"] == planned(build).comparison["apart"]


def test_a_requirement_that_a_service_before_may_change_is_not_decided_yet() -> None:
    build = Build()
    build.type("Person", licensed=YES_OR_NO | HELD, grown=YES_OR_NO | HELD, wish={})
    build.service("first", SELF, needs=["who.wish"], makes={"who.licensed": True})
    build.service("one", SELF, requires=["who.licensed and who.grown"])
    bundle_of(build, "first", "one")
    made = planned(build, {"p.licensed": Known(value=False)})
    assert how(made, "licensed") == ["produced"]
    assert how(made, "grown") == ["fetched"]


def test_that_there_is_none_of_a_fact_may_meet_a_requirement() -> None:
    build = Build()
    build.type("Person", closed={} | HELD, wish={})
    build.service("one", SELF, needs=["who.wish"], requires=["who.closed == none"])
    bundle_of(build, "one")
    assert how(planned(build, {"p.closed": Known(None)}), "closed") == []


def test_a_situation_is_asked_only_for_what_may_still_decide_it() -> None:
    build = Build()
    build.type("Person", a=YES_OR_NO, b=YES_OR_NO, c=YES_OR_NO, wish={})
    build.service("one", SELF, needs=["who.wish"])
    bundle_of(build, ("one", "(p.a and p.b) or p.c"))
    assert {line.fact for line in planned(build).undecided} == {"p.a", "p.b", "p.c"}
    made = planned(build, {"p.a": Known(value=False)})
    assert [line.fact for line in made.undecided] == ["p.c"]
    assert made.cost[2] == len(made.questions) == 2


@pytest.mark.parametrize(
    "requirement", ["who.grade != 'c' or who.poor", "who.good or who.poor", "not (who.good == false) or who.poor"]
)
@pytest.mark.parametrize(
    ("exam", "known", "is_open"),
    [
        (None, "a", False),
        ("b", "a", True),  # the exam may change it
        ("b", "b", False),  # it changes nothing
        ("by rule", "a", False),
        ("by rule", None, True),  # it may be made
    ],
)
def test_what_another_service_may_change_decides_no_requirement(
    requirement: str, exam: str | None, known: str | None, *, is_open: bool
) -> None:
    build = Build()
    build.functions["t/rules.good"] = lambda grade, on: grade != "c"  # noqa: ARG005 -- every rule is told the day
    good = YES_OR_NO | MADE | {"derived": "t/rules.good", "derived_from": ("grade",)}
    build.type("Person", grade=HELD, good=good, poor=YES_OR_NO, wish={})
    build.service("one", SELF, needs=["who.wish"], requires=[requirement])
    if exam:
        build.service("exam", SELF, makes={"who.grade": None if exam == "by rule" else exam, "who.wish": None})
    bundle_of(build, "one")
    made = planned(build, {"p.grade": Known(known)})
    assert how(made, "poor") == (["asked"] if is_open else [])


def test_a_requirement_brings_whoever_makes_what_it_goes_by() -> None:
    build = Build()
    build.type("Person", card=MADE, wish={})
    build.service("one", SELF, needs=["who.wish"], requires=["who.card == 'x'"])
    build.service("issue", SELF, makes=["who.card"])
    bundle_of(build, "one")
    assert how(planned(build), "card") == ["produced"]


def test_a_service_needs_a_fact_once_however_often_it_is_named() -> None:
    build = Build()
    build.type("Person", a={}, b={}, c={}, made=MADE)
    build.service(
        "one",
        SELF,
        needs=["who.a", ("who.a", "who.b == 'x'"), ("who.b", "who.a == 'x'"), ("who.b", "who.a == 'x'")],
        makes={"who.made": Produced("who.made", "rule", of=("who.a", "who.made"))},
        requires=["who.a == 'x' and who.b == 'x'", "who.b == 'x' or who.made == 'x'"],
        exempt="who.c == 'x'",
    )
    (part,) = outline_of(build.catalog(), Request(MONDAY, services=("t/one",))).parts
    said = [(need.fact, need.when and need.when.text, need.judged_by and need.judged_by.text) for need in part.needs]
    assert said == [
        ("who.a", None, None),
        ("who.b", "who.a == 'x'", None),
        ("who.b", None, "who.a == 'x' and who.b == 'x'"),
        ("who.b", None, "who.b == 'x' or who.made == 'x'"),
        ("who.c", None, "who.c == 'x'"),
    ]
