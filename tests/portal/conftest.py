"""A town with people to log in as, for the tests of the pages."""

from __future__ import annotations

import pytest

from tongban.testing.city import demonstration


@pytest.fixture
def town(db: None) -> None:
    """The demonstration's people in a small published city."""
    demonstration.load(people=60)
