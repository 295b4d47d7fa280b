"""A family in the registry, made by hand: mother, father, a birth, what each holder knows about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Post, User, login_of
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.registry import service as registry
from tongban.registry.model import Entry


def with_check(body: str) -> str:
    """A 17-digit body with its check character (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@dataclass(frozen=True)
class Family:
    """Registered ids, and the actors of both parents."""

    mother: Actor
    father: Actor
    children: tuple[int, ...]
    births: tuple[int, ...]


def person(name: str, body: str) -> tuple[int, Actor]:
    """A registered person with an account."""
    key = with_check(body)
    subject = registry.create("base/Person", key=key, region="430211002")
    user = User.objects.create(login=login_of(key), kind="person", shown_name=f"{name[0]}**", subject_id=subject)
    return subject, actor_of(user)


def staff(number: str, office: str, *roles: str) -> Actor:
    """A member of staff at an office."""
    user = User.objects.create(login=login_of(number), kind="staff", shown_name=number, staff_number=number)
    Post.objects.create(user=user, office=office, roles=list(roles))
    return actor_of(user)


def write(catalog: Catalog, type_id: str, subject: int, facts: dict[str, Any]) -> None:
    """Write facts to whoever holds them."""
    kind = catalog.types[type_id]
    entries = [
        Entry(subject, kind.attributes[name], values.read(kind.attributes[name], raw)) for name, raw in facts.items()
    ]
    registry.write(entries, keys={})


def held_by_default(catalog: Catalog, type_id: str, subject: int, given: dict[str, Any]) -> None:
    """Write every held attribute of a type: what is given, else something plausible by kind."""
    kind = catalog.types[type_id]
    plausible: dict[str, Any] = {
        "text": "示例", "address": "天元区泰山路 1 号", "integer": 3000, "boolean": True, "date": "2026-11-12",
        "resident-id": with_check("43020019890101001"), "fen": 500000, "phone": "19900000000", "region": "430211002",
    }  # fmt: skip
    facts = {
        name: plausible.get(attribute.kind) or (attribute.options[0].value if attribute.options else None)
        for name, attribute in kind.attributes.items()
        if attribute.held_by and attribute.derived is None and name not in given
    }
    write(catalog, type_id, subject, {k: v for k, v in facts.items() if v is not None} | given)


def family(catalog: Catalog, children: int = 1) -> Family:
    """Married parents with newborn children in a hospital of the city."""
    mother, mother_actor = person("李云禾", "43020019900101002")
    father, father_actor = person("陈知远", "43020019890101001")
    for subject, name in ((mother, "李云禾"), (father, "陈知远")):
        held_by_default(catalog, "base/Person", subject, {"name": name})
    marriage = registry.create("civil/Marriage", ends={"husband": father, "wife": mother})
    held_by_default(catalog, "civil/Marriage", marriage, {"registered": True})
    stay = registry.create("medical-insurance/MaternityStay", ends={"mother": mother})
    held_by_default(catalog, "medical-insurance/MaternityStay", stay, {})
    born, births = [], []
    for number in range(children):
        child = registry.create("base/Person", region="430211002")
        birth = registry.create("health/Birth", ends={"child": child, "mother": mother, "father": father})
        made = {
            produced.fact.partition(".")[2]
            for service in catalog.services.values()
            for produced in service.produces
            if service.roles[produced.fact.partition(".")[0]].type == "health/Birth"
        }
        held_by_default(catalog, "health/Birth", birth, dict.fromkeys(made) | {"in_city": True, "order": number + 1})
        born.append(child)
        births.append(birth)
    return Family(mother_actor, father_actor, tuple(born), tuple(births))
