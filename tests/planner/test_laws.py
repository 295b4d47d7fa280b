"""The laws of a plan, over random bundles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.planner.build import CALENDAR
from tests.planner.cities import FLAGS, City, cities
from tests.planner.worlds import World, worlds

from tongban.planner.plan import FactLine, Plan
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Source

LAW = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


SOURCES: tuple[Source, ...] = ("fetched", "claimed")


def members(line: FactLine) -> Iterator[tuple[str, int]]:
    """The fact of each member that a line stands for."""
    return ((line.fact, number) for number in line.members or [0])


def plan_of(city: City, **changes: object) -> Plan:
    return plan(city.catalog, city.request(**changes), CALENDAR)


@LAW
@given(cities())
def test_nothing_is_asked_twice(city: City) -> None:
    asked = Counter(key for line in plan_of(city).questions for key in members(line))
    assert all(count == 1 for count in asked.values())


@LAW
@given(cities())
def test_nothing_is_asked_that_is_known_or_held(city: City) -> None:
    made = plan_of(city)
    for line in made.questions:
        subject, _, name = line.fact.partition(".")
        kind = "t/Person" if subject == "hire" else "t/Firm"
        assert city.catalog.types[kind].attributes[name].held_by is None
        keys = [f"{subject}.{number}.{name}" for number in line.members] or [line.fact]
        assert not set(keys) & set(city.facts)


@LAW
@given(cities())
def test_each_question_counts_once_for_each_member(city: City) -> None:
    made = plan_of(city)
    assert made.cost[2] == sum(len(line.members) or 1 for line in made.questions)
    uploaded = [line for line in made.evidence if line.how == "uploaded"]
    assert made.cost[1] == sum(len(line.members) or 1 for line in uploaded)


@LAW
@given(cities())
def test_every_need_is_met_when_its_service_starts(city: City) -> None:
    made = plan_of(city)
    due = {(line.id, number): line.due for line in made.services for number in line.members or [0]}
    for service in made.services:
        definition = city.catalog.services[service.id]
        for need in definition.needs:
            if need.when is not None:
                continue
            role, _, name = need.fact.partition(".")
            fact = f"{service.roles[role]}.{name}"
            for number in service.members or [0]:
                lines = [
                    line
                    for line in made.facts
                    if line.fact == fact and service.id in line.needed_by and (fact, number) in set(members(line))
                ]
                assert len(lines) == 1
                if lines[0].how == "produced":
                    assert lines[0].by in service.starts_after
                    assert due[lines[0].by or "", number] < service.start


@LAW
@given(cities(), st.data())
def test_knowing_more_never_asks_more_within_one_outcome(city: City, data: st.DataObject) -> None:
    before = plan_of(city)
    assume(before.questions)
    line = data.draw(st.sampled_from(before.questions))
    name = line.fact.rpartition(".")[2]
    assume(name not in FLAGS)  # a fact that opens a branch may ask more
    key = line.fact if not line.members else f"hire.{line.members[0]}.{name}"
    source = data.draw(st.sampled_from(SOURCES))
    after = plan_of(city, facts=city.facts | {key: Known("z", source)})
    assert after.cost[:3] <= before.cost[:3]
    assert after.cost[2] == before.cost[2] - 1


@LAW
@given(worlds(), st.data())
def test_knowing_more_costs_no_more_while_the_same_services_run(world: World, data: st.DataObject) -> None:
    try:
        before = plan(world.catalog(), world.request(), CALENDAR)
    except PlanError:
        assume(False)  # noqa: FBT003 -- hypothesis spells it so
        return
    name = data.draw(st.sampled_from(sorted(set(world.facts) - set(world.known)) or ["f0"]))
    source = data.draw(st.sampled_from(SOURCES)) if world.facts[name].claimable else SOURCES[0]
    after = plan(world.catalog(), world.request(**{name: Known("x", source)}), CALENDAR)
    assume([line.id for line in before.services] == [line.id for line in after.services])
    assert after.cost <= before.cost


@LAW
@given(cities())
def test_the_same_input_gives_the_same_plan(city: City) -> None:
    backwards = dict(reversed(city.facts.items()))
    assert plan_of(city).to_json() == plan_of(city, facts=backwards).to_json()


@LAW
@given(cities())
def test_a_plan_is_proven_and_costs_what_it_says(city: City) -> None:
    made = plan_of(city)
    assert made.is_proven
    assert made.cost == made.bound
    together = made.comparison["together"]
    assert (together.trips, together.papers, together.questions, together.days) == made.cost
    assert made.schedule.due == max((line.due for line in made.services), default=made.schedule.start)


@LAW
@given(cities())
def test_without_an_answer_every_service_may_follow(city: City) -> None:
    made = plan_of(city, facts={})
    assert {line.id for line in made.services} == set(city.catalog.services)
    open_ones = {part.service for part in city.catalog.bundles["t/bundle"].parts if part.when is not None}
    assert {line.id for line in made.services if line.condition} == open_ones


@LAW
@given(cities(), st.data())
def test_questions_of_the_situation_come_to_an_end(city: City, data: st.DataObject) -> None:
    facts: dict[str, Known] = {}
    made = plan_of(city, facts=facts)
    while made.undecided:
        settles = [len(line.settles) for line in made.undecided]
        assert settles == sorted(settles, reverse=True)
        fact = made.undecided[0].fact
        assert fact not in facts
        facts[fact] = Known(data.draw(st.booleans()), "claimed")
        made = plan_of(city, facts=facts)
    assert all(line.condition is None for line in made.services)


@LAW
@given(cities(most_members=4))
def test_members_are_planned_as_if_each_were_alone(city: City) -> None:
    made = plan_of(city)
    joint = {key for line in made.questions for key in members(line) if key[1]}
    alone = set()
    for number in range(1, city.members + 1):
        own = {key.replace(f".{number}.", ".1."): known for key, known in city.facts.items() if _is_about(key, number)}
        one = plan_of(city, facts=own, counts={"hire": 1})
        alone |= {(line.fact, number) for line in one.questions if line.members}
    assert joint == alone


def _is_about(key: str, number: int) -> bool:
    return key.startswith(("company.", f"hire.{number}."))


@LAW
@given(cities(most_members=4))
def test_members_do_not_depend_on_their_numbers(city: City) -> None:
    def turned(key: str) -> str:
        subject, *middle, name = key.split(".")
        return ".".join([subject, *(str(city.members + 1 - int(number)) for number in middle), name])

    made, other = plan_of(city), plan_of(city, facts={turned(key): known for key, known in city.facts.items()})
    assert made.cost == other.cost
    assert Counter(_shape(made)) == Counter(_shape(other))


def _shape(made: Plan) -> list[tuple[str, int, date, date]]:
    return [(line.id, len(line.members), line.start, line.due) for line in made.services]


@LAW
@given(cities())
def test_together_is_never_more_than_connected_nor_connected_than_apart(city: City) -> None:
    made = plan_of(city)
    apart, connected, together = (made.comparison[way] for way in ("apart", "connected", "together"))
    situation = {line.fact for line in made.undecided}
    asked_for_the_situation = sum(len(line.members) or 1 for line in made.questions if line.fact in situation)
    assert together.questions - asked_for_the_situation <= connected.questions <= apart.questions
    assert together.papers <= connected.papers <= apart.papers
    assert together.days <= connected.days


@LAW
@given(cities())
def test_one_more_member_of_a_kind_changes_nothing_but_numbers(city: City) -> None:
    general = {key: known for key, known in city.facts.items() if key.startswith("company.")}
    one: Any = plan_of(city, facts=general, counts={"hire": 1})
    many = plan_of(city, facts=general, counts={"hire": 5})
    assert len(one.services) == len(many.services)
    assert [line.due for line in one.services] == [line.due for line in many.services]
    stripped = [replace(line, members=()) for line in many.facts]
    assert stripped == [replace(line, members=()) for line in one.facts]
