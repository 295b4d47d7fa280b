"""Columns give what integers give, row by row, and refuse what they cannot be sure of before they reckon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.policy.book import book

from tongban.policy import PolicyError, choose, clip, larger, reckon, smaller, table
from tongban.policy.columns import reckon_columns
from tongban.policy.values import month_of

NOVEMBER = date(2026, 11, 1)
ROWS = st.lists(st.tuples(st.integers(0, 100_000), st.sampled_from(["calm", "wild"])), min_size=1, max_size=20)


def frame(*rows: tuple[int, str], month: int = month_of(NOVEMBER)) -> pl.DataFrame:
    wages, trades = zip(*rows, strict=True)
    return pl.DataFrame({"month": [month] * len(rows), "wage_fen": wages, "trade": trades})


def mild(rows: pl.DataFrame) -> pl.DataFrame:
    """The trades as an enumeration with one that is no option."""
    return rows.with_columns(pl.col("trade").cast(pl.Enum(["calm", "mild", "wild"])))


@given(ROWS)
@settings(max_examples=examples(30))
def test_columns_give_what_integers_give(rows: list[tuple[int, str]]) -> None:
    found = reckon_columns(book(), "dues", frame(*rows), NOVEMBER)
    figures = ["base_fen", "employer_fen", "employee_fen", "left_fen"]
    assert set(found.select(figures).dtypes) == {pl.Int64}
    singly = [
        reckon(book(), "dues", {"month": "2026-11", "wage_fen": wage, "trade": trade}, NOVEMBER).values
        for wage, trade in rows
    ]
    assert found.select(figures).rows() == [tuple(one[name] for name in figures) for one in singly]


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), NOVEMBER), st.integers(0, 900), st.integers(0, 1)), min_size=1))
@settings(max_examples=examples(30))
def test_conditions_and_dates_are_the_same_in_columns(rows: list[tuple[date, int, int]]) -> None:
    since = [day.toordinal() for day, _, _ in rows]
    columns = {
        "since": since,
        "until": [day.toordinal() + more for day, more, _ in rows],
        "calm": [one[2] for one in rows],
    }
    found = reckon_columns(book(), "wait", pl.DataFrame(columns), NOVEMBER)
    singly = [
        reckon(
            book(), "wait", {"since": day, "until": date.fromordinal(day.toordinal() + more), "calm": calm}, NOVEMBER
        )
        for day, more, calm in rows
    ]
    assert found["months"].to_list() == [one.values["months"] for one in singly]


def test_a_lazy_frame_stays_lazy_and_what_is_not_said_is_otherwise() -> None:
    lazy = reckon_columns(book(), "dues", frame((5_000, "wild")).drop("trade").lazy(), NOVEMBER)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect()["employer_fen"].to_list() == [800]


def test_a_choice_may_come_as_an_enumeration() -> None:
    rows = frame((5_000, "wild"), (6_000, "calm"))
    found = reckon_columns(book(), "dues", rows, NOVEMBER)["employer_fen"].to_list()
    for options in (["calm", "wild"], ["wild", "mild", "calm"]):
        told = rows.with_columns(pl.col("trade").cast(pl.Enum(options)))
        assert reckon_columns(book(), "dues", told, NOVEMBER)["employer_fen"].to_list() == found
    few = frame((5_000, "wild")).with_columns(pl.col("trade").cast(pl.Enum(["wild"])))
    assert reckon_columns(book(), "dues", few, NOVEMBER)["employer_fen"].to_list() == found[:1]


def test_a_bound_that_is_a_column_holds_in_each_row() -> None:
    rows = pl.DataFrame({"since": [9, 5], "until": [9, 4]})
    with pytest.raises(PolicyError) as caught:
        reckon_columns(book(), "wait", rows, NOVEMBER)
    assert [(one.code, one.at) for one in caught.value.issues] == [("out-of-range", "since")]


def test_a_table_of_nobody_is_reckoned() -> None:
    assert reckon_columns(book(), "dues", frame((1, "calm")).clear(), NOVEMBER)["left_fen"].to_list() == []


@pytest.mark.parametrize(
    ("wrong", "code", "at"),
    [
        (lambda: frame((1, "calm"), (100_001, "calm")), "out-of-range", "wage_fen"),
        (lambda: frame((-1, "calm")), "out-of-range", "wage_fen"),
        (lambda: frame((1, "calm"), (1, "mild")), "out-of-range", "trade"),
        (lambda: mild(frame((1, "calm"), (1, "mild"))), "out-of-range", "trade"),
        (lambda: mild(frame((1, "calm")).with_columns(trade=pl.lit(None, pl.String))), "out-of-range", "trade"),
        (lambda: frame((1, "calm"), month=month_of(date(2024, 6, 1))), "out-of-range", "month"),
        (lambda: frame((1, "calm"), month=month_of(date(2027, 1, 1))), "out-of-range", "month"),
        (lambda: frame((1, "calm")).with_columns(wage_fen=pl.lit(None, pl.Int64)), "out-of-range", "wage_fen"),
        (lambda: frame((1, "calm")).drop("wage_fen"), "missing-fact", "wage_fen"),
    ],
)
def test_a_table_with_rows_outside_is_refused_whole(wrong: Callable[[], pl.DataFrame], code: str, at: str) -> None:
    """The tables are made here, not while tests are collected: threads of Polars outlive no fork (`tests/mutants`)."""
    with pytest.raises(PolicyError) as caught:
        reckon_columns(book(), "dues", wrong(), NOVEMBER)
    assert [(one.code, one.at) for one in caught.value.issues] == [(code, at)]


def test_all_months_in_which_nothing_changes_may_stand_in_one_table() -> None:
    months = [month_of(date(2024, 7, 1)), month_of(date(2026, 12, 1))]
    rows = pl.DataFrame({"month": months, "wage_fen": [1, 2]})
    assert reckon_columns(book(), "base", rows, NOVEMBER)["base_fen"].to_list() == [3_100, 3_100]


def test_what_could_wrap_is_refused_before_it_is_reckoned() -> None:
    def huge(f: Any) -> None:  # noqa: ANN401
        f.base_fen = f.wage_fen * 2**60

    small = pl.DataFrame({"month": [month_of(NOVEMBER)], "wage_fen": [1]})
    with pytest.raises(PolicyError) as caught:
        reckon_columns(book(base=huge), "base", small, NOVEMBER)
    assert (caught.value.code, caught.value.issues[0].at) == ("figure-too-large", "base_fen")


def every_operator(f: Any) -> None:  # noqa: ANN401
    f.base_fen = 7 + f.wage_fen * 3 + 2 * f.wage_fen
    f.base_fen = f.base_fen + (9 - f.wage_fen) * 2 + 100_000 // larger(f.wage_fen, 3)
    f.base_fen = choose(f.wage_fen > 5, f.base_fen, -1) + choose(f.wage_fen != 2, 10, 20)
    f.base_fen = f.base_fen + choose((f.wage_fen == 4) | (f.wage_fen <= 1), 1_000, 0) + choose(f.wage_fen >= 9, 1, 0)
    f.base_fen = f.base_fen + choose((f.wage_fen > 3) & (f.wage_fen < 8), 5, smaller(f.wage_fen, 2))
    f.base_fen = f.base_fen + table(clip(f.wage_fen, 1, 4), {1: f.floor_fen, 2: 5, 3: 6, 4: -f.wage_fen})


def test_every_operator_means_the_same_on_columns() -> None:
    whole = book(base=every_operator)
    wages = list(range(40))
    rows = pl.DataFrame({"month": [month_of(NOVEMBER)] * len(wages), "wage_fen": wages})
    found = reckon_columns(whole, "base", rows, NOVEMBER)["base_fen"].to_list()
    assert found == [
        reckon(whole, "base", {"month": "2026-11", "wage_fen": one}, NOVEMBER).values["base_fen"] for one in wages
    ]
