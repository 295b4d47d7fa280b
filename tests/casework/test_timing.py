"""The clocks of a case: which ends first, how far its light has come, and what stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.world import ANNA, MONDAY, TRADE, WATER, Run, accepted, calendar, lamp

from tongban.casework import timing
from tongban.casework.model import RunningClock, Task
from tongban.clock import SHANGHAI, Limit, due, lights

LIMITS = st.sampled_from(
    ["2 hours", "30 hours", "0 workdays", "1 workdays", "10 workdays", "3 days", "2 weeks", "1 months"]
)
MOMENT = timedelta.resolution
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001 -- the zone comes with it


def test_the_next_limit_to_end_is_that_of_the_first_clock_that_runs() -> None:
    run = accepted()
    assert timing.next_due(run.case) == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    run.do(ANNA, "pause", procedure="hearing", reason="听证")
    assert timing.next_due(replace(run.case, clocks=())) is None


def test_a_light_turns_at_the_moment_itself() -> None:
    calendar = accepted().calendar
    limit, yellow, red = "10 workdays", datetime(2026, 11, 27, tzinfo=SHANGHAI), datetime(2026, 12, 1, tzinfo=SHANGHAI)
    moment = timedelta.resolution
    for now, far in ((yellow - moment, 0), (yellow, 1), (red - moment, 1), (red, 2)):
        stage, further = timing.crossing(limit, yellow, red, now, calendar)
        assert stage == far
        assert further > now


@given(limit=LIMITS, begun=MOMENTS, hours=st.integers(-100, 2_000))
def test_a_light_comes_further_at_the_moment_that_was_said_and_not_before(
    limit: str, begun: datetime, hours: int
) -> None:
    parsed = Limit.parse(limit)
    yellow, red = lights(due(calendar(), timing.since(parsed, begun), parsed, roll="next"))
    now = max(begun, red + timedelta(hours=hours))
    stage, further = timing.crossing(limit, yellow, red, now, calendar())
    assert further > now
    assert timing.crossing(limit, yellow, red, further - MOMENT, calendar()) == (stage, further)
    assert timing.crossing(limit, yellow, red, further, calendar())[0] > stage


def test_the_first_lights_are_those_of_the_first_to_end_and_of_these_the_first_to_turn() -> None:
    case = accepted().case
    days = {"late": (18, 27), "soon": (20, 25), "sooner": (19, 25)}
    clocks = [
        RunningClock(name, "5 workdays", MONDAY.date(), date(2026, 11, red), date(2026, 11, yellow))
        for name, (yellow, red) in days.items()
    ]
    paused = RunningClock("paused", "5 workdays", MONDAY.date(), None, None)
    assert timing.first_lights(replace(case, clocks=(paused, *clocks))) == timing.moments(
        date(2026, 11, 19), date(2026, 11, 25)
    )
    assert timing.first_lights(replace(case, clocks=(paused,))) == (None, None)


@pytest.mark.parametrize("days", [(None, None), (None, date(2026, 11, 25)), (date(2026, 11, 25), None)])
def test_without_a_date_there_is_no_light(days: tuple[date | None, date | None]) -> None:
    assert timing.moments(*days) == (None, None)


def test_every_day_of_a_limit_is_told_up_to_its_end() -> None:
    clock = accepted().case.clock("decision")
    assert clock is not None
    told = timing.account(clock, calendar(), MONDAY)
    assert (told[-1].date, sum(day.counted for day in told)) == (clock.due, 10)


def test_a_wait_of_ours_stops_the_promise_and_what_law_excludes_stops_both() -> None:
    clock = accepted().case.clock("decision")
    assert clock is not None
    assert timing.pause(clock, MONDAY, "promise", "paper").second_due == clock.second_due is not None
    assert timing.pause(clock, MONDAY, "pause", "hearing").second_due is None


def test_a_task_without_a_limit_has_no_date_and_one_with_hours_has_a_moment() -> None:
    task = Task("main", TRADE)
    assert timing.reckon_task(task, calendar()) == task
    limited = timing.task_due(Task("handling", WATER), Limit(3, "hour"), MONDAY, calendar())
    assert limited.due == MONDAY + timedelta(hours=3)
    assert timing.reckon_task(replace(limited, due=None, green_until=None), calendar()) == limited
    assert Run(lamp()).case.tasks == (Task("main", TRADE, "trial/hall"),)
