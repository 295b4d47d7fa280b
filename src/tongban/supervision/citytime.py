"""The time of a demonstration or test city: moving it, with everything that falls due on the way done in its order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Final

from django.db import connection

from tongban.applications.problems import Problem
from tongban.casework.sweeps import next_moment
from tongban.catalog.vocabulary import Text
from tongban.clock import ClockError, Limit, due
from tongban.platform import time
from tongban.platform.models import Mark
from tongban.publication import calendars
from tongban.registry import service as registry
from tongban.supervision.sweeping import Swept, sweep

OPENING: Final = time_of_day(9)
"""When a day begins for whoever names a date only: the offices open."""

FURTHEST: Final = timedelta(days=366)
"""How far one move may go: each day on the way is lived through."""


def now_text() -> str:
    """The city's time, ISO 8601."""
    return time.now().isoformat(timespec="seconds")


def move(*, set_to: str | None = None, advance: str | None = None) -> Swept:
    """Move the city's time to a moment or date, or on by a span (`3 workdays`); returns what happened on the way.

    The clock stops at every moment at which something falls due, that is done, and it goes on. Raises Problem 422
    `wrong-time`; PlatformError `real-city`.
    """
    if time.city_mark() is Mark.REAL:
        time.refuse_real_city()
    with _alone():
        target = _target(set_to, advance)
        done = sweep()
        while (moment := next_moment(time.now())) is not None and moment <= target:
            _go_to(moment)
            done += sweep()
        _go_to(target)
        return done + sweep()


def set_outage(holder: str, *, down: bool) -> None:
    """Take a holder down, or bring it back. Raises PlatformError `real-city`."""
    registry.set_down(holder, down=down)


def _go_to(moment: datetime) -> None:
    time.advance_time(max(moment - time.now(), timedelta(0)))


def _target(set_to: str | None, advance: str | None) -> datetime:
    now = time.now()
    if (set_to is None) is (advance is None):
        raise _wrong("要么给一个时间，要么给一段时间", "Give either a moment or a span.")
    target = _moment(set_to) if set_to is not None else _later(now, advance or "")
    if target < now:
        raise _wrong("城市的时间只能往前走", "A city's time only goes forward.")
    if target - now > FURTHEST:
        raise _wrong("一次最多走一年", "One move goes a year at most.")
    return target


def _moment(text: str) -> datetime:
    """A date (at the opening of the offices) or a moment, in city time unless it says otherwise."""
    try:
        if len(text) == len("2026-11-16"):
            return datetime.combine(date.fromisoformat(text), OPENING, time.ZONE)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(
            f"看不懂“{text}”，写成 2026-11-18 或 2026-11-18T14:00",
            f"“{text}” is no moment. Write 2026-11-18 or 2026-11-18T14:00.",
        ) from None
    return moment.astimezone(time.ZONE) if moment.tzinfo else moment.replace(tzinfo=time.ZONE)


def _later(now: datetime, span: str) -> datetime:
    """The same time of day after a span as the clock counts it; hours count from the moment."""
    try:
        end = due(calendars.current(), now, Limit.parse(span.strip().removeprefix("+"))).due
    except ClockError as error:
        raise _wrong(error.message_zh, error.message) from None
    return datetime.combine(end, now.timetz()) if not isinstance(end, datetime) else end.astimezone(time.ZONE)


def _wrong(zh: str, en: str) -> Problem:
    return Problem(422, "wrong-time", Text(zh, en))


@contextmanager
def _alone() -> Iterator[None]:
    """Two who move one city's time do so one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('tongban city time'))")
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('tongban city time'))")
