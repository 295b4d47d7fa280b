"""Services outside the selection that could be added, because only they can supply what a selected one needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tongban.planner.knowledge import FactId, Knowledge
from tongban.planner.selection import Run, kind_of, may_run, run_of


def with_candidates(knowledge: Knowledge, selected: Sequence[Run]) -> list[Run]:
    """The selected runs, then every run that might be added for them, for what is wanted, or for one another."""
    return _Closing(knowledge, selected).runs


class _Closing:
    """Adds runs until nothing more is lacking that a service could make."""

    def __init__(self, knowledge: Knowledge, selected: Sequence[Run]) -> None:
        self.knowledge = knowledge
        self.runs = list(selected)
        self.selected_makers: dict[FactId, list[Run]] = {}
        for run in selected:
            for fact in run.products:
                self.selected_makers.setdefault(fact, []).append(run)
        self.known_runs = {(id(run.part), run.kind) for run in selected}
        outline = knowledge.outline
        for name in outline.want:
            for kind in knowledge.kinds_in(outline.fact(name).group):
                self._add_makers((name, kind))
        for run in self.runs:  # grows while it is walked
            for fact in run.needs:
                for lacking in self._lacking(fact, run):
                    self._add_makers(lacking)

    def _lacking(self, fact: FactId, run: Run) -> Iterator[FactId]:
        """The fact, and what it is derived from, as far as only another service can supply it."""
        if not self._is_supplied(fact, run):
            yield fact
            for each in self.knowledge.inputs(fact):
                yield from self._lacking(each, run)

    def _is_supplied(self, fact: FactId, run: Run) -> bool:
        if any(self.knowledge.standing(fact)) or any(maker is not run for maker in self.selected_makers.get(fact, ())):
            return True
        inputs = self.knowledge.inputs(fact)
        return bool(inputs) and all(self._is_supplied(each, run) for each in inputs)

    def _add_makers(self, fact: FactId) -> None:
        for part in self.knowledge.outline.makers_outside(fact[0]):
            kind = kind_of(self.knowledge, part, fact)
            if (id(part), kind) not in self.known_runs and may_run(self.knowledge, part, kind):
                self.known_runs.add((id(part), kind))
                bit = 1 << sum(run.bit > 0 for run in self.runs)
                self.runs.append(run_of(self.knowledge, part, kind, None, bit))
