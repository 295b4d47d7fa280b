"""A due date as a calendar: weeks from Monday to Sunday, each day counted, ahead, paused, rest, today or due.

Reads the days that the clock explains (`date`, `counted`, `why`) and puts them in rows; it counts nothing itself but
the how many-th counted day each one is. Only days that are over or running look counted; those to come lie ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

SUNDAY: Final = 6
SATURDAY: Final = 5


class ExplainedDay(Protocol):
    """One day of the clock's account: `why` is workday, day, weekend, holiday, make-up, paused or rolled."""

    @property
    def date(self) -> date:
        """Which day."""

    @property
    def counted(self) -> bool:
        """Whether it counts towards the limit."""

    @property
    def why(self) -> str:
        """Why it does or does not."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar. `kinds` are the words of its looks; `count` its place among the counted days."""

    on: date
    kinds: tuple[str, ...]
    count: int | None = None
    note: str = ""

    @property
    def css(self) -> str:
        """The classes of the cell."""
        return " ".join(f"tb-day-{kind}" for kind in self.kinds)


def calendar_weeks(
    days: Sequence[ExplainedDay],
    start: date,
    due: date,
    today: date,
    notes: Mapping[date, str] | None = None,
) -> tuple[tuple[Cell, ...], ...]:
    """Whole weeks from that of `start` to that of `due` or of `today`, whichever is later."""
    explained = {day.date: day for day in days}
    counts: dict[date, int] = {}
    for on in sorted(explained):
        if explained[on].counted:
            counts[on] = len(counts) + 1
    first = start - timedelta(days=start.weekday())
    last = max(due, today if today - due < timedelta(days=60) else due)
    last += timedelta(days=SUNDAY - last.weekday())
    cells = []
    for offset in range((last - first).days + 1):
        on = first + timedelta(days=offset)
        cells.append(_cell(on, explained.get(on), counts.get(on), (start, due, today), (notes or {}).get(on, "")))
    return tuple(tuple(cells[index : index + 7]) for index in range(0, len(cells), 7))


def _cell(on: date, day: ExplainedDay | None, count: int | None, marks: tuple[date, date, date], note: str) -> Cell:
    start, due, today = marks
    kinds = [_kind(on, day, start, today)]
    if on == due:
        kinds.append("due")
    if on == today:
        kinds.append("today")
    return Cell(on, tuple(kinds), 0 if on == start and count is None else count, note)


def _kind(on: date, day: ExplainedDay | None, start: date, today: date) -> str:
    if on == start:
        return "start"
    if day is None:
        return "rest" if on.weekday() >= SATURDAY else "plain"
    if day.counted:
        return "counted" if on <= today else "ahead"
    return "paused" if day.why == "paused" else "rest"
