"""Random pensions, changes of them, deaths and runs: what was due is what is held true, whatever came first."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.ledger.books import MAY, at, balance, in_payment
from tests.packs.ledger.test_benefits import the_payouts_are_booked
from tests.packs.ledger.test_cases import ANA, DEAD, SON, granted, run

from tongban.applications.effects import undoing_of
from tongban.pack_api import Decided, RefusedError, Value
from tongban.packs.social_insurance.ledger import paying
from tongban.packs.social_insurance.ledger.kinds import DRAWN_FROM
from tongban.packs.social_insurance.ledger.paying import pay
from tongban.packs.social_insurance.ledger.payouts import owed_back
from tongban.packs.social_insurance.models import Benefit, Payout

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE, LENGTH = (ANA, SON), 6

month = st.integers(0, LENGTH - 1)
fen = st.sampled_from([100_000, 250_000])
deed = st.one_of(
    st.tuples(st.just("retire@1"), st.just(ANA), month, fen),
    st.tuples(st.sampled_from(["suspend@1", "resume@1", "death@1"]), st.just(ANA), month, fen),
    st.tuples(st.just("amend@1"), st.just(ANA), month, fen),
    st.tuples(st.sampled_from(["unemployment@1", "unemployment-change@1"]), st.sampled_from(PEOPLE), month, fen),
    st.tuples(st.just("pay"), st.just(ANA), month, fen),
)


def told(name: str, first: int, amount_fen: int) -> dict[str, Value]:
    """What the case of a deed knows."""
    day = date(2026, 5 + first, 1)
    return {
        "pension.retired_on": day,
        "pension.first_payment_on": day,
        "pension.monthly_pension_fen": amount_fen,
        "change.happened_on": day,
        "change.resumed_from": day,
        "change.new_pension_fen": amount_fen,
        "claim.first_month": day,
        "claim.granted_months": 3,
        "claimant.unemployment_monthly_fen": amount_fen,
        "claim.change_from": day,
        "claim.wants": "stop" if amount_fen == 100_000 else "resume",
        "insured.residence_region": "430211",
        **(DEAD if name == "death@1" else {}),
        "deceased.died_on": day,
    }


def did(case: str, name: str, who: int, first: int, amount_fen: int) -> Decided | None:
    """The case, granted; None where the ledger refused it."""
    roles = {"insured": who, "claimant": SON if name == "death@1" else who, "deceased": who}
    try:
        return granted(name, case, told(name, first, amount_fen), **roles)
    except RefusedError:
        return None


def agree(last_run: int) -> None:
    """Every month up to the last run is due what is held true, and owed back is what was paid beyond it."""
    for who in PEOPLE:
        for each in range(LENGTH + 2):
            of_month = list(Payout.objects.filter(beneficiary=who, month=MAY + each))
            held = sum(one.monthly_fen for one in in_payment(who, MAY + each)) if each <= last_run else 0
            assert sum(one.due_fen for one in of_month) == held
            owed = sum(one.amount_fen for one in owed_back(who) if one.month == MAY + each)
            assert sum(one.paid_fen for one in of_month) <= held + owed
    the_payouts_are_booked()


@given(st.lists(deed, min_size=3, max_size=10))
@example(
    [
        ("retire@1", ANA, 0, 100_000),
        ("death@1", ANA, 0, 100_000),
        ("unemployment@1", ANA, 0, 100_000),
        ("amend@1", ANA, 0, 100_000),
    ]
)
@settings(max_examples=examples(6))
def test_what_was_due_is_what_is_held_true_and_all_taken_back_leaves_what_is_owed_back(
    deeds: list[tuple[Any, ...]],
) -> None:
    cases: list[tuple[str, Decided]] = []
    last = -1
    with patch.object(paying, "now", lambda: at(40)), transaction.atomic():
        for number, (name, who, first, amount_fen) in enumerate(deeds):
            if name == "pay":
                last = first if last < 0 else min(last + 1, LENGTH)
                assert pay(MAY + last) == pay(MAY + last)
            elif (one := did(f"{number}/1", name, who, first, amount_fen)) is not None:
                cases.append((name, one))
            agree(last)
        for each in range(max(last, 0), LENGTH + 2):  # one month after every change, so that the last is settled too
            pay(MAY + each)
        last = LENGTH + 1
        agree(last)
        owed = sum(one.amount_fen for one in owed_back())
        assert sum(one.paid_fen - one.due_fen for one in Payout.objects.all()) == owed  # nothing is still due
        for name, one in reversed(cases):
            run(undoing_of(f"social-insurance/{name}"), [one])
            agree(last)
        assert not Benefit.objects.filter(superseded_at=None).exists()
        assert all(balance(account) == 0 for account in set(DRAWN_FROM.values()))
        assert sum(one.amount_fen for one in owed_back()) == -balance("bank")
        transaction.set_rollback(True)
