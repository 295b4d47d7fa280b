"""`tongban walk`: a real rehearsal in a process of its own, with what it found as problems of this city."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest
from typer.testing import CliRunner, Result

from tongban.cli import city as city_module
from tongban.cli.main import app
from tongban.supervision.models import Found, Round, Walked
from tongban.supervision.rounds import rehearsing
from tongban.testing.fixtures import City

pytestmark = pytest.mark.usefixtures("opened")
SERVICE = "hrss/social-card"


@pytest.fixture
def opened(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city of the test is open."""
    monkeypatch.setattr(city_module, "open_city", lambda: nullcontext(city))


def tongban(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.mark.slow
def test_one_service_is_walked_in_a_rehearsal_city() -> None:
    result = tongban("walk", "--service", "social-card", "--json")
    told = json.loads(result.stdout)
    assert (told["ways"], told["not_walked"]) == (told["to_the_end"], []), told
    assert result.exit_code == (1 if told["problems"] else 0)
    assert {row.about for row in Walked.objects.filter(round_id=told["round"])} == {SERVICE}
    assert Found.objects.count() == len(told["problems"])
    assert Round.objects.get().ended_at is not None


def test_a_matter_that_is_not_there_is_told_before_anybody_walks() -> None:
    result = tongban("walk", "--service", "no/such", "--json")
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (1, "unknown-bundle")


@pytest.mark.parametrize("arguments", [(), ("--all", "--service", SERVICE)])
def test_it_is_told_what_to_walk(arguments: tuple[str, ...]) -> None:
    assert tongban("walk", *arguments).exit_code == 2


def test_where_no_browser_can_be_led_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "find_spec", lambda _name: None)
    result = tongban("walk", "--service", SERVICE, "--browser", "--json")
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (1, "no-browser")
