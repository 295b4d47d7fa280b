"""Numbers that the health services give out. The letter ``S`` marks a specimen: no real booklet bears it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def certificate_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A birth certificate number: a letter and nine digits, the first two of them the year."""
    return f"S{on:%y}{serial % 10_000_000:07d}"


def immunisation_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An immunisation number: the county of residence, the year and six digits."""
    return f"{facts['guardian.residence_region']}{on:%y}{serial % 1_000_000:06d}"


def guidance_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a family in parenting guidance."""
    return f"YE{on:%y}{serial % 1_000_000:06d}"


def health_certificate_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a food worker's health certificate: the county, the year and six digits."""
    return f"JK{facts['worker.residence_region']}{on:%y}{serial % 1_000_000:06d}"
