"""What time does by itself, all of it in one call: dates that a new calendar moves, lights, limits that decide.

It may be run at any time, any number of times and by several workers. The worker runs it every minute, a demonstration
city's time at every moment at which something falls due, and `tongban sweep` by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.applications import deferrals, fees
from tongban.applications.messages import News, tell
from tongban.casework import sweeps
from tongban.catalog.vocabulary import Text
from tongban.publication.calendars import since
from tongban.supervision import returns
from tongban.supervision.models import Reckoned


@dataclass(frozen=True, slots=True)
class Swept:
    """How many dates moved, lights changed and limits decided."""

    moved: int = 0
    lights: int = 0
    decided: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(self.moved + other.moved, self.lights + other.lights, self.decided + other.decided)


def sweep() -> Swept:
    """Do what is due by now."""
    moved = follow_calendar()
    swept = Swept(moved=moved, lights=sweeps.cross_lights(), decided=len(sweeps.silence()))
    deferrals.tell_overdue()
    fees.remind()
    returns.remind()
    return swept


def follow_calendar() -> int:
    """Reckon the open dates that another calendar touches, and tell whom it moved; returns how many moved.

    What was done stays done when this is cut off: the next sweep goes on behind it. Where a case fails, the next sweep
    tries again.
    """
    row = Reckoned.objects.get_or_create(id=1)[0]
    in_force, over = _changed_days(row)
    if row.publication == in_force:
        return 0
    if row.towards != in_force:
        row.towards, row.after = in_force, 0

    def keep(moved: Sequence[sweeps.Moved], after: int) -> None:
        """On the transaction of a page."""
        _tell(moved)
        row.after = after
        row.save()

    moved, failed = sweeps.move_due(over, row.after, keep, in_force) if over else (0, 0)
    row.after = 0
    if not failed:
        row.publication = in_force
    row.save()
    return moved


def is_behind() -> bool:
    """Whether open dates have not all been reckoned by the calendar in force."""
    return _changed_days(Reckoned.objects.first() or Reckoned())[1] is not None


def _changed_days(row: Reckoned) -> tuple[int, sweeps.Span | None]:
    """The publication in force, and over which days open dates may not follow it yet; None where all do.

    A date may rest on any calendar since the last reckoning: one that was in force for a minute, too.
    """
    in_force, calendars = since(row.publication)
    spans = [span for calendar in calendars if (span := calendars[-1].changed_since(calendar))]
    return in_force, (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _tell(moved: Sequence[sweeps.Moved]) -> None:
    text = Text(
        "工作日安排有变，一件事的日期重新算过，打开看新的日期",
        "The calendar changed, and a date was reckoned anew. Open it for the new date.",
    )
    whose = {one.number: one.applicant for one in moved}
    tell([News(who, "due-moved", text, number.rpartition("/")[0], number) for number, who in whose.items()])
