"""The walls in the database: the application's role writes nothing itself and sees only what its offices may see."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from tests.casework.conftest import Trial
from tests.casework.world import ANNA, TRADE, WATER, command
from tests.casework.world import lamp as lamp_of

from tongban.casework import service
from tongban.casework.numbers import PARTS, id_of
from tongban.platform.roles import APP, AUDITOR

OF_BOARDS = {"line": "office", "tally": "cases", "tallied": "seen"}
TABLES = ("application", "case", "event", "task", "clock", "value", "outbox", "reader", "seal", *OF_BOARDS)
WRITES = ("delete from casework_{0}", "update casework_{0} set {1} = {1}", "insert into casework_{0} default values")
COLUMNS = {"event": "n", "case": "version", "seal": "n", "reader": "name", "outbox": "topic", **OF_BOARDS}


@pytest.mark.parametrize("role", [APP, AUDITOR])
@pytest.mark.parametrize("table", TABLES)
def test_no_role_but_the_owner_writes_casework(trial: Trial, role: str, table: str) -> None:
    trial.open()
    with trial.city.connect(role) as connection:
        for write in (*WRITES, "truncate casework_{0}"):
            statement = write.format(table, COLUMNS.get(table, "case_id" if table != "application" else "mode"))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_application_sees_no_row_unless_an_office_is_set(trial: Trial) -> None:
    (number,) = trial.open()
    service.command(number, command("accept"), ANNA)
    with trial.city.connect(APP) as connection:
        for table in ("application", "case", "event", "task", "clock"):
            counted = f"select count(*) from casework_{table}"  # noqa: S608 -- names of this file
            assert connection.execute(counted).fetchone() == (0,), table
            connection.execute("select set_config('tongban.offices', %s, false)", [f"{{{WATER}}}"])
            assert connection.execute(counted).fetchone() == (0,), table
            connection.execute("select set_config('tongban.offices', %s, false)", [f"{{{TRADE}}}"])
            found = connection.execute(counted).fetchone()
            assert found != (0,), table
            connection.execute("reset tongban.offices")


def test_a_new_table_of_casework_stands_behind_the_wall(trial: Trial) -> None:
    with trial.city.superuser() as superuser:
        found = superuser.execute(
            "select relname, relrowsecurity from pg_class"
            " where starts_with(relname, 'casework_') and relkind in ('r', 'v', 'm')"
        ).fetchall()
    assert {name for name, _ in found} == {f"casework_{table}" for table in TABLES}
    assert all(is_walled for _, is_walled in found)


READABLE = {"application": "id", "case": "id", "event": "case_id", "task": "case_id", "clock": "case_id"}
"""What the application's role may read at all, with the column that says of which case."""
AROUND = (
    "select {1} from casework_{0} where true or {1} > 0",
    "select {1} from casework_{0} where {1} = %(foreign)s",
    "select t.{1} from casework_{0} t, (values (1), (2)) v (x)",
    "select {1} from (select * from casework_{0} union all select * from casework_{0}) u",
    "with all_of_them as materialized (table casework_{0}) select {1} from all_of_them",
    "select c.{1} from casework_{0} c full join casework_case o on true where c.{1} is not null",
    "select {1} from casework_{0} where current_setting('tongban.offices') <> ''",
)


@pytest.mark.parametrize("table", READABLE)
def test_no_statement_of_the_application_goes_around_the_wall(trial: Trial, table: str) -> None:
    own, lamp = trial.open(), trial.open(replace(lamp_of(), office=WATER))
    foreign, known = ({id_of(number), id_of(number) // PARTS} for number in (lamp[0], own[0]))
    with trial.city.connect(APP) as connection:
        for offices, seen in ((f"{{{TRADE}}}", known), (f"{{{WATER}}}", foreign), ("{}", set()), ("{nowhere}", set())):
            connection.execute("select set_config('tongban.offices', %s, false)", [offices])
            for around in AROUND:
                statement = around.format(table, READABLE[table])
                found = connection.execute(statement, {"foreign": id_of(lamp[0])}).fetchall()
                assert {id_ for (id_,) in found} <= seen, statement
            counted = f"select count(*) from casework_{table}"  # noqa: S608 -- names of this file
            assert connection.execute(counted).fetchone() != (0,) or not seen


@pytest.mark.parametrize(
    "statement",
    [
        "set role tongban_owner",
        "set role tongban_auditor",
        "set session authorization postgres",
        "alter table casework_case disable row level security",
        "drop policy offices on casework_case",
        "create policy mine on casework_case using (true)",
        "grant select on casework_value to tongban_app",
        "create view everything as select * from casework_value",
        "create function leak() returns setof casework_case language sql security definer as 'table casework_case'",
        "set row_security to off; table casework_case",
    ],
)
def test_the_application_cannot_take_the_wall_down(trial: Trial, statement: str) -> None:
    with trial.city.connect(APP) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_doors_to_lists_open_the_offices_for_their_own_statement_only(trial: Trial) -> None:
    trial.open()
    with trial.city.connect(APP) as connection:
        for asked in (
            "casework_tasks(%s, now(), null, null, false, null, null, null, '-infinity', 0, '', 9)",
            "casework_task_counts(%s, now(), null, null, false, null, null, null, 9)",
            "casework_elsewhere(%s, '-infinity', 0, 9)",
            "casework_load_of_office((%s::text[])[1], '{}', now(), 9)",
        ):
            connection.execute(f"select * from {asked}", [[TRADE]])  # noqa: S608 -- as above
            assert connection.execute("select count(*) from casework_task").fetchone() == (0,)
            assert connection.execute("select count(*) from casework_case").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from casework_open_cases('-infinity', 0, 9)")


def test_the_application_reads_no_values_and_no_outbox(trial: Trial) -> None:
    trial.open()
    with trial.city.connect(APP) as connection:
        for table in ("value", "outbox", "reader", "seal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from casework_{table}")  # noqa: S608 -- as above


def test_an_auditor_sees_every_case_and_carries_out_nothing(trial: Trial) -> None:
    trial.open()
    with trial.city.connect(AUDITOR) as connection:
        assert connection.execute("select count(*) from casework_event").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select casework_next_number()")


def test_values_of_people_stand_nowhere_in_the_clear(trial: Trial) -> None:
    trial.open()
    with trial.city.superuser() as connection:
        for table in TABLES:
            rows = connection.execute(f"select t::text from casework_{table} t").fetchall()  # noqa: S608 -- as above
            assert "贺小满" not in str(rows), table
            assert "贺小满".encode().hex() not in str(rows), table
