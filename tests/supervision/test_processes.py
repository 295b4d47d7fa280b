"""The event log is OCEL 2.0 and tells of nobody; what really happened is held against what was declared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.desk.conftest import Desks, at_work
from tests.desk.scene import LICENCE

from tongban.casework.model import WAITING
from tongban.platform import time
from tongban.portal.process_picture import Process
from tongban.publication import service as publication
from tongban.supervision import processes
from tongban.supervision.processes import Wanted

TYPES = {"string", "time", "integer", "float", "boolean"}


@pytest.fixture
def desks(db: None) -> Desks:
    """An office with its people."""
    return at_work()


EVERYTHING = Wanted()


def log(wanted: Wanted = EVERYTHING) -> dict[str, Any]:
    """The log, read back."""
    return dict(json.loads("".join(processes.log(publication.current(), wanted))))


def hold_to_the_standard(data: Mapping[str, Any]) -> None:
    """What the standard asks of its JSON: four lists, every type declared, every name once, no loose end."""
    assert set(data) == {"objectTypes", "eventTypes", "objects", "events"}
    for kinds, things in (("objectTypes", "objects"), ("eventTypes", "events")):
        declared = {one["name"]: {each["name"]: each["type"] for each in one["attributes"]} for one in data[kinds]}
        assert len(declared) == len(data[kinds])
        assert {kind for names in declared.values() for kind in names.values()} <= TYPES
        assert len({one["id"] for one in data[things]}) == len(data[things])
        for one in data[things]:
            told: Sequence[Mapping[str, Any]] = one["attributes"]
            assert {each["name"] for each in told} <= set(declared[one["type"]])
            assert all(isinstance(each["value"], str) for each in told)
            moments = [one["time"]] if things == "events" else [each["time"] for each in told]
            assert all(datetime.fromisoformat(each).tzinfo for each in moments)
    there = {one["id"] for one in data["objects"]}
    for one in [*data["objects"], *data["events"]]:
        assert all(set(each) == {"objectId", "qualifier"} for each in one["relationships"])
        assert {each["objectId"] for each in one["relationships"]} <= there


def test_the_log_is_ocel_and_every_event_belongs_to_a_case_and_an_office(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "refuse", texts={"reason": "不满足条件"})
    data = log()
    hold_to_the_standard(data)
    kinds = {one["id"]: one["type"] for one in data["objects"]}
    for event in data["events"]:
        assert [kinds[each["objectId"]] for each in event["relationships"]] == ["case", "office"]
    assert {"opened", "accept", "refuse"} <= {one["name"] for one in data["eventTypes"]}
    (application,) = [one for one in data["objects"] if one["type"] == "application"]
    cases = [one for one in data["objects"] if one["type"] == "case"]
    assert len(cases) == len(desks.scene.cases(number.rpartition("/")[0]))
    assert all(application["id"] in {each["objectId"] for each in one["relationships"]} for one in cases)


def test_the_log_says_nothing_of_people(desks: Desks) -> None:
    number = desks.scene.licence("苏晚晴")
    desks.scene.do(desks.clerk, number, "accept")
    text = "".join(processes.log(publication.current(), Wanted()))
    assert number.rpartition("/")[0] not in text
    assert "苏晚晴" not in text
    assert "430200" not in text
    assert f"staff:{desks.clerk.user_id}" not in text
    said = [each for event in json.loads(text)["events"] for each in event["attributes"]]
    actors = {each["value"] for each in said if each["name"] == "by"}
    assert actors <= {"applicant", "staff", "system", "machine"}


def test_a_log_can_be_of_one_service_and_of_some_days(desks: Desks) -> None:
    desks.scene.licence()
    data = log(Wanted(service=LICENCE))
    hold_to_the_standard(data)
    assert {one["id"] for one in data["objects"] if one["type"] == "service"} == {f"service:{LICENCE}"}
    now = time.now()
    assert log(Wanted(since=now + timedelta(days=1)))["events"] == []
    assert log(Wanted(until=now - timedelta(days=1)))["events"] == []
    assert log(Wanted(since=now - timedelta(days=1), until=now + timedelta(days=1)))["events"]


def test_whatever_the_engine_did_was_declared(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "refuse", texts={"reason": "不满足条件"})
    catalog = publication.current()
    for service in {case.service for case in desks.scene.cases(number.rpartition("/")[0])}:
        declared = processes.declared(catalog.procedures[catalog.services[service].procedure])
        taken = processes.taken(service)
        assert taken
        assert set(taken) <= declared
    assert (None, WAITING) in processes.declared(catalog.procedures["base/standard"])


def test_a_way_that_is_not_declared_is_a_deviation_and_one_not_taken_is_unused() -> None:
    states = {"sent": "收到", "decided": "已决定", "issued": "已发证"}
    declared = frozenset({(None, "sent"), ("sent", "decided"), ("decided", "issued")})
    found = Process(states, declared, {(None, "sent"): 3, ("sent", "issued"): 2}, "过程")
    assert found.deviations == [(("sent", "issued"), 2)]
    assert found.unused == [("decided", "issued"), ("sent", "decided")]
