"""The cases that a demonstration's offices begin with: histories that hold, that boards count, and that go on."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from tests.applications.newborn import desk_of_everyone

from tongban.applications import cases as steps
from tongban.casework import audit
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.supervision import boards
from tongban.testing.city import cases
from tongban.testing.city.identities import Identities
from tongban.testing.fixtures import City


@pytest.mark.slow
def test_boards_count_what_the_offices_begin_with_and_it_goes_on(city: City) -> None:
    assert city
    numbers = Identities()
    people = [
        registry.create("base/Person", key=numbers.resident_id(date(1990, 1, day), "female")) for day in range(1, 13)
    ]
    catalog = publication.current()
    shares = [share for share in cases.SHARES if share.service in catalog.services]
    assert len(shares) == len(cases.SHARES)
    count = cases.populate(people)
    assert count == sum(one.ended + one.late + one.open + one.overdue for one in shares)
    assert audit.audit().findings == []
    found = boards.board(catalog, time.now())
    assert found.whole.open == sum(one.open + one.overdue for one in shares)
    assert found.whole.red == sum(one.overdue for one in shares)
    assert sum(one.late for one in found.fair) >= sum(one.overdue + one.late for one in shares)
    assert found.month_ago is not None
    assert found.month_ago > found.whole.red
    assert {one.key for one in found.groups["level"]} >= {"city", "county", "town"}
    assert len(found.groups["department"]) >= 5
    late = next(one for one in found.groups["office"] if one.red)
    (worst,) = boards.behind(catalog, time.now(), "office", late.key, "red", 1)
    steps.act(
        desk_of_everyone()(late.key, "approver"), worst.number, "refuse", command_id=uuid4(), texts={"reason": "不符"}
    )
    assert boards.board(catalog, time.now()).whole.red == found.whole.red - 1


def test_a_city_without_residents_has_no_cases(city: City) -> None:
    assert city
    assert cases.populate([]) == 0
