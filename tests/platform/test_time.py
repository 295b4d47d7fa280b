"""The city's clock: where time enters, who may move it, and that a real city's cannot be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.platform import time
from tongban.platform.errors import PlatformError
from tongban.platform.models import City as CityRow
from tongban.platform.models import Mark
from tongban.testing.fixtures import City

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=time.ZONE)


@pytest.mark.django_db
def test_a_test_city_begins_on_the_morning_of_16_november_2026() -> None:
    assert time.today().isoformat() == "2026-11-16"
    assert timedelta(0) <= time.now() - time.DEMONSTRATION_START < timedelta(hours=1)


@pytest.mark.django_db
def test_time_runs_on_from_the_moment_it_is_set_to() -> None:
    time.set_time(NOON)
    first = time.now()
    assert NOON <= first < NOON + timedelta(minutes=1)
    assert time.now() > first


@pytest.mark.django_db
def test_frozen_time_stands_still_until_it_is_advanced_and_then_stands_there() -> None:
    time.set_time(NOON, frozen=True)
    assert time.now() == time.now() == NOON
    assert time.advance_time(timedelta(days=3)) == NOON + timedelta(days=3)
    assert time.now() == time.now() == NOON + timedelta(days=3)


@pytest.mark.django_db
def test_one_request_reads_the_clock_once(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with time.one_time(), django_assert_num_queries(1):  # type: ignore[operator]
        for _ in range(5):
            time.now()


@pytest.mark.django_db
def test_moving_the_clock_within_a_request_is_seen_at_once() -> None:
    with time.one_time():
        time.now()
        time.set_time(NOON, frozen=True)
        assert time.now() == NOON


def test_a_real_city_refuses_to_set_time(city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("update platform_city set mark = 'real', time_offset = '0'")
    with pytest.raises(PlatformError, match="real-city"):
        time.set_time(NOON)
    assert abs(time.now() - time.recorded_now()) < timedelta(minutes=1)


def test_a_real_citys_clock_cannot_be_moved_past_the_program_either(city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("update platform_city set mark = 'real', time_offset = '0'")
        with pytest.raises(psycopg.errors.CheckViolation):
            superuser.execute("update platform_city set time_offset = '1 day'")


@pytest.mark.parametrize("change", ["mark = 'real'", "id = 2"])
def test_the_application_can_never_change_the_mark(city: City, change: str) -> None:
    with city.connect() as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(f"update platform_city set {change}")  # noqa: S608


@pytest.mark.django_db
def test_the_application_works_as_a_role_that_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == ("tongban_app", False, False)


@pytest.mark.django_db
def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        time.set_time(NOON.replace(tzinfo=None))


def test_a_real_city_is_asked_what_it_is_once(city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("update platform_city set mark = 'real', time_offset = '0'")
    time.now()
    with CaptureQueriesContext(connection) as statements:
        assert abs(time.now() - time.recorded_now()) < timedelta(minutes=1)
    assert list(statements) == []


def test_a_mark_that_is_taken_back_was_never_seen(city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("grant update on platform_city to tongban_app")
    with transaction.atomic():
        CityRow.objects.update(mark=Mark.REAL, time_offset=timedelta(0))
        assert abs(time.now() - time.recorded_now()) < timedelta(minutes=1)
        transaction.set_rollback(True)
    time.set_time(NOON, frozen=True)
    assert time.now() == NOON
