"""A family that may apply, and whoever is needed at the desks."""

from __future__ import annotations

import pytest
from tests.applications.family import Family, family, staff
from tests.applications.newborn import Desk

from tongban.accounts.actor import Actor
from tongban.publication import service as publication


@pytest.fixture
def home(db: None) -> Family:
    """Married parents and a child just born."""
    return family(publication.current())


@pytest.fixture
def desk(db: None) -> Desk:
    """Whoever works at an office in a role, hired when first asked for."""
    return hiring()


def hiring() -> Desk:
    """Hires for an office and a role when first asked, and finds whom it hired before."""
    hired: dict[tuple[str, str], Actor] = {}

    def at(office: str, role: str) -> Actor:
        if (office, role) not in hired:
            hired[office, role] = staff(f"{len(hired):04}", office, role)
        return hired[office, role]

    return at
