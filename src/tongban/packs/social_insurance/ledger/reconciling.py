"""Holds a billed month against itself: lines, statements and what was booked agree to the fen, for every employer,
county and kind. The database adds up what it stored; nothing that billing remembers is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection

from tongban.pack_api import PlatformError
from tongban.packs.social_insurance.ledger.contributions import SHARES

SHOWN: Final = 3
_SUMS: Final = ", ".join(f"sum({' + '.join(shares)}) as {kind}" for kind, shares in SHARES.items())
_KINDS: Final = ", ".join(f"('{kind}', {kind})" for kind in SHARES)
DIFFERENCES: Final = f"""
with lines as (
    select employer, kind, fen from (select employer, {_SUMS} from insurance_line where run = %(run)s
        and month = (select month from insurance_run where id = %(run)s) group by employer) billed
    cross join lateral (values {_KINDS}) as share (kind, fen)
), statements as (
    select employer, kind, employer_fen + employee_fen as fen from insurance_statement where run = %(run)s
), booked as (
    select owner as employer, split_part(account, '.', 2) as kind, sum(amount_fen) as fen
    from insurance_posting posting join insurance_leg leg on leg.posting = posting.id
    where run = %(run)s and account like 'receivable.%%' group by owner, account
)
select employer, kind, coalesce(lines.fen, 0), coalesce(statements.fen, 0), coalesce(booked.fen, 0)
from lines full join statements using (employer, kind) full join booked using (employer, kind)
where coalesce(lines.fen, 0) <> coalesce(statements.fen, 0) or coalesce(lines.fen, 0) <> coalesce(booked.fen, 0)
order by employer, kind
"""  # noqa: S608 - fixed texts
TOTALS: Final = """
select county, kind, sum(people), sum(base_fen), sum(employer_fen), sum(employee_fen), count(alone.employer)
from insurance_statement left join (
    select distinct employer from insurance_enrolment where employer = insured) alone using (employer)
where run = %s group by county, kind order by county, kind
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """An employer's insurance whose lines, statement and bookings do not come to the same."""

    employer: int
    kind: str
    lines_fen: int
    statement_fen: int
    booked_fen: int


@dataclass(frozen=True, slots=True)
class Total:
    """What the employers of a county, and those who pay for themselves (``alone``, among the people), owe of one
    insurance.
    """

    county: str
    kind: str
    people: int
    base_fen: int
    employer_fen: int
    employee_fen: int
    alone: int


def differences(run: int) -> list[Difference]:
    """All that does not agree in a run."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, {"run": run})
        return [Difference(employer, kind, *(int(fen) for fen in sums)) for employer, kind, *sums in cursor.fetchall()]


def totals(run: int) -> list[Total]:
    """The sums of a run by county and kind."""
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, [run])
        return [Total(county, kind, *(int(each) for each in sums)) for county, kind, *sums in cursor.fetchall()]


def reconcile(run: int) -> None:
    """Raise ``PlatformError`` `billing-not-reconciled` unless everything agrees."""
    found = differences(run)
    if not found:
        return
    some = "; ".join(
        f"{one.employer} {one.kind} {one.lines_fen} / {one.statement_fen} / {one.booked_fen}" for one in found[:SHOWN]
    )
    raise PlatformError(
        "billing-not-reconciled",
        zh=f"{len(found)} 处对不上（单位 险种 明细/账单/入账，分）：{some}。",
        en=f"{len(found)} sums do not agree (employer, kind, lines / statement / booked in fen): {some}.",
        do_zh="查清这些行是谁改的；改正之后再运行一次，不会重复出账。",
        do_en="Find out who changed these rows; run it again when they are mended, nobody is billed twice.",
    )
