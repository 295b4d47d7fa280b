"""A city of its own with the demonstration's people, at the end of a wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.fall.falling import Falling, falling

from tongban.testing import templates
from tongban.testing.fixtures import City


@pytest.fixture
def city_template() -> str:
    """The demonstration's people."""
    return templates.INHABITED


@pytest.fixture
def falls(city: City) -> Iterator[Falling]:
    """The inhabited city, whose calls fail when a test says so."""
    with falling(city) as fallen:
        yield fallen
