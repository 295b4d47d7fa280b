"""How each fact and paper is had: the way of least burden, and what each service may rely on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.planner.build import CALENDAR, HELD, MADE, MONDAY, YES_OR_NO, Build, many, needs_paper, text

from tongban.catalog.model import CredentialDefinition, Produced
from tongban.planner.plan import FactLine, Plan
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request

SELF = {"who": "Person"}


def planned(build: Build, facts: dict[str, Known] | None = None, **more: object) -> Plan:
    """The plan of the bundle."""
    request = Request(MONDAY, bundle="t/bundle", facts=facts or {}, **more)  # type: ignore[arg-type] # given by name
    return plan(build.catalog(), request, CALENDAR)


def bundle_of(build: Build, *services: str | tuple[str, str]) -> None:
    """A bundle of these services, all about one person ``p``; a pair has its condition."""
    pairs = [(each, None) if isinstance(each, str) else each for each in services]
    build.bundle({"p": "Person"}, [(name, {"who": "p"}, when) for name, when in pairs])


def how(made: Plan, fact: str) -> list[str]:
    """In which ways a fact is had by the services that need it."""
    return [line.how for line in made.facts if line.fact == f"p.{fact}" and line.needed_by]


def the(made: Plan, fact: str) -> FactLine:
    (line,) = [line for line in made.facts if line.fact == f"p.{fact}"]
    return line


def test_what_a_holder_has_is_fetched_and_what_nobody_has_is_asked() -> None:
    build = Build()
    build.type("Person", name=HELD, wish={})
    build.service("one", SELF, needs=["who.name", "who.wish"])
    bundle_of(build, "one")
    made = planned(build)
    assert the(made, "name").holder == "t/registry"
    assert how(made, "wish") == ["asked"]


def test_a_holder_that_is_down_is_replaced_by_the_applicant_or_waited_for() -> None:
    build = Build()
    build.type("Person", name=HELD, insured=HELD | {"claimable": False})
    build.service("one", SELF, needs=["who.name", "who.insured"])
    bundle_of(build, "one")
    made = planned(build, unavailable=frozenset({"t/registry"}))
    assert how(made, "name") == ["asked"]
    assert the(made, "insured").is_waiting


def test_what_a_registry_has_none_of_is_asked() -> None:
    build = Build()
    build.type("Person", phone=HELD)
    build.service("one", SELF, needs=["who.phone"])
    bundle_of(build, "one")
    assert how(planned(build, {"p.phone": Known(None)}), "phone") == ["asked"]


def test_deriving_is_chosen_when_its_inputs_are_there_anyway() -> None:
    build = Build()
    build.functions["t/rules.sum"] = lambda first, second, on: first + second  # noqa: ARG005 -- every rule is told the day
    build.type("Person", first={}, second={}, both={"derived": "t/rules.sum", "derived_from": ("first", "second")})
    build.service("both", SELF, needs=["who.both"])
    build.service("first", SELF, needs=["who.first", "who.second"])
    bundle_of(build, "both")
    assert how(planned(build), "both") == ["asked"]  # one question instead of two
    bundle_of(build, "both", "first")
    made = planned(build)
    assert the(made, "both").inputs == ("p.first", "p.second")
    assert made.cost[2] == 2


def test_what_a_service_of_the_plan_makes_its_registry_does_not_have_yet() -> None:
    build = Build()
    build.type("Person", number=HELD)
    build.service("register", SELF, makes=["who.number"], days=2)
    build.service("insure", SELF, needs=["who.number"], days=1)
    bundle_of(build, "insure", "register")
    made = planned(build)
    assert the(made, "number").by == "t/register"
    assert [line.id for line in made.services] == ["t/register", "t/insure"]
    assert made.handovers[0].to_json() == {"from": "t/register", "to": "t/insure", "fact": "p.number"}


def test_a_value_that_a_service_will_change_is_out_of_date() -> None:
    build = Build()
    build.type("Person", retired=YES_OR_NO | HELD | {"claimable": False})
    build.service("retire", SELF, makes={"who.retired": True}, days=1)
    build.service("change", SELF, needs=["who.retired"], requires=["who.retired == true"], days=1)
    bundle_of(build, "change", "retire")
    working = planned(build, {"p.retired": Known(value=False)})
    assert the(working, "retired").by == "t/retire"
    assert all(not line.unmet for line in working.services)
    retired = planned(build, {"p.retired": Known(value=True)})
    assert how(retired, "retired") == ["known"]


def test_a_service_reads_the_old_value_of_what_it_changes_itself() -> None:
    build = Build()
    build.type("Person", address=HELD)
    build.service("move", SELF, needs=["who.address"], makes=["who.address"], days=1)
    build.service("tell", SELF, needs=["who.address"], days=1)
    bundle_of(build, "move", "tell")
    made = planned(build)
    assert {(line.how, line.needed_by) for line in made.facts} == {
        ("fetched", ("t/move",)),
        ("produced", ("t/tell",)),
    }


def test_in_a_circle_the_service_with_another_way_goes_first() -> None:
    build = Build()
    build.type("Person", a={}, b=MADE)
    build.service("one", SELF, needs=["who.b"], makes=["who.a"], days=1)
    build.service("two", SELF, needs=["who.a"], makes=["who.b"], days=1)
    bundle_of(build, "one", "two")
    made = planned(build)
    assert how(made, "a") == ["asked"]
    assert the(made, "b").by == "t/two"


def test_a_circle_without_a_way_out_is_refused() -> None:
    build = Build()
    build.type("Person", a=MADE, b=MADE)
    build.service("one", SELF, needs=["who.b"], makes=["who.a"])
    build.service("two", SELF, needs=["who.a"], makes=["who.b"])
    bundle_of(build, "one", "two")
    with pytest.raises(PlanError) as refused:
        planned(build)
    assert refused.value.code == "circular-need"


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


def test_trips_to_one_place_in_one_phase_count_once() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("one", SELF, visits=[("hall", "apply")])
    build.service("two", SELF, visits=[("hall", "apply"), ("hall", "collect")])
    bundle_of(build, "one", "two")
    made = planned(build)
    assert made.cost[0] == 2
    assert made.comparison["connected"].trips == 3


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


def test_one_paper_serves_all_who_demand_it() -> None:
    build = with_paper()
    build.service("two", SELF, papers=[needs_paper("paper", "who")])
    bundle_of(build, "one", "two")
    made = planned(build)
    assert paper_of(made) == [("uploaded", ("t/one", "t/two"))]
    assert made.cost[1] == 1
    assert made.comparison["connected"].papers == 2


def test_which_of_two_branches_makes_it_is_open_so_both_are_waited_for() -> None:
    build = Build()
    build.type("Person", early=YES_OR_NO, number=MADE)
    build.service("normal", SELF, makes=["who.number"], days=1)
    build.service("early", SELF, makes=["who.number"], days=3)
    build.service("pay", SELF, needs=["who.number"], days=1)
    bundle_of(build, ("normal", "p.early == false"), ("early", "p.early == true"), "pay")
    made = planned(build)
    assert made.schedule.days == 4
    (pay,) = [line for line in made.services if line.id == "t/pay"]
    assert pay.starts_after == ("t/early", "t/normal")
    assert planned(build, {"p.early": Known(value=False)}).schedule.days == 2


def test_a_situation_that_follows_from_others_asks_for_those() -> None:
    build = Build()
    build.functions["t/rules.sum"] = lambda first, on: first > 1  # noqa: ARG005 -- every rule is told the day
    large = {"kind": "boolean", "claimable": False, "derived": "t/rules.sum", "derived_from": ("count",)}
    build.type("Person", count={"kind": "integer"}, large=large)
    build.service("one", SELF)
    bundle_of(build, ("one", "p.large"))
    made = planned(build)
    assert [(line.fact, line.how) for line in made.undecided] == [("p.count", "asked")]
    assert [line.id for line in planned(build, {"p.count": Known(2)}).services] == ["t/one"]
    assert planned(build, {"p.count": Known(1)}).services == ()


def test_named_services_run_whatever_the_bundle_says() -> None:
    build = Build()
    build.type("Person", flag=YES_OR_NO, name={})
    build.service("one", SELF)
    build.service("other", SELF, needs=["who.name"])
    bundle_of(build, ("one", "p.flag"))
    facts = {"p.flag": Known(value=False)}
    assert planned(build, facts).services == ()
    both = planned(build, facts, services=("t/one", "t/other"))
    assert {line.id for line in both.services} == {"t/one", "t/other"}


def test_a_wanted_fact_brings_whoever_makes_it() -> None:
    build = Build()
    build.type("Person", card=HELD, name={})
    build.service("issue", SELF, makes=["who.card"], needs=["who.name"], days=2)
    made = plan(build.catalog(), Request(MONDAY, want=("who.card",)), CALENDAR)
    assert [line.id for line in made.services] == ["t/issue"]
    assert [line.fact for line in made.questions] == ["who.name"]
    known = plan(build.catalog(), Request(MONDAY, want=("who.card",), facts={"who.card": Known("x")}), CALENDAR)
    assert known.services == ()


def test_a_service_for_several_at_once_needs_the_facts_of_all() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("each", SELF, makes={"who.name": Produced("who.name", "clerk")}, days=1)
    build.service("all", {"them": many("Person")}, needs=["them.name"], days=1)
    build.bundle({"child": many("Person")}, [("each", {"who": "child"}), ("all", {"them": "child"})])
    made = planned(build, {"child.2.name": Known("x")})
    (all_line,) = [line for line in made.services if line.id == "t/all"]
    assert all_line.members == ()
    assert all_line.starts_after == ("t/each",)
    assert {(line.how, line.members) for line in made.facts if line.needed_by} == {("produced", (1,)), ("known", (2,))}


def test_a_requirement_plainly_not_met_is_told() -> None:
    build = Build()
    build.type("Person", age={"kind": "integer"})
    build.service("work", SELF, requires=["who.age >= 16"])
    bundle_of(build, "work")
    (unmet,) = planned(build, {"p.age": Known(15)}).services[0].unmet
    assert (unmet.that, unmet.law) == ("p.age >= 16", "t/law")
    assert planned(build, {"p.age": Known(16)}).services[0].unmet == ()
    assert how(planned(build), "age") == ["asked"]


def test_services_out_of_force_take_no_part() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("old", SELF, in_force=(None, MONDAY.replace(month=1)))
    build.service("new", SELF, in_force=(MONDAY, None))
    bundle_of(build, "old", "new")
    assert [line.id for line in planned(build).services] == ["t/new"]


def test_a_bundle_out_of_force_is_refused() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("one", SELF)
    bundle_of(build, "one")
    build.bundles["t/bundle"] = replace(build.bundles["t/bundle"], in_force_from=MONDAY.replace(year=2027))
    with pytest.raises(PlanError) as refused:
        planned(build)
    assert refused.value.code == "not-in-force"


def test_whatever_a_service_makes_is_in_the_plan_though_no_other_service_needs_it() -> None:
    build = Build()
    build.type("Person", number={} | MADE, card={} | MADE, wish={})
    build.service("one", SELF, needs=["who.wish"], makes=["who.number", "who.card"])
    build.service("two", SELF, needs=["who.number"])
    bundle_of(build, "one", "two")
    produced = [(line.fact, line.by, line.needed_by) for line in planned(build).had("produced")]
    assert produced == [("p.card", "t/one", ()), ("p.number", "t/one", ("t/two",))]
