"""What a transfer brings: months of the old place beside one's own, and from another province money as well.

A month paid in both places counts once; which place keeps it, and which gives it back, the decision says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongban.pack_api import Database, Spans, definitions, joined_spans, without
from tongban.packs.social_insurance.ledger.enrolments import Hire, enrol, periods_of
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on

RULE: Final = "social-insurance/pension-transfer"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody's months in the old place, and what moves along: nothing within the province."""

    insured: int
    released: Spans
    county: str
    case: str
    at: datetime
    account_fen: int = 0
    pooled_fen: int = 0


def join(db: Database, arrivals: Sequence[Arrival]) -> None:
    """Record what the old place adds, a whole batch; a case that has done so is passed over.

    Raises RefusedError for a month outside the calendar.
    """
    enrol(db, [hire for one in arrivals for hire in _added(one)])
    for one in arrivals:
        if one.account_fen + one.pooled_fen and not _is_booked(db, one.case):
            _book(db, one)


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


def _book(db: Database, one: Arrival) -> None:
    """Book what the old place owes: the account to its owner, the rest to the fund."""
    catalog, day = definitions(), one.at.date()
    rule = rule_on(catalog.rulebook, RULE, day)
    legs = [
        Leg("transfer", NO_OWNER, one.account_fen + one.pooled_fen),
        Leg("account.pension", one.insured, -one.account_fen),
        Leg("fund.pension", NO_OWNER, -one.pooled_fen),
    ]
    post(db, Posting(month_of(day), rule, catalog.digest, "transfer", one.at, case=one.case), legs)
