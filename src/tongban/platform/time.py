"""The one place where the time of day enters.

A real city's time is the computer's, and its database is not asked. A demonstration or test city, marked so when it is
created, carries its own: the computer's plus an offset, or standing still. Within `one_time()` (every HTTP request and
command is one) that clock is read from the database once; outside it is read at each call, because another process may
have moved it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import NoReturn
from zoneinfo import ZoneInfo

from django.db import connection

from tongban.platform.database import query
from tongban.platform.errors import PlatformError
from tongban.platform.models import City, Mark

ZONE = ZoneInfo("Asia/Shanghai")
DEMONSTRATION_START = datetime(2026, 11, 16, 9, 0, tzinfo=ZONE)


@dataclass
class Clock:
    """The city's clock as last read; `read` is False where it must be read first. `beside` is what else is kept."""

    offset: timedelta = timedelta(0)
    frozen_at: datetime | None = None
    read: bool = False
    beside: dict[str, object] = field(default_factory=dict)


_real_cities: set[tuple[str, str]] = set()
_kept: ContextVar[Clock | None] = ContextVar("city_clock", default=None)


def now() -> datetime:
    """The city's time, in its zone."""
    clock = _clock()
    return clock.frozen_at.astimezone(ZONE) if clock.frozen_at else datetime.now(ZONE) + clock.offset


def today() -> date:
    """The city's date."""
    return now().date()


def start_of(day: date) -> datetime:
    """The first moment of a day in the city's zone."""
    return datetime.combine(day, time_of_day(), ZONE)


def recorded_now() -> datetime:
    """The computer's own time, which nobody can set: for keys, certificates and seals that outside tools judge."""
    return datetime.now(UTC)


def set_time(moment: datetime, *, frozen: bool = False) -> None:
    """Let the city's clock show `moment` (aware), running on from there or standing still.

    Raises PlatformError `real-city`. Carries out nothing that falls due in between: `supervision` does.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    offset = timedelta(0) if frozen else moment - datetime.now(ZONE)
    changed = City.objects.exclude(mark=Mark.REAL).update(time_offset=offset, frozen_at=moment if frozen else None)
    if not changed:
        refuse_real_city()
    if kept := _kept.get():
        kept.read = False


def advance_time(by: timedelta) -> datetime:
    """Move the city's clock on by `by`, and return what it shows. Raises PlatformError `real-city`."""
    moment = now() + by
    set_time(moment, frozen=_clock().frozen_at is not None)
    return moment


def kept_beside() -> dict[str, object] | None:
    """What else is read once within `one_time()`, by name, and what has been read of it; None outside."""
    kept = _kept.get()
    return None if kept is None else kept.beside


@contextmanager
def one_time() -> Iterator[None]:
    """Within, the city's clock is read from the database at most once; within such a moment already, not again."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set(Clock())
    try:
        yield
    finally:
        _kept.reset(token)


def found_city(mark: Mark, *, start: datetime = DEMONSTRATION_START, frozen: bool = False) -> bool:
    """Write the mark of a new database, as its owner. A demonstration or test city's time begins at `start`.

    Returns False, changing nothing, when the database bears a mark already.
    """
    offset = timedelta(0) if frozen or mark == Mark.REAL else start - datetime.now(ZONE)
    stands = start if frozen and mark != Mark.REAL else None
    _, new = City.objects.using("owner").get_or_create(
        pk=1, defaults={"mark": mark, "time_offset": offset, "frozen_at": stands}
    )
    return new


def city_mark() -> Mark:
    """What kind of city this database holds. One without a mark is a real city's."""
    return Mark(City.objects.values_list("mark", flat=True).first() or Mark.REAL)


def is_surely_real() -> bool:
    """Whether this is known to be a real city's database, as it is once the time was asked for; nobody is asked."""
    return _here() in _real_cities


def refuse_real_city() -> NoReturn:
    """Raise PlatformError `real-city`."""
    raise PlatformError(
        "real-city",
        zh="这是真实城市的数据库，时间不能改动。",
        en="This is a real city's database: its time cannot be moved.",
        do_zh="请在演示城市里操作（make demo）。",
        do_en="Do it in a demonstration city (make demo).",
    )


def _clock() -> Clock:
    kept = _kept.get()
    if kept is not None and kept.read:
        return kept
    clock = kept if kept is not None else Clock()
    clock.offset, clock.frozen_at = _own_time()
    clock.read = True
    return clock


def _own_time() -> tuple[timedelta, datetime | None]:
    """How far the city's clock is set from the computer's, and where it stands still.

    A real city, whose mark never changes once it is committed, is asked once.
    """
    here = _here()
    if here in _real_cities:
        return timedelta(0), None
    rows = query("select mark, time_offset, frozen_at from platform_city", [])
    if not rows:  # not marked yet
        return timedelta(0), None
    [(mark, offset, frozen_at)] = rows
    if mark == Mark.REAL and not connection.in_atomic_block:
        _real_cities.add(here)
    return offset, frozen_at


def _here() -> tuple[str, str]:
    return connection.settings_dict["HOST"], connection.settings_dict["NAME"]
