"""What was paid twice is given back: to a person the own part of months that another place keeps, to an employer the
money that settles nothing.

A person's refund is a benefit paid once, from the individual account; its months count no more. Employers' shares stay
where they are (Interim Provisions on linking pension schemes: the duplicate account alone is cleared).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tongban.pack_api import Database, RefusedError, definitions, joined_spans, supersede
from tongban.packs.social_insurance.ledger import accounts, benefits, locks
from tongban.packs.social_insurance.ledger.benefits import Benefit
from tongban.packs.social_insurance.ledger.contributions import CONTRIBUTION
from tongban.packs.social_insurance.ledger.corrections import CERTIFICATES
from tongban.packs.social_insurance.ledger.months import first_day, month_of, month_within, written
from tongban.packs.social_insurance.ledger.payments import money_of, settle_owed
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on
from tongban.packs.social_insurance.ledger.statements import months_paid
from tongban.packs.social_insurance.models import REFUND


@dataclass(frozen=True, slots=True)
class Double:
    """Months that another place keeps, and what its office decided to give back, in fen: own part and interest."""

    insured: int
    first_month: int
    last_month: int
    amount_fen: int
    county: str
    case: str
    at: datetime


def give_back(db: Database, one: Double) -> None:
    """Let months count elsewhere, and give the own part back with next month's benefits; a case does so once.

    Of whom the ledger has no month there is nothing to give back. Raises RefusedError for months that were not paid, or
    were given back before, and for an amount below the own part or beyond the account.
    """
    locks.shared(db)
    locks.in_turn(db, [one.insured])
    db.execute('select 1 from insurance_doubled where "case" = %s limit 1', [one.case])
    if db.fetchall():
        return
    month_within(one.first_month)
    month_within(one.last_month)
    months = [month for month in months_paid(one.insured) if month.kind == "pension"]
    if not months:
        return
    _refuse_twice(db, one)
    paid = [month for month in months if month.is_paid]
    double = [month for month in paid if one.first_month <= month.month <= one.last_month]
    if not double:
        raise RefusedError(
            f"{written(one.first_month)} 到 {written(one.last_month)} 没有已缴的养老保险，没有可退的",
            f"No pension contribution of {written(one.first_month)} to {written(one.last_month)} is paid here. There is"
            " nothing to give back.",
        )
    own_fen = sum(month.employee_fen for month in double)
    account_fen = accounts.balance(db, one.insured)
    if not own_fen <= one.amount_fen <= account_fen:
        raise RefusedError(
            f"这几个月本人缴了 {own_fen / 100:,.2f} 元，账户里有 {account_fen / 100:,.2f} 元；"
            f"退 {one.amount_fen / 100:,.2f} 元不对",
            f"The own part of these months is {own_fen / 100:,.2f} yuan, the account holds {account_fen / 100:,.2f};"
            f" {one.amount_fen / 100:,.2f} cannot be right.",
        )
    _count_elsewhere(db, one, ((one.first_month, one.last_month),), one.amount_fen)


def give_back_all(db: Database, one: Double, spans: Sequence[tuple[int, int]]) -> None:
    """As ``give_back``, of whatever was paid here in the months of these spans, its own part with interest; where none
    was there is nothing to give back. A case does so once.
    """
    locks.shared(db)
    locks.in_turn(db, [one.insured])
    db.execute('select 1 from insurance_doubled where "case" = %s limit 1', [one.case])
    found = own_parts(one.insured, spans)
    if not db.fetchall() and found:
        held = joined_spans((month, month) for month in found)
        for first, last in held:
            _refuse_twice(db, replace(one, first_month=first, last_month=last))
        _count_elsewhere(db, one, held, accounts.with_interest(db, found))


def own_parts(insured: int, spans: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The own part, in fen, of each pension month in these spans that was paid here and counts here."""
    found: dict[int, int] = {}
    for one in months_paid(insured):
        is_here = one.kind == "pension" and one.is_paid and not one.counts_elsewhere
        if is_here and any(first <= one.month <= last for first, last in spans):
            found[one.month] = found.get(one.month, 0) + one.employee_fen
    return found


def _count_elsewhere(db: Database, one: Double, spans: Sequence[tuple[int, int]], amount_fen: int) -> None:
    """Let months of these spans count elsewhere, and pay so much back with next month's benefits."""
    db.executemany(
        'insert into insurance_doubled (insured, first_month, last_month, "case", recorded_at)'
        " values (%s, %s, %s, %s, %s)",
        [(one.insured, first, last, one.case, one.at) for first, last in spans],
    )
    supersede(db, CERTIFICATES, [one.insured], since=first_day(spans[0][0]), on=one.at.date())
    month = month_of(one.at.date()) + 1
    told = Benefit(
        one.insured, one.insured, REFUND, month, amount_fen, one.case, one.at, CONTRIBUTION, one.county, month
    )  # fmt: skip
    benefits.grant(db, [told])


def give_back_to_employer(db: Database, employer: int, amount_fen: int, case: str, at: datetime) -> None:
    """Pay back money of an employer that settles nothing, the last received first; a case does so once.

    Of whom nothing was ever received there is nothing. Raises RefusedError for more than lies here, or nothing.
    """
    locks.shared(db)
    locks.in_turn(db, [employer])
    db.execute('select 1 from insurance_allocation where "case" = %s limit 1', [case])
    if db.fetchall():
        return
    db.execute("select 1 from insurance_payment where employer = %s limit 1", [employer])
    if not db.fetchall():
        return
    settle_owed(db, employer, at)
    money = money_of(db, employer)
    here_fen = sum(left_fen for _, _, left_fen in money)
    if not 0 < amount_fen <= here_fen:
        raise RefusedError(
            f"这家单位多出来的钱有 {here_fen / 100:,.2f} 元，不能退 {amount_fen / 100:,.2f} 元；账单多算的先更正账单",
            f"{here_fen / 100:,.2f} yuan of this employer settle nothing; {amount_fen / 100:,.2f} cannot be paid back."
            " What was billed too high is corrected first.",
        )
    month, left_fen = month_of(at.date()), amount_fen
    for payment, _, money_fen in reversed(money):
        part_fen = min(left_fen, money_fen)
        if part_fen:
            db.execute(
                "insert into insurance_allocation (payment, employer, month, kind, amount_fen, late_days, late_fee_fen,"
                ' "case", recorded_at) values (%s, %s, %s, %s, %s, 0, 0, %s, %s)',
                [payment, employer, month, REFUND, part_fen, case, at],
            )
            left_fen -= part_fen
    catalog = definitions()
    posting = Posting(month, rule_on(catalog.rulebook, CONTRIBUTION, at.date()), catalog.digest, REFUND, at, case=case)
    post(db, posting, [Leg("advance", employer, amount_fen), Leg("bank", NO_OWNER, -amount_fen)])


def refuse_what_has_left(db: Database, case: str) -> None:
    """Raise RefusedError where a case paid money back to an employer: it comes back as a payment."""
    db.execute('select sum(amount_fen) from insurance_allocation where "case" = %s having count(*) > 0', [case])
    for (left_fen,) in db.fetchall():
        raise RefusedError(
            f"{left_fen / 100:,.2f} 元已经退给单位了，不能撤回；单位把钱交回来，按到账入账",
            f"{left_fen / 100:,.2f} yuan were paid back to the employer, which cannot be undone. What it returns is"
            " taken as a payment.",
        )


def _refuse_twice(db: Database, one: Double) -> None:
    db.execute(
        'select first_month, last_month, "case" from insurance_doubled where insured = %s and superseded_at is null'
        " and first_month <= %s and last_month >= %s limit 1",
        [one.insured, one.last_month, one.first_month],
    )
    for first, last, case in db.fetchall():
        raise RefusedError(
            f"{written(first)} 到 {written(last)} 已经退过（{case}），不能再退",
            f"{written(first)} to {written(last)} was given back already by {case}. It is not given back twice.",
        )
