"""How each fact and paper is had: the way of least burden, and what each service may rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.planner.build import CALENDAR, HELD, MADE, MONDAY, YES_OR_NO, Build, many

from tongban.catalog.model import Produced
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


def makers(made: Plan, fact: str) -> list[str | None]:
    """From which services those have a fact that need it."""
    return [line.by for line in made.facts if line.fact == f"p.{fact}" and line.needed_by]


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
    alone = planned(build)
    assert how(alone, "both") == ["asked"]  # one question instead of two
    assert alone.comparison["connected"].questions == 1
    bundle_of(build, "both", "first")
    made = planned(build)
    assert the(made, "both").inputs == ("p.first", "p.second")
    assert made.cost[2] == 2


def doubled(build: Build, **attributes: dict[str, Any]) -> None:
    """Persons have ``sum``, which follows from ``first`` and ``second``."""
    build.functions["t/rules.sum"] = lambda first, second, on: first + second  # noqa: ARG005 -- every rule is told the day
    derived = {"derived": "t/rules.sum", "derived_from": ("first", "second")}
    build.type("Person", **{"first": {}, "second": {}, "sum": {}} | attributes | {"sum": derived | attributes["sum"]})


def test_what_a_registry_has_is_derived_as_soon_as_it_can_be() -> None:
    build = Build()
    doubled(build, sum=HELD)
    build.service("one", SELF, needs=["who.sum"])
    bundle_of(build, "one")
    both = {"p.first": Known("x"), "p.second": Known("y")}
    assert how(planned(build, both), "sum") == ["derived"]
    assert how(planned(build, {"p.first": Known("x")}), "sum") == ["fetched"]
    doubled(build, sum=HELD, second=MADE)
    build.service("later", SELF, makes=["who.second"], days=1)
    bundle_of(build, "one", "later")
    assert how(planned(build, {"p.first": Known("x")}), "sum") == ["fetched"]


@pytest.mark.parametrize(("days", "way"), [(0, "derived"), (1, "derived"), (2, "produced"), (4, "produced")])
def test_what_is_made_here_is_derived_where_that_is_no_later(days: int, way: str) -> None:
    """``maker`` makes it in a day; ``second`` comes after ``days`` from a service that is added for that."""
    build = Build()
    doubled(build, first=HELD, second=MADE, sum=MADE, other=MADE)
    build.service("one", SELF, needs=["who.sum", "who.second"])
    build.service("maker", SELF, makes=["who.sum"], days=1)
    build.service("outside", SELF, makes=["who.second"], days=days or None)
    bundle_of(build, "one", "maker")
    assert how(planned(build), "sum") == [way]


def test_of_two_makers_of_which_one_is_added_the_faster_way_is_taken() -> None:
    build = Build()
    doubled(build, first=HELD, second=MADE, sum=MADE, other=MADE)
    build.service("one", SELF, needs=["who.sum", "who.other"])
    build.service("maker", SELF, makes=["who.second"], days=1)
    build.service("outside", SELF, makes=["who.sum", "who.other"], days=3)
    bundle_of(build, "one", "maker")
    assert how(planned(build), "sum") == ["derived"]


def test_of_two_questions_the_one_that_makes_nobody_wait_is_asked() -> None:
    build = Build()
    doubled(build, second=MADE, sum={})
    build.service("maker", SELF, makes=["who.second"], days=3)
    build.service("one", SELF, needs=["who.sum"], days=1)
    bundle_of(build, "maker", "one")
    made = planned(build)
    assert [line.fact for line in made.questions] == ["p.sum"]
    assert made.cost == made.bound == (0, 0, 1, 3)


def test_a_service_alone_asks_as_little_as_it_can_too() -> None:
    build = Build()
    build.functions["t/rules.same"] = lambda root, on: root  # noqa: ARG005 -- every rule is told the day
    derived = {"derived": "t/rules.same", "derived_from": ("root",)}
    build.type("Person", root={}, left=derived, right=derived, wish={}, card=MADE)
    build.service("one", SELF, needs=["who.left", "who.right", "who.wish", "who.card"])
    build.service("maker", SELF, makes=["who.card"])
    bundle_of(build, "one", "maker")
    made = planned(build)
    assert [line.fact for line in made.questions] == ["p.root", "p.wish"]
    assert made.comparison["connected"].questions == 3  # and what the other made is carried over by hand
    assert made.comparison["apart"].questions == 4


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


def test_trips_to_one_place_in_one_phase_count_once() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("one", SELF, visits=[("hall", "apply")])
    build.service("two", SELF, visits=[("hall", "apply"), ("hall", "collect")])
    bundle_of(build, "one", "two")
    made = planned(build)
    assert made.cost[0] == 2
    assert made.comparison["connected"].trips == 3


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
    assert makers(made, "number") == ["t/early"]  # the last to be done
    assert planned(build, {"p.early": Known(value=False)}).schedule.days == 2
    build.service("early", SELF, makes=["who.number"], days=1)
    assert makers(planned(build), "number") == ["t/normal"]  # of equals the first


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
    assert planned(build, {"p.count": Known(2), "p.large": Known(value=False)}).services == ()  # what is said stands
    assert planned(build, {"p.count": Known(2), "p.large": Known(None)}).services
    build.type("Person", count={"kind": "integer"} | HELD, large=large)
    build.bundle({"p": "Person"}, [("one", {"who": "p"}, "p.large")], questions=["p.large"])
    assert [(line.fact, line.how) for line in planned(build).undecided] == [("p.large", "derived")]  # as it is worded
    build.type("Person", count={"kind": "integer"} | MADE, large=large)
    assert [(line.fact, line.how) for line in planned(build).undecided] == [("p.large", "produced")]  # if by anybody


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


def test_whoever_applies_for_a_service_alone_signs() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("one", {"whom": "Person", "who": "Person"}, needs=["who.name"])
    made = plan(build.catalog(), Request(MONDAY, services=("t/one",)), CALENDAR)
    assert [(line.subject, line.act, line.condition) for line in made.signers] == [("whom", "sign", None)]


def test_whether_somebody_signs_may_be_what_is_open() -> None:
    build = Build()
    build.type("Person", minor=YES_OR_NO, ill=YES_OR_NO, name={})
    build.service("one", SELF, needs=["who.name"])
    build.bundle(
        {"p": "Person", "parent": "Person"}, [("one", {"who": "p"})], signers_when={"parent": "p.minor or p.ill"}
    )
    build.bundles["t/bundle"] = replace(build.bundles["t/bundle"], signatures=("p", "parent"))
    made = planned(build)
    assert [(line.fact, line.settles, line.how) for line in made.undecided] == [
        ("p.ill", (), "asked"),
        ("p.minor", (), "asked"),
    ]
    assert [(line.subject, line.condition) for line in made.signers] == [("p", None), ("parent", "p.minor or p.ill")]
    for minor, signers in ((True, ["p", "parent"]), (False, ["p"])):
        known = planned(build, {"p.minor": Known(value=minor), "p.ill": Known(value=False)})
        assert ([line.subject for line in known.signers], known.undecided) == (signers, ())


def test_where_nothing_is_to_be_done_nothing_is_a_step() -> None:
    build = Build()
    build.type("Person", flag=YES_OR_NO)
    build.service("one", SELF)
    bundle_of(build, ("one", "p.flag"))
    nothing = planned(build, {"p.flag": Known(value=False)})
    assert (nothing.services, nothing.cost, nothing.bound) == ((), (0, 0, 0, 0), (0, 0, 0, 0))
    assert {column.steps for column in nothing.comparison.values()} == {0}


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
    before, after = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)
    forces = ((None, before), (after, None), (MONDAY, None), (None, MONDAY), (MONDAY, MONDAY))
    for number, in_force in enumerate(forces):
        build.service(f"s{number}", SELF, in_force=in_force)
    bundle_of(build, *(f"s{number}" for number in range(len(forces))))
    assert [line.id for line in planned(build).services] == ["t/s2", "t/s3", "t/s4"]


def test_a_bundle_out_of_force_is_refused() -> None:
    build = Build()
    build.type("Person", name={})
    build.service("one", SELF)
    bundle_of(build, "one")
    bundle, day = build.bundles["t/bundle"], timedelta(days=1)
    build.bundles["t/bundle"] = replace(bundle, in_force_from=MONDAY, in_force_to=MONDAY)
    assert planned(build).services
    for begins, ends in ((MONDAY + day, None), (None, MONDAY - day)):
        build.bundles["t/bundle"] = replace(bundle, in_force_from=begins, in_force_to=ends)
        with pytest.raises(PlanError) as refused:
            planned(build)
        (issue,) = refused.value.issues
        assert (issue.code, issue.at) == ("not-in-force", "t/bundle")
        assert ("不施行" in issue.text.zh, "not in force" in issue.text.en) == (True, True)


def test_whatever_a_service_makes_is_in_the_plan_though_no_other_service_needs_it() -> None:
    build = Build()
    build.type("Person", number={} | MADE, card={} | MADE, wish={})
    build.service("one", SELF, needs=["who.wish"], makes=["who.number", "who.card"])
    build.service("two", SELF, needs=["who.number"])
    bundle_of(build, "one", "two")
    produced = [(line.fact, line.by, line.needed_by) for line in planned(build).had("produced")]
    assert produced == [("p.card", "t/one", ()), ("p.number", "t/one", ("t/two",))]
