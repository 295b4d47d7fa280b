"""Benefits are paid month by month, each exactly once, and every change of one corrects the months that were paid."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, START, at, balance, hired
from tests.packs.ledger.test_cases import ANA, DAUGHTER, DEAD, RETIRED, SON, granted, run

from tongban.applications.effects import effect_of, undoing_of
from tongban.pack_api import Decided, PlatformError, RefusedError, Value
from tongban.packs.social_insurance.ledger import paying
from tongban.packs.social_insurance.ledger.benefits import Benefit, amend, grant
from tongban.packs.social_insurance.ledger.kinds import BENEFITS, DRAWN_FROM
from tongban.packs.social_insurance.ledger.paying import pay, totals
from tongban.packs.social_insurance.ledger.payouts import owed_back
from tongban.packs.social_insurance.ledger.runs import run_of
from tongban.packs.social_insurance.models import Leg, Payout, Posting
from tongban.platform.roles import SUPERUSER
from tongban.testing import templates
from tongban.testing.fixtures import City

PENSION_FEN = 321_000
RULE = "hrss/pension"
JOBLESS: dict[str, Value] = {
    "claim.first_month": date(2026, 6, 1),
    "claim.granted_months": 3,
    "claimant.unemployment_monthly_fen": 189_000,
    "claimant.residence_region": "430202",
}
INJURED: dict[str, Value] = {
    "injury.paid_from": date(2026, 6, 1),
    "injury.lump_sum_fen": 14_000_000,
    "injury.allowance_fen": 487_500,
    "injury.care_fen": 203_610,
    "assessment.level": "level-4",
    "employer.region": "430211",
}


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """All months that these tests pay have begun."""
    monkeypatch.setattr(paying, "now", lambda: at(40))


def revoked(name: str, one: Decided) -> None:
    run(undoing_of(f"social-insurance/{name}"), [one])


def amended(fen: int, case: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        amend(cursor, ANA, "pension", fen, case, at(9))


def paid(person: int) -> dict[tuple[int, str], int]:
    """What somebody was paid, by month and benefit."""
    found: dict[tuple[int, str], int] = {}
    for one in Payout.objects.filter(beneficiary=person, paid_fen__gt=0):
        key = one.month - MAY, one.kind
        found[key] = found.get(key, 0) + one.paid_fen
    return found


def owed(person: int) -> dict[int, int]:
    """What somebody owes back, by month."""
    found: dict[int, int] = {}
    for one in owed_back(person):
        found[one.month - MAY] = found.get(one.month - MAY, 0) + one.amount_fen
    return found


def the_payouts_are_booked() -> None:
    """Every account says what the payouts say, and every posting names a case or payment and a version of a rule.

    What was sent back and settles nothing yet is in advance.
    """
    payouts = list(Payout.objects.all())
    for kind in BENEFITS:
        of_kind = [one for one in payouts if one.kind == kind]
        assert balance(f"benefit.{kind}") == sum(one.paid_fen - one.due_fen for one in of_kind)
    for account in set(DRAWN_FROM.values()) - {"account.pension"}:
        drawn = sum(one.due_fen for one in payouts if DRAWN_FROM[one.kind] == account)
        legs = Leg.objects.filter(account=account, posting__in=[one.posting for one in payouts])
        assert sum(leg.amount_fen for leg in legs) == drawn
    assert balance("bank") + balance("advance") == -sum(one.paid_fen for one in payouts)
    for posting in Posting.objects.filter(id__in=[one.posting for one in payouts]):
        assert posting.case or posting.payment
        assert "@" in posting.rule
        assert posting.publication


@pytest.mark.django_db
def test_a_month_is_paid_once_by_a_posting_that_names_its_case_and_its_rule() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert pay(MAY + 2).people == 0
    first = pay(MAY + 3)
    assert pay(MAY + 3) == first
    assert paid(ANA) == {(3, "pension"): PENSION_FEN}
    ((posting,), (payout,)) = Posting.objects.filter(text="benefit"), Payout.objects.all()
    assert (posting.case, posting.month, payout.run) == ("B/1", MAY + 3, first.id)
    assert posting.rule.startswith("hrss/pension@20")
    legs = {(leg.account, leg.owner, leg.amount_fen) for leg in Leg.objects.filter(posting=posting.id)}
    assert legs == {
        ("fund.pension", 0, PENSION_FEN),
        ("benefit.pension", ANA, -PENSION_FEN),
        ("benefit.pension", ANA, PENSION_FEN),
        ("bank", 0, -PENSION_FEN),
    }
    the_payouts_are_booked()


@pytest.mark.django_db
def test_a_pension_granted_late_gets_its_past_months_with_the_next_run() -> None:
    for month in range(MAY + 2, MAY + 5):
        pay(month)
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert paid(ANA) == {}
    last = pay(MAY + 5)
    assert paid(ANA) == {(month, "pension"): PENSION_FEN for month in (3, 4, 5)}
    (total,) = totals(last)
    assert (total.county, total.kind, total.people) == ("430211", "pension", 1)
    assert (total.paid_fen, total.earlier_fen) == (3 * PENSION_FEN, 2 * PENSION_FEN)
    pay(MAY + 6)
    assert sum(paid(ANA).values()) == 4 * PENSION_FEN
    the_payouts_are_booked()


@pytest.mark.django_db
def test_unemployment_ends_after_its_months_by_itself() -> None:
    granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    for month in range(MAY, MAY + 7):
        pay(month)
    assert paid(ANA) == {(month, "unemployment"): 189_000 for month in (1, 2, 3)}
    the_payouts_are_booked()


@pytest.mark.django_db
def test_unemployment_that_is_stopped_and_resumed_is_paid_for_the_months_that_were_left() -> None:
    granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    stop: dict[str, Value] = {"claim.wants": "stop", "claim.change_from": date(2026, 7, 1)}
    stopped = granted("unemployment-change@1", "U/2", stop, claimant=ANA)
    resume: dict[str, Value] = {"claim.wants": "resume", "claim.change_from": date(2026, 9, 1)}
    resumed = granted("unemployment-change@1", "U/3", resume, claimant=ANA)
    granted("unemployment-change@1", "U/3", resume, claimant=ANA)
    for month in range(MAY, MAY + 8):
        pay(month)
    assert sorted(paid(ANA)) == [(1, "unemployment"), (4, "unemployment"), (5, "unemployment")]
    revoked("unemployment-change@1", resumed)
    revoked("unemployment-change@1", stopped)
    assert owed(ANA) == {4: 189_000, 5: 189_000}
    with pytest.raises(RefusedError, match="nothing to resume"):
        granted("unemployment-change@1", "U/4", {**resume, "claim.change_from": date(2026, 8, 1)}, claimant=ANA)
    with pytest.raises(RefusedError, match="paid to its end"):
        granted("unemployment-change@1", "U/5", {**resume, "claim.change_from": date(2026, 12, 1)}, claimant=ANA)
    the_payouts_are_booked()


@pytest.mark.django_db
def test_whoever_works_again_or_retires_draws_no_more_unemployment() -> None:
    hire: dict[str, Value] = {
        "employment.start_date": date(2026, 7, 6),
        "employment.monthly_wage_fen": 520_000,
        "employer.region": "430211",
        "employer.injury_risk_class": 3,
    }
    granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    pay(MAY + 1)
    hired_again = Decided(
        "A/1", "hrss/unemployment-insurance", {"employee": (ANA,), "employer": (FIRM,)}, hire, START, START.date()
    )
    run(effect_of("social-insurance/enrol@1"), [hired_again])
    for month in (MAY + 2, MAY + 3):
        pay(month)
    assert sorted(paid(ANA)) == [(1, "unemployment"), (2, "unemployment")]
    revoked("enrol@1", hired_again)
    retired = granted("retire@1", "B/1", RETIRED, insured=ANA)
    pay(MAY + 3)
    pay(MAY + 4)
    assert {month: kind for month, kind in paid(ANA) if month > 2} == {3: "pension", 4: "pension"}
    revoked("retire@1", retired)
    assert owed(ANA) == {3: 321_000, 4: 321_000}
    the_payouts_are_booked()


@pytest.mark.django_db
def test_a_death_told_late_is_owed_back_and_the_family_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    for month in range(MAY + 3, MAY + 7):
        pay(month)
    death = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)  # in October, and November is paid
    assert owed(ANA) == {6: PENSION_FEN}
    assert balance("benefit.pension", ANA) == PENSION_FEN
    assert paid(SON) == {}
    pay(MAY + 7)
    assert paid(SON) == {(6, "funeral"): 900_000, (6, "grant"): 4_000_000}
    assert owed(SON) == {}
    the_payouts_are_booked()
    revoked("death@1", death)
    assert owed(SON) == {6: 4_900_000}
    assert owed(ANA) == {}
    monkeypatch.setattr(paying, "now", lambda: at(70))
    pay(MAY + 8)  # the next run pays what is still due
    assert paid(ANA) == {(month, "pension"): PENSION_FEN for month in (3, 4, 5, 6, 7, 8)}
    the_payouts_are_booked()


@pytest.mark.django_db
def test_a_death_at_work_is_paid_by_the_injury_insurance_and_only_once_for_both() -> None:
    hired(ANA, case="A/1", kinds=("pension", "injury"))
    facts: dict[str, Value] = {
        "deceased.died_on": date(2026, 10, 3),
        "survivor.funeral_fen": 4_072_200,
        "survivor.lump_sum_fen": 108_376_000,
        "employer.region": "430211",
    }
    granted("work-death@1", "C/1", facts, deceased=ANA, claimant=SON, employer=1)
    with pytest.raises(RefusedError, match=r"paid once.*C/1"):
        granted("death@1", "D/1", DEAD, deceased=ANA, claimant=DAUGHTER)
    pay(MAY + 6)
    assert balance("fund.injury") == 4_072_200 + 108_376_000
    assert sum(paid(SON).values()) == 4_072_200 + 108_376_000
    the_payouts_are_booked()


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "kinds"), [("level-4", {"care", "disability"}), ("level-5", {"care"})])
def test_an_injury_is_paid_once_and_monthly_by_the_fund_up_to_grade_four(level: str, kinds: set[str]) -> None:
    granted("injury@1", "I/1", {**INJURED, "assessment.level": level}, worker=ANA, employer=1)
    pay(MAY + 1)
    pay(MAY + 2)
    assert {kind for month, kind in paid(ANA) if month == 1} == {"injury-grant", *kinds}
    assert {kind for month, kind in paid(ANA) if month == 2} == kinds
    the_payouts_are_booked()


@pytest.mark.django_db
def test_a_pension_reckoned_anew_is_made_good_or_owed_back_for_every_month() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    pay(MAY + 3)
    pay(MAY + 4)
    amended(PENSION_FEN + 1_000, "R/1")
    assert owed(ANA) == {}
    pay(MAY + 5)
    assert paid(ANA) == {(month, "pension"): PENSION_FEN + 1_000 for month in (3, 4, 5)}
    amended(PENSION_FEN, "R/2")
    amended(PENSION_FEN, "R/2")
    assert owed(ANA) == {3: 1_000, 4: 1_000, 5: 1_000}
    with pytest.raises(RefusedError, match="nothing at least"):
        amended(-1, "R/3")
    the_payouts_are_booked()


@pytest.mark.django_db
def test_a_suspended_pension_goes_on_where_it_was_resumed() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    pay(MAY + 3)
    pay(MAY + 4)
    granted("suspend@1", "S/1", {"change.happened_on": date(2026, 8, 20)}, insured=ANA)
    assert owed(ANA) == {4: PENSION_FEN}
    granted("resume@1", "S/2", {"change.resumed_from": date(2026, 9, 1)}, insured=ANA)
    assert owed(ANA) == {}
    pay(MAY + 5)
    assert paid(ANA) == {(month, "pension"): PENSION_FEN for month in (3, 4, 5)}
    granted("suspend@1", "S/3", {"change.happened_on": date(2026, 8, 20)}, insured=SON)  # of whom nobody has heard
    the_payouts_are_booked()


@pytest.mark.django_db
def test_all_that_was_never_paid_comes_to_nothing_when_it_is_taken_back() -> None:
    pay(MAY + 5)
    death = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    pension = granted("retire@1", "B/1", RETIRED, insured=DAUGHTER)
    revoked("death@1", death)
    revoked("retire@1", pension)
    revoked("retire@1", pension)
    for account in {leg.account for leg in Leg.objects.all()}:
        assert balance(account) == 0
    the_payouts_are_booked()


@pytest.mark.django_db
def test_months_that_have_not_begun_or_are_none_are_refused() -> None:
    with pytest.raises(RefusedError, match="has not begun"):
        pay(MAY + 24)
    with pytest.raises(RefusedError, match="A month lies between"):
        pay(0)
    assert run_of("benefits", MAY + 24) is None
    with pytest.raises(RefusedError, match="nothing at least"):
        granted("retire@1", "B/1", {**RETIRED, "pension.monthly_pension_fen": -1}, insured=ANA)


@pytest.mark.django_db
def test_what_was_tampered_with_is_found_to_the_fen() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into insurance_payout (month, beneficiary, insured, kind, number, county, due_fen, paid_fen,"
            " \"case\", posting, recorded_at) values (%s, %s, %s, 'pension', 0, '430211', 1, 0, 'X/1', 1, now())",
            [MAY + 3, ANA, ANA],
        )
    with pytest.raises(PlatformError, match="benefits-not-reconciled"):
        pay(MAY + 3)
    begun = run_of("benefits", MAY + 3)
    assert begun is not None
    assert begun.finished_at is None


KILLED_IN_ITS_THIRD_BATCH = """
import itertools, os, signal
from tongban.cli.city import set_up_django
set_up_django()
from tongban.packs.social_insurance.ledger import paying
book, batches = paying.book, itertools.count(1)
def dying(*told):
    done = book(*told)
    if next(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
paying.book, paying.BENEFICIARIES_AT_ONCE = dying, 3
paying.pay(2026 * 12 + 9)
"""


@pytest.mark.slow
def test_a_payment_killed_in_the_middle_goes_on_where_it_was(city: City, tmp_path: Path) -> None:
    people = range(101, 121)
    with transaction.atomic(), connection.cursor() as cursor:
        grant(
            cursor,
            [
                Benefit(one, one, "pension", MAY + 5, 100_000 + one, f"P/{one}", at(1), RULE, "430211")
                for one in people
            ],
        )  # fmt: skip
    environment = os.environ | {
        "DATABASE_URL": city.server.conninfo(city.database, SUPERUSER),
        "TONGBAN_HOME": str(tmp_path),
        "TONGBAN_KEYS": str(templates.keys()),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    killed = subprocess.run([sys.executable, "-c", KILLED_IN_ITS_THIRD_BATCH], env=environment, check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    assert Payout.objects.count() == 6
    amended_id = people[0]
    with transaction.atomic(), connection.cursor() as cursor:  # who was paid, and who was not, changes meanwhile
        amend(cursor, amended_id, "pension", 90_000, "R/1", at(2))
        amend(cursor, people[-1], "pension", 90_000, "R/2", at(2))
    said = subprocess.run(
        [sys.executable, "-m", "tongban", "benefits", "2026-10", "--json"],
        env=environment,
        check=True,
        capture_output=True,
    )
    told = json.loads(said.stdout)
    assert (told["people"], told["was_paid"]) == (20, False)
    paid_fen = {one.beneficiary: one.paid_fen for one in Payout.objects.filter(paid_fen__gt=0)}
    assert paid_fen == {one: 100_000 + one for one in people[:-1]} | {people[-1]: 90_000}
    assert sum(one["paid_fen"] for one in told["totals"]) == sum(paid_fen.values())
    assert told["owed_back_fen"] == 100_000 + amended_id - 90_000
    the_payouts_are_booked()


@pytest.mark.django_db
def test_what_took_the_place_of_something_ended_is_taken_back_first() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    ended = granted("suspend@1", "S/1", {"change.happened_on": date(2026, 8, 20)}, insured=ANA)
    anew: dict[str, Value] = {**RETIRED, "pension.first_payment_on": date(2026, 10, 1)}
    later = granted("retire@1", "C/1", anew, insured=ANA)
    with pytest.raises(RefusedError, match="taken back first"):
        revoked("suspend@1", ended)
    revoked("retire@1", later)
    revoked("suspend@1", ended)
    pay(MAY + 6)
    assert paid(ANA) == {(month, "pension"): PENSION_FEN for month in (3, 4, 5, 6)}
