"""The walls in the database: the application's role writes nothing itself and sees only what its offices may see."""

from __future__ import annotations

import psycopg
import pytest
from tests.casework.conftest import Trial
from tests.casework.world import ANNA, TRADE, WATER, command

from tongban.casework import service
from tongban.platform.roles import APP, AUDITOR

TABLES = ("application", "case", "event", "task", "clock", "value", "outbox", "reader", "seal")
WRITES = ("delete from casework_{0}", "update casework_{0} set {1} = {1}", "insert into casework_{0} default values")
COLUMNS = {"event": "n", "case": "version", "seal": "n", "reader": "name", "outbox": "topic"}


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
