"""Individual pension accounts: what was credited for paid months, what came by interest, and a year's interest itself.

Lines are what the accounts consist of: each paid month credits the employee's share. Interest and transfers are
bookings of the account's own. A credit or booking bears interest from its month on; what is paid after a year was
closed bears it from the next year on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from tongban.pack_api import Database, RefusedError, definitions, in_force, integer_of, reckon
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.months import first_day, written
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on

ACCOUNT_YEAR: Final = "social-insurance/account-year"


_CREDITS: Final = """
with paid as (
    select bill.employer, bill.month from insurance_statement bill
    where bill.kind = 'pension' and bill.month <= %(last)s group by bill.employer, bill.month
    having sum(bill.employer_fen + bill.employee_fen) <= coalesce((select sum(a.amount_fen) from insurance_allocation a
        where (a.employer, a.month, a.kind) = (bill.employer, bill.month, 'pension')), 0)
), credited as (
    select line.insured, line.month, sum(line.pension_employee_fen) as fen
    from insurance_line line join paid using (employer, month) group by line.insured, line.month
), accounts as (
    select insured, month, fen from credited
    union all
    select leg.owner, posting.month, -leg.amount_fen
    from insurance_leg leg join insurance_posting posting on posting.id = leg.posting
    where leg.account = 'account.pension' and leg.owner <> %(no_owner)s and posting.month <= %(last)s
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
    db.execute(_CREDITS, {"first": first, "last": last, "no_owner": NO_OWNER})
    facts: dict[str, Any] = {"month": written(last)}
    legs = []
    for insured, opening_fen, products_fen in db.fetchall():
        facts |= {"opening_fen": int(opening_fen), "month_products_fen": int(products_fen)}
        values = reckon(catalog.rulebook, ACCOUNT_YEAR, facts, first_day(last)).values
        interest_fen = integer_of(values, "interest_fen")
        if interest_fen:
            legs.append(Leg("account.pension", insured, -interest_fen))
    legs.append(Leg("fund.pension", NO_OWNER, -sum(leg.amount_fen for leg in legs)))
    post(db, Posting(last, rule, catalog.digest, "interest", at, run=begun[0][0]), legs)
    db.execute("update insurance_run set people = %s where id = %s", [len(legs) - 1, begun[0][0]])
    return len(legs) - 1
