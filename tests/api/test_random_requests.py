"""Requests made up from the OpenAPI document: whatever comes, the answer is one that the document describes."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.examples import examples

from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.testing.stories.city import Client, user_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def description(api: Client) -> Any:  # noqa: ANN401 -- schemathesis' own
    return schemathesis.openapi.from_url(f"{api.address}/api/v1/openapi.json")


@pytest.fixture(scope="module")
def tokens(api: Client) -> dict[str, str]:
    return {who: issue_token(user_of(who), TOKEN_SCOPES) for who in ("mother", "clerk-maternity", "auditor")}


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_answer_is_one_that_is_described(description: Any, tokens: dict[str, str]) -> None:  # noqa: ANN401
    for result in description.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=examples(10), deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def holds(case: Any) -> None:  # noqa: ANN401 -- schemathesis' own
            for token in tokens.values():
                case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {token}"})

        holds()
