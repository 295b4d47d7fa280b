"""What no honest program sends: the answer is a refusal in the one shape, and nothing is shown that is not theirs."""

from __future__ import annotations

import httpx
import pytest
from tests.api.acting import begin, refused

from tongban.testing.stories.city import Client

JSON = {"Content-Type": "application/json"}
UNREADABLE = {
    "no number": b'{"facts": {"mother.phone": NaN}}',
    "half a character": b'{"facts": {"\\ud800": "x"}}',
    "half a character as a value": b'{"facts": {"mother.phone": "\\ud800"}}',
    "no UTF-8": b'{"facts": {"mother.phone": "\xff\xfe"}}',
    "a hundred thousand lists": b"[" * 100_000,
    "a hundred thousand objects": b'{"a":' * 100_000,
    "a number of five thousand digits": b'{"version": ' + b"9" * 5000 + b"}",
}
OUT_OF_RANGE = [
    ("/plans", {"bundle": "newborn", "on": "9999-12-31"}),
    ("/plans", {"bundle": "newborn", "on": "0001-01-01"}),
    ("/applications", {"bundle": "newborn", "applicant": 10**30}),
    ("/applications", {"bundle": "newborn", "applicant": 2**63}),
    ("/tokens", {"label": "x", "scopes": ["read"], "until": "9999-12-31"}),
    ("/tasks/hand-over", {"cases": ["4302-26-000001-U/01"], "to": 2**63}),
]


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_that_is_no_json_for_everybody_is_refused(api: Client, body: bytes) -> None:
    number = begin(api)["number"]
    answer = api.send("mother", "POST", f"/applications/{number}/facts", content=body, headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    refused(answer, answer.status_code, "wrong-request" if answer.status_code == 400 else "wrong-shape")


@pytest.mark.parametrize(("path", "body"), OUT_OF_RANGE)
def test_what_no_calendar_and_no_column_holds_is_refused(api: Client, path: str, body: dict[str, object]) -> None:
    answer = api.send("mother", "POST", path, json=body)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text


@pytest.mark.parametrize("part", ["9" * 5000, "00", "x"])
def test_a_part_that_cannot_be_is_not_there(api: Client, part: str) -> None:
    number = begin(api)["number"]
    answer = api.send("mother", "POST", f"/cases/{number}.{part}/commands", json={"command": "resubmit"})
    refused(answer, 404, "not-found")


def test_a_plan_is_for_fifty_thousand_members_at_most(api: Client) -> None:
    plan = {"bundle": "hire-employee", "as": "employer"}
    most = api.send(None, "POST", "/plans", json=plan | {"counts": {"hire": 50_000}})
    assert most.status_code == httpx.codes.OK, most.text
    for count in (0, 50_001, 10**30):
        refused(api.send(None, "POST", "/plans", json=plan | {"counts": {"hire": count}}), 422, "wrong-shape")


def test_tickets_are_shown_to_their_window_only(api: Client) -> None:
    office = next(iter(api.send("window", "GET", "/me").json()["offices"]))
    taken = api.send(None, "POST", f"/windows/{office}/tickets").json()
    api.send("window", "POST", f"/windows/{office}/call")
    api.send("window", "POST", f"/tickets/{taken['id']}/serve", params={"application": "4302-26-000001-U"})
    assert api.send("window", "GET", f"/windows/{office}").status_code == httpx.codes.OK
    for persona in ("mother", "clerk-fire", "auditor"):
        refused(api.send(persona, "GET", f"/windows/{office}"), 403, "forbidden")


def test_an_answer_to_somebody_is_kept_nowhere(api: Client) -> None:
    for persona, path in (("mother", "/me"), ("mother", "/applications"), ("clerk-fire", "/tasks")):
        assert "no-store" in api.send(persona, "GET", path).headers["Cache-Control"]
    assert "Cache-Control" not in api.send(None, "GET", "/bundles").headers


def test_a_key_begins_one_thing(api: Client) -> None:
    key = {"Idempotency-Key": "one-thing"}
    begun = api.send("mother", "POST", "/applications", json={"bundle": "newborn"}, headers=key)
    again = api.send("mother", "POST", "/applications", json={"bundle": "newborn"}, headers=key)
    assert begun.json()["number"] == again.json()["number"]
    refused(api.send("mother", "POST", "/applications", json={"bundle": "retire"}, headers=key), 409, "command-reused")


@pytest.mark.parametrize("name", ["x" * 5000 + ".pdf", "a\r\nSet-Cookie: a=b.pdf", "../../a.pdf"])
def test_an_upload_with_a_made_up_name_is_refused_or_nobodys(api: Client, name: str) -> None:
    number = begin(api)["number"]
    file = {"file": (name, b"%PDF-1.7", "text/html")}
    answer = api.send("mother", "POST", f"/applications/{number}/papers", data={"paper": "no-such-paper"}, files=file)
    assert answer.status_code in {400, 422}, answer.text
    assert "Set-Cookie" not in answer.headers
