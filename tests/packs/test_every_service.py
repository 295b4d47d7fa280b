"""Every service of the tree is carried from search to its result by the machine that walks, with papers and without."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.testing.fixtures import SHARED
from tongban.testing.rehearsal.city import rehearsal_city
from tongban.testing.rehearsal.walker import Walker

CATALOG = tree()
SERVICES = sorted(CATALOG.services.keys() - OPENED_BY_THE_HOUSE)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def walker(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walker]:
    """One rehearsal city for all services."""
    with django_db_blocker.unblock():
        with rehearsal_city(postgres, CATALOG) as walker:
            yield walker
        database.point_to(postgres, SHARED)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_be_carried_to_its_result(name: str, walker: Walker) -> None:
    for way in islice(walker.ways(name), 2):
        assert way.stuck is None, way.stuck
        assert set((way.results or {}).values()) == {"granted"}
