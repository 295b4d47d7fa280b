"""What is paid out every month: to whom, for whose insurance, from when to when, by which rule.

What changes it corrects the months that were paid already (`payouts.py`), in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tongban.pack_api import Database, RefusedError, definitions
from tongban.packs.social_insurance.ledger import lives, locks
from tongban.packs.social_insurance.ledger.kinds import AT_DEATH, BENEFITS
from tongban.packs.social_insurance.ledger.months import first_day, month_within, written
from tongban.packs.social_insurance.ledger.payouts import Key, settle
from tongban.packs.social_insurance.ledger.postings import rule_on

_INSERT: Final = (
    "insert into insurance_benefit (beneficiary, insured, kind, county, monthly_fen, rule, first_month, last_month,"
    ' "case", recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)'
)
_SUPERSEDE: Final = (
    "update insurance_benefit set superseded_at = %s, superseded_by = %s where superseded_at is null"
    ' and beneficiary = %s and kind = any(%s) and "case" <> %s'
)
_TOLD: Final = " returning beneficiary, insured, kind, county, monthly_fen, rule, first_month, last_month"
_PERIODS: Final = """
with recursive period as (
    (select * from insurance_benefit where superseded_at is null and beneficiary = %s and kind = %s
        order by first_month desc limit 1)
    union all
    select was.* from period join insurance_benefit was on was.superseded_by = period."case"
        and was."case" <> period."case" and was.id < period.id
        and (was.beneficiary, was.insured, was.kind, was.first_month)
            = (period.beneficiary, period.insured, period.kind, period.first_month)
)
select insured, county, rule, monthly_fen, last_month from period order by id desc
"""
"""The last period of a benefit as it is held true, and as it was before each of its changes, back to its grant."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """So much a month, from a month on; `rule` is the full id of the rule that gives it, `county` that of the office.
    What is paid once has one month alone.
    """

    beneficiary: int
    insured: int
    kind: str
    first_month: int
    monthly_fen: int
    case: str
    at: datetime
    rule: str
    county: str
    last_month: int | None = None

    @property
    def key(self) -> Key:
        """Which benefit of whom it is."""
        return self.beneficiary, self.insured, self.kind


def grant(db: Database, granted: Sequence[Benefit]) -> None:
    """Let benefits be paid; a case grants each once, and nothing is no benefit.

    Raises RefusedError where one of the kind is paid already, and for an amount or a month that is none.
    """
    locks.shared(db)
    locks.in_turn(db, [person for one in granted for person in (one.beneficiary, one.insured)])
    for one in granted:
        month_within(one.first_month)
        if one.last_month is not None:
            month_within(one.last_month)
        _refuse_below_nothing(one.monthly_fen)
        is_none = one.monthly_fen == 0 or (one.last_month is not None and one.last_month < one.first_month)
        if is_none or _is_granted(db, one):
            continue
        _refuse_twice(db, one)
        rule = rule_on(definitions().rulebook, one.rule, first_day(one.first_month))
        span = one.first_month, one.last_month
        db.execute(_INSERT, [*one.key, one.county, one.monthly_fen, rule, *span, one.case, one.at])
        settle(db, [one.key], one.case, one.at)


def _refuse_below_nothing(monthly_fen: int) -> None:
    if monthly_fen < 0:
        raise RefusedError(
            f"每月待遇不能是 {monthly_fen / 100:,.2f} 元，不能小于零",
            f"A benefit cannot be {monthly_fen / 100:,.2f} yuan a month. It is nothing at least.",
        )


def _is_granted(db: Database, one: Benefit) -> bool:
    """Whether its case has granted it, whatever became of it since."""
    db.execute(
        'select 1 from insurance_benefit where beneficiary = %s and insured = %s and kind = %s and "case" = %s limit 1',
        [one.beneficiary, one.insured, one.kind, one.case],
    )
    return bool(db.fetchall())


def _granted_at_death(db: Database, insured: int, case: str) -> list[str]:
    """A case other than this one, if any, that granted what is paid at somebody's death."""
    db.execute(
        'select "case" from insurance_benefit where insured = %s and kind = any(%s) and superseded_at is null'
        ' and "case" <> %s limit 1',
        [insured, list(AT_DEATH), case],
    )
    return [earlier for (earlier,) in db.fetchall()]


def _refuse_twice(db: Database, one: Benefit) -> None:
    """What is paid once for the dead is nobody else's either; the rest is one's own, month by month."""
    lives.refuse_dead(db, [one.beneficiary])
    if one.kind in AT_DEATH:
        for case in _granted_at_death(db, one.insured, one.case):
            raise RefusedError(
                f"这一项只发一次，已经由 {case} 决定发给亲属；家里几个人请自行商量怎么分",
                f"This is paid once, and was granted to a relative already by {case}. The family shares it.",
            )
    db.execute(
        'select first_month, "case" from insurance_benefit where (beneficiary, insured, kind) = (%s, %s, %s)'
        " and superseded_at is null and first_month <= coalesce(%s, first_month)"
        " and coalesce(last_month, %s) >= %s limit 1",
        [*one.key, one.last_month, one.first_month, one.first_month],
    )
    for first, case in db.fetchall():
        raise RefusedError(
            f"这项待遇从 {written(first)} 起已经在发（{case}），不能再发一份",
            f"This benefit is being paid since {written(first)} ({case}). It is not paid twice.",
        )


def stop(
    db: Database, beneficiary: int, last_month: int, case: str, at: datetime, kinds: Sequence[str] = BENEFITS
) -> None:
    """End what is paid to somebody, with a month; what would have begun later never begins."""
    locks.shared(db)
    locks.in_turn(db, [beneficiary])
    settle(db, end(db, beneficiary, last_month, case, at, kinds), case, at)


def end(
    db: Database, beneficiary: int, last_month: int, case: str, at: datetime, kinds: Sequence[str] = BENEFITS
) -> list[Key]:
    """The same, without what was paid meanwhile: the benefits of which that is still to be settled."""
    db.execute(
        _SUPERSEDE + " and coalesce(last_month, %s) > %s" + _TOLD,
        [at, case, beneficiary, list(kinds), case, last_month + 1, last_month],
    )
    ended = db.fetchall()
    db.executemany(_INSERT, [(*row[:7], last_month, case, at) for row in ended if row[6] <= last_month])
    return [row[:3] for row in ended]


def amend(db: Database, beneficiary: int, kind: str, monthly_fen: int, case: str, at: datetime) -> None:
    """Let a benefit be another amount from its first month on; of whom the ledger has never heard there is none.

    Raises RefusedError for an amount that is none.
    """
    locks.shared(db)
    locks.in_turn(db, [beneficiary])
    _refuse_below_nothing(monthly_fen)
    if _is_done(db, case):
        return
    db.execute(_SUPERSEDE + _TOLD, [at, case, beneficiary, [kind], case])
    held = db.fetchall()
    db.executemany(_INSERT, [(*row[:4], monthly_fen, *row[5:], case, at) for row in held])
    settle(db, [row[:3] for row in held], case, at)


def change(
    db: Database, beneficiary: int, kind: str, monthly_fen: int, first_month: int, case: str, at: datetime
) -> None:
    """Let a benefit be another amount from a month on, or end before it where that is nothing; of whom the ledger has
    never heard there is none. Raises RefusedError for an amount or a month that is none, and for the dead.
    """
    locks.shared(db)
    locks.in_turn(db, [beneficiary])
    month_within(first_month)
    _refuse_below_nothing(monthly_fen)
    if _is_done(db, case):
        return
    lives.refuse_dead(db, [beneficiary])
    db.execute(
        _SUPERSEDE + " and coalesce(last_month, %s) >= %s" + _TOLD,
        [at, case, beneficiary, [kind], case, first_month, first_month],
    )
    held, rows = db.fetchall(), list[tuple[Any, ...]]()
    for row in held:
        if row[6] < first_month:
            rows.append((*row[:7], first_month - 1, case, at))
        if monthly_fen:
            rows.append((*row[:4], monthly_fen, row[5], max(row[6], first_month), row[7], case, at))
    db.executemany(_INSERT, rows)
    settle(db, [row[:3] for row in held], case, at)


def is_drawn_for(db: Database, insured: int, kind: str) -> bool:
    """Whether a benefit is paid to anybody for somebody's insurance, for as long as nothing ends it."""
    db.execute(
        "select 1 from insurance_benefit where insured = %s and kind = %s and superseded_at is null"
        " and last_month is null limit 1",
        [insured, kind],
    )
    return bool(db.fetchall())


def drawn_for(db: Database, insured: int, kind: str, *, but: int) -> int:
    """What others than one person are paid of a benefit for somebody's insurance a month, in fen."""
    db.execute(
        "select coalesce(sum(monthly_fen), 0) from insurance_benefit where insured = %s and kind = %s"
        " and beneficiary <> %s and superseded_at is null and last_month is null",
        [insured, kind, but],
    )
    return int(db.fetchall()[0][0])


def drawn_together(db: Database, beneficiary: int, kinds: Sequence[str]) -> int | None:
    """The first month in which all of these benefits go on being paid to somebody; None where not all do."""
    db.execute(
        "select max(first_month) from insurance_benefit where beneficiary = %s and kind = any(%s)"
        " and superseded_at is null and last_month is null having count(distinct kind) = %s",
        [beneficiary, list(kinds), len(kinds)],
    )
    return next((month for (month,) in db.fetchall()), None)


def resume(db: Database, beneficiary: int, kind: str, first_month: int, case: str, at: datetime) -> None:
    """Let a benefit that was stopped go on from a month, for the months that were left of it, as much as before.

    Of whom the ledger has never heard nothing goes on.
    Raises RefusedError where it was not stopped, or ended by itself, and for the dead.
    """
    locks.shared(db)
    locks.in_turn(db, [beneficiary])
    month_within(first_month)
    if _is_done(db, case):
        return
    lives.refuse_dead(db, [beneficiary])
    db.execute(_PERIODS, [beneficiary, kind])
    periods = db.fetchall()
    for insured, county, rule, monthly_fen, ended in periods[:1]:
        would_end = periods[-1][4]
        if ended is None or ended >= first_month:
            raise RefusedError(
                f"这项待遇 {written(first_month)} 还在发，不用恢复",
                f"This benefit is paid in {written(first_month)} as it is. There is nothing to resume.",
            )
        if ended == would_end:
            raise RefusedError(
                f"这项待遇到 {written(ended)} 已经发完，不能恢复",
                f"This benefit was paid to its end in {written(ended)}. Nothing is left to resume.",
            )
        last = None if would_end is None else first_month + would_end - ended - 1
        told: tuple[Any, ...] = (beneficiary, insured, kind, county, monthly_fen, rule, first_month, last, case, at)
        db.execute(_INSERT, told)
        settle(db, [(beneficiary, insured, kind)], case, at)


def _is_done(db: Database, case: str) -> bool:
    """Whether a case has changed something already."""
    db.execute('select 1 from insurance_benefit where "case" = %s limit 1', [case])
    return bool(db.fetchall())
