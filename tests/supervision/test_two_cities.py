"""Two cities, each with its own database, folder and processes: insurance follows from one to the other over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.supervision.running_city import APPROVER, CLERK, MOVER, Running, two_cities

from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
HENGYANG = "demonstration/social-insurance-430400"
RELEASE, TRANSFER = "social-insurance/province-release", "social-insurance/province-transfer"


@pytest.fixture
def cities(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Running, Running]]:
    """Zhuzhou and Hengyang, both served."""
    with django_db_blocker.unblock():
        with two_cities(HENGYANG) as both:
            for one in both:
                one.city.start()
            yield both
        database.point_to(postgres, SHARED)


def test_one_application_two_cities_no_trip_no_paper(cities: tuple[Running, Running]) -> None:
    zhuzhou, hengyang = cities
    number = zhuzhou.applied(TRANSFER, {"merge.from_region": "430400", "merge.keep": "here"})
    hengyang.city.kill_serving()  # Hengyang's server is away
    assert zhuzhou.agency("tell") == {"told": 0, "waiting": 1}
    hengyang.city.start()
    assert zhuzhou.agency("tell") == {"told": 1, "waiting": 0}
    (there,) = hengyang.tasks(RELEASE)
    assert zhuzhou.part(number, RELEASE)["theirs"] == there
    zhuzhou.city.kill_serving()  # and now Zhuzhou's, while Hengyang decides
    hengyang.act(CLERK, there, "accept")
    hengyang.act(APPROVER, there, "decide", {"merge.released_periods": "2011-03/2019-08"})
    assert hengyang.agency("tell") == {"told": 0, "waiting": 1}
    zhuzhou.city.start()
    assert hengyang.agency("tell") == {"told": 1, "waiting": 0}
    assert zhuzhou.part(number, RELEASE)["result"] == "granted"
    here = zhuzhou.part(number, TRANSFER)["number"]
    zhuzhou.act(CLERK, here, "accept")
    facts = {line["fact"]: line["value"] for line in zhuzhou.act(APPROVER, here, "decide")["facts"]}
    assert facts["merge.overlapping_periods"] == "2019-07/2019-08"
    assert (facts["merge.added_months"], facts["merge.refunded_by"]) == (100, "there")
    view = zhuzhou.send(MOVER, "GET", f"/applications/{number}")
    assert [line["result"] for line in view["cases"]] == ["granted", "granted"]
    assert {event["office"]["zh"] for event in view["events"]} == {"衡阳市社会保险经办机构", "石峰区社会保险经办中心"}
