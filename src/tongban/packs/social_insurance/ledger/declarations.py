"""What employers declare: wages, from a month on or for months of the past, and the risk class they are rated at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tongban.pack_api import Database, RefusedError
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.corrections import Touched, settle
from tongban.packs.social_insurance.ledger.months import month_within, written
from tongban.packs.social_insurance.models import MOST_CLASS, MOST_WAGE_FEN

if TYPE_CHECKING:
    from tongban.packs.social_insurance.ledger.enrolments import Hire


CLASSES: Final = range(1, MOST_CLASS + 1)


@dataclass(frozen=True, slots=True)
class Declared:
    """A monthly wage in fen, from a month on; with `last_month` until then, and afterwards what it was before."""

    insured: int
    employer: int
    first_month: int
    wage_fen: int
    case: str
    at: datetime
    last_month: int | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """The risk class of an employer and the level its rate floats at, from a month on, as its office decided."""

    employer: int
    first_month: int
    county: str
    industry_class: int
    injury_level: str
    case: str
    at: datetime


def rate(db: Database, rated: Sequence[Rated]) -> None:
    """Keep what employers are rated at, and correct what is billed already; a case does so once.

    Of whom the ledger has never heard nothing is kept: its first hire brings its class. Raises RefusedError for a class
    or a month that is none.
    """
    locks.shared(db)
    locks.in_turn(db, [one.employer for one in rated])
    touched = []
    for one in rated:
        month_within(one.first_month)
        _refuse_unknown_class(one.industry_class)
        db.execute('select 1 from insurance_rating where employer = %s and "case" = %s', [one.employer, one.case])
        if db.fetchall():
            continue
        db.execute(
            "select distinct insured from insurance_enrolment where employer = %s and superseded_at is null"
            " order by insured",
            [one.employer],
        )
        people = [insured for (insured,) in db.fetchall()]
        if not people:
            continue
        db.execute(
            "update insurance_rating set superseded_at = %s, superseded_by = %s where employer = %s"
            " and first_month >= %s and superseded_at is null",
            [one.at, one.case, one.employer, one.first_month],
        )
        rating = one.employer, one.first_month, one.county, one.industry_class, one.injury_level
        db.execute(
            "insert into insurance_rating (employer, first_month, county, industry_class, injury_level,"
            ' "case", recorded_at) values (%s, %s, %s, %s, %s, %s, %s)',
            [*rating, one.case, one.at],
        )
        touched += [Touched(insured, one.employer, one.first_month, one.case, one.at) for insured in people]
    settle(db, touched)


def declare(db: Database, declared: Sequence[Declared]) -> None:
    """Keep declared wages, a whole batch, and correct what is billed already; a case does so once.

    Raises RefusedError for a wage or a month that is none, and for somebody who was never insured there.
    """
    locks.shared(db)
    db.execute(
        'select "case", insured from insurance_wage where "case" = any(%s)', [list({one.case for one in declared})]
    )
    done = {(case, insured) for case, insured in db.fetchall()}
    new = [one for one in declared if (one.case, one.insured) not in done]
    db.execute(
        "select insured, employer from insurance_enrolment where superseded_at is null and employer = any(%s)"
        " and insured = any(%s)",
        [[one.employer for one in new], [one.insured for one in new]],
    )
    insured = {(row[0], row[1]) for row in db.fetchall()}
    if any((one.insured, one.employer) not in insured for one in new):
        raise not_insured_here()
    declare_within(db, new)
    settle(db, [Touched(one.insured, one.employer, one.first_month, one.case, one.at) for one in new])


def not_insured_here() -> RefusedError:
    """What to say where a wage is told of somebody whom the employer does not insure."""
    return RefusedError(
        "这个人没有在这家单位参保，不能申报工资；先办参保",
        "This person is not insured with this employer, so no wage can be declared. Enrol them first.",
    )


def declare_within(db: Database, declared: Sequence[Declared]) -> None:
    """Keep declared wages; whoever calls holds the lock and settles what is billed. Raises RefusedError."""
    for one in declared:
        _check(one)
        pair = [one.insured, one.employer]
        db.execute(
            "select id, first_month, wage_fen from insurance_wage where insured = %s and employer = %s"
            " and superseded_at is null order by first_month",
            pair,
        )
        held = db.fetchall()
        if one.last_month is None and (one.first_month, one.wage_fen) in [row[1:] for row in held]:
            continue
        last = one.first_month if one.last_month is None else one.last_month
        inside = [row for row in held if one.first_month <= row[1] <= last]
        afterwards = [wage for _, first, wage in held if first <= last + 1][-1:]
        goes_back = one.last_month is not None and afterwards and not any(first == last + 1 for _, first, _ in held)
        db.execute(
            "update insurance_wage set superseded_at = %s, superseded_by = %s where id = any(%s)",
            [one.at, one.case, [row[0] for row in inside]],
        )
        wages = [(one.first_month, one.wage_fen), *((last + 1, wage) for wage in afterwards if goes_back)]
        db.executemany(
            'insert into insurance_wage (insured, employer, first_month, wage_fen, "case", recorded_at)'
            " values (%s, %s, %s, %s, %s, %s)",
            [(*pair, first, wage, one.case, one.at) for first, wage in wages],
        )


def _check(one: Declared) -> None:
    month_within(one.first_month)
    month_within(one.first_month if one.last_month is None else one.last_month)
    if one.last_month is not None and one.last_month < one.first_month:
        raise RefusedError(
            f"{written(one.first_month)} 到 {written(one.last_month)}，前后倒了",
            f"{written(one.first_month)} to {written(one.last_month)} is upside down.",
        )
    if not 0 <= one.wage_fen <= MOST_WAGE_FEN:
        raise RefusedError(
            f"月工资要在 0 和 {MOST_WAGE_FEN / 100:,.2f} 元之间，现在是 {one.wage_fen / 100:,.2f} 元",
            f"A monthly wage is 0 to {MOST_WAGE_FEN / 100:,.2f} yuan; this one is {one.wage_fen / 100:,.2f}.",
        )


def rate_within(db: Database, hires: Sequence[Hire]) -> None:
    """Keep the risk class of employers that the ledger has none of yet, as the register has it. Raises RefusedError."""
    rows = {(hire.employer, hire.first_month): hire for hire in reversed(hires) if hire.industry_class is not None}
    for hire in rows.values():
        _refuse_unknown_class(hire.industry_class)
    db.executemany(
        'insert into insurance_rating (employer, first_month, county, industry_class, injury_level, "case",'
        " recorded_at) select %s, %s, %s, %s, 'base', %s, %s where not exists ("
        " select from insurance_rating where employer = %s and first_month <= %s and superseded_at is null)",
        [
            (employer, month, hire.county, hire.industry_class, hire.case, hire.at, employer, month)
            for (employer, month), hire in sorted(rows.items(), key=lambda row: row[0][1])
        ],
    )


def _refuse_unknown_class(industry_class: int | None) -> None:
    if industry_class not in CLASSES:
        raise RefusedError(
            f"单位登记的工伤行业类别是 {industry_class}，应是 1 到 {CLASSES[-1]}；先更正单位的登记",
            f"The employer’s risk class is recorded as {industry_class}; it is 1 to {CLASSES[-1]}."
            " Have the record corrected first.",
        )
