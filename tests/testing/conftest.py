"""A city of 200 people, for the tests of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.testing import fixtures, templates
from tongban.testing.fixtures import City


@pytest.fixture
def inhabited(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """A database of this test alone, with the personas and some people around them."""
    fresh = City(postgres, f"inhabited_{next(fixtures._numbers)}")
    database.create(postgres, fresh.database, template=templates.INHABITED)
    with django_db_blocker.unblock():
        database.point_to(postgres, fresh.database)
        yield fresh
        database.point_to(postgres, fixtures.SHARED)
    database.drop(postgres, fresh.database)
