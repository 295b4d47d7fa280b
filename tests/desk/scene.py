"""A small city for the tests of the desk: people with places of business, staff at a few offices, what they file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client
from stdnum.iso7064 import mod_11_2

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User, login_of
from tongban.accounts.posts import appoint
from tongban.applications import cases, filling, papers, reading, signing, starting, submission, views
from tongban.casework import store
from tongban.casework.model import Case
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Value
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Entry

BUSINESS = "demonstration/business-430203"
FIRE = "demonstration/fire-430203"
HALL = "demonstration/government-services-4302"
LICENCE, FOOD = "market/business-licence", "market/food-licence"
PASSWORD = "a password for the tests"  # noqa: S105 -- of people who do not exist
PDF = b"%PDF-1.4\n% a drawing\n%%EOF\n"


def resident_id(sequence: int, born: str = "19900206") -> str:
    """An ID number of nobody, with its check character."""
    body = f"430200{born}{sequence:03}"
    return body + mod_11_2.calc_check_digit(body)


@dataclass
class Scene:
    """Makes what a test needs, through the use cases that everybody else goes through."""

    catalog: Catalog = field(default_factory=publication.current)
    sequence: int = 10

    def staff(self, number: str, name: str, office: str = BUSINESS, *roles: str) -> Actor:
        """A member of staff with a post."""
        user = User(login=login_of(number), kind=User.Kind.STAFF, shown_name=name, staff_number=number)
        user.set_password(PASSWORD)
        user.save()
        if roles:
            appoint(user, office, roles)
        return actor_of(user)

    def person(self, name: str, **facts: Value) -> Actor:
        """A person whom the registers know, with an account."""
        self.sequence += 1
        number = resident_id(self.sequence)
        subject = registry.create("base/Person", key=number)
        known: dict[str, Value] = {
            "name": name, "nationality": "中国", "ethnicity": "汉族", "household_region": "430203",
            "household_address": "株洲市芦淞区示例巷 7 号", "residence_region": "430203",
            "residence_address": "株洲市芦淞区示例巷 7 号",
        }  # fmt: skip
        self.hold("base/Person", subject, known | facts)
        user = User(login=login_of(number), kind=User.Kind.PERSON, shown_name=name, subject_id=subject)
        user.set_password(PASSWORD)
        user.save()
        return actor_of(user)

    def id_number(self, actor: Actor) -> str:
        """A person's ID number."""
        return registry.key_of(actor.subject_id or 0) or ""

    def premises(self, **facts: Value) -> str:
        """A shop in the register of land and buildings; its unit number."""
        self.sequence += 1
        number = f"430203000000GB{self.sequence:05}F00010001"
        subject = registry.create("base/Premises", key=number)
        known: dict[str, Value] = {
            "address": f"株洲市芦淞区示例商业街 {self.sequence} 号", "region": "430203", "area_square_metres": 120,
            "planned_use": "commercial", "owner_name": "杜衡之",
        }  # fmt: skip
        self.hold("base/Premises", subject, known | facts)
        return number

    def hold(self, kind: str, subject: int, facts: Mapping[str, Value]) -> None:
        """Write what registers have about a subject."""
        attributes: Mapping[str, Attribute] = self.catalog.types[kind].attributes
        registry.write([Entry(subject, attributes[name], value) for name, value in facts.items()], keys={})

    def restaurant(self, owner: Actor, trade_name: str, **answers: Value) -> str:
        """File the bundle for opening a restaurant, whole; returns the application's number."""
        situation: dict[str, Value] = {
            "restaurant.licensed": False, "restaurant.legal_form": "sole-trader", "restaurant.place_right": "rented",
            "restaurant.sign": True, "restaurant.fire_way": "promise",
        }  # fmt: skip
        staff = self.person("何见山", has_health_certificate=False)
        number = starting.start(
            owner,
            "open-restaurant",
            command_id=uuid4(),
            answers=situation | {"place.unit_number": self.premises(), "staff.1.id_number": self.id_number(staff)},
        )
        typed: dict[str, Value] = {
            "restaurant.trade_name": trade_name, "restaurant.lease_until": "2029-11-30", "restaurant.dishes": "hot",
            "restaurant.seats": 36, "restaurant.kitchen_square_metres": 28, "restaurant.food_safety_manager": "苏晚晴",
            "restaurant.sign_text": trade_name[-4:], "restaurant.sign_size": "4 米 × 1 米",
            "owner.phone": "10000000007", "staff.1.phone": "10000000004",
            "staff.1.examination_place": "芦淞区疾病预防控制中心",
        }  # fmt: skip
        return self.send(owner, number, typed | answers)

    def send(self, applicant: Actor, number: str, typed: Mapping[str, Value]) -> str:
        """Agree, fill in, give or promise every paper, sign and submit."""
        reading.agree(applicant, number)
        filling.fill(applicant, number, typed)
        for need in views.application_view(applicant, number)["papers"]:
            if need["promise"] or need["deferrable"]:
                papers.promise(applicant, number, need["key"])
            else:
                papers.attach(applicant, number, need["key"], "图.pdf", [PDF])
        signing.sign(applicant, number)
        submission.submit(applicant, number, uuid4())
        return number

    def licence(self, name: str = "苏晚晴") -> str:
        """File a restaurant for somebody new; returns the number of the case for its business licence."""
        return self.part(self.restaurant(self.person(name), f"株洲市芦淞区{name[-2:]}小馆"), LICENCE)

    def do(self, actor: Actor, number: str, name: str, **given: Any) -> None:  # noqa: ANN401 -- parts of a command
        """Carry out a command."""
        cases.act(actor, number, name, command_id=uuid4(), **given)

    def part(self, application: str, service: str) -> str:
        """The number of the case of a service in an application."""
        found = [case.number for case in self.cases(application) if case.service == service]
        return found[0]

    def cases(self, application: str) -> list[Case]:
        """All cases of an application."""
        return store.cases_of([application])

    def case(self, number: str) -> Case:
        """A case as it stands."""
        return store.load_cases([number])[number].case


def browser_of(actor: Actor) -> Client:
    """A browser in which this account is logged in."""
    client = Client()
    client.force_login(User.objects.get(id=actor.user_id or 0))
    return client


def address(number: str) -> str:
    """The page of a case."""
    return f"/desk/cases/{number.replace('/', '.')}"
