"""What is paid out every month: to whom, for whose insurance, from when to when, by which rule; and what falls due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongban.pack_api import Database, RefusedError, definitions
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.months import first_day, month_within, written
from tongban.packs.social_insurance.ledger.postings import rule_on
from tongban.packs.social_insurance.models import PAID_ONCE


@dataclass(frozen=True, slots=True)
class Benefit:
    """So much a month, from a month on; `rule` is the full id of the rule that gives it. Paid once: one month alone."""

    beneficiary: int
    insured: int
    kind: str
    first_month: int
    monthly_fen: int
    case: str
    at: datetime
    rule: str
    last_month: int | None = None


def grant(db: Database, granted: Sequence[Benefit]) -> None:
    """Let benefits be paid; a case grants each once. Raises RefusedError where one of the kind is paid already."""
    locks.shared(db)
    locks.in_turn(db, [one.insured for one in granted])
    for one in granted:
        month_within(one.first_month)
        if _is_granted(db, one):
            continue
        _refuse_twice(db, one)
        db.execute(
            "insert into insurance_benefit (beneficiary, insured, kind, first_month, last_month, monthly_fen,"
            ' "case", rule, recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)',
            [
                *(one.beneficiary, one.insured, one.kind, one.first_month, one.last_month, one.monthly_fen),
                *(one.case, rule_on(definitions().rulebook, one.rule, first_day(one.first_month)), one.at),
            ],
        )


def _is_granted(db: Database, one: Benefit) -> bool:
    """Whether its case has granted it, whatever became of it since."""
    db.execute(
        'select 1 from insurance_benefit where beneficiary = %s and insured = %s and kind = %s and "case" = %s limit 1',
        [one.beneficiary, one.insured, one.kind, one.case],
    )
    return bool(db.fetchall())


def _refuse_twice(db: Database, one: Benefit) -> None:
    """What is paid once for an insured is nobody else's either; the rest is one's own, month by month."""
    db.execute(
        'select first_month, "case" from insurance_benefit where insured = %s and kind = %s and superseded_at is null'
        " and (kind = any(%s) or beneficiary = %s and coalesce(last_month, %s) >= %s) limit 1",
        [one.insured, one.kind, list(PAID_ONCE), one.beneficiary, one.first_month, one.first_month],
    )
    held = db.fetchall()
    if one.kind == "pension":
        db.execute(
            'select "case" from insurance_benefit where insured = %s and kind = any(%s) and superseded_at is null'
            " limit 1",
            [one.insured, list(PAID_ONCE)],
        )
        for (case,) in db.fetchall():
            raise RefusedError(
                f"这个人的死亡待遇已经由 {case} 决定，不能再发养老金；先核对是不是同一个人",
                f"This person has died: {case} granted what is paid at a death. No pension is paid; check who it is.",
            )
    for first, case in held:
        if one.kind in PAID_ONCE:
            raise RefusedError(
                f"这一项只发一次，已经由 {case} 决定发给亲属；家里几个人请自行商量怎么分",
                f"This is paid once, and was granted to a relative already by {case}. The family shares it.",
            )
        raise RefusedError(
            f"这项待遇从 {written(first)} 起已经在发（{case}），不能再发一份",
            f"This benefit is being paid since {written(first)} ({case}). It is not paid twice.",
        )


def stop(db: Database, beneficiary: int, last_month: int, case: str, at: datetime) -> None:
    """End what is paid to somebody, with a month; what would have begun later never begins."""
    locks.shared(db)
    db.execute(
        "update insurance_benefit set superseded_at = %s, superseded_by = %s where beneficiary = %s"
        ' and superseded_at is null and "case" <> %s and coalesce(last_month, %s) > %s'
        " returning beneficiary, insured, kind, first_month, monthly_fen, rule",
        [at, case, beneficiary, case, last_month + 1, last_month],
    )
    ended = [row for row in db.fetchall() if row[3] <= last_month]
    db.executemany(
        'insert into insurance_benefit (beneficiary, insured, kind, first_month, monthly_fen, rule, last_month, "case",'
        " recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [(*row, last_month, case, at) for row in ended],
    )
