"""What registers are told from the ledger when they are asked: how long somebody has paid, what the account holds, what
an employer owes.

It is what the pages and certificates say, from the same functions. Of whom the ledger has never heard nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tongban.pack_api import Asked, Database, Value, holds, now, write_spans
from tongban.packs.social_insurance.ledger import held
from tongban.packs.social_insurance.ledger.months import month_of

PERSON: Final = "base/Person"
ORGANISATION: Final = "base/Organisation"
MONTHS: Final = "social-insurance/back-payment"
"""By which service months, wages and what is owed for them are put right."""


@holds(
    PERSON,
    "has_insurance_record", "pension_months", "pension_periods", "pension_balance_fen", "injury_months",
    "unemployment_months", corrected_by=MONTHS,
)  # fmt: skip
def of_insured(asked: Sequence[Asked], db: Database) -> list[Mapping[str, Value]]:
    """How many months of each insurance count, which of the pension, and what the account holds."""
    del db
    known = held.of_people([one.subject_id for one in asked], _now())
    return [_insured(known[one.subject_id]) for one in asked]


@holds("hrss/Pension", "paid_months", "deemed_months", "account_balance_fen", corrected_by=MONTHS)
def of_pensions(asked: Sequence[Asked], db: Database) -> list[Mapping[str, Value]]:
    """The months paid and the account of whose pension it is; none is deemed paid that was not found so."""
    del db
    known = held.of_people([one.ends["insured"] for one in asked], _now())
    return [_pension(known[one.ends["insured"]], one) for one in asked]


@holds(PERSON, "contribution_base_fen", corrected_by=MONTHS)
def of_bases(asked: Sequence[Asked], db: Database) -> list[Mapping[str, Value]]:
    """The base of the last month that was billed for whoever goes on to be insured."""
    bases = held.bases_of(db, [one.subject_id for one in asked], _now())
    return [{"contribution_base_fen": bases[one.subject_id]} if one.subject_id in bases else {} for one in asked]


@holds(PERSON, "draws_pension", "monthly_benefit_fen", corrected_by="insurance-benefits/pension-review")
def of_pensioners(asked: Sequence[Asked], db: Database) -> list[Mapping[str, Value]]:
    """Whether a pension is paid this month, and how much."""
    pensions = held.pensions_of(db, [one.subject_id for one in asked], _now())
    return [
        {"draws_pension": bool(pensions[one.subject_id]), "monthly_benefit_fen": pensions[one.subject_id] or None}
        if one.subject_id in pensions
        else {}
        for one in asked
    ]


@holds("insurance-benefits/InjuryCase", "base_before_fen", corrected_by=MONTHS)
def of_injuries(asked: Sequence[Asked], db: Database) -> list[Mapping[str, Value]]:
    """The average base of the twelve months before the accident; of whom none was billed then, the wage declared."""
    found: list[Mapping[str, Value]] = []
    for one in asked:
        on = one.recorded.get("accident_on")
        base_fen = held.base_before(db, one.ends["worker"], one.ends.get("employer"), str(on)) if on else None
        found.append({} if base_fen is None else {"base_before_fen": base_fen})
    return found


@holds(
    ORGANISATION,
    "owes_contributions", "contribution_debt_fen", "insured_staff", "staff_count", "last_month_paid_fen",
    "insured_staff_last_year", "unemployment_paid_fen", corrected_by=MONTHS,
)  # fmt: skip
def of_employers(asked: Sequence[Asked], db: Database) -> list[Mapping[str, Value]]:
    """What an employer owes and has paid, and how many people go on to be insured by it."""
    return [_employer(held.of_employer(db, one.subject_id, _now())) for one in asked]


def _insured(known: held.Insured | None) -> Mapping[str, Value]:
    if known is None:
        return {}
    return {
        "has_insurance_record": True,
        **{f"{kind}_months": counted for kind, counted in known.months.items()},
        **(
            {"pension_periods": write_spans(known.pension) or None, "pension_balance_fen": known.account_fen}
            if "pension" in known.months
            else {}
        ),
    }


def _pension(known: held.Insured | None, one: Asked) -> Mapping[str, Value]:
    if known is None or "pension" not in known.months:
        return {}
    deemed = one.recorded.get("deemed_months") or 0
    return {
        "paid_months": known.months["pension"],
        "deemed_months": deemed,
        "account_balance_fen": known.account_fen,
    }


def _employer(known: held.Employer | None) -> Mapping[str, Value]:
    if known is None:
        return {}
    return {
        "owes_contributions": known.debt_fen + known.late_fee_fen > 0,
        "contribution_debt_fen": known.debt_fen,
        "insured_staff": known.staff,
        "staff_count": known.staff,
        "last_month_paid_fen": known.last_month_paid_fen,
        "insured_staff_last_year": known.staff_last_year,
        "unemployment_paid_fen": known.unemployment_paid_fen,
    }


def _now() -> int:
    return month_of(now().date())
