"""A city is what it was founded as: a real one is never taken for a demonstration."""

from __future__ import annotations

import pytest

from tongban.platform import database, time
from tongban.platform.errors import PlatformError
from tongban.platform.founding import found
from tongban.platform.models import City, Mark
from tongban.testing.fixtures import City as OwnCity


def test_bringing_a_city_up_to_date_keeps_its_mark_and_its_time(city: OwnCity) -> None:
    time.set_time(time.DEMONSTRATION_START, frozen=True)
    found(Mark.TEST)
    assert time.city_mark() is Mark.TEST
    assert time.now() == time.DEMONSTRATION_START


@pytest.mark.parametrize(
    "leaves", ["update platform_city set mark = 'real', time_offset = '0'", "delete from platform_city"]
)
def test_a_real_city_becomes_no_demonstration(city: OwnCity, leaves: str) -> None:
    with city.superuser() as superuser:
        superuser.execute(leaves)
    with pytest.raises(PlatformError, match="real-city"):
        found(Mark.DEMONSTRATION)
    found(Mark.REAL)
    assert time.city_mark() is Mark.REAL


def test_a_database_of_another_program_is_left_alone(city: OwnCity) -> None:
    database.create(city.server, "elsewhere")
    database.point_to(city.server, "elsewhere")
    try:
        with OwnCity(city.server, "elsewhere").superuser() as superuser:
            superuser.execute("create table orders (n int)")
        with pytest.raises(PlatformError, match="database-not-empty"):
            found(Mark.REAL)
    finally:
        database.point_to(city.server, city.database)
        database.drop(city.server, "elsewhere")


@pytest.mark.slow
def test_a_new_city_is_marked_and_begins_on_its_morning(city: OwnCity) -> None:
    database.create(city.server, "fresh")
    database.point_to(city.server, "fresh")
    try:
        found(Mark.DEMONSTRATION)
        assert City.objects.get().mark == Mark.DEMONSTRATION
        assert time.today() == time.DEMONSTRATION_START.date()
    finally:
        database.point_to(city.server, city.database)
        database.drop(city.server, "fresh")
