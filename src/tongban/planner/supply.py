"""How each run can have each fact: known, derived, held, made by an earlier run, or asked.

A *source* is all of that for one fact as one run sees it. The search reads off it what must be asked or added, the
schedule when the fact is there, and the plan where it came from in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tongban.planner.knowledge import FactId, Knowledge
from tongban.planner.precedence import order_of
from tongban.planner.search import FREE, Option, least
from tongban.planner.selection import PaperUse, Run

ALONE: Final = -1
"""The view of nobody in particular: what can be had on the day of submission, before any service has run."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The ways to one fact. ``makers`` and ``provers`` are places of earlier runs; ``ask`` is its bit, 0 for never.

    ``may_be_late``: some run bears upon it.
    """

    fact: FactId
    is_known: bool
    is_official: bool
    is_held: bool
    makers: tuple[int, ...]
    provers: tuple[int, ...]
    ask: int
    inputs: tuple[Source, ...]
    may_be_late: bool


@dataclass(eq=False)
class Supply:
    """All runs, selected ones first, with the order in which one may feed another, and the sources of their facts."""

    knowledge: Knowledge
    runs: Sequence[Run]
    makers: dict[FactId, list[int]] = field(default_factory=dict)
    provers: dict[FactId, list[int]] = field(default_factory=dict)
    asked: list[FactId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sources: dict[tuple[FactId, int], Source] = {}
        self._needs: dict[int, list[Source]] = {}
        self._proving: dict[PaperUse, list[Source]] = {}
        self._bits: dict[FactId, int] = {}
        self._reached: dict[FactId, frozenset[int]] = {}
        for place, run in enumerate(self.runs):
            for fact in run.products:
                self.makers.setdefault(fact, []).append(place)
            for fact in run.proves:
                self.provers.setdefault(fact, []).append(place)
        before = [self._feeders(place) for place in range(len(self.runs))]
        self.order = order_of(before, [self._vital_feeders(place) for place in range(len(self.runs))])
        self.rank = {place: rank for rank, place in enumerate(self.order)}

    def _feeders(self, place: int) -> set[int]:
        run = self.runs[place]
        facts = [*run.needs, *(fact for use in run.papers for fact in use.proves)]
        return {each for fact in facts for each in self._reach(fact)} - {place}

    def _vital_feeders(self, place: int) -> set[int]:
        """Those of them without which a fact that is needed cannot be had."""
        run = self.runs[place]
        return {
            each
            for fact in run.needs
            if self._reach(fact) and not self._has_other_way(fact)
            for each in self._reach(fact)
        } - {place}

    def _has_other_way(self, fact: FactId) -> bool:
        if any(self.knowledge.standing(fact)):
            return True
        inputs = self.knowledge.inputs(fact)
        return bool(inputs) and all(self._has_other_way(each) for each in inputs)

    def is_held(self, fact: FactId) -> bool:
        """Whether its holder has it, now or when it answers again."""
        standing = self.knowledge.standing(fact)
        return standing.is_held or standing.is_waited_for

    def _reach(self, fact: FactId) -> frozenset[int]:
        """Every run that makes or proves the fact, or something that it is derived from."""
        found = self._reached.get(fact)
        if found is None:
            inputs = self.knowledge.inputs(fact)
            found = frozenset(self.provers.get(fact, ())).union(*(self._reach(each) for each in inputs))
            self._reached[fact] = found
        return found

    def source(self, fact: FactId, place: int) -> Source:
        """How the run at ``place`` can have the fact; ``ALONE`` for what can be had before any run."""
        view = place if place != ALONE and self._reach(fact) else ALONE
        found = self._sources.get((fact, view))
        if found is None:
            found = self._sources[fact, view] = self._made_source(fact, view)
        return found

    def needs_of(self, place: int) -> list[Source]:
        """The sources of what the run at ``place`` needs."""
        found = self._needs.get(place)
        if found is None:
            found = self._needs[place] = [self.source(fact, place) for fact in self.runs[place].needs]
        return found

    def proving(self, use: PaperUse, place: int) -> list[Source]:
        """The sources of what a paper of the run at ``place`` proves."""
        found = self._proving.get(use)
        if found is None:
            found = self._proving[use] = [self.source(fact, place) for fact in use.proves]
        return found

    def alone(self, source: Source) -> Source:
        """The same fact as nobody in particular sees it."""
        return self.source(source.fact, ALONE) if source.may_be_late else source

    def _made_source(self, fact: FactId, view: int) -> Source:
        standing = self.knowledge.standing(fact)
        makers = self._visible(self.makers.get(fact, ()), view)
        is_known = standing.has_value and not self._is_outdated(fact, makers)
        provers = self._visible(self.provers.get(fact, ()), view)
        inputs = tuple(self.source(each, view) for each in self.knowledge.inputs(fact))
        return Source(
            fact,
            is_known,
            is_known and standing.is_official,
            standing.is_held or standing.is_waited_for,
            makers,
            provers,
            self._bit(fact) if standing.is_askable else 0,
            inputs,
            bool(makers or provers) or any(each.may_be_late for each in inputs),
        )

    def _visible(self, places: Iterable[int], view: int) -> tuple[int, ...]:
        return () if view == ALONE else tuple(each for each in places if self.rank[each] < self.rank[view])

    def _is_outdated(self, fact: FactId, makers: Iterable[int]) -> bool:
        """Whether a selected run sets the fact to another value than the one known now."""
        for place in makers:
            run = self.runs[place]
            produced = run.products[fact].produced
            if not run.bit and produced.how == "value" and produced.value != self.knowledge.value(fact):
                return True
        return False

    def _bit(self, fact: FactId) -> int:
        bit = self._bits.get(fact)
        if bit is None:
            bit = self._bits[fact] = 1 << len(self.asked)
            self.asked.append(fact)
        return bit

    def ways(self, source: Source) -> tuple[Option, ...]:
        """What must be asked and added so that the fact can be had; the preferred way first, ``FREE`` for nothing."""
        if source.is_known or source.is_held or any(not self.runs[place].bit for place in source.makers):
            return FREE
        options: list[Option] = []
        if source.inputs:
            options = [(0, 0)]
            for each in source.inputs:
                options = [(asks | more, runs | add) for asks, runs in options for more, add in self.ways(each)]
        options += [(0, self.runs[place].bit) for place in source.makers]
        if source.ask:
            options.append((source.ask, 0))
        return least(options)

    def proof(self, source: Source) -> tuple[int, ...] | None:
        """What must be added so that the fact is official: one run of each mask. None where nothing helps."""
        if source.is_official or self.is_held(source.fact):
            return ()
        if any(not self.runs[place].bit for place in source.provers):
            return ()
        added = sum(self.runs[place].bit for place in source.provers)
        derived: tuple[int, ...] | None = None
        parts = [self.proof(each) for each in source.inputs]
        if parts and all(part is not None for part in parts):
            derived = tuple(mask for part in parts if part is not None for mask in part)
        if derived is None:
            return (added,) if added else None
        return tuple(dict.fromkeys(mask | added for mask in derived))
