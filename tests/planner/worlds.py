"""Random catalogs for the planner's laws, and an oracle that tries everything there is to try.

A world has one person with a handful of facts and up to eight services, some in the bundle and some outside it. A
service needs only facts that earlier ones make, so that no circles arise; circles have tests of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Any

from hypothesis import strategies as st
from tests.planner.build import MONDAY, Build, needs_paper

from tongban.catalog.model import Catalog
from tongban.planner.request import Known, Request

KINDS = ("ask", "ask", "hold", "made", "made", "derive", "derive-or-ask", "derive-or-hold")
PLACES = ("hall", "clinic", "site")


@dataclass(frozen=True)
class WorldFact:
    """``inputs``: what it can be derived from."""

    claimable: bool
    held: bool
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class WorldService:
    """``selected``: part of the bundle. Papers are named; the world says what they prove.
    ``is_fetched``: its result is handed over at the window only.
    """

    selected: bool
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    papers: tuple[str, ...]
    visits: tuple[str, ...]
    days: int
    is_fetched: bool


@dataclass(frozen=True)
class World:
    """Facts, services and papers by name; ``known`` facts are said by a registry (True) or claimed (False)."""

    facts: Mapping[str, WorldFact]
    services: Mapping[str, WorldService]
    papers: Mapping[str, tuple[str, ...]]
    known: Mapping[str, bool] = field(default_factory=dict)

    def catalog(self) -> Catalog:
        """As definitions."""
        build = Build()
        build.type("Person", **{name: _attribute(fact) for name, fact in self.facts.items()})
        build.functions["t/rules.derived"] = lambda *values, on: "+".join(values)  # noqa: ARG005 -- every rule is told the day
        for paper, proves in self.papers.items():
            build.paper(paper, "Person", proves)
        for name, service in self.services.items():
            build.service(
                name,
                {"person": "Person"},
                needs=[f"person.{fact}" for fact in service.needs],
                makes=[f"person.{fact}" for fact in service.makes],
                papers=[needs_paper(paper, "person") for paper in service.papers],
                visits=[(place, "apply") for place in service.visits],
                days=service.days or None,
                credential="t/result",
                delivery=("window",) if service.is_fetched else ("window", "post"),
            )
        parts = [(name, {"person": "p"}) for name, service in self.services.items() if service.selected]
        build.bundle({"p": "Person"}, parts)
        return build.catalog()

    def request(self, **more: Known) -> Request:
        """The bundle, with what is known and, by attribute, ``more``."""
        facts = {f"p.{name}": Known("x", "fetched" if official else "claimed") for name, official in self.known.items()}
        return Request(MONDAY, bundle="t/bundle", facts=facts | {f"p.{name}": each for name, each in more.items()})


def _attribute(fact: WorldFact) -> dict[str, Any]:
    given: dict[str, Any] = {"claimable": fact.claimable}
    if fact.held:
        given["held_by"] = "t/registry"
    if fact.inputs:
        given |= {"derived": "t/rules.derived", "derived_from": fact.inputs}
    return given


@st.composite
def worlds(draw: st.DrawFn, *, few_selected: bool = False) -> World:
    """A random world; with ``few_selected`` most services stand outside the bundle and make what it needs."""
    names = [f"f{number}" for number in range(draw(st.integers(5 if few_selected else 3, 8)))]
    kinds = ("made", "made", "made", "ask", "derive", "derive-or-ask", "hold") if few_selected else KINDS
    facts = {}
    for place, name in enumerate(names):
        kind = draw(st.sampled_from(kinds))
        earlier = names[:place]
        inputs = draw(_some(earlier, 1, 2)) if kind.startswith("derive") and earlier else ()
        facts[name] = WorldFact(kind in {"ask", "derive-or-ask"}, kind in {"hold", "derive-or-hold"}, inputs)
    papers = {f"p{number}": draw(_some(names, 0, 2)) for number in range(draw(st.integers(0, 3)))}
    services: dict[str, WorldService] = {}
    count = draw(st.integers(5 if few_selected else 1, 8))
    made_by = [draw(_some(names, int(few_selected), 3)) for _ in range(count)]
    for number, makes in enumerate(made_by):
        later = {fact for made in made_by[number + 1 :] for fact in made}
        allowed = [name for name in names if not _upstream(facts, name) & later]
        services[f"s{number}"] = WorldService(
            number >= count - 2 if few_selected else draw(st.booleans()) or number == count - 1,
            draw(_some(allowed, 0, 2 if few_selected and number < count - 2 else 4)),
            makes,
            tuple(paper for paper in draw(_some(list(papers), 0, 2)) if not _proving(facts, papers[paper]) & later),
            draw(_some(PLACES, 0, 1)),
            draw(st.integers(0, 4)),
            draw(st.integers(0, 3)) == 0,
        )
    known = {name: draw(st.booleans()) for name in draw(_some(names, 0, 2))}
    known = {name: official or not facts[name].claimable for name, official in known.items()}
    return World(facts, services, papers, known)


def _some(names: Iterable[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    names = list(names)
    if not names:
        return st.just(())
    some = st.lists(st.sampled_from(names), min_size=min(least, len(names)), max_size=most, unique=True)
    return some.map(lambda chosen: tuple(sorted(chosen)))


def _upstream(facts: Mapping[str, WorldFact], name: str) -> set[str]:
    return {name}.union(*(_upstream(facts, each) for each in facts[name].inputs))


def _proving(facts: Mapping[str, WorldFact], proves: Iterable[str]) -> set[str]:
    return set[str]().union(*(_upstream(facts, name) for name in proves))


Cost = tuple[int, int, int, int]


@dataclass
class Oracle:
    """Tries every set of services to add and every set of questions. Says nothing of how a plan is found."""

    world: World
    _days_done: dict[tuple[frozenset[str], frozenset[str], str], int] = field(default_factory=dict)

    def best(self) -> Cost | None:
        """The least burden; None where no plan meets every need."""
        selected = frozenset(name for name, service in self.world.services.items() if service.selected)
        outside = [name for name in self.world.services if name not in selected]
        askable = [name for name in self.world.facts if self._may_ask(name)]
        everything = frozenset(askable)
        costs: list[Cost] = []
        for added in map(frozenset, _subsets(outside)):
            if not self._is_met(selected | added, everything):
                continue
            if any(self._is_met(selected | (added - {one}), everything) for one in added):
                continue  # a service that the plan could do without
            for asked in map(frozenset, _subsets(askable)):
                if self._is_met(selected | added, asked):
                    costs.append(self._cost(selected | added, asked))  # noqa: PERF401 -- two loops read better
        return min(costs, default=None)

    def _may_ask(self, name: str) -> bool:
        fact = self.world.facts[name]
        return fact.claimable and not fact.held and name not in self.world.known

    def _makers(self, running: frozenset[str], name: str, taker: str) -> list[str]:
        return [each for each in running if each != taker and name in self.world.services[each].makes]

    def _is_met(self, running: frozenset[str], asked: frozenset[str]) -> bool:
        return all(
            self._day(running, asked, name, taker) is not None
            for taker in running
            for name in self.world.services[taker].needs
        )

    def _day(self, running: frozenset[str], asked: frozenset[str], name: str, taker: str) -> int | None:
        """The working day on which ``taker`` has the fact; None where it never does."""
        fact = self.world.facts[name]
        if name in self.world.known or name in asked:
            return 0
        makers = [self._done(running, asked, each) for each in self._makers(running, name, taker)]
        days = [min(makers)] if makers else [0] if fact.held else []
        inputs = [self._day(running, asked, each, taker) for each in fact.inputs]
        if inputs and None not in inputs:
            days.append(max(day for day in inputs if day is not None))
        return min(days, default=None)

    def _proven(self, running: frozenset[str], asked: frozenset[str], name: str, taker: str) -> int | None:
        """The working day on which the fact is official for ``taker``."""
        fact = self.world.facts[name]
        if self.world.known.get(name):
            return 0
        makers = [self._done(running, asked, each) for each in self._makers(running, name, taker)]
        days = [min(makers)] if makers else [0] if fact.held else []
        inputs = [self._proven(running, asked, each, taker) for each in fact.inputs]
        if inputs and None not in inputs:
            days.append(max(day for day in inputs if day is not None))
        return min(days, default=None)

    def _paper_day(self, running: frozenset[str], asked: frozenset[str], paper: str, taker: str) -> int | None:
        days = [self._proven(running, asked, name, taker) for name in self.world.papers[paper]]
        return None if not days or None in days else max(day for day in days if day is not None)

    def _done(self, running: frozenset[str], asked: frozenset[str], service: str) -> int:
        """The working day on which a service is done."""
        key = (running, asked, service)
        if key not in self._days_done:
            self._days_done[key] = self._reckon(running, asked, service)
        return self._days_done[key]

    def _reckon(self, running: frozenset[str], asked: frozenset[str], service: str) -> int:
        one = self.world.services[service]
        days = [self._day(running, asked, name, service) for name in one.needs]
        days += [self._paper_day(running, asked, paper, service) for paper in one.papers]
        return max((day for day in days if day is not None), default=0) + one.days

    def _cost(self, running: frozenset[str], asked: frozenset[str]) -> Cost:
        services = self.world.services
        papers = {
            paper
            for taker in running
            for paper in services[taker].papers
            if self._paper_day(running, asked, paper, taker) is None
        }
        trips = {place for taker in running for place in services[taker].visits}
        trips |= {"the window" for taker in running if services[taker].is_fetched}
        days = max((self._done(running, asked, each) for each in running), default=0)
        return len(trips), len(papers), len(asked), days


def _subsets(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    names = list(names)
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
