"""Which services: those whose conditions hold or are still open, with what each needs in this very situation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongban.catalog.conditions import Condition
from tongban.catalog.vocabulary import Text
from tongban.planner.knowledge import FactId, Knowledge
from tongban.planner.outline import Outline
from tongban.planner.parts import Paper, Part, Product
from tongban.planner.problems import Issue, PlanError


@dataclass(frozen=True, slots=True, eq=False)
class PaperUse:
    """A paper that a run demands about one kind of subject; ``proves`` may be empty."""

    paper: Paper
    kind: int
    proves: tuple[FactId, ...]
    is_waived: bool


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One service for one kind of members (``members`` empty where there is no group).

    ``is_open``: its condition is undecided, so it may follow. ``reads``: what its conditions look at, True for facts
    that leave one undecided. ``needs``: what it needs now, ``counter``: what a counter that knows nothing would ask
    for. ``bit`` is 0 for what is selected, and a power of two for a service that could be added
    because of what it makes.
    """

    part: Part
    kind: int
    members: Sequence[int]
    is_open: bool
    reads: dict[FactId, bool]
    needs: tuple[FactId, ...]
    counter: tuple[FactId, ...]
    papers: tuple[PaperUse, ...]
    products: dict[FactId, Product]
    proves: frozenset[FactId]
    bit: int = 0

    @property
    def id(self) -> str:
        """The service's id."""
        return self.part.service.id


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What may run, and the facts by which other services were ruled out."""

    runs: tuple[Run, ...]
    ruled_out_by: frozenset[FactId]


def select(knowledge: Knowledge) -> Selection:
    """The runs of the outline's services. Raises PlanError ``not-in-force``."""
    outline = knowledge.outline
    _check_in_force(knowledge)
    runs: list[Run] = []
    ruled_out_by: set[FactId] = set()
    for part, kind in _parts_and_kinds(knowledge, outline):
        condition = None if part.service.id in outline.named else part.when
        truth = knowledge.truth(condition, part.group, kind)
        if truth is not False:
            runs.append(run_of(knowledge, part, kind, condition))
        elif condition is not None:
            ruled_out_by.update(knowledge.reads(condition, part.group, kind))
    return Selection(tuple(runs), frozenset(ruled_out_by))


def _parts_and_kinds(knowledge: Knowledge, outline: Outline) -> Iterator[tuple[Part, int]]:
    for part in outline.parts:
        if part.in_force(knowledge.on):
            for kind in knowledge.kinds_in(part.group):
                yield part, kind


def _check_in_force(knowledge: Knowledge) -> None:
    bundle, on = knowledge.outline.bundle, knowledge.on
    if bundle is None:
        return
    if (bundle.in_force_from and on < bundle.in_force_from) or (bundle.in_force_to and bundle.in_force_to < on):
        text = Text(f"“{bundle.title.zh}”在 {on} 这一天不施行", f"“{bundle.title.en}” is not in force on {on}.")
        raise PlanError(Issue("not-in-force", bundle.id, text))


def run_of(knowledge: Knowledge, part: Part, kind: int, condition: Condition | None, bit: int = 0) -> Run:
    """A part for one kind, with the needs and papers that its conditions leave; what is undecided counts as needed."""
    group = part.group
    reads: dict[FactId, bool] = {}

    def holds(when: Condition | None) -> bool | None:
        if when is None:
            return True
        deciding = knowledge.open_facts(when, group, kind, knowledge.value)
        for fact in knowledge.reads(when, group, kind):
            reads[fact] = reads.get(fact, False) or fact in deciding
        return knowledge.truth(when, group, kind)

    is_open = holds(condition) is None
    needs: dict[FactId, None] = {}
    counter: dict[FactId, None] = {}
    for need in part.needs:
        if holds(need.when) is not False:
            facts = knowledge.ids(need.fact, group, kind)
            counter.update(dict.fromkeys(facts))
            needs.update(dict.fromkeys(_judging(knowledge, need.judged_by, group, kind, facts)))
    papers: list[PaperUse] = []
    for paper in part.papers:
        if holds(paper.when) is not False:
            is_waived = paper.waived_if is not None and holds(paper.waived_if) is True
            papers += [
                PaperUse(paper, each, tuple((name, each) for name in paper.proves), is_waived)
                for each in knowledge.kinds_of_subject(paper.subject, group, kind)
            ]
    return Run(
        part,
        kind,
        knowledge.members(group, kind),
        is_open,
        reads,
        tuple(needs),
        tuple(counter),
        tuple(papers),
        {fact: one for one in part.products for fact in knowledge.ids(one.fact, group, kind)},
        frozenset(fact for name in part.proves for fact in knowledge.ids(name, group, kind)),
        bit,
    )


def _judging(
    knowledge: Knowledge, judged_by: Condition | None, group: str | None, kind: int, facts: Sequence[FactId]
) -> Sequence[FactId]:
    """Those of the facts that a judgement needs: what it goes by, and what may still decide it.

    That there is none of a fact may settle the judgement; where it does not, somebody may yet say or make it. Where
    nobody may, the judgement does without it.
    """
    if judged_by is None:
        return facts
    deciding = knowledge.open_facts(judged_by, group, kind, knowledge.lasting)
    lacks_nothing = knowledge.truth(judged_by, group, kind) is True
    return [
        fact
        for fact in facts
        if (
            fact in deciding
            or (not knowledge.is_unknown(fact) and not (lacks_nothing and knowledge.value(fact) is None))
        )
        and not _is_nowhere(knowledge, fact)
    ]


def kind_of(knowledge: Knowledge, part: Part, fact: FactId) -> int:
    """For which kind of members a part runs that is to make a fact."""
    return fact[1] if part.group is not None and part.group == knowledge.fact(fact).group else 0


def may_run(knowledge: Knowledge, part: Part, kind: int) -> bool:
    """Whether a part might be added: it is in force, and no requirement of it is plainly not met."""
    return (
        part.in_force(knowledge.on)
        and len(knowledge.kinds_in(part.group)) > kind
        and all(knowledge.truth(condition, part.group, kind) is not False for condition in part.requires)
    )


def _is_nowhere(knowledge: Knowledge, fact: FactId) -> bool:
    """Whether its source says that there is none, or of what it is derived from, and nobody may say or make it."""
    if any(knowledge.standing(fact)):
        return False
    makers = knowledge.outline.makers_outside(fact[0])
    if any(may_run(knowledge, each, kind_of(knowledge, each, fact)) for each in makers):
        return False
    inputs = knowledge.inputs(fact)
    return any(_is_nowhere(knowledge, each) for each in inputs) if inputs else knowledge.known(fact) is not None
