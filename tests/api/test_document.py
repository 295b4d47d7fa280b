"""The OpenAPI document: whole, and true of every refusal."""

from __future__ import annotations

from typing import Any

from tests.api.shapes import operations

ROUTES = {
    "/services", "/bundles", "/plans", "/applications", "/cases/{number}", "/cases/{number}/commands", "/tasks",
    "/credentials", "/verify/{code}", "/search", "/messages", "/reads", "/audit", "/time", "/outages",
}  # fmt: skip


def test_it_is_openapi_3_1_and_names_the_routes_of_the_design(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    paths = {path.removeprefix("/api/v1") for path in schema["paths"]}
    assert paths >= ROUTES


def test_every_operation_has_a_name_of_its_own_a_sentence_and_an_answer(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(names) == len(set(names))
    assert [o["operationId"] for _, _, o in operations(schema) if not o.get("description")] == []
    assert [o["operationId"] for _, _, o in operations(schema) if not {"200", "204"} & set(o["responses"])] == []


def test_every_refusal_is_described_as_problem_json(schema: dict[str, Any]) -> None:
    for _, _, operation in operations(schema):
        refusals = {s: d for s, d in operation["responses"].items() if int(s) >= 400}
        assert "503" in refusals, operation["operationId"]
        for described in refusals.values():
            assert list(described["content"]) == ["application/problem+json"]


def test_whatever_wants_a_token_says_that_it_may_refuse_strangers(schema: dict[str, Any]) -> None:
    for _, _, operation in operations(schema):
        if operation.get("security"):
            assert {"401", "403"} <= set(operation["responses"]), operation["operationId"]
