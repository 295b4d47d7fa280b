"""A company about to hire many people who are registered and have no job, and the offices that decide."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from typing import Any, Final
from uuid import uuid4

from stdnum.iso7064 import mod_11_2

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, User
from tongban.applications import reading, sheets, signing, starting, store, submission, tables
from tongban.applications.document import Signature
from tongban.casework import service
from tongban.casework.model import Case, Command, Doer, Given
from tongban.casework.service import Done, Order
from tongban.casework.store import cases_of
from tongban.catalog import values
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Entry

BUNDLE: Final = "life-events/hire-employee"
USCC: Final = "914302000000000192"
REGION: Final = "430211"
PAGE: Final = 500
BATCH: Final = 500
KNOWN: Final = {
    "base/Person": {"name": "何见山", "has_social_card": True, "archive_place": "no-file"},
    "base/Organisation": {"region": REGION, "social_insurance_registered": True, "injury_risk_class": 2},
}
PLAUSIBLE: Final[dict[str, Any]] = {
    "text": "示例", "address": "天元区泰山路 1 号", "integer": 3000, "boolean": True, "date": "2026-11-12",
    "fen": 500000, "phone": "19900000000", "region": "430211002",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firm:
    """The company's agent, the ID numbers of those it hires, and its application."""

    agent: Actor
    keys: Sequence[str]
    number: str

    @classmethod
    def about_to_hire(cls, count: int) -> Firm:
        """A company with an open form, and so many people of whom registers know what they must."""
        catalog = publication.current()
        company = _registered(catalog, "base/Organisation", USCC)
        keys = list(_id_numbers(count + 1))
        agent = _registered(catalog, "base/Person", keys[-1])
        account = User.objects.create(login="agent", kind="person", shown_name="周**", subject_id=agent)
        mandates.give(company, agent, ["*"], basis=Mandate.Basis.AGENT)
        for key in keys[:-1]:
            _registered(catalog, "base/Person", key)
        actor = actor_of(account)
        answers = {"job.contract_filed": True}
        number = starting.start(actor, BUNDLE, command_id=uuid4(), counts={"hire": count}, answers=answers)
        reading.agree(actor, number)
        return cls(actor, keys[:-1], number)

    def upload(self) -> None:
        """Take a table that names everybody and answers every question."""
        columns = sheets.columns(self.agent, self.number, "hire")
        text = StringIO()
        table = csv.writer(text)
        table.writerow([column.label.zh for column in columns])
        answers = [_answer(column) for column in columns]
        for key in self.keys:
            table.writerow([key if answer is None else answer for answer in answers])
        sheets.take(self.agent, self.number, "hire", "hires.csv", [text.getvalue().encode()])

    def sign(self) -> None:
        """Everybody signs what is on the form now, each with the signature that `signing` would put there."""

        def act(opened: store.Open) -> None:
            digest, at = signing.content_digest(opened), time.now().isoformat(timespec="seconds")
            for signer in signing.signers_of(opened):
                opened.document.signatures[signer.key] = Signature(self.agent.user_id or 0, at, signer.act, digest)

        store.change(self.agent, self.number, act)

    def send(self) -> None:
        """Submit the form."""
        submission.submit(self.agent, self.number, uuid4())

    def decide(self) -> None:
        """Let the offices accept and grant until nothing is left that they may do."""
        catalog = publication.current()
        while orders := [order for case in cases_of([self.number]) for order in _next(catalog, case)]:
            for begun in range(0, len(orders), BATCH):
                for answer in service.commands(orders[begun : begun + BATCH]):
                    if not isinstance(answer, Done):
                        raise answer

    def counted(self) -> tuple[int, int]:
        """How many cases there are, and how many of them were granted."""
        cases = cases_of([self.number])
        return len(cases), sum(case.result == "granted" for case in cases)


def _next(catalog: Catalog, case: Case) -> Iterator[Order]:
    """What an office does next with a case."""
    kind = {"submitted": "accept", "accepted": "decide", "reported": "dispatch"}.get(case.state)
    definition = catalog.services[case.service]
    if case.state == "submitted" and catalog.procedures[definition.procedure].id.endswith("instant"):
        kind = "decide"
    if kind is None:
        return
    doer = Doer(f"staff:{1 + (kind == 'decide')}", "staff", {case.office: frozenset({"handler", "approver"})})
    facts = _typed(catalog, definition) if kind == "decide" else {}
    yield Order(case.number, Command(str(uuid4()), kind, facts=facts), doer)


def _typed(catalog: Catalog, definition: ServiceDefinition) -> dict[str, Given]:
    """What an approver types with a decision."""
    typed = {}
    for produced in definition.produces:
        if produced.how == "clerk" and produced.at == "decide":
            role, _, name = produced.fact.partition(".")
            attribute = catalog.types[definition.roles[role].type].attributes[name]
            typed[produced.fact] = Given(values.read(attribute, PLAUSIBLE[attribute.kind]), "claimed")
    return typed


def _answer(column: tables.Column) -> str | None:
    """What every row says in a column; None where it is the ID number."""
    attribute = column.attribute
    if attribute.kind == "resident-id":
        return None
    if attribute.name == "contract_end_date":
        return (time.today() + timedelta(days=1_000)).isoformat()
    if attribute.options:
        return attribute.options[0].label.zh
    if attribute.kind == "date":
        return time.today().isoformat()
    return "是" if attribute.kind == "boolean" else str(PLAUSIBLE[attribute.kind])


def _registered(catalog: Catalog, type_id: str, key: str) -> int:
    """A subject of whom every holder knows something plausible."""
    subject = registry.create(type_id, key=key, region=REGION)
    attributes = catalog.types[type_id].attributes
    known: dict[str, Any] = {
        name: PLAUSIBLE.get(attribute.kind, attribute.options[0].value if attribute.options else None)
        for name, attribute in attributes.items()
        if attribute.held_by and attribute.derived is None
    } | KNOWN[type_id]
    given = {name: raw for name, raw in known.items() if raw is not None}
    registry.write(
        [Entry(subject, attributes[n], values.read(attributes[n], raw)) for n, raw in given.items()], keys={}
    )
    return subject


def _id_numbers(count: int) -> Iterator[str]:
    """ID numbers that nobody has, of people born in 1990 and after."""
    for n in range(count):
        born = date(1990, 1, 1) + timedelta(days=n // 900)
        body = f"430200{born:%Y%m%d}{n % 900 + 100}"
        yield body + mod_11_2.calc_check_digit(body)
