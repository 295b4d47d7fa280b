"""What /metrics says of the record itself, counted when asked: whichever process asks, it hears of all of them."""

from __future__ import annotations

from django.db import DatabaseError
from prometheus_client import Gauge

from tongban.casework import sweeps

OVERDUE = Gauge("tongban_silence_overdue", "Limits that have ended at which silence should have decided")


def overdue() -> float:
    """The number, or not a number while the database does not answer."""
    try:
        return sweeps.overdue()
    except DatabaseError:
        return float("nan")


OVERDUE.set_function(overdue)
