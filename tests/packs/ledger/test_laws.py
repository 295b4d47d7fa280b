"""Laws that the database itself keeps over the ledger: tried by SQL that goes around every line of Python."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

pytestmark = pytest.mark.django_db

MAY = 2026 * 12 + 4
AT = "2026-11-16 09:00+08"
ENROL = (
    "insert into insurance_enrolment"
    ' (insured, employer, kind, first_month, last_month, county, "case", recorded_at)'
    " values (%s, 1, %s, %s, %s, '430211', 'A/1', %s) returning id"
)
POST = (
    'insert into insurance_posting (booked_at, month, "case", rule, publication, text, reverses)'
    " values (%s, %s, 'A/1', 'rule@2026-01-01', 'digest', '', %s) returning id"
)
LEGS = "insert into insurance_leg (posting, account, owner, amount_fen) values "


def run(statement: str, *parameters: Any) -> int:  # noqa: ANN401 - whatever a column holds
    """One statement of whoever works with the application's rights; the id that it returns, or 0."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone() if "returning" in statement else None
    return row[0] if row else 0


def enrolled(first: int, last: int | None, insured: int = 7, kind: str = "pension") -> int:
    return run(ENROL, insured, kind, first, last, AT)


def posted(*legs: tuple[str, int, int], reverses: int | None = None) -> int:
    """A posting with its legs, all in one statement."""
    with transaction.atomic():
        posting = run(POST, AT, MAY, reverses)
        values = ", ".join(f"({posting}, '{account}', {owner}, {amount})" for account, owner, amount in legs)
        run(LEGS + values)
    return posting


@pytest.mark.parametrize(
    ("first", "last"), [(MAY, MAY), (MAY - 5, MAY), (MAY + 3, None), (MAY - 9, None), (MAY + 1, MAY + 2)]
)
def test_periods_of_one_person_and_kind_never_share_a_month(first: int, last: int | None) -> None:
    enrolled(MAY, MAY + 3)
    with pytest.raises(IntegrityError, match="insurance_enrolment_alone"):
        enrolled(first, last)


def test_periods_may_follow_each_other_and_stand_beside_other_kinds_and_people() -> None:
    enrolled(MAY, MAY + 3)
    enrolled(MAY + 4, None)
    enrolled(MAY - 4, MAY - 1)
    enrolled(MAY, None, kind="injury")
    enrolled(22800, 26399, insured=8)  # as long as the calendar
    enrolled(22800, None, insured=9)


def test_what_was_superseded_stands_in_nobodys_way() -> None:
    first = enrolled(MAY, None)
    run("update insurance_enrolment set superseded_at = %s, superseded_by = 'B/1' where id = %s", AT, first)
    enrolled(MAY, MAY)


@pytest.mark.parametrize(
    "statement",
    [
        "update insurance_enrolment set first_month = first_month - 1",
        "delete from insurance_enrolment",
        "update insurance_enrolment set superseded_at = null, superseded_by = null",
        "update insurance_enrolment set superseded_at = recorded_at",
        "update insurance_leg set amount_fen = 0",
        "delete from insurance_leg",
        "update insurance_payout set paid_fen = 0",
        "delete from insurance_payout",
        "delete from insurance_posting",
        "update insurance_posting set text = 'another'",
        "update insurance_line set base_fen = 0",
        "update insurance_statement set employer_fen = 0",
        "delete from insurance_payment",
        "truncate insurance_leg",
    ],
)
def test_nothing_is_overwritten_or_taken_away(statement: str) -> None:
    enrolled(MAY, None)
    posted(("bank", 0, 5), ("receivable.pension", 1, -5))
    with pytest.raises(DatabaseError):
        run(statement)


def test_a_fact_is_superseded_once() -> None:
    enrolled(MAY, None)
    supersede = "update insurance_enrolment set superseded_at = %s, superseded_by = %s"
    run(supersede, AT, "B/1")
    with pytest.raises(IntegrityError, match="superseded once"):
        run(supersede, AT, "C/1")


def test_a_posting_balances_when_its_legs_come() -> None:
    with pytest.raises(IntegrityError, match="does not balance"):
        posted(("bank", 0, 500), ("receivable.pension", 1, -499))
    with pytest.raises(IntegrityError, match="does not balance"):
        run(LEGS + "(987654, 'bank', 0, 0)")  # of no posting
    posted(("bank", 0, 500), ("receivable.pension", 1, -300), ("receivable.injury", 1, -200))


def test_a_posting_names_one_cause_and_the_rule_behind_it() -> None:
    with pytest.raises(IntegrityError, match="insurance_posting_cause"):
        run(POST.replace("'A/1'", "null"), AT, MAY, None)
    with pytest.raises(IntegrityError, match="rule"):
        run(POST.replace("'rule@2026-01-01'", "null"), AT, MAY, None)


def test_a_reversal_is_the_opposite_and_comes_once() -> None:
    first = posted(("bank", 0, 500), ("receivable.pension", 1, -500))
    with pytest.raises(IntegrityError, match="not the opposite"):
        posted(("bank", 0, -400), ("receivable.pension", 1, 400), reverses=first)
    with pytest.raises(IntegrityError, match="not the opposite"):
        posted(("bank", 0, -500), ("receivable.pension", 2, 500), reverses=first)
    posted(("receivable.pension", 1, 500), ("bank", 0, -500), reverses=first)
    with pytest.raises(IntegrityError, match="reverses"):
        posted(("receivable.pension", 1, 500), ("bank", 0, -500), reverses=first)


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [(MAY, MAY - 1, "pension"), (1899 * 12, None, "pension"), (MAY, 2200 * 12, "injury"), (MAY, None, "medical")],
)
def test_a_period_lies_within_the_calendar_and_is_of_a_known_kind(first: int, last: int | None, kind: str) -> None:
    with pytest.raises(DatabaseError):  # the range refuses what is upside down before the check does
        enrolled(first, last, kind=kind)


@pytest.mark.parametrize("wage", [-1, 10**9])
def test_a_wage_lies_within_what_a_wage_may_be(wage: int) -> None:
    with pytest.raises(IntegrityError, match="insurance_wage_amount"):
        run(
            'insert into insurance_wage (insured, employer, first_month, wage_fen, "case", recorded_at)'
            " values (7, 1, %s, %s, 'A/1', %s)",
            MAY,
            wage,
            AT,
        )


def test_what_is_paid_once_for_somebody_stands_once() -> None:
    grant = (
        "insert into insurance_benefit (beneficiary, insured, kind, first_month, last_month, monthly_fen,"
        " county, \"case\", rule, recorded_at) values (%s, 7, %s, %s, %s, 1, '430211', 'A/1', 'rule@2026-01-01', %s)"
    )
    for relative in (8, 9):
        run(grant, relative, "dependant", MAY, MAY, AT)
    run(grant, 8, "funeral", MAY, MAY, AT)
    with pytest.raises(IntegrityError, match="insurance_benefit_paid_once"):
        run(grant, 9, "funeral", MAY + 1, MAY + 1, AT)
    run("update insurance_benefit set superseded_at = %s, superseded_by = 'B/1'", AT)
    run(grant, 9, "funeral", MAY, MAY, AT)


@pytest.mark.parametrize(("first", "last"), [(MAY, None), (MAY + 3, None), (MAY - 2, MAY), (MAY + 1, MAY + 1)])
def test_no_two_of_one_benefit_share_a_month(first: int, last: int | None) -> None:
    grant = (
        "insert into insurance_benefit (beneficiary, insured, kind, first_month, last_month, monthly_fen,"
        " county, \"case\", rule, recorded_at) values (%s, 7, %s, %s, %s, 1, '430211', 'A/1', 'rule@2026-01-01', %s)"
    )
    run(grant, 7, "pension", MAY, MAY + 3, AT)
    run(grant, 7, "care", first, last, AT)
    run(grant, 8, "pension", first, last, AT)
    run(grant, 7, "pension", MAY + 4, None, AT)
    with pytest.raises(IntegrityError, match=r"insurance_benefit_(alone|one)"):
        run(grant, 7, "pension", first, last, AT)
