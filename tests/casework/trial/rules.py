"""Rules of the trial pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def licence_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A number made of the shop's county, the year and a serial number."""
    return f"{facts['shop.region']}-{on:%Y}-{serial:06d}"
