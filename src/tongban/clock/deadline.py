"""When is it due? A start, a limit and what happened in between, answered with a date and the account behind it.

The law this follows (Administrative Licensing Law, articles 42, 45 and 82; Civil Code, articles 200-203): the start is
day 0 and counting begins the day after; hours count from the moment; a pause gives its days back; what was incomplete
begins anew; an extension counts on from the end of the limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from tongban.clock.calendar import Calendar
from tongban.clock.errors import ClockError, too_far
from tongban.clock.hours import run_hours
from tongban.clock.moments import SHANGHAI, closing, day_of, local, opening
from tongban.clock.units import Limit
from tongban.clock.walk import ONE_DAY, Day, PausedDays, Walk, counted_dates

Roll = Literal["next", "previous"]

YELLOW_SHARE: Final = 5
"""A light turns yellow when no more than one in this many of the counted units is left."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, both ends included; `until` is None while it lasts.

    A restart (something was incomplete) gives back all that ran before it too: counting begins anew after `until`.
    """

    since: date
    until: date | None
    kind: Literal["pause", "restart"] = "pause"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The answer. `due` and `green_until` are dates or moments, as the start was.

    `green_until` is the end of the last unit that leaves more than a fifth behind it. `provisional` says that the
    answer rests on a year whose calendar is not published. `days` goes from the day after the start
    (for hours from its own day) to `due`.
    """

    due: date
    green_until: date
    provisional: bool
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class _Settled:
    """A pause with both its ends, in city time without an offset."""

    since: date
    until: date
    restarts: bool


def due(
    calendar: Calendar,
    start: date,
    limit: Limit,
    *,
    roll: Roll | None = None,
    start_roll: Literal["next"] | None = None,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Limit] = (),
    now: date | None = None,
) -> Deadline:
    """Say when `limit` ends, counted from `start` (a date, or a moment whose time of day is kept).

    `roll` moves a due date off a non-working day; `start_roll` moves a start off one, to 00:00. An open pause is taken
    to end `now`. Moments with an offset are read, and answered, in city time.

    Raises `ClockError`: `pause-open`, `pause-reversed`, `extension-reversed`, `units-mixed`, `moment-needed`,
    `too-far`.
    """
    try:
        return _due(calendar, start, (limit, *extensions), _settle(tuple(pauses), now), roll, start_roll)
    except OverflowError as error:
        raise too_far() from error


def _due(
    calendar: Calendar,
    start: date,
    limits: tuple[Limit, ...],
    pauses: list[_Settled],
    roll: Roll | None,
    start_roll: Literal["next"] | None,
) -> Deadline:
    _agree(limits)
    in_hours = limits[0].unit == "hour"
    began = local(start)
    origin = max([began, *(_in_form(began, pause.until) for pause in pauses if pause.restarts)])
    paused = [_whole_days(pause) if in_hours else (day_of(pause.since), day_of(pause.until)) for pause in pauses]
    walk = Walk(calendar, day_of(began), PausedDays(paused))
    walk.give_back(day_of(origin))
    if start_roll and walk.roll(1):
        origin = datetime.combine(walk.at, time()) if isinstance(origin, datetime) else walk.at
    end, green_until = _run_hours(walk, origin, limits, pauses) if in_hours else _run_days(walk, origin, limits)
    if roll:
        walk.roll(1 if roll == "next" else -1)
        end = _in_form(end, walk.at)
    unit = timedelta(hours=1) if in_hours else ONE_DAY
    green_until = min(green_until, end - unit)
    if isinstance(start, datetime) and start.tzinfo is not None:
        end, green_until = _in_city(end), _in_city(green_until)
    return Deadline(end, green_until, walk.provisional, tuple(walk.days))


def _run_days(walk: Walk, origin: date, limits: tuple[Limit, ...]) -> tuple[date, date]:
    """Count whole days; give the end and the last day that leaves more than a fifth of those counted behind it."""
    for limit in limits:
        walk.count(limit)
    counted = counted_dates(walk.days)
    green = len(counted) - max(1, len(counted) // YELLOW_SHARE)
    return _in_form(origin, walk.at), _in_form(origin, counted[green - 1]) if green > 0 else origin


def _run_hours(walk: Walk, origin: date, limits: tuple[Limit, ...], pauses: list[_Settled]) -> tuple[date, date]:
    """Count hours; give the end and the last moment that leaves more than a fifth of them behind it."""
    if not isinstance(origin, datetime):
        raise ClockError(
            "moment-needed",
            en=f"hours count from a moment, and {origin} is a whole day; give the start a time: {origin}T09:00:00",
            zh=f"按小时计的期限从时刻起算，而 {origin} 只是日期；请写明时刻，如 {origin}T09:00:00",
        )
    spans = [(opening(pause.since), closing(pause.until)) for pause in pauses]
    hours = Limit(sum(limit.count for limit in limits), "hour").count
    end = run_hours(origin, hours, spans)
    walk.pass_to(end.date())
    return end, run_hours(origin, hours - max(1, hours // YELLOW_SHARE), spans)


def _whole_days(pause: _Settled) -> tuple[date, date]:
    """Give the first and last day a pause fills from 00:00 to 24:00; none if the last comes first."""
    return (opening(pause.since) + ONE_DAY - timedelta.resolution).date(), closing(pause.until).date() - ONE_DAY


def _agree(limits: tuple[Limit, ...]) -> None:
    """Refuse a limit whose extensions run the other way, or one that mixes hours with whole days."""
    if len({limit.direction for limit in limits} - {0}) > 1:
        raise ClockError(
            "extension-reversed",
            en="an extension runs against its limit; give both the same sign",
            zh="延长期限与原期限方向相反；请使两者正负号一致",
        )
    if len({limit.unit == "hour" for limit in limits}) > 1:
        raise ClockError(
            "units-mixed",
            en="hours and whole days cannot be added up; extend hours by hours and days by days",
            zh="小时与整日不能相加；按小时计的期限请按小时延长，按日计的请按日延长",
        )


def _settle(pauses: tuple[Pause, ...], now: date | None) -> list[_Settled]:
    """Give open pauses their end and bring all to city time; refuse one that ends before it begins."""
    settled = []
    for pause in pauses:
        end = now if pause.until is None else pause.until
        if end is None:
            raise ClockError(
                "pause-open",
                en=f"the pause from {pause.since.isoformat()} is still open; give 'now', the day the question is asked",
                zh=f"自 {pause.since.isoformat()} 起的暂停尚未结束；请给出提问日期“now”",
            )
        since, until = local(pause.since), local(end)
        both_moments = isinstance(since, datetime) and isinstance(until, datetime)
        if (since > until) if both_moments else (day_of(since) > day_of(until)):
            raise ClockError(
                "pause-reversed",
                en=f"the pause ends on {until.isoformat()}, before it begins on {since.isoformat()}; exchange the two",
                zh=f"暂停于 {until.isoformat()} 结束，早于其开始 {since.isoformat()}；请对调两者",
            )
        settled.append(_Settled(since, until, pause.kind == "restart"))
    return settled


def _in_form(form: date, value: date) -> date:
    """Write a day the way `form` is written; a bare date takes its time of day."""
    if not isinstance(form, datetime):
        return day_of(value)
    return value if isinstance(value, datetime) else datetime.combine(value, form.time())


def _in_city(value: date) -> date:
    return value.replace(tzinfo=SHANGHAI) if isinstance(value, datetime) else value
