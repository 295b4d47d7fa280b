"""Money from employers: a file of the bank is taken whole or not at all, and settles what is owed, oldest first.
Money from people settles what they owe back of their benefits (`payouts.py`).

What was settled too much since, because a bill went down, is freed with its late fee and settles something else; money
that settles nothing yet waits for the next bill. Paying late adds the fee of the law, day by day, to what the employer
owes; fees are paid once no contribution is owed any more. Whoever pays for themselves is charged none, nor an employer
on days on which it need not pay (`deferrals.py`); what is deferred is settled after all that is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongban.pack_api import Database, RefusedError, definitions, half_up, integer_of, reckon
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.deferrals import deferrals_of, due_without, is_deferred
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.payouts import repay
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on
from tongban.packs.social_insurance.ledger.statements import of_employer

LATE_FEE: Final = "social-insurance/late-fee"
MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Received:
    """One row of a bank's file. ``employer`` is a subject's id: an employer, or a person who pays back a benefit."""

    reference: str
    employer: int
    amount_fen: int
    received_on: date


@dataclass(frozen=True, slots=True)
class Settled:
    """So much of a payment for a month and kind; `late_fee_fen` is what its `late_days` add."""

    month: int
    kind: str
    amount_fen: int
    late_days: int = 0
    late_fee_fen: int = 0


def receive(db: Database, file: str, rows: Sequence[Received], sum_fen: int, at: datetime) -> int:
    """Take a bank's file and settle what its employers and people owe; how many payments were new.

    Of a file that was taken before none is. Raises RefusedError for a file without payments, a sum that is not that of
    the rows, an amount that is none, a reference that stands twice, is another file's, or was another payment's in this
    one.
    """
    _check(rows, sum_fen)
    locks.alone(db)
    db.execute(
        "select bank_reference, employer, amount_fen, received_on, file from insurance_payment"
        " where bank_reference = any(%s)",
        [[row.reference for row in rows]],
    )
    known = {reference: (Received(reference, *told), of_file) for reference, *told, of_file in db.fetchall()}
    if len(known) == len(rows) and {of_file for _, of_file in known.values()} == {file}:
        _refuse_altered(rows, {reference: payment for reference, (payment, _) in known.items()})
        return 0
    if known:
        some = "、".join(sorted(known)[:MOST_SHOWN])
        raise RefusedError(
            f"有 {len(known)} 笔流水号以前入过账（{some}），整个文件没有入账；请银行核对",
            f"{len(known)} references were taken before ({some}). Nothing of the file was; have the bank look at it.",
        )
    for row in rows:
        db.execute(
            "insert into insurance_payment (employer, amount_fen, received_on, bank_reference, file, recorded_at)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            [row.employer, row.amount_fen, row.received_on, row.reference, file, at],
        )
        ((payment,),) = db.fetchall()
        legs = [Leg("bank", NO_OWNER, row.amount_fen), Leg("advance", row.employer, -row.amount_fen)]
        post(db, _posting(payment, row.received_on, "payment", at), legs)
    payers = dict.fromkeys(row.employer for row in rows)
    for payer in payers:
        settle_owed(db, payer, at)
    repay(db, payers, at)
    return len(rows)


def settle_owed(db: Database, employer: int, at: datetime) -> None:
    """Let an employer's money that settles nothing yet settle what is owed, oldest first, then late fees."""
    for one in of_employer(employer):
        if one.owed_fen < 0:  # which day's was too much is not known: what is due by several is settled anew
            _free(db, employer, one.kind, one.month, one.paid_fen if len(one.dues) > 1 else -one.owed_fen, at)
    fees_fen = late_fee_owed(db, employer)
    if fees_fen < 0:
        _free(db, employer, "late-fee", None, -fees_fen, at)
    held, is_alone = deferrals_of(db, employer), pays_alone(db, employer)
    left = {(one.month, one.kind, day): fen for one in of_employer(employer) for day, fen in one.owed()}
    for payment, received_on, whole_fen in money_of(db, employer):
        settled, money_fen = [], whole_fen
        for month, kind, due in sorted(left, key=lambda one: is_deferred(one[0], received_on, held)):
            part_fen = min(left[month, kind, due], money_fen)
            if part_fen:
                runs_from = received_on if is_alone else due_without(month, due, received_on, held)
                settled.append(Settled(month, kind, part_fen, *late_fee(runs_from, received_on, part_fen)))
                left[month, kind, due] -= part_fen
                money_fen -= part_fen
        _keep(db, employer, payment, received_on, settled, at)
        fee_fen = min(money_fen, late_fee_owed(db, employer))
        if fee_fen:
            _keep(db, employer, payment, received_on, [Settled(month_of(received_on), "late-fee", fee_fen)], at)


def settle_anew(db: Database, employer: int, first_month: int, at: datetime) -> None:
    """Free what was settled from a month on and settle it again, in the order and with the fees that hold now."""
    locks.in_turn(db, [employer])
    for one in of_employer(employer):
        if one.month >= first_month and one.paid_fen > 0:
            _free(db, employer, one.kind, one.month, one.paid_fen, at)
    settle_owed(db, employer, at)


def pays_alone(db: Database, payer: int) -> bool:
    """Whether this is a person who pays, or paid, for themselves: late fees are the employers' (the Law, 86)."""
    db.execute("select 1 from insurance_enrolment where employer = insured and employer = %s limit 1", [payer])
    return bool(db.fetchall())


def with_advance(db: Database, employers: Sequence[int]) -> list[int]:
    """Those of these employers whose money is here and settles nothing yet."""
    db.execute(
        "select owner from insurance_leg where account = 'advance' and owner = any(%s)"
        " group by owner having sum(amount_fen) < 0 order by owner",
        [list(employers)],
    )
    return [employer for (employer,) in db.fetchall()]


def late_fee_owed(db: Database, employer: int) -> int:
    """The late fees that an employer owes, in fen."""
    db.execute(
        "select coalesce(sum(late_fee_fen) - sum(amount_fen) filter (where kind = 'late-fee'), sum(late_fee_fen), 0)"
        " from insurance_allocation where employer = %s",
        [employer],
    )
    ((fee_fen,),) = db.fetchall()
    return int(fee_fen)


def _refuse_altered(rows: Iterable[Received], taken: Mapping[str, Received]) -> None:
    for row in rows:
        if row != taken[row.reference]:
            raise RefusedError(
                f"流水 {row.reference} 以前入过账，单位、金额或到账日期和这次不一样，整个文件没有入账；请银行核对",
                f"{row.reference} was taken before, with another employer, amount or day. Nothing was taken; have the"
                " bank look at it.",
            )


def _check(rows: Sequence[Received], sum_fen: int) -> None:
    if not rows:
        raise RefusedError(
            "文件里一笔到账也没有；请银行核对", "There is no payment in the file. Have the bank look at it."
        )
    for row in rows:
        if row.amount_fen <= 0:
            raise RefusedError(
                f"流水 {row.reference} 的金额是 {row.amount_fen / 100:,.2f} 元，要大于零；整个文件没有入账",
                f"The amount of {row.reference} is {row.amount_fen / 100:,.2f} yuan, which is none. Nothing was taken.",
            )
    twice = [reference for reference, times in Counter(row.reference for row in rows).items() if times > 1]
    if twice:
        raise RefusedError(
            f"文件里流水号 {twice[0]} 出现了不止一次，整个文件没有入账",
            f"The reference {twice[0]} stands in the file more than once. Nothing was taken.",
        )
    found_fen = sum(row.amount_fen for row in rows)
    if found_fen != sum_fen:
        raise RefusedError(
            f"文件写的合计是 {sum_fen / 100:,.2f} 元，各笔加起来是 {found_fen / 100:,.2f} 元，整个文件没有入账；"
            "请银行核对",
            f"The file gives a sum of {sum_fen / 100:,.2f} yuan, its rows come to {found_fen / 100:,.2f}. Nothing was"
            " taken; have the bank look at it.",
        )


def money_of(db: Database, employer: int) -> list[tuple[int, date, int]]:
    """Payments with money left, oldest first."""
    db.execute(
        "select p.id, p.received_on, p.amount_fen - coalesce((select sum(amount_fen) from insurance_allocation a"
        " where a.payment = p.id), 0) from insurance_payment p where employer = %s order by received_on, id",
        [employer],
    )
    return [(payment, on, int(left)) for payment, on, left in db.fetchall() if left > 0]


def _free(db: Database, employer: int, kind: str, month: int | None, over_fen: int, at: datetime) -> None:
    """Give back to its payments what settles more than there is to settle, the last payment first, and of the fee for
    paying that late as large a part. Late fees are of no month.
    """
    db.execute(
        "select payment, received_on, month, sum(a.amount_fen), max(late_days), sum(late_fee_fen)"
        " from insurance_allocation a join insurance_payment p on p.id = a.payment"
        " where a.employer = %s and kind = %s and month = coalesce(%s::int, month)"
        " group by payment, received_on, month having sum(a.amount_fen) > 0 order by received_on desc, payment desc",
        [employer, kind, month],
    )
    for payment, received_on, of_month, settled_fen, late_days, late_fee_fen in db.fetchall():
        part_fen = min(over_fen, int(settled_fen))
        if part_fen:
            fee_fen = half_up(int(late_fee_fen) * part_fen, int(settled_fen))
            freed = Settled(of_month, kind, -part_fen, late_days, -fee_fen)
            _keep(db, employer, payment, received_on, [freed], at)
            over_fen -= part_fen


def late_fee(due: date, paid: date, principal_fen: int) -> tuple[int, int]:
    """The days that something is paid late, and the fee in fen. Raises ``PolicyError``."""
    if paid <= due:
        return 0, 0
    facts = {"principal_fen": principal_fen, "due": due.isoformat(), "paid": paid.isoformat()}
    values = reckon(definitions().rulebook, LATE_FEE, facts, paid).values
    return integer_of(values, "days"), integer_of(values, "fee_fen")


def _posting(payment: int, received_on: date, text: str, at: datetime) -> Posting:
    catalog = definitions()
    rule = rule_on(catalog.rulebook, LATE_FEE, received_on)
    return Posting(month_of(received_on), rule, catalog.digest, text, at, payment=payment)


def _keep(
    db: Database, employer: int, payment: int, received_on: date, settled: Iterable[Settled], at: datetime
) -> None:
    """Note what a payment settles, and book it."""
    legs = []
    for one in settled:
        db.execute(
            "insert into insurance_allocation (payment, employer, month, kind, amount_fen, late_days, late_fee_fen,"
            " recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [payment, employer, one.month, one.kind, one.amount_fen, one.late_days, one.late_fee_fen, at],
        )
        account = one.kind if one.kind == "late-fee" else f"receivable.{one.kind}"
        legs += [Leg("advance", employer, one.amount_fen), Leg(account, employer, -one.amount_fen)]
        if one.late_fee_fen:
            legs += [
                Leg("late-fee", employer, one.late_fee_fen),
                Leg(f"fund.{one.kind}", NO_OWNER, -one.late_fee_fen),
            ]
    if legs:
        post(db, _posting(payment, received_on, "settled", at), legs)
