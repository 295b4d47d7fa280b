"""What an operator asks a running city, and what every answer carries."""

from __future__ import annotations

import httpx
import pytest
from django.test import Client

from tongban.testing.fixtures import City


def test_alive_does_not_ask_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_when_every_check_passes(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["database"] is True
    assert answer.json()["checks"]["migrations"] is True


def test_not_ready_while_a_migration_is_missing(client: Client, city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("delete from django_migrations where app = 'platform'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": answer.json()["checks"] | {"migrations": False}}


def test_not_ready_when_the_database_fails_under_a_check(client: Client, city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("alter table django_migrations rename to elsewhere; revoke all on elsewhere from public")
        superuser.execute("create view django_migrations as select 1 / 0 as id, ''::text as app, ''::text as name")
        superuser.execute("grant select on django_migrations to tongban_app")
    assert client.get("/readyz").json()["checks"]["migrations"] is False


def test_not_ready_while_nothing_is_published(client: Client, city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("truncate publication_publication cascade")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": True, "migrations": True, "static_files": True, "publication": False
    }  # fmt: skip


def test_metrics_count_by_route_and_never_by_path(client: Client) -> None:
    client.get("/healthz")
    client.get("/no/such/4302-26-000001-C")
    text = client.get("/metrics").content.decode()
    assert 'tongban_requests_total{method="GET",route="healthz",status="200"}' in text
    assert "4302-26-000001-C" not in text


@pytest.mark.django_db
def test_metrics_count_limits_at_which_silence_has_not_decided_yet(client: Client) -> None:
    assert "\ntongban_silence_overdue 0.0\n" in client.get("/metrics").content.decode()


def test_no_answer_lets_a_page_run_inline_or_load_from_elsewhere(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_questions_change_nothing(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_a_city_served_over_http_answers_its_operator(site: str) -> None:
    assert httpx.get(f"{site}/readyz").json()["checks"]["database"] is True
    assert httpx.get(f"{site}/healthz").text == "ok\n"
