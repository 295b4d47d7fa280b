"""The laws of due dates, on random starts, limits, pauses and restarts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.clock import SHANGHAI, Calendar, ClockError, Deadline, Limit, Pause, due
from tongban.clock.units import LONGEST_DAYS

ONE_DAY = timedelta(days=1)
STARTS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
DAY_LIMITS = st.builds(Limit, st.integers(0, 120), st.sampled_from(["workday", "day"]))
LIMITS = DAY_LIMITS | st.builds(Limit, st.integers(0, 12), st.sampled_from(["week", "month"]))
ROLLS = st.sampled_from(["next", "previous", None])


@st.composite
def pauses_after(draw: st.DrawFn, start: date) -> list[Pause]:
    spans = draw(st.lists(st.tuples(st.integers(-20, 90), st.integers(0, 30)), max_size=4))
    return [Pause(start + ONE_DAY * first, start + ONE_DAY * (first + length)) for first, length in spans]


@st.composite
def asked(draw: st.DrawFn) -> tuple[date, Limit, list[Pause]]:
    start = draw(STARTS)
    return start, draw(LIMITS), draw(pauses_after(start))


def counted(answer: Deadline) -> int:
    return sum(day.counted for day in answer.days)


def brute_force(cn: Calendar, start: date, limit: Limit, pauses: list[Pause]) -> date:
    """Strike days off one by one, in the plainest words there are."""
    day, left = start, limit.count
    while left:
        day += ONE_DAY
        if any(pause.since <= day <= cast("date", pause.until) for pause in pauses):
            continue
        if limit.unit == "day" or cn.is_workday(day):
            left -= 1
    return day


@given(st.data(), STARTS, DAY_LIMITS)
def test_due_equals_striking_off_days(cn: Calendar, data: st.DataObject, start: date, limit: Limit) -> None:
    pauses = data.draw(pauses_after(start))
    assert due(cn, start, limit, pauses=pauses).due == brute_force(cn, start, limit, pauses)


@given(asked(), ROLLS)
def test_the_account_adds_up(
    cn: Calendar, question: tuple[date, Limit, list[Pause]], roll: Literal["next", "previous"] | None
) -> None:
    start, limit, pauses = question
    answer = due(cn, start, limit, pauses=pauses, roll=roll)
    natural = {"workday": limit.count, "day": limit.count, "week": limit.count * 7}
    assert counted(answer) == natural.get(limit.unit, (due(cn, start, limit).due - start).days)
    assert (answer.days[-1].date if answer.days else start) == answer.due
    steps = [start, *(day.date for day in answer.days)]
    assert all(abs(after - before) == ONE_DAY for before, after in pairwise(steps))
    for day in answer.days:
        assert not (day.counted and day.why in {"weekend", "holiday", "paused", "rolled"})
        assert day.why in {"day", "paused", "rolled"} or day.why == cn.kind(day.date)


@given(asked(), st.integers(1, 30))
def test_a_longer_limit_never_ends_sooner(cn: Calendar, question: tuple[date, Limit, list[Pause]], more: int) -> None:
    start, limit, pauses = question
    longer = Limit(limit.count + more, limit.unit)
    assert due(cn, start, limit, pauses=pauses).due < due(cn, start, longer, pauses=pauses).due


@given(st.data(), STARTS, LIMITS)
def test_a_pause_gives_back_what_it_took_and_no_more(
    cn: Calendar, data: st.DataObject, start: date, limit: Limit
) -> None:
    pauses = data.draw(pauses_after(start))
    without, answer = due(cn, start, limit), due(cn, start, limit, pauses=pauses)
    assert counted(answer) == counted(without)
    assert answer.due >= without.due
    if not any(pause.since <= without.due and cast("date", pause.until) > start for pause in pauses):
        assert answer == without


@given(asked(), st.integers(0, 40), st.integers(0, 20))
def test_a_restart_is_a_new_start(
    cn: Calendar, question: tuple[date, Limit, list[Pause]], after: int, length: int
) -> None:
    start, limit, pauses = question
    since = start + ONE_DAY * after
    until = since + ONE_DAY * length
    again = due(cn, start, limit, pauses=[*pauses, Pause(since, until, "restart")])
    fresh = due(cn, until, limit, pauses=pauses)
    assert (again.due, again.green_until, again.provisional) == (fresh.due, fresh.green_until, fresh.provisional)
    assert again.days[(until - start).days :] == fresh.days
    assert not any(day.counted for day in again.days[: (until - start).days])


@given(STARTS, st.integers(0, 60), st.integers(0, 60), st.sampled_from(["workday", "day", "week"]))
def test_an_extension_counts_on(
    cn: Calendar, start: date, count: int, more: int, unit: Literal["workday", "day", "week"]
) -> None:
    extended = due(cn, start, Limit(count, unit), extensions=[Limit(more, unit)])
    assert extended == due(cn, start, Limit(count + more, unit))


@given(asked(), ROLLS)
def test_provisional_means_resting_on_an_unpublished_year(
    cn: Calendar, question: tuple[date, Limit, list[Pause]], roll: Literal["next", "previous"] | None
) -> None:
    start, limit, pauses = question
    answer = due(cn, start, limit, pauses=pauses, roll=roll)
    natural_end = due(cn, start, limit, pauses=pauses)
    looked_up = {day.date for day in answer.days if day.why not in {"paused", "day"}}
    if roll:
        looked_up.add(natural_end.due)
    assert answer.provisional == any(day.year > 2026 for day in looked_up)


@given(asked())
def test_what_is_not_provisional_does_not_move_when_a_year_is_published(
    cn: Calendar, question: tuple[date, Limit, list[Pause]]
) -> None:
    start, limit, pauses = question
    published = Calendar(cn.weekend, frozenset(range(2022, 2029)), {**cn.listed, date(2027, 1, 4): "holiday"})
    before, after = (due(calendar, start, limit, pauses=pauses, roll="next") for calendar in (cn, published))
    assert before.provisional or before == after
    assert not after.provisional or start.year > 2027


@given(asked(), st.times())
def test_a_time_of_day_is_kept_and_changes_no_day(
    cn: Calendar, question: tuple[date, Limit, list[Pause]], at: time
) -> None:
    start, limit, pauses = question
    answer = due(cn, datetime.combine(start, at, SHANGHAI), limit, pauses=pauses)
    assert answer.due == datetime.combine(due(cn, start, limit, pauses=pauses).due, at, SHANGHAI)


@given(STARTS, st.integers(1, 120), st.sampled_from(["workday", "day"]))
def test_forwards_and_backwards_meet(cn: Calendar, end: date, count: int, unit: Literal["workday", "day"]) -> None:
    latest = due(cn, end, Limit(-count, unit))
    assert counted(latest) == count
    assert due(cn, latest.due, Limit(count, unit)).due == (end if unit == "day" else max(end, _worked(cn, end)))


def _worked(cn: Calendar, day: date) -> date:
    while not cn.is_workday(day):
        day += ONE_DAY
    return day


@pytest.mark.parametrize(
    ("start", "limit", "ends"),
    [
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2023-01-31", "1 month", "2023-02-28"),
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2024-03-31", "-1 month", "2024-02-29"),
        ("2024-12-15", "1 month", "2025-01-15"),
        ("0001-02-28", "-1 month", "0001-01-28"),
        ("9999-11-30", "1 month", "9999-12-30"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(cn: Calendar, start: str, limit: str, ends: str) -> None:
    assert due(cn, date.fromisoformat(start), Limit.parse(limit)).due == date.fromisoformat(ends)


def test_the_account_says_why(cn: Calendar) -> None:
    answer = due(cn, date(2026, 2, 12), Limit(3, "workday"), pauses=[Pause(date(2026, 2, 13), date(2026, 2, 13))])
    whys = [day.why for day in answer.days]
    assert whys == ["paused", "make-up", *["holiday"] * 9, "workday", "workday"]
    natural = due(cn, date(2026, 9, 28), Limit(3, "day"), roll="next")
    assert [day.why for day in natural.days] == ["day", "day", "day", *["holiday"] * 6, "rolled"]
    assert natural.due == date(2026, 10, 8)


def test_a_start_on_a_rest_day_may_wait_for_the_office(cn: Calendar) -> None:
    saturday = datetime(2026, 3, 7, 15, 30, tzinfo=SHANGHAI)
    answer = due(cn, saturday, Limit(1, "workday"), start_roll="next")
    assert answer.due == datetime(2026, 3, 10, tzinfo=SHANGHAI)
    assert [day.why for day in answer.days] == ["weekend", "rolled", "workday"]
    assert due(cn, date(2026, 3, 7), Limit(1, "workday"), start_roll="next").due == date(2026, 3, 10)
    assert due(cn, MONDAY, Limit(1, "workday"), start_roll="next") == due(cn, MONDAY, Limit(1, "workday"))


def test_another_offset_is_read_in_city_time(cn: Calendar) -> None:
    evening_in_utc = datetime.fromisoformat("2026-03-02T20:00:00Z")
    assert due(cn, evening_in_utc, Limit(1, "day")).due.isoformat() == "2026-03-04T04:00:00+08:00"


MONDAY = datetime(2026, 3, 2, 16, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "pauses", "ends"),
    [
        (2, [], "2026-03-02T18:00:00+08:00"),
        (48, [], "2026-03-04T16:00:00+08:00"),
        (-20, [], "2026-03-01T20:00:00+08:00"),
        (2, [Pause(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=4))], "2026-03-02T21:00:00+08:00"),
        (1, [Pause(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=4))], "2026-03-02T17:00:00+08:00"),
        (24, [Pause(date(2026, 3, 3), date(2026, 3, 3))], "2026-03-04T16:00:00+08:00"),
        (-20, [Pause(date(2026, 3, 1), date(2026, 3, 1))], "2026-02-28T20:00:00+08:00"),
        (2, [Pause(MONDAY, MONDAY + timedelta(hours=3), "restart")], "2026-03-02T21:00:00+08:00"),
        (2, [Pause(date(2026, 3, 3), date(2026, 3, 4), "restart")], "2026-03-05T02:00:00+08:00"),
    ],
)
def test_hours_count_from_the_moment(cn: Calendar, hours: int, pauses: list[Pause], ends: str) -> None:
    answer = due(cn, MONDAY, Limit(hours, "hour"), pauses=pauses)
    assert answer.due.isoformat() == ends
    assert answer.days[-1].date.isoformat() == ends[:10]
    assert not answer.provisional


SPANS = st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 30)), max_size=4)
ONE_HOUR = timedelta(hours=1)


@given(st.integers(-60, 60), SPANS)
def test_hours_are_due_when_as_many_were_struck_off_outside_the_pauses(
    cn: Calendar, hours: int, spans: list[tuple[int, int]]
) -> None:
    pauses = [Pause(MONDAY + ONE_HOUR * first, MONDAY + ONE_HOUR * (first + length)) for first, length in spans]
    direction = 1 if hours > 0 else -1
    end, left = MONDAY, abs(hours)
    while left:
        begins, ends = sorted((end, end + direction * ONE_HOUR))
        left -= not any(pause.since <= begins and ends <= cast("datetime", pause.until) for pause in pauses)
        end += direction * ONE_HOUR
    assert due(cn, MONDAY, Limit(hours, "hour"), pauses=pauses).due == end


def test_a_pause_between_moments_takes_every_day_it_touches_from_days_and_none_from_the_account_of_hours(
    cn: Calendar,
) -> None:
    tuesday = MONDAY + ONE_DAY
    pause = Pause(tuesday, tuesday + ONE_HOUR)
    assert due(cn, MONDAY, Limit(2, "day"), pauses=[pause]).due == MONDAY + 3 * ONE_DAY
    assert [day.why for day in due(cn, MONDAY, Limit(30, "hour"), pauses=[pause]).days] == ["day", "day"]


def test_a_pause_may_begin_with_a_day_and_end_at_a_moment_or_the_other_way_round(cn: Calendar) -> None:
    tuesday = datetime(2026, 3, 3, tzinfo=SHANGHAI)
    noon = tuesday + 12 * ONE_HOUR
    for mixed, exact in [
        (Pause(tuesday.date(), noon), Pause(tuesday, noon)),
        (Pause(noon, tuesday.date()), Pause(noon, tuesday + ONE_DAY)),
        (Pause(noon, noon), Pause(tuesday, tuesday)),
    ]:
        found, wanted = (due(cn, MONDAY, Limit(48, "hour"), pauses=[pause]).due for pause in (mixed, exact))
        assert found == wanted


def test_hours_are_told_by_the_days_they_touch(cn: Calendar) -> None:
    answer = due(cn, MONDAY, Limit(24, "hour"), pauses=[Pause(date(2026, 3, 3), date(2026, 3, 3))], roll="next")
    assert [(day.date.day, day.counted, day.why) for day in answer.days] == [
        (2, True, "day"),
        (3, False, "paused"),
        (4, True, "day"),
    ]
    rolled = due(cn, MONDAY, Limit(120, "hour"), roll="next")
    assert rolled.due == datetime(2026, 3, 9, 16, 0, tzinfo=SHANGHAI)
    waiting = due(cn, datetime(2026, 3, 7, 9, 0, tzinfo=SHANGHAI), Limit(3, "hour"), start_roll="next")
    assert waiting.due == datetime(2026, 3, 9, 3, 0, tzinfo=SHANGHAI)
    assert [day.date.day for day in waiting.days] == [8, 9]


FIRST = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("code", "start", "limit", "pauses", "extensions"),
    [
        ("pause-open", FIRST, "5 days", [Pause(FIRST, None)], []),
        ("pause-reversed", FIRST, "5 days", [Pause(FIRST, FIRST - ONE_DAY)], []),
        ("pause-reversed", FIRST, "5 days", [Pause(MONDAY, MONDAY - timedelta(seconds=1))], []),
        ("moment-needed", FIRST, "5 hours", [], []),
        ("units-mixed", MONDAY, "5 hours", [], ["1 day"]),
        ("units-mixed", FIRST, "5 days", [], ["1 hour"]),
        ("extension-reversed", FIRST, "1 day", [], ["-1 days"]),
        ("too-far", date(9999, 12, 30), "5 days", [], []),
        ("too-far", date(1, 1, 2), "-5 workdays", [], []),
        ("too-far", date(9999, 12, 30), "5 months", [], []),
        ("too-far", datetime(9999, 12, 30, tzinfo=SHANGHAI), "99 hours", [], []),
        ("too-far", datetime(9999, 12, 31, 23, tzinfo=SHANGHAI), "1 hour", [Pause(date.max, date.max)], []),
        ("too-far", FIRST, "5 days", [Pause(FIRST, date(9999, 12, 31))], []),
        ("too-far", FIRST, "5 days", [Pause(FIRST, date(9999, 12, 31), "restart")], []),
        ("too-far", FIRST, "36600 days", [], ["1 day"]),
        ("too-far", MONDAY, "878400 hours", [], ["878400 hours"] * 9),
    ],
)
def test_what_cannot_be_answered_is_refused(
    cn: Calendar, code: str, start: date, limit: str, pauses: list[Pause], extensions: list[str]
) -> None:
    with pytest.raises(ClockError) as refusal:
        due(cn, start, Limit.parse(limit), pauses=pauses, extensions=[Limit.parse(text) for text in extensions])
    assert refusal.value.code == code
    assert refusal.value.message
    assert refusal.value.message_zh


def test_a_hundred_years_of_days_can_be_walked(cn: Calendar) -> None:
    assert due(cn, FIRST, Limit(LONGEST_DAYS, "day")).due == FIRST + ONE_DAY * LONGEST_DAYS


def test_a_calendar_without_workdays_is_refused() -> None:
    never = Calendar.plain(range(1, 8))
    for ask in (Limit(1, "workday"), Limit(0, "day")):
        with pytest.raises(ClockError) as refusal:
            due(never, FIRST, ask, roll="next")
        assert refusal.value.code == "too-far"
