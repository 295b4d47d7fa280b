"""The commands as a person or a program gives them, in a city with people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker
from typer.testing import CliRunner, Result

from tongban.catalog.vocabulary import Text
from tongban.cli.city import open_already
from tongban.cli.main import app
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.testing.fixtures import SHARED
from tongban.testing.stories.city import Client, fresh_city
from tongban.testing.stories.model import Given, Story


@pytest.fixture
def city(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """A city with people. It is open already, so commands need not open the one of this environment."""
    with django_db_blocker.unblock(), open_already():
        with fresh_city(postgres, Story("cli", Text("", ""), "", Given(), (), tree())) as client:
            yield client
        database.point_to(postgres, SHARED)


def tongban(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def data(*arguments: str, code: int = 0) -> Any:  # noqa: ANN401 -- whatever was printed
    said = tongban(*arguments, "--json")
    assert said.exit_code == code, said.output
    return json.loads(said.stdout)
