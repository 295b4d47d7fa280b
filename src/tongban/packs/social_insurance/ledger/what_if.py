"""What if a parameter had another value in a month: who would pay how much more, before anything is decided.

Nothing is stored. The same rules reckon the same people twice: as they are in a month, and with the values supposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import polars as pl

from tongban.pack_api import PlatformError, Rulebook
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, of_people
from tongban.packs.social_insurance.ledger.months import first_day

BANDS_FEN: Final = (300_000, 400_000, 500_000, 600_000, 800_000, 1_000_000, 1_500_000, 2_000_000)
"""Where one band of monthly wages ends and the next begins."""
STEPS_FEN: Final = (-10_000, -5_000, -2_000, -1, 0, 2_000, 5_000, 10_000)
"""Where the classes of a change end: what an employee pays more a month is at most this."""
_SIDES: Final = {
    "employer": [name for name in AMOUNTS if name.endswith("_employer_fen")],
    "employee": [name for name in AMOUNTS if name.endswith("_employee_fen")],
}


def supposed(book: Rulebook, month: int, values: Mapping[str, int]) -> Rulebook:
    """The rules with other values in one month. A name is a parameter's, or with a dot one row of its table.

    `base-floor-fen`, `injury-base-rates.2`. Raises ``PlatformError`` `unknown-parameter`.
    """
    changed = dict(book.parameters)
    first, last = first_day(month), first_day(month + 1) - timedelta(days=1)
    for name, value in values.items():
        short, _, row = name.partition(".")
        full = f"social-insurance/{short}"
        if full not in changed:
            raise _unknown(name)
        parameter = changed[full]
        latest = next((one for one in parameter.values if one.from_ == first and one.to == last), parameter.values[-1])
        held: int | dict[int | str, int] = value
        if row or not isinstance(latest.value, int):
            rows = {} if isinstance(latest.value, int) else dict(latest.value)
            key = next((each for each in rows if str(each) == row), None)
            if key is None:
                raise _unknown(name)
            held = rows | {key: value}
        now = replace(latest, value=held, status="unverified", from_=first, to=last, because=None, note=None)
        changed[full] = replace(parameter, values=(now,))
    return Rulebook(book.rules, changed, book.formulas)


def _unknown(name: str) -> PlatformError:
    return PlatformError(
        "unknown-parameter",
        zh=f"没有叫“{name}”的参数。",
        en=f"There is no parameter “{name}”.",
        do_zh="参数的名字在社会保险定义包的 policy/contribution.yaml 里；表里的一行写成 injury-base-rates.2。",
        do_en="Their names stand in policy/contribution.yaml of the pack; a row of a table is injury-base-rates.2.",
    )


def compared(now: tuple[Rulebook, int], then: tuple[Rulebook, int], people: pl.DataFrame) -> pl.DataFrame:
    """Each of some people with county, wage, and what employer and employee pay in one month and in another.

    A month goes with the rules it is reckoned by; who has no declared wage is left out. Raises ``PolicyError``.
    """
    declared = people.filter(pl.col("wage_fen").is_not_null())
    frames = []
    for when, (book, month) in {"now": now, "then": then}.items():
        reckoned = of_people(book, month, declared).collect(engine="streaming")
        frames.append(
            reckoned.select(pl.sum_horizontal(names).alias(f"{side}_{when}_fen") for side, names in _SIDES.items())
        )
    whole: pl.DataFrame = pl.concat([declared.select("county", "wage_fen"), *frames], how="horizontal")
    return whole


def summed(people: pl.DataFrame, by: pl.Expr) -> list[dict[str, Any]]:
    """How many people, and what both sides pay in the one month and the other, for each value of ``by``, in order."""
    amounts = [f"{side}_{when}_fen" for side in _SIDES for when in ("now", "then")]
    rows = people.group_by(by.alias("by")).agg(pl.len().alias("people"), *(pl.sum(name) for name in amounts))
    return rows.sort("by").rows(named=True)


def county() -> pl.Expr:
    """The employer's county."""
    return pl.col("county")


def band() -> pl.Expr:
    """The upper end of the wage band in fen; beyond the last it is 1 more than that."""
    return _upto("wage_fen", BANDS_FEN)


def step() -> pl.Expr:
    """Up to how much more in fen an employee pays; beyond the last it is 1 more than that."""
    return _upto(pl.col("employee_then_fen") - pl.col("employee_now_fen"), STEPS_FEN)


def _upto(value: str | pl.Expr, ends: tuple[int, ...]) -> pl.Expr:
    found = pl.lit(ends[-1] + 1, pl.Int64)
    column = pl.col(value) if isinstance(value, str) else value
    for end in reversed(ends):
        found = pl.when(column <= end).then(pl.lit(end, pl.Int64)).otherwise(found)
    return found
