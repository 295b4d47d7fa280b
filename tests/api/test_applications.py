"""An application through HTTP: each answer as described, everything once, and nobody else's business."""

from __future__ import annotations

import socket
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.api.acting import FACTS, begin, command, post, refused, sent
from tests.api.shapes import check

from tongban.accounts.tokens import issue_token
from tongban.testing.stories.city import Client, user_of

HIRE = "430200199903040102"
PDF = ("paper.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")


@pytest.fixture(scope="module")
def number(api: Client, schema: dict[str, Any]) -> str:
    return sent(api, schema)


def test_a_sent_application_is_followed_by_its_applicant(api: Client, schema: dict[str, Any], number: str) -> None:
    view = check(schema, "readApplication", api.send("mother", "GET", f"/applications/{number}"))
    assert len(view["cases"]) == 7
    lines = check(schema, "listApplications", api.send("mother", "GET", "/applications"))
    assert number in [line["number"] for line in lines]
    case = view["cases"][0]["number"].replace("/", ".")
    check(schema, "readCase", api.send("mother", "GET", f"/cases/{case}"))
    check(schema, "listFees", api.send("mother", "GET", f"/applications/{number}/fees"))


def test_an_answer_that_the_reader_has_is_not_sent_again(api: Client, number: str) -> None:
    first = api.send("mother", "GET", f"/applications/{number}")
    again = api.send("mother", "GET", f"/applications/{number}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = api.send("mother", "GET", f"/applications/{number}", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


def test_a_draft_says_all_that_is_missing(api: Client, schema: dict[str, Any]) -> None:
    draft = begin(api)
    view = check(schema, "readApplication", api.send("mother", "GET", f"/applications/{draft['number']}"))
    assert {"agree", "mother.phone"} <= {line["fact"] for line in view["missing"]}
    problem = refused(post(api, "mother", draft["number"], "submit"), 422, "incomplete")
    assert {error["fact"] for error in problem["errors"]} == {line["fact"] for line in view["missing"]}


def test_the_same_key_begins_one_application_and_another_key_another(api: Client) -> None:
    keys = [{"Idempotency-Key": key} for key in ("one", "one", "two")]
    numbers = [
        api.send("mother", "POST", "/applications", json={"bundle": "newborn"}, headers=key).json()["number"]
        for key in keys
    ]
    assert numbers[0] == numbers[1] != numbers[2]


def test_somebody_elses_key_is_not_mine(api: Client) -> None:
    key = {"Idempotency-Key": "shared"}
    mine = api.send("mother", "POST", "/applications", json={"bundle": "newborn"}, headers=key).json()
    theirs = api.send("retiree", "POST", "/applications", json={"bundle": "retire"}, headers=key).json()
    assert mine["number"] != theirs["number"]


def test_sending_twice_sends_once(api: Client, number: str) -> None:
    again = post(api, "mother", number, "submit", headers={"Idempotency-Key": str(uuid4())})
    assert again.json()["state"] == "submitted"
    assert len(again.json()["cases"]) == 7


def test_a_version_that_is_no_longer_is_refused(api: Client) -> None:
    draft = begin(api)
    elsewhere = {"facts": {"mother.phone": "10000000002", "birth.child_name": "陈星野"}}
    post(api, "mother", draft["number"], "facts", elsewhere)
    body = {"facts": {"mother.phone": "10000000001"}, "version": draft["version"]}
    problem = refused(post(api, "mother", draft["number"], "facts", body), 409, "stale-version")
    assert {error["fact"]: error["text"]["zh"] for error in problem["errors"]} == {
        "birth.1.child_name": "“孩子的姓名”在别处改过了",
        "mother.phone": "“手机号”在别处改过了",
    }


@pytest.mark.parametrize("action", ["facts", "agree", "sign", "promise", "dispute", "count"])
def test_a_sent_form_is_closed(api: Client, number: str, action: str) -> None:
    bodies: dict[str, Any] = {
        "facts": {"facts": {"mother.phone": "10000000001"}},
        "promise": {"paper": "hrss/labour-contract@job.1"},
        "dispute": {"fact": "mother.name", "value": "李"},
        "count": {"subject": "child", "count": 2},
    }
    refused(post(api, "mother", number, action, bodies.get(action)), 409, "already-submitted")


def test_nobody_may_send_facts_as_known_or_fetched(api: Client) -> None:
    body = {"bundle": "newborn", "known": {"mother.name": "别人"}}
    refused(api.send("mother", "POST", "/applications", json=body), 422, "fact-not-claimable")
    number = begin(api)["number"]
    refused(
        post(api, "mother", number, "facts", {"facts": {}, "known": {"mother.name": "x"}}), 422, "fact-not-claimable"
    )
    post(api, "mother", number, "agree")
    refused(post(api, "mother", number, "facts", {"facts": {"mother.name": "别人"}}), 422, "fact-not-claimable")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"mother.no_such": "x"}, "unknown-fact"),
        ({"nobody.name": "x"}, "unknown-fact"),
        ({"child.7.vaccination_clinic": "x"}, "unknown-fact"),
        ({"mother.phone": "12"}, None),
        ({"birth.household_book": "stolen"}, "not-an-option"),
        ({"birth.child_name": "长" * 300}, "too-long"),
        ({"birth.child_name": "=cmd|' /C calc'!A0\u0000"}, "unprintable"),
    ],
)
def test_wrong_fields_are_told_one_by_one(api: Client, facts: dict[str, str], code: str | None) -> None:
    number = begin(api)["number"]
    problem = refused(post(api, "mother", number, "facts", {"facts": facts}), 422, "wrong-fields")
    assert code in (None, problem["errors"][0]["code"])
    assert problem["errors"][0]["text"]["zh"]


CONTRADICTIONS: list[tuple[dict[str, object], str, str]] = [
    ({"hire.1.id_number": HIRE, "hire.2.id_number": HIRE}, "hire.2.id_number", "named-twice"),
    ({"job.1.monthly_wage_fen": -1}, "job.1.monthly_wage_fen", "negative-amount"),
    ({"job.1.monthly_wage_fen": "-0.01"}, "job.1.monthly_wage_fen", "negative-amount"),
    ({"job.1.start_date": "2026-02-30"}, "job.1.start_date", "not-a-date"),
    ({"hire.1.id_number": "990200199903040102"}, "hire.1.id_number", "id-number-check"),
]


@pytest.mark.parametrize(("facts", "fact", "code"), CONTRADICTIONS)
def test_what_cannot_be_is_told_where_it_stands(api: Client, facts: dict[str, object], fact: str, code: str) -> None:
    started = api.send("employer", "POST", "/applications", json={"bundle": "hire-employee", "counts": {"hire": 2}})
    problem = refused(post(api, "employer", started.json()["number"], "facts", {"facts": facts}), 422, "wrong-fields")
    assert (fact, code) in [(error["fact"], error["code"]) for error in problem["errors"]]


def test_a_contract_that_ends_before_it_begins_is_refused_with_its_law(api: Client) -> None:
    started = api.send("employer", "POST", "/applications", json={"bundle": "hire-employee"}).json()
    facts = {
        "hire.1.id_number": HIRE, "hire.1.phone": "10000000004", "job.1.position": "包装工",
        "job.1.monthly_wage_fen": 520000, "job.1.start_date": "2026-11-16",
        "job.1.contract_kind": "fixed-term", "job.1.contract_end_date": "2026-11-15",
    }  # fmt: skip
    post(api, "employer", started["number"], "agree")
    post(api, "employer", started["number"], "facts", {"facts": facts})
    problem = refused(post(api, "employer", started["number"], "submit"), 422, "not-entitled")
    assert problem["errors"][0]["fact"] == "hrss/labour-use-filing"


def test_a_name_that_is_markup_stays_a_name(api: Client) -> None:
    number = begin(api)["number"]
    name = "<b>#x</b>'--"
    view = post(api, "mother", number, "facts", {"facts": {"birth.child_name": name}}).json()
    assert {f["value"] for f in view["facts"] if f["fact"] == "birth.1.child_name"} == {name}


def test_papers_are_looked_at_before_they_are_kept(api: Client, schema: dict[str, Any]) -> None:
    number = begin(api, "employer", "hire-employee")["number"]
    facts = {"hire.id_number": "430200199903040102", "job.contract_kind": "open-ended"}
    post(api, "employer", number, "agree")
    view = post(api, "employer", number, "facts", {"facts": facts}).json()
    key = view["papers"][0]["key"]

    def hand_in(paper: str, file: tuple[str, bytes, str]) -> httpx.Response:
        path = f"/applications/{number}/papers"
        return api.send("employer", "POST", path, data={"paper": paper}, files={"file": file})

    refused(hand_in(key, ("paper.pdf", b"<html>not a PDF</html>", "application/pdf")), 415, "wrong-type")
    refused(hand_in(key, ("bomb.pdf", b"PK\x03\x04", "application/pdf")), 415, "wrong-type")
    refused(hand_in("police/paternity-test@birth.1", PDF), 422, "paper-not-needed")
    refused(hand_in(key, ("big.pdf", b"%PDF-" + bytes(10 * 1024 * 1024), "application/pdf")), 413, "too-large")
    view = check(schema, "attachPaper", hand_in(key, PDF))
    paper = next(paper for paper in view["papers"] if paper["key"] == key)
    assert paper["how"] == "uploaded"
    path = f"/applications/{number}/papers/{paper['files'][0]['id']}"
    answer = api.send("employer", "GET", path)
    assert (answer.content, answer.headers["X-Content-Type-Options"]) == (PDF[1], "nosniff")
    refused(api.send("mother", "GET", path), 404, "not-found")
    removed = api.send("employer", "DELETE", f"/applications/{number}/papers", params={"paper": key})
    view = check(schema, "removePaper", removed)
    assert next(paper for paper in view["papers"] if paper["key"] == key)["how"] == "needed"
    check(schema, "promisePaper", post(api, "employer", number, "promise", {"paper": key}))


def test_an_upload_announced_as_a_gigabyte_is_not_even_read(api: Client) -> None:
    host, port = str(api.address).removeprefix("http://").split(":")
    head = f"POST /api/v1/verify HTTP/1.1\r\nHost: {host}\r\nContent-Length: {1024**3}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(head.encode() + b"--x")
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


OTHERS: list[tuple[str, str, object]] = [
    ("GET", "/applications/{n}", None),
    ("GET", "/applications/{n}/fees", None),
    ("POST", "/applications/{n}/agree", {}),
    ("POST", "/applications/{n}/facts", {"facts": {}}),
    ("POST", "/applications/{n}/count", {"subject": "child", "count": 2}),
    ("POST", "/applications/{n}/dispute", {"fact": "mother.name", "value": "x"}),
    ("POST", "/applications/{n}/promise", {"paper": "x"}),
    ("POST", "/applications/{n}/sign", {}),
    ("POST", "/applications/{n}/consent", {"agree": True}),
    ("POST", "/applications/{n}/submit", {}),
    ("POST", "/applications/{n}/withdraw", {}),
    ("POST", "/applications/{n}/fees/1.1", {}),
    ("GET", "/cases/{n}.01", None),
    ("POST", "/cases/{n}.01/commands", {"command": "note", "texts": {"note": "x"}}),
]


@pytest.mark.parametrize("persona", ["retiree", "clerk-fire"])
@pytest.mark.parametrize(("method", "path", "body"), OTHERS)
def test_what_is_somebody_elses_is_as_if_it_were_not_there(
    api: Client, number: str, persona: str, method: str, path: str, body: object
) -> None:
    theirs = api.send(persona, method, path.format(n=number), json=body)
    nobodys = api.send(persona, method, path.format(n="4302-26-999999-X"), json=body)
    assert refused(theirs, 404, "not-found") == refused(nobodys, 404, "not-found")


def test_a_second_signer_sees_only_their_own(api: Client, schema: dict[str, Any]) -> None:
    number = begin(api)["number"]
    post(api, "mother", number, "agree")
    post(api, "mother", number, "facts", {"facts": FACTS})
    view = check(schema, "readApplication", api.send("father", "GET", f"/applications/{number}"))
    assert {fact["fact"].partition(".")[0] for fact in view["facts"]} == {"father", "birth"}
    told = {fact["fact"]: fact["source"] for fact in view["facts"] if fact["fact"].startswith("birth.")}
    assert set(told.values()) == {"claimed"}, "of the birth he sees what is said of his child, no register"
    refused(post(api, "father", number, "facts", {"facts": {"mother.phone": "10000000001"}}), 404, "not-found")


def test_strangers_and_weak_tokens_are_refused(api: Client) -> None:
    answer = api.send(None, "GET", "/applications")
    refused(answer, 401, "log-in-needed")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = api.send(None, "GET", "/applications", headers={"Authorization": "Bearer nonsense"})
    refused(wrong, 401, "log-in-needed")
    weak = {"Authorization": f"Bearer {issue_token(user_of('mother'), ['read'])}"}
    refused(api.send(None, "GET", "/applications", headers=weak), 403, "scope-missing")
    refused(api.send(None, "POST", "/time", json={"advance": "1 hour"}, headers=weak), 403, "forbidden")


def test_withdrawing_stops_everything_once(api: Client, schema: dict[str, Any]) -> None:
    number = sent(api, schema)
    first = check(schema, "withdrawApplication", post(api, "mother", number, "withdraw"))
    assert {case["result"] for case in first["cases"]} == {"withdrawn"}
    assert post(api, "mother", number, "withdraw").json()["state"] == "withdrawn"


def test_what_needs_data_from_elsewhere_is_not_sent_at_once(api: Client) -> None:
    before = api.send("mother", "GET", "/applications").json()
    answers = {"birth.household_follows": "mother"}
    body = {"bundle": "newborn", "answers": answers, "submit": True}
    problem = refused(api.send("mother", "POST", "/applications", json=body), 422, "incomplete")
    assert "not-agreed" in [error["code"] for error in problem["errors"]]
    assert api.send("mother", "GET", "/applications").json() == before


def test_a_window_files_for_whoever_walked_in(api: Client) -> None:
    office = next(iter(api.send("window", "GET", "/me").json()["offices"]))
    body = {"bundle": "newborn", "window": office, "applicant_key": "430200199405120089"}
    view = api.send("window", "POST", "/applications", json=body).json()
    assert view["channel"] == "window"
    refused(api.send("clerk-fire", "POST", "/applications", json=body), 403, "forbidden")
    wrong = {**body, "applicant_key": "43020019940512008X"}
    refused(api.send("window", "POST", "/applications", json=wrong), 422, "wrong-fields")


def test_commands_go_by_the_case_and_happen_once(api: Client, schema: dict[str, Any], number: str) -> None:
    view = api.send("mother", "GET", f"/applications/{number}").json()
    case = next(c["number"] for c in view["cases"] if c["service"] == "health/birth-certificate")
    refused(command(api, "clerk-maternity", case, "no-such-step"), 409, "step-unknown")
    refused(command(api, "approver-maternity", case, "decide"), 409, "wrong-state")
    refused(command(api, "clerk-maternity", case, "correct"), 422, "data-needed")
    refused(command(api, "mother", case, "accept"), 403, "not-your-office")
    stale = command(api, "clerk-maternity", case, "accept", version=99)
    refused(stale, 409, "stale-version")
    body = {"id": str(uuid4()), "command": "accept"}
    path = f"/cases/{case.replace('/', '.')}/commands"
    first = check(schema, "commandCase", api.send("clerk-maternity", "POST", path, json=body))
    again = check(schema, "commandCase", api.send("clerk-maternity", "POST", path, json=body))
    assert first["version"] == again["version"]
    refused(command(api, "clerk-maternity", case, "decide"), 403, "role-missing")
    page = check(schema, "listTasks", api.send("clerk-maternity", "GET", "/tasks"))
    assert case in [task["case"] for task in page["tasks"]]
    refused(api.send("mother", "GET", "/tasks"), 403, "forbidden")
    refused(api.send("clerk-maternity", "GET", "/tasks", params={"light": "blue"}), 422, "wrong-shape")
