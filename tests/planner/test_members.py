"""Members of a many subject: planned once for each kind, told apart wherever it matters."""

from __future__ import annotations

import pytest
from tests.calls import calls_of
from tests.planner.build import CALENDAR, HELD, MADE, MONDAY, YES_OR_NO, Build, many, relation, text

from tongban.catalog.model import Produced, Role
from tongban.catalog.vocabulary import Office
from tongban.planner.plan import Plan
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request


def hiring() -> Build:
    """A company hires people: a card for who has none, a registration of each job."""
    build = Build()
    build.functions["t/rules.adult"] = lambda age, on: age >= 18  # noqa: ARG005 -- every rule is told the day
    build.type(
        "Person",
        id_number={},
        card=YES_OR_NO | HELD,
        age={"kind": "integer"},
        adult={"kind": "boolean", "claimable": False, "derived": "t/rules.adult", "derived_from": ("age",)},
    )
    build.type("Firm", code={}, region={"kind": "region"})
    build.type("Job", joins={"employer": "Firm", "employee": "Person"}, wage={"kind": "fen"}, place={"kind": "region"})
    build.service("card", {"who": "Person"}, needs=["who.id_number"], makes={"who.card": True}, days=3)
    roles: dict[str, str | Role] = {
        "firm": "Firm",
        "person": "Person",
        "job": relation("Job", employer="firm", employee="person"),
    }
    build.service("register", roles, needs=["firm.code", "person.id_number", "job.wage"], routed_by="job.place", days=1)
    build.service("guardian", {"who": "Person"}, days=1)
    for code in ("430202", "430211"):
        build.offices[f"t/{code}"] = Office(f"t/{code}", text(code), "t/authority", code, "county")
    build.bundle(
        {"firm": "Firm", "hire": many("Person"), "job": relation("Job", employer="firm", employee="hire")},
        [
            ("register", {"firm": "firm", "person": "hire", "job": "job"}),
            ("card", {"who": "hire"}, "hire.card == false"),
            ("guardian", {"who": "hire"}, "hire.adult == false"),
        ],
    )
    return build


def planned(facts: dict[str, Known], **counts: int) -> Plan:
    return plan(hiring().catalog(), Request(MONDAY, bundle="t/bundle", facts=facts, counts=counts), CALENDAR)


def runs(made: Plan, service: str) -> list[tuple[int, ...]]:
    return [tuple(line.members) for line in made.services if line.id == service]


def test_the_number_of_members_is_the_highest_named_or_counted() -> None:
    assert runs(planned({}), "t/register") == [(1,)]
    assert runs(planned({"hire.3.id_number": Known("x")}, hire=2), "t/register") == [(1, 2), (3,)]
    assert runs(planned({}, hire=4), "t/register") == [(1, 2, 3, 4)]
    assert runs(planned({}, hire=0), "t/register") == []


def test_a_relation_of_a_member_is_that_members_own() -> None:
    made = planned({"job.2.wage": Known(500_000)}, hire=2)
    assert [line.members for line in made.questions if line.fact == "job.wage"] == [(1,)]
    assert [(line.members, line.value) for line in made.facts if line.how == "known"] == [((2,), 500_000)]


def test_each_member_of_a_kind_is_told_by_its_own_name() -> None:
    made = planned({"hire.1.id_number": Known("x"), "hire.2.id_number": Known("y"), "hire.card": Known(value=True)})
    assert runs(made, "t/register") == [(1, 2)]
    known = [(line.members, line.value) for line in made.had("known") if line.fact == "hire.id_number"]
    assert known == [((1,), "x"), ((2,), "y")]


def test_members_differ_where_a_condition_says_so() -> None:
    facts = {"hire.card": Known(value=True), "hire.2.card": Known(value=False)}
    assert runs(planned(facts, hire=3), "t/card") == [(2,)]


def test_members_differ_by_what_follows_from_what_is_known() -> None:
    facts = {f"hire.{number}.age": Known(age) for number, age in enumerate((17, 30, 16, 40), 1)}
    made = planned(facts | {"hire.card": Known(value=True)})
    assert runs(made, "t/guardian") == [(1, 3)]
    assert runs(made, "t/register") == [(1, 3), (2, 4)]


def test_each_member_goes_to_the_office_of_its_own_place() -> None:
    facts = {"job.1.place": Known("430211"), "job.2.place": Known("430202")}
    offices = {tuple(line.members): line.office for line in planned(facts).services if line.id == "t/register"}
    assert offices == {(1,): "t/430211", (2,): "t/430202"}


def test_each_goes_to_the_office_of_the_place_that_it_moves_to() -> None:
    build = Build()
    build.type("Person", home={"kind": "region"}, place=MADE | {"kind": "region"})
    build.service("move", {"who": "Person"}, makes={"who.place": Produced("who.place", "fact", of=("who.home",))})
    build.service("register", {"who": "Person"}, routed_by="who.place")
    for code in ("430202", "430211"):
        build.offices[f"t/{code}"] = Office(f"t/{code}", text(code), "t/authority", code, "county")
    for role, facts in (
        (many("Person"), {"p.1.home": Known("430211"), "p.2.home": Known("430202001")}),
        (Role("", "t/Person"), {"p.home": Known("430211")}),
    ):
        build.bundle({"p": role}, [("move", {"who": "p"}), ("register", {"who": "p"})])
        made = plan(build.catalog(), Request(MONDAY, bundle="t/bundle", facts=facts), CALENDAR)
        offices = [line.office for line in made.services if line.id == "t/register"]
        assert offices == ["t/430211", "t/430202"][: len(facts)]


def test_those_who_are_no_pairs_are_counted_and_judged_each_for_themselves() -> None:
    build = Build()
    build.type("Person", old=YES_OR_NO)
    build.type("Firm", code={})
    build.service("check", {"who": "Person"})
    build.service("close", {"firm": "Firm"})
    build.bundle(
        {"firm": "Firm", "hire": many("Person"), "guest": many("Person")},
        [
            ("check", {"who": "hire"}),
            ("check", {"who": "guest"}),
            ("close", {"firm": "firm"}, "hire.old and guest.old"),  # for the firm: one of each that is
        ],
    )
    catalog = build.catalog()
    young = {"hire.old": Known(value=False), "guest.old": Known(value=False)}
    hire, guest = {"hire.2.old": Known(value=True)}, {"guest.3.old": Known(value=True)}
    for facts, members in (
        ({}, [(), (1,), (1,)]),
        (young, [(1,), (1,)]),
        (young | hire, [(1,), (1,), (2,)]),
        (young | hire | guest, [(), (1,), (1, 2), (2,), (3,)]),
    ):
        made = plan(catalog, Request(MONDAY, bundle="t/bundle", facts=facts), CALENDAR)
        assert sorted(tuple(line.members) for line in made.services) == members


def test_what_only_another_service_makes_brings_it_for_those_who_lack_it() -> None:
    build = Build()
    build.type("Person", permit=MADE)
    build.service("work", {"who": "Person"}, needs=["who.permit"])
    build.service("permit", {"whom": "Person"}, makes=["whom.permit"])
    build.bundle({"hire": many("Person")}, [("work", {"who": "hire"})])
    for facts, members in (({}, [(1, 2, 3)]), ({"hire.1.permit": Known("x")}, [(2, 3)])):
        request = Request(MONDAY, bundle="t/bundle", facts=facts, counts={"hire": 3})
        assert runs(plan(build.catalog(), request, CALENDAR), "t/permit") == members


def test_what_is_made_for_each_member_nobody_makes_where_there_is_none() -> None:
    build = Build()
    build.type("Firm", permit=MADE)
    build.type("Person", name={})
    build.service("open", {"firm": "Firm"}, needs=["firm.permit"])
    build.service("invite", {"hire": "Person", "host": "Firm"}, makes=["host.permit"])
    build.bundle({"firm": "Firm", "hire": many("Person")}, [("open", {"firm": "firm"})])
    catalog = build.catalog()
    made = plan(catalog, Request(MONDAY, bundle="t/bundle", counts={"hire": 1}), CALENDAR)
    assert runs(made, "t/invite") == [(1,)]
    with pytest.raises(PlanError) as refused:
        plan(catalog, Request(MONDAY, bundle="t/bundle", counts={"hire": 0}), CALENDAR)
    assert refused.value.code == "nobody-supplies"


def test_what_all_share_is_asked_once() -> None:
    made = planned({"hire.card": Known(value=True), "hire.adult": Known(value=True)}, hire=7)
    assert [(line.fact, len(line.members)) for line in made.questions] == [
        ("firm.code", 0),
        ("hire.id_number", 7),
        ("job.place", 7),
        ("job.wage", 7),
    ]
    assert made.cost[2] == 22


def test_a_number_on_a_single_subject_is_refused() -> None:
    with pytest.raises(PlanError) as refused:
        planned({"firm.2.code": Known("x")})
    assert refused.value.code == "no-such-member"


@pytest.mark.parametrize("member", ["0", "99999999999"])
def test_a_member_beyond_all_reason_is_refused(member: str) -> None:
    with pytest.raises(PlanError) as refused:
        planned({f"hire.{member}.id_number": Known("x")})
    assert refused.value.code == "no-such-member"


def test_fifty_thousand_hires_cost_as_much_as_the_kinds_among_them() -> None:
    known = {"hire.card": Known(value=True), "hire.adult": Known(value=True)}
    _, calls_for_few = calls_of(lambda: planned(known, hire=5))
    made, calls = calls_of(lambda: planned(known, hire=50_000))
    assert calls <= 2 * calls_for_few
    assert made.cost[2] == 150_001
    assert runs(made, "t/register") == [tuple(range(1, 50_001))]
    said = [line.members for line in made.services] + [line.members for line in made.questions]
    numbers = {id(members) for members in said if members}
    assert len(numbers) == 1  # all that is about everybody shares one list
