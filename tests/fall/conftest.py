"""A city of its own with the demonstration's people, at the end of a wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from tests.examples import PROVES
from tests.fall.falling import FALLS, Do, Fall, Falling, falling

from tongban.testing import templates
from tongban.testing.fixtures import City

ASIDE: Final = ("registry_read", "accounts_attempts")
"""A look or a try that happened stays in its log, whatever falls after it."""
STRIDE: Final = 1 if PROVES else 5
"""Of every use case each fifth call fails; in `make proof` each."""


@pytest.fixture
def city_template() -> str:
    """The demonstration's people."""
    return templates.INHABITED


@pytest.fixture
def falls(city: City) -> Iterator[Falling]:
    """The inhabited city, whose calls fail when a test says so."""
    with falling(city) as fallen:
        yield fallen


@pytest.fixture(params=FALLS)
def fall(request: pytest.FixtureRequest) -> Fall:
    """How a call fails."""
    kind: Fall = request.param
    return kind


@pytest.fixture
def once(falls: Falling, fall: Fall) -> Do:
    """Does what has a command id, or changes nothing when it is done again; it is done again after each failure."""
    return lambda act, *aside: falls.do(fall, act, (*ASIDE, *aside), STRIDE)


@pytest.fixture
def whole(falls: Falling, fall: Fall) -> Do:
    """Does what would be done twice; nobody knows what became of it whose answer is lost, so that falls away."""
    kind: Fall = "refused" if fall == "after" else fall
    return lambda act, *aside: falls.do(kind, act, (*ASIDE, *aside), STRIDE, again=False)
