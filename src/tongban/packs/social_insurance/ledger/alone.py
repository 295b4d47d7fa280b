"""Whoever pays for the pension themselves, without an employer: they come into it, choose another base, or stop.

In the books they are their own employer, so that what is billed to an employer, paid, settled, corrected and taken back
is so for them. What they choose lies between the floor and the ceiling (Social Insurance Law, 10 and 12). Late fees are
the employers' (86); whoever pays for themselves is charged none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tongban.pack_api import Database, PolicyError, RefusedError, definitions
from tongban.packs.social_insurance.ledger.contributions import base_of_level, bounds
from tongban.packs.social_insurance.ledger.declarations import Declared, declare
from tongban.packs.social_insurance.ledger.enrolments import Hire, Leave, enrol, leave, periods_of
from tongban.packs.social_insurance.ledger.months import month_within, written

KIND: Final = "pension"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The base that somebody pays for themselves on, in fen a month, from a month on."""

    insured: int
    first_month: int
    base_fen: int
    case: str
    at: datetime


def base_of(level: str, month: int) -> int:
    """The base of a level (`at-60`) in a month, in fen. Raises RefusedError where no figure is in force for it."""
    try:
        return base_of_level(definitions().rulebook, month, level)
    except PolicyError as refusal:
        raise _refused(refusal) from refusal


def insure(db: Database, chosen: Sequence[Chosen], counties: Sequence[str]) -> None:
    """Let people pay for themselves from a month on, a whole batch; a case does so once.

    Raises RefusedError for a base outside the limits, a month outside the calendar, and for somebody insured then.
    """
    for one in chosen:
        _refuse_outside(one)
    enrol(
        db,
        [
            Hire(one.insured, one.insured, (KIND,), one.first_month, county, one.case, one.at, wage_fen=one.base_fen)
            for one, county in zip(chosen, counties, strict=True)
        ],
    )


def choose(db: Database, chosen: Sequence[Chosen]) -> None:
    """Let people pay on another base from a month on, or from the first of that year in which they pay for themselves.

    Of whom the ledger has never heard there is none. Raises RefusedError for a base outside the limits, and for a year
    in which somebody does not pay for themselves.
    """
    declared = []
    for one in chosen:
        _refuse_outside(one)
        periods = [period for period in periods_of(one.insured) if period.employer == one.insured]
        if not periods:
            continue
        last = one.first_month // 12 * 12 + 11
        begun = [
            max(period.first_month, one.first_month)
            for period in periods
            if period.first_month <= last and period.end >= one.first_month
        ]
        if not begun:
            raise RefusedError(
                f"{one.first_month // 12} 年没有以个人身份参保，不能选档；先办参保登记",
                f"Nobody pays for this person themselves in {one.first_month // 12}. Enrol first, then choose a level.",
            )
        now = replace(one, first_month=min(begun))
        declared.append(Declared(now.insured, now.insured, now.first_month, now.base_fen, now.case, now.at))
    declare(db, declared)


def stop(db: Database, insured: int, last_month: int, case: str, at: datetime) -> None:
    """Nobody pays after a month; raises RefusedError for a stop before the start, or after what has ended."""
    leave(db, [Leave(insured, insured, last_month, case, at)])


def _refuse_outside(one: Chosen) -> None:
    month_within(one.first_month)
    try:
        floor_fen, ceiling_fen = bounds(definitions().rulebook, one.first_month)
    except PolicyError as refusal:
        raise _refused(refusal) from refusal
    if not floor_fen <= one.base_fen <= ceiling_fen:
        limits = f"{floor_fen / 100:,.2f}", f"{ceiling_fen / 100:,.2f}"
        raise RefusedError(
            f"{written(one.first_month)} 的缴费基数要在 {limits[0]} 和 {limits[1]} 元之间，现在是"
            f" {one.base_fen / 100:,.2f} 元",
            f"The base of {written(one.first_month)} is {limits[0]} to {limits[1]} yuan; this one is"
            f" {one.base_fen / 100:,.2f}.",
        )


def _refused(refusal: PolicyError) -> RefusedError:
    said = refusal.issues[0].text
    return RefusedError(said.zh, said.en)
