"""Who is insured by employers or alone in a month, at what wage and in which risk class, and what each owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from tongban.pack_api import PlatformError, Rulebook
from tongban.packs.social_insurance.ledger.contributions import (
    AMOUNTS,
    CONTRIBUTION,
    FLEXIBLE,
    SHARES,
    of_people,
    of_those_alone,
)
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.models import LEVELS

SHOWN: Final = 5
LAST_EMPLOYER: Final = 2**63 - 1
"""The highest number that an employer may have; with it `done_to` of a run ends."""
MEMORY: Final = "set local work_mem = '256MB'"
OWN: Final = "superseded_at is null and employer > %(after)s and employer <= %(upto)s and first_month <= %(month)s"
RATINGS: Final = f"""
select distinct on (employer) employer, county, industry_class, injury_level
from insurance_rating where {OWN} order by employer, first_month desc
"""  # noqa: S608 - fixed texts
NOT_YET_RATED: Final = """
select employer, max(county), 1, 'base' from insurance_enrolment
where employer = any(%(employers)s) and superseded_at is null group by employer
having not bool_or(kind = 'injury' and first_month <= %(month)s and (last_month is null or last_month >= %(month)s))
"""
"""An employer whose work-injury insurance is still to come is in no class; it owes nothing that goes by one."""
ENROLLED: Final = f"""
select array_agg(employer), array_agg(insured), array_agg(kinds) from (
    select employer, insured, bit_or(case kind when 'pension' then 1 when 'unemployment' then 2 else 4 end) as kinds
    from insurance_enrolment
    where {OWN} and (last_month is null or last_month >= %(month)s) and kind <> 'resident' group by employer, insured
) people
"""  # noqa: S608 - as above
DECLARED: Final = f"""
select array_agg(employer), array_agg(insured), array_agg(first_month), array_agg(wage_fen)
from insurance_wage where {OWN}
"""  # noqa: S608 - as above
"""What is many rows comes as arrays: to be handed row after row would cost more than all the rest."""
RATED: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "employer": pl.Int64,
    "county": pl.String,
    "industry_class": pl.Int64,
    "injury_level": pl.Enum(LEVELS),
}
BEFORE: Final = f"""
select employer, insured, sum(base_fen)::bigint, {", ".join(f"sum({name})::bigint" for name in AMOUNTS)}
from insurance_line join unnest(%s::bigint[], %s::bigint[]) as undeclared (employer, insured) using (employer, insured)
where month = %s group by employer, insured having sum(base_fen) <> 0
"""  # noqa: S608 - as above
FIGURES_BEFORE: Final = tuple(f"before_{name}" for name in ("base_fen", *AMOUNTS))
WHO: Final = ("employer", "insured")


def people_of(cursor: Any, month: int, after: int, upto: int) -> pl.DataFrame:  # noqa: ANN401 - Django's cursor
    """Everybody insured by the employers after one up to another, by employer, as `contributions.of_people` wants them.

    Sets the memory of the transaction that it is called in. Raises ``PlatformError`` `employers-unrated`.
    """
    span = {"month": month, "after": after, "upto": upto}
    cursor.execute(MEMORY)
    people = _arrays(cursor, ENROLLED, span, (*WHO, "kinds"))
    wages = _arrays(cursor, DECLARED, span, (*WHO, "first_month", "wage_fen")).sort("first_month")
    people = people.join(wages.drop("first_month").unique(WHO, keep="last"), on=WHO, how="left")
    cursor.execute(RATINGS, span)
    ratings = pl.DataFrame(cursor.fetchall(), schema=RATED, orient="row")
    unrated = people.join(ratings, on="employer", how="anti")["employer"].unique().to_list()
    if unrated:
        cursor.execute(NOT_YET_RATED, {"employers": unrated, "month": month})
        ratings = ratings.vstack(pl.DataFrame(cursor.fetchall(), schema=RATED, orient="row"))
    people = people.join(ratings, on="employer", how="left").sort(WHO)
    _refuse_unrated(people, month)
    undeclared = people.filter(pl.col("wage_fen").is_null())
    cursor.execute(BEFORE, [*(undeclared[each].to_list() for each in WHO), month - 1])
    before = pl.DataFrame(cursor.fetchall(), schema=dict.fromkeys((*WHO, *FIGURES_BEFORE), pl.Int64), orient="row")
    return people.join(before, on=WHO, how="left", maintain_order="left").with_columns(
        (pl.col("kinds") // 2**place % 2 == 1).alias(kind) for place, kind in enumerate(SHARES)
    )


def of_all(book: Rulebook, month: int, people: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The people that employers insure and those who pay for themselves, each with what they owe, by the rule that they
    owe it by; ``people`` as ``of_people`` wants them. Raises ``PolicyError``.
    """
    alone = people.filter(pl.col("employer") == pl.col("insured"))
    employed = people if alone.is_empty() else people.filter(pl.col("employer") != pl.col("insured"))
    reckonings = {CONTRIBUTION: (of_people, employed), FLEXIBLE: (of_those_alone, alone)}
    return {
        rule: function(book, month, some).select(*people.columns, "base_fen", *AMOUNTS).collect(engine="streaming")
        for rule, (function, some) in reckonings.items()
        if rule == CONTRIBUTION or not alone.is_empty()
    }


def _arrays(cursor: Any, query: str, span: Mapping[str, int], names: Sequence[str]) -> pl.DataFrame:  # noqa: ANN401 - as above
    cursor.execute(query, span)
    columns = zip(names, cursor.fetchone(), strict=True)
    return pl.DataFrame({name: values or [] for name, values in columns}, schema=dict.fromkeys(names, pl.Int64))


def _refuse_unrated(people: pl.DataFrame, month: int) -> None:
    unrated = people.filter(pl.col("county").is_null())["employer"].unique().sort().to_list()
    if unrated:
        some = ", ".join(str(employer) for employer in unrated[:SHOWN])
        raise PlatformError(
            "employers-unrated",
            zh=f"{written(month)} 有 {len(unrated)} 家单位没有工伤费率类别，从它们起还没有出账单：{some}。",
            en=f"{len(unrated)} employers have no injury class in {written(month)}; not billed from here: {some}.",
            do_zh="先给它们定类别，再运行一次；已经出的不会重复。",
            do_en="Rate them, then run it again; nobody is billed twice.",
        )
