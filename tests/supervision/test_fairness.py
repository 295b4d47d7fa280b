"""Departments are compared by what they have to do: none is blamed for the services it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongban.supervision.fairness import Line, compared

CASES = some.integers(0, 50).flatmap(lambda cases: some.tuples(some.just(cases), some.integers(0, cases)))
LINES = some.lists(
    some.tuples(some.sampled_from("abc"), some.sampled_from("wxyz"), CASES).map(lambda one: (*one[:2], *one[2])),
    max_size=20,
)


@given(LINES)
def test_what_is_expected_adds_up_to_what_is_late(lines: list[Line]) -> None:
    found = compared(lines)
    assert sum(one.expected for one in found) == pytest.approx(sum(late for *_, late in lines))
    assert sum(one.late for one in found) == sum(late for *_, late in lines)
    assert sum(one.cases for one in found) == sum(cases for _, _, cases, _ in lines)


@given(LINES, some.permutations(range(20)))
def test_neither_order_nor_how_lines_are_cut_matters(lines: list[Line], order: list[int]) -> None:
    shuffled = [lines[n] for n in order if n < len(lines)]
    cut = [(group, service, 0, 0) for group, service, *_ in shuffled]
    for one, other in zip(compared(lines), compared([*shuffled, *cut]), strict=True):
        assert (one.group, one.cases, one.late) == (other.group, other.cases, other.late)
        assert one.expected == pytest.approx(other.expected)


def test_whoever_has_the_hard_services_is_not_the_slow_one_for_that() -> None:
    hard = [("builders", "permit", 100, 30), ("others", "permit", 100, 30), ("others", "card", 900, 9)]
    rates = {one.group: one.per_mille for one in compared(hard)}
    assert rates["builders"] == pytest.approx(rates["others"])


def test_a_department_that_has_nothing_late_anywhere_has_none() -> None:
    (one,) = compared([("a", "x", 3, 0)])
    assert one.per_mille == 0
    assert compared([]) == []
