"""The numbers of shop signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import numbered


def sign_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A shop sign on file."""
    return numbered("ZP", serial, on, digits=6)
