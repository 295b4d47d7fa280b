"""The numbers of shop signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def sign_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A shop sign on file."""
    return f"ZP{on:%y}{serial % 1_000_000:06d}"
