"""Requests made up from the OpenAPI document, the same by every kind of reader: whatever comes, the answer is one that
the document describes. Many break the document themselves, many are about things that are there and somebody's.

The city answers in this process: with sockets between, a request would cost several times as much.
"""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import Any, Final

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.acting import command, sent
from tests.examples import examples

from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.testing.stories.city import Client, user_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CERTIFICATE = "health/birth-certificate"

READERS: Final = {
    "nobody": None,
    "applicant": "mother",
    "second signer": "father",
    "somebody else": "retiree",
    "organisation": "employer",
    "agent": "agent",
    "window": "window",
    "handler": "clerk-maternity",
    "handler elsewhere": "clerk-fire",
    "approver": "approver-maternity",
    "head": "head",
    "auditor": "auditor",
}
"""Every kind of reader, with one of its kind. Their tokens have every scope: what is refused is refused to the reader,
and whoever may move the time of a demonstration is among them."""

REQUESTS: Final = examples(10_000)
"""At least as many are sent; a hundred thousand in `make proof`."""

SPARE: Final = 1.1
"""An operation without parameters leaves little to make up."""

Things = dict[str, list[Any]]


@pytest.fixture(scope="module")
def things(api: Client, schema: dict[str, Any]) -> Things:
    """What the parameters of paths may name and is there: the mother's, with a certificate that she was given."""
    application = sent(api, schema)
    view = api.send("mother", "GET", f"/applications/{application}").json()
    cases = {str(case["service"]): str(case["number"]) for case in view["cases"]}
    command(api, "clerk-maternity", cases[CERTIFICATE], "accept")
    command(api, "approver-maternity", cases[CERTIFICATE], "decide")
    inquiry = api.send("mother", "POST", "/inquiries", json={"said": "双胞胎要填两次吗", "application": application})
    documents = api.send("mother", "GET", "/credentials").json()
    return {
        "number": [application, inquiry.json()["number"], *(number.replace("/", ".") for number in cases.values())],
        "office": ["demonstration/maternity-430211", "demonstration/government-services-4302"],
        "queue": ["office", "mine"],
        "document_id": [document["id"] for document in documents],
        "read_id": [read["id"] for read in api.send("mother", "GET", "/reads").json()],
    }


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_every_answer_is_one_that_is_described(things: Things) -> None:
    answers: Counter[str] = Counter()
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    operations: list[Any] = [found.ok() for found in described.get_all_operations()]  # type: ignore[union-attr]
    each = ceil(SPARE * REQUESTS / len(operations) / len(READERS))
    for operation in operations:
        # New ones for each operation: a request may end the token that it comes with.
        tokens = {kind: who and issue_token(user_of(who), TOKEN_SCOPES) for kind, who in READERS.items()}
        there = {name: st.sampled_from(some) for name, some in things.items() if f"{{{name}}}" in operation.path}
        made_up = operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

        @given(case=made_up, named=st.fixed_dictionaries({}, optional=there))
        @settings(max_examples=each, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def holds(case: Any, named: dict[str, Any]) -> None:  # noqa: ANN401 -- schemathesis' own
            case.path_parameters |= named
            for kind, token in tokens.items():  # noqa: B023 -- called before there are others
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                answer = case.call_and_validate(checks=CHECKS, headers=headers)
                answers[f"{kind} {answer.status_code}"] += 1

        holds()
    assert {f"{kind} 200" for kind in READERS} <= set(answers)
    assert answers.total() >= REQUESTS
