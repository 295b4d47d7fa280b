"""Bundles, services, search and plans: open to everybody, and what is asked wrongly is told so."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.acting import refused
from tests.api.shapes import check

from tongban.testing.stories.city import Client


def test_bundles_and_services_are_listed_and_read_by_id_or_bare_name(api: Client, schema: dict[str, Any]) -> None:
    bundles = check(schema, "listBundles", api.send(None, "GET", "/bundles"))
    assert "life-events/newborn" in [bundle["id"] for bundle in bundles]
    one = check(schema, "readBundle", api.send(None, "GET", "/bundles/newborn"))
    assert one == check(schema, "readBundle", api.send(None, "GET", "/bundles/life-events/newborn"))
    services = check(schema, "listServices", api.send(None, "GET", "/services"))
    assert {service["kind"] for service in services} == {"service"}
    assert check(schema, "readService", api.send(None, "GET", "/services/police/birth-registration"))["promised"]


@pytest.mark.parametrize("path", ["/bundles/no-such", "/services/no/such", "/bundles/police/birth-registration"])
def test_what_does_not_exist_is_not_found(api: Client, path: str) -> None:
    refused(api.send(None, "GET", path), 404, "unknown-bundle")


def test_search_understands_peoples_own_words(api: Client, schema: dict[str, Any]) -> None:
    hits = check(schema, "search", api.send(None, "GET", "/search", params={"q": "孩子上户口"}))
    assert hits[0]["id"] == "life-events/newborn"
    assert check(schema, "search", api.send(None, "GET", "/search", params={"q": "量子纠缠"})) == []


def test_a_plan_is_made_without_logging_in_and_stores_nothing(api: Client, schema: dict[str, Any]) -> None:
    body = {"bundle": "newborn", "answers": {"birth.household_follows": "mother"}, "as": "mother", "on": "2026-11-16"}
    plan = check(schema, "plan", api.send(None, "POST", "/plans", json=body))
    assert plan["schedule"]["due"] == "2026-11-24"
    assert plan["proven"] is True
    assert check(schema, "listApplications", api.send("mother", "GET", "/applications")) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"bundle": "no-such"}, 404, "unknown-bundle"),
        ({"bundle": "newborn", "answers": {"birth.no_such": 1}}, 422, "unknown-fact"),
        ({"bundle": "newborn", "answers": {"birth.household_follows": "uncle"}}, 422, "wrong-value"),
        ({"bundle": "newborn", "as": "nobody"}, 422, "unknown-persona"),
        ({"bundle": "newborn", "colour": "red"}, 422, "wrong-shape"),
        ({"bundle": "newborn", "counts": {"child": 0}}, 422, "wrong-shape"),
        ({"bundle": ["newborn"]}, 422, "wrong-shape"),
        ({"bundle": "newborn", "on": "soon"}, 422, "wrong-shape"),
    ],
)
def test_a_plan_asked_for_wrongly_is_refused_with_its_reason(
    api: Client, body: dict[str, Any], status: int, code: str
) -> None:
    refused(api.send(None, "POST", "/plans", json=body), status, code)


def test_a_body_that_is_no_json_is_refused(api: Client) -> None:
    headers = {"Content-Type": "application/json"}
    refused(api.send(None, "POST", "/plans", content=b"{", headers=headers), 400, "wrong-request")


def test_unknown_addresses_and_wrong_methods_are_told_in_the_same_shape(api: Client) -> None:
    refused(api.send(None, "GET", "/no-such-thing"), 404, "not-found")
    answer = api.send(None, "DELETE", "/bundles")
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET"


def test_an_amount_is_reckoned_as_on_the_command_line(api: Client, schema: dict[str, Any]) -> None:
    facts = {"principal_fen": 10_000_000, "due": "2026-08-15", "paid": "2026-11-16"}
    found = check(schema, "reckon", api.send(None, "POST", "/calc/late-fee", json=facts))
    assert (found["days"], found["fee_fen"], found["rule"]) == (93, 465_000, "social-insurance/late-fee")
    assert [line["article"] for line in found["derivation"] if line["name"] == "fee_fen"] == ["86"]
    again = check(schema, "reckon", api.send(None, "POST", "/calc/social-insurance/late-fee", json=facts))
    assert again == found
    on = {"on": "2026-11-16"}
    facts = {"birth_month": "1971-04", "category": "female-55"}
    age = check(schema, "reckon", api.send(None, "POST", "/calc/retirement-age", json=facts, params=on))
    assert (age["retirement_month"], age["delay_months"], age["on"]) == ("2026-08", 4, on["on"])


@pytest.mark.parametrize(
    ("rule", "facts", "status", "code"),
    [
        ("late-fees", {}, 404, "unknown-rule"),
        ("minimum-years", {}, 422, "missing-fact"),
        ("minimum-years", {"retirement_month": "2030-13"}, 422, "wrong-value"),
        ("minimum-years", {"retirement_month": "2005-03"}, 422, "no-rule-in-force"),
    ],
)
def test_an_amount_asked_wrongly_is_told_so(
    api: Client, rule: str, facts: dict[str, Any], status: int, code: str
) -> None:
    refused(api.send(None, "POST", f"/calc/{rule}", json=facts), status, code)
