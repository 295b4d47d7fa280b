"""Who waits for whom in the ledger: tried from a second connection that does not wait long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import OperationalError, connection, transaction
from tests.packs.ledger.books import FIRM, MAY, OTHER, at, hired

from tongban.pack_api import Database
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.benefits import Benefit, grant
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.reversing import reverse_case

pytestmark = pytest.mark.django_db
ANA, BEA = 7, 8


@contextmanager
def somebody_else() -> Iterator[Callable[[Callable[[Database], None]], bool]]:
    """Another connection: whether it can do something at once."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("set lock_timeout = '20ms'")

            def can(take: Callable[[Database], None]) -> bool:
                try:
                    take(cursor)
                except OperationalError:
                    return False
                return True

            yield can
    finally:
        other.close()


def test_two_cases_of_one_employer_go_one_after_the_other() -> None:
    with somebody_else() as can:
        hired(ANA, case="A/1")
        assert not can(lambda db: locks.in_turn(db, [FIRM]))
        assert can(lambda db: locks.in_turn(db, [OTHER]))
        assert can(locks.shared)


def test_what_a_case_did_is_taken_back_in_turn_as_well() -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                'insert into insurance_enrolment (insured, employer, kind, first_month, county, "case", recorded_at)'
                " values (%s, %s, 'pension', %s, '430211', 'A/1', %s)",
                [ANA, FIRM, MAY, at(1)],
            )
            assert can(lambda db: locks.in_turn(db, [FIRM]))
            reverse_case(cursor, "A/1", "A/1", at(2))
        assert not can(lambda db: locks.in_turn(db, [FIRM]))


RULE = "social-insurance/survivor-benefit"


def test_benefits_of_one_insured_are_granted_one_after_the_other() -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            grant(cursor, [Benefit(BEA, ANA, "dependant", MAY, 1, "A/1", at(1), RULE, "430211")])
        assert not can(lambda db: locks.in_turn(db, [ANA]))
        assert can(lambda db: locks.in_turn(db, [BEA]))


def test_a_banks_file_goes_alone() -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            receive(cursor, "a.csv", [Received("R1", FIRM, 5, date(2026, 6, 1))], 5, at(20))
        assert not can(locks.shared)
