"""The benches of lists and deadlines ask the product's own doors, as the roles that the walls hold for."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.cluster import Cluster

from bench import deadlines, lists, mix, stock
from tongban.casework import queries
from tongban.platform import time
from tongban.publication import service as publication
from tongban.publication.files import compile_files
from tongban.testing.fixtures import City


@pytest.fixture
def cluster(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The pack of the bench in force, with two counties and a few open cases in each."""
    monkeypatch.setattr(mix, "COUNTIES", 2)
    monkeypatch.setattr(deadlines, "DAYS", 1)
    catalog, findings = compile_files([mix.write_pack(tmp_path)])
    assert catalog is not None, findings
    time.set_time(time.DEMONSTRATION_START, frozen=True)
    city.is_tampered = True
    digest = publication.publish(catalog).digest
    (share,) = stock.shares(digest, 120, open_share=0.9, crowded=40, at_once=1)
    stock.write(share)
    return Cluster(city.server, digest, {})


def test_every_reader_gets_a_page_of_their_own_and_nothing_of_others(cluster: Cluster) -> None:
    lists.claim(stock.CROWDED_OFFICE)
    asked = lists.calls(stock.CROWDED_OFFICE, deep=0)
    assert lists.is_walled()
    for name, call in asked.items():
        answer = call()
        if isinstance(answer, queries.Page) and name.startswith(("crowded office", "clerk")):
            offices = {task.office for task in answer.tasks}
            assert offices <= ({stock.CROWDED_OFFICE} if name.startswith("crowded") else set(lists.CLERK)), name
    mine = asked["crowded office, of one person"]()
    assert isinstance(mine, queries.Page)
    assert {task.holder for task in mine.tasks} == {lists.CLAIMANT}
    assert len(asked["auditor, first page"]()[0]) == 50  # type: ignore[index]


@pytest.mark.slow
def test_a_day_brings_lights_and_a_calendar_moves_dates(cluster: Cluster) -> None:
    assert deadlines.backlog(160).settings["lights"] > 0
    found = list(deadlines.sweeps(cluster, 160, 0))
    assert [len(result.settings["found"]) for result in found] == [1, 1, 1]
    near = deadlines.reckoned("near", deadlines.next_workday(1), 160)
    assert near.sound
    assert 0 < near.settings["cases it touches"] <= 160
    assert near.settings["dates moved"] > 0
    none = deadlines.reckoned("none", deadlines.next_workday(200), 160)
    assert (none.sound, none.settings["cases it touches"], none.settings["dates moved"]) == (True, 0, 0)
