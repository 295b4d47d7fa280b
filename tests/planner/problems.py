"""Random bare problems of least burden, small enough to try everything there is to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tongban.planner.masks import bits_of, union
from tongban.planner.search import Option, Paper, Point, Problem, least


@dataclass(frozen=True)
class Size:
    """How large a problem is. Of its burdens the first may be asked, and enough proof takes the last two away."""

    questions: int
    extras: int
    points: int
    most: int = 2
    """How many options, bits and extras come together; where it is one, the problem falls apart."""

    @property
    def bits(self) -> int:
        """How many burdens there are: one may neither be asked nor taken away."""
        return self.questions + 3


SMALL = Size(5, 5, 7)
LOOSE = Size(5, 5, 4, most=1)
LARGE = Size(14, 14, 16)
"""Too large to try everything."""


def problem(random: Random, size: Size) -> Problem:
    """A problem without circles: what an extra needs is met by later ones."""
    kind = random.choice(["asked", "made", "either", "either"])
    points = [_point(random, size, kind) for _ in range(random.randint(size.points // 2, size.points))]
    return Problem(
        [random.choice([1, 1, 2]) for _ in range(size.bits)],
        random.choice([0, _some(random, range(size.bits - 2), size.most)]),
        [_some(random, range(size.bits), size.most) for _ in range(size.extras)],
        [*dict.fromkeys(points)],
        [_paper(random, size, bit) for bit in (size.bits - 2, size.bits - 1) if random.random() < 0.5],
        _waiting(random, size),
    )


def _point(random: Random, size: Size, kind: str) -> Point:
    owner = random.choice([0, 0, 0, *(1 << extra for extra in range(size.extras - 1))])
    questions, later = range(size.questions), range(owner.bit_length(), size.extras)
    asked = [(_some(random, questions, 2 * size.most - 1), 0) for _ in range(random.randint(1, 2 * size.most))]
    made = [
        (random.choice([0, 0, _some(random, questions, size.most)]), _some(random, later, size.most))
        for _ in range(random.randint(1, size.most + 1))
    ]
    either = random.choice([asked, made, [*made, *asked]])
    return Point(owner, least({"asked": asked, "made": made, "either": either}[kind]))


def _paper(random: Random, size: Size, bit: int) -> Paper:
    extras = range(size.extras)
    proof = tuple(_some(random, extras, size.most) for _ in range(random.randint(1, 2)))
    return Paper(1 << bit, random.choice([0, *(1 << extra for extra in extras)]), proof)


def _some(random: Random, places: Sequence[int], most: int) -> int:
    """As many bits, or fewer."""
    return union(1 << random.choice(places) for _ in range(most))


def _waiting(random: Random, size: Size) -> Callable[[int, int, int], int]:
    """Days of a few runs: each is there with an extra or always, and waits unless something spares it that."""
    owners = [0, 0, *(1 << extra for extra in range(size.extras))]
    runs = [
        (
            random.choice(owners),
            random.randint(0, 9),
            _some(random, range(size.questions), size.most),
            random.choice([0, _some(random, range(size.extras), size.most)]),
        )
        for _ in range(4)
    ]

    def days(added: int, asked: int, maybe: int) -> int:
        there = [run for run in runs if not run[0] & ~added and not run[0] & maybe]
        return max((wait for _, wait, ask, make in there if not (asked & ask or (added | maybe) & make)), default=0)

    return days


def apart(given: Problem) -> list[tuple[list[Point], list[Paper]]]:
    """The points and papers of each part that shares no burden and no extra, by joining whatever does."""
    things: list[tuple[int, list[Point], list[Paper]]] = [
        *((1 << SMALL.bits + extra | burden & ~given.burden, [], []) for extra, burden in enumerate(given.extras)),
        *((_touched(given, point), [point], []) for point in given.points),
        *((paper.bit | union([paper.owner, *paper.proof]) << SMALL.bits, [], [paper]) for paper in given.papers),
    ]
    groups: list[tuple[int, list[Point], list[Paper]]] = []
    for thing in things:
        joined = [thing, *(group for group in groups if group[0] & thing[0])]
        groups = [group for group in groups if not group[0] & thing[0]]
        groups.append(
            (
                union(mask for mask, _, _ in joined),
                sorted((each for _, points, _ in joined for each in points), key=given.points.index),
                sorted((each for _, _, papers in joined for each in papers), key=given.papers.index),
            )
        )
    found = [(points, papers) for _, points, papers in groups if points]
    return sorted(found, key=lambda each: given.points.index(each[0][0]))


def _touched(given: Problem, point: Point) -> int:
    asks, runs = (union(each) for each in zip(*point.options, strict=True))
    return asks & ~given.burden | (point.owner | runs) << SMALL.bits


def best(given: Problem) -> tuple[int, int]:
    """Weight and days of the best there is, found by trying everything.

    What can be asked is asked: extras are added only for points that nothing else meets, and none to spare.
    """
    return min(one for added in range(2**SMALL.extras) if _is_needed(given, added) for one in _ways_with(given, added))


def _is_needed(given: Problem, added: int) -> bool:
    """Whether these extras meet all hard points, and would not without one of them."""
    enough, *fewer = (
        all(
            point.owner & ~some or any(not runs & ~some for _, runs in point.options)
            for point in given.points
            if all(runs for _, runs in point.options)
        )
        for some in [added, *(added & ~extra for extra in bits_of(added))]
    )
    return enough and not any(fewer)


def _ways_with(given: Problem, added: int) -> Iterator[tuple[int, int]]:
    """Weight and days of all that can be asked when these are added."""
    owed = given.burden | union(given.extras[extra.bit_length() - 1] for extra in bits_of(added))
    for paper in given.papers:
        if not paper.owner & ~added and not all(mask & added for mask in paper.proof):
            owed |= paper.bit

    def is_met(option: Option, carried: int) -> bool:
        return not option[0] & ~carried and not option[1] & ~added

    open_points = [point.options for point in given.points if not point.owner & ~added]
    for carried in {owed | asked for asked in range(2**SMALL.questions)}:
        if all(any(is_met(option, carried) for option in options) for options in open_points):
            weight = sum(weight for bit, weight in enumerate(given.weights) if carried >> bit & 1)
            yield weight, given.days(added, carried, 0)
