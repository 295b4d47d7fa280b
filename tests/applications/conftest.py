"""A family that may apply, and whoever is needed at the desks."""

from __future__ import annotations

import pytest
from tests.applications.family import Family, family
from tests.applications.newborn import Desk, desk_of_everyone

from tongban.publication import service as publication


@pytest.fixture
def home(db: None) -> Family:
    """Married parents and a child just born."""
    return family(publication.current())


@pytest.fixture
def desk(db: None) -> Desk:
    """Whoever works at an office in a role, hired when first asked for."""
    return desk_of_everyone()
