"""The quick arithmetic gives what counting day by day gives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.clock import Calendar, ClockError, Limit, add_workdays, due, next_workday, working_days_between
from tongban.clock.units import LONGEST_DAYS

DAYS = st.dates(date(2021, 1, 1), date(2028, 12, 31))
EVERY_DAY = Calendar.plain(())


@given(DAYS, DAYS)
def test_between_equals_counting(cn: Calendar, start: date, end: date) -> None:
    first, last = sorted((start, end))
    counted = sum(cn.is_workday(first + timedelta(number)) for number in range(1, (last - first).days + 1))
    assert working_days_between(cn, start, end) == (counted if start <= end else -counted)


@given(DAYS, st.integers(-600, 600))
def test_adding_equals_walking(cn: Calendar, start: date, count: int) -> None:
    assert add_workdays(cn, start, count) == due(cn, start, Limit(count, "workday")).due


@given(DAYS, st.integers(1, 600))
def test_adding_and_counting_undo_each_other(cn: Calendar, start: date, count: int) -> None:
    assert working_days_between(cn, start, add_workdays(cn, start, count)) == count


def test_next_workday(cn: Calendar) -> None:
    assert next_workday(cn, date(2026, 2, 14)) == date(2026, 2, 24)
    assert next_workday(cn, date(2026, 2, 13)) == date(2026, 2, 14)


def test_a_year_without_a_workday_is_passed_over() -> None:
    sabbath = Calendar.plain((), [date(2026, 1, 1) + timedelta(number) for number in range(365)])
    assert next_workday(sabbath, date(2025, 12, 31)) == date(2027, 1, 1)
    assert add_workdays(sabbath, date(2027, 1, 1), -1) == date(2025, 12, 31)
    assert working_days_between(sabbath, date(2025, 12, 31), date(2027, 1, 1)) == 1


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2000, 12, 31), date(2000, 12, 31) + timedelta(LONGEST_DAYS)),
        (date(2001, 1, 1), date(2001, 1, 1) + timedelta(LONGEST_DAYS)),
        (date(9998, 12, 31), date(9999, 1, 1)),
        (date(1, 12, 31), date(2, 1, 1)),
    ],
)
def test_the_longest_spans_and_the_first_and_last_years_are_within_reach(start: date, end: date) -> None:
    days = (end - start).days
    assert add_workdays(EVERY_DAY, start, days) == end
    assert add_workdays(EVERY_DAY, end, -days) == start
    assert working_days_between(EVERY_DAY, start, end) == days


def test_nothing_runs_for_ever(cn: Calendar) -> None:
    never = Calendar.plain(range(1, 8))
    for ask in (
        lambda: next_workday(never, date(2026, 1, 1)),
        lambda: add_workdays(cn, date(2026, 1, 1), 10**30),
        lambda: add_workdays(EVERY_DAY, date(2026, 1, 1), LONGEST_DAYS + 1),
        lambda: working_days_between(EVERY_DAY, date(2026, 1, 1), date(2026, 1, 1) + timedelta(LONGEST_DAYS + 1)),
        lambda: add_workdays(cn, date(9999, 12, 30), 5),
        lambda: add_workdays(cn, date(1, 1, 2), -5),
        lambda: working_days_between(cn, date(1, 1, 1), date(9999, 1, 1)),
    ):
        with pytest.raises(ClockError) as refusal:
            ask()
        assert refusal.value.code == "too-far"
