"""Facts of a billed month that change: the difference is billed and booked, all still agrees, and may be undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from tests.credentials.orders import issued, order
from tests.packs.ledger.books import (
    FIRM,
    MAY,
    OTHER,
    THREE,
    at,
    balance,
    declared,
    hired,
    left,
    months,
    the_books_agree,
)

from tongban.credentials.models import Document
from tongban.credentials.service import Holder
from tongban.pack_api import PlatformError, RefusedError
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.corrections import CERTIFICATES
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.models import Line, Posting, Rating, Wage

pytestmark = pytest.mark.django_db
ANA, BEA = 7, 8


def undone(case: str, by_case: str, day: int = 9) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        reverse_case(cursor, case, by_case, at(day))


def bases(person: int, known_at: datetime | None = None) -> dict[int, int]:
    """Of the pension, by month."""
    return {one.month: one.base_fen for one in months_paid(person, known_at) if one.kind == "pension"}


@pytest.fixture
def billed() -> None:
    """Ana is hired in May; May and June are billed."""
    hired(ANA, case="A/1")
    bill(MAY)
    bill(MAY + 1)


@pytest.mark.usefixtures("billed")
def test_a_hire_into_billed_months_bills_itself() -> None:
    hired(BEA, case="B/1", day=5)
    assert bases(BEA) == {MAY: 650_000, MAY + 1: 650_000}
    assert [one.people for one in of_employer(FIRM, MAY)] == [2, 2, 2]
    hired(9, case="C/1", employer=OTHER)  # an employer that nobody has billed yet
    assert [one.people for one in of_employer(OTHER)] == [1] * 6
    the_books_agree(ANA, BEA, 9)
    bill(MAY + 2)
    the_books_agree(ANA, BEA, 9)


@pytest.mark.usefixtures("billed")
def test_insurances_that_come_one_after_the_other_come_to_one_month() -> None:
    for number, kind in enumerate(THREE, start=1):
        hired(BEA, case=f"B/{number}", kinds=(kind,))
        the_books_agree(ANA, BEA)
    ana, bea = (
        [(one.kind, one.month, one.base_fen, one.employer_fen) for one in months_paid(who)] for who in (ANA, BEA)
    )
    assert ana == bea
    assert Line.objects.filter(insured=BEA, month=MAY).count() == len(THREE)


@pytest.mark.usefixtures("billed")
def test_what_takes_back_a_billed_month_supersedes_the_certificates_that_tell_of_it() -> None:
    may = datetime(MAY // 12, MAY % 12 + 1, 20, tzinfo=UTC)
    papers = [
        issued(order(f"4302-26-00000{n}-K/01", definition=CERTIFICATES[0], holder=Holder("base/Person", who, "某人"),
                     issued_at=when))
        for n, (who, when) in enumerate([(ANA, may), (ANA, may + timedelta(days=30)), (BEA, may + timedelta(days=30))])
    ]  # fmt: skip
    hired(BEA, case="B/1", day=5)  # adds months, takes nothing back

    def superseded() -> list[bool]:
        return [Document.objects.get(id=paper.id).superseded_on is not None for paper in papers]

    assert superseded() == [False, False, False]
    left(ANA, MAY, case="C/1", day=6)  # June is given back
    assert superseded() == [False, True, False]
    undone("B/1", "D/1")
    assert superseded() == [False, True, True]


@pytest.mark.usefixtures("billed")
def test_a_leave_before_a_billed_month_gives_it_back() -> None:
    left(ANA, MAY, case="B/1", day=5)
    assert bases(ANA) == {MAY: 650_000}
    assert [one.employer_fen for one in of_employer(FIRM, MAY + 1)] == [0, 0, 0]
    the_books_agree(ANA)


@pytest.mark.usefixtures("billed")
def test_a_wage_of_a_past_month_is_corrected_and_what_was_billed_stays_known() -> None:
    declared(ANA, MAY, 900_000, case="B/1", day=400, last_month=MAY)
    assert bases(ANA) == {MAY: 900_000, MAY + 1: 650_000}
    assert bases(ANA, at(399)) == {MAY: 650_000, MAY + 1: 650_000}
    the_books_agree(ANA)
    (posting,) = Posting.objects.filter(case="B/1")
    assert posting.rule == "social-insurance/contribution@2011-07-01"
    assert posting.publication


@pytest.mark.usefixtures("billed")
def test_what_a_case_did_is_taken_back_by_counter_postings_once() -> None:
    before = bases(ANA), periods_of(ANA), balance("receivable.pension", FIRM)
    left(ANA, MAY, case="B/1")
    declared(ANA, MAY, 900_000, case="C/1")
    undone("C/1", "C/2")
    undone("B/1", "B/1")
    assert (bases(ANA), periods_of(ANA), balance("receivable.pension", FIRM)) == before
    the_books_agree(ANA)
    postings = Posting.objects.count()
    undone("B/1", "B/1")
    undone("C/1", "C/3")
    assert Posting.objects.count() == postings
    assert Posting.objects.exclude(reverses=None).count() == Posting.objects.filter(text="difference").count() > 0


@pytest.mark.usefixtures("billed")
def test_a_case_that_others_rest_on_is_taken_back_after_them() -> None:
    left(ANA, MAY, case="B/1")
    with pytest.raises(RefusedError, match="B/1 rests on this one"):
        undone("A/1", "A/1")
    undone("B/1", "B/1")
    undone("A/1", "A/1")
    assert months(ANA, "pension") == set()
    assert bases(ANA) == {}
    the_books_agree(ANA)


@pytest.mark.usefixtures("billed")
def test_a_hire_taken_back_leaves_the_insurances_of_its_sisters() -> None:
    for number, kind in enumerate(THREE, start=1):
        hired(BEA, case=f"B/{number}", kinds=(kind,))
    undone("B/1", "B/1")
    assert {one.kind for one in months_paid(BEA)} == {"unemployment", "injury"}
    assert {one.base_fen for one in months_paid(BEA)} == {650_000}
    the_books_agree(ANA, BEA)


def standing() -> tuple[set[tuple[int, int]], set[int]]:
    """Of whom a wage is held true, and of which employers a rating."""
    wages = Wage.objects.filter(superseded_at=None).values_list("insured", "employer")
    return set(wages), set(Rating.objects.filter(superseded_at=None).values_list("employer", flat=True))


def test_a_wage_and_a_rating_end_with_the_last_hire_that_they_came_with() -> None:
    hired(ANA, case="A/1")
    for number, kind in enumerate(THREE, start=1):
        hired(BEA, case=f"B/{number}", kinds=(kind,))
    undone("A/1", "A/1")
    assert standing() == ({(BEA, FIRM)}, {FIRM})  # the rating came with Ana, and Bea is there still
    for number in (1, 2):
        undone(f"B/{number}", f"B/{number}")
    assert standing() == ({(BEA, FIRM)}, {FIRM})
    undone("B/3", "B/3")
    assert standing() == (set(), set())
    hired(BEA, case="C/1", wage_fen=700_000, first_month=MAY + 1)
    bill(MAY + 1)
    assert bases(BEA) == {MAY + 1: 700_000}


def test_hires_of_one_month_that_tell_two_wages_are_taken_back_like_others() -> None:
    hired(ANA, case="A/1", kinds=("pension",))
    hired(ANA, case="A/2", kinds=("injury",), wage_fen=700_000)
    for case in ("A/2", "A/1"):
        undone(case, case)
    assert standing() == (set(), set())


def test_an_employer_is_billed_for_the_pension_while_its_class_is_still_to_come() -> None:
    hired(ANA, case="A/1", kinds=("pension",), industry_class=None)
    bill(MAY)
    assert [one.kind for one in months_paid(ANA)] == ["pension"]
    hired(ANA, case="A/2", kinds=("injury",), industry_class=8)
    assert {(one.kind, one.employer_fen) for one in months_paid(ANA)} == {("pension", 104_000), ("injury", 12_350)}
    the_books_agree(ANA)
    hired(BEA, case="B/1", kinds=("injury",), industry_class=None, employer=OTHER, first_month=MAY + 1)
    with pytest.raises(PlatformError, match="employers-unrated"):
        bill(MAY + 1)


def test_a_class_that_only_a_later_month_asks_for_holds_up_no_earlier_bill() -> None:
    hired(ANA, case="A/1", kinds=("pension",), industry_class=None)
    hired(ANA, case="A/2", kinds=("injury",), industry_class=None, first_month=MAY + 1)
    bill(MAY)
    assert bases(ANA) == {MAY: 650_000}
    with pytest.raises(PlatformError, match="employers-unrated"):
        bill(MAY + 1)


def test_a_month_before_that_was_taken_back_is_none_to_go_by() -> None:
    hired(ANA, case="A/1", wage_fen=None)
    bill(MAY)
    undone("A/1", "A/1")
    for who in (ANA, BEA):
        hired(who, case=f"B/{who}", wage_fen=None, first_month=MAY + 1)
    bill(MAY + 1)
    assert bases(ANA) == bases(BEA)
    assert bases(ANA)[MAY + 1] > 0
