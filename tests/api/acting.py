"""The main job as a program does it: a newborn's application, from nothing to sent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
from tests.api.shapes import check

from tongban.testing.stories.city import Client

FACTS = {
    "birth.child_name": "陈星野",
    "birth.household_book": "present",
    "child.vaccination_clinic": "泰山路街道社区卫生服务中心",
    "mother.phone": "10000000001",
    "mother.mailing_address": "株洲市天元区泰山路街道示例路 12 号 301",
    "mother.bank_account": "6200000000000000001",
}


def begin(api: Client, persona: str = "mother", bundle: str = "newborn", **rest: object) -> dict[str, Any]:
    """A new draft."""
    answers = {"birth.household_follows": "mother"} if bundle == "newborn" else {}
    answer = api.send(persona, "POST", "/applications", json={"bundle": bundle, "answers": answers, **rest})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def post(api: Client, persona: str, number: str, action: str, body: object = None, **rest: object) -> httpx.Response:
    """One request on an application."""
    return api.send(persona, "POST", f"/applications/{number}/{action}", json={} if body is None else body, **rest)


def sent(api: Client, schema: dict[str, Any]) -> str:
    """The number of an application that was sent, each answer held against the document on the way."""
    number = str(begin(api)["number"])
    check(schema, "agreeToReading", post(api, "mother", number, "agree"))
    check(schema, "fillFacts", post(api, "mother", number, "facts", {"facts": FACTS}))
    check(schema, "signApplication", post(api, "mother", number, "sign"))
    check(schema, "consentToApplication", post(api, "father", number, "consent", {"agree": True}))
    found = check(schema, "submitApplication", post(api, "mother", number, "submit"))
    assert found["state"] == "submitted"
    return number


def command(api: Client, persona: str, case: str, name: str, **rest: object) -> httpx.Response:
    """One command on a case."""
    body = {"id": str(uuid4()), "command": name, **rest}
    return api.send(persona, "POST", f"/cases/{case.replace('/', '.')}/commands", json=body)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, which must be this one and in the one shape."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json()
    assert found["code"] == code, found
    assert set(found) == {"type", "title", "status", "code", "detail", "detail_zh", "errors"}
    return found
