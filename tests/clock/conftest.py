"""The calendar of the State Council, as the pack `base` ships it."""

from __future__ import annotations

from pathlib import Path

import pytest

import tongban
from tongban.clock import Calendar, calendars, read_documents

FOLDER = Path(tongban.__file__).parent / "packs" / "base" / "calendars"


@pytest.fixture(scope="session")
def stacks() -> dict[str, Calendar]:
    return calendars(read_documents(FOLDER))


@pytest.fixture(scope="session")
def cn(stacks: dict[str, Calendar]) -> Calendar:
    return stacks["cn"]
