"""What a transfer brings and takes: months of the old place beside one's own, and between provinces money as well.

A month paid in both places counts once; whichever place does not keep it gives its own part back by itself, with the
step that moves the months. Between provinces the account closes in the old place: the money leaves, and what is gone
bears no more interest. Inside the province the fund is one: records merge, and nothing is booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from tongban.pack_api import (
    Database,
    RefusedError,
    Spans,
    common,
    definitions,
    integer_of,
    joined_spans,
    reckon,
    without,
)
from tongban.packs.social_insurance.ledger import accounts, locks, refunds
from tongban.packs.social_insurance.ledger.enrolments import Hire, enrol, periods_of
from tongban.packs.social_insurance.ledger.months import month_of, written
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on
from tongban.packs.social_insurance.ledger.refunds import Double
from tongban.packs.social_insurance.ledger.statements import months_paid

RULE: Final = "social-insurance/pension-transfer"
CITY_DIGITS: Final = 4
BASES_SINCE: Final = 1998 * 12
"""The month from which the employers' bases count (国办发〔2009〕66号, article 4)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody's months in the old place, and what moves along: nothing within the province. `given_back` are the
    months that the other place keeps where both were paid, `office` the county here that gives their own part back.
    """

    insured: int
    released: Spans
    county: str
    case: str
    at: datetime
    account_fen: int = 0
    pooled_fen: int = 0
    given_back: Spans = ()
    office: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What these books hold of somebody's months in a place: the months, what they come to in the account, the sum of
    the employers' bases, and whether there is nothing of another place.
    """

    months: Spans
    account_fen: int
    employer_bases_fen: int
    is_all: bool


def join(db: Database, arrivals: Sequence[Arrival]) -> None:
    """Record what the old place adds, a whole batch; a case that has done so is passed over.

    Raises RefusedError for a month outside the calendar.
    """
    enrol(db, [hire for one in arrivals for hire in _added(one)])
    for one in arrivals:
        if one.account_fen + one.pooled_fen and not _is_booked(db, one.case):
            _book(db, one, "transfer", one.account_fen, one.pooled_fen)
        give_back(db, one, one.given_back)


def release(db: Database, one: Arrival) -> None:
    """Close an account that goes to another province: account and share of the fund leave, the own part of months that
    the new place keeps goes back to the person. A case does so once.

    Of whom the ledger has no paid month in that place nothing leaves. Raises RefusedError where the account is another
    amount than what is said to leave.
    """
    locks.shared(db)
    locks.in_turn(db, [one.insured])
    held = held_in(db, one.insured, one.county)
    if held is None or _is_booked(db, one.case):
        return
    give_back(db, one, held.months)
    held = held_in(db, one.insured, one.county) or replace(held, account_fen=0)
    if one.account_fen != held.account_fen or one.account_fen > accounts.balance(db, one.insured):
        raise RefusedError(
            f"账户里有 {held.account_fen / 100:,.2f} 元，转出 {one.account_fen / 100:,.2f} 元不对；"
            "再看一次，按账册的数转",
            f"The account holds {held.account_fen / 100:,.2f} yuan; {one.account_fen / 100:,.2f} cannot leave it. Look"
            " again: what moves is what the books say.",
        )
    if one.account_fen + one.pooled_fen:
        _book(db, one, accounts.RELEASED if held.is_all else "transfer", -one.account_fen, -one.pooled_fen)


def give_back(db: Database, one: Arrival, months: Spans) -> None:
    """Of these months, let those that the other place keeps count there alone, and pay their own part back."""
    double = common(one.given_back, months)
    if double:
        told = Double(one.insured, double[0][0], double[-1][1], 0, one.office, one.case, one.at)
        refunds.give_back_all(db, told, double)


def held_in(db: Database, insured: int, region: str) -> Held | None:
    """What the books hold of somebody in the city of a region; None where no month of theirs was paid there.

    Who was insured in several cities has of one what its months come to with interest; who was in one has the account.
    """
    periods = [one for one in periods_of(insured) if one.kind == "pension" and one.employer is not None]
    there = [one for one in periods if one.county.startswith(region[:CITY_DIGITS])]
    spans = joined_spans((one.first_month, one.end) for one in there)
    gone_until = accounts.released_until(db, insured)
    own = {month: fen for month, fen in refunds.own_parts(insured, spans).items() if month > gone_until}
    if not own:
        return None
    is_all = len(there) == len(periods)
    bases_fen = sum(
        one.base_fen
        for one in months_paid(insured)
        if one.kind == "pension" and one.month in own and one.month >= BASES_SINCE
    )
    account_fen = accounts.balance(db, insured) if is_all else accounts.with_interest(db, own)
    return Held(joined_spans((month, month) for month in own), account_fen, bases_fen, is_all)


def fund_fen(account_fen: int, employer_bases_fen: int, day: date) -> int:
    """The share of the fund that moves along to another province, in fen. Raises ``PolicyError``."""
    told = {"account_fen": account_fen, "employer_bases_fen": employer_bases_fen}
    values = reckon(definitions().rulebook, RULE, {"month": written(month_of(day)), **told}, day).values
    return integer_of(values, "fund_fen")


def _added(one: Arrival) -> list[Hire]:
    """The months that are not one's own already, as periods in the old place."""
    own = joined_spans((p.first_month, p.end) for p in periods_of(one.insured) if p.kind == "pension")
    return [
        Hire(one.insured, None, ("pension",), first, one.county, one.case, one.at, last_month=last)
        for first, last in without(one.released, own)
    ]


def _is_booked(db: Database, case: str) -> bool:
    db.execute('select 1 from insurance_posting where "case" = %s and reverses is null limit 1', [case])
    return bool(db.fetchall())


def _book(db: Database, one: Arrival, text: str, account_fen: int, pooled_fen: int) -> None:
    """Book what comes from another province, or what leaves where it is below nothing: the account of its owner, the
    rest of the fund.
    """
    catalog, day = definitions(), one.at.date()
    rule = rule_on(catalog.rulebook, RULE, day)
    legs = [
        Leg("transfer", NO_OWNER, account_fen + pooled_fen),
        Leg("account.pension", one.insured, -account_fen),
        Leg("fund.pension", NO_OWNER, -pooled_fen),
    ]
    post(db, Posting(month_of(day), rule, catalog.digest, text, one.at, case=one.case), legs)
