"""The projection law, asked after every test, is broken where somebody wrote by hand and only there."""

from __future__ import annotations

import pytest
from tests import projection
from tests.casework.conftest import Trial
from tests.casework.world import ANNA, command

from tongban.casework import service
from tongban.casework.numbers import id_of

CHANGES = {
    "state-changed": 'update casework_case set state = state || \'{"state": "accepted"}\' where id = %s',
    "chain-broken": "update casework_case set version = version - 1 where id = %s",
    "tasks-changed": "delete from casework_task where case_id = %s",
    "clocks-changed": "update casework_clock set due_at = due_at + interval '1 day' where case_id = %s",
}


@pytest.mark.parametrize("code", CHANGES)
def test_a_row_changed_by_hand_breaks_the_law(trial: Trial, code: str) -> None:
    (number,) = trial.open()
    service.command(number, command("claim"), ANNA)
    trial.city.is_tampered = True
    assert list(projection.broken()) == []
    with trial.city.superuser() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(CHANGES[code], [id_of(number)])
    assert [found.split(":")[1].split()[0] for found in projection.broken()] == [code]
