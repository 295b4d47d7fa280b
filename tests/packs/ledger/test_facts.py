"""What registers are told from the ledger: for random books, what a plan reads is what the ledger's own pages show."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desk.scene import Scene, browser_of
from tests.examples import examples
from tests.packs.ledger.books import MAY, START, THREE, at

from tongban.accounts.actor import Actor
from tongban.applications import cases, filling, reading, signing, starting, submission, views
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text, Value
from tongban.pack_api import RefusedError, now, read_spans
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.declarations import Declared, declare
from tongban.packs.social_insurance.ledger.enrolments import Hire, Leave, enrol, leave, periods_of
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.payments import Received, late_fee_owed, receive
from tongban.packs.social_insurance.ledger.refunds import Double, give_back
from tongban.packs.social_insurance.ledger.shown import account_years
from tongban.packs.social_insurance.ledger.statements import months_paid, months_paid_of, of_employer
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.books import answerers
from tongban.registry.looks import reads_about
from tongban.registry.model import Held, Reader, Wanted, what_corrects

pytestmark = pytest.mark.django_db
PERSON, ORGANISATION, PENSION, INJURY = (
    "base/Person", "base/Organisation", "hrss/Pension", "insurance-benefits/InjuryCase",
)  # fmt: skip
PURPOSE = Text("办理：退休", "For: retirement")
READER = Reader("person:1", PURPOSE)
OFFICE = "demonstration/social-insurance-4302"
FIRM_CODE = "91430200MA4L000018"
LENGTH = 5
MINE = "/portal/social-insurance/mine"


@pytest.fixture
def scene() -> Scene:
    """People, on a day on which the months from May to September are over."""
    time.set_time(START, frozen=True)
    return Scene()


def firm(scene: Scene, code: str = FIRM_CODE) -> int:
    subject = registry.create(ORGANISATION, key=code)
    scene.hold(ORGANISATION, subject, {"name": "株洲市示例机械有限公司", "region": "430203"})
    return subject


def held(type_id: str, subject: int, name: str) -> Held:
    """What a plan reads."""
    attribute = publication.current().types[type_id].attributes[name]
    return registry.read([Wanted(subject, attribute)], READER)[subject, name]


def told(type_id: str, subject: int, name: str) -> Value:
    return held(type_id, subject, name).value


def hired(who: int, company: int | None, case: str, first: int = MAY, **other: Any) -> None:  # noqa: ANN401 - of a hire
    given_ = {"kinds": THREE, "wage_fen": 650_000, "industry_class": 2, **other}
    hire = Hire(insured=who, employer=company, first_month=first, county="430203", case=case, at=START, **given_)
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [hire])


def paid(company: int, fen: int, reference: str, on: date = date(2026, 10, 15)) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, f"{reference}.csv", [Received(reference, company, fen, on)], fen, START)


def test_every_fact_that_books_tell_is_one_of_their_office() -> None:
    types = publication.current().types
    assert answerers()
    for type_id, name in answerers():
        assert types[type_id].attributes[name].held_by == "hrss/social-insurance", f"{type_id}.{name}"


def test_of_whom_the_ledger_never_heard_the_record_stands(scene: Scene) -> None:
    person = scene.person("杜衡之", pension_months=130).subject_id or 0
    pension = registry.create(PENSION, ends={"insured": person})
    scene.hold(PENSION, pension, {"paid_months": 372, "deemed_months": 12, "account_balance_fen": 100})
    company = firm(scene)
    assert told(PERSON, person, "pension_months") == 130
    assert told(PENSION, pension, "paid_months") == 372
    assert held(ORGANISATION, company, "owes_contributions").state == "absent"
    hired(person, company, "A/1")
    bill(MAY)
    assert told(PERSON, person, "pension_months") == told(PENSION, pension, "paid_months") == 0  # billed and not paid
    assert told(PENSION, pension, "deemed_months") == 12
    paid(company, sum(one.owed_fen for one in of_employer(company)), "R1")
    assert told(PENSION, pension, "paid_months") == 1
    assert told(PENSION, pension, "account_balance_fen") == 52_000


def test_a_pension_is_told_of_before_anybody_has_applied_for_it(scene: Scene) -> None:
    actor, company = scene.person("杜衡之", retirement_category="male-60"), firm(scene)
    who = actor.subject_id or 0
    hired(who, company, "A/1")
    bill(MAY)
    paid(company, sum(one.owed_fen for one in of_employer(company)), "R1")
    number = starting.start(actor, "hrss/pension-normal", command_id=uuid4(), answers={"pension.way": "normal"})
    assert registry.related(PENSION, {"insured": who}) == []  # nothing is read, or made, before it is agreed to
    reading.agree(actor, number)
    facts = {one["fact"]: one["value"] for one in views.application_view(actor, number)["facts"]}
    assert facts["pension.paid_months"] == facts["pension.total_months"] == 1
    assert facts["pension.account_balance_fen"] == 52_000
    other = starting.start(actor, "hrss/pension-normal", command_id=uuid4(), answers={"pension.way": "normal"})
    reading.agree(actor, other)
    assert len(registry.related(PENSION, {"insured": who})) == 1  # the one that is there is asked about


def test_each_look_is_logged_with_its_purpose_as_of_any_register(scene: Scene) -> None:
    person, company = scene.person("杜衡之").subject_id or 0, firm(scene)
    hired(person, company, "A/1")
    told(PERSON, person, "pension_balance_fen")
    look = reads_about(person)[0]
    assert (look.holder, look.attributes, look.purpose) == ("hrss/social-insurance", ("pension_balance_fen",), PURPOSE)


def test_what_is_taken_down_or_held_elsewhere_is_not_told_from_books(scene: Scene, settings: Any) -> None:  # noqa: ANN401 - Django's
    person, company = scene.person("杜衡之").subject_id or 0, firm(scene)
    hired(person, company, "A/1")
    registry.set_down("hrss/social-insurance", down=True)
    assert held(PERSON, person, "pension_months").state == "unavailable"
    registry.set_down("hrss/social-insurance", down=False)
    assert told(PERSON, person, "pension_months") == 0
    settings.HOLDERS = {"hrss/social-insurance": "http://127.0.0.1:9/facts"}
    assert held(PERSON, person, "pension_months").state == "unavailable"


@pytest.mark.slow
def test_an_employer_is_told_of_by_its_bills(scene: Scene) -> None:
    one, other, company = scene.person("杜衡之"), scene.person("江知白"), firm(scene)
    hired(one.subject_id or 0, company, "A/1")
    hired(other.subject_id or 0, company, "A/2")
    assert told(ORGANISATION, company, "insured_staff") == 2
    assert told(ORGANISATION, company, "owes_contributions") is False
    for month in range(MAY, MAY + LENGTH):
        bill(month)
    owed_fen = sum(each.owed_fen for each in of_employer(company))
    assert told(ORGANISATION, company, "owes_contributions") is True
    assert told(ORGANISATION, company, "contribution_debt_fen") == owed_fen
    paid(company, owed_fen, "R1")  # late fees are left
    assert told(ORGANISATION, company, "contribution_debt_fen") == 0
    assert told(ORGANISATION, company, "owes_contributions") is True
    with connection.cursor() as cursor:
        fees_fen = late_fee_owed(cursor, company)
    paid(company, fees_fen, "R2")
    assert told(ORGANISATION, company, "owes_contributions") is False
    with transaction.atomic(), connection.cursor() as cursor:
        last = month_of(now().date())
        leave(cursor, [Leave(one.subject_id or 0, company, last, "A/3", START)])
    assert told(ORGANISATION, company, "insured_staff") == told(ORGANISATION, company, "staff_count") == 1


def test_the_wage_before_an_accident_is_the_average_of_what_was_billed(scene: Scene) -> None:
    person, company = scene.person("杜衡之").subject_id or 0, firm(scene)
    injury = registry.create(INJURY, ends={"worker": person, "employer": company})
    hired(person, company, "A/1")
    assert held(INJURY, injury, "base_before_fen").state == "absent"  # no accident yet
    scene.hold(INJURY, injury, {"accident_on": date(2026, 7, 31)})
    assert told(INJURY, injury, "base_before_fen") == 650_000  # nothing was billed: the wage that was declared
    with transaction.atomic(), connection.cursor() as cursor:
        declare(cursor, [Declared(person, company, MAY + 1, 750_001, "A/2", START)])
        declare(cursor, [Declared(person, company, MAY + 2, 990_000, "A/3", START)])
    for month in range(MAY, MAY + 3):
        bill(month)
    assert told(INJURY, injury, "base_before_fen") == 700_001  # of May and June; July is the month of the accident


@pytest.mark.slow
def test_a_correction_of_what_books_tell_is_granted_once_the_books_are_put_right(scene: Scene) -> None:
    person, company = scene.person("杜衡之", draws_pension=False), firm(scene)
    who = person.subject_id or 0
    hired(who, company, "A/1", MAY + 1)
    for each in (MAY, MAY + 1):
        bill(each)
    paid(company, sum(one.owed_fen for one in of_employer(company)), "R1")
    number = starting.start(person, "social-insurance/transfer-out", command_id=uuid4())
    reading.agree(person, number)
    reading.dispute(person, number, "insured.pension_months", 2)
    filling.fill(person, number, {"out.letter_number": "SZ1", "out.to_agency": "深圳"})
    signing.sign(person, number)
    submission.submit(person, number, uuid4())
    clerk = scene.staff("D1", "顾南枝", OFFICE, "handler", "approver")
    (case,) = [one["case"] for one in cases.tasks(clerk)["tasks"] if one["service"] == "base/correct-record"]
    cases.act(clerk, case, "accept", command_id=uuid4())
    other = scene.staff("D2", "沈书白", OFFICE, "approver")
    with pytest.raises(Problem, match=r"which say 1. Put them right by “Back payment for an employee”") as refused:
        cases.act(other, case, "decide", command_id=uuid4())
    assert refused.value.code == "books-say-otherwise"
    hired(who, company, "A/2", MAY, last_month=MAY)
    paid(company, sum(one.owed_fen for one in of_employer(company)), "R2")
    cases.act(other, case, "decide", command_id=uuid4())
    assert told(PERSON, who, "pension_months") == 2
    assert all(what_corrects(function) in publication.current().services for function in answerers().values())


person = st.integers(0, 1)
month = st.integers(0, LENGTH - 1)
deed = st.one_of(
    st.tuples(st.just("hire"), person, month, st.sampled_from([THREE, ("pension",), ("injury", "unemployment")])),
    st.tuples(st.just("former"), person, st.integers(1, 30)),
    st.tuples(st.just("leave"), person, month),
    st.tuples(st.just("bill")),
    st.tuples(st.just("pay"), st.sampled_from([1, 200_000, 10_000_000])),
    st.tuples(st.just("double"), person, month),
    st.tuples(st.just("interest")),
)


def done(number: int, people: list[int], company: int, what: str, *how: Any) -> None:  # noqa: ANN401 - as the deed has it
    case = f"{number}/1"
    if what == "hire":
        who, first, kinds = how
        hired(people[who], company, case, MAY + first, kinds=kinds)
    elif what == "former":
        who, months = how
        hired(people[who], None, case, MAY - 40, kinds=("pension",), last_month=MAY - 41 + months)
    elif what == "pay":
        paid(company, how[0], f"R{number}")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            if what == "leave":
                leave(cursor, [Leave(people[how[0]], company, MAY + how[1], case, at(number))])
            elif what == "double":
                first = MAY + how[1]
                give_back(cursor, Double(people[how[0]], first, first, 100, "430203", case, at(number)))
            elif what == "interest":
                credit_interest(cursor, 2025, at(number))


def is_as_shown(actor: Actor, browser: Client) -> None:
    """The registers say what the page's own functions say, and the page prints it."""
    who, this_month = actor.subject_id or 0, month_of(now().date())
    months = months_paid(who)
    assert months_paid_of([who])[who] == months
    covers = {one.kind: one for one in coverages(periods_of(who), months, this_month)}
    for kind in THREE:
        answer = held(PERSON, who, f"{kind}_months")
        assert answer.value == (covers[kind].counted if kind in covers else None)
        assert answer.state == ("known" if kind in covers else "absent")
    if "pension" in covers:
        years = account_years(who, months)
        pension = registry.create(PENSION, ends={"insured": who})
        balance_fen = years[0].balance_fen if years else 0
        assert told(PENSION, pension, "paid_months") == covers["pension"].counted
        assert told(PENSION, pension, "account_balance_fen") == balance_fen
        assert told(PERSON, who, "pension_balance_fen") == balance_fen
        periods = told(PERSON, who, "pension_periods")
        counted = sum(last - first + 1 for first, last in read_spans(str(periods))) if periods else 0
        assert counted == covers["pension"].counted
        page = browser.get(MINE).content.decode()
        assert not balance_fen or f"{balance_fen / 100:,.2f}" in page


@pytest.mark.slow
@given(st.lists(deed, min_size=3, max_size=12))
@settings(max_examples=examples(10), deadline=None)
def test_what_a_plan_reads_is_what_the_pages_show(deeds: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        time.set_time(START, frozen=True)
        scene = Scene()
        actors, company, billed = [scene.person("杜衡之"), scene.person("江知白")], firm(scene), 0
        people = [one.subject_id or 0 for one in actors]
        for number, (what, *how) in enumerate(deeds, start=2):
            if what == "bill":
                if billed < LENGTH:
                    bill(MAY + billed)
                    billed += 1
                continue
            try:
                done(number, people, company, str(what), *how)
            except RefusedError:
                continue
        for actor in actors:
            is_as_shown(actor, browser_of(actor))
        owed_fen = sum(max(0, one.owed_fen) for one in of_employer(company))
        assert (told(ORGANISATION, company, "contribution_debt_fen") or 0) == owed_fen
        transaction.set_rollback(True)
