"""Two cities, each with its own database, folder and processes: insurance follows from one to the other over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.applications.family import write
from tests.supervision.killed_city import KilledCity, killed_city

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications import agencies
from tongban.casework import service as casework
from tongban.platform import database, time
from tongban.platform.postgres import Postgres
from tongban.publication import service as publication
from tongban.testing import templates
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
HENGYANG = "demonstration/social-insurance-430400"
ZHUZHOU = "demonstration/social-insurance-4302"
RELEASE, TRANSFER = "social-insurance/province-release", "social-insurance/province-transfer"
MOVER, CLERK, APPROVER = "retiree", "clerk-social-insurance", "approver-social-insurance"


@dataclass
class Running:
    """A city in service, and the tokens of some who live or work in it."""

    city: KilledCity
    tokens: dict[str, str]

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

    def part(self, number: str, service: str) -> dict[str, Any]:
        """The part of the mover's application for a service."""
        view = self.send(MOVER, "GET", f"/applications/{number}")
        found: dict[str, Any] = next(line for line in view["cases"] if line["service"] == service)
        return found


def prepared(city: KilledCity, admitted: str) -> tuple[Running, str]:
    """Tokens of those who act in a city, and one with which the agency at the other end speaks to it."""
    database.point_to(city.server, database.DATABASE)
    users = {name: User.objects.get(persona=name) for name in (MOVER, CLERK, APPROVER)}
    facts = {"draws_pension": False, "pension_periods": "2019-07/2025-12"}
    write(publication.current(), "base/Person", users[MOVER].subject_id or 0, facts)
    tokens = {name: issue_token(user, TOKEN_SCOPES, label="two cities") for name, user in users.items()}
    return Running(city, tokens), agencies.admit(admitted, time.today() + timedelta(days=30))


def address(of: KilledCity, office: str, token: str) -> dict[str, str]:
    """The setting by which a city knows the other."""
    return {"TONGBAN_AGENCIES": json.dumps({office: {"url": f"{of.address}/api/v1", "token": token}})}


@pytest.fixture
def cities(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Running, Running]]:
    """Zhuzhou and Hengyang, each served, each knowing the other's address."""
    with django_db_blocker.unblock():
        with killed_city() as one, killed_city() as other:
            zhuzhou, for_hengyang = prepared(one, HENGYANG)
            hengyang, for_zhuzhou = prepared(other, ZHUZHOU)
            casework.new_number()  # so that the case has another number there
            one.environment = address(other, HENGYANG, for_zhuzhou)
            other.environment = address(one, ZHUZHOU, for_hengyang)
            one.start()
            other.start()
            yield zhuzhou, hengyang
        database.point_to(postgres, SHARED)


def applied(zhuzhou: Running) -> str:
    """The number of the one application, sent as a phone sends it."""
    number = str(zhuzhou.send(MOVER, "POST", "/applications", {"bundle": TRANSFER})["number"])
    zhuzhou.send(MOVER, "POST", f"/applications/{number}/agree", {})
    facts = {"merge.from_region": "430400", "merge.keep": "here"}
    zhuzhou.send(MOVER, "POST", f"/applications/{number}/facts", {"facts": facts})
    zhuzhou.send(MOVER, "POST", f"/applications/{number}/sign", {})
    zhuzhou.send(MOVER, "POST", f"/applications/{number}/submit", {})
    return number


def of_release(hengyang: Running) -> list[str]:
    """The cases that Hengyang's clerk finds to be released."""
    found = hengyang.send(CLERK, "GET", f"/tasks?service={RELEASE}")["tasks"]
    return [task["case"] for task in found]


def test_one_application_two_cities_no_trip_no_paper(cities: tuple[Running, Running]) -> None:
    zhuzhou, hengyang = cities
    number = applied(zhuzhou)
    hengyang.city.kill_serving()  # Hengyang's server is away
    assert zhuzhou.agency("tell") == {"told": 0, "waiting": 1}
    hengyang.city.start()
    assert zhuzhou.agency("tell") == {"told": 1, "waiting": 0}
    (there,) = of_release(hengyang)
    assert zhuzhou.part(number, RELEASE)["theirs"] == there
    zhuzhou.city.kill_serving()  # and now Zhuzhou's, while Hengyang decides
    hengyang.act(CLERK, there, "accept")
    hengyang.act(APPROVER, there, "decide", {"merge.released_periods": "2011-03/2019-08"})
    assert hengyang.agency("tell") == {"told": 0, "waiting": 1}
    zhuzhou.city.start()
    assert hengyang.agency("tell") == {"told": 1, "waiting": 0}
    assert zhuzhou.part(number, RELEASE)["result"] == "granted"
    here = zhuzhou.part(number, TRANSFER)["number"]
    zhuzhou.act(CLERK, here, "accept")
    facts = {line["fact"]: line["value"] for line in zhuzhou.act(APPROVER, here, "decide")["facts"]}
    assert facts["merge.overlapping_periods"] == "2019-07/2019-08"
    assert (facts["merge.added_months"], facts["merge.refunded_by"]) == (100, "there")
    view = zhuzhou.send(MOVER, "GET", f"/applications/{number}")
    assert [line["result"] for line in view["cases"]] == ["granted", "granted"]
    assert {event["office"]["zh"] for event in view["events"]} == {"衡阳市社会保险经办机构", "石峰区社会保险经办中心"}
