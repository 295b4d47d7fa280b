"""What an office of social insurance sees of the books within its region: who owes, what each month's run came to and
whether it agrees, whose books are its own to open, money received and benefits paid.

A region is the code of a county, a city or a province; whatever lies in a county whose code begins with it is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from tongban.packs.social_insurance.ledger.reconciling import Total

MOST_ROWS: Final = 60


@dataclass(frozen=True, slots=True)
class Arrears:
    """What an employer owes, in fen: of it what was due before today, since which day, and charged late fees."""

    employer: int
    county: str
    owed_fen: int
    overdue_fen: int
    due_on: date
    months: int
    late_fee_fen: int


@dataclass(frozen=True, slots=True)
class RunMonth:
    """A month of billing or of benefits: its rows, how many people or insurances they are, and what they come to.

    ``corrected_fen`` is how much of it came afterwards. ``before_fen`` and ``people_before`` are those of the month
    before, None where it was not run here. Rows, people and amounts are those of the region; ``agrees``, whether what
    was stored and what was booked are the same to the fen, is said of the whole city.
    """

    kind: str
    month: int
    is_finished: bool
    rows: int
    people: int
    fen: int
    corrected_fen: int
    agrees: bool
    before_fen: int | None = None
    people_before: int | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """A payment of an employer or a person, and how much of it settles nothing yet."""

    received_on: date
    reference: str
    amount_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """What of a benefit fell due for a month and what was paid of it, in fen."""

    month: int
    kind: str
    due_fen: int
    paid_fen: int


_IN_REGION: Final = "county like any(%(regions)s)"
_ARREARS: Final = f"""
with bill as (
    select employer, month, kind, max(county) as county, min(due_on) as due_on,
        sum(employer_fen + employee_fen) as fen
    from insurance_statement where {_IN_REGION} group by employer, month, kind
), owed as (
    select bill.employer, bill.county, bill.month, due_on, fen - coalesce((select sum(a.amount_fen)
        from insurance_allocation a where (a.employer, a.month, a.kind) = (bill.employer, bill.month, bill.kind)), 0)
        as fen from bill
)
select employer, max(county), sum(fen), coalesce(sum(fen) filter (where due_on < %(today)s), 0), min(due_on),
    count(distinct month), coalesce((select coalesce(sum(late_fee_fen), 0) - coalesce(sum(amount_fen)
        filter (where kind = 'late-fee'), 0) from insurance_allocation a where a.employer = owed.employer), 0)
from owed where fen > 0 group by employer
having not %(overdue)s or min(due_on) < %(today)s order by 4 desc, 3 desc, employer
"""  # noqa: S608 - fixed texts
_BILLED: Final = f"""
select month, count(*) filter (where {_IN_REGION}), coalesce(sum(people) filter (where {_IN_REGION}), 0),
    coalesce(sum(employer_fen + employee_fen) filter (where {_IN_REGION}), 0),
    coalesce(sum(employer_fen + employee_fen) filter (where {_IN_REGION} and number > 0), 0),
    coalesce(sum(employer_fen + employee_fen), 0)
from insurance_statement where month between %(first)s and %(last)s group by month
"""  # noqa: S608 - as above
_TOTALS: Final = f"""
select county, kind, sum(people), sum(base_fen), sum(employer_fen), sum(employee_fen), count(distinct alone.employer)
from insurance_statement left join (
    select distinct employer from insurance_enrolment where employer = insured) alone using (employer)
where month = %(month)s and {_IN_REGION} group by county, kind order by county, kind
"""  # noqa: S608 - as above
_BOOKED: Final = """
select posting.month, sum(amount_fen) from insurance_posting posting join insurance_leg leg on leg.posting = posting.id
where posting.month between %(first)s and %(last)s and posting.payment is null and account like 'receivable.%%'
group by posting.month
"""
_PAID: Final = f"""
select run.month, count(*) filter (where {_IN_REGION}), count(distinct beneficiary) filter (where {_IN_REGION}),
    coalesce(sum(paid_fen) filter (where {_IN_REGION}), 0),
    coalesce(sum(paid_fen) filter (where {_IN_REGION} and payout.month <> run.month), 0),
    coalesce(sum(paid_fen), 0)
from insurance_run run join insurance_payout payout on payout.run = run.id
where run.kind = 'benefits' and run.month between %(first)s and %(last)s group by run.month
"""  # noqa: S608 - as above
_LEFT_BANK: Final = """
select run.month, -sum(amount_fen) from insurance_run run join insurance_payout payout on payout.run = run.id
join insurance_leg leg on leg.posting = payout.posting
where run.kind = 'benefits' and run.month between %(first)s and %(last)s and account = 'bank' group by run.month
"""
_OWN: Final = f"""
select exists (select from insurance_enrolment where (employer = %(owner)s or insured = %(owner)s) and {_IN_REGION})
    or exists (select from insurance_statement where employer = %(owner)s and {_IN_REGION})
    or exists (select from insurance_benefit where (beneficiary = %(owner)s or insured = %(owner)s) and {_IN_REGION})
"""  # noqa: S608 - as above
_MONEY: Final = """
select received_on, bank_reference, amount_fen, amount_fen - coalesce((select sum(a.amount_fen)
    from insurance_allocation a where a.payment = p.id), 0)
from insurance_payment p where employer = %s order by received_on desc, id desc limit %s
"""
_PAYOUTS: Final = """
select month, kind, sum(due_fen), sum(paid_fen) from insurance_payout where beneficiary = %s
group by month, kind order by month desc, kind limit %s
"""


def arrears(regions: Sequence[str], today: date, *, is_overdue: bool) -> list[Arrears]:
    """The employers that owe, who owes most overdue first; ``is_overdue``: those with something due before today."""
    found = _rows(_ARREARS, {**_within(regions), "today": today, "overdue": is_overdue})
    return [
        Arrears(employer, county, int(owed), int(overdue), due_on, months, int(fee))
        for employer, county, owed, overdue, due_on, months, fee in found
    ]


def runs(kind: str, year: int, regions: Sequence[str]) -> list[RunMonth]:
    """A year's months of billing or of benefits, the latest first, each beside the month before it."""
    values = {**_within(regions), "first": year * 12 - 1, "last": year * 12 + 11}
    finished = dict(
        _rows(
            "select month, finished_at is not null from insurance_run where kind = %(kind)s"
            " and month between %(first)s and %(last)s",
            {"kind": kind, **values},
        )
    )
    told, booked = (_BILLED, _BOOKED) if kind == "billing" else (_PAID, _LEFT_BANK)
    sums = {month: [int(each) for each in row] for month, *row in _rows(told, values)}
    entered = {month: int(fen) for month, fen in _rows(booked, values)}
    found: list[RunMonth] = []
    before: RunMonth | None = None
    for month in sorted(finished):
        rows, people, fen, corrected_fen, whole_fen = sums.get(month, [0] * 5)
        known = before if before is not None and before.month == month - 1 else None
        before = RunMonth(
            kind, month, finished[month], rows, people, fen, corrected_fen, whole_fen == entered.get(month, 0),
            None if known is None else known.fen, None if known is None else known.people,
        )  # fmt: skip
        found.append(before)
    return [one for one in reversed(found) if one.month // 12 == year]


def billed_in(month: int, regions: Sequence[str]) -> list[Total]:
    """What employers were billed of each insurance for a month, with all differences, by county of the region."""
    found = _rows(_TOTALS, {**_within(regions), "month": month})
    return [Total(county, kind, *(int(each) for each in sums)) for county, kind, *sums in found]


def years_of(kind: str) -> list[int]:
    """The years in which there are runs of a kind, the latest first."""
    found = _rows("select distinct month / 12 from insurance_run where kind = %(kind)s order by 1 desc", {"kind": kind})
    return [year for (year,) in found]


def employers_in(regions: Sequence[str], employers: Sequence[int]) -> set[int]:
    """Those of these employers that were billed within the region."""
    statement = f"select distinct employer from insurance_statement where employer = any(%(who)s) and {_IN_REGION}"  # noqa: S608 - fixed texts
    return {employer for (employer,) in _rows(statement, {**_within(regions), "who": list(employers)})}


def is_within(regions: Sequence[str], owner: int) -> bool:
    """Whether something of an employer's or a person's books belongs to the region."""
    return bool(_rows(_OWN, {**_within(regions), "owner": owner})[0][0])


def money_of(owner: int) -> list[Money]:
    """The latest payments of an employer or a person, the newest first."""
    found = _rows(_MONEY, [owner, MOST_ROWS])
    return [Money(on, reference, int(fen), int(left)) for on, reference, fen, left in found]


def paid_to(beneficiary: int) -> list[Paid]:
    """What fell due to somebody and what was paid, the latest months first."""
    return [
        Paid(month, kind, int(due), int(paid)) for month, kind, due, paid in _rows(_PAYOUTS, [beneficiary, MOST_ROWS])
    ]


def _within(regions: Sequence[str]) -> dict[str, Any]:
    return {"regions": [f"{region}%" for region in regions]}


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a list or a mapping
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
