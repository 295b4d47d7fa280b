"""Which services are added for what only they make, and which of those that wait for one another goes first."""

from __future__ import annotations

import pytest
from tests.planner.build import CALENDAR, HELD, MADE, MONDAY, YES_OR_NO, Build
from tests.planner.test_acquisition import SELF, bundle_of, doubled, how, makers, planned, the

from tongban.planner.candidates import with_candidates
from tongban.planner.knowledge import Knowledge
from tongban.planner.outline import outline_of
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request
from tongban.planner.selection import select


def test_in_a_circle_the_service_with_another_way_goes_first() -> None:
    build = Build()
    build.type("Person", a={}, b=MADE)
    build.service("one", SELF, needs=["who.b"], makes=["who.a"], days=1)
    build.service("two", SELF, needs=["who.a"], makes=["who.b"], days=1)
    bundle_of(build, "one", "two")
    made = planned(build)
    assert how(made, "a") == ["asked"]
    assert the(made, "b").by == "t/two"


def test_a_service_that_can_derive_what_it_needs_goes_first_in_a_circle_too() -> None:
    build = Build()
    doubled(build, sum=MADE, other=MADE)
    build.service("one", SELF, needs=["who.other"], makes=["who.sum"], days=1)
    build.service("two", SELF, needs=["who.sum"], makes=["who.other"], days=1)
    bundle_of(build, "one", "two")
    made = planned(build)
    assert (how(made, "sum"), makers(made, "other")) == (["derived"], ["t/two"])


def test_a_circle_without_a_way_out_is_refused() -> None:
    build = Build()
    build.type("Person", a=MADE, b=MADE)
    build.service("one", SELF, needs=["who.b"], makes=["who.a"])
    build.service("two", SELF, needs=["who.a"], makes=["who.b"])
    bundle_of(build, "one", "two")
    with pytest.raises(PlanError) as refused:
        planned(build)
    assert (refused.value.code, refused.value.issues[0].at) == ("circular-need", "p.b")


def test_what_only_another_service_makes_brings_that_service() -> None:
    build = Build()
    build.type("Person", permit=MADE, wish={})
    build.service("open", SELF, needs=["who.permit"], days=1)
    build.service("far", SELF, makes=["who.permit"], visits=[("hall", "apply")])
    build.service("near", SELF, makes=["who.permit"], needs=["who.wish"])
    bundle_of(build, "open")
    made = planned(build)
    assert {line.id for line in made.services} == {"t/open", "t/near"}  # one question is less than one trip
    assert made.cost == (0, 0, 1, 1)


def test_what_a_fact_is_derived_from_brings_whoever_makes_it() -> None:
    build = Build()
    doubled(build, first=MADE, second=HELD, sum=MADE)
    build.service("open", SELF, needs=["who.sum"])
    build.service("first", SELF, makes=["who.first"], days=1)
    build.service("second", SELF, makes=["who.second"])
    bundle_of(build, "open")
    made = planned(build)
    assert [(line.how, line.by) for line in made.facts if line.fact == "p.first"] == [("produced", "t/first")]
    assert {line.id for line in made.services} == {"t/open", "t/first"}


def test_no_service_is_looked_at_that_makes_nothing_lacking() -> None:
    build = Build()
    doubled(build, first=HELD, second=MADE, sum=MADE, permit=MADE)
    build.service("open", SELF, needs=["who.sum", "who.permit"])
    build.service("own", SELF, makes=["who.second"])
    for name in ("first", "second", "sum", "permit"):
        build.service(name, SELF, makes=[f"who.{name}"])
    bundle_of(build, "open", "own")
    request = Request(MONDAY, bundle="t/bundle")
    knowledge = Knowledge(outline_of(build.catalog(), request), request)
    assert [run.id for run in with_candidates(knowledge, select(knowledge).runs)] == ["t/open", "t/own", "t/permit"]


def test_of_whoever_makes_what_is_wanted_the_one_that_asks_nothing_is_taken() -> None:
    build = Build()
    build.type("Person", card=MADE, wish={})
    build.service("asks", SELF, makes=["who.card"], needs=["who.wish"])
    build.service("free", SELF, makes=["who.card"])
    made = plan(build.catalog(), Request(MONDAY, want=("who.card",)), CALENDAR)
    assert ([line.id for line in made.services], made.cost) == (["t/free"], (0, 0, 0, 0))


def test_a_service_that_cannot_have_what_it_needs_leaves_it_to_another() -> None:
    build = Build()
    build.type("Person", permit=MADE, nothing=MADE)
    build.service("open", SELF, needs=["who.permit"])
    build.service("idle", SELF, makes=["who.permit"], needs=["who.nothing"])
    build.service("busy", SELF, makes=["who.permit"], visits=[("hall", "apply")])
    bundle_of(build, "open")
    assert {line.id for line in planned(build).services} == {"t/open", "t/busy"}


def test_what_nobody_supplies_is_refused() -> None:
    build = Build()
    build.type("Person", permit=MADE)
    build.service("open", SELF, needs=["who.permit"])
    bundle_of(build, "open")
    with pytest.raises(PlanError) as refused:
        planned(build)
    assert (refused.value.code, refused.value.issues[0].at) == ("nobody-supplies", "p.permit")


def test_a_service_that_would_not_accept_is_not_added() -> None:
    build = Build()
    build.type("Person", permit=MADE, adult=YES_OR_NO)
    build.service("open", SELF, needs=["who.permit"])
    build.service("adults", SELF, makes=["who.permit"], requires=["who.adult == true"])
    build.service("anybody", SELF, makes=["who.permit"], visits=[("hall", "apply")])
    bundle_of(build, "open")
    made = planned(build, {"p.adult": Known(value=False)})
    assert "t/anybody" in {line.id for line in made.services}


def test_a_wanted_fact_brings_whoever_makes_it() -> None:
    build = Build()
    build.type("Person", card=HELD, name={})
    build.service("issue", SELF, makes=["who.card"], needs=["who.name"], days=2)
    made = plan(build.catalog(), Request(MONDAY, want=("who.card",)), CALENDAR)
    assert [line.id for line in made.services] == ["t/issue"]
    assert [line.fact for line in made.questions] == ["who.name"]
    known = plan(build.catalog(), Request(MONDAY, want=("who.card",), facts={"who.card": Known("x")}), CALENDAR)
    assert known.services == ()
