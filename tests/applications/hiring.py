"""A company that hires, and the people it hires, as registers know them; its application up to the last signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.applications.family import held_by_default, person
from tests.applications.newborn import answer_to

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, User
from tongban.applications import filling, papers, reading, signing, starting, submission, views
from tongban.catalog.model import Catalog
from tongban.registry import service as registry

USCC = "914302000000000192"
CONTRACT = "hrss/labour-contract"
PDF = b"%PDF-1.7 \n% signed by both\n"


@dataclass(frozen=True)
class Employer:
    """The agent who acts for a company, and those it hires."""

    agent: Actor
    hires: tuple[Actor, ...]


def employer(catalog: Catalog, hires: int = 1, born: int = 1990) -> Employer:
    """A company registered for social insurance, an agent with every right, and people without any contract yet."""
    company = registry.create("base/Organisation", key=USCC, region="430211")
    held_by_default(
        catalog,
        "base/Organisation",
        company,
        {"region": "430211", "social_insurance_registered": True, "injury_risk_class": 2},
    )
    subject, _ = person("周以宁", f"430200{born}0206009")
    mandates.give(company, subject, ["*"], basis=Mandate.Basis.AGENT)
    hired = []
    for number in range(hires):
        known = {"has_social_card": True, "archive_place": "no-file", "name": "何见山"}
        hire, actor = person("何见山", f"430200{born + 9}03040{number + 10:02}")
        held_by_default(catalog, "base/Person", hire, known)
        hired.append(actor)
    return Employer(actor_of(User.objects.get(subject_id=subject)), tuple(hired))


def drafted(firm: Employer, **chosen: Any) -> str:  # noqa: ANN401 -- whatever a form takes
    """A draft for all hires with every question answered, papers open."""
    chosen = {"contract_end_date": "2029-11-15", **chosen}  # a contract ends after it begins
    count = len(firm.hires)
    numbers = {
        f"hire.{place}.id_number": registry.key_of(hire.subject_id or 0)
        for place, hire in enumerate(firm.hires, start=1)
    }
    number = starting.start(
        firm.agent,
        "hire-employee",
        command_id=uuid4(),
        counts={"hire": count},
        answers=numbers | {"job.contract_filed": False},
    )
    reading.agree(firm.agent, number)
    for _ in range(6):
        view = views.application_view(firm.agent, number)
        facts = {
            question["fact"]: chosen.get(question["fact"].rpartition(".")[2]) or answer_to(question)
            for question in view["questions"]
            if question["value"] is None
        }
        if not facts:
            break
        filling.fill(firm.agent, number, facts)
    return number


def contracts(firm: Employer, number: str) -> list[str]:
    """The keys of the contracts that the form wants, one for each hire."""
    return [
        line["key"] for line in views.application_view(firm.agent, number)["papers"] if line["key"].startswith(CONTRACT)
    ]


def sent(firm: Employer, number: str, *, deferred: int) -> dict[str, Any]:
    """The application sent: the first contracts are to follow, the others are attached."""
    for place, key in enumerate(contracts(firm, number)):
        if place < deferred:
            papers.promise(firm.agent, number, key)
        else:
            papers.attach(firm.agent, number, key, "合同.pdf", [PDF])
    signing.sign(firm.agent, number)
    for hire in firm.hires:
        signing.sign(hire, number)
    submission.submit(firm.agent, number, uuid4())
    return views.application_view(firm.agent, number)
