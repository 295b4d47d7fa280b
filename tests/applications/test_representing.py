"""Who may act for whom, as either side reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.applications.family import person
from tests.applications.hiring import USCC, employer

from tongban import publication
from tongban.accounts import mandates
from tongban.accounts.actor import Actor
from tongban.applications import representing
from tongban.platform import time

pytestmark = pytest.mark.django_db


def names(actor: Actor) -> list[str]:
    """Those whom the reader acts for, or who act for the reader."""
    return [line["name"] for line in representing.given(actor)]


def test_a_company_has_no_account_and_is_called_by_its_code() -> None:
    assert names(employer(publication.current()).agent) == [USCC]


def test_a_mandate_stands_in_the_list_between_its_days() -> None:
    grantor, _ = person("罗承岳", "43020019660620003")
    agent, daughter = person("罗知夏", "43020019910715012")
    first = time.today() + timedelta(days=1)
    mandates.give(grantor, agent, ["life-events/retire"], from_day=first, until_day=first)
    assert names(daughter) == []
    time.set_time(time.now() + timedelta(days=1), frozen=True)
    assert names(daughter) == ["罗**"]
    time.set_time(time.now() + timedelta(days=1), frozen=True)
    assert names(daughter) == []
