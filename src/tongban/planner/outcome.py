"""What a solution means: for every run, where each of its facts came from, what it waits for, and by which law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from tongban.planner.framing import Frame, PaperId, runs_of
from tongban.planner.knowledge import FactId
from tongban.planner.parts import Reasons
from tongban.planner.schedule import Dates, Timing
from tongban.planner.search import Solution
from tongban.planner.selection import PaperUse, Run, Selection
from tongban.planner.supply import ALONE, Source

How = Literal["asked", "fetched", "derived", "produced", "known"]
PaperHow = Literal["held", "proven", "waived", "uploaded"]


class Use(NamedTuple):
    """One fact of one kind and where it comes from; ``by`` is the service that makes it."""

    fact: FactId
    how: How
    by: str = ""


@dataclass(eq=False)
class Outcome:
    """A solution read back. Services are named by id: ``uses`` and ``papers`` say who needs what, ``feeds`` which
    facts a run (by place) gets from which earlier run, ``open`` what is undecided and which services that settles.
    """

    frame: Frame
    timing: Timing
    solution: Solution
    selection: Selection
    uses: dict[Use, set[str]] = field(default_factory=dict)
    papers: dict[tuple[PaperId, PaperHow], set[str]] = field(default_factory=dict)
    feeds: dict[int, dict[int, set[str]]] = field(default_factory=dict)
    open: dict[FactId, set[str]] = field(default_factory=dict)
    because: dict[str, set[tuple[str, str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._noted: dict[Source, tuple[set[tuple[str, str, str]], set[str]]] = {}
        self.supply = self.frame.supply
        self.knowledge = self.supply.knowledge
        self.added, self.asked = self.solution.added, self.solution.bits
        self.dates: dict[int, Dates] = self.timing.dates(self.added, self.asked)
        self.runs = runs_of(self.supply, self.added)
        for place, run in self.runs:
            self.feeds[place] = {}
            self._read_needs(place, run)
            self._read_reads(run)
            for use in run.papers:
                self._read_paper(place, run, use)
        for fact in sorted(self.selection.ruled_out_by):
            if self.knowledge.known(fact) is not None:
                self._users(Use(fact, "known"))
        for _, run in self.runs:
            for fact in run.products:  # whoever applies receives it, though nobody else here needs it
                self._users(Use(fact, "produced", run.id))

    def _read_needs(self, place: int, run: Run) -> None:
        basis = {need.fact: need.because for need in reversed(run.part.needs)}
        for source in self.supply.needs_of(place):
            self._trace(source, place, run, basis[source.fact[0]])

    def _read_reads(self, run: Run) -> None:
        for fact, is_open in run.reads.items():
            source = self.supply.source(fact, ALONE)
            if is_open:
                for leaf in self._leaves(source):
                    self.open.setdefault(leaf, set()).add(run.id)
            if is_open or not self.knowledge.is_unknown(fact):
                self._trace(source, ALONE, run, run.part.because)

    def _trace(self, source: Source, place: int, run: Run, because: Reasons) -> None:
        """Note where the run has this fact from, and whatever that is derived from."""
        noted = self._noted.get(source)
        if noted is None:
            basis = self.because.setdefault(source.fact[0], set())
            noted = self._noted[source] = basis, self._users(self._use(source, place))
        noted[0].update(because)
        noted[1].add(run.id)
        if source.inputs and noted[1] is self.uses.get(Use(source.fact, "derived")):
            for each in source.inputs:
                self._trace(each, place, run, because)

    def _use(self, source: Source, place: int) -> Use:
        """How the run at ``place`` has this fact; what makes it is noted as feeding the run."""
        fact = source.fact
        if source.is_known:
            return Use(fact, "known")
        if source.ask & self.asked:
            return Use(fact, "asked")
        if source.inputs and self._is_derived(source):
            return Use(fact, "derived")
        feeders = self._feeders(source.makers) if source.makers else []
        if feeders:
            self._wait_for(feeders, fact, place)
            return Use(fact, "produced", self.supply.runs[feeders[0]].id)
        return Use(fact, "fetched" if source.is_held else "known")

    def _users(self, use: Use) -> set[str]:
        return self.uses.setdefault(use, set())

    def _wait_for(self, feeders: Sequence[int], fact: FactId, place: int) -> None:
        for feeder in feeders:
            self.feeds[place].setdefault(feeder, set()).add(fact[0])

    def _is_derived(self, source: Source) -> bool:
        """Whether deriving it is possible and no later than any other way."""
        derived = self._ready(source.inputs)
        made = self.timing.made(source.makers, self.dates, self.added, 0)
        other = self.timing.on if made is None and source.is_held else made
        return derived is not None and (other is None or derived <= other)

    def _ready(self, sources: tuple[Source, ...]) -> date | None:
        times = [self.timing.ready(each, self.dates, self.added, self.asked, 0) for each in sources]
        there = [each for each in times if each is not None]
        return max(there) if there and len(there) == len(times) else None

    def _feeders(self, makers: Sequence[int]) -> list[int]:
        """The maker that is done first; where it is open which will run all of them, the last to be done first."""
        running = [place for place in makers if not self.supply.runs[place].bit & ~self.added]
        sure = [place for place in running if not self.supply.runs[place].is_open]
        if sure:
            return [min(sure, key=lambda place: (self.dates[place].due, place))]
        return sorted(running, key=lambda place: (self.dates[place].due, -place), reverse=True)

    def _leaves(self, source: Source) -> Iterator[FactId]:
        """The facts to find out so that this one is known: itself, or what it is derived from; nothing at log-in."""
        if self.knowledge.is_shown_by_login(source.fact):
            return
        is_worded = source.fact[0] in self.knowledge.outline.question_order
        if is_worded or source.ask & self.asked or not source.inputs or not self._is_derived(source):
            yield source.fact
            return
        for each in source.inputs:
            if self.knowledge.is_unknown(each.fact):
                yield from self._leaves(each)

    def how_at_first(self, fact: FactId) -> How:
        """How the fact can be had on the day of submission; produced where only a service will tell."""
        source = self.supply.source(fact, ALONE)
        if source.ask & self.asked:
            return "asked"
        if source.inputs and self._is_derived(source):
            return "derived"
        if source.is_held:
            return "fetched"
        return "asked" if source.ask and not self.supply.makers.get(fact) else "produced"

    def _read_paper(self, place: int, run: Run, use: PaperUse) -> None:
        self.because.setdefault(use.paper.evidence, set()).update(use.paper.because)
        sources = self.timing.proving(use, place)
        proven = [self.timing.proven(each, self.dates, self.added, 0) for each in sources]
        if sources and None not in proven:
            how: PaperHow = "held" if all(self._is_in_hand(each) for each in sources) else "proven"
            for each in sources:
                self._trace(each, place, run, use.paper.because)
                self._wait_for_proof(each, place)
        else:
            how = "waived" if use.is_waived else "uploaded"
        paper = (use.paper.evidence, use.paper.subject, use.kind)
        self.papers.setdefault((paper, how), set()).add(run.id)

    def _is_in_hand(self, source: Source) -> bool:
        known = self.knowledge.known(source.fact)
        return known is not None and known.source == "credential"

    def _wait_for_proof(self, source: Source, place: int) -> None:
        """A fact that is known or asked but not official is proven by what an earlier run issues."""
        if source.is_official:
            return
        feeders = self._feeders(source.provers)
        if feeders:
            self._wait_for(feeders, source.fact, place)
        elif not self.supply.is_held(source.fact):
            for each in source.inputs:
                self._wait_for_proof(each, place)
