"""A family that may apply, and whoever is needed at the desks; or, in a city of the test's own, what a family sent."""

from __future__ import annotations

import pytest
from tests.applications.family import Family, family
from tests.applications.newborn import Desk, desk_of_everyone
from tests.portal import matters

from tongban.publication import service as publication
from tongban.testing import templates
from tongban.testing.fixtures import City


@pytest.fixture
def home(db: None) -> Family:
    """Married parents and a child just born."""
    return family(publication.current())


@pytest.fixture
def desk(db: None) -> Desk:
    """Whoever works at an office in a role, hired when first asked for."""
    return desk_of_everyone()


@pytest.fixture
def city_template() -> str:
    """The demonstration's people."""
    return templates.INHABITED


@pytest.fixture
def sent(city: City) -> str:
    """The mother's application for her newborn; the hospital's part is granted, the others are going on."""
    number = matters.sent()
    matters.grant_birth_certificate(number)
    return number
