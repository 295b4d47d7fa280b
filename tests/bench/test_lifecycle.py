"""What `tongban bench lifecycle` measures is what it says: seven audited steps, on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from bench.clients import seconds
from bench.cluster import Cluster
from bench.contestants import floor, tongban
from bench.lifecycle import PACK
from bench.peers.case import STEPS, Life

from tongban.casework import audit, store
from tongban.casework.numbers import application_number_of
from tongban.publication import service as publication
from tongban.publication.files import compile_files
from tongban.testing.fixtures import City


@pytest.fixture
def cluster(city: City) -> Cluster:
    """The bench's pack in force on a test's server."""
    catalog, findings = compile_files([PACK])
    assert catalog is not None, findings
    return Cluster(city.server, publication.publish(catalog).digest, {})


@pytest.mark.slow
def test_tongban_takes_every_case_through_seven_audited_events(cluster: Cluster, city: City) -> None:
    seconds(tongban.contestant(cluster), clients=4, cases=10)
    with city.superuser() as superuser:
        rows = superuser.execute("select id from casework_application").fetchall()
    cases = store.cases_of(application_number_of(id_) for (id_,) in rows)
    assert [case.result for case in cases] == ["granted"] * 10
    for events in store.events_of(case.number for case in cases).values():
        steps = [event.data.get("step", event.kind) for event in events]
        assert steps[:2] + steps[4:] == ["opened", "accept", "decide", "issue", "close"]
        assert steps[2:4] == ["opine", "opine"]
    assert audit.audit().findings == []


def test_the_floor_takes_as_many_steps(cluster: Cluster) -> None:
    seconds(floor.contestant(cluster), clients=4, cases=10)
    with psycopg.connect(cluster.server.conninfo("bench_floor")) as connection:
        histories = connection.execute("select array_agg(kind order by n) from events group by case_id").fetchall()
        states = connection.execute("select distinct state, version from cases").fetchall()
    assert [tuple(steps) for (steps,) in histories] == [STEPS] * 10
    assert states == [("closed", 7)]
    with psycopg.connect(cluster.server.conninfo(), autocommit=True) as connection:
        connection.execute("drop database bench_floor")


def test_a_client_that_fails_is_heard_of() -> None:
    @contextmanager
    def failing() -> Iterator[Life]:
        yield lambda: 1 // 0

    with pytest.raises(ZeroDivisionError):
        seconds(failing, clients=3, cases=5)
