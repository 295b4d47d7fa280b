"""What of a benefit fell due for a month, and what of it was paid: each booked under the case and the rule behind it.

A month that was paid already is corrected by the difference, due to whoever was paid too little and owed back by
whoever was paid too much; nothing is ever changed. What is due and not paid is the next run's to pay, what is owed back
is kept back from what it pays of the same benefit: as a payment of less than nothing, for the month that was overpaid.
Money that somebody sends back settles it in the same way (`repay`), under the payment that brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from django.db import connection

from tongban.pack_api import Database, definitions
from tongban.packs.social_insurance.ledger.kinds import DRAWN_FROM
from tongban.packs.social_insurance.ledger.postings import NO_OWNER

Key: TypeAlias = tuple[int, int, str]
"""A beneficiary, for whose insurance, and the kind of benefit."""

GRANTED_ELSEWHERE: Final = "000000"
"""The county of what was granted before this ledger paid: of the months before the first run, another did."""
IN_PAYMENT: Final = (
    "superseded_at is null and first_month <= %(month)s and (last_month is null or last_month >= %(month)s)"
)
_BOOK: Final = """
with new as materialized (
    select nextval(pg_get_serial_sequence('insurance_posting', 'id')) as posting, due.*, coalesce((
        select max(number) + 1 from insurance_payout held where (held.beneficiary, held.insured, held.kind, held.month)
            = (due.beneficiary, due.insured, due.kind, due.month)), 0) as number
    from ({due}) due
), posted as (
    insert into insurance_posting (id, booked_at, month, "case", payment, rule, publication, text)
    select posting, %(at)s, month, case when %(payment)s::bigint is null then "case" end, %(payment)s, rule,
        %(publication)s,
        case when paid_fen >= 0 then 'benefit' when %(payment)s::bigint is null then 'kept back' else 'paid back' end
    from new
), paid as (
    insert into insurance_payout (month, beneficiary, insured, kind, number, county, due_fen, paid_fen, "case", run,
        posting, recorded_at)
    select month, beneficiary, insured, kind, number, county, due_fen, paid_fen, "case", %(run)s, posting, %(at)s
    from new
), legs as (
    insert into insurance_leg (posting, account, owner, amount_fen)
    select posting, account, owner, amount_fen
    from new join unnest(%(kinds)s::text[], %(drawn_from)s::text[]) as source (kind, drawn_from) using (kind)
    cross join lateral (values
        (drawn_from, case drawn_from when 'account.pension' then insured else %(no_owner)s end, due_fen),
        ('benefit.' || kind, beneficiary, -due_fen),
        ('benefit.' || kind, beneficiary, paid_fen),
        (%(money)s, case %(money)s when 'bank' then %(no_owner)s else beneficiary end, -paid_fen)
    ) as side (account, owner, amount_fen)
    where amount_fen <> 0
)
select count(distinct beneficiary) from new
"""
_SENT_BACK: Final = """
with owed as (
    select month, beneficiary, insured, kind, max(posting) as posting, sum(paid_fen - due_fen)::bigint as fen
    from insurance_payout where beneficiary = %(beneficiary)s and due_fen <> paid_fen
    group by month, beneficiary, insured, kind having sum(paid_fen) > sum(due_fen)
), in_order as (
    select *, sum(fen) over (order by month, kind, insured)::bigint as upto_fen from owed
)
select owed.month, owed.beneficiary, owed.insured, owed.kind, told.county, posting.rule, told."case",
    0::bigint as due_fen, -least(fen, %(left_fen)s - upto_fen + fen)::bigint as paid_fen
from in_order owed join insurance_payout told using (posting)
join insurance_posting posting on posting.id = told.posting
where upto_fen - fen < %(left_fen)s order by owed.month, owed.kind, owed.insured
"""
_MONEY: Final = """
select payment.employer, payment.id, payment.amount_fen + coalesce((
    select sum(paid_fen) from insurance_payout back join insurance_posting posting on posting.id = back.posting
    where back.beneficiary = payment.employer and posting.payment = payment.id), 0)::bigint as left_fen
from insurance_payment payment where payment.employer = any(%s) and exists (select from insurance_payout owed
    where owed.beneficiary = payment.employer and owed.due_fen <> owed.paid_fen)
order by received_on, id
"""
_DIFFERENCES: Final = """
select passed.month, beneficiary, insured, changed.kind, newest.county, newest.rule, %(case)s as "case",
    coalesce(standing.fen, 0) - coalesce(held.fen, 0) as due_fen, 0::bigint as paid_fen
from (select distinct * from unnest(%(beneficiaries)s::bigint[], %(insured)s::bigint[], %(of_kinds)s::text[])
    as changed (beneficiary, insured, kind)) changed
cross join lateral (
    select month, month as begun from insurance_run
    where kind = 'benefits' and (finished_at is not null or beneficiary <= done_to)
    union
    select earlier.month, first.month from (
        select month from insurance_run where kind = 'benefits' and (finished_at is not null or beneficiary <= done_to)
        order by month limit 1) first
    cross join lateral (
        select generate_series(min(b.first_month), first.month - 1) as month from insurance_benefit b
        where (b.beneficiary, b.insured, b.kind) = (changed.beneficiary, changed.insured, changed.kind)) earlier
) passed
cross join lateral (
    select county, rule from insurance_benefit b where (b.beneficiary, b.insured, b.kind)
        = (changed.beneficiary, changed.insured, changed.kind) order by id desc limit 1) newest
cross join lateral (
    select sum(monthly_fen)::bigint as fen from insurance_benefit b where (b.beneficiary, b.insured, b.kind)
        = (changed.beneficiary, changed.insured, changed.kind) and superseded_at is null
        and first_month <= passed.month and (last_month is null or last_month >= passed.month)
        and (passed.month >= passed.begun or county <> %(elsewhere)s)) standing
cross join lateral (
    select sum(due_fen)::bigint as fen from insurance_payout p where (p.beneficiary, p.insured, p.kind, p.month)
        = (changed.beneficiary, changed.insured, changed.kind, passed.month)) held
where coalesce(standing.fen, 0) <> coalesce(held.fen, 0)
"""
_KEPT_BACK: Final = """
select payout.kind, payout.month, run.month, -paid_fen
from insurance_payout payout join insurance_run run on run.id = payout.run
where beneficiary = %s and paid_fen < 0 order by run.month desc, payout.kind, payout.month
"""
_PAID_BACK: Final = """
select back.kind, back.month, payment.received_on, -back.paid_fen
from insurance_payout back join insurance_posting posting on posting.id = back.posting
join insurance_payment payment on payment.id = posting.payment
where back.beneficiary = %s order by payment.received_on desc, back.kind, back.month
"""
_OWED_BACK: Final = """
select beneficiary, insured, kind, month, sum(paid_fen - due_fen)::bigint
from insurance_payout where due_fen <> paid_fen and (%(beneficiary)s::bigint is null or beneficiary = %(beneficiary)s)
group by beneficiary, insured, kind, month having sum(paid_fen) > sum(due_fen) order by month, kind, beneficiary
"""


@dataclass(frozen=True, slots=True)
class OwedBack:
    """What a beneficiary was paid for a month and is not due."""

    beneficiary: int
    insured: int
    kind: str
    month: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What was paid to a beneficiary for a month and was not due, and which month's benefits were paid less for it."""

    kind: str
    month: int
    paid_less_in: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PaidBack:
    """What was paid to a beneficiary for a month and was not due, and when its money came back."""

    kind: str
    month: int
    received_on: date
    amount_fen: int


def settle(db: Database, changed: Iterable[Key], case: str, at: datetime) -> None:
    """Bring the months up to the last that was paid, and those before the first run, up to what is held true now, by
    differences under the case that changed it; others are the run's. Whoever changes them has the beneficiaries' turn.
    """
    keys = sorted(set(changed))
    if not keys:
        return
    beneficiaries, insured, kinds = (list(column) for column in zip(*keys, strict=True))
    told = {
        "beneficiaries": beneficiaries,
        "insured": insured,
        "of_kinds": kinds,
        "case": case,
        "elsewhere": GRANTED_ELSEWHERE,
    }
    book(db, _DIFFERENCES, told, at, definitions().digest)
    repay(db, beneficiaries, at)


def repay(db: Database, beneficiaries: Iterable[int], at: datetime) -> None:
    """Let the money that these people sent and that settles nothing yet settle what they owe back, oldest first."""
    db.execute(_MONEY, [sorted(set(beneficiaries))])
    for beneficiary, payment, left_fen in db.fetchall():
        if left_fen:
            told = {"beneficiary": beneficiary, "left_fen": left_fen}
            book(db, _SENT_BACK, told, at, definitions().digest, payment=payment)


def book(
    db: Database,
    due: str,
    told: Mapping[str, Any],
    at: datetime,
    publication: str,
    run: int | None = None,
    payment: int | None = None,
) -> int:
    """Store and post what a query gives, for how many: month, beneficiary, insured, kind, county, rule, case, due_fen
    and paid_fen, one row for each of a month. ``told`` are the query's parameters. The money is the bank's, or what a
    `payment` brought.
    """
    sides = {"kinds": list(DRAWN_FROM), "drawn_from": list(DRAWN_FROM.values()), "no_owner": NO_OWNER}
    by: dict[str, Any] = {"at": at, "publication": publication, "run": run, "payment": payment}
    by["money"] = "bank" if payment is None else "advance"
    db.execute(_BOOK.format(due=due), {**told, **sides, **by})
    return int(db.fetchall()[0][0])


def owed_back(beneficiary: int | None = None) -> list[OwedBack]:
    """What was paid and is not due, of everybody or of one, by month."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED_BACK, {"beneficiary": beneficiary})
        return [OwedBack(*row) for row in cursor.fetchall()]


def paid_back(beneficiary: int) -> list[PaidBack]:
    """What somebody owed back and sent the money for, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID_BACK, [beneficiary])
        return [PaidBack(*row) for row in cursor.fetchall()]


def kept_back(beneficiary: int) -> list[KeptBack]:
    """What somebody owed back and was paid less for, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT_BACK, [beneficiary])
        return [KeptBack(*row) for row in cursor.fetchall()]
