"""A city in service as programs reach it: over HTTP with tokens, and by `tongban agency`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from tests.applications.family import write
from tests.supervision.killed_city import KilledCity, killed_city

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications import agencies
from tongban.casework import service as casework
from tongban.platform import database, time
from tongban.publication import service as publication
from tongban.testing import templates

ZHUZHOU = "demonstration/social-insurance-4302"
MOVER, CLERK, APPROVER = "retiree", "clerk-social-insurance", "approver-social-insurance"


@dataclass
class Running:
    """A city in service, the tokens of some who live or work in it, and the subject of who moves."""

    city: KilledCity
    tokens: dict[str, str]
    mover: int

    def send(self, persona: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 -- any JSON
        """One request of a persona's program, which succeeds."""
        headers = {"Authorization": f"Bearer {self.tokens[persona]}"}
        answer = httpx.request(method, f"{self.city.address}/api/v1{path}", json=body, headers=headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.json()

    def act(self, persona: str, case: str, command: str, facts: object = None) -> dict[str, Any]:
        """One step of a member of staff."""
        body = {"id": str(uuid4()), "command": command, "facts": facts or {}}
        found: dict[str, Any] = self.send(persona, "POST", f"/cases/{case.replace('/', '.')}/commands", body)
        return found

    def agency(self, command: str) -> dict[str, Any]:
        """What `tongban agency COMMAND` answers in this city."""
        places = {"TONGBAN_HOME": str(self.city.home), "TONGBAN_KEYS": str(templates.keys())}
        environment = os.environ | places | {"TONGBAN_PORT": str(self.city.port)} | self.city.environment
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        line = [sys.executable, "-m", "tongban", "agency", command, "--json"]
        said = subprocess.run(line, env=environment, capture_output=True, check=False, timeout=120)  # noqa: S603 - our own
        found: dict[str, Any] = json.loads(said.stdout)
        return found

    def tasks(self, service: str) -> list[str]:
        """The cases of a service that the clerk finds to do."""
        return [task["case"] for task in self.send(CLERK, "GET", f"/tasks?service={service}")["tasks"]]

    def applied(self, bundle: str, facts: dict[str, str]) -> str:
        """The number of the mover's one application, sent as a phone sends it."""
        number = str(self.send(MOVER, "POST", "/applications", {"bundle": bundle})["number"])
        self.send(MOVER, "POST", f"/applications/{number}/agree", {})
        self.send(MOVER, "POST", f"/applications/{number}/facts", {"facts": facts})
        self.send(MOVER, "POST", f"/applications/{number}/sign", {})
        self.send(MOVER, "POST", f"/applications/{number}/submit", {})
        return number

    def part(self, number: str, service: str) -> dict[str, Any]:
        """The part of the mover's application for a service."""
        view = self.send(MOVER, "GET", f"/applications/{number}")
        found: dict[str, Any] = next(line for line in view["cases"] if line["service"] == service)
        return found


def prepared(city: KilledCity, admitted: str) -> tuple[Running, str]:
    """Tokens of those who act in a city, and one with which the agency at the other end speaks to it."""
    database.point_to(city.server, database.DATABASE)
    users = {name: User.objects.get(persona=name) for name in (MOVER, CLERK, APPROVER)}
    mover = users[MOVER].subject_id or 0
    facts = {"draws_pension": False, "pension_periods": "2019-07/2025-12"}
    write(publication.current(), "base/Person", mover, facts)
    tokens = {name: issue_token(user, TOKEN_SCOPES, label="two cities") for name, user in users.items()}
    return Running(city, tokens, mover), agencies.admit(admitted, time.today() + timedelta(days=30))


def address(of: KilledCity, office: str, token: str) -> dict[str, str]:
    """The setting by which a city knows the other."""
    return {"TONGBAN_AGENCIES": json.dumps({office: {"url": f"{of.address}/api/v1", "token": token}})}


@contextmanager
def two_cities(elsewhere: str) -> Iterator[tuple[Running, Running]]:
    """Zhuzhou and the city of another office, each knowing the other's address; neither is served yet."""
    with killed_city() as one, killed_city() as other:
        zhuzhou, for_other = prepared(one, elsewhere)
        there, for_zhuzhou = prepared(other, ZHUZHOU)
        casework.new_number()  # so that the case has another number there
        one.environment = address(other, elsewhere, for_zhuzhou)
        other.environment = address(one, ZHUZHOU, for_other)
        yield zhuzhou, there
