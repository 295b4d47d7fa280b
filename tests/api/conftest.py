"""A city with people in it, served over HTTP, and somebody's program speaking to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tongban.catalog.vocabulary import Text
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.testing.fixtures import SHARED
from tongban.testing.stories.city import Client, fresh_city
from tongban.testing.stories.model import Given, Story


@pytest.fixture(scope="module")
def api(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """One city for the tests of a module: what one of them does, the next one finds done."""
    story = Story("api", Text("", ""), "", Given(), (), tree())
    with django_db_blocker.unblock():
        with fresh_city(postgres, story) as client:
            yield client
        database.point_to(postgres, SHARED)


@pytest.fixture(scope="module")
def schema(api: Client) -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    found: dict[str, Any] = api.send(None, "GET", "/openapi.json").json()
    return found
