"""What costs the applicant nothing, and what costs a trip: the own key that log-in shows, and papers at a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.planner.build import CALENDAR, MONDAY, Build, many
from tests.planner.test_acquisition import SELF, bundle_of, how, planned, the

from tongban.planner.explain import explain
from tongban.planner.planning import plan
from tongban.planner.request import Known, Request


def with_a_key(build: Build) -> None:
    """Persons have an ID number by which registers know them."""
    build.type("Person", id_number={"kind": "text"}, age=DERIVED_FROM_ID, wish={})
    build.types["t/Person"] = replace(build.types["t/Person"], key="id_number")
    build.functions["t/rules.age"] = lambda number, on: int(number)  # noqa: ARG005 -- every rule is told the day


DERIVED_FROM_ID = {"kind": "integer", "derived": "t/rules.age", "derived_from": ("id_number",)}


def test_the_applicants_own_key_is_known_by_log_in_and_nobody_elses() -> None:
    build = Build()
    with_a_key(build)
    build.service("one", {"who": "Person", "other": "Person"}, needs=["who.id_number", "other.id_number", "who.age"])
    build.bundle({"p": "Person", "q": "Person"}, [("one", {"who": "p", "other": "q"})])
    made = planned(build)
    assert [line.fact for line in made.questions] == ["q.id_number"]
    key = the(made, "id_number")
    assert (key.how, key.source, key.value) == ("known", "log-in", None)
    assert how(made, "age") == ["derived"]
    assert made.cost[2] == 1
    assert made.comparison["connected"].questions == 1
    assert made.comparison["apart"].questions == 3
    catalog, request = build.catalog(), Request(MONDAY, bundle="t/bundle")
    (why,) = explain(catalog, request, plan(catalog, request, CALENDAR), "p.id_number").sentences
    assert "your log-in shows it" in why.en
    assert "登录就知道" in why.zh


def test_a_key_that_is_said_stands_as_it_was_said() -> None:
    build = Build()
    with_a_key(build)
    build.service("one", SELF, needs=["who.id_number", "who.age"])
    bundle_of(build, "one")
    made = planned(build, {"p.id_number": Known("30", "fetched")})
    assert (the(made, "id_number").source, the(made, "id_number").value) == ("fetched", "30")


def test_of_several_who_apply_log_in_shows_no_key() -> None:
    build = Build()
    with_a_key(build)
    build.service("one", SELF, needs=["who.id_number"])
    build.bundle({"p": many("Person")}, [("one", {"who": "p"})])
    assert [line.fact for line in planned(build).questions] == ["p.id_number"]


def test_what_log_in_will_settle_is_no_question_of_the_situation() -> None:
    build = Build()
    with_a_key(build)
    build.service("one", SELF, needs=["who.wish"])
    bundle_of(build, ("one", "p.age >= 18"))
    made = planned(build)
    assert made.undecided == ()
    assert [line.condition for line in made.services] == ["p.age >= 18"]
    assert planned(build, {"p.id_number": Known("12", "fetched")}).services == ()


def test_in_a_service_alone_whoever_applies_is_known_by_log_in() -> None:
    build = Build()
    with_a_key(build)
    build.service("one", SELF, needs=["who.id_number", "who.wish"])
    made = plan(build.catalog(), Request(MONDAY, services=("t/one",)), CALENDAR)
    assert [line.fact for line in made.questions] == ["who.wish"]


@pytest.mark.parametrize(
    ("delivery", "trips"),
    [(("window",), 1), (("electronic", "window"), 0), (("window", "post"), 0), (("post",), 0), (("electronic",), 0)],
)
def test_what_only_a_window_hands_over_is_a_trip(delivery: Any, trips: int) -> None:  # noqa: ANN401 -- ways, as declared
    build = Build()
    build.type("Person", wish={})
    for name in ("one", "two"):  # both results lie at the windows of one authority
        build.service(name, SELF, needs=["who.wish"], credential="t/card", delivery=delivery)
    build.service("three", SELF, needs=["who.wish"], delivery=delivery)  # nothing is handed over
    bundle_of(build, "one", "two", "three")
    made = planned(build)
    assert made.cost[0] == trips
    assert made.comparison["connected"].trips == 2 * trips


def test_a_declared_collection_is_not_counted_again() -> None:
    build = Build()
    build.type("Person", wish={})
    build.service(
        "one", SELF, needs=["who.wish"], credential="t/card", delivery=("window",), visits=[("hall", "collect")]
    )
    bundle_of(build, "one")
    assert planned(build).cost[0] == 1
