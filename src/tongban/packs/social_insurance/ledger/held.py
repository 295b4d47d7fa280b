"""What the ledger holds of people and employers in a month, in a few figures: those that registers are asked for.

Months count as on the pages (`coverage.py`), the account is that of its last year (`shown.py`), what is owed is that of
the bills (`statements.py`). Somebody of whom there is no book at all is None, or left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tongban.pack_api import Database, Spans, half_up, joined_spans
from tongban.packs.social_insurance.ledger import statements
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.enrolments import RESIDENT, periods_of
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.payments import late_fee_owed
from tongban.packs.social_insurance.ledger.shown import account_years
from tongban.packs.social_insurance.ledger.statements import months_paid, months_paid_of

MONTHS_BEFORE: Final = 12
"""How many months before an accident one's own wage is the average of. Work Injury Regulation, 64."""


@dataclass(frozen=True, slots=True)
class Insured:
    """How many months of each insurance count, by kind, those of the pension, and the account in fen."""

    months: Mapping[str, int]
    pension: Spans
    account_fen: int


@dataclass(frozen=True, slots=True)
class Employer:
    """What an employer owes now, of contributions and of late fees, what it has paid, and whom it goes on to insure."""

    debt_fen: int
    late_fee_fen: int
    staff: int
    staff_last_year: int
    last_month_paid_fen: int
    unemployment_paid_fen: int


def of_people(people: Sequence[int], now: int) -> dict[int, Insured | None]:
    """What each of these people has, up to the month ``now``."""
    paid = months_paid_of(people)
    found: dict[int, Insured | None] = dict.fromkeys(people)
    for insured, months in paid.items():
        covers = {one.kind: one for one in coverages(periods_of(insured), months, now) if one.kind != RESIDENT}
        years = account_years(insured, months)
        if covers or years:
            taken = covers["pension"].taken_over if "pension" in covers else ()
            counted = [
                one.month for one in months if one.kind == "pension" and one.is_paid and not one.counts_elsewhere
            ]
            pension = joined_spans((*taken, *((month, month) for month in counted)))
            held = {kind: one.counted for kind, one in covers.items()}
            found[insured] = Insured(held, pension, years[0].balance_fen if years else 0)
    return found


_BASES: Final = """
select distinct on (line.insured) line.insured, sum(line.base_fen)
from (select distinct insured, employer from insurance_enrolment where insured = any(%s) and employer is not null
    and superseded_at is null and (last_month is null or last_month > %s)) here
join insurance_run run on run.kind = 'billing'
join insurance_line line on (line.month, line.employer, line.insured) = (run.month, here.employer, here.insured)
group by line.insured, line.employer, line.month having sum(line.base_fen) <> 0
order by line.insured, line.month desc, 2 desc
"""


def bases_of(db: Database, people: Sequence[int], now: int) -> dict[int, int]:
    """The monthly base, in fen, of the last billed month of each who goes on to be insured after the month ``now``."""
    db.execute(_BASES, [list(people), now])
    return {insured: int(base_fen) for insured, base_fen in db.fetchall()}


_PENSIONS: Final = """
select beneficiary, coalesce(sum(monthly_fen) filter (where superseded_at is null and first_month <= %(now)s
    and coalesce(last_month, %(now)s) >= %(now)s), 0)
from insurance_benefit where beneficiary = any(%(people)s) and kind in ('pension', 'resident-pension')
group by beneficiary
"""


def pensions_of(db: Database, people: Sequence[int], now: int) -> dict[int, int]:
    """What each who ever was granted a pension is paid of it in the month ``now``, in fen."""
    db.execute(_PENSIONS, {"people": list(people), "now": now})
    return {beneficiary: int(fen) for beneficiary, fen in db.fetchall()}


_DECLARED: Final = """
select wage_fen from insurance_wage where insured = %s and employer = %s and first_month <= %s and superseded_at is null
order by first_month desc limit 1
"""


def base_before(db: Database, worker: int, employer: int | None, accident_on: str) -> int | None:
    """The average monthly base, in fen, of the twelve months before an accident, of those that were billed; else the
    wage that the employer declared for its month.
    """
    month = month_of(date.fromisoformat(accident_on))
    billed = {
        one.month: one.base_fen
        for one in months_paid(worker)
        if one.kind == "injury" and month - MONTHS_BEFORE <= one.month < month
    }
    if billed:
        mean_fen: int = half_up(sum(billed.values()), len(billed))
        return mean_fen
    db.execute(_DECLARED, [worker, employer, month])
    return next((int(wage_fen) for (wage_fen,) in db.fetchall()), None)


_STAFF: Final = """
select count(distinct insured) filter (where superseded_at is null and (last_month is null or last_month > %s))
from insurance_enrolment where employer = %s having count(*) > 0
"""


def of_employer(db: Database, employer: int, now: int) -> Employer | None:
    """What an employer owes and has paid in the month ``now``, and how many people it goes on to insure after it."""
    db.execute(_STAFF, [now, employer])
    staff = next((int(count) for (count,) in db.fetchall()), None)
    if staff is None:
        return None
    stated = statements.of_employer(employer)
    before = now // 12 - 1
    return Employer(
        debt_fen=sum(max(0, one.owed_fen) for one in stated),
        late_fee_fen=late_fee_owed(db, employer),
        staff=staff,
        staff_last_year=max((one.people for one in stated if one.month == before * 12 + 11), default=0),
        last_month_paid_fen=sum(one.paid_fen for one in stated if one.month == now - 1),
        unemployment_paid_fen=sum(
            one.paid_fen for one in stated if one.kind == "unemployment" and one.month // 12 == before
        ),
    )
