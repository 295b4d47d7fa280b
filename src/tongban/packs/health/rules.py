"""Numbers that the health services give out. The letter ``S`` marks a specimen: no real booklet bears it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import numbered
from tongban.packs.base.rules import county_of


def certificate_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A birth certificate number: a letter and nine digits, the first two of them the year."""
    return numbered("S", serial, on)


def immunisation_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An immunisation number: the county of residence, the year and six digits."""
    return numbered(county_of(facts["guardian.residence_region"]), serial, on, digits=6)


def guidance_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a family in parenting guidance."""
    return numbered("YE", serial, on, digits=6)


def health_certificate_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a food worker's health certificate: the county, the year and six digits."""
    return numbered(f"JK{county_of(facts['worker.residence_region'])}", serial, on, digits=6)
