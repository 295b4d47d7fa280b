"""A made-up insured population: people, employers, wages and risk classes in numbers that no register has.

None of them exists. Their numbers begin at `FIRST` and `FIRST_EMPLOYER`, far beyond the registry's, and every row names
the case `synthetic`.
Employers are few large and many small, wages are about log-normal, and in the month that it is made for some joined,
some have left, some have another wage and some have none declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from django.db import connection, connections, transaction

from tongban.pack_api import PlatformError, is_real_city, now
from tongban.packs.social_insurance.ledger.billing import copied
from tongban.packs.social_insurance.ledger.contributions import SHARES

FIRST: Final = 10**12
"""The first number of a made-up person."""
FIRST_EMPLOYER: Final = 2 * FIRST
"""The first number of a made-up employer: whoever had a person's would be somebody who pays for themselves."""
PEOPLE_AT_ONCE: Final = 200_000
PEOPLE_AN_EMPLOYER: Final = 26
SKEW: Final = 2.2
"""How uneven employers are: among 50,000 the largest has 1 of 140 people."""
LOTS: Final = {"joined": 0.01, "left": 0.01, "raised": 0.02, "undeclared": 0.005, "injury alone": 0.035}
"""What parts of the people something is different for; nothing is for all others."""
MONTHS_BACK: Final = 58
USUAL_WAGE_FEN: Final = 620_000
CASE: Final = "synthetic"
LEVELS: Final = ("base",) * 7 + ("down-1", "up-1", "up-2")


@dataclass(frozen=True, slots=True)
class Population:
    """How many were made; nobody where there was a made-up population already."""

    people: int
    employers: int


def make(people: int, month: int, counties: Sequence[str]) -> Population:
    """Make so many insured people, as they are in a month, in one transaction.

    Raises ``PlatformError`` `real-city`.
    """
    if is_real_city():
        raise PlatformError(
            "real-city",
            zh="这是真实城市，不造合成的参保人。",
            en="This is a real city: no synthetic insured people are made in it.",
            do_zh="请在演示城市里操作（make demo）。",
            do_en="Do it in a demonstration city (make demo).",
        )
    employers = max(1, people // PEOPLE_AN_EMPLOYER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select exists (select from insurance_rating where employer >= %s)", [FIRST_EMPLOYER])
        if cursor.fetchone() == (True,):
            return Population(0, 0)
        copied(cursor, "insurance_rating", _marked(_ratings(employers, month, counties)))
        for begin in range(0, people, PEOPLE_AT_ONCE):
            some = _people(range(begin, min(people, begin + PEOPLE_AT_ONCE)), employers, month, counties)
            copied(cursor, "insurance_enrolment", _marked(_enrolments(some)))
            copied(cursor, "insurance_wage", _marked(_wages(some, month)))
    with connections["owner"].cursor() as cursor:  # or a month is planned for tables that look empty
        cursor.execute("analyze insurance_enrolment, insurance_wage, insurance_rating")
    return Population(people, employers)


def _drawn(of: str, seed: int) -> pl.Expr:
    """A number between 0 and 1 for each of a column, the same each time."""
    return (pl.col(of).hash(seed) % 2**40) / 2**40


def _one_of(values: Sequence[object], of: str, seed: int) -> pl.Expr:
    return (pl.col(of).hash(seed) % len(values)).replace_strict(dict(enumerate(values)))


def _county(counties: Sequence[str]) -> pl.Expr:
    return _one_of(counties, "employer", 1)


def _ratings(employers: int, month: int, counties: Sequence[str]) -> pl.DataFrame:
    numbers = range(FIRST_EMPLOYER, FIRST_EMPLOYER + employers)
    known = pl.DataFrame({"employer": numbers}, schema={"employer": pl.Int64})
    return known.with_columns(
        first_month=month - 1 - MONTHS_BACK,
        county=_county(counties),
        industry_class=1 + (_drawn("employer", 2) ** 2 * 8).cast(pl.Int64),
        injury_level=_one_of(LEVELS, "employer", 3),
    )


def _people(numbers: range, employers: int, month: int, counties: Sequence[str]) -> pl.DataFrame:
    """One row for each person: where, from when, until when, and the wage."""
    people = pl.DataFrame({"insured": range(FIRST + numbers.start, FIRST + numbers.stop)}, schema={"insured": pl.Int64})
    bell = sum((_drawn("insured", seed) for seed in range(10, 16)), start=pl.lit(-3.0))  # about normal, σ = 0.7
    lot, upto = pl.lit("usual"), sum(LOTS.values())
    for name, part in reversed(LOTS.items()):
        lot = pl.when(_drawn("insured", 4) < upto).then(pl.lit(name)).otherwise(lot)
        upto -= part
    people = people.with_columns(lot=lot)
    earlier = month - 1 - (_drawn("insured", 6) * MONTHS_BACK).cast(pl.Int64)
    people = people.with_columns(
        employer=FIRST_EMPLOYER + (_drawn("insured", 5) ** SKEW * employers).cast(pl.Int64),
        first_month=pl.when(pl.col("lot") == "joined").then(pl.lit(month, pl.Int64)).otherwise(earlier),
        last_month=pl.when(pl.col("lot") == "left").then(month - 1),
        wage_fen=(USUAL_WAGE_FEN * (bell * 0.7).exp()).cast(pl.Int64) // 1_000 * 1_000,
    )
    return people.with_columns(county=_county(counties))


def _enrolments(people: pl.DataFrame) -> pl.DataFrame:
    kinds = pl.DataFrame({"kind": list(SHARES)})
    held = people.join(kinds, how="cross").filter((pl.col("lot") != "injury alone") | (pl.col("kind") == "injury"))
    return held.select("insured", "employer", "kind", "first_month", "last_month", "county")


def _wages(people: pl.DataFrame, month: int) -> pl.DataFrame:
    """What was declared; a raise is a second row, from this month on, and nothing was declared for the undeclared."""
    declared = people.filter(pl.col("lot") != "undeclared").select("insured", "employer", "first_month", "wage_fen")
    raised = people.filter(pl.col("lot") == "raised").select(
        "insured", "employer", pl.lit(month, pl.Int64).alias("first_month"), pl.col("wage_fen") * 11 // 10
    )
    return pl.concat([declared, raised])


def _marked(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(case=pl.lit(CASE), recorded_at=pl.lit(now().isoformat()))
