"""A desk through HTTP alone: queues, many commands at once, results handed over, deputies, tokens of one's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from tests.api.acting import FACTS, begin, command, post, refused, sent
from tests.api.shapes import check

from tongban.accounts.models import Post
from tongban.testing.stories.city import Client, user_of

CERTIFICATE = "health/birth-certificate"
OFFICE = "demonstration/maternity-430211"
CLERK, APPROVER, HEAD = "clerk-maternity", "approver-maternity", "head"


@pytest.fixture(scope="module")
def number(api: Client, schema: dict[str, Any]) -> str:
    """The case of a birth certificate, just sent."""
    return case_of(api, sent(api, schema))


def case_of(api: Client, application: str) -> str:
    view = api.send("mother", "GET", f"/applications/{application}").json()
    return next(str(case["number"]) for case in view["cases"] if case["service"] == CERTIFICATE)


def to_collect(api: Client) -> str:
    """A birth certificate that was granted and waits at its window."""
    application = begin(api)["number"]
    post(api, "mother", application, "agree")
    post(api, "mother", application, "facts", {"facts": FACTS})
    post(api, "mother", application, "delivery", {"service": CERTIFICATE, "way": "window"})
    post(api, "mother", application, "sign")
    post(api, "father", application, "consent", {"agree": True})
    post(api, "mother", application, "submit")
    case = case_of(api, application)
    assert command(api, CLERK, case, "accept").status_code == 200
    assert command(api, APPROVER, case, "decide").status_code == 200
    return case


def test_queues_and_search_say_what_the_pages_say(api: Client, schema: dict[str, Any], number: str) -> None:
    lines = check(schema, "readQueue", api.send(CLERK, "GET", "/queues/office?channel=web"))["lines"]
    assert number in [line["number"] for line in lines]
    assert api.send(CLERK, "GET", "/queues/office?channel=window").json()["lines"] == []
    [found] = check(schema, "findCases", api.send(CLERK, "GET", f"/cases?q={number}"))
    assert (found["number"], found["names"]) == (number, ["李**"])
    assert api.send("clerk-fire", "GET", f"/cases?q={number}").json() == []
    refused(api.send(CLERK, "GET", "/queues/nowhere"), 422, "wrong-shape")


def test_an_unchanged_timeline_or_clock_is_not_sent_again(api: Client, schema: dict[str, Any], number: str) -> None:
    dotted = number.replace("/", ".")
    application = number.partition("/")[0]
    for who, path, operation in (
        (CLERK, f"/cases/{dotted}/events", "readEvents"),
        (CLERK, f"/cases/{dotted}/clocks", "readClocks"),
        ("mother", f"/applications/{application}/events", "readTimeline"),
    ):
        first = api.send(who, "GET", path)
        assert check(schema, operation, first)
        again = api.send(who, "GET", path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_of_many_commands_each_is_done_or_refused_by_itself_and_once(
    api: Client, schema: dict[str, Any], number: str
) -> None:
    other = case_of(api, sent(api, schema))
    body = {
        "commands": [
            {"case": number, "command": "accept"},
            {"case": number.replace("/01", "/99"), "command": "accept"},
            {"case": other, "command": "decide"},
            {"case": other.replace("/", "."), "command": "accept", "version": 99},
        ]
    }
    key = {"Idempotency-Key": str(uuid4())}
    first = check(schema, "commandMany", api.send(CLERK, "POST", "/cases/commands", json=body, headers=key))
    assert [(one["done"], (one["problem"] or {}).get("code")) for one in first] == [
        (True, None),
        (False, "not-found"),
        (False, "wrong-state"),
        (False, "stale-version"),
    ]
    assert first[0]["state"] == "accepted"
    again = api.send(CLERK, "POST", "/cases/commands", json=body, headers=key).json()
    assert again == first
    body["commands"] = [{"case": number, "command": "accept"}]
    assert api.send(CLERK, "POST", "/cases/commands", json=body).json()[0]["problem"]["code"] == "wrong-state"
    refused(api.send("mother", "POST", "/cases/commands", json={"commands": []}), 422, "wrong-shape")


def test_a_stale_command_is_told_each_thing_that_happened_since(api: Client, number: str) -> None:
    version = api.send(CLERK, "GET", f"/cases/{number.replace('/', '.')}").json()["version"]
    stale = refused(command(api, CLERK, number, "note", version=version - 1, texts={"note": "x"}), 409, "stale-version")
    assert [(error["fact"], error["code"]) for error in stale["errors"]] == [(str(version), "stepped")]
    assert "受理" in stale["errors"][0]["text"]["zh"]


def test_a_result_is_collected_by_whoever_may_have_it(api: Client, schema: dict[str, Any]) -> None:
    case = to_collect(api)
    path = f"/results/{case.replace('/', '.')}"
    [line] = [each for each in check(schema, "listResults", api.send(CLERK, "GET", "/results")) if each["case"] == case]
    assert api.send(CLERK, "GET", f"/results?find={line['code']}").json() == [line]
    refused(api.send(CLERK, "GET", f"{path}/receipt"), 409, "not-handed-over")
    refused(api.send(CLERK, "GET", f"{path}/label"), 409, "not-by-post")
    refused(
        api.send(CLERK, "POST", f"{path}/posted", json={"tracking": "EX1234567", "on": "2026-11-16"}),
        409,
        "not-by-post",
    )
    for deed in ("reached", "returned"):
        refused(api.send(CLERK, "POST", f"{path}/{deed}", json={"on": "2026-11-16"}), 409, "not-by-post")
    wrong = refused(api.send(CLERK, "POST", f"{path}/collected", json={"id_number": "430200"}), 422, "wrong-fields")
    assert [error["code"] for error in wrong["errors"]] == ["wrong-collector"]
    refused(api.send("clerk-fire", "POST", f"{path}/collected", json={"id_number": "430200"}), 404, "not-found")
    mother = api.send("mother", "GET", f"/applications/{case.partition('/')[0]}").json()
    card = next(str(fact["value"]) for fact in mother["facts"] if fact["fact"] == "mother.id_number")
    left = check(schema, "recordCollected", api.send(CLERK, "POST", f"{path}/collected", json={"id_number": card}))
    assert case not in [each["case"] for each in left]
    receipt = check(schema, "readServiceReceipt", api.send(CLERK, "GET", f"{path}/receipt"))
    assert (receipt["is_own"], receipt["state"], "*" in receipt["collector"]) == (True, "served", True)


def test_a_certificate_is_taken_back_by_who_may_decide_where_it_was_issued(api: Client, schema: dict[str, Any]) -> None:
    [paper] = [each for each in api.send("mother", "GET", "/credentials").json() if each["sort"] == "credential"]
    case = paper["case"]
    words: dict[str, Any] = {"texts": {"reason": "出生信息登记错了"}, "id": str(uuid4())}
    refused(command(api, CLERK, case, "revoke", **words), 403, "role-missing")
    refused(command(api, "approver-fire", case, "revoke", **words), 404, "not-found")
    refused(command(api, APPROVER, case, "revoke"), 422, "data-needed")
    for _ in range(2):
        view = check(schema, "commandCase", command(api, APPROVER, case, "revoke", **words))
    [paper] = [each for each in view["documents"] if each["sort"] == "credential"]
    assert (paper["state"], paper["revoked_because"]["zh"]) == ("revoked", "出生信息登记错了")
    refused(command(api, APPROVER, case, "revoke", texts={"reason": "另一个"}), 409, "revoked-already")
    verdict = check(schema, "verifyCode", api.send(None, "GET", f"/verify/{paper['code']}"))
    assert (verdict["state"], verdict["revoked_on"]) == ("revoked", paper["issued_at"][:10])
    assert "revoke" in [message["code"] for message in api.send("mother", "GET", "/messages").json()]


def test_a_head_sees_the_load_hands_over_and_names_deputies(api: Client, schema: dict[str, Any], number: str) -> None:
    head = user_of(HEAD)
    Post.objects.create(user=head, office=OFFICE, roles=["head"])
    load = check(schema, "readOffice", api.send(HEAD, "GET", f"/offices/{OFFICE}/load"))
    clerk, approver = (user_of(who).id for who in (CLERK, APPROVER))
    assert {clerk, approver} <= {one["id"] for one in load["loads"]}
    refused(api.send(CLERK, "GET", f"/offices/{OFFICE}/load"), 404, "not-found")
    body = {"cases": [number], "to": clerk, "reason": "休假"}
    [answer] = check(schema, "handOverTasks", api.send(HEAD, "POST", "/tasks/hand-over", json=body))
    assert answer == {"case": number, "why_not": None}
    days = {"absent": approver, "deputy": clerk, "from_day": "2026-11-16", "until_day": "2026-11-20"}
    rows = check(schema, "deputise", api.send(HEAD, "POST", f"/offices/{OFFICE}/deputies", json=days))
    assert check(schema, "listDeputies", api.send(HEAD, "GET", f"/offices/{OFFICE}/deputies")) == rows
    gone = api.send(HEAD, "DELETE", f"/offices/{OFFICE}/deputies/{rows[0]['id']}")
    assert check(schema, "endDeputy", gone) == []


def test_a_token_of_ones_own_never_allows_more_and_never_lasts_longer(api: Client, schema: dict[str, Any]) -> None:
    body = {"label": "记账软件", "scopes": ["read"], "until": "2026-12-31"}
    made = check(schema, "issueToken", api.send("mother", "POST", "/tokens", json=body))
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert api.send(None, "GET", "/me", headers=bearer).json()["scopes"] == ["read"]
    refused(api.send(None, "GET", "/applications", headers=bearer), 403, "scope-missing")
    wider = body | {"scopes": ["read", "apply"]}
    problem = refused(api.send(None, "POST", "/tokens", json=wider, headers=bearer), 422, "wrong-fields")
    assert [error["code"] for error in problem["errors"]] == ["unknown-scope"]
    longer = body | {"until": "2027-01-01"}
    problem = refused(api.send(None, "POST", "/tokens", json=longer, headers=bearer), 422, "wrong-fields")
    assert [error["code"] for error in problem["errors"]] == ["wrong-days"]
    refused(api.send("mother", "POST", "/tokens", json=body | {"scopes": ["handle"]}), 422, "wrong-fields")


def test_one_key_makes_one_token_and_somebody_elses_key_is_not_mine(api: Client) -> None:
    body = {"label": "once", "scopes": ["read"], "until": "2026-12-31"}
    key = {"Idempotency-Key": "token-1"}
    made = [api.send(who, "POST", "/tokens", json=body, headers=key).json()["token"] for who in ("mother", "father")]
    assert len(set(made)) == 2
    for who in ("mother", "father"):
        refused(api.send(who, "POST", "/tokens", json=body, headers=key), 409, "command-reused")


def test_a_token_sees_and_ends_itself_only_and_whoever_logged_in_all_of_them(
    api: Client, schema: dict[str, Any]
) -> None:
    body = {"label": "记账软件", "scopes": ["read"], "until": "2026-12-31"}
    first, second = (check(schema, "issueToken", api.send("mother", "POST", "/tokens", json=body)) for _ in range(2))
    bearer = {"Authorization": f"Bearer {first['token']}"}
    listed = check(schema, "listTokens", api.send(None, "GET", "/tokens", headers=bearer))
    assert [line["id"] for line in listed] == [first["id"]]
    refused(api.send(None, "DELETE", f"/tokens/{second['id']}", headers=bearer), 404, "not-found")
    for other in ("mother", "father"):
        refused(api.send(other, "DELETE", f"/tokens/{second['id']}"), 404, "not-found")
    assert check(schema, "revokeToken", api.send(None, "DELETE", f"/tokens/{first['id']}", headers=bearer)) == []
    refused(api.send(None, "GET", "/me", headers=bearer), 401, "log-in-needed")
    browser = Browser()
    browser.force_login(user_of("mother"))
    assert second["id"] in [line["id"] for line in browser.get("/api/v1/tokens").json()]
    assert second["id"] not in [line["id"] for line in browser.delete(f"/api/v1/tokens/{second['id']}").json()]
