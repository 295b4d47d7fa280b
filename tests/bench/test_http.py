"""What `tongban bench http` counts is what it says: complaints that a citizen made and others assigned and resolved."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from bench.callers import carry_out
from bench.complaints import DEPARTMENTS, PACK, SERVICE, People, settle
from bench.http import is_whole
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import spent
from tongban.casework import audit, store
from tongban.casework.numbers import application_number_of
from tongban.publication import service as publication
from tongban.publication.files import compile_files
from tongban.testing.fixtures import City

MOST_QUERIES = {"create": 10, "assign": 5, "resolve": 5, "read": 7}
"""What each call may ask the database, the city's clock among it: what is asked on this way is asked all day long."""


@pytest.fixture
def people(city: City) -> People:
    """The people of the bench in a test's city, its pack in force."""
    del city
    catalog, findings = compile_files([PACK])
    assert catalog is not None, findings
    publication.publish(catalog)
    return settle()


def plan(site: str, people: People, **rest: object) -> dict[str, Any]:
    at = urlsplit(site)
    return {"address": (at.hostname, at.port), "service": SERVICE, **asdict(people), **rest}


def account_of(asked: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(orjson.dumps(asyncio.run(carry_out(asked))))
    return found


@pytest.mark.slow
def test_every_complaint_that_counts_was_assigned_and_resolved_by_others(site: str, people: People, city: City) -> None:
    steady = account_of(plan(site, people, clients=3, seconds=0.5, read=True))
    unread = account_of(plan(site, people, clients=2, seconds=0.2, read=False))
    levels = account_of(plan(site, people, levels=[2, 6], seconds=0.5))["levels"]
    assert all(is_whole(each) for each in (steady, unread, *levels))
    assert [each["resolved"] for each in levels] == [1, 3]
    assert "read" not in unread["milliseconds"]
    with city.superuser() as superuser:
        rows = superuser.execute("select id from casework_application").fetchall()
    cases = store.cases_of(application_number_of(id_) for (id_,) in rows)
    assert len(cases) == sum(each["resolved"] for each in (steady, unread, *levels))
    for events in store.events_of(case.number for case in cases).values():
        assert [event.data.get("step", event.kind) for event in events] == ["opened", "assign", "resolve"]
        assert [event.actor.partition(":")[0] for event in events] == ["person", "staff", "staff"]
        assert len({event.actor for event in events}) == len(events)
    assert audit.audit().findings == []


@pytest.mark.slow
def test_a_complaint_that_nobody_resolved_does_not_count(site: str, people: People) -> None:
    strangers = plan(site, people, clients=1, seconds=0.2, read=True)
    strangers["departments"] = dict.fromkeys(DEPARTMENTS, people.centre)
    account = account_of(strangers)
    assert account["resolved"] == 0
    assert list(account["failures"]) == ["Refused 403 not-your-office"]
    assert not is_whole(account)


@pytest.mark.slow
def test_what_is_sent_at_once_is_begun_signed_and_sent_once_or_not_at_all(people: People) -> None:
    city, who = Client(), {"Authorization": f"Bearer {people.citizens[0]}"}
    answers = {"complaint.category": "noise", "complaint.region": "430211"}
    body = {"bundle": SERVICE, "answers": answers, "submit": True}

    def send() -> Any:  # noqa: ANN401 - an answer
        kind = "application/json"
        headers = {**who, "Idempotency-Key": "one"}
        return city.post("/api/v1/applications", orjson.dumps(body), content_type=kind, headers=headers)

    refused = send()
    assert (refused.status_code, refused.json()["code"]) == (422, "incomplete")
    assert {each["fact"] for each in refused.json()["errors"]} == {
        "complaint.place", "complaint.phone", "complaint.said",
    }  # fmt: skip
    assert city.get("/api/v1/applications", headers=who).json() == []
    answers |= {"complaint.place": "泰山路 1 号", "complaint.phone": "10000000001", "complaint.said": "太吵"}
    first, again = send(), send()
    assert (first.status_code, first.json()["state"], len(first.json()["cases"])) == (200, "submitted", 1)
    assert again.json() == first.json(), "what was made is answered as it reads"
    assert len(city.get("/api/v1/applications", headers=who).json()) == 1


def test_a_key_that_did_something_else_sends_nothing(people: People) -> None:
    city = Client()
    who = {"Authorization": f"Bearer {people.citizens[0]}", "Idempotency-Key": "two"}
    told = {"category": "noise", "region": "430211", "place": "泰山路 1 号", "phone": "10000000001", "said": "太吵"}
    body: dict[str, Any] = {"bundle": SERVICE, "answers": {f"complaint.{n}": value for n, value in told.items()}}

    def send(path: str = "", **said: object) -> Any:  # noqa: ANN401 - an answer
        kind = "application/json"
        return city.post(f"/api/v1/applications{path}", orjson.dumps(said), content_type=kind, headers=who)

    draft = send(**body).json()["number"]
    at_once = send(**body, submit=True)
    assert (at_once.status_code, at_once.json()["code"]) == (409, "command-reused")
    who["Idempotency-Key"] = "three"
    assert send(**body, submit=True).json()["state"] == "submitted"
    for step in ("agree", "sign"):
        answer = send(f"/{draft}/{step}")
        assert answer.status_code == 200, answer.content
    another = send(f"/{draft}/submit")
    assert (another.status_code, another.json()["code"]) == (409, "command-reused")
    assert city.get(f"/api/v1/applications/{draft}", headers=who).json()["state"] == "draft"


def test_each_call_asks_the_database_only_so_often(people: People) -> None:
    city = Client()

    def asked(name: str, who: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        sent = {} if body is None else {"data": orjson.dumps(body), "content_type": "application/json"}
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(city, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {who}"}, **sent)
        assert answer.status_code == 200, answer.content
        counts.setdefault(name, []).append(len(queries))
        return orjson.loads(answer.content)

    counts: dict[str, list[int]] = {}
    told = {"category": "no-light", "region": "430211", "place": "泰山路 1 号", "phone": "10000000001", "said": "不亮"}
    answers = {f"complaint.{name}": value for name, value in told.items()}
    office = DEPARTMENTS[0]
    for _ in range(2):  # the first time the process has still to read the definitions
        new = {"bundle": SERVICE, "answers": answers, "submit": True}
        case = asked("create", people.citizens[0], "post", "/applications", new)["cases"][0]["number"]
        assign = {"case": case, "command": "assign", "data": {"offices": [office]}}
        resolve = {"case": case, "command": "resolve", "task": f"handling:{office}", "texts": {"note": "修好了"}}
        for order, who in ((assign, people.centre[0]), (resolve, people.departments[office][0])):
            (done,) = asked(str(order["command"]), who, "post", "/cases/commands", {"commands": [order]})
            assert done["done"], done
        read = asked("read", people.citizens[0], "get", f"/cases/{case.replace('/', '.')}")
        assert read["state"] == "resolved"
    assert {name: count for name, (_, count) in counts.items() if count > MOST_QUERIES[name]} == {}


def test_the_time_a_process_has_spent_only_grows() -> None:
    before = spent.of_session(os.getsid(0)), spent.of_family(os.getpid())
    sum(range(3_000_000))
    after = spent.of_session(os.getsid(0)), spent.of_family(os.getpid())
    assert after[0] > before[0] > 0
    assert after[1] > before[1] > 0
