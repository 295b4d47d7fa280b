"""The search itself, on bare masks: nothing that meets all points weighs less, and of equals the fastest is found."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tongban.planner.masks import bits_of
from tongban.planner.precedence import order_of
from tongban.planner.search import Paper, Point, Problem, Solution, least, solve

EXTRAS, BITS = 3, 4
ASKS, RUNS = st.integers(0, 2**BITS - 1), st.integers(1, 2**EXTRAS - 1)
POINTS = st.builds(
    lambda owner, options: Point(owner, least(options)),
    st.sampled_from([0, 0, 1, 2, 4]),
    # What can be asked is asked and not made for it, so no point offers both.
    st.lists(st.tuples(ASKS, st.just(0)), min_size=1, max_size=3)
    | st.lists(st.tuples(st.just(0), RUNS), min_size=1, max_size=3),
)
PROBLEMS = st.builds(
    Problem,
    st.lists(st.integers(1, 3), min_size=BITS, max_size=BITS),
    st.sampled_from([0, 0, 1, 8]),
    st.lists(ASKS, min_size=EXTRAS, max_size=EXTRAS),
    st.lists(POINTS, max_size=4),
    st.just([]),
    st.just(lambda added, _asked, maybe: (added & ~maybe).bit_count()),
)


def best(problem: Problem) -> tuple[int, int]:
    """Weight and days of the best there is, found by trying everything."""
    tried = []
    for added, bits in product(range(2**EXTRAS), range(2**BITS)):
        carried = problem.burden | bits
        for extra in bits_of(added):
            carried |= problem.extras[extra.bit_length() - 1]
        is_met = all(
            point.owner & ~added or any(not (asks & ~carried or runs & ~added) for asks, runs in point.options)
            for point in problem.points
        )
        if is_met:
            weight = sum(problem.weights[bit] for bit in range(BITS) if carried >> bit & 1)
            tried.append((weight, problem.days(added, carried, 0)))
    return min(tried)


@given(PROBLEMS)
def test_nothing_that_meets_all_points_is_better(problem: Problem) -> None:
    found = solve(problem)
    assert isinstance(found, Solution)
    assert found.proven
    assert (found.weight, found.days) == (found.lower_weight, found.lower_days) == best(problem)


def test_two_choices_that_are_slow_only_together_are_made_together() -> None:
    def days(added: int, _asked: int, maybe: int) -> int:
        return 9 if not 0b0101 & ~(added & ~maybe) else 1

    points = [Point(0, ((0, 0b0001), (0, 0b0010))), Point(0, ((0, 0b0100), (0, 0b1000)))]
    found = solve(Problem([1, 1, 1, 1], 0, [0b0001, 0b0010, 0b0100, 0b1000], points, [], days))
    assert found is not None
    assert (found.weight, found.days, found.proven) == (2, 1, True)
    assert (found.lower_weight, found.lower_days) == (2, 1)


def test_of_two_ways_that_weigh_the_same_the_one_that_spares_a_paper_is_taken() -> None:
    way, other, paper = 0b01, 0b10, 0b100
    points = [Point(0, ((0, way), (0, other)))]
    for proof, weight, added in (((other,), 1, other), ((way,), 1, way), ((way, other), 2, way), ((0b100,), 2, way)):
        for weights in ([1, 1, 1], [1, 1, 1, 5]):
            found = solve(Problem(weights, 0, [way, other], points, [Paper(paper, 0, proof)], lambda *_: 0))
            assert found is not None
            assert (found.weight, found.added, found.bits) == (weight, added, added | (paper if weight == 2 else 0))


def test_of_options_those_stay_that_no_other_is_a_part_of() -> None:
    assert least([(0b11, 0), (0b01, 0), (0b01, 0b1), (0b10, 0b1)]) == ((0b01, 0), (0b10, 0b1))
    assert least([(0b11, 0), (0, 0)]) == ((0, 0),)
    assert least([(0, 0b11), (0, 0b10), (0, 0b01)]) == ((0, 0b10), (0, 0b01))


def test_who_feeds_goes_first_and_a_circle_begins_where_there_is_another_way() -> None:
    assert order_of([{1}, {2}, set()], [set(), set(), set()]) == [2, 1, 0]
    assert order_of([{2}, {0}, {1}], [{2}, {0}, set()]) == [2, 0, 1]
    assert order_of([{1}, {0}, {3, 0}, {2}], [{1}, {0}, {3}, set()]) == [0, 1, 3, 2]
