"""Enrolment opens an insured person and accounts in the pack's own tables: a whole batch at once, or nothing of it."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.applications.family import staff
from tests.applications.hiring import Employer, drafted, employer, sent
from tests.applications.newborn import granted

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications import cases, views, withdrawal
from tongban.applications.document import Document
from tongban.applications.doers import doer_of
from tongban.applications.models import Form
from tongban.casework import publications
from tongban.casework import service as casework
from tongban.casework.model import Command
from tongban.catalog.canonical import hashed
from tongban.catalog.vocabulary import Text, Value
from tongban.platform.errors import PlatformError
from tongban.platform.roles import APP
from tongban.publication import RefusedPublicationError
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted
from tongban.testing.fixtures import City

PENSION, INJURY = "hrss/pension-insurance", "hrss/injury-insurance"
REGISTRATION = "hrss/employment-registration"  # what it grants is handed over, as the form says
ACCOUNTS = (
    'select i.person, a.insurance, a.employer, a.monthly_wage_fen, a.opened_on, a."case", i."case"'
    " from hrss_contribution_account a join hrss_insured_person i on i.id = a.insured_id order by a.id"
)


def desk(office: str, role: str) -> Actor:
    """Whoever works at an office in a role."""
    return staff(f"{User.objects.count():04}", office, role)


def accounts() -> list[tuple[Any, ...]]:
    """Every account: person, insurance, employer, wage, first day, its case, the case that brought the person in."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS)
        return list(cursor.fetchall())


def lines(firm: Employer, number: str, service: str = PENSION) -> list[dict[str, Any]]:
    """The parts of a service, one for each hire, up to where they stand now."""
    return [line for line in views.application_view(firm.agent, number)["cases"] if line["service"] == service]


def applied(hires: int = 1) -> tuple[Employer, str]:
    firm = employer(publication.current(), hires=hires)
    number = drafted(firm)
    sent(firm, number, deferred=0)
    return firm, number


def accepted(firm: Employer, number: str, service: str = PENSION) -> list[dict[str, Any]]:
    """The parts of a service, accepted; what they wait for was granted before."""
    while any(line["state"] == "waiting" for line in lines(firm, number, service)):
        for line in views.application_view(firm.agent, number)["cases"]:
            if line["state"] in ("submitted", "accepted") and line["service"] not in (PENSION, INJURY):
                granted(desk, line)
    for line in lines(firm, number, service):
        if line["state"] == "submitted":
            cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    return lines(firm, number, service)


def insured_from(person: int) -> Value:
    """What the register of social insurance says."""
    attribute = publication.current().types["base/Person"].attributes["pension_insured_from"]
    return registry.read([Wanted(person, attribute)], Reader("test", Text("", "")))[person, attribute.name].value


def decide(line: dict[str, Any], command_id: UUID | None = None) -> None:
    cases.act(desk(line["office"], "approver"), line["number"], "decide", command_id=command_id or uuid4())


@pytest.mark.django_db
def test_enrolment_opens_an_account_in_each_insurance_and_the_person_once() -> None:
    firm, number = applied()
    (pension,) = accepted(firm, number)
    assert accounts() == []
    decide(pension)
    (account,) = accounts()
    form = Form.objects.get(number=number)
    facts = {
        f["fact"]: f["value"] for f in cases.case_view(desk(pension["office"], "handler"), pension["number"])["facts"]
    }
    assert account[:3] == (firm.hires[0].subject_id, PENSION, form.applicant_id)
    assert account[3] == facts["employment.monthly_wage_fen"]
    assert account[4].isoformat() == facts["employment.start_date"]
    assert account[5:] == (pension["number"], pension["number"])
    (injury,) = accepted(firm, number, INJURY)
    decide(injury)
    assert [row[1] for row in accounts()] == [PENSION, INJURY]
    assert {row[6] for row in accounts()} == {pension["number"]}


@pytest.mark.django_db
def test_an_account_goes_with_the_person_to_the_next_employer() -> None:
    firm, number = applied()
    decide(accepted(firm, number)[0])
    (before,) = accounts()
    again = drafted(firm)
    sent(firm, again, deferred=0)
    decide(accepted(firm, again)[0])
    assert accounts() == [before]


@pytest.mark.django_db
def test_a_batch_runs_the_effect_once_for_all() -> None:
    firm, number = applied(hires=3)
    waiting = accepted(firm, number)
    approver = desk(waiting[0]["office"], "approver")
    doer = doer_of(approver, None)
    with CaptureQueriesContext(connection) as statements:
        answers = casework.commands(
            [casework.Order(line["number"], Command(str(uuid4()), "decide"), doer) for line in waiting]
        )
    assert [answer.case.result for answer in answers if isinstance(answer, casework.Done)] == ["granted"] * 3
    written = [each["sql"] for each in statements if "insert into hrss_insured_person" in each["sql"]]
    assert len(written) == 1
    assert sorted(row[0] for row in accounts()) == sorted(hire.subject_id or 0 for hire in firm.hires)


@pytest.mark.django_db
def test_a_batch_unseals_the_form_of_all_its_cases_once(monkeypatch: pytest.MonkeyPatch) -> None:
    firm, number = applied(hires=3)
    waiting = accepted(firm, number, REGISTRATION)
    doer = doer_of(desk(waiting[0]["office"], "approver"), None)
    unsealed, read = list[Document](), Document.from_json

    def noted(text: bytes) -> Document:
        unsealed.append(read(text))
        return unsealed[-1]

    monkeypatch.setattr(Document, "from_json", noted)
    answers = casework.commands(
        [casework.Order(line["number"], Command(str(uuid4()), "decide"), doer) for line in waiting]
    )
    assert len([answer for answer in answers if isinstance(answer, casework.Done)]) == 3
    assert len(unsealed) == 1


def test_an_effect_that_fails_fails_the_command_and_nothing_is_half_done(city: City) -> None:
    firm, number = applied()
    (pension,) = accepted(firm, number)
    hire = firm.hires[0].subject_id or 0
    before = insured_from(hire)
    command_id = uuid4()
    with city.superuser() as superuser:
        superuser.execute(f"revoke insert on hrss_contribution_account from {APP}")
    with pytest.raises(PlatformError, match="effect-failed"):
        decide(pension, command_id)
    assert lines(firm, number)[0]["state"] == "accepted"
    assert insured_from(hire) == before
    with city.connect() as beside:
        assert beside.execute("select count(*) from hrss_insured_person").fetchone() == (0,)
    with city.superuser() as superuser:
        superuser.execute(f"grant insert on hrss_contribution_account to {APP}")
    decide(pension, command_id)  # the same command, once the pack is mended
    assert lines(firm, number)[0]["result"] == "granted"
    assert [row[0] for row in accounts()] == [hire]
    assert insured_from(hire) != before


def test_an_effect_that_an_open_case_needs_cannot_be_dropped(city: City) -> None:
    firm, number = applied()
    catalog = publication.current()
    services = {name: dataclasses.replace(s, effect=None) for name, s in catalog.services.items()}
    without = hashed(dataclasses.replace(catalog, services=services, effects=frozenset()))
    with pytest.raises(RefusedPublicationError, match="hrss/enrol@1") as refused:
        publication.publish(without, in_use=publications.in_use())
    assert refused.value.code == "function-dropped"
    withdrawal.withdraw(firm.agent, number, uuid4())
    publication.publish(without, in_use=publications.in_use())
    assert publication.current().effects == frozenset()
    publication.publish(catalog)


@pytest.mark.django_db
def test_an_exercise_opens_no_account() -> None:
    firm = employer(publication.current())
    number = drafted(firm)
    Form.objects.filter(number=number).update(mode="exercise")
    sent(firm, number, deferred=0)
    decide(accepted(firm, number)[0])
    assert lines(firm, number)[0]["result"] == "granted"
    assert accounts() == []
