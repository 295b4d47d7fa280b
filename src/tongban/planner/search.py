"""The least burden, found exactly: a small optimisation problem that knows nothing of services or facts.

A *burden* is a set of bits, each with a weight (a trip weighs more than all papers together, a paper more than all
questions). *Points* must each be met by one of their options; an option may put questions on the applicant and may add
extra services, which bring burdens and points of their own. *Papers* fall away when enough is added. Components are
solved one by one, each by branch and bound; what weighs the same is told apart by days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final, TypeAlias

from tongban.planner.components import components
from tongban.planner.masks import bits_of, union

Option: TypeAlias = tuple[int, int]
"""Bits to ask, and extras to add (a mask: extra n is 1 << n)."""

FREE: Final[tuple[Option, ...]] = ((0, 0),)
MOST_NODES: Final = 200_000


def least(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options that no other one is a part of, in their order."""
    kept: list[Option] = []
    for asks, runs in options:
        if not asks and not runs:
            return FREE
        if any(not (a & ~asks) and not (r & ~runs) for a, r in kept):
            continue
        kept = [(a, r) for a, r in kept if asks & ~a or runs & ~r]
        kept.append((asks, runs))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Point:
    """Something that must be met, once the extra ``owner`` (a mask; 0 for always) is there."""

    owner: int
    options: tuple[Option, ...]

    @property
    def is_hard(self) -> bool:
        """Whether nothing meets it but adding extras."""
        return all(runs for _, runs in self.options)


@dataclass(frozen=True, slots=True)
class Paper:
    """A burden that falls away when each mask of ``proof`` meets what is added; it counts once ``owner`` is there."""

    bit: int
    owner: int
    proof: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """What to minimise. ``days(added, asked, maybe)`` are the working days when ``added`` extras run and ``asked`` is
    asked, while those in ``maybe`` may still bring anything at once; it never falls when ``maybe`` shrinks.
    """

    weights: Sequence[int]
    burden: int
    extras: Sequence[int]
    points: Sequence[Point]
    papers: Sequence[Paper]
    days: Callable[[int, int, int], int]

    @cached_property
    def classes(self) -> tuple[tuple[int, int], ...]:
        """The bits of each weight, as a mask."""
        order = sorted(range(len(self.weights)), key=self.weights.__getitem__)
        grouped = groupby(order, key=self.weights.__getitem__)
        return tuple((weight, sum(1 << bit for bit in bits)) for weight, bits in grouped)

    @cached_property
    def reached(self) -> int:
        """Every extra that some point could lead to."""
        return reached_from((point for point in self.points if not point.owner), self.points)

    @cached_property
    def may_ask(self) -> int:
        """Everything that could be asked or brought."""
        asked = union(asks for point in self.points for asks, _ in point.options)
        return asked | union(self.extras) | self.burden

    def weigh(self, bits: int) -> int:
        """The weight of a burden."""
        return sum(weight * (bits & mask).bit_count() for weight, mask in self.classes)


@dataclass(frozen=True, slots=True)
class Solution:
    """What to add; ``bits`` is the whole burden, what is asked among it. Nothing beats the two lower ones, in order."""

    added: int
    bits: int
    weight: int
    days: int
    lower_weight: int
    lower_days: int
    nodes: int
    proven: bool


def solve(problem: Problem, most_nodes: int = MOST_NODES) -> Solution:
    """The solution of least weight, then fewest days. Every point must have an option."""
    problem = _reduced(problem)
    found: list[Component] = []
    nodes = 0
    for points, papers in components(problem):
        part = Component(problem, points, papers, most_nodes - nodes)
        part.explore()
        nodes += part.nodes
        found.append(part)
    return _joined(problem, found, nodes, most_nodes)


def _reduced(problem: Problem) -> Problem:
    """The same problem without extras that no point leads to; papers that nothing takes away are plain burden."""
    reached = problem.reached
    papers = [
        replace(paper, proof=tuple(mask & reached for mask in paper.proof))
        for paper in problem.papers
        if not paper.owner & ~reached
    ]
    certain = problem.burden | union(paper.bit for paper in papers if not paper.owner and not all(paper.proof))
    return replace(
        problem,
        burden=certain,
        extras=[burden if reached >> place & 1 else 0 for place, burden in enumerate(problem.extras)],
        points=[point for point in problem.points if not point.owner & ~reached],
        papers=[paper for paper in papers if not paper.bit & certain],
    )


def reached_from(points: Iterable[Point], all_points: Sequence[Point]) -> int:
    """Every extra that these points, and then the points of those extras, could add."""
    found, new = 0, union(runs for point in points for _, runs in point.options)
    while new & ~found:
        found |= new
        new = union(runs for point in all_points if point.owner & found for _, runs in point.options)
    return found


def _joined(problem: Problem, parts: Sequence[Component], nodes: int, most_nodes: int) -> Solution:
    """All components together. Their days join as the longest; where they do not, everything is searched at once."""
    added, bits = 0, problem.burden
    for part in parts:
        added, bits = added | part.best_added, bits | part.best_bits
    lower_weight = problem.weigh(problem.burden) + sum(part.lower_weight for part in parts)
    lower_days = max((part.lower_days for part in parts), default=0)
    days = problem.days(added, bits, 0)
    proven = not any(part.is_exhausted for part in parts)
    if proven and len(parts) > 1 and days > max(part.best_days for part in parts):
        whole = Component(problem, problem.points, problem.papers, most_nodes - nodes)
        whole.start_from(added, bits, days)
        whole.explore()
        nodes, proven = nodes + whole.nodes, not whole.is_exhausted
        added, bits, days = whole.best_added, whole.best_bits | problem.burden, whole.best_days
    weight = problem.weigh(bits)
    if proven:
        lower_weight, lower_days = weight, days
    return Solution(added, bits, weight, days, lower_weight, lower_days, nodes, proven)


class Component:
    """Branch and bound over some of the points: first what to add, then what to ask."""

    def __init__(self, problem: Problem, points: Sequence[Point], papers: Sequence[Paper], most_nodes: int) -> None:
        self.problem = problem
        self.papers = papers
        self.most_nodes = most_nodes
        self.nodes = 0
        self.is_exhausted = False
        self.points = points
        self.hard = [point for point in points if point.is_hard]
        self.own_asks = union(asks for point in points for asks, _ in point.options)
        self.own_extras = union(runs for point in points for _, runs in point.options)
        self.own_asks |= union(self._burden_of(self.own_extras))
        self.other_asks = problem.may_ask & ~self.own_asks
        self.others = problem.reached & ~self.own_extras
        self.shares = self._shares()
        self.seen: set[int] = set()
        self.best: int | None = None
        self.best_added = self.best_bits = self.best_days = 0
        self.lower_weight = self._lower(0)
        self.lower_days = self._days(0, ~0, self.own_extras)

    def start_from(self, added: int, bits: int, days: int) -> None:
        """Begin with a solution to beat."""
        self.best = self.problem.weigh(bits & ~self.problem.burden)
        self.best_added, self.best_bits, self.best_days = added, bits, days

    def explore(self) -> None:
        """Find the best, or the best within the nodes allowed."""
        self._add(0)

    # What to add

    def _add(self, added: int) -> None:
        if added in self.seen or self.is_over():
            return
        self.seen.add(added)
        hard = self._open(added)
        if not hard:
            enough = self._without_spares(added)
            if enough == added or enough not in self.seen:
                self.seen.add(enough)
                _Asking(self, enough).explore()
            return
        point = min(hard, key=lambda one: len(one.options))
        lowers = [(self._lower(added | runs), place) for place, (_, runs) in enumerate(point.options)]
        for lower, place in sorted(lowers):
            more = added | point.options[place][1]
            if self.may_win(lower, more, ~0, self.own_extras):
                self._add(more)

    def is_over(self) -> bool:
        """Count a node; whether they are used up. The way to a first solution is always free."""
        self.nodes += 1
        self.is_exhausted = self.is_exhausted or (self.best is not None and self.nodes > self.most_nodes)
        return self.is_exhausted

    def _open(self, added: int) -> list[Point]:
        return [point for point in self.hard if not self._is_met(point, added)]

    def _is_met(self, point: Point, added: int) -> bool:
        return bool(point.owner & ~added) or any(not runs & ~added for _, runs in point.options)

    def _without_spares(self, added: int) -> int:
        """The same without what the rest could do without."""
        for extra in bits_of(added):
            less = added & ~extra
            if all(self._is_met(point, less) for point in self.hard):
                return self._without_spares(less)
        return added

    def may_win(self, lower: int, added: int, asked: int, maybe: int) -> bool:
        """Whether something as light as ``lower`` could beat the best."""
        if self.best is None or lower < self.best:
            return True
        return lower == self.best and self._days(added, asked, maybe & ~added) < self.best_days

    def _days(self, added: int, asked: int, maybe: int) -> int:
        asked = asked & self.own_asks | self.other_asks | self.problem.burden
        return self.problem.days(added, asked, maybe | self.others)

    def offer(self, added: int, bits: int) -> None:
        """Keep this if it is the best so far; ``bits`` are all that it brings, what is asked among them."""
        weight = self.problem.weigh(bits)
        if self.best is not None and weight > self.best:
            return
        days = self._days(added, bits, 0)
        if self.best is None or (weight, days) < (self.best, self.best_days):
            self.best, self.best_days = weight, days
            self.best_added, self.best_bits = added, bits

    # How light it could be at least

    def bits(self, added: int, possible: int) -> int:
        """The burden that ``added`` brings for certain when no more than ``possible`` can be there in the end."""
        found = union(self._burden_of(added))
        for paper in self.papers:
            if not paper.owner & ~added and not all(mask & possible for mask in paper.proof):
                found |= paper.bit
        return found & ~self.problem.burden

    def _lower(self, added: int) -> int:
        hard = self._open(added)
        certain = self.bits(added, added | reached_from(hard, self.hard))
        return self.problem.weigh(certain) + self._lower_rest(hard, added, certain)

    def _lower_rest(self, hard: Iterable[Point], added: int, certain: int) -> int:
        """What the open points add at least: the weight of each bit is shared out among all that could bring it."""
        rest = 0
        for point in hard:
            rest += min(
                sum(self._share(extra, certain) for extra in bits_of(runs & ~added)) for _, runs in point.options
            )
        return -(-rest // SHARE)

    def _share(self, extra: int, certain: int) -> int:
        users, bits = self.shares[extra]
        return sum(share for bit, share in bits if not bit & certain) // users

    def _shares(self) -> dict[int, tuple[int, list[tuple[int, int]]]]:
        """For each extra how many points could use it, and for each of its bits the part of the weight it must bear."""
        bearers: dict[int, int] = {}
        for burden in self._burden_of(self.own_extras):
            for bit in bits_of(burden & ~self.problem.burden):
                bearers[bit] = bearers.get(bit, 0) + 1
        shares = {}
        for extra in bits_of(self.own_extras):
            users = sum(any(runs & extra for _, runs in point.options) for point in self.hard)
            own = self.problem.extras[extra.bit_length() - 1] & ~self.problem.burden
            weights = [
                (bit, self.problem.weights[bit.bit_length() - 1] * SHARE // bearers[bit]) for bit in bits_of(own)
            ]
            shares[extra] = max(users, 1), weights
        return shares

    def _burden_of(self, extras: int) -> list[int]:
        return [self.problem.extras[extra.bit_length() - 1] for extra in bits_of(extras)]


SHARE: Final = 27_720 * 1_000
"""Weights are shared out in this many parts (divisible by 1 to 12), rounded down so that a bound stays one."""


class _Asking:
    """What to ask once it is settled what is added: the rest of a component's branch and bound."""

    def __init__(self, component: Component, added: int) -> None:
        self.component = component
        self.problem = component.problem
        self.added = added
        self.certain = component.bits(added, added)
        self.seen: set[int] = set()

    def explore(self) -> None:
        """Offer the component the best ways to ask."""
        open_points = [
            [(asks, 0) for asks, runs in point.options if not runs & ~self.added]
            for point in self.component.points
            if not point.owner & ~self.added
        ]
        self._ask(0, [tuple(asks for asks, _ in least(usable)) for usable in open_points])

    def _ask(self, asked: int, left: list[tuple[int, ...]]) -> None:
        if asked in self.seen:
            return
        self.seen.add(asked)
        asked, left = self._settled(asked, left)
        certain = self.certain | asked & ~self.problem.burden
        if not left:
            self.component.offer(self.added, certain)
            return
        if self.component.is_over():
            return
        if not self.component.may_win(self._lower(certain, left), self.added, ~0, 0):
            return
        point = min(left, key=len)
        rest = [each for each in left if each is not point]
        for asks in point:
            self._ask(asked | asks, rest)

    def _settled(self, asked: int, left: list[tuple[int, ...]]) -> tuple[int, list[tuple[int, ...]]]:
        """Take what has one way only, and drop what is met by then."""
        while True:
            have = asked | self.certain | self.problem.burden
            left = [point for point in left if all(asks & ~have for asks in point)]
            single = union(point[0] for point in left if len(point) == 1)
            if not single:
                return asked, left
            asked |= single

    def _lower(self, certain: int, left: Sequence[tuple[int, ...]]) -> int:
        have = certain | self.problem.burden
        bearers: dict[int, int] = {}
        for point in left:
            for bit in bits_of(union(point) & ~have):
                bearers[bit] = bearers.get(bit, 0) + 1
        share = {bit: self.problem.weights[bit.bit_length() - 1] * SHARE // count for bit, count in bearers.items()}
        rest = sum(min(sum(share[bit] for bit in bits_of(asks & ~have)) for asks in point) for point in left)
        return self.problem.weigh(certain) + -(-rest // SHARE)
