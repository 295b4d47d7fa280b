"""From services and facts to a bare problem of least burden, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from tongban.catalog.vocabulary import Text
from tongban.planner.knowledge import FactId
from tongban.planner.masks import union
from tongban.planner.problems import Issue, PlanError
from tongban.planner.schedule import Timing
from tongban.planner.search import FREE, Option, Paper, Point, Problem
from tongban.planner.selection import Run
from tongban.planner.supply import ALONE, Source, Supply

PaperId = tuple[str, str, int]
"""A paper about one kind of subject: evidence, subject, kind."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Trips, papers and questions in one number: a trip outweighs all papers, a paper all questions."""

    paper: int
    trip: int

    def burden(self, weight: int) -> tuple[int, int, int]:
        """Trips, papers and questions."""
        trips, rest = divmod(weight, self.trip)
        papers, questions = divmod(rest, self.paper)
        return trips, papers, questions


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A supply as a problem. Bits: questions first, as the supply numbers them, then papers, then trips."""

    supply: Supply
    problem: Problem
    scale: Scale
    papers: dict[PaperId, int]


def frame(supply: Supply, timing: Timing) -> Frame:
    """The problem of this supply. Raises PlanError ``nobody-supplies`` or ``circular-need``."""
    framing = _Framing(supply)
    for place in range(len(supply.runs)):
        framing.add_run(place)
    framing.add_wanted()
    framing.drop_impossible()
    return framing.frame(timing)


class _Framing:
    def __init__(self, supply: Supply) -> None:
        self.supply = supply
        self.points: list[tuple[Point, FactId]] = []
        self.asks: dict[int, int] = {}
        self.proofs: dict[PaperId, list[tuple[int, tuple[int, ...]]]] = {}
        self.trips: dict[tuple[str, str], list[int]] = {}

    def add_run(self, place: int) -> None:
        """What one run needs, reads and demands."""
        supply, run = self.supply, self.supply.runs[place]
        for source in supply.needs_of(place):
            self._need(run.bit, source)
        for fact, is_open in run.reads.items():
            source = supply.source(fact, ALONE)
            if is_open and supply.ways(source):
                self._need(run.bit, source)
        for use in run.papers:
            proof = self._proof(supply.proving(use, place))
            if not use.is_waived and proof != ():
                paper = (use.paper.evidence, use.paper.subject, use.kind)
                self.proofs.setdefault(paper, []).append((run.bit, proof or (0,)))
        for trip in sorted(run.part.trips):
            self.trips.setdefault(trip, []).append(run.bit)

    def _need(self, owner: int, source: Source) -> None:
        ways = self.supply.ways(source)
        if ways == FREE:
            return
        if len(ways) == 1 and not ways[0][1]:
            self.asks[owner] = self.asks.get(owner, 0) | ways[0][0]
        else:
            self.points.append((Point(owner, ways), source.fact))

    def _proof(self, proving: Sequence[Source]) -> tuple[int, ...] | None:
        parts = [self.supply.proof(source) for source in proving]
        if not parts or None in parts:
            return None
        return tuple(dict.fromkeys(mask for part in parts if part is not None for mask in part))

    def add_wanted(self) -> None:
        """What the request wants made: known already, made by what is selected, or made by something added."""
        supply, knowledge = self.supply, self.supply.knowledge
        for name in knowledge.outline.want:
            for kind in knowledge.kinds_in(knowledge.outline.fact(name).group):
                makers = supply.makers.get((name, kind), [])
                selected = any(not supply.runs[place].bit for place in makers)
                if not selected and not knowledge.standing((name, kind)).has_value:
                    options: tuple[Option, ...] = tuple((0, supply.runs[place].bit) for place in makers)
                    self.points.append((Point(0, options), (name, kind)))

    def drop_impossible(self) -> None:
        """Take out extras that cannot have what they need, until none is left. Raises PlanError for a selected run."""
        while True:
            dead = union(point.owner for point, _ in self.points if not point.options)
            stuck = next((fact for point, fact in self.points if not point.options and not point.owner), None)
            if stuck is not None:
                _refuse(self.supply, stuck)
            if not dead:
                return
            self.points = [
                (replace(point, options=tuple(option for option in point.options if not option[1] & dead)), fact)
                for point, fact in self.points
                if not point.owner & dead
            ]

    def frame(self, timing: Timing) -> Frame:
        """Everything numbered and weighed."""
        knowledge = self.supply.knowledge
        questions = [knowledge.weight(fact) for fact in self.supply.asked]
        papers = {paper: 1 << (len(questions) + place) for place, paper in enumerate(self.proofs)}
        counts = [self._members(paper) for paper in papers]
        scale_paper = 1 + sum(questions)
        scale = Scale(scale_paper, scale_paper * (1 + sum(counts)))
        weights = [*questions, *(count * scale.paper for count in counts), *(scale.trip for _ in self.trips)]
        burdens = dict(self.asks)
        for place, owners in enumerate(self.trips.values(), len(questions) + len(papers)):
            for owner in owners:
                burdens[owner] = burdens.get(owner, 0) | 1 << place
        chances = []
        for paper, ways in self.proofs.items():
            for owner, proof in ways:
                if owner and not all(proof):
                    burdens[owner] = burdens.get(owner, 0) | papers[paper]
                else:
                    chances.append(Paper(papers[paper], owner, proof))
        extras = [burdens.get(run.bit, 0) for run in self.supply.runs if run.bit]
        points = [point for point, _ in self.points]
        problem = Problem(weights, burdens.get(0, 0), extras, points, chances, timing.days)
        return Frame(self.supply, problem, scale, papers)

    def _members(self, paper: PaperId) -> int:
        knowledge = self.supply.knowledge
        group = knowledge.outline.subjects[paper[1]].group
        return len(knowledge.members(group, paper[2])) if group is not None else 1


def _refuse(supply: Supply, fact: FactId) -> NoReturn:
    label = supply.knowledge.fact(fact).attribute.label
    if supply.makers.get(fact):
        text = Text(
            f"“{label.zh}”要由后面的事项产生，绕成了一圈",
            f"“{label.en}” is made by a service that itself waits for it: a circle.",
        )
        raise PlanError(Issue("circular-need", fact[0], text))
    text = Text(f"“{label.zh}”没有谁能提供", f"Nobody can supply “{label.en}”.")
    raise PlanError(Issue("nobody-supplies", fact[0], text))


def runs_of(supply: Supply, added: int) -> list[tuple[int, Run]]:
    """What runs in the end, with its place."""
    return [(place, run) for place, run in enumerate(supply.runs) if not run.bit & ~added]
