"""The numbers of fire safety certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import numbered


def fire_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A fire safety certificate: the county, the year and five digits."""
    return numbered(f"XF{str(facts['place.region'])[:6]}", serial, on, digits=5)
