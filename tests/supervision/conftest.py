"""A city with people and an application under way, its time standing still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.api.acting import FACTS, begin, post
from tests.applications.family import Family, family
from tests.applications.newborn import Desk, desk_of_everyone

from tongban.catalog.vocabulary import Text
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication import service as publication
from tongban.publication.files import tree
from tongban.testing.fixtures import SHARED
from tongban.testing.stories.city import Client, fresh_city
from tongban.testing.stories.model import Given, Story


@pytest.fixture
def desk(db: None) -> Desk:
    """Whoever works at an office in a role, hired when first asked for."""
    return desk_of_everyone()


@pytest.fixture
def home(db: None) -> Family:
    """Married parents and a child just born."""
    return family(publication.current())


@pytest.fixture
def api(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """A city of this test's own."""
    story = Story("supervision", Text("", ""), "", Given(), (), tree())
    with django_db_blocker.unblock():
        with fresh_city(postgres, story) as client:
            yield client
        database.point_to(postgres, SHARED)


@pytest.fixture
def case(api: Client) -> str:
    """The birth certificate's case of an application sent on Monday, 16 November 2026, 09:00."""
    number = str(begin(api)["number"])
    for persona, action, body in (
        ("mother", "agree", {}),
        ("mother", "facts", {"facts": FACTS}),
        ("mother", "sign", {}),
        ("father", "consent", {"agree": True}),
        ("mother", "submit", {}),
    ):
        assert post(api, persona, number, action, body).status_code == 200
    view = api.send("mother", "GET", f"/applications/{number}").json()
    return next(str(c["number"]) for c in view["cases"] if c["service"] == "health/birth-certificate")
