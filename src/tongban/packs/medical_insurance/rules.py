"""Numbers that the medical insurer gives out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def medical_insurance_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An insurance number: the county of the household, the year and eight digits."""
    return f"{facts['insured.household_region']}{on:%y}{serial % 100_000_000:08d}"
