"""What pages show beyond statements: an employer's month person by person, what was corrected since, one's account year
by year, and what is paid to somebody now.

All of it is asked for one person or one employer: whose it is, the page that asks has made sure of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from tongban.pack_api import PolicyError, Rulebook, in_force
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS
from tongban.packs.social_insurance.ledger.statements import PaidMonth


@dataclass(frozen=True, slots=True)
class StaffLine:
    """What a person's month comes to at an employer, in fen; `amounts` are the shares by name (`AMOUNTS`)."""

    insured: int
    wage_fen: int | None
    base_fen: int
    amounts: dict[str, int]
    is_corrected: bool

    @property
    def employer_fen(self) -> int:
        """The employer's share of all insurances."""
        return sum(fen for name, fen in self.amounts.items() if name.endswith("employer_fen"))

    @property
    def employee_fen(self) -> int:
        """The employee's share of all insurances."""
        return sum(fen for name, fen in self.amounts.items() if name.endswith("employee_fen"))


@dataclass(frozen=True, slots=True)
class Correction:
    """So much a month of somebody at an employer was billed more, or less, than before, by a case; in fen."""

    month: int
    employer: int
    insured: int
    case: str
    at: datetime
    base_fen: int
    employer_fen: int
    employee_fen: int


@dataclass(frozen=True, slots=True)
class AccountYear:
    """A year of an individual pension account: paid months, and in fen what they, transfers and interest credited."""

    year: int
    months: int
    credited_fen: int
    moved_fen: int
    interest_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class InPayment:
    """What somebody is paid every month, in fen, since when and until when; `rule` is the version that gives it.

    What is paid once has one month alone.
    """

    kind: str
    insured: int
    first_month: int
    last_month: int | None
    monthly_fen: int
    rule: str


_EMPLOYERS: Final = " + ".join(name for name in AMOUNTS if name.endswith("employer_fen"))
_EMPLOYEES: Final = " + ".join(name for name in AMOUNTS if name.endswith("employee_fen"))
_STAFF: Final = f"""
select insured, (array_agg(wage_fen order by number desc))[1], sum(base_fen),
    {", ".join(f"sum({name})" for name in AMOUNTS)}, max(number) > 0
from insurance_line where month = %s and employer = %s group by insured order by insured
"""  # noqa: S608 - fixed texts
_CORRECTED: Final = f"""
select month, employer, insured, coalesce("case", ''), recorded_at, base_fen, {_EMPLOYERS}, {_EMPLOYEES}
from insurance_line where number > 0 and employer = any(%s) and month = any(%s) and (%s::bigint is null or insured = %s)
order by recorded_at desc, month desc, insured
"""  # noqa: S608 - fixed texts
_BOOKED: Final = """
select p.month, p.run is not null, -sum(l.amount_fen) from insurance_leg l join insurance_posting p on p.id = l.posting
where l.account = 'account.pension' and l.owner = %s group by 1, 2 order by 1
"""
_IN_PAYMENT: Final = """
select kind, insured, first_month, last_month, monthly_fen, rule from insurance_benefit
where beneficiary = %s and superseded_at is null and monthly_fen > 0
    and coalesce(last_month, %s) >= %s order by first_month, kind
"""


def staff_of(employer: int, month: int) -> list[StaffLine]:
    """Everybody for whom an employer was billed in a month; whose line came to nothing by corrections stays."""
    return [
        StaffLine(
            insured,
            wage_fen,
            int(base_fen),
            dict(zip(AMOUNTS, map(int, amounts), strict=True)),
            is_corrected,
        )
        for insured, wage_fen, base_fen, *amounts, is_corrected in _rows(_STAFF, [month, employer])
    ]


def corrections(employers: Iterable[int], months: Iterable[int], insured: int | None = None) -> list[Correction]:
    """The differences that were billed after the bills of these employers and months, the newest first; of one person
    where one is given.
    """
    found = _rows(_CORRECTED, [sorted(set(employers)), sorted(set(months)), insured, insured])
    return [Correction(*row) for row in found]


def account_years(insured: int, paid: Iterable[PaidMonth]) -> list[AccountYear]:
    """A person's account, year by year, the latest first; `paid` are the months of all insurances."""
    credited, moved, interest = defaultdict[int, int](int), defaultdict[int, int](int), defaultdict[int, int](int)
    months: defaultdict[int, set[int]] = defaultdict(set)
    for one in paid:
        if one.kind == "pension" and one.is_paid:
            credited[one.month // 12] += one.employee_fen
            if not one.counts_elsewhere:
                months[one.month // 12].add(one.month)
    for month, is_interest, fen in _rows(_BOOKED, [insured]):
        (interest if is_interest else moved)[month // 12] += int(fen)
    found, balance_fen = [], 0
    for year in sorted({*credited, *moved, *interest}):
        balance_fen += credited[year] + moved[year] + interest[year]
        found.append(
            AccountYear(year, len(months[year]), credited[year], moved[year], interest[year], balance_fen),
        )
    return found[::-1]


def in_payment(beneficiary: int, month: int) -> list[InPayment]:
    """What is paid to somebody in a month or from a later one on."""
    return [InPayment(*row) for row in _rows(_IN_PAYMENT, [beneficiary, month, month])]


def rests_on_unverified(book: Rulebook, rule: str, on: date) -> bool:
    """Whether some figure behind a rule has no document; so has what no rule gives any more. `rule` may name a version.

    Its version is the one of a day: what was reckoned then rests on the figures of then.
    """
    try:
        used = in_force(book, rule.partition("@")[0], on).parameters.values()
    except (KeyError, PolicyError):
        return True
    return any(value.status == "unverified" for _, value in used)


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
