"""What the demonstration city finds in the ledger: books that agree, paid but for the last month, corrected once."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from tests.packs.ledger.books import THREE

from tongban.packs.social_insurance.demonstration import FIRMS, FIRST, populate
from tongban.packs.social_insurance.ledger.shown import account_years, corrections, staff_of
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.models import Leg, Line
from tongban.platform import time
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
OCTOBER = 2026 * 12 + 9


@pytest.fixture
def firms() -> list[int]:
    """The employers of a city in November 2026, with their people and a few residents without work."""
    time.set_time(datetime(2026, 11, 16, 9, 0, tzinfo=time.ZONE), frozen=True)
    found = [registry.create("base/Organisation", key=firm.code) for firm in FIRMS]
    for firm in FIRMS:
        for worker in firm.workers:
            registry.create("base/Person", key=worker.id_number)
    residents = [registry.create("base/Person") for _ in range(9)]
    with connection.cursor() as cursor:
        populate(residents, cursor)
    return found


def test_every_month_is_billed_and_paid_but_the_last_of_one(firms: list[int]) -> None:
    for company, firm in zip(firms, FIRMS, strict=True):
        stated = of_employer(company)
        assert {one.month for one in stated} == set(range(FIRST, OCTOBER + 1))
        assert {one.kind for one in stated} == set(firm.kinds)
        unpaid = {one.month for one in stated if not one.is_paid}
        assert unpaid == {OCTOBER + 1 - back for back in range(1, firm.owes + 1)}
        assert [one for one in stated if one.owed_fen < 0] == []


def test_lines_and_statements_agree_and_every_posting_balances(firms: list[int]) -> None:
    for company in firms:
        for month in (FIRST, OCTOBER - 1, OCTOBER):
            lines = sum(one.employer_fen + one.employee_fen for one in staff_of(company, month))
            assert lines == sum(one.employer_fen + one.employee_fen for one in of_employer(company, month))
    assert sum(Leg.objects.values_list("amount_fen", flat=True)) == 0


def test_somebody_has_years_of_their_own_a_correction_and_interest(firms: list[int]) -> None:
    mother = registry.find("base/Person", FIRMS[0].workers[1].id_number) or 0
    paid = months_paid(mother)
    assert {one.kind for one in paid} == set(THREE)
    assert len(corrections(firms, {one.month for one in paid}, mother)) == 2
    assert [one.year for one in account_years(mother, paid) if one.interest_fen] == [2025, 2024, 2023, 2022]


def test_a_city_without_these_employers_gets_no_bill(db: None) -> None:
    with connection.cursor() as cursor:
        populate([], cursor)
    assert not Line.objects.exists()
