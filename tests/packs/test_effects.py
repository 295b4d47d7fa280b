"""A granted hire enrols in another pack's ledger: a whole batch at once, or nothing of it; revoked, it is undone."""

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
from tests.packs.ledger.books import balance

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications import cases, views, withdrawal
from tongban.applications.document import Document
from tongban.applications.doers import doer_of
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.casework import publications
from tongban.casework import service as casework
from tongban.casework.model import Command, Refused
from tongban.catalog.canonical import hashed
from tongban.catalog.vocabulary import Text, Value
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.months import month_of, written
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.platform.errors import PlatformError
from tongban.platform.roles import APP
from tongban.platform.time import now
from tongban.publication import RefusedPublicationError
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted
from tongban.testing.fixtures import City

PENSION, INJURY = "hrss/pension-insurance", "hrss/injury-insurance"
UNEMPLOYMENT = "hrss/unemployment-insurance"
REGISTRATION = "hrss/employment-registration"  # what it grants is handed over, as the form says
HELD = (
    'select e.insured, e.kind, e.employer, e.first_month, w.wage_fen, e."case" from insurance_enrolment e'
    " join insurance_wage w using (insured, employer) where e.superseded_at is null order by e.id"
)


def desk(office: str, role: str) -> Actor:
    """Whoever works at an office in a role."""
    return staff(f"{User.objects.count():04}", office, role)


def enrolled() -> list[tuple[Any, ...]]:
    """Everybody enrolled: person, kind, employer, first month, wage, case."""
    with connection.cursor() as cursor:
        cursor.execute(HELD)
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
            if line["state"] in ("submitted", "accepted") and line["service"] not in (PENSION, UNEMPLOYMENT, INJURY):
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


@pytest.mark.slow
@pytest.mark.django_db
def test_a_hire_enrols_in_each_insurance_from_its_month_on_for_its_wage() -> None:
    firm, number = applied()
    (pension,) = accepted(firm, number)
    assert enrolled() == []
    decide(pension)
    (held,) = enrolled()
    form = Form.objects.get(number=number)
    facts = {
        f["fact"]: f["value"] for f in cases.case_view(desk(pension["office"], "handler"), pension["number"])["facts"]
    }
    assert held[:3] == (firm.hires[0].subject_id, "pension", form.applicant_id)
    assert written(held[3]) == facts["employment.start_date"][:7]
    assert held[4:] == (facts["employment.monthly_wage_fen"], pension["number"])
    (injury,) = accepted(firm, number, INJURY)
    decide(injury)
    assert [row[1] for row in enrolled()] == ["pension", "injury"]


@pytest.mark.slow
@pytest.mark.django_db
def test_who_is_insured_already_is_refused_with_what_stands_in_the_way() -> None:
    firm, number = applied()
    decide(accepted(firm, number)[0])
    before = enrolled()
    again = drafted(firm)
    sent(firm, again, deferred=0)
    second = accepted(firm, again)[0]
    with pytest.raises(Problem) as refused:
        decide(second)
    assert (refused.value.status, refused.value.code) == (409, "pack-refused")
    assert before[0][5] in refused.value.text.zh
    assert lines(firm, again)[0]["state"] == "accepted"
    assert enrolled() == before


@pytest.mark.django_db
def test_a_hire_that_is_revoked_was_never_enrolled() -> None:
    firm, number = applied()
    (pension,) = accepted(firm, number)
    approver = desk(pension["office"], "approver")
    with pytest.raises(Refused, match="no-credential"):
        cases.act(approver, pension["number"], "revoke", command_id=uuid4(), texts={"reason": "合同是假的"})
    decide(pension)
    assert len(enrolled()) == 1
    cases.act(approver, pension["number"], "revoke", command_id=uuid4(), texts={"reason": "合同是假的"})
    assert enrolled() == []
    (line,) = lines(firm, number)
    assert (line["revoked"], line["state_label"]["zh"]) == (True, "准予已撤回")


@pytest.mark.slow
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
    written = [each["sql"] for each in statements if "insert into insurance_enrolment" in each["sql"]]
    assert len(written) == 1
    assert sorted(row[0] for row in enrolled()) == sorted(hire.subject_id or 0 for hire in firm.hires)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_batch_unseals_a_form_that_lacks_papers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    firm, number = applied(hires=3)
    waiting = accepted(firm, number, REGISTRATION)
    Form.objects.update(lacks_papers=True)  # as where somebody else's paper is to follow
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


@pytest.mark.slow
def test_an_effect_that_fails_fails_the_command_and_nothing_is_half_done(city: City) -> None:
    firm, number = applied()
    (pension,) = accepted(firm, number)
    hire = firm.hires[0].subject_id or 0
    before = insured_from(hire)
    command_id = uuid4()
    with city.superuser() as superuser:
        superuser.execute(f"revoke insert on insurance_enrolment from {APP}")
    with pytest.raises(PlatformError, match="effect-failed"):
        decide(pension, command_id)
    assert lines(firm, number)[0]["state"] == "accepted"
    assert insured_from(hire) == before
    with city.connect() as beside:
        assert beside.execute("select count(*) from insurance_wage").fetchone() == (0,)
    with city.superuser() as superuser:
        superuser.execute(f"grant insert on insurance_enrolment to {APP}")
    decide(pension, command_id)  # the same command, once the pack is mended
    assert lines(firm, number)[0]["result"] == "granted"
    assert [row[0] for row in enrolled()] == [hire]
    assert insured_from(hire) != before


@pytest.mark.slow
def test_an_effect_that_an_open_case_needs_cannot_be_dropped(city: City) -> None:
    firm, number = applied()
    catalog = publication.current()
    services = {name: dataclasses.replace(s, effect=None) for name, s in catalog.services.items()}
    without = hashed(dataclasses.replace(catalog, services=services, effects=frozenset()))
    with pytest.raises(RefusedPublicationError, match="social-insurance/enrol@1") as refused:
        publication.publish(without, in_use=publications.in_use())
    assert refused.value.code == "function-dropped"
    withdrawal.withdraw(firm.agent, number, uuid4())
    publication.publish(without, in_use=publications.in_use())
    assert publication.current().effects == frozenset()
    publication.publish(catalog)


@pytest.mark.django_db
def test_an_exercise_enrols_nobody() -> None:
    firm = employer(publication.current())
    number = drafted(firm)
    Form.objects.filter(number=number).update(mode="exercise")
    sent(firm, number, deferred=0)
    decide(accepted(firm, number)[0])
    assert lines(firm, number)[0]["result"] == "granted"
    assert enrolled() == []


@pytest.mark.slow
@pytest.mark.django_db
def test_a_hire_with_all_that_follows_in_a_month_that_is_billed_already() -> None:
    firm, number = applied()
    month = month_of(now().date())
    bill(month)
    for service in (PENSION, UNEMPLOYMENT, INJURY):
        decide(accepted(firm, number, service)[0])
    hire, employer_id = firm.hires[0].subject_id or 0, Form.objects.get(number=number).applicant_id
    lines_of_hire = [one for one in months_paid(hire) if one.month == month]
    assert [one.kind for one in lines_of_hire] == ["pension", "unemployment", "injury"]
    stated = of_employer(employer_id, month)
    assert sum(one.employer_fen + one.employee_fen for one in lines_of_hire) == sum(one.owed_fen for one in stated) > 0
    assert all(balance(f"receivable.{one.kind}", employer_id) == one.owed_fen for one in stated)
