"""Every service of the tree is carried from an application to its result through HTTP, by people it may be given to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.packs.examples import Examples

from tongban.accounts import mandates
from tongban.accounts.models import Mandate, User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.casework import service as casework
from tongban.casework.model import Case
from tongban.catalog import values
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text, Value
from tongban.platform import database, time
from tongban.platform.ids import in_address
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.registry import service as registry
from tongban.registry.model import Entry
from tongban.testing.city.identities import Identities
from tongban.testing.fixtures import SHARED
from tongban.testing.stories.city import Client, fresh_city
from tongban.testing.stories.model import Given, Story

CATALOG = tree()
MOST_TURNS = 12
PAPER = ("paper.pdf", b"%PDF-1.4 a paper", "application/pdf")
DESKS = ("clerk", "approver")
SERVICES = sorted(CATALOG.services.keys() - OPENED_BY_THE_HOUSE)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """One city for all services."""
    with django_db_blocker.unblock():
        with fresh_city(postgres, Story("every", Text("", ""), "", Given(), (), CATALOG)) as client:
            yield client
        database.point_to(postgres, SHARED)


@pytest.fixture(scope="module")
def identities() -> Identities:
    """Numbers that nobody in the city has."""
    made = Identities()
    for _ in range(100):
        made.credit_code("company")
    return made


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_be_carried_to_its_result(name: str, city: Client, identities: Identities) -> None:
    service = CATALOG.services[name]
    found = Examples(CATALOG, service, time.today(), identities).values()
    people = People(CATALOG, service, found)
    applicant = people.register()
    number = sent(city, applicant, service, found)
    for case in followed(city, applicant, number)["cases"]:
        carried(city, case["number"], identities)
    ended = followed(city, applicant, number)
    assert {case["result"] for case in ended["cases"]} == {"granted"}, ended["cases"]


@dataclass(frozen=True)
class People:
    """Those whom an application is about, and what the registers hold about them."""

    catalog: Catalog
    service: ServiceDefinition
    values: Mapping[str, Value]

    def register(self) -> User:
        """Let the registers know them; answers with the account of whoever applies."""
        bound: dict[str, int] = {}
        for name, role in self.service.roles.items():
            if not role.ends:
                kind = self.catalog.types[role.type]
                key = self.values.get(f"{name}.{kind.key}")
                bound[name] = registry.create(role.type, key=None if key is None else str(key), region="430211")
        for name, role in self.service.roles.items():
            if role.ends and any(self._held(name)):
                ends = {end: bound[other] for end, other in role.ends.items()}
                bound[name] = registry.create(role.type, ends=ends, region="430211")
        entries = [entry for name, subject in bound.items() for entry in self._entries(name, subject)]
        registry.write(entries, keys={})
        return self._account(bound[self.service.applicant])

    def _held(self, role: str) -> Iterator[str]:
        attributes = self.catalog.types[self.service.roles[role].type].attributes
        mine = (fact.partition(".")[2] for fact in self.values if fact.startswith(f"{role}."))
        return (name for name in mine if attributes[name].held_by or not attributes[name].claimable)

    def _entries(self, role: str, subject: int) -> Iterator[Entry]:
        attributes = self.catalog.types[self.service.roles[role].type].attributes
        for name in self._held(role):
            yield Entry(subject, attributes[name], self.values[f"{role}.{name}"])

    def _account(self, subject: int) -> User:
        """The person who applies, or an agent of the organisation that does."""
        if self.service.roles[self.service.applicant].type == "base/Person":
            return _account(subject)
        agent = registry.create("base/Person", region="430211")
        mandates.give(subject, agent, [mandates.EVERYTHING], basis=Mandate.Basis.AGENT)
        return _account(agent)


def _account(subject: int) -> User:
    user = User(login=f"applicant-{subject}", kind=User.Kind.PERSON, shown_name="申请人", subject_id=subject)
    user.set_unusable_password()
    user.save()
    return user


_TOKENS: dict[int, str] = {}


def asked(city: Client, user: User, method: str, path: str, **rest: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx' own
    """The answer to a request of a user, which must be a good one."""
    answer = tried(city, user, method, path, **rest)
    assert answer.status_code == 200, (path, rest, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def tried(city: Client, user: User, method: str, path: str, **rest: Any) -> httpx.Response:  # noqa: ANN401 - as above
    """The answer to a request of a user, whatever it is."""
    if user.pk not in _TOKENS:
        _TOKENS[user.pk] = issue_token(user, TOKEN_SCOPES, label="every")
    return city.send(None, method, path, headers={"Authorization": f"Bearer {_TOKENS[user.pk]}"}, **rest)


def followed(city: Client, user: User, number: str) -> dict[str, Any]:
    """An application as it stands."""
    return asked(city, user, "GET", f"/applications/{number}")


def sent(city: Client, user: User, service: ServiceDefinition, found: Mapping[str, Value]) -> str:
    """The number of the application, filled with what it asks for and sent."""
    view = asked(city, user, "POST", "/applications", json={"bundle": service.id})
    number = view["number"]
    path = f"/applications/{number}"
    for _ in range(MOST_TURNS):
        missing = view["missing"]
        codes = {line["code"] for line in missing}
        if not missing:
            break
        if "not-agreed" in codes:
            view = asked(city, user, "POST", f"{path}/agree", json={})
        elif facts := [line["fact"] for line in missing if line["code"] in {"missing", "undecided"}]:
            answers = {fact: values.write(found[_of_role(fact)]) for fact in facts}
            view = asked(city, user, "POST", f"{path}/facts", json={"facts": answers})
        elif "missing-paper" in codes:
            paper = next(line["fact"] for line in missing if line["code"] == "missing-paper")
            view = asked(city, user, "POST", f"{path}/papers", data={"paper": paper}, files={"file": PAPER})
        elif codes == {"not-signed"}:
            view = asked(city, user, "POST", f"{path}/sign", json={})
        else:
            raise AssertionError(missing)
    assert asked(city, user, "POST", f"{path}/submit", json={})["state"] == "submitted"
    return str(number)


def _of_role(fact: str) -> str:
    """`role.attribute` without the number of a member."""
    subject, _, attribute = fact.rpartition(".")
    return f"{subject.partition('.')[0]}.{attribute}"


def carried(city: Client, number: str, identities: Identities) -> None:
    """Let the clerk and the approver of its office take one step after the other until a case has ended."""
    for _ in range(MOST_TURNS):
        (case,) = casework.cases([number])
        if not case.is_open:
            return
        examples = Examples(CATALOG, CATALOG.services[case.service], time.today(), identities)
        assert any(_one_step(city, case, desk, examples) for desk in DESKS), case


def _one_step(city: Client, case: Case, desk: str, examples: Examples) -> bool:
    address = f"/cases/{in_address(case.number)}"
    user = User.objects.get(staff_number=f"{desk}-{case.office.rpartition('/')[2]}")
    answer = tried(city, user, "GET", address)
    forward = [one for one in answer.json()["allowed"] if one["is_forward"]] if answer.status_code == 200 else []
    for step in forward[:1]:
        facts = {fact: values.write(examples.candidates(_of_role(fact))[0]) for fact in step["facts"]}
        body = {"id": str(uuid4()), "command": step["name"], "facts": facts}
        asked(city, user, "POST", f"{address}/commands", json=body)
    return bool(forward)
