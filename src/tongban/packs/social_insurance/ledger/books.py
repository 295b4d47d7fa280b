"""What the books hold of one employer or person: the insurances and benefits held true now, each booking and by what,
what every account comes to, and what of a benefit is owed back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from tongban.packs.social_insurance.ledger.enrolments import Period, periods_of
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.ledger.payouts import owed_back
from tongban.packs.social_insurance.models import Benefit


@dataclass(frozen=True, slots=True)
class Booked:
    """What one posting did to somebody's accounts, in fen; by a case, or by a run or payment where that is None."""

    month: str
    text: str
    case: str | None
    rule: str
    legs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Span:
    """An insurance or a benefit held true now, from month to month; without a last month it goes on."""

    kind: str
    first_month: str
    last_month: str | None
    case: str
    monthly_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What was paid of a benefit for a month, in fen, is not due and was not kept back yet."""

    kind: str
    month: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Books:
    """Everything of one owner. Of `accounts` those stand here that hold anything, in fen: positive is owed by them."""

    enrolments: Sequence[Span]
    benefits: Sequence[Span]
    postings: Sequence[Booked]
    accounts: Mapping[str, int]
    owed_back: Sequence[Owed]


_BOOKED: Final = """
select posting.month, posting.text, posting."case", posting.rule, jsonb_object_agg(account, fen order by account)
from insurance_posting posting join lateral (
    select account, sum(amount_fen) as fen from insurance_leg leg
    where leg.posting = posting.id and leg.owner = %(owner)s group by account
) legs on true
where posting.id in (select posting from insurance_leg where owner = %(owner)s)
group by posting.id order by posting.id
"""


def of_owner(owner: int) -> Books:
    """What is held of an employer or a person by the registry's number."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, {"owner": owner})
        postings = [
            Booked(written(month), text, case, rule, json.loads(legs))
            for month, text, case, rule, legs in cursor.fetchall()
        ]
    accounts: dict[str, int] = {}
    for booked in postings:
        for account, fen in booked.legs.items():
            accounts[account] = accounts.get(account, 0) + fen
    paid = Benefit.objects.filter(beneficiary=owner, superseded_at=None).order_by("first_month", "kind")
    return Books(
        [_span(one) for one in periods_of(owner)],
        [_span(one, one.monthly_fen) for one in paid],
        postings,
        {account: fen for account, fen in sorted(accounts.items()) if fen},
        [Owed(one.kind, written(one.month), one.amount_fen) for one in owed_back(owner)],
    )


def _span(one: Period | Benefit, monthly_fen: int | None = None) -> Span:
    last = None if one.last_month is None else written(one.last_month)
    return Span(one.kind, written(one.first_month), last, one.case, monthly_fen)
