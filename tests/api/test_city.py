"""Documents and their check, messages, mandates, windows, the audit, and a demonstration city's time."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.api.acting import command, refused, sent
from tests.api.shapes import check

from tongban.testing.stories.city import Client


@pytest.fixture(scope="module")
def document(api: Client, schema: dict[str, Any]) -> dict[str, Any]:
    """A birth certificate that was issued to the mother's application."""
    number = sent(api, schema)
    view = api.send("mother", "GET", f"/applications/{number}").json()
    case = next(c["number"] for c in view["cases"] if c["service"] == "health/birth-certificate")
    assert command(api, "clerk-maternity", case, "accept").status_code == 200
    assert command(api, "approver-maternity", case, "decide").status_code == 200
    documents = check(schema, "listDocuments", api.send("mother", "GET", "/credentials"))
    return next(each for each in documents if each["definition"] == "health/birth-certificate")


def test_a_paper_is_proven_by_code_and_by_file(api: Client, schema: dict[str, Any], document: dict[str, Any]) -> None:
    said = check(schema, "verifyCode", api.send(None, "GET", f"/verify/{document['code']}"))
    assert said["valid"] is True
    pdf = api.send("mother", "GET", f"/credentials/{document['id']}.pdf").content
    assert pdf.startswith(b"%PDF")
    same = check(schema, "verifyFile", api.send(None, "POST", "/verify", files={"file": ("a.pdf", pdf)}))
    assert same["valid"] is True
    changed = pdf.replace(b"/Type", b"/Tipe", 1)
    other = check(schema, "verifyFile", api.send(None, "POST", "/verify", files={"file": ("a.pdf", changed)}))
    assert other["valid"] is False
    unknown = check(schema, "verifyCode", api.send(None, "GET", "/verify/no-such-code"))
    assert unknown["valid"] is False


def test_nobody_else_gets_the_paper(api: Client, document: dict[str, Any]) -> None:
    for who in ("retiree", "clerk-fire"):
        refused(api.send(who, "GET", f"/credentials/{document['id']}.pdf"), 404, "not-found")
    refused(api.send("mother", "GET", f"/credentials/{uuid4()}.pdf"), 404, "not-found")


def test_messages_are_told_and_marked(api: Client, schema: dict[str, Any], document: dict[str, Any]) -> None:
    assert document
    found = check(schema, "listMessages", api.send("mother", "GET", "/messages"))
    assert found
    assert not all(message["read"] for message in found)
    seen = check(schema, "readMessages", api.send("mother", "POST", "/messages/read"))
    assert all(message["read"] for message in seen)


def test_everybody_sees_who_looked_at_their_data(api: Client, schema: dict[str, Any], document: dict[str, Any]) -> None:
    assert document
    lines = check(schema, "listReads", api.send("mother", "GET", "/reads"))
    assert {line["application"] for line in lines} >= {document["application"]}


def test_a_mandate_is_given_and_ended(api: Client, schema: dict[str, Any]) -> None:
    body = {"id_number": "430200199209170070", "scope": ["newborn"], "until": "2027-01-01"}
    given = check(schema, "giveMandate", api.send("mother", "POST", "/mandates", json=body))
    mandate = next(line for line in given if line["by_me"] and line["basis"] == "mandate")
    me = check(schema, "readMe", api.send("mother", "GET", "/me"))
    assert str(me["subject"]) in check(schema, "readMe", api.send("father", "GET", "/me"))["principals"]
    refused(api.send("retiree", "DELETE", f"/mandates/{mandate['id']}"), 404, "not-found")
    left = check(schema, "endMandate", api.send("mother", "DELETE", f"/mandates/{mandate['id']}"))
    assert mandate["id"] not in [line["id"] for line in left]
    wrong = {"id_number": "12", "scope": [], "until": "2020-01-01"}
    problem = refused(api.send("mother", "POST", "/mandates", json=wrong), 422, "wrong-fields")
    assert len(problem["errors"]) == 3


def test_tickets_are_taken_called_and_served(api: Client, schema: dict[str, Any]) -> None:
    office = next(iter(api.send("window", "GET", "/me").json()["offices"]))
    taken = check(schema, "takeTicket", api.send(None, "POST", f"/windows/{office}/tickets"))
    refused(api.send("clerk-fire", "POST", f"/windows/{office}/call"), 403, "forbidden")
    called = check(schema, "callTicket", api.send("window", "POST", f"/windows/{office}/call"))
    assert called["label"] == taken["label"]
    check(schema, "serveTicket", api.send("window", "POST", f"/tickets/{taken['id']}/serve"))
    refused(api.send("window", "POST", f"/windows/{office}/call"), 409, "nobody-waits")
    today = check(schema, "readWindow", api.send("window", "GET", f"/windows/{office}"))
    assert (today["taken"], today["waiting"]) == (1, 0)
    refused(api.send(None, "POST", "/windows/no/such/tickets"), 404, "not-found")


def test_only_auditors_verify_all_records(api: Client, schema: dict[str, Any], document: dict[str, Any]) -> None:
    assert document
    report = check(schema, "audit", api.send("auditor", "GET", "/audit"))
    assert report["ok"] is True
    assert report["cases"] >= 7
    refused(api.send("clerk-fire", "GET", "/audit"), 403, "forbidden")


def test_time_goes_forward_only_and_does_what_falls_due(api: Client, schema: dict[str, Any]) -> None:
    before = check(schema, "readTime", api.send(None, "GET", "/time"))["now"]
    moved = check(schema, "moveTime", api.send("mother", "POST", "/time", json={"advance": "5 workdays"}))
    assert moved["now"] > before
    for body in ({}, {"set": "2020-01-01"}, {"advance": "soon"}, {"set": "2027-01-01", "advance": "1 day"},
                 {"advance": "99 months"}, {"set": "2026-13-01"}):  # fmt: skip
        refused(api.send("mother", "POST", "/time", json=body), 422, "wrong-time")


def test_a_holder_goes_down_and_comes_back(api: Client, schema: dict[str, Any]) -> None:
    for down in (True, False):
        body = {"holder": "base/population", "down": down}
        check(schema, "setOutage", api.send("mother", "POST", "/outages", json=body))
