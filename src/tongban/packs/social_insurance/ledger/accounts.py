"""Individual pension accounts: what was credited for paid months, what came by interest, and a year's interest itself.

Lines are what the accounts consist of: each paid month credits the employee's share. Interest and transfers are
bookings of the account's own. A credit or booking bears interest from its month on; what is paid after a year was
closed bears it from the next year on. An account that was released to another place bears none in the year in which
that happened, nor later; a refund granted before it left is no debt of what stands in it since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tongban.pack_api import Database, RefusedError, definitions, in_force, integer_of, reckon
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.months import first_day, written
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on
from tongban.packs.social_insurance.ledger.statements import months_paid

ACCOUNT_YEAR: Final = "social-insurance/account-year"
RELEASED: Final = "released"
"""The text of the posting by which an account goes to another place."""

_CREDITS: Final = """
with paid as (
    select bill.employer, bill.month from insurance_statement bill
    where bill.kind = 'pension' and bill.month <= %(last)s group by bill.employer, bill.month
    having sum(bill.employer_fen + bill.employee_fen) <= coalesce((select sum(a.amount_fen) from insurance_allocation a
        where (a.employer, a.month, a.kind) = (bill.employer, bill.month, 'pension')), 0)
), credited as (
    select line.insured, line.month, sum(line.pension_employee_fen) as fen
    from insurance_line line join paid using (employer, month) group by line.insured, line.month
), released as (
    select leg.owner as insured, max(posting.id) as posting, max(posting.month) as month
    from insurance_leg leg join insurance_posting posting on posting.id = leg.posting
    where posting.text = %(released)s and leg.account = 'account.pension' and posting.month <= %(last)s
        and not exists (select from insurance_posting undone where undone.reverses = posting.id)
    group by leg.owner
), accounts as (
    select insured, month, fen from credited
    where not exists (select from released where released.insured = credited.insured
        and credited.month <= released.month)
    union all
    select leg.owner, posting.month, -leg.amount_fen
    from insurance_leg leg join insurance_posting posting on posting.id = leg.posting
    where leg.account = 'account.pension' and leg.owner <> %(no_owner)s and posting.month <= %(last)s
        and not exists (select from released where released.insured = leg.owner and posting.id <= released.posting)
        and not exists (select from insurance_payout refund join released using (insured)
            where refund.posting = posting.id and refund.month <= released.month + 1)
)
select insured, coalesce(sum(fen) filter (where month < %(first)s), 0),
    coalesce(sum(fen * (%(last)s + 1 - month)) filter (where month >= %(first)s), 0)
from accounts group by insured order by insured
"""


def credit_interest(db: Database, year: int, at: datetime) -> int:
    """Credit a year's interest to every account, in one balanced posting; to how many. A year is credited once.

    Raises RefusedError for a year that has not ended, ``PolicyError`` where no rate is in force for it.
    """
    if at.year <= year:
        raise RefusedError(
            f"{year} 年还没有结束，不能结息；等到 {year + 1} 年 1 月再结",
            f"{year} has not ended, so its interest cannot be credited. Wait until January {year + 1}.",
        )
    locks.alone(db)
    first, last = year * 12, year * 12 + 11
    catalog = definitions()
    ruling = in_force(catalog.rulebook, ACCOUNT_YEAR, first_day(last))
    rule = rule_on(catalog.rulebook, ACCOUNT_YEAR, first_day(last))
    db.execute(
        "insert into insurance_run (kind, month, publication, rules, started_at, finished_at, done_to,"
        " employers, people)"
        " values ('interest', %s, %s, jsonb_build_object(%s::text, %s::text), %s, %s, 0, 0, 0)"
        " on conflict do nothing returning id",
        [last, catalog.digest, ACCOUNT_YEAR, str(ruling.versions[-1].from_), at, at],
    )
    begun = db.fetchall()
    if not begun:
        return 0
    db.execute(_CREDITS, {"first": first, "last": last, "no_owner": NO_OWNER, "released": RELEASED})
    legs = []
    for insured, opening_fen, products_fen in db.fetchall():
        interest_fen = interest_of(last, int(opening_fen), int(products_fen))
        if interest_fen:
            legs.append(Leg("account.pension", insured, -interest_fen))
    legs.append(Leg("fund.pension", NO_OWNER, -sum(leg.amount_fen for leg in legs)))
    post(db, Posting(last, rule, catalog.digest, "interest", at, run=begun[0][0]), legs)
    db.execute("update insurance_run set people = %s where id = %s", [len(legs) - 1, begun[0][0]])
    return len(legs) - 1


def interest_of(last: int, opening_fen: int, products_fen: int) -> int:
    """The interest of the year that ends with a month, in fen: of what lay there when it began, and of each credit
    times the months it lay there. Raises ``PolicyError``.
    """
    facts = {"month": written(last), "opening_fen": opening_fen, "month_products_fen": products_fen}
    return integer_of(reckon(definitions().rulebook, ACCOUNT_YEAR, facts, first_day(last)).values, "interest_fen")


def year_of(db: Database, insured: int, year: int) -> tuple[int, int] | None:
    """What somebody's account held when a year began, and each credit of it times the months it lay there, in fen; None
    where the books have no account of theirs.
    """
    db.execute(
        f"select * from ({_CREDITS}) accounts where insured = %(insured)s",  # noqa: S608 - a fixed text
        {"first": year * 12, "last": year * 12 + 11, "no_owner": NO_OWNER, "released": RELEASED, "insured": insured},
    )
    return next(((int(opening), int(products)) for _, opening, products in db.fetchall()), None)


def with_interest(db: Database, credits_fen: Mapping[int, int]) -> int:
    """What credits, by month, have come to with the interest of each year that was credited since, in fen."""
    db.execute("select month from insurance_run where kind = 'interest' order by month")
    held_fen = 0
    for (last,) in db.fetchall():
        before_fen = sum(fen for month, fen in credits_fen.items() if month < last - 11)
        products_fen = sum(fen * (last + 1 - month) for month, fen in credits_fen.items() if last - 11 <= month <= last)
        held_fen += interest_of(last, before_fen + held_fen, products_fen)
    return sum(credits_fen.values()) + held_fen


_BOOKED: Final = """
select coalesce((
        select -sum(amount_fen) from insurance_leg where account = 'account.pension' and owner = %(insured)s), 0)
    - coalesce((select sum(monthly_fen) from insurance_benefit b where insured = %(insured)s and kind = 'refund'
        and superseded_at is null and not exists (select from insurance_payout p where (p.beneficiary, p.insured,
        p.kind, p.month) = (b.beneficiary, b.insured, b.kind, b.first_month))), 0)
"""
"""What is booked in an account beside the paid months' credits, less the refunds that were not paid out yet."""


def released_until(db: Database, insured: int) -> int:
    """The month in which somebody's account last went to another place; −1 where it never did."""
    db.execute(
        "select coalesce(max(posting.month), -1) from insurance_leg leg"
        " join insurance_posting posting on posting.id = leg.posting"
        " where leg.account = 'account.pension' and leg.owner = %s and posting.text = %s"
        " and not exists (select from insurance_posting undone where undone.reverses = posting.id)",
        [insured, RELEASED],
    )
    return int(db.fetchall()[0][0])


def balance(db: Database, insured: int) -> int:
    """What somebody's account holds now, in fen: the own part of each paid month, and all that was booked beside it."""
    db.execute(_BOOKED, {"insured": insured})
    booked_fen = int(db.fetchall()[0][0])
    return booked_fen + sum(one.employee_fen for one in months_paid(insured) if one.kind == "pension" and one.is_paid)
