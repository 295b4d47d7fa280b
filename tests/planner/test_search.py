"""The search itself, on bare masks: nothing that meets all points weighs less, and of equals the fastest is found."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.examples import examples
from tests.planner.problems import LARGE, LOOSE, SMALL, Size, apart, best, problem

from tongban.planner.components import components
from tongban.planner.precedence import order_of
from tongban.planner.search import Paper, Point, Problem, least, solve


def problems(count: int, *sizes: Size) -> Iterator[Problem]:
    """Random problems, the same ones every time."""
    return (problem(Random(seed), size) for seed in range(count) for size in sizes)  # noqa: S311 -- only for tests


def test_nothing_that_meets_all_points_is_better() -> None:
    for one in problems(examples(750), SMALL, LOOSE):
        found = solve(one)
        assert found.proven
        assert (found.weight, found.days) == (found.lower_weight, found.lower_days) == best(one)
        assert (found.weight, found.days) == (one.weigh(found.bits), one.days(found.added, found.bits, 0))


def test_a_search_cut_short_says_so_and_its_bound_holds() -> None:
    for one in problems(examples(250), SMALL, LOOSE):
        whole = solve(one)
        for most in range(whole.nodes):
            cut = solve(one, most)
            assert one.weigh(one.burden) <= cut.lower_weight <= whole.weight
            assert cut.lower_days <= whole.days
            assert (whole.weight, whole.days) <= (cut.weight, cut.days)
            assert not cut.proven or (cut.weight, cut.days) == (whole.weight, whole.days)
        assert solve(one, whole.nodes) == whole
    for one in problems(examples(250), LARGE):
        whole, cut = solve(one), solve(one, 1)
        assert cut.lower_weight <= whole.weight <= cut.weight
        assert cut.lower_days <= whole.days


def test_the_search_looks_no_further_than_it_must_nor_than_it_may() -> None:
    for size, whole, cut in ((SMALL, 824, 789), (LOOSE, 521, 513), (LARGE, 1_860, 1_375)):
        found = list(problems(300, size))
        assert sum(solve(one).nodes for one in found) == whole
        assert sum(solve(one, 2).nodes for one in found) == cut


def test_components_share_nothing_and_cannot_be_taken_apart_further() -> None:
    for one in problems(examples(500), SMALL, LOOSE):
        assert list(components(one)) == apart(one)


def test_two_choices_that_are_slow_only_together_are_made_together() -> None:
    def days(added: int, _asked: int, maybe: int) -> int:
        return 9 if not 0b0101 & ~(added & ~maybe) else 1

    points = [Point(0, ((0, 0b0001), (0, 0b0010))), Point(0, ((0, 0b0100), (0, 0b1000)))]
    found = solve(Problem([1, 1, 1, 1], 0, [0b0001, 0b0010, 0b0100, 0b1000], points, [], days))
    assert (found.weight, found.days, found.proven) == (2, 1, True)
    assert (found.lower_weight, found.lower_days) == (2, 1)


def test_what_is_asked_or_added_elsewhere_is_counted_on_when_days_are_compared() -> None:
    slow, fast, asked, other = 0b01, 0b10, 0b100, 0b100

    def days(added: int, there: int, maybe: int) -> int:
        return max(0 if there & asked or (added | maybe) & other else 9, 5 if slow & added & ~maybe else 1)

    for option in ((asked, 0), (0, other)):
        points = [Point(0, ((0, slow), (0, fast))), Point(0, (option,))]
        found = solve(Problem([1, 1, 1], 0, [0b001, 0b010, 0], points, [], days))
        assert (found.added & ~other, found.days, found.lower_days) == (fast, 1, 1)


def test_of_questions_that_weigh_the_same_the_one_that_spares_days_is_asked() -> None:
    for fast, slow in ((0b0001, 0b0010), (0b0010, 0b0001)):

        def days(_added: int, asked: int, _maybe: int, fast: int = fast) -> int:
            return 1 if asked & fast else 9

        points = [Point(0, ((slow, 0), (fast, 0))), Point(0, ((0b0100, 0), (slow | 0b1000, 0)))]
        one = Problem([1, 1, 1, 1], 0, [], points, [], days)
        assert (solve(one).weight, solve(one).days) == (2, 1)
        assert solve(one, 0).lower_days <= 1


def test_where_all_together_is_no_better_what_the_parts_found_stands() -> None:
    points = [Point(0, ((0, 0b01),)), Point(0, ((0, 0b10),))]

    def days(added: int, _asked: int, maybe: int) -> int:
        return 5 if added & ~maybe == 0b11 else 1

    found = solve(Problem([1, 1, 1, 1], 0, [0b0100, 0b1000], points, [], days))
    assert (found.added, found.bits, found.weight, found.days) == (0b11, 0b1100, 2, 5)


def test_of_two_ways_that_weigh_the_same_the_one_that_spares_a_paper_is_taken() -> None:
    way, other, paper = 0b01, 0b10, 0b100
    points = [Point(0, ((0, way), (0, other)))]
    for proof, weight, added in (((other,), 1, other), ((way,), 1, way), ((way, other), 2, way), ((0b100,), 2, way)):
        for weights in ([1, 1, 1], [1, 1, 1, 5]):
            found = solve(Problem(weights, 0, [way, other], points, [Paper(paper, 0, proof)], lambda *_: 0))
            assert (found.weight, found.added, found.bits) == (weight, added, added | (paper if weight == 2 else 0))


def test_of_options_those_stay_that_no_other_is_a_part_of() -> None:
    assert least([(0b11, 0), (0b01, 0), (0b01, 0b1), (0b10, 0b1)]) == ((0b01, 0), (0b10, 0b1))
    assert least([(0b11, 0), (0, 0)]) == ((0, 0),)
    assert least([(0, 0b11), (0, 0b10), (0, 0b01)]) == ((0, 0b10), (0, 0b01))


def test_who_feeds_goes_first_and_a_circle_begins_where_there_is_another_way() -> None:
    assert order_of([{1}, {2}, set()], [set(), set(), set()]) == [2, 1, 0]
    assert order_of([{1}, {2}, {1}], [set(), set(), set()]) == [1, 0, 2]
    assert order_of([{2}, {0}, {1}], [{2}, {0}, set()]) == [2, 0, 1]
    assert order_of([{1}, {0}, {3, 0}, {2}], [{1}, {0}, {3}, set()]) == [0, 1, 3, 2]
