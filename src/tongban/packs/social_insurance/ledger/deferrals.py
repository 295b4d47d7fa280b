"""Contributions that may be paid later: after a disaster, with the province's consent, or against a guarantee.

While that lasts no late fee runs, and what was deferred is due when it ends (Provisions implementing the Social
Insurance Law, 21 and 22). What was paid late meanwhile is settled anew, so that a fee that was charged comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, connection

from tongban.pack_api import Database, PolicyError, RefusedError, definitions
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.contributions import due_on
from tongban.packs.social_insurance.ledger.months import first_day, month_within, written
from tongban.packs.social_insurance.ledger.statements import Stated, of_employer

MOST_MONTHS: Final = 12
"""For how long after a disaster, as a rule (Provisions, 21)."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deferral:
    """Months of an employer for which no late fee runs from one day to another, both counted."""

    employer: int
    first_month: int
    last_month: int
    from_on: date
    until_on: date

    def covers(self, month: int) -> bool:
        """Whether it is about this month's contributions."""
        return self.first_month <= month <= self.last_month


@dataclass(frozen=True, slots=True)
class Deferred:
    """An employer's months from one on, as many as were approved; they are due with the first that is paid again."""

    employer: int
    first_month: int
    months: int
    case: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an employer owes when an agreement is made is paid until a day."""

    employer: int
    pays_until: date
    case: str
    at: datetime


def defer(db: Database, one: Deferred) -> int | None:
    """Keep an approved deferral; the first month it covers, None where its case has done so before.

    Raises RefusedError for no month or more than the rule, and for months that are deferred already.
    """
    if not 1 <= one.months <= MOST_MONTHS:
        raise RefusedError(
            f"缓缴 1 到 {MOST_MONTHS} 个月，现在是 {one.months} 个月",
            f"One to {MOST_MONTHS} months are deferred; this is {one.months}.",
        )
    last = one.first_month + one.months - 1
    month_within(one.first_month)
    month_within(last)
    try:  # no text names the day: what was deferred is due with the first month that is paid again
        until_on = due_on(definitions().rulebook, last + 1)
    except PolicyError as refusal:
        said = refusal.issues[0].text
        raise RefusedError(said.zh, said.en) from refusal
    held = Deferral(one.employer, one.first_month, last, first_day(one.first_month), until_on)
    return _keep(db, held, one.case, one.at)


def agree(db: Database, one: Agreed) -> int | None:
    """Keep an agreement about all that is overdue; the first month it covers, None as ``defer``.

    Of whom the ledger has billed nothing there is nothing to agree on. Raises RefusedError for a day that has passed,
    where nothing is overdue, and for months that are deferred already.
    """
    today = one.at.date()
    if one.pays_until <= today:
        raise RefusedError(
            f"协议缴清的日子 {one.pays_until} 已经过了，改成今天以后的一天",
            f"The day agreed, {one.pays_until}, has passed. Choose one that is to come.",
        )
    stated = of_employer(one.employer)
    if not stated or _is_kept(db, one.case):
        return None
    held = deferrals_of(db, one.employer)
    overdue = [each.month for each in stated if each.owed_fen > 0 and due_of(each, held) < today]
    if not overdue:
        raise RefusedError(
            "这家单位没有到期未缴的账单，不用签协议", "No bill of this employer is overdue; no agreement is needed."
        )
    agreed = Deferral(one.employer, min(overdue), max(overdue), today, one.pays_until)
    return _keep(db, agreed, one.case, one.at)


def _keep(db: Database, held: Deferral, case: str, at: datetime) -> int | None:
    locks.shared(db)
    locks.in_turn(db, [held.employer])
    if _is_kept(db, case):
        return None
    months = held.first_month, held.last_month
    try:
        db.execute(
            'insert into insurance_deferral (employer, first_month, last_month, from_on, until_on, "case", recorded_at)'
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [held.employer, *months, held.from_on, held.until_on, case, at],
        )
    except IntegrityError as error:
        if "insurance_deferral_alone" not in str(error):
            raise
        raise RefusedError(
            f"{written(months[0])} 至 {written(months[1])} 里有的月份已经缓缴了，不能重叠；改一下月份",
            f"Some months from {written(months[0])} to {written(months[1])} are deferred already. Choose others.",
        ) from error
    return held.first_month


def _is_kept(db: Database, case: str) -> bool:
    db.execute('select 1 from insurance_deferral where "case" = %s', [case])
    return bool(db.fetchall())


def deferrals_of(db: Database, employer: int) -> list[Deferral]:
    """What is held true of an employer's deferrals, the earliest first."""
    db.execute(
        "select employer, first_month, last_month, from_on, until_on from insurance_deferral"
        " where employer = %s and superseded_at is null order by from_on, first_month",
        [employer],
    )
    return [Deferral(*row) for row in db.fetchall()]


def deferrals(employer: int) -> list[Deferral]:
    """As ``deferrals_of``, for pages."""
    with connection.cursor() as cursor:
        return deferrals_of(cursor, employer)


def due_of(one: Stated, held: Iterable[Deferral]) -> date:
    """The day by which what is owed of a month is to be paid, deferrals counted."""
    return max([one.due_on, *(each.until_on for each in held if each.covers(one.month))])


def due_without(month: int, due: date, paid: date, held: Sequence[Deferral]) -> date:
    """A due day moved back by the days after it, up to the payment, on which a deferral lets no late fee run."""
    days = 0
    for one in held:
        if one.covers(month):
            days += max(0, (min(paid, one.until_on) - max(due, one.from_on - _DAY)).days)
    return due + days * _DAY


def is_deferred(month: int, day: date, held: Iterable[Deferral]) -> bool:
    """Whether a month's contributions need not be paid on a day."""
    return any(one.covers(month) and one.from_on <= day < one.until_on for one in held)
