from __future__ import annotations

from datetime import date

from tongban.pack_api import Figures


def born(id_number: str, *, on: date) -> date:
    """The date of birth in an ID number."""
    del on
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def fare(f: Figures) -> None:
    """What so many rides cost."""
    f.fare_fen = f.rides * f.ride_fen
