"""Lights: a fifth left is yellow, the deadline is red, and red counts whole limits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.clock import SHANGHAI, Calendar, Limit, Pause, due, light, lights, overdue_multiple

STARTS = st.dates(date(2022, 1, 1), date(2026, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("limit", "yellow", "red"),
    [
        ("1 workday", "2026-03-03T00:00", "2026-03-04T00:00"),
        ("5 workdays", "2026-03-07T00:00", "2026-03-10T00:00"),
        ("10 workdays", "2026-03-13T00:00", "2026-03-17T00:00"),
        ("20 workdays", "2026-03-25T00:00", "2026-03-31T00:00"),
        ("15 days", "2026-03-15T00:00", "2026-03-18T00:00"),
        ("0 days", "2026-03-02T00:00", "2026-03-03T00:00"),
        ("-3 days", "2026-02-27T00:00", "2026-02-28T00:00"),
    ],
)
def test_a_due_date_is_red_when_its_day_is_over(cn: Calendar, limit: str, yellow: str, red: str) -> None:
    assert lights(due(cn, date(2026, 3, 2), Limit.parse(limit))) == (at(yellow), at(red))


@pytest.mark.parametrize(
    ("limit", "yellow", "red"),
    [
        ("2 hours", "2026-03-02T10:00", "2026-03-02T11:00"),
        ("24 hours", "2026-03-03T05:00", "2026-03-03T09:00"),
        ("5 workdays", "2026-03-06T09:00", "2026-03-09T09:00"),
    ],
)
def test_a_due_moment_is_red_at_that_moment(cn: Calendar, limit: str, yellow: str, red: str) -> None:
    assert lights(due(cn, at("2026-03-02T09:00"), Limit.parse(limit))) == (at(yellow), at(red))


def test_the_light_of_one_unit_is_yellow_as_soon_as_it_runs(cn: Calendar) -> None:
    friday = date(2026, 3, 6)
    assert lights(due(cn, friday, Limit(1, "workday"))) == (at("2026-03-07T00:00"), at("2026-03-10T00:00"))


def test_the_last_hours_are_counted_outside_a_pause(cn: Calendar) -> None:
    pause = Pause(at("2026-03-02T17:00"), at("2026-03-02T20:00"))
    answer = due(cn, at("2026-03-02T09:00"), Limit(10, "hour"), pauses=[pause])
    assert lights(answer) == (at("2026-03-02T17:00"), at("2026-03-02T22:00"))


@given(STARTS, st.integers(1, 90), st.sampled_from(["workday", "day"]))
def test_yellow_leaves_a_fifth_and_at_least_the_last(cn: Calendar, start: date, count: int, unit: str) -> None:
    answer = due(cn, start, Limit.parse(f"{count} {unit}"))
    yellow_at, due_at = lights(answer)
    left = sum(
        day.counted for day in answer.days if datetime.combine(day.date, yellow_at.time(), SHANGHAI) >= yellow_at
    )
    assert left == max(1, count // 5)
    assert due_at - yellow_at >= timedelta(days=1)


@given(STARTS, st.integers(1, 30), st.sampled_from(["next", "previous"]))
def test_there_is_a_yellow_before_every_red(cn: Calendar, start: date, count: int, roll: str) -> None:
    yellow_at, due_at = lights(due(cn, start, Limit(count, "day"), roll="next" if roll == "next" else "previous"))
    assert yellow_at < due_at
    tick = timedelta.resolution
    assert light(yellow_at - tick, yellow_at, due_at) == "green"
    assert light(yellow_at, yellow_at, due_at) == light(due_at - tick, yellow_at, due_at) == "yellow"
    assert light(due_at, yellow_at, due_at) == "red"


@given(STARTS, st.integers(1, 40), st.integers(1, 6), st.sampled_from(["workday", "day", "week"]))
def test_red_counts_whole_limits(cn: Calendar, start: date, count: int, times: int, unit: str) -> None:
    limit = Limit.parse(f"{count} {unit}")
    due_at = lights(due(cn, start, limit))[1]
    many_over = lights(due(cn, start, Limit(count * times, limit.unit)))[1]
    assert overdue_multiple(cn, due_at, limit, many_over) == times
    assert overdue_multiple(cn, due_at, limit, many_over - timedelta.resolution) == times - 1


@pytest.mark.parametrize(
    ("due_at", "limit", "now", "multiple"),
    [
        ("2026-03-02T09:00", "2 hours", "2026-03-02T08:59", 0),
        ("2026-03-02T09:00", "2 hours", "2026-03-02T10:59", 1),
        ("2026-03-02T09:00", "2 hours", "2026-03-02T13:00", 3),
        ("2026-03-02T09:00", "1 workday", "2026-03-03T08:59", 1),
        ("2026-03-02T09:00", "1 workday", "2026-03-03T09:00", 2),
        ("2026-02-01T00:00", "1 month", "2026-02-28T23:59", 1),
        ("2026-01-31T00:00", "1 month", "2026-02-28T00:00", 1),
        ("2026-02-01T00:00", "1 month", "2026-03-01T00:00", 2),
        ("2026-02-01T00:00", "2 months", "2026-03-31T23:59", 1),
        ("2024-02-01T00:00", "1 month", "2026-03-01T00:00", 26),
        ("2026-03-02T00:00", "0 days", "2026-03-02T00:00", 1),
    ],
)
def test_overdue_multiple(cn: Calendar, due_at: str, limit: str, now: str, multiple: int) -> None:
    assert overdue_multiple(cn, at(due_at), Limit.parse(limit), at(now)) == multiple
