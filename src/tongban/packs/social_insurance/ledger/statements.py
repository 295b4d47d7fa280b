"""What pages and certificates read: a person's insured months with what was paid, an employer's statements.

Bills are sums: what a month comes to is the bill and all its differences, what is owed of it that less what payments
settled. Both as they are now or as they were known at a moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, SHARES
from tongban.packs.social_insurance.ledger.kinds import KINDS

_WHENEVER: Final = "infinity"


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """One insured and billed month of a person in one insurance; amounts in fen. One that ``counts_elsewhere`` was paid
    twice, and another place keeps it. Of one that is ``paid_alone`` the employer's share is the person's as well.
    """

    kind: str
    month: int
    employer: int
    base_fen: int
    employer_fen: int
    employee_fen: int
    is_paid: bool
    counts_elsewhere: bool = False
    paid_alone: bool = False

    @property
    def own_fen(self) -> int:
        """What the person pays."""
        return self.employee_fen + (self.employer_fen if self.paid_alone else 0)

    @property
    def theirs_fen(self) -> int:
        """What an employer pays."""
        return 0 if self.paid_alone else self.employer_fen


@dataclass(frozen=True, slots=True)
class Stated:
    """What an employer's month comes to in one insurance, how much of it is paid, and how much due by which day."""

    month: int
    kind: str
    people: int
    base_fen: int
    employer_fen: int
    employee_fen: int
    paid_fen: int
    dues: tuple[tuple[date, int], ...]

    @property
    def owed_fen(self) -> int:
        """What is still to be paid; below nothing where too much was."""
        return self.employer_fen + self.employee_fen - self.paid_fen

    @property
    def is_paid(self) -> bool:
        """Whether nothing is owed."""
        return self.owed_fen <= 0

    @property
    def due_on(self) -> date:
        """The first day by which something that is owed is due; where nothing is, the last."""
        return next((day for day, _ in self.owed()), self.dues[-1][0])

    def owed(self) -> list[tuple[date, int]]:
        """How much is still to be paid by which day; what is due first is settled first.

        What was taken back of one day's beyond what was due then lowers the others'.
        """
        found, left_fen, paid_fen = [], max(0, self.employer_fen + self.employee_fen), self.paid_fen
        for day, fen in self.dues:
            part_fen = min(max(0, fen), left_fen)
            left_fen -= part_fen
            settled_fen = min(part_fen, paid_fen)
            paid_fen -= settled_fen
            if part_fen > settled_fen:
                found.append((day, part_fen - settled_fen))
        return found


_STATED: Final = """
select bill.month, bill.kind, sum(bill.people), sum(bill.base_fen), sum(bill.employer_fen), sum(bill.employee_fen),
    coalesce((select sum(a.amount_fen) from insurance_allocation a where (a.employer, a.month, a.kind)
        = (%(employer)s, bill.month, bill.kind) and a.recorded_at <= %(known)s), 0),
    array_agg(bill.due_on order by bill.due_on), array_agg(bill.fen order by bill.due_on)
from (
    select month, kind, due_on, sum(people) as people, sum(base_fen) as base_fen, sum(employer_fen) as employer_fen,
        sum(employee_fen) as employee_fen, sum(employer_fen + employee_fen)::bigint as fen
    from insurance_statement where employer = %(employer)s and recorded_at <= %(known)s
        and (%(month)s::int is null or month = %(month)s)
    group by month, kind, due_on
) bill group by bill.month, bill.kind order by bill.month, bill.kind
"""
_LINES: Final = f"""
select line.insured, line.month, line.employer, sum(line.base_fen), {", ".join(f"sum(line.{name})" for name in AMOUNTS)}
from insurance_run run
cross join (select distinct insured, employer from insurance_enrolment
    where insured = any(%(insured)s) and employer is not null) enrolled
join insurance_line line on (line.month, line.employer, line.insured) = (run.month, enrolled.employer, enrolled.insured)
where run.kind = 'billing' and line.recorded_at <= %(known)s
group by line.insured, line.month, line.employer
"""  # noqa: S608 - fixed texts


_DOUBLED: Final = """
select insured, first_month, last_month from insurance_doubled
where insured = any(%(insured)s) and recorded_at <= %(known)s
    and (superseded_at is null or superseded_at > %(known)s)
"""


def of_employer(employer: int, month: int | None = None, known_at: datetime | None = None) -> list[Stated]:
    """What an employer was billed, by month and insurance; of one month where it is given."""
    values = {"employer": employer, "month": month, "known": known_at or _WHENEVER}
    with connection.cursor() as cursor:
        cursor.execute(_STATED, values)
        return [
            Stated(*map(_plain, (*row, tuple(zip(days, amounts, strict=True)))))
            for *row, days, amounts in cursor.fetchall()
        ]


def months_paid(insured: int, known_at: datetime | None = None) -> list[PaidMonth]:
    """A person's insured and billed months, by insurance and month, each with whether its employer has paid it."""
    return months_paid_of([insured], known_at)[insured]


def months_paid_of(people: Iterable[int], known_at: datetime | None = None) -> dict[int, list[PaidMonth]]:
    """The same of several people, by person; what their employers paid is asked once."""
    found: dict[int, list[PaidMonth]] = {insured: [] for insured in people}
    values = {"insured": list(found), "known": known_at or _WHENEVER}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        lines = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        cursor.execute(_DOUBLED, values)
        doubled = {(who, month) for who, first, last in cursor.fetchall() for month in range(first, last + 1)}
    stated = {
        (one.month, employer, one.kind): one.is_paid
        for employer in {line[2] for line in lines}
        for one in of_employer(employer, None, known_at)
    }
    for insured, month, employer, base_fen, *amounts in lines:
        shares = dict(zip(AMOUNTS, amounts, strict=True))
        for kind, names in SHARES.items():
            employer_fen, *employee_fen = (shares[name] for name in names)
            if employer_fen:
                is_doubled = kind == "pension" and (insured, month) in doubled
                state = stated[month, employer, kind], is_doubled, employer == insured
                month_of_kind = PaidMonth(kind, month, employer, base_fen, employer_fen, sum(employee_fen), *state)
                found[insured].append(month_of_kind)
    for months in found.values():
        months.sort(key=lambda one: (KINDS.index(one.kind), one.month, one.employer))
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column
    """Sums of bigint come as decimals."""
    return int(value) if isinstance(value, Decimal) else value
