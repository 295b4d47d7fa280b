"""Pytest fixtures: a real PostgreSQL for the run, and a database of its own for whoever asks.

Ask for `db` for a test that stays within one transaction of the application's role; ask for `city` where commits,
several connections or several roles are part of the law under test, and for `site` to have that city served over HTTP.
Never ask for `transactional_db` or `live_server`: they would empty tables that the application's role may not empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import hypothesis
import psycopg
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from pytest_django.plugin import DjangoDbBlocker

from tongban.platform import database, memory
from tongban.platform.messages import compile_messages
from tongban.platform.postgres import Postgres
from tongban.platform.roles import APP, SUPERUSER
from tongban.testing import templates
from tongban.testing.homes import own_home
from tongban.testing.serving import served

# The machine that runs the tests may be busy: a slow example is no failure.
hypothesis.settings.register_profile("tongban", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)
hypothesis.settings.register_profile("proof", deadline=None, max_examples=1_000)
hypothesis.settings.register_profile(  # the same examples for every mutant, and no time spent on showing a small one
    "mutants",
    deadline=None,
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("tongban")

SHARED = "shared"  # the database of all tests that ask for `db`
_numbers = itertools.count(1)


@dataclass
class City:
    """A database of one test: migrated, published, empty of people.

    `is_tampered`: somebody wrote into it by hand, so that no law of the engine is asked of it when the test ends.
    """

    server: Postgres
    database: str
    is_tampered: bool = False

    def connect(self, role: str = APP) -> psycopg.Connection[tuple[object, ...]]:
        """A new connection beside Django's, working as `role`."""
        return psycopg.connect(self.server.conninfo(self.database, role), autocommit=True)

    def superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        """A new connection to which no row-level security applies: it sees what is really there."""
        return self.connect(SUPERUSER)


def pytest_configure() -> None:
    """Compile the messages: a test may read a sentence in Chinese."""
    compile_messages()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded by then stays until the end: the collector of garbage need not look through it again and again."""
    with memory.uncollected():
        collected = yield
    memory.keep()
    return collected


@pytest.fixture(scope="session")
def postgres(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Postgres]:
    """The run's PostgreSQL."""
    with django_db_blocker.unblock(), templates.server() as running:
        yield running


@pytest.fixture(scope="session")
def django_db_setup(postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Point Django at a fresh copy of the published city."""
    with django_db_blocker.unblock():
        database.create(postgres, SHARED, template=templates.PUBLISHED)
        database.point_to(postgres, SHARED)
    yield
    with django_db_blocker.unblock():
        database.close_connections()


@pytest.fixture
def city_template() -> str:
    """The database that `city` is a copy of: without people, unless a folder of tests says otherwise."""
    return templates.PUBLISHED


@pytest.fixture
def city(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker, city_template: str
) -> Iterator[City]:
    """A database of this test alone; Django's connections lead to it until the test ends."""
    fresh = City(postgres, f"city_{next(_numbers)}")
    database.create(postgres, fresh.database, template=city_template)
    with django_db_blocker.unblock(), own_home():
        database.point_to(postgres, fresh.database)
        yield fresh
        database.point_to(postgres, SHARED)
    database.drop(postgres, fresh.database)


@pytest.fixture
def site(city: City) -> Iterator[str]:
    """The address of a real HTTP server on the test's own database, for browsers and other clients."""
    with served(StaticFilesHandler(WSGIHandler())) as address:
        yield address
