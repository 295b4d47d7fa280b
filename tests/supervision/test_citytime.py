"""Moving a demonstration city's time: everything that falls due on the way happens, in its order, at its moment."""

from __future__ import annotations

from datetime import datetime

import pytest

from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.platform import time
from tongban.supervision import citytime, sweeping
from tongban.testing.stories.city import Client


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=time.ZONE)


@pytest.mark.parametrize(
    ("span", "arrives"),
    [
        ("3 workdays", "2026-11-19T09:00"),
        ("5 workdays", "2026-11-23T09:00"),
        ("+2 hours", "2026-11-16T11:00"),
        ("1 month", "2026-12-16T09:00"),
        ("0 days", "2026-11-16T09:00"),
    ],
)
def test_a_span_ends_at_the_same_time_of_day(api: Client, span: str, arrives: str) -> None:
    citytime.move(advance=span)
    assert time.now() == at(arrives)


@pytest.mark.parametrize(
    ("moment", "arrives"),
    [
        ("2026-11-18", "2026-11-18T09:00"),
        ("2026-11-18T14:30", "2026-11-18T14:30"),
        ("2026-11-18T00:00:00+00:00", "2026-11-18T08:00"),
    ],
)
def test_a_date_is_the_morning_of_that_day(api: Client, moment: str, arrives: str) -> None:
    citytime.move(set_to=moment)
    assert time.now() == at(arrives)
    assert citytime.now_text() == at(arrives).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("set_to", "advance"),
    [(None, None), ("2026-11-20", "1 day"), ("2026-11-15", None), ("2028-01-01", None), ("soon", None),
     (None, "soon"), (None, "-1 days"), (None, "")],
)  # fmt: skip
def test_what_is_no_move_is_refused_and_time_stays(api: Client, set_to: str | None, advance: str | None) -> None:
    with pytest.raises(Problem) as refused:
        citytime.move(set_to=set_to, advance=advance)
    assert refused.value.code == "wrong-time"
    assert time.now() == at("2026-11-16T09:00")


def test_silence_decides_at_its_own_moment_and_later_limits_count_from_there(api: Client, case: str) -> None:
    done = citytime.move(advance="10 workdays")
    events = [event for event in store.events_of([case])[case] if event.kind == "stepped"]
    assert [(event.data["step"], event.data["silent"]) for event in events] == [("accept", True)]
    # The five workdays end with 23 November; the case is accepted at that moment, not when time arrives.
    assert events[0].happened_at.astimezone(time.ZONE) == at("2026-11-24T00:00")
    (after,) = store.cases_of([case.rpartition("/")[0]])[:1]
    clock = after.clock("decision")
    assert clock is not None
    assert clock.since == at("2026-11-24T00:00").date()
    assert done.decided >= 1
    assert done.lights > done.decided


def test_one_long_move_and_many_short_ones_come_to_the_same(api: Client, case: str) -> None:
    for _ in range(10):
        citytime.move(advance="1 workday")
    events = [event for event in store.events_of([case])[case] if event.kind == "stepped"]
    assert [event.happened_at.astimezone(time.ZONE) for event in events] == [at("2026-11-24T00:00")]


def test_sweeping_twice_does_nothing_twice(api: Client, case: str) -> None:
    time.set_time(at("2026-11-24T09:00"), frozen=True)
    first = sweeping.sweep()
    assert first.decided >= 1
    assert sweeping.sweep() == sweeping.Swept()
