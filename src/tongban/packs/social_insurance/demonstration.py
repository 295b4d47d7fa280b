"""What a demonstration city finds in the ledger: three employers, billed month by month for years, and their people.

All of it is done by what cases and banks do it with, so its books agree like any others: people are enrolled, months
billed, money received, a wage corrected, a year's interest credited. None of the figures is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tongban.pack_api import Database, PolicyError, definitions, in_force, now, subjects
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.contributions import CONTRIBUTION, due_on
from tongban.packs.social_insurance.ledger.corrections import Touched, bill_differences
from tongban.packs.social_insurance.ledger.declarations import Declared, declare
from tongban.packs.social_insurance.ledger.enrolments import Hire, enrol
from tongban.packs.social_insurance.ledger.months import first_day, month_of, written
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.postings import rule_on
from tongban.packs.social_insurance.ledger.statements import of_employer
from tongban.packs.social_insurance.ledger.taking_over import Former, take

CASE: Final = "demonstration"
FIRST: Final = 2022 * 12
"""The first month that is billed; what was before was taken over."""
THREE, OF_INSTITUTIONS = ("pension", "unemployment", "injury"), ("unemployment", "injury")
COUNTY: Final = "430211"
USUAL_WAGE_FEN, STEP_FEN = 430_000, 35_000
LATE_DAYS, PAID_ON = 20, 10
CREDITED_FEN = 36_000
"""What a month before the first bill left in an account, interest and all."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody by ID number: insured since a month, perhaps before the first bill, and until one."""

    id_number: str
    since: tuple[int, int]
    wage_fen: int
    until: int | None = None  # how many months ago the last one was; None where it goes on


@dataclass(frozen=True, slots=True)
class Firm:
    """An employer by credit code; `others` residents without work come to work there. `owes` months are not paid."""

    code: str
    industry_class: int
    kinds: tuple[str, ...]
    workers: tuple[Worker, ...]
    others: int
    owes: int = 0


FIRMS: Final = (
    Firm(
        "914302000000000192", 3, THREE,
        (
            Worker("430200199002060093", (2019, 4), 980_000),
            Worker("430200199405120089", (2017, 7), 650_000),
            Worker("430200199209170070", (2016, 9), 720_000),
            Worker("430200197403059078", (2014, 11), 560_000, until=1),
        ),
        others=14, owes=1,
    ),
    Firm(
        "914302000000003180", 5, THREE,
        (
            Worker("430200196606200030", (1995, 11), 880_000),
            Worker("430200199107150124", (2014, 8), 610_000),
            Worker("430200197609250070", (2020, 5), 560_000),
        ),
        others=5,
    ),
    Firm("12430200000000211R", 1, OF_INSTITUTIONS, (Worker("430200199901150121", (2021, 9), 590_000),), others=4),
)  # fmt: skip


def populate(residents: Sequence[int], db: Database) -> None:
    """Fill the ledger of a new demonstration city. `residents` are people in working age without a job, by id.

    An employer or a person that the city does not have is passed over.
    """
    at, spare = now(), iter(residents)
    months = _months(at)
    known = subjects("base/Organisation", [firm.code for firm in FIRMS])
    firms = {known[firm.code]: firm for firm in FIRMS if firm.code in known and months}
    hires = [hire for employer, firm in firms.items() for hire in _hires(employer, firm, spare, months, at)]
    take(db, f"{CASE}/before", [former for firm in firms.values() for former in _formers(firm)], at)
    enrol(db, hires)
    _begin(db, months, at)
    here = [(hire.insured, hire.employer) for hire in hires if hire.employer is not None]
    bill_differences(db, [Touched(insured, employer, FIRST, CASE, at) for insured, employer in here])
    for employer, firm in firms.items():
        _raise(db, employer, firm, months, at)
        _pay(db, employer, months[: len(months) - firm.owes], at)
    for year in range(FIRST // 12, at.year):
        try:
            credit_interest(db, year, at)
        except PolicyError:
            return  # no rate is published for it yet


def _months(at: datetime) -> list[int]:
    """The months to be billed by now, as far as the rules reach."""
    book, found = definitions().rulebook, []
    for month in range(FIRST, month_of(at.date())):
        try:
            in_force(book, CONTRIBUTION, first_day(month))
            due_on(book, month)
        except PolicyError:
            break
        found.append(month)
    return found


def _hires(employer: int, firm: Firm, spare: Iterator[int], months: Sequence[int], at: datetime) -> Iterator[Hire]:
    """Everybody who works there."""
    known = subjects("base/Person", [one.id_number for one in firm.workers])
    workers = [(known[one.id_number], one) for one in firm.workers if one.id_number in known]
    wages = (USUAL_WAGE_FEN + STEP_FEN * (number * 7 % 11) for number in range(firm.others))
    workers += [(insured, Worker("", (2022, 1), wage_fen)) for insured, wage_fen in zip(spare, wages, strict=False)]
    for insured, one in workers:
        since = one.since[0] * 12 + one.since[1] - 1
        last = None if one.until is None else months[-1] + 1 - one.until
        yield Hire(
            insured, employer, firm.kinds, max(since, FIRST), COUNTY, CASE, at, one.wage_fen, firm.industry_class, last
        )


def _formers(firm: Firm) -> Iterator[Former]:
    """What was taken over of those who worked before the first bill."""
    known = subjects("base/Person", [one.id_number for one in firm.workers])
    for one in firm.workers:
        since = one.since[0] * 12 + one.since[1] - 1
        if one.id_number in known and since < FIRST:
            for kind in firm.kinds:
                account_fen = CREDITED_FEN * (FIRST - since) if kind == "pension" else 0
                yield Former(known[one.id_number], COUNTY, kind, since, FIRST - 1, account_fen)


def _begin(db: Database, months: Sequence[int], at: datetime) -> None:
    """Let the months be billed for nobody: whoever is touched afterwards gets a first bill."""
    catalog = definitions()
    db.executemany(
        "insert into insurance_run (kind, month, publication, rules, started_at, finished_at, done_to, employers,"
        " people) values ('billing', %s, %s, jsonb_build_object(%s::text, %s::text), %s, %s, 0, 0, 0)",
        [
            (month, catalog.digest, CONTRIBUTION, rule_on(catalog.rulebook, CONTRIBUTION, first_day(month)), at, at)
            for month in months
        ],
    )


def _raise(db: Database, employer: int, firm: Firm, months: Sequence[int], at: datetime) -> None:
    """The second worker earns more since the month before last, which was billed without it and is corrected."""
    known = subjects("base/Person", [one.id_number for one in firm.workers[1:2]])
    for insured in known.values():
        wage_fen = firm.workers[1].wage_fen + STEP_FEN
        declare(db, [Declared(insured, employer, months[-2], wage_fen, f"{CASE}/2", at)])


def _pay(db: Database, employer: int, months: Sequence[int], at: datetime) -> None:
    """Each year is paid for in January, beforehand; the last of the months alone, and too late."""
    owed = dict.fromkeys(months, 0)
    for one in of_employer(employer):
        if one.month in owed:
            owed[one.month] += one.owed_fen
    late = min(due_on(definitions().rulebook, months[-1]) + timedelta(days=LATE_DAYS), at.date())
    received = [
        Received(f"{CASE}-{employer}-{year}", employer, sum(fens), date(year, 1, PAID_ON))
        for year in sorted({month // 12 for month in months})
        if any(fens := [fen for month, fen in owed.items() if month // 12 == year and month != months[-1]])
    ]
    received.append(Received(f"{CASE}-{employer}-{written(months[-1])}", employer, owed[months[-1]], late))
    receive(db, f"{CASE}-{employer}", received, sum(one.amount_fen for one in received), at)
