"""Bookings: a posting with the legs it consists of and the version of the rule it goes by, and its reversal.

Amounts are fen. What somebody owes to the insurance is positive (`receivable.*`, `late-fee`), as is money at the bank;
what the insurance has or owes (`fund.*`, `account.pension`, `benefit.*`) is negative: a posting sums to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongban.pack_api import Database, RefusedError, Rulebook

NO_OWNER: Final = 0
"""Stands for the owner of what is nobody's own: the funds, the bank, the sum of all individual accounts."""


@dataclass(frozen=True, slots=True)
class Leg:
    """So much, in fen, to an account of an owner (a subject's id, or ``NO_OWNER``)."""

    account: str
    owner: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What is booked for a month, by a case, a run or a payment (exactly one), under `rule` (`pack/rule@2011-07-01`) of
    a publication (its digest).
    """

    month: int
    rule: str
    publication: str
    text: str
    at: datetime
    case: str | None = None
    run: int | None = None
    payment: int | None = None


_POST: Final = """
with posting as (
    insert into insurance_posting (booked_at, month, "case", run, payment, rule, publication, text)
    values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
), legs as (
    insert into insurance_leg (posting, account, owner, amount_fen)
    select posting.id, account, owner, amount_fen
    from posting, unnest(%s::text[], %s::bigint[], %s::bigint[]) as new (account, owner, amount_fen)
)
select id from posting
"""
_REVERSE: Final = """
with posting as (
    insert into insurance_posting (booked_at, month, "case", rule, publication, text, reverses)
    select %s, month, %s, rule, publication, 'reversal', id from insurance_posting where id = %s
    returning id, reverses
), legs as (
    insert into insurance_leg (posting, account, owner, amount_fen)
    select posting.id, account, owner, -amount_fen from posting join insurance_leg l on l.posting = posting.reverses
)
select id from posting
"""


def rule_on(book: Rulebook, rule: str, day: date) -> str:
    """The version of a rule on a day, as postings and benefits name it: `social-insurance/pension@2006-01-01`.

    Raises RefusedError where there is none.
    """
    versions = book.rules[rule].versions
    found = next((one for one in versions if one.from_ <= day and (one.to is None or day <= one.to)), None)
    if found is None:
        raise RefusedError(f"{day} 没有生效的规则 {rule}", f"No rule {rule} is in force on {day}.")
    return f"{rule}@{found.from_}"


def post(db: Database, posting: Posting, legs: Sequence[Leg]) -> int:
    """Book a posting; its id. Legs of nothing are left out. Raises IntegrityError where the sum is not nothing."""
    kept = [leg for leg in legs if leg.amount_fen]
    cause = [posting.case, posting.run, posting.payment]
    db.execute(
        _POST,
        [
            *(posting.at, posting.month, *cause, posting.rule, posting.publication, posting.text),
            [leg.account for leg in kept],
            [leg.owner for leg in kept],
            [leg.amount_fen for leg in kept],
        ],
    )
    return int(db.fetchall()[0][0])


def reverse(db: Database, posting: int, case: str, at: datetime) -> int:
    """Book the opposite of a posting, by a case; its id. Raises IntegrityError where it was reversed before."""
    db.execute(_REVERSE, [at, case, posting])
    return int(db.fetchall()[0][0])


def legs_of_bill(employer: int, amounts: Mapping[str, int]) -> list[Leg]:
    """What a bill, or a difference to one, books: `amounts` are the five shares by name, in fen.

    The employee's share of the pension goes to the individual accounts; whose it is, lines say.
    """
    pension, unemployment = amounts["pension_employer_fen"], amounts["unemployment_employer_fen"]
    account, injury = amounts["pension_employee_fen"], amounts["injury_employer_fen"]
    unemployment += amounts["unemployment_employee_fen"]
    return [
        Leg("receivable.pension", employer, pension + account),
        Leg("fund.pension", NO_OWNER, -pension),
        Leg("account.pension", NO_OWNER, -account),
        Leg("receivable.unemployment", employer, unemployment),
        Leg("fund.unemployment", NO_OWNER, -unemployment),
        Leg("receivable.injury", employer, injury),
        Leg("fund.injury", NO_OWNER, -injury),
    ]
