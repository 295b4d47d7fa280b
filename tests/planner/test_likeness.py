"""A plan at hand is the plan: requests that are alike have one, and what they differ in is told of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final
from unittest.mock import Mock, patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.planner.build import CALENDAR, MADE, Build
from tests.planner.cities import City, a_value, cities, known_facts
from tests.planner.town import town

from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Value
from tongban.planner import likeness, outline
from tongban.planner.knowledge import Knowledge
from tongban.planner.likeness import plan_alike
from tongban.planner.outline import Outline, outline_of
from tongban.planner.plan import Plan
from tongban.planner.planning import plan, plan_known
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request
from tongban.publication.files import tree

ON = date(2026, 11, 23)
TOWN = town()
DAYS = [ON + timedelta(days=days) for days in (-24_000, -22_000, -6_000, -400, -31, -1, 0, 1, 30, 400)]
NUMBERS = [0, 1, 2, 3, 6, 12, 15, 20, 59, 60, 100, 180, 181, 500, 3_000, 300_000]
ID_NUMBERS = ["430200199903040113", "430200196503040110", "43020020120304011X", "430200190003040116"]
REGIONS = ["430211", "430202", "430211002", "430211002201", "110101"]


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities(most_members=1), st.data())
def test_a_plan_at_hand_is_the_plan(city: City, data: st.DataObject) -> None:
    for _ in range(4):
        facts = {key: data.draw(a_value(key)) for key in city.facts} | data.draw(known_facts(1))
        request = city.request(facts=facts)
        assert plan_alike(city.catalog, request, CALENDAR) == plan(city.catalog, request, CALENDAR)


SOME: Final[Mapping[str, Sequence[Value]]] = {
    "boolean": (True, False),
    "integer": NUMBERS,
    "fen": NUMBERS,
    "date": DAYS,
    "region": REGIONS,
    "resident-id": ID_NUMBERS,
}


def some_value(attribute: Attribute, random: Random) -> Value:
    """A value of an attribute, often one on which something hangs."""
    options = [option.value for option in attribute.options]
    return random.choice(options or SOME.get(attribute.kind, ("甲", "乙")))


def some_facts(outline: Outline, random: Random) -> dict[str, Known]:
    """Some facts of everybody, by whose word ever, many of those on which something hangs."""
    names = [f"{name}.{one}" for name, subject in outline.subjects.items() for one in subject.type.attributes]
    chosen = {
        *random.sample(names, random.randint(0, len(names))),
        *(n for n in outline.weighed if random.random() < 0.9),
    }
    facts = {}
    for name in sorted(chosen):
        attribute = outline.fact(name).attribute
        value = None if random.random() < 0.05 else some_value(attribute, random)
        disputed = random.random() < 0.05
        claimed = disputed or (attribute.claimable and random.random() < 0.5)
        source = "claimed" if claimed else random.choice(["fetched", "fetched", "credential"])
        holder = attribute.held_by if not claimed or random.random() < 0.2 else None
        group = outline.fact(name).group
        key = name.replace(".", ".1.") if group is not None and random.random() < 0.5 else name
        facts[key] = Known(value, source, holder, disputed)  # type: ignore[arg-type] # one of its literals
    return facts


def told(catalog: Catalog, request: Request, *, alike: bool) -> Plan | PlanError:
    """The plan, or why there is none."""
    try:
        return plan_alike(catalog, request, CALENDAR) if alike else plan(catalog, request, CALENDAR)
    except PlanError as error:
        return error


@pytest.mark.parametrize("offer", [*tree().bundles, "social-insurance/yearly-wage", "social-insurance/employee-leave"])
def test_no_bundle_tells_plans_apart_less_than_its_values_do(offer: str) -> None:
    catalog = tree()
    is_bundle = offer in catalog.bundles
    bare = Request(ON, bundle=offer if is_bundle else None, services=() if is_bundle else (offer,))
    assert_alike(catalog, bare, examples(15))


@pytest.mark.parametrize(
    "bare",
    [
        Request(ON, bundle="t/bundle"),
        Request(ON, bundle="t/bundle", services=("t/join", "t/exam"), want=("p.permit",)),
        Request(ON, services=("t/join",)),
        Request(ON, want=("who.insured",)),
    ],
)
def test_no_service_that_may_be_added_is_left_out_of_what_tells_plans_apart(bare: Request) -> None:
    assert_alike(TOWN, bare, examples(50))


def assert_alike(catalog: Catalog, bare: Request, count: int) -> None:
    """Whatever the values are, what is at hand is what is planned, and hangs on no condition that was not looked at."""
    compiled, random = outline_of(catalog, bare), Random(0)  # noqa: S311 -- only for tests
    texts = {condition.text for condition in compiled.conditions}
    for _ in range(count):
        facts = some_facts(compiled, random)
        for _ in range(4):  # the same facts by the same word, with other values
            changed = {
                key: Known(some_value(compiled.attribute_of(key), random), known.source, known.holder, known.disputed)
                if known.value is not None and random.random() < 0.3
                else known
                for key, known in facts.items()
            }
            request = replace(bare, facts=changed)
            first, second = told(catalog, request, alike=True), told(catalog, request, alike=False)
            assert repr(first) == repr(second)
        assert texts.issuperset(text for text, _, _ in judged_in(compiled, request))


def test_no_single_value_is_left_out_of_what_tells_plans_apart() -> None:
    bare, random = Request(ON, bundle="t/bundle", services=("t/join",)), Random(1)  # noqa: S311 -- only for tests
    attributes = outline_of(TOWN, bare).subjects["p"].type.attributes.values()
    for _ in range(4):
        sure = {f"p.{each.name}": some_value(each, random) for each in attributes if random.random() < 0.7}
        sure |= {"p.insured": False, "p.grade": "a"}  # so that much hangs on what may change
        for each in attributes:
            for value in dict.fromkeys([*SOME.get(each.kind, ("a", "b", "c"))[:3], None]):
                facts = {key: Known(one) for key, one in (sure | {f"p.{each.name}": value}).items()}
                request = replace(bare, facts=facts)
                assert repr(told(TOWN, request, alike=True)) == repr(told(TOWN, request, alike=False))


def test_what_tells_plans_apart_is_all_that_is_read_or_set_and_what_that_follows_from() -> None:
    compiled = outline_of(TOWN, Request(ON, bundle="t/bundle"))
    assert set(compiled.settings) == {("p.insured", True), ("p.helped", True), ("p.grade", "b")}
    assert {"p.good", "p.grade", "p.adult", "p.born", "p.helped", "child.place", "p.region"} <= set(compiled.weighed)
    build = Build()
    derived = {"derived": "t/rules.same", "derived_from": ("age",)}
    build.functions["t/rules.same"] = lambda value, on: value  # noqa: ARG005 -- every rule is told the day
    build.type("Person", born={}, age=derived | {"derived_from": ("born",)}, adult=derived, permit=MADE, name={})
    build.service("plain", {"who": "Person"}, needs=["who.name"])
    build.service("open", {"who": "Person"}, needs=["who.permit"])
    build.service("permit", {"who": "Person"}, makes=["who.permit"], requires=["who.adult == 'x'"])
    for services in (("t/plain", "t/open"), ("t/open", "t/plain")):
        compiled = outline_of(build.catalog(), Request(ON, services=services))
        assert set(compiled.weighed) == {"who.adult", "who.age", "who.born"}


def judged_in(compiled: Outline, request: Request) -> Iterable[tuple[str, str | None, int]]:
    """The conditions that planning this request judges."""
    knowledge = Knowledge(compiled, request)
    with suppress(PlanError):
        plan_known(knowledge, CALENDAR)
    return knowledge._truths


def hiring(number: str, wage_fen: int) -> Request:
    """A hire of somebody with this ID number."""
    said = {"hire.1.id_number": number, "job.1.monthly_wage_fen": wage_fen, "job.1.contract_filed": True}
    facts = {key: Known(value, "claimed") for key, value in said.items()}  # type: ignore[arg-type] # values
    return Request(ON, bundle="life-events/hire-employee", facts=facts, counts={"hire": 1})


def test_what_is_alike_is_planned_once_and_what_was_said_is_kept_nowhere() -> None:
    catalog, counted = tree(), Mock(wraps=plan_known)
    with patch.object(likeness, "plan_known", counted), patch.dict(likeness._PLANS, clear=True) as kept:
        plans = [plan_alike(catalog, hiring(number, 500_000), CALENDAR) for number in ID_NUMBERS[:2]]
        assert counted.call_count == 1
        assert not any(number in repr(list(kept.values())) for number in ID_NUMBERS)
        plan_alike(catalog, hiring(ID_NUMBERS[2], 500_000), CALENDAR)  # a child
        assert counted.call_count == 2
    for made, number in zip(plans, ID_NUMBERS, strict=False):
        assert [line.value for line in made.had("known") if line.fact == "hire.id_number"] == [number]


def test_no_more_is_kept_than_may_be() -> None:
    catalog = town()
    with patch.object(likeness, "MOST_PLANS", 2), patch.dict(likeness._PLANS, clear=True) as kept:
        sizes = []
        for known in ((), ("p.married",), ("p.adult",), ("p.married", "p.adult"), ("p.insured",)):
            plan_alike(
                catalog, Request(ON, bundle="t/bundle", facts={key: Known(value=True) for key in known}), CALENDAR
            )
            sizes.append(len(kept))
        assert sizes == [1, 2, 1, 2, 1]
    outlines = outline._shelf(catalog).outlines
    outlines.clear()
    with patch.object(outline, "MOST_OUTLINES", 2):
        sizes = []
        for service in ("aid", "join", "birth", "aid", "exam"):
            outline_of(catalog, Request(ON, services=(f"t/{service}",)))
            sizes.append(len(outlines))
        assert sizes == [1, 2, 1, 2, 1]


def test_what_is_said_of_the_only_member_tells_plans_apart() -> None:
    for said in (
        {},
        {"child.1.name": Known("x")},
        {"child.1.name": Known("x", "claimed")},
        {"child.name": Known(None)},
    ):
        request = Request(ON, bundle="t/bundle", facts=said)
        assert plan_alike(TOWN, request, CALENDAR) == plan(TOWN, request, CALENDAR)


def test_several_members_have_kinds_of_their_own() -> None:
    request = Request(ON, bundle="life-events/hire-employee", counts={"hire": 3})
    with patch.dict(likeness._PLANS, clear=True) as kept:
        assert plan_alike(tree(), request, CALENDAR) == plan(tree(), request, CALENDAR)
        assert not kept
