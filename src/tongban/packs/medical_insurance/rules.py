"""Numbers that the medical insurer gives out, and from when somebody is insured as retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import date_of, integer_of, months_later, numbered
from tongban.packs.base.rules import county_of


def retired_after_gap(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first day as retired: the day of retirement once all is paid, else when the missing months have passed."""
    at_once = facts["insured.medical_gap_way"] == "at-once"
    return months_later(
        date_of(facts, "pension.retired_on"), 0 if at_once else integer_of(facts, "insured.medical_missing_months")
    )


def medical_insurance_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An insurance number: the county of the household, the year and eight digits."""
    return numbered(county_of(facts["insured.household_region"]), serial, on, digits=8)
