"""A rule that passes cannot go wrong within its bounds; one that could is told where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.book import BEGIN, FORMULAS, book, figure, text, version

from tongban.policy import Input, Rule, Rulebook, choose, clip, flaws, half_up, larger, smaller, table
from tongban.policy.ranges import AnyOf, Range, UnsafeError, hull

PAIRS = st.tuples(st.integers(-50, 50), st.integers(0, 60), st.integers(0, 1000)).map(
    lambda found: (Range(found[0], found[0] + found[1]), found[0] + found[2] % (found[1] + 1))
)
"""A range and an integer in it."""


@given(PAIRS, PAIRS, st.integers(1, 9))
def test_whatever_integers_give_lies_in_what_their_ranges_give(
    one: tuple[Range, int], two: tuple[Range, int], divisor: int
) -> None:
    (range_one, a), (range_two, b) = one, two
    pairs = [
        (range_one + range_two, a + b),
        (range_one - range_two, a - b),
        (range_one * range_two, a * b),
        (range_one // divisor, a // divisor),
        (7 - range_one, 7 - a),
        (-range_one, -a),
        (7 + range_one, 7 + a),
        (7 * range_one, 7 * a),
        (half_up(range_one, divisor), half_up(a, divisor)),
        (smaller(range_one, range_two), smaller(a, b)),
        (larger(3, range_two), larger(3, b)),
        (clip(range_one, -5, range_two), clip(a, -5, b)),
        (choose(range_one < range_two, range_one, 4), a if a < b else 4),
        (choose((range_one == 3) & (range_two != 4) | (range_one >= 1), 1, range_two), b),
        (100 // larger(range_one, 1), 100 // max(a, 1)),
    ]
    assert [(found.least, found.most, got) for found, got in pairs if not found.least <= got <= found.most] == []


SMALL = [Range(least, most) for least, most in product(range(-3, 4), repeat=2) if least <= most]


@pytest.mark.parametrize(
    "what",
    [
        lambda one, two: one + two,
        lambda one, two: one - two,
        lambda one, two: one * two,
        lambda one, two: one // larger(two, 1),
        lambda one, two: 5 // larger(two, 1) - one,
        lambda one, two: -one + 2 * two,
        smaller,
        larger,
        lambda one, two: clip(one, -1, larger(two, -1)),
    ],
)
def test_ranges_are_as_narrow_as_can_be(what: Callable[[Any, Any], Any]) -> None:
    for one, two in product(SMALL, repeat=2):
        every = [what(a, b) for a in range(one.least, one.most + 1) for b in range(two.least, two.most + 1)]
        found = what(one, two)
        assert (found.least, found.most) == (min(every), max(every))


def test_a_table_gives_no_more_than_the_rows_between() -> None:
    rows = {1: 10, 2: 30, 3: 20, 9: 99}
    looked_up = table(Range(1, 3), rows)
    assert (looked_up.least, looked_up.most) == (10, 30)
    both = hull([1, Range(4, 5)])
    assert (both.least, both.most) == (1, 5)


@pytest.mark.parametrize(
    "unsafe",
    [
        lambda: Range(0, 2**62) * 2 + 1,
        lambda: Range(-(2**62), 0) * 2 - 1,
        lambda: Range(1, 2) // Range(0, 3),
        lambda: 5 // Range(-3, -1),
        lambda: table(Range(1, 4), {1: 1, 2: 2, 3: 3}),
        lambda: 1 if Range(0, 1) < 1 else 2,
        lambda: Range(0, 1) + "x",
        lambda: Range(0, 1) < "x",
    ],
)
def test_what_may_go_wrong_is_refused(unsafe: Any) -> None:  # noqa: ANN401
    with pytest.raises(UnsafeError):
        unsafe()


def test_the_largest_integer_is_still_safe() -> None:
    assert (Range(0, 2**62 - 1) * 2 + 1).most == 2**63 - 1


def test_a_sound_book_has_no_flaw() -> None:
    whole = book()
    assert [flaw for rule in whole.rules.values() for flaw in flaws(whole, rule)] == []


def squared(f: Any) -> None:  # noqa: ANN401
    f.base_fen = f.wage_fen * f.wage_fen * f.wage_fen * f.wage_fen * f.wage_fen


def divided(f: Any) -> None:  # noqa: ANN401
    f.base_fen = f.ceiling_fen // f.wage_fen


def branching(f: Any) -> None:  # noqa: ANN401
    f.base_fen = f.wage_fen if f.wage_fen > 2 * f.floor_fen else f.floor_fen


def by_floor(f: Any) -> None:  # noqa: ANN401
    f.base_fen = table(f.floor_fen, {3_000: 1, 3_050: 2})


def broken(f: Any) -> None:  # noqa: ANN401
    f.base_fen = f.nothing


@pytest.mark.parametrize("formula", [squared, divided, branching, by_floor, broken])
def test_a_flaw_names_the_figure(formula: Any) -> None:  # noqa: ANN401
    whole = book(base=formula)
    (flaw,) = flaws(whole, whole.rules["made/base"])
    assert flaw.figure == "base_fen"
    assert flaw.problem.zh
    assert flaws(whole, whole.rules["made/wait"]) == []


def test_every_version_is_proven() -> None:
    def overflowing(f: Any) -> None:  # noqa: ANN401
        f.employer_fen = f.base_fen * 2**60
        f.employee_fen = f.left_fen = 0

    whole = book(dues_of_old=overflowing)
    assert [flaw.figure for flaw in flaws(whole, whole.rules["made/dues"])] == ["employer_fen"]
    whole = book(dues=overflowing, dues_of_old=overflowing)
    assert len(flaws(whole, whole.rules["made/dues"])) == 2


def test_a_choice_needs_a_row_for_each_and_bounds_of_other_inputs_hold() -> None:
    def half_table(f: Any) -> None:  # noqa: ANN401
        f.employer_fen = table(f.trade, {"calm": 1})
        f.employee_fen = f.left_fen = 0

    whole = book(dues=half_table)
    (flaw,) = flaws(whole, whole.rules["made/dues"])
    assert "wild" in flaw.problem.en

    def gap(f: Any) -> None:  # noqa: ANN401
        f.days = (f.until - f.since) * 2**44
        f.months = 0

    whole = book(wait=gap)
    assert flaws(whole, whole.rules["made/wait"]) == []


def looked_up(rows: dict[int, int]) -> Any:  # noqa: ANN401
    def wait(f: Any) -> None:  # noqa: ANN401
        f.days = table(f.calm, rows)
        f.months = table(smaller(f.until - f.since, -55_000) + 55_000, {0: 1, **dict.fromkeys(range(-60_000, 0), 1)})

    return wait


@pytest.mark.parametrize(("rows", "count"), [({0: 1, 1: 1}, 0), ({0: 1}, 1), ({1: 1}, 1), ({0: 1, 1: 1, 2: 1}, 0)])
def test_inputs_stand_for_all_within_their_bounds_and_nothing_more(rows: dict[int, int], count: int) -> None:
    whole = book(wait=looked_up(rows))
    assert len(flaws(whole, whole.rules["made/wait"])) == count


def test_a_choice_that_is_compared_is_in_doubt() -> None:
    def compared(f: Any) -> None:  # noqa: ANN401
        f.employer_fen = choose(f.trade == "calm", 2**62, 0) * 2
        f.employee_fen = f.left_fen = 0

    whole = book(dues=compared)
    (flaw,) = flaws(whole, whole.rules["made/dues"])
    assert (flaw.figure, flaw.problem.en) == ("employer_fen", "it may grow larger than 64 bits hold")
    assert flaw.problem.zh == "可能超出 64 位整数"


def test_each_reason_is_told_in_both_languages() -> None:
    told = {}
    unsafe: dict[str, Callable[[], object]] = {
        "branch": lambda: 1 if Range(0, 1) < 1 else 2,
        "row": lambda: table(Range(1, 2), {1: 1}),
        "zero": lambda: Range(1, 2) // Range(0, 3),
        "option": lambda: table(AnyOf(("calm", "wild")), {"calm": 1}),
        "value": lambda: Range(1, 2) + "x",
    }
    for name, one in unsafe.items():
        with pytest.raises(UnsafeError) as caught:
            one()
        told[name] = (caught.value.text.zh, str(caught.value))
    assert told == {
        "branch": ("条件只能放进 choose", "a condition may stand in choose only"),
        "row": ("表里可能没有“2”这一行", "the table may have no row for “2”"),
        "zero": ("可能除以零或负数", "it may divide by nothing or by less"),
        "option": ("表里没有“wild”这一行", "the table has no row for “wild”"),
        "value": ("不能和这样的值一起算", "one cannot reckon with such a value"),
    }


def with_counts(looked_up: Any, *counts: tuple[str, str | int, str | int]) -> Rulebook:  # noqa: ANN401
    """A rulebook whose one rule is asked for counts, each with its bounds."""
    inputs = tuple(Input(name, text(name), "count", least, most) for name, least, most in counts)
    rule = Rule("made/one", text("one"), inputs, (figure("base_fen"),), ("base_fen",), (version("base", BEGIN),))
    return Rulebook({rule.id: rule}, {}, {"made/rules.base": looked_up})


@pytest.mark.parametrize(("rows", "count"), [(range(2, 6), 0), (range(2, 5), 1), (range(3, 6), 1)])
def test_an_input_is_bounded_by_the_bounds_of_its_bound(rows: range, count: int) -> None:
    def looked_up(f: Any) -> None:  # noqa: ANN401
        f.base_fen = table(f.one, dict.fromkeys(rows, 0))

    whole = with_counts(looked_up, ("one", "two", "two"), ("two", "three", "three"), ("three", 2, 5))
    assert len(flaws(whole, whole.rules["made/one"])) == count


def test_bounds_that_lead_to_each_other_are_a_flaw_of_the_rule() -> None:
    whole = with_counts(FORMULAS["made/rules.base"], ("one", 0, "two"), ("two", 0, "one"))
    (flaw,) = flaws(whole, whole.rules["made/one"])
    assert flaw.figure == "made/one"
    assert (flaw.problem.zh, flaw.problem.en) == ("输入的上下限互相指着", "the bounds of its inputs lead to each other")


def test_a_rule_is_proven_over_all_that_it_builds_on() -> None:
    def above(f: Any) -> None:  # noqa: ANN401
        f.top_fen = f.left_fen + f.base_fen

    whole = book(above=above)
    rule = replace(whole.rules["made/base"], id="made/top", figures=(figure("top_fen"),), builds_on=("made/dues",))
    top = replace(rule, versions=(replace(rule.versions[0], formula="made/rules.above", steps=(), parameters=()),))
    assert flaws(Rulebook({**whole.rules, top.id: top}, whole.parameters, whole.formulas), top) == []
