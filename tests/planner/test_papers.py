"""How each paper is met: by what is held or proven, by what an earlier service issues, or by hand."""

from __future__ import annotations

from typing import Any

from tests.planner.build import HELD, MADE, YES_OR_NO, Build, needs_paper, text
from tests.planner.test_acquisition import SELF, bundle_of, doubled, how, planned

from tongban.catalog.model import CredentialDefinition
from tongban.planner.plan import Plan
from tongban.planner.request import Known


def paper_of(made: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.how, line.needed_by) for line in made.evidence]


def with_paper(*, waived_if: str | None = None, **attributes: dict[str, Any]) -> Build:
    """One service that demands a paper about all the attributes given."""
    build = Build()
    build.type("Person", **attributes, flag=YES_OR_NO)
    build.paper("paper", "Person", tuple(attributes))
    build.service("one", SELF, papers=[needs_paper("paper", "who", waived_if=waived_if)])
    bundle_of(build, "one")
    return build


def test_a_paper_about_held_facts_is_proven_by_them() -> None:
    made = planned(with_paper(name=dict(HELD)))
    assert paper_of(made) == [("proven", ("t/one",))]
    assert how(made, "name") == ["fetched"]


def test_a_claim_proves_nothing() -> None:
    build = with_paper(name={})
    assert paper_of(planned(build, {"p.name": Known("x", "claimed")})) == [("uploaded", ("t/one",))]
    assert paper_of(planned(build, {"p.name": Known("x", "fetched")})) == [("proven", ("t/one",))]


def test_a_disputed_value_proves_nothing() -> None:
    build = with_paper(name=dict(HELD))
    assert paper_of(planned(build, {"p.name": Known("x", "claimed", disputed=True)})) == [("uploaded", ("t/one",))]
    assert paper_of(planned(build, {"p.name": Known("x", "claimed")})) == [("proven", ("t/one",))]
    knew_nothing = Known("x", "claimed", holder="t/office")
    assert paper_of(planned(build, {"p.name": knew_nothing})) == [("uploaded", ("t/one",))]


def test_a_credential_in_hand_is_shown() -> None:
    made = planned(with_paper(name={}), {"p.name": Known("x", "credential")})
    assert paper_of(made) == [("held", ("t/one",))]


def test_a_paper_that_proves_nothing_is_uploaded() -> None:
    assert paper_of(planned(with_paper())) == [("uploaded", ("t/one",))]


def test_a_paper_is_waived_once_that_is_decided() -> None:
    build = with_paper(name={}, waived_if="who.flag")
    open_plan = planned(build)
    assert paper_of(open_plan) == [("uploaded", ("t/one",))]
    assert [line.fact for line in open_plan.undecided] == ["p.flag"]
    assert paper_of(planned(build, {"p.flag": Known(value=True)})) == [("waived", ("t/one",))]
    assert paper_of(planned(build, {"p.flag": Known(value=False)})) == [("uploaded", ("t/one",))]


def test_a_waived_paper_is_not_waited_for() -> None:
    build = with_paper(name={}, waived_if="who.flag")
    build.service("maker", SELF, makes=["who.name"], days=9)
    bundle_of(build, "one", "maker")
    assert paper_of(planned(build, {"p.flag": Known(value=True)})) == [("waived", ("t/one",))]
    made = planned(build, {"p.flag": Known(value=False)})
    assert paper_of(made) == [("proven", ("t/one",))]
    assert [line.starts_after for line in made.services if line.id == "t/one"] == [("t/maker",)]


def test_what_a_credential_of_the_plan_shows_is_proven_by_it() -> None:
    build = Build()
    build.type("Person", number={}, name={})
    build.paper("certificate", "Person", ["number", "name"])
    build.service("issue", SELF, needs=["who.name"], makes=["who.number"], days=1, credential="t/card")
    build.credentials["t/card"] = CredentialDefinition(
        "t/card", text("card"), "who", (), proves=("who.number", "who.name")
    )
    build.service("next", SELF, papers=[needs_paper("certificate", "who")], days=1)
    bundle_of(build, "issue", "next")
    made = planned(build)
    assert paper_of(made) == [("proven", ("t/next",))]
    assert how(made, "name") == ["asked"]
    assert made.receives[0].to_json()["on"] == "2026-11-24"


def test_a_paper_is_uploaded_where_only_a_trip_would_spare_it() -> None:
    build = Build()
    build.type("Person", permit=MADE, stamp=MADE)
    build.paper("paper", "Person", ["stamp"])
    build.service("open", SELF, needs=["who.permit"], papers=[needs_paper("paper", "who")])
    build.service("far", SELF, makes=["who.permit", "who.stamp"], visits=[("hall", "apply")])
    build.service("near", SELF, makes=["who.permit"])
    bundle_of(build, "open")
    made = planned(build)
    assert (paper_of(made), made.cost) == ([("uploaded", ("t/open",))], (0, 1, 0, 0))
    build.service("near", SELF, makes=["who.permit"], visits=[("hall", "apply")])
    made = planned(build)  # where a trip is made anyhow, the better one
    assert (paper_of(made), made.cost) == ([("proven", ("t/open",))], (1, 0, 0, 0))


def test_a_paper_is_proven_by_what_its_fact_is_derived_from() -> None:
    """``first`` is held, or claimed; ``second`` is asked for, and on a card that an earlier service issues."""
    build = Build()
    build.paper("paper", "Person", ["sum"])
    build.service("issue", SELF, needs=["who.second"], days=2, credential="t/card")
    build.credentials["t/card"] = CredentialDefinition("t/card", text("card"), "who", (), proves=("who.second",))
    build.service("next", SELF, needs=["who.sum"], papers=[needs_paper("paper", "who")], days=1)
    bundle_of(build, "next", "issue")
    for first, used in ((HELD, ("proven", ("t/next",))), ({}, ("uploaded", ("t/next",)))):
        doubled(build, sum=MADE, first=first)
        made = planned(build)
        assert paper_of(made) == [used]
        starts_after = {line.id: line.starts_after for line in made.services}
        assert starts_after["t/next"] == (("t/issue",) if used[0] == "proven" else ())


def test_a_paper_is_proven_by_whichever_added_service_proves_it_or_what_it_follows_from() -> None:
    build = Build()
    doubled(build, first=HELD, second=MADE, sum=MADE, permit=MADE, stamp=MADE)
    build.paper("paper", "Person", ["sum", "first"])
    build.service("open", SELF, needs=["who.permit"], papers=[needs_paper("paper", "who")])
    build.service("plain", SELF, makes=["who.permit"])
    for proves in ("sum", "second"):
        build.service("better", SELF, makes=["who.permit", f"who.{proves}"])
        bundle_of(build, "open")
        made = planned(build)
        assert (paper_of(made), made.cost[1]) == ([("proven", ("t/open",))], 0)
        assert {line.id for line in made.services} == {"t/open", "t/better"}


def test_one_paper_serves_all_who_demand_it() -> None:
    build = with_paper()
    build.service("two", SELF, papers=[needs_paper("paper", "who")])
    bundle_of(build, "one", "two")
    made = planned(build)
    assert paper_of(made) == [("uploaded", ("t/one", "t/two"))]
    assert made.cost[1] == 1
    assert made.comparison["connected"].papers == 2
