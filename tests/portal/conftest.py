"""A town with people to log in as, for the tests of the pages: made once for the run, each test's doings undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.testing import templates
from tongban.testing.fixtures import SHARED

TOWN = "town"


@pytest.fixture(scope="session")
def town_database(postgres: Postgres, django_db_setup: None) -> str:
    """A database of the run with the demonstration's people in it."""
    database.create(postgres, TOWN, template=templates.INHABITED)
    return TOWN


@pytest.fixture
def at_town(postgres: Postgres, town_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's connections lead to the town; ask for it before `db`, which begins a transaction there."""
    with django_db_blocker.unblock():
        database.point_to(postgres, town_database)
    yield
    with django_db_blocker.unblock():
        database.point_to(postgres, SHARED)


@pytest.fixture
def town(at_town: None, db: None) -> None:
    """The demonstration's people in a small published city."""
