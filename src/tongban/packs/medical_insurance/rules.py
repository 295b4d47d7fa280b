"""Numbers that the medical insurer gives out, and from when somebody is insured as retired."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date


def retired_after_gap(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first day as retired: the day of retirement once all is paid, else when the missing months have passed."""
    retired_on, missing = facts["pension.retired_on"], facts["insured.medical_missing_months"]
    if not isinstance(retired_on, date) or not isinstance(missing, int):
        raise TypeError(facts)
    months = 0 if facts["insured.medical_gap_way"] == "at-once" else missing
    year, month = divmod(retired_on.year * 12 + retired_on.month - 1 + months, 12)
    return date(year, month + 1, min(retired_on.day, monthrange(year, month + 1)[1]))


def medical_insurance_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An insurance number: the county of the household, the year and eight digits."""
    return f"{facts['insured.household_region']}{on:%y}{serial % 100_000_000:08d}"
