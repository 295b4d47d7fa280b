"""The numbers of fire safety certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import numbered
from tongban.packs.base.rules import county_of


def fire_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A fire safety certificate: the county, the year and five digits."""
    return numbered(f"XF{county_of(facts['place.region'])}", serial, on, digits=5)
