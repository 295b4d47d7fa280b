"""Who waits for whom in the ledger: tried from a second connection that does not wait long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from tests.packs.ledger.books import FIRM, MAY, OTHER, at, hired, hiring

from tongban.applications.effects import effect_of, undoing_of
from tongban.pack_api import Database, Decided, Value
from tongban.packs.social_insurance import effects
from tongban.packs.social_insurance.ledger import enrolments, locks, reversing
from tongban.packs.social_insurance.ledger.benefits import Benefit, amend, grant, resume, stop
from tongban.packs.social_insurance.ledger.enrolments import Leave, end_all, enrol, leave
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.reversing import reverse_case

pytestmark = pytest.mark.django_db
ANA, BEA, SON = 7, 8, 9


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


def test_benefits_of_one_insured_and_to_one_beneficiary_are_granted_one_after_the_other() -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            grant(cursor, [Benefit(BEA, ANA, "dependant", MAY, 1, "A/1", at(1), RULE, "430211")])
        assert not can(lambda db: locks.in_turn(db, [ANA]))
        assert not can(lambda db: locks.in_turn(db, [BEA]))
        assert can(lambda db: locks.in_turn(db, [SON]))


CHANGES: dict[str, Callable[[Database], None]] = {
    "stop": lambda db: stop(db, ANA, MAY, "A/1", at(1)),
    "amend": lambda db: amend(db, ANA, "pension", 1, "A/1", at(1)),
    "resume": lambda db: resume(db, ANA, "pension", MAY, "A/1", at(1)),
    "end_all": lambda db: end_all(db, ANA, MAY, "A/1", at(1)),
    "leave": lambda db: leave(db, [Leave(ANA, FIRM, MAY, "A/1", at(1))]),
    "enrol": lambda db: enrol(db, [hiring(ANA, case="A/1")]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_somebody_has_or_is_paid_changes_in_turn_even_where_nothing_is_found(
    change: Callable[[Database], None],
) -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            change(cursor)
        assert not can(lambda db: locks.in_turn(db, [ANA]))


def test_a_benefit_is_taken_back_in_turn() -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "insert into insurance_benefit (beneficiary, insured, kind, county, monthly_fen, rule, first_month,"
                " \"case\", recorded_at) values (%s, %s, 'dependant', '430211', 1, 'r@1', %s, 'A/1', %s)",
                [BEA, ANA, MAY, at(1)],
            )
            reverse_case(cursor, "A/1", "A/1", at(2))
        assert not can(lambda db: locks.in_turn(db, [ANA]))
        assert not can(lambda db: locks.in_turn(db, [BEA]))


def test_a_batch_waits_for_all_its_persons_at_once() -> None:
    with somebody_else() as can:
        dead: dict[str, Value] = {
            "deceased.died_on": date(2026, 6, 1),
            "survivor.funeral_fen": 0,
            "survivor.grant_fen": 0,
            "survivor.balance_fen": 0,
            "claimant.residence_region": "430211",
        }
        batch = (
            Decided(f"{one}/1", "", {"deceased": (one,), "claimant": (SON,)}, dead, at(1), at(1).date())
            for one in (ANA, BEA)
        )
        fails = patch.object(enrolments, "end_all", side_effect=RuntimeError)  # before anything else asks for a turn
        with transaction.atomic(), connection.cursor() as cursor, fails, pytest.raises(RuntimeError):
            effect_of("social-insurance/death@1")(list(batch), cursor)
        assert not any(can(partial(locks.in_turn, subjects=[one])) for one in (ANA, BEA, SON))


RETIRED: dict[str, Value] = {
    "pension.retired_on": date(2026, 7, 14),
    "pension.first_payment_on": date(2026, 8, 1),
    "pension.monthly_pension_fen": 0,
    "insured.residence_region": "430211",
}
DEAD: dict[str, Value] = {
    "deceased.died_on": date(2026, 7, 1),
    "survivor.funeral_fen": 0,
    "survivor.grant_fen": 0,
    "survivor.balance_fen": 0,
    "claimant.residence_region": "430211",
}
OF_MANY: dict[str, tuple[str, dict[str, Value]]] = {"retire@1": ("insured", RETIRED), "death@1": ("deceased", DEAD)}


def batch(name: str, people: Sequence[int], case: str) -> list[Decided]:
    """A case for each person, in this order."""
    role, facts = OF_MANY[name]
    return [
        Decided(f"{case}/{one}", "", {role: (one,), "claimant": (one + 1_000,)}, facts, at(1), at(1).date())
        for one in people
    ]


def _fails(*_: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("name", OF_MANY)
def test_a_batch_waits_for_all_its_employers_before_its_first_case(name: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [hiring(ANA, case="A/1"), hiring(BEA, case="B/1", employer=OTHER)])
    first = {"retire@1": (effects, "employers_of"), "death@1": (enrolments, "end_all")}[name]
    fails = patch.object(*first, _fails)
    decided = batch(name, [ANA, BEA], "C")
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor, fails, pytest.raises(RuntimeError):
            effect_of(f"social-insurance/{name}")(decided, cursor)
        assert not any(can(partial(locks.in_turn, subjects=[one])) for one in (FIRM, OTHER, ANA, BEA))


def test_taking_back_waits_for_all_employers_before_its_first_case() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [hiring(ANA, case="A/1"), hiring(BEA, case="B/1", employer=OTHER)])
        done = batch("retire@1", [ANA, BEA], "C")
        effect_of("social-insurance/retire@1")(done, cursor)
    fails = patch.object(reversing, "reverse_case", _fails)
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor, fails, pytest.raises(RuntimeError):
            undoing_of("social-insurance/retire@1")(done, cursor)
        assert not any(can(partial(locks.in_turn, subjects=[one])) for one in (FIRM, OTHER, ANA, BEA))


def test_a_banks_file_goes_alone() -> None:
    with somebody_else() as can:
        with transaction.atomic(), connection.cursor() as cursor:
            receive(cursor, "a.csv", [Received("R1", FIRM, 5, date(2026, 6, 1))], 5, at(20))
        assert not can(locks.shared)
