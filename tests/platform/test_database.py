"""Roles and rights, on a server of ours and on an operator's: the application owns nothing and bypasses nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tongban.platform import database
from tongban.platform.errors import PlatformError
from tongban.platform.places import find_places
from tongban.platform.roles import APP, AUDITOR, OWNER, ROLES
from tongban.testing import templates
from tongban.testing.fixtures import City


@pytest.fixture
def operators(city: City) -> Iterator[str]:
    """An operator's server: an empty database whose owner may make roles and is no superuser. Its superuser's URL."""
    with city.superuser() as superuser:
        superuser.execute("create role keeper createrole")
        superuser.execute("create database theirs owner keeper")
    yield city.server.conninfo("theirs")
    database.drop(city.server, "theirs")
    with city.superuser() as superuser:
        superuser.execute("drop role keeper")


def test_the_roles_are_weak(city: City) -> None:
    with city.superuser() as superuser:
        weak = superuser.execute(
            "select rolname from pg_roles where not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or"
            " rolreplication) and rolname = any(%s)",
            [list(ROLES)],
        ).fetchall()
    assert {name for (name,) in weak} == set(ROLES)


def test_the_application_owns_nothing_and_cannot_make_anything(city: City) -> None:
    with city.superuser() as superuser:
        owned = superuser.execute("select relname from pg_class where relowner = %s::regrole", [APP]).fetchall()
    assert owned == []
    with city.connect() as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("create table mine (n int)")


def test_the_auditor_reads_and_does_nothing_else(city: City) -> None:
    with city.connect(AUDITOR) as auditor:
        assert auditor.execute("select mark from platform_city").fetchone() == ("test",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            auditor.execute("delete from platform_city")


def test_what_the_owner_makes_the_application_may_use(city: City) -> None:
    with city.connect(OWNER) as owner:
        owner.execute("create table made (n bigserial primary key, t text)")
    with city.connect() as application:
        application.execute("insert into made (t) values ('x')")
        application.execute("update made set t = 'y'")
        assert application.execute("select n, t from made").fetchone() == (1, "y")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("truncate made")


def test_a_role_that_would_bypass_row_security_is_refused(city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute(f"alter role {APP} bypassrls")
        try:
            with pytest.raises(PlatformError, match="role-too-strong"):
                database.prepare(city.server.conninfo(city.database))
        finally:
            superuser.execute(f"alter role {APP} nobypassrls")


def test_every_connection_to_an_operators_database_works_as_its_role(operators: str) -> None:
    places = dataclasses.replace(find_places(), database_url=operators)
    database.prepare(operators)
    for role in ROLES:
        settings = database.connection(places, role)
        with psycopg.connect(
            host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"], **settings["OPTIONS"]
        ) as connection:
            assert connection.execute("select current_user").fetchone() == (role,)


def test_preparing_twice_changes_nothing(operators: str) -> None:
    database.prepare(operators)
    database.prepare(operators)
    with psycopg.connect(operators) as connection:
        assert connection.execute("select count(*) from pg_default_acl").fetchone() == (2,)


@pytest.mark.slow
def test_a_user_who_is_no_superuser_prepares_a_database_of_its_own() -> None:
    with templates.server() as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as superuser:
            for role in ROLES:
                superuser.execute(f"drop owned by {role}")
            for name in (templates.INHABITED, templates.PUBLISHED):
                superuser.execute(f"drop database {name}")
            for role in ROLES:
                superuser.execute(f"drop role {role}")
            superuser.execute("create role keeper createrole")
            superuser.execute("create database theirs owner keeper")
        database.prepare(make_conninfo(server.conninfo("theirs"), options="-c role=keeper"))
        with psycopg.connect(server.conninfo("theirs"), options="-c role=keeper") as keeper:
            keeper.execute(f"set role {APP}")
            assert keeper.execute("select current_user").fetchone() == (APP,)


def test_a_user_who_may_not_is_told_what_to_ask_for(operators: str, city: City) -> None:
    with city.superuser() as superuser:
        superuser.execute("create role weakling")
    try:
        with pytest.raises(PlatformError) as refusal:
            database.prepare(make_conninfo(operators, options="-c role=weakling"))
    finally:
        with city.superuser() as superuser:
            superuser.execute("drop role weakling")
    assert refusal.value.code == "roles-missing"
    assert f"GRANT {APP} TO" in refusal.value.do["en"]


def test_an_unreachable_database_is_named_as_such() -> None:
    with pytest.raises(PlatformError, match="database-unreachable"):
        database.prepare("postgresql://somebody@127.0.0.1:9/nothing")


def test_emptying_removes_everything_and_leaves_it_ready(operators: str) -> None:
    database.prepare(operators)
    with psycopg.connect(operators, options=f"-c role={OWNER}") as owner:
        owner.execute("create table made (n int)")
    database.empty(dataclasses.replace(find_places(), database_url=operators))
    with psycopg.connect(operators, options=f"-c role={OWNER}") as owner:
        owner.execute("create table made (n int)")
    with psycopg.connect(operators, options=f"-c role={APP}") as application:
        application.execute("insert into made values (1)")
