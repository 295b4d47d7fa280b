"""What time does by itself, all of it in one call: dates that a new calendar moves, lights, limits that decide.

It may be run at any time, any number of times and by several workers. The worker runs it every minute, a demonstration
city's time at every moment at which something falls due, and `tongban sweep` by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.applications import deferrals, fees
from tongban.applications.messages import tell_subject
from tongban.casework import service, store, sweeps
from tongban.catalog.vocabulary import Text
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
    return swept


def follow_calendar() -> int:
    """Reckon open dates anew when another calendar came in force, and tell whom it moved; returns how many moved.

    Where a case fails, the next sweep tries again.
    """
    if not is_behind():
        return 0
    in_force = service.now().calendar_hash
    moved, failed = sweeps.move_due()
    _tell(moved)
    if not failed:
        Reckoned.objects.update_or_create(id=1, defaults={"calendar": in_force})
    return len(moved)


def is_behind() -> bool:
    """Whether open dates have not all been reckoned by the calendar in force."""
    return not Reckoned.objects.filter(calendar=service.now().calendar_hash).exists()


def _tell(moved: Sequence[sweeps.Moved]) -> None:
    numbers = sorted({one.number for one in moved})
    text = Text(
        "工作日安排有变，一件事的日期重新算过，打开看新的日期",
        "The calendar changed, and a date was reckoned anew. Open it for the new date.",
    )
    for number, loaded in store.load_cases(numbers).items():
        tell_subject(loaded.application.applicant, "due-moved", text, loaded.case.application, number)
