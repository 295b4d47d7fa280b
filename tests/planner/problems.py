"""Random bare problems of least burden, small enough to try everything there is to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tongban.planner.masks import bits_of, union
from tongban.planner.search import Option, Paper, Point, Problem, least

BITS, EXTRAS = 8, 5
QUESTIONS, TRIPS, PAPERS = 0b0001_1111, 0b0010_0000, 0b1100_0000
"""The bits of a burden: what can be asked, what an extra brings, and what enough proof takes away."""

ALL = 2**EXTRAS - 1


def problem(random: Random) -> Problem:
    """A problem without circles: what an extra needs is met by later ones."""
    burden = random.choice([0, 0, random.randrange(2**BITS) & (QUESTIONS | TRIPS)])
    is_sparse = random.random() < 0.5  # few burdens and points, so that it falls apart
    mask = 1 << random.randrange(BITS) if is_sparse else -1
    extras = [random.randrange(2**BITS) & random.randrange(2**BITS) & mask for _ in range(EXTRAS)]
    points = [*dict.fromkeys(_point(random) for _ in range(random.randint(2, 3 if is_sparse else 7)))]
    papers = [_paper(random, bit) for bit in bits_of(PAPERS) if random.random() < 0.5]
    return Problem([random.randint(1, 3) for _ in range(BITS)], burden, extras, points, papers, waiting(random))


def _point(random: Random) -> Point:
    owner = random.choice([0, 0, 0, *bits_of(ALL >> 1)])
    later = ALL & -(owner << 1) if owner else ALL
    asked = [(_some(random, QUESTIONS), 0) for _ in range(random.randint(1, 3))]
    made = [
        (random.choice([0, 0, _some(random, QUESTIONS)]), _some(random, later)) for _ in range(random.randint(1, 3))
    ]
    return Point(owner, least(random.choice([asked, made, made, [*made, *asked]])))


def _paper(random: Random, bit: int) -> Paper:
    proof = tuple(_some(random, ALL) for _ in range(random.randint(1, 2)))
    return Paper(bit, random.choice([0, *bits_of(ALL)]), proof)


def _some(random: Random, mask: int) -> int:
    """One or two bits of a mask."""
    bits = [*bits_of(mask)]
    return random.choice(bits) | random.choice(bits)


def waiting(random: Random) -> Callable[[int, int, int], int]:
    """Days of a few runs: each is there with an extra or always, and waits unless something spares it that."""
    runs = [
        (random.choice([0, *bits_of(ALL)]), random.randint(0, 9), _some(random, QUESTIONS), _some(random, ALL))
        for _ in range(3)
    ]

    def days(added: int, asked: int, maybe: int) -> int:
        there = [run for run in runs if not run[0] & ~added and not run[0] & maybe]
        return max((wait for _, wait, ask, make in there if not (asked & ask or (added | maybe) & make)), default=0)

    return days


def apart(given: Problem) -> list[tuple[list[Point], list[Paper]]]:
    """The points and papers of each part that shares no burden and no extra, by joining whatever does."""
    things: list[tuple[int, list[Point], list[Paper]]] = [
        *((1 << BITS + extra | burden & ~given.burden, [], []) for extra, burden in enumerate(given.extras)),
        *((_touched(given, point), [point], []) for point in given.points),
        *((paper.bit | union([paper.owner, *paper.proof]) << BITS, [], [paper]) for paper in given.papers),
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
    return asks & ~given.burden | (point.owner | runs) << BITS


def best(given: Problem) -> tuple[int, int]:
    """Weight and days of the best there is, found by trying everything.

    What can be asked is asked: extras are added only for points that nothing else meets, and none to spare.
    """
    return min(one for added in range(ALL + 1) if _is_needed(given, added) for one in _ways_with(given, added))


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
    for carried in {owed | asked for asked in range(QUESTIONS + 1)}:
        if all(any(is_met(option, carried) for option in options) for options in open_points):
            weight = sum(weight for bit, weight in enumerate(given.weights) if carried >> bit & 1)
            yield weight, given.days(added, carried, 0)
