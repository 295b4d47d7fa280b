"""Pays the benefits of a month: to everybody in payment what is due, and what is still due of months before; once, and
one month after the other. What was paid of a benefit and is owed back is kept back from it, as far as the policy lets.

Beneficiaries are paid in order of their number, many at a time, each batch whole; the run knows how far it is, so that
one that was killed is taken up again and nobody is paid twice. Whoever grants or stops a benefit meanwhile waits for
the batch (`locks.py`), and then knows whether the month was paid. The database adds up what it stored: what is held
true, what fell due, what was booked and what left the bank agree to the fen for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from tongban.pack_api import Database, PlatformError, RefusedError, definitions, integer_of, now, value_on
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.months import first_day, month_of, month_within, written
from tongban.packs.social_insurance.ledger.payouts import GRANTED_ELSEWHERE, IN_PAYMENT, book
from tongban.packs.social_insurance.ledger.people import LAST_EMPLOYER as LAST
from tongban.packs.social_insurance.ledger.runs import (
    Progress,
    Run,
    begun,
    done_to,
    finished,
    first_month_of,
    open_month_before,
    run_of,
)
from tongban.packs.social_insurance.models import FIRST_MONTH

BENEFITS: Final = "benefits"
BENEFICIARIES_AT_ONCE: Final = 10_000
SHOWN: Final = 3
DEDUCTION: Final = "social-insurance/deduction-rate"
WHOLE: Final = 10_000  # rates are parts of ten thousand
_RANGE: Final = "beneficiary > %(after)s and beneficiary <= %(upto)s"
_OPEN: Final = f"""
select month, beneficiary, insured, kind, max(posting) as posting, sum(due_fen - paid_fen)::bigint as fen
from insurance_payout where due_fen <> paid_fen and {_RANGE} group by month, beneficiary, insured, kind
"""  # noqa: S608 - fixed texts
_STILL_DUE: Final = f"{_OPEN} having sum(due_fen) > sum(paid_fen)"
_OWED_BACK: Final = f"{_OPEN} having sum(due_fen) < sum(paid_fen)"
_GRANTED: Final = f"""
from insurance_benefit cross join lateral generate_series(
    greatest(first_month, case county when '{GRANTED_ELSEWHERE}' then %(month)s::int else %(since)s::int end),
    least(coalesce(last_month, %(month)s::int), %(month)s::int)) as due (month)
where superseded_at is null and {_RANGE} and monthly_fen > 0
    and first_month <= %(month)s and (last_month is null or last_month >= %(since)s)
"""
_TOLD: Final = "join insurance_payout told using (posting) join insurance_posting posting on posting.id = told.posting"
_DUE: Final = f"""
with paid as (
    select due.month, beneficiary, insured, kind, county, rule, "case", monthly_fen as due_fen, monthly_fen as paid_fen
    {_GRANTED}
    union all
    select due.month, due.beneficiary, due.insured, due.kind, told.county, posting.rule, told."case", 0, due.fen
    from ({_STILL_DUE}) due {_TOLD}
), back as (
    select owed.*, -owed.fen as owed_fen, limits.most_fen, sum(-owed.fen) over (
        partition by beneficiary, insured, kind order by owed.month) as upto_fen
    from ({_OWED_BACK}) owed join (
        select beneficiary, insured, kind, div(sum(paid_fen) * %(share)s, {WHOLE}) as most_fen
        from paid group by beneficiary, insured, kind) limits using (beneficiary, insured, kind)
), kept as (
    select *, least(owed_fen, most_fen - upto_fen + owed_fen)::bigint as kept_fen from back
)
select * from paid
union all
select kept.month, kept.beneficiary, kept.insured, kept.kind, told.county, posting.rule, told."case", 0, -kept_fen
from kept {_TOLD} where kept_fen > 0
"""  # noqa: S608 - fixed texts
_BENEFICIARIES: Final = f"""
select beneficiary {_GRANTED}
union select beneficiary from ({_STILL_DUE}) due order by beneficiary
"""  # noqa: S608 - fixed texts
_DIFFERENCES: Final = f"""
with held as (
    select beneficiary, kind, sum(monthly_fen) as fen from insurance_benefit where {IN_PAYMENT} group by 1, 2
), payouts as (
    select beneficiary, kind, sum(due_fen) filter (where month = %(month)s) as of_month, sum(due_fen) as due,
        sum(paid_fen) as paid
    from insurance_payout where month = %(month)s or run = %(run)s group by 1, 2
), booked as (
    select beneficiary, kind, -sum(amount_fen) filter (where account in ('bank', 'advance')) as paid,
        sum(amount_fen) filter (where account not like 'benefit.%%' and account not in ('bank', 'advance')) as due
    from insurance_payout payout join insurance_leg leg using (posting)
    where month = %(month)s or run = %(run)s group by 1, 2
)
select beneficiary, kind, coalesce(held.fen, 0), coalesce(of_month, 0), coalesce(payouts.due, 0),
    coalesce(booked.due, 0), coalesce(payouts.paid, 0), coalesce(booked.paid, 0)
from held full join payouts using (beneficiary, kind) full join booked using (beneficiary, kind)
where coalesce(held.fen, 0) <> coalesce(of_month, 0) or coalesce(payouts.due, 0) <> coalesce(booked.due, 0)
    or coalesce(payouts.paid, 0) <> coalesce(booked.paid, 0)
order by beneficiary, kind
"""  # noqa: S608 - fixed texts
_TOTALS: Final = """
select payout.county, payout.kind, count(distinct beneficiary), coalesce(sum(paid_fen) filter (where paid_fen > 0), 0),
    coalesce(sum(paid_fen) filter (where paid_fen > 0 and payout.month <> run.month), 0),
    coalesce(-sum(paid_fen) filter (where paid_fen < 0), 0)
from insurance_payout payout join insurance_run run on run.id = payout.run
where run = %s group by payout.county, payout.kind order by payout.county, payout.kind
"""


@dataclass(frozen=True, slots=True)
class Total:
    """What a run paid of one benefit in a county, how much of it for other months, and what it kept back of it."""

    county: str
    kind: str
    people: int
    paid_fen: int
    earlier_fen: int
    kept_back_fen: int


def pay(month: int, tell: Callable[[Progress], None] = lambda _: None) -> Run:
    """Pay the benefits of a month to its end and reconcile it; a month that was paid before is left as it is.

    The first run pays what was granted here for months before it as well; afterwards such a month is the next run's.
    Raises RefusedError for a month outside the calendar, or that has not begun; ``PlatformError``
    `benefits-begun-later` for a month before the first run, `earlier-benefits-open` after one that is not paid, and
    `benefits-not-reconciled`, which leaves all batches and the month open.
    """
    month_within(month)
    if month > month_of(now().date()):
        raise RefusedError(
            f"{written(month)} 还没有到，待遇要到当月才发",
            f"{written(month)} has not begun. Its benefits are paid from its first day on.",
        )
    run = _begun_in_order(month)
    if run.finished_at is not None:
        return run
    beneficiaries = _beneficiaries(run)
    tell(Progress(0, len(beneficiaries)))
    step = BENEFICIARIES_AT_ONCE
    for done in range(step, max(len(beneficiaries), 1) + step, step):
        upto = beneficiaries[done - 1] if done < len(beneficiaries) else LAST
        with transaction.atomic(), connection.cursor() as cursor:
            _pay_batch(cursor, run, upto)
        tell(Progress(min(done, len(beneficiaries)), len(beneficiaries)))
    reconcile(run)
    return finished(BENEFITS, run)


def totals(run: Run) -> list[Total]:
    """What a run paid, by county and benefit."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, [run.id])
        return [Total(county, kind, *(int(each) for each in sums)) for county, kind, *sums in cursor.fetchall()]


def reconcile(run: Run) -> None:
    """Raise ``PlatformError`` `benefits-not-reconciled` unless everything of a run agrees."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"month": run.month, "run": run.id})
        found = cursor.fetchall()
    if not found:
        return
    some = "; ".join(f"{who} {kind} {' / '.join(map(str, sums))}" for who, kind, *sums in found[:SHOWN])
    raise PlatformError(
        "benefits-not-reconciled",
        zh=f"{len(found)} 处对不上（领取人 待遇 核定/当月应发/应发/入账/已发/银行，分）：{some}。",
        en=f"{len(found)} sums do not agree (beneficiary, benefit, granted / due / all due / booked / paid / bank in"
        f" fen): {some}.",
        do_zh="查清这些行是谁改的；改正之后再运行一次，不会重复发放。",
        do_en="Find out who changed these rows; run it again when they are mended, nobody is paid twice.",
    )


def _begun_in_order(month: int) -> Run:
    """The run of a month, begun where it was not and no month since the first is left out before it."""
    with transaction.atomic(), connection.cursor() as cursor:
        locks.alone(cursor)
        if (run := run_of(BENEFITS, month)) is not None:
            return run
        first = first_month_of(cursor, BENEFITS)
        if first is not None and month < first:
            raise PlatformError(
                "benefits-begun-later",
                zh=f"待遇从 {written(first)} 起由这里发放，{written(month)} 不再单独发。",
                en=f"Benefits are paid here since {written(first)}; {written(month)} is not paid by itself any more.",
                do_zh="发下一个月；以前月份还欠的，会跟着一起补发。",
                do_en="Pay the next month: what is still due of earlier ones is paid with it.",
            )
        left_out = open_month_before(cursor, BENEFITS, month)
        if left_out is not None:
            raise PlatformError(
                "earlier-benefits-open",
                zh=f"{written(left_out)} 的待遇还没有发完，{written(month)} 要等它。",
                en=f"The benefits of {written(left_out)} are not paid to their end; {written(month)} waits for them.",
                do_zh=f"先运行 `tongban benefits {written(left_out)}`，按月份顺序发。",
                do_en=f"Run `tongban benefits {written(left_out)}` first: months are paid in their order.",
            )
        return begun(BENEFITS, month, definitions().digest, {})


def _span(db: Database, run: Run, after: int, upto: int) -> dict[str, int]:
    """What queries are told: the first run pays whatever was granted since the beginning of the calendar."""
    since = FIRST_MONTH if run.month == first_month_of(db, BENEFITS) else run.month
    return {"month": run.month, "since": since, "after": after, "upto": upto}


def _share(run: Run) -> int:
    """How much of what a run pays of a benefit may be kept back for what is owed back of it. Raises ``PolicyError``."""
    value = value_on(definitions(run.publication).rulebook, DEDUCTION, first_day(run.month)).value
    return integer_of({DEDUCTION: value}, DEDUCTION)


def _beneficiaries(run: Run) -> list[int]:
    """Who is still to be paid, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_BENEFICIARIES, _span(cursor, run, done_to(cursor, run), LAST))
        return [beneficiary for (beneficiary,) in cursor.fetchall()]


def _pay_batch(cursor: Any, run: Run, upto: int) -> None:  # noqa: ANN401 - Django's cursor
    """Pay all beneficiaries after those that are done, up to one; nobody where another process has done so."""
    locks.alone(cursor)
    after = done_to(cursor, run)
    if after >= upto:
        return
    told = {**_span(cursor, run, after, upto), "share": _share(run)}
    people = book(cursor, _DUE, told, now(), run.publication, run.id)
    cursor.execute("update insurance_run set done_to = %s, people = people + %s where id = %s", [upto, people, run.id])
