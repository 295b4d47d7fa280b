"""Deaths of the unemployed and of residents, residents' pensions, changes after an injury, and two pensions at once."""

from __future__ import annotations

from datetime import date

import pytest
from tests.packs.ledger.books import FIRM, MAY, OTHER, at, balance, hired, in_payment, months
from tests.packs.ledger.test_benefits import INJURED, JOBLESS, owed, paid, revoked, the_payouts_are_booked
from tests.packs.ledger.test_cases import ANA, DAUGHTER, DEAD, MOTHER, RETIRED, SON, granted

from tongban.pack_api import Decided, RefusedError, Value
from tongban.packs.social_insurance.ledger import paying
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.paying import pay

pytestmark = pytest.mark.django_db
RESIDENT: dict[str, Value] = {"enrolment.insured_from": date(2026, 5, 20), "insured.household_region": "430211003"}
SIXTY: dict[str, Value] = {
    "resident.first_month": date(2026, 8, 1),
    "resident.basic_fen": 16_300,
    "resident.account_monthly_fen": 10_791,
    "insured.household_region": "430211003",
}
DIED: dict[str, Value] = {
    "deceased.died_on": date(2026, 7, 3),
    "survivor.funeral_fen": 900_000,
    "survivor.grant_fen": 1_200_000,
    "claimant.residence_region": "430202",
}


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """All months that these tests pay have begun."""
    monkeypatch.setattr(paying, "now", lambda: at(40))


def drawn(person: int, kind: str) -> dict[int, int]:
    """What somebody draws of a benefit in the months of a year, as held true now."""
    found = {
        each: sum(one.monthly_fen for one in in_payment(person, MAY + each) if one.kind == kind) for each in range(12)
    }
    return {each: fen for each, fen in found.items() if fen}


def nothing_is_left() -> None:
    for account in ("fund.unemployment", "fund.resident", "fund.injury", "fund.pension", "bank"):
        assert balance(account) == 0


def test_a_death_while_unemployed_is_paid_by_that_insurance_once() -> None:
    granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    case = granted("unemployment-death@1", "D/1", DIED, deceased=ANA, claimant=SON)
    granted("unemployment-death@1", "D/1", DIED, deceased=ANA, claimant=SON)
    with pytest.raises(RefusedError, match=r"paid once.*D/1"):
        granted("death@1", "D/2", DEAD, deceased=ANA, claimant=DAUGHTER)
    for month in (1, 2, 3):
        pay(MAY + month)
    assert paid(ANA) == {(1, "unemployment"): 189_000, (2, "unemployment"): 189_000}
    assert paid(SON) == {(3, "unemployment-funeral"): 900_000, (3, "unemployment-grant"): 1_200_000}
    assert balance("fund.unemployment") == 2 * 189_000 + 2_100_000
    the_payouts_are_booked()
    revoked("unemployment-death@1", case)
    assert (drawn(ANA, "unemployment"), owed(SON)) == (dict.fromkeys((1, 2, 3), 189_000), {3: 2_100_000})
    the_payouts_are_booked()


CHANGED: dict[str, Value] = {
    "change.cause": "level-changed",
    "change.changed_on": date(2026, 8, 1),
    "change.new_monthly_fen": 400_000,
}


def changed(case: str, **other: Value) -> Decided:
    return granted("injury-change@1", case, {**CHANGED, **{f"change.{k}": v for k, v in other.items()}}, worker=ANA)


def test_an_allowance_is_another_from_the_first_whole_month_on() -> None:
    granted("injury@1", "I/1", INJURED, worker=ANA, employer=1)
    pay(MAY + 1)
    pay(MAY + 2)
    pay(MAY + 3)
    first = changed("C/1")
    changed("C/1")
    assert drawn(ANA, "disability") == dict.fromkeys((1, 2), 487_500) | dict.fromkeys(range(3, 12), 400_000)
    assert drawn(ANA, "care") == dict.fromkeys(range(1, 12), 203_610)
    assert owed(ANA) == {3: 87_500}
    cared = changed("C/2", cause="care-changed", changed_on=date(2026, 8, 2), new_monthly_fen=305_415)
    assert drawn(ANA, "care") == dict.fromkeys((1, 2, 3), 203_610) | dict.fromkeys(range(4, 12), 305_415)
    retired = changed("C/3", cause="retired", changed_on=date(2026, 10, 14), new_monthly_fen=0)
    assert max(drawn(ANA, "disability")) == 5
    with pytest.raises(RefusedError, match="C/3 rests on this one"):
        revoked("injury-change@1", first)
    revoked("injury-change@1", retired)
    revoked("injury-change@1", cared)
    revoked("injury-change@1", first)
    revoked("injury-change@1", first)
    assert drawn(ANA, "disability") == dict.fromkeys(range(1, 12), 487_500)
    assert (drawn(ANA, "care"), owed(ANA)) == (dict.fromkeys(range(1, 12), 203_610), {})
    the_payouts_are_booked()


def test_a_change_that_cannot_be_is_refused_and_of_whom_nothing_is_known_nothing_changes() -> None:
    changed("C/0")
    assert drawn(ANA, "disability") == {}
    granted("injury@1", "I/1", INJURED, worker=ANA, employer=1)
    with pytest.raises(RefusedError, match="nothing at least"):
        changed("C/1", new_monthly_fen=-1)
    with pytest.raises(RefusedError, match="A month lies between"):
        changed("C/1", changed_on=date(1800, 1, 1))
    pay(MAY + 1)
    ended = changed("C/1", changed_on=date(2026, 6, 1), new_monthly_fen=0)  # before its first month
    assert (drawn(ANA, "disability"), owed(ANA)) == ({}, {1: 487_500})
    revoked("injury-change@1", ended)
    assert owed(ANA) == {}
    changed("C/2", cause="dependant-left")
    survivor: dict[str, Value] = {
        "survivor.from_month": date(2026, 7, 1),
        "survivor.monthly_fen": 150_000,
        "claimant.residence_region": "430202",
    }
    granted("dependant@1", "F/1", survivor, claimant=SON, deceased=ANA)
    with pytest.raises(RefusedError, match="which dependant"):
        changed("C/3", cause="dependant-left")
    granted("death@1", "G/1", DEAD, deceased=ANA, claimant=SON)
    with pytest.raises(RefusedError, match="died in"):
        changed("C/4")


@pytest.mark.parametrize(
    ("keeps", "left"), [("resident", {"resident-pension"}), ("employee", {"pension"}), ("elsewhere", set())]
)
def test_of_two_pensions_one_ends_and_is_owed_back(keeps: str, left: set[str]) -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    granted("resident-pension@1", "R/1", SIXTY, insured=ANA)
    for month in (3, 4, 5):
        pay(MAY + month)
    facts: dict[str, Value] = {"change.keeps": keeps, "change.double_from": date(2026, 9, 10)}
    case = granted("pension-double@1", "E/1", facts, insured=ANA)
    granted("pension-double@1", "E/1", facts, insured=ANA)
    granted("pension-double@1", "E/2", facts, insured=SON)  # of whom the ledger has never heard
    amounts = {"pension": 321_000, "resident-pension": 27_091}
    assert {one.kind for one in in_payment(ANA, MAY + 4)} == left
    assert {one.kind for one in in_payment(ANA, MAY + 3)} == set(amounts)
    ended_fen = sum(fen for kind, fen in amounts.items() if kind not in left)
    assert owed(ANA) == {4: ended_fen, 5: ended_fen}
    pay(MAY + 6)
    assert owed(ANA) == {4: ended_fen, 5: ended_fen}  # nothing is paid of it from which it could be kept back
    the_payouts_are_booked()
    revoked("pension-double@1", case)
    pay(MAY + 7)
    assert owed(ANA) == {}
    assert sum(paid(ANA).values()) == 5 * sum(amounts.values())
    the_payouts_are_booked()


def test_a_resident_comes_in_alone_is_billed_by_nobody_and_draws_a_pension_at_sixty() -> None:
    case = granted("resident@1", "A/1", RESIDENT, insured=ANA)
    granted("resident@1", "A/1", RESIDENT, insured=ANA)
    (period,) = periods_of(ANA)
    assert (period.kind, period.employer, period.first_month, period.county) == ("resident", None, MAY, "430211")
    assert bill(MAY).people == 0
    (cover,) = coverages(periods_of(ANA), [], MAY + 3)
    assert (cover.kind, cover.unbilled, cover.ended) == ("resident", (), None)
    with pytest.raises(RefusedError, match="insured since 2026-05 already"):
        granted("resident@1", "A/2", RESIDENT, insured=ANA)
    pension = granted("resident-pension@1", "R/1", SIXTY, insured=ANA)
    granted("resident-pension@1", "R/1", SIXTY, insured=ANA)
    assert months(ANA, "resident") == {MAY, MAY + 1, MAY + 2}
    with pytest.raises(RefusedError, match="not paid twice"):
        granted("resident-pension@1", "R/2", SIXTY, insured=ANA)
    pay(MAY + 3)
    assert paid(ANA) == {(3, "resident-pension"): 27_091}
    assert balance("fund.resident") == 27_091
    the_payouts_are_booked()
    with pytest.raises(RefusedError, match="R/1 rests on this one"):
        revoked("resident@1", case)
    revoked("resident-pension@1", pension)
    assert (owed(ANA), max(months(ANA, "resident"))) == ({3: 27_091}, MAY + 11)
    revoked("resident@1", case)
    assert periods_of(ANA) == []
    the_payouts_are_booked()


def test_who_is_hired_is_in_both_insurances_and_a_resident_pension_ends_that_of_residents_alone() -> None:
    granted("resident@1", "A/1", RESIDENT, insured=ANA)
    hired(ANA, case="A/2")
    granted("resident-pension@1", "R/1", SIXTY, insured=ANA)
    assert max(months(ANA, "resident")) == MAY + 2
    assert max(months(ANA, "pension")) == MAY + 11
    assert {one.employer for one in periods_of(ANA)} == {None, FIRM}
    assert OTHER not in {one.employer for one in periods_of(ANA)}


def test_a_death_ends_a_residents_pension_and_pays_the_funeral_once() -> None:
    granted("resident@1", "A/1", {**RESIDENT, "enrolment.insured_from": date(2026, 5, 1)}, insured=MOTHER)
    granted("resident-pension@1", "R/1", SIXTY, insured=ANA)
    facts: dict[str, Value] = {
        "deceased.died_on": date(2026, 9, 30),
        "survivor.funeral_fen": 97_800,
        "deceased.household_region": "430211003",
    }
    case = granted("resident-death@1", "D/1", facts, deceased=ANA, claimant=SON)
    granted("resident-death@1", "D/1", facts, deceased=ANA, claimant=SON)
    granted("resident-death@1", "D/2", facts, deceased=MOTHER, claimant=SON)
    assert months(MOTHER, "resident") == set(range(MAY, MAY + 5))
    with pytest.raises(RefusedError, match="died in"):
        granted("resident-pension@1", "R/2", {**SIXTY, "resident.first_month": date(2027, 1, 1)}, insured=MOTHER)
    for month in (3, 4, 5):
        pay(MAY + month)
    assert paid(ANA) == {(3, "resident-pension"): 27_091, (4, "resident-pension"): 27_091}
    assert paid(SON) == {(5, "resident-funeral"): 2 * 97_800}
    the_payouts_are_booked()
    revoked("resident-death@1", case)
    assert min(drawn(ANA, "resident-pension")) == 3
    assert max(drawn(ANA, "resident-pension")) == 11
    assert owed(SON) == {5: 97_800}


def test_a_claim_of_the_balance_ends_a_residents_pension_and_the_funeral_has_its_own_claim() -> None:
    granted("resident-pension@1", "R/1", SIXTY, insured=ANA)
    facts: dict[str, Value] = {
        "deceased.died_on": date(2026, 9, 30),
        "survivor.balance_fen": 500_000,
        "deceased.household_region": "430211003",
    }
    case = granted("resident-balance@1", "D/1", facts, deceased=ANA, claimant=SON)
    granted("resident-balance@1", "D/1", facts, deceased=ANA, claimant=SON)
    assert max(drawn(ANA, "resident-pension")) == 4
    funeral = granted("resident-death@1", "D/2", {**facts, "survivor.funeral_fen": 97_800}, deceased=ANA, claimant=SON)
    for month in (3, 4, 5):
        pay(MAY + month)
    assert paid(ANA) == {(3, "resident-pension"): 27_091, (4, "resident-pension"): 27_091}
    assert paid(SON) == {(5, "resident-funeral"): 97_800}
    the_payouts_are_booked()
    revoked("resident-death@1", funeral)
    revoked("resident-balance@1", case)
    assert max(drawn(ANA, "resident-pension")) == 11


def test_all_that_was_never_paid_comes_to_nothing_when_it_is_taken_back() -> None:
    pay(MAY + 5)
    cases = [
        ("resident@1", granted("resident@1", "A/1", RESIDENT, insured=ANA)),
        ("resident-pension@1", granted("resident-pension@1", "B/1", SIXTY, insured=ANA)),
        ("injury@1", granted("injury@1", "C/1", INJURED, worker=ANA, employer=1)),
        ("injury-change@1", changed("D/1")),
        ("unemployment-death@1", granted("unemployment-death@1", "E/1", DIED, deceased=ANA, claimant=SON)),
    ]
    for name, one in reversed(cases):
        revoked(name, one)
    nothing_is_left()
    the_payouts_are_booked()
