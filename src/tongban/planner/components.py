"""Taking a problem apart into components that share nothing: no burden, no extra service, no paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tongban.planner.masks import bits_of

if TYPE_CHECKING:
    from tongban.planner.search import Paper, Point, Problem


def components(problem: Problem) -> Iterator[tuple[list[Point], list[Paper]]]:
    """The points and papers of each component, in the order of their first points."""
    groups = _Groups()
    for extra, burden in enumerate(problem.extras):
        groups.join(("extra", 1 << extra), _bits("burden", burden & ~problem.burden))
    for point in problem.points:
        groups.join(("point", id(point)), _bits("extra", point.owner))
        for asks, runs in point.options:
            groups.join(("point", id(point)), _bits("burden", asks & ~problem.burden))
            groups.join(("point", id(point)), _bits("extra", runs))
    for paper in problem.papers:
        groups.join(("burden", paper.bit), _bits("extra", paper.owner))
        for mask in paper.proof:
            groups.join(("burden", paper.bit), _bits("extra", mask))
    found: dict[object, tuple[list[Point], list[Paper]]] = {}
    for point in problem.points:
        found.setdefault(groups.root(("point", id(point))), ([], []))[0].append(point)
    for paper in problem.papers:
        root = groups.root(("burden", paper.bit))
        if root in found:
            found[root][1].append(paper)
    yield from found.values()


def _bits(kind: str, mask: int) -> Iterator[tuple[str, int]]:
    return ((kind, bit) for bit in bits_of(mask))


class _Groups:
    """Things joined into groups, each with one of them as its root."""

    def __init__(self) -> None:
        self.parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(self, one: tuple[str, int]) -> tuple[str, int]:
        """The root of the group that this one is in."""
        while (parent := self.parent.setdefault(one, one)) != one:
            self.parent[one] = one = self.parent[parent]
        return one

    def join(self, one: tuple[str, int], others: Iterable[tuple[str, int]]) -> None:
        """Put these into one group."""
        for other in others:
            self.parent[self.root(other)] = self.root(one)
