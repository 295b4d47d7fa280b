"""A hotline that passes calls on: documented, once for each of its numbers, and nothing of the matter told to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.api.acting import begin, refused
from tests.api.shapes import check
from tests.applications.family import with_check

from tongban.applications import hotlines
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.model import Command, Given
from tongban.platform import time
from tongban.registry import service as registry
from tongban.supervision import problems
from tongban.testing.stories.city import Client, user_of

MOTHER = "430200199405120089"


@pytest.fixture(scope="module")
def token(api: Client) -> str:
    """With which the hotline comes."""
    return hotlines.admit("12345", time.today() + timedelta(days=30))


def call(api: Client, token: str, reference: str, **rest: object) -> Any:  # noqa: ANN401 -- httpx' own
    body = {"reference": reference, "caller": MOTHER, "said": "孩子上户口总是不收", **rest}
    return api.send(None, "POST", "/calls", json=body, headers={"Authorization": f"Bearer {token}"})


def test_a_call_is_taken_once_and_the_same_matter_joined(api: Client, schema: dict[str, Any], token: str) -> None:
    matter = begin(api)["number"]
    first = check(schema, "call", call(api, token, "A-1", application=matter, kind="not-accepted"))
    again = check(schema, "call", call(api, token, "A-1", application=matter, kind="not-accepted"))
    second = check(schema, "call", call(api, token, "A-2", application=matter, kind="not-accepted"))
    assert [one["number"] for one in (again, second)] == [first["number"]] * 2
    assert [(one["outcome"], one["times"]) for one in (first, again, second)] == [("new", 1), ("new", 1), ("joined", 2)]
    assert first["due"] == (time.today() + timedelta(days=1)).isoformat()
    assert first["answers"][0]["id"] == "life-events/newborn"
    [line] = check(schema, "listInquiries", api.send("mother", "GET", "/inquiries"))
    assert (line["number"], line["times"], line["cause"]) == (first["number"], 2, "human")
    said = check(schema, "readInquiry", api.send("mother", "GET", f"/inquiries/{first['number']}"))
    assert [one["said"] for one in said["again"]] == ["孩子上户口总是不收"]
    refused(api.send("mother", "POST", f"/inquiries/{first['number']}/helped"), 409, "wrong-state")
    own = api.send(None, "GET", f"/inquiries/{first['number']}", headers={"Authorization": f"Bearer {token}"})
    refused(own, 403, "scope-missing")


def test_a_call_about_anothers_matter_is_refused_as_if_it_were_not_there(api: Client, token: str) -> None:
    matter = begin(api)["number"]
    refused(call(api, token, "B-1", caller=registered("retiree"), application=matter), 404, "not-found")
    refused(call(api, token, "B-2", application="4302-26-999999-X"), 404, "not-found")


def test_what_a_call_cannot_be_is_told(api: Client, token: str) -> None:
    refused(call(api, token, "C-1", said="法院判了不执行"), 422, "not-ours")
    refused(call(api, token, "C-2", caller="430200199405120080"), 422, "wrong-fields")
    refused(call(api, token, "C-3", caller=with_check("43020019900101001")), 422, "caller-unknown")
    refused(call(api, token, "C-4", said=""), 422, "wrong-fields")
    refused(call(api, token, "C-6", caller=""), 422, "wrong-fields")
    refused(call(api, token, "C-7", caller="", phone="call me"), 422, "wrong-fields")
    refused(call(api, token, "C-8", caller="", phone="19900000007", application=begin(api)["number"]), 404, "not-found")
    refused(call(api, token, ""), 422, "wrong-shape")
    mine = {"reference": "C-5", "caller": MOTHER, "said": "x"}
    refused(api.send("mother", "POST", "/calls", json=mine), 403, "forbidden")


def test_what_could_not_be_done_is_told_by_its_owner(api: Client, schema: dict[str, Any]) -> None:
    body = {"said": "不知道要什么", "kind": "unclear", "offer": "newborn"}
    line = check(schema, "ask", api.send("mother", "POST", "/inquiries", json=body))
    assert (line["cause"], line["due"]) == ("unclear", time.today().isoformat())


def registered(persona: str) -> str:
    """The ID number of somebody."""
    return registry.key_of(user_of(persona).subject_id or 0) or ""


def test_a_call_that_joined_is_the_same_call_even_after_the_matter_is_answered(api: Client, token: str) -> None:
    matter = begin(api)["number"]
    first, joined = (call(api, token, name, application=matter).json() for name in ("D-1", "D-2"))
    case = store.cases_of([first["number"]])[0]
    window = problems.house(case.office)
    answer = {"inquiry.answer": Given("收了", "produced"), "inquiry.fault": Given("not-the-way", "produced")}
    casework.command(case.number, Command(str(uuid4()), "answer", facts=answer), window)
    again = call(api, token, "D-2", application=matter).json()
    assert again["number"] == joined["number"] == first["number"]
    assert call(api, token, "D-3", application=matter).json()["number"] != first["number"]


def test_whom_no_register_knows_is_taken_by_the_telephone_number_and_called_back(
    api: Client, schema: dict[str, Any], token: str
) -> None:
    first = check(schema, "call", call(api, token, "E-1", caller="", phone="199 0000-0007", offer="newborn"))
    again = check(schema, "call", call(api, token, "E-2", caller="", phone="19900000007", offer="newborn"))
    other = check(schema, "call", call(api, token, "E-3", caller="", phone="19900000008", offer="newborn"))
    matter = check(schema, "call", call(api, token, "E-4", caller="", phone="19900000007", offer="retire"))
    assert (first["outcome"], again["outcome"], again["times"]) == ("new", "joined", 2)
    assert again["number"] == first["number"]
    assert len({first["number"], other["number"], matter["number"]}) == 3
    assert first["due"] is not None
    [case] = store.cases_of([first["number"]])
    assert store.facts_of([case.number])[case.number]["inquiry.call_back"] == "19900000007"
    unknown = with_check("43020019900101001")
    taken = check(schema, "call", call(api, token, "E-5", caller=unknown, phone="19900000009"))
    assert taken["outcome"] == "new"
    desk = api.send("clerk-government-services", "GET", f"/cases/{case.number.replace('/', '.')}")
    assert desk.status_code == 200
    assert "19900000007" in desk.text
