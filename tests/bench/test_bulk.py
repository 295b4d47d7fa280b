"""What the benches of many cases measure is what they say: whole lives, decided or imported, which the audit holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import psycopg
import pytest
from bench.cluster import Cluster
from bench.contestants import batches, floor, sets
from bench.lifecycle import PACK
from bench.peers.case import STEPS

from bench import lives, mix, processes, stock
from tongban.casework import audit, store
from tongban.casework.numbers import application_number_of
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.publication.files import compile_files
from tongban.registry import service as registry
from tongban.testing.fixtures import City


@pytest.fixture
def cluster(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The packs of the benches in force on a test's server, with two counties."""
    monkeypatch.setattr(mix, "COUNTIES", 2)
    catalog, findings = compile_files([PACK, mix.write_pack(tmp_path)])
    assert catalog is not None, findings
    return Cluster(city.server, publication.publish(catalog).digest, {})


def results() -> Counter[str | None]:
    """How many cases there are of each result, None while open; every one as its events say."""
    assert audit.audit().findings == []
    applications = query("select id from casework_application", [], "auditor")
    return Counter(case.result for case in store.cases_of(application_number_of(id_) for (id_,) in applications))


@pytest.mark.slow
def test_a_batch_takes_its_cases_through_seven_events_each(cluster: Cluster) -> None:
    share = batches.Share(cluster.digest, registry.create("approval/Transfer"), cases=7, batch=3)
    assert batches.carry(share) == 7
    assert results() == {"granted": 7}
    assert query("select count(*) from casework_event group by case_id", [], "auditor") == [(7,)] * 7


def test_sets_make_the_rows_that_the_floor_makes(cluster: Cluster) -> None:
    address = cluster.other("bench_sets")
    with psycopg.connect(address) as connection:
        connection.execute(floor.DDL)
        connection.commit()
        assert sets.carry(sets.Share(address, cases=5, batch=2)) == 5
        histories = connection.execute("select array_agg(kind order by n) from events group by case_id").fetchall()
        assert [tuple(steps) for (steps,) in histories] == [STEPS] * 5
        assert connection.execute("select distinct state, version from cases").fetchall() == [("closed", 7)]
        assert connection.execute("select count(*), bool_and(done) from tasks").fetchall() == [(10, True)]
    with psycopg.connect(cluster.server.conninfo(), autocommit=True) as connection:
        connection.execute("drop database bench_sets")


@pytest.mark.slow
def test_a_stock_is_of_every_life_and_as_open_as_was_asked(cluster: Cluster) -> None:
    done = stock.fill(cluster.digest, 150, open_share=0.5, crowded=8, at_once=1)
    found = results()
    assert found.total() == done.cases == 158
    assert 50 < found[None] < 110
    crowd = "select count(*) from casework_case where office = %s and open"
    assert query(crowd, [stock.CROWDED_OFFICE], "auditor")[0][0] >= 8
    assert audit.audit().unsealed_cases == 158


@pytest.mark.slow
def test_a_citys_days_bring_its_cases_to_their_ends(cluster: Cluster) -> None:
    subjects = [registry.create(mix.SUBJECT_TYPE) for _ in range(3)]
    share = lives.Share(cluster.digest, 12, 4, "2026-01-05", 0, subjects, processes.FORKED.Barrier(1))
    days = lives.live(share)
    found = results()
    assert found.total() == sum(day.cases for day in days) >= 48
    assert found["granted"] > 10
    assert query("select count(*) from casework_event", [], "auditor")[0][0] >= sum(day.events for day in days)
    assert audit.audit().unsealed_cases == 0


def test_each_process_answers_and_what_stopped_one_is_raised(city: City) -> None:
    del city
    assert processes.each(abs, [-1, -2]) == [1, 2]
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        processes.each(lambda number: 1 // number, [1, 0])
