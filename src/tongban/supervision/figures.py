"""What /metrics says of the record itself, counted when asked: whichever process asks, it hears of all of them."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError
from prometheus_client import Gauge

from tongban.casework import sweeps
from tongban.supervision import sweeping
from tongban.supervision.rounds import shown


def show(name: str, meaning: str, count: Callable[[], float]) -> None:
    """Let /metrics ask for a figure, which is not a number while the database does not answer."""

    def counted() -> float:
        try:
            return count()
        except DatabaseError:
            return float("nan")

    Gauge(name, meaning).set_function(counted)


show("tongban_silence_overdue", "Limits that have ended at which silence should have decided", sweeps.overdue)
show("tongban_calendar_behind", "1 while open dates are not all reckoned by the calendar", sweeping.is_behind)
show("tongban_nights_missed", "Nights on which the machine did not walk since its last round", shown.missed_now)
