"""What if a parameter had another value in a month to come: who would pay how much more, before anything is decided.

Nothing is stored. The rules that bills are made by reckon the same people twice: as things stand, and with the values
supposed. A figure that nobody has set for that month yet is carried on from the last one known, on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tongban.pack_api import WHOLE, Issue, PolicyError, RefusedError, Rulebook, Text, in_force, shown
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, CONTRIBUTION, FLEXIBLE, SHARES, UNDECLARED
from tongban.packs.social_insurance.ledger.months import first_day, month_of, month_within, written
from tongban.packs.social_insurance.ledger.people import LAST_EMPLOYER, WHO, of_all, people_of

if TYPE_CHECKING:
    from tongban.policy import Dated, Parameter

BANDS_FEN: Final = (300_000, 400_000, 500_000, 600_000, 800_000, 1_000_000, 1_500_000, 2_000_000)
"""Where one band of monthly wages ends and the next begins."""
FLOOR, CEILING = "base-floor-fen", "base-ceiling-fen"
MOST_TIMES: Final = 10
"""An amount is supposed to grow to so many times what it is, at most; a rate to the whole, or to twice what it is."""
MOST_CLASSES: Final = 8
SIDES: Final = {side: [name for name in AMOUNTS if name.endswith(f"_{side}_fen")] for side in ("employer", "employee")}
LAST_BILLED: Final = "select max(month) from insurance_run where kind = 'billing' and finished_at is not null"


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure that bills go by in a month: a parameter's, or one row of its table, and where it comes from."""

    parameter: Parameter
    row: int | str | None
    value: int
    dated: Dated
    is_carried: bool

    @property
    def most(self) -> int:
        """The largest value that may be supposed."""
        return MOST_TIMES * self.value if self.parameter.kind == "fen" else max(WHOLE, 2 * self.value)


@dataclass(frozen=True, slots=True)
class Row:
    """What some people and their employers pay in a month as things stand and as supposed, in fen.

    ``touched`` counts those of the people for whom either changes. ``by`` is what they have in common.
    """

    by: int | str | None
    people: int
    touched: int
    employer_now_fen: int
    employer_then_fen: int
    employee_now_fen: int
    employee_then_fen: int

    @property
    def employer_more_fen(self) -> int:
        """What employers pay more."""
        return self.employer_then_fen - self.employer_now_fen

    @property
    def employee_more_fen(self) -> int:
        """What employees pay more."""
        return self.employee_then_fen - self.employee_now_fen


@dataclass(frozen=True, slots=True)
class Spread:
    """How the change of one person's month spreads over the people: classes of (from, to, people), none left out.

    Whoever has no change is in no class. A class ends with its larger end, below nothing it begins with its smaller.
    """

    classes: tuple[tuple[int, int, int], ...]
    more: int
    less: int
    median_fen: int
    furthest_fen: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a supposition comes to, over the people as they are known for the month ``known``."""

    known: int
    undeclared: int
    total: Row
    kinds: tuple[Row, ...]
    counties: tuple[Row, ...]
    bands: tuple[Row, ...]
    spreads: Mapping[str, Spread]


def standing(book: Rulebook, month: int) -> Rulebook:
    """The rules with each figure that ended before a month carried on into it."""
    on = first_day(month)
    return Rulebook(book.rules, {name: _carried(one, on) for name, one in book.parameters.items()}, book.formulas)


def _carried(parameter: Parameter, on: date) -> Parameter:
    latest = max((one for one in parameter.values if one.from_ <= on), key=lambda one: one.from_, default=None)
    if latest is None or latest.to is None or on <= latest.to:
        return parameter
    others = tuple(one for one in parameter.values if one is not latest)
    now = replace(latest, to=_last_day(on), status="unverified")
    return replace(parameter, values=(*others, now))


def _last_day(on: date) -> date:
    return first_day(month_of(on) + 1) - timedelta(days=1)


def settings(book: Rulebook, month: int) -> dict[str, Setting]:
    """Every figure that the bills of a month go by, by its name, in the order in which the rules read them.

    A name is a parameter's, or with a dot one row of its table: `base-floor-fen`, `injury-base-rates.2`.
    Raises ``PolicyError`` where no rule is in force, or a parameter never had a value.
    """
    whole = standing(book, month)
    found: dict[str, Setting] = {}
    for rule in (CONTRIBUTION, UNDECLARED):
        for parameter, dated in in_force(whole, rule, first_day(month)).parameters.values():
            is_carried = parameter is not book.parameters[parameter.id]
            held: Mapping[Any, int] = {None: dated.value} if isinstance(dated.value, int) else dated.value
            for row, value in held.items():
                name = parameter.id.rpartition("/")[2] + ("" if row is None else f".{row}")
                found[name] = Setting(parameter, row, value, dated, is_carried)
    return found


def issue_of_month(month: int, today: date) -> Issue | None:
    """What is wrong with a month that is supposed: it lies outside the calendar, or does not lie ahead."""
    try:
        month_within(month)
    except RefusedError as refusal:
        return Issue("out-of-range", "month", refusal.text)
    if month > month_of(today):
        return None
    first = written(month_of(today) + 1)
    text = Text(f"只能假设以后的月份，最早 {first}", f"Only a month to come can be supposed: {first} or later.")
    return Issue("out-of-range", "month", text)


def issues_of(there: Mapping[str, Setting], values: Mapping[str, int]) -> list[Issue]:
    """What is wrong with the values that are supposed instead of what is there."""
    issues = [_unknown(name, there) for name in values if name not in there]
    issues += [
        _outside(name, there[name]) for name, value in values.items() if name in there and not _fits(there[name], value)
    ]
    floor, ceiling = (values.get(name, there[name].value if name in there else 0) for name in (FLOOR, CEILING))
    if not issues and floor > ceiling:
        at = FLOOR if FLOOR in values else CEILING
        high, low = shown("fen", floor), shown("fen", ceiling)
        text = Text(f"下限 {high.zh} 高过了上限 {low.zh}", f"The floor of {high.en} is above the ceiling of {low.en}.")
        issues.append(Issue("out-of-range", at, text))
    return issues


def _fits(setting: Setting, value: int) -> bool:
    return (1 if setting.parameter.kind == "fen" else 0) <= value <= setting.most


def _outside(name: str, setting: Setting) -> Issue:
    kind, title = setting.parameter.kind, setting.parameter.title
    least, most = shown(kind, 1 if kind == "fen" else 0), shown(kind, setting.most)
    text = Text(
        f"“{title.zh}”要在 {least.zh} 和 {most.zh} 之间", f"“{title.en}” lies between {least.en} and {most.en}."
    )
    return Issue("out-of-range", name, text)


def _unknown(name: str, there: Mapping[str, Setting]) -> Issue:
    text = Text(f"账单不用叫“{name}”的参数", f"Bills go by no parameter “{name}”.")
    return Issue("unknown-parameter", name, text, next(iter(get_close_matches(name, there, n=1)), None))


def supposed(book: Rulebook, month: int, values: Mapping[str, int]) -> Rulebook:
    """The rules as they stand with other values in one month; amounts in fen, rates in ten-thousandths.

    Raises ``PolicyError`` `unknown-parameter` and `out-of-range` with everything that is wrong, and as `settings` does.
    """
    there = settings(book, month)
    issues = issues_of(there, values)
    if issues:
        raise PolicyError(*issues)
    whole, on = standing(book, month), first_day(month)
    changed = dict(whole.parameters)
    for name, value in values.items():
        setting = there[name]
        parameter = changed[setting.parameter.id]
        latest = next(one for one in parameter.values if one.from_ <= on and (one.to is None or on <= one.to))
        held = value if setting.row is None or isinstance(latest.value, int) else {**latest.value, setting.row: value}
        now = replace(latest, value=held, status="unverified", from_=on, to=_last_day(on), because=None, note=None)
        changed[parameter.id] = replace(parameter, values=(now,))
    return Rulebook(whole.rules, changed, whole.formulas)


def outcome(cursor: Any, book: Rulebook, month: int, values: Mapping[str, int]) -> Outcome:  # noqa: ANN401 - Django's cursor
    """What values supposed for a month come to. Reads who is insured, in the transaction that it is called in.

    The people are those known for that month, or for the month after the last that was billed where it comes first:
    what somebody owes whose wage is not declared goes by a month that was billed. Raises ``PolicyError`` as `supposed`
    does, ``PlatformError`` `employers-unrated`.
    """
    then = supposed(book, month, values)
    cursor.execute(LAST_BILLED)
    [(last,)] = cursor.fetchall()
    known = month if last is None else min(month, last + 1)
    people = people_of(cursor, known, 0, LAST_EMPLOYER)
    found = compared(standing(book, month), then, month, people)
    return Outcome(
        known,
        people["wage_fen"].null_count(),
        in_all(found),
        of_kinds(found),
        summed(found, pl.col("county")),
        summed(found, band()),
        {side: spread(found[f"{side}_more_fen"]) for side in SIDES},
    )


def compared(now: Rulebook, then: Rulebook, month: int, people: pl.DataFrame) -> pl.DataFrame:
    """Each of some people with county, wage, insurances, every share by both books (`…_now`, `…_then`), and what the
    employer and the employee pay more (`employer_more_fen`, `employee_more_fen`). Raises ``PolicyError``.
    """
    frames = [
        _owed(book, month, people).select(pl.col(AMOUNTS).name.suffix(f"_{when}"))
        for when, book in {"now": now, "then": then}.items()
    ]
    found = pl.concat([people.select("county", "wage_fen", *SHARES), *frames], how="horizontal")
    more = [
        pl.sum_horizontal(pl.col(f"{name}_then") - pl.col(f"{name}_now") for name in names).alias(f"{side}_more_fen")
        for side, names in SIDES.items()
    ]
    whole: pl.DataFrame = found.with_columns(more)
    return whole


def _owed(book: Rulebook, month: int, people: pl.DataFrame) -> pl.DataFrame:
    """What each of the people owes, by employer; what somebody pays for themselves is their own, whole."""
    parts = of_all(book, month, people)
    if FLEXIBLE not in parts:
        return parts[CONTRIBUTION]
    whole = {"pension_employee_fen": pl.sum_horizontal(SHARES["pension"]), "pension_employer_fen": pl.lit(0, pl.Int64)}
    return pl.concat([parts[CONTRIBUTION], parts[FLEXIBLE].with_columns(**whole)]).sort(WHO)


def summed(found: pl.DataFrame, by: pl.Expr) -> tuple[Row, ...]:
    """One row for each value of ``by``, in order, nothing last."""
    rows = found.group_by(by.alias("by")).agg(people=pl.len(), **_sums(AMOUNTS))
    return tuple(Row(**row) for row in rows.sort("by", nulls_last=True).rows(named=True))


def in_all(found: pl.DataFrame) -> Row:
    """Everybody in one row."""
    return Row(None, **found.select(people=pl.len(), **_sums(AMOUNTS)).row(0, named=True))


def of_kinds(found: pl.DataFrame) -> tuple[Row, ...]:
    """One row for each insurance."""
    told = {kind: found.select(people=pl.col(kind).sum(), **_sums(names)) for kind, names in SHARES.items()}
    return tuple(Row(kind, **row.row(0, named=True)) for kind, row in told.items())


def _sums(names: Sequence[str]) -> dict[str, pl.Expr]:
    """What a row counts and adds up, over some of the shares."""
    changes = pl.any_horizontal(pl.col(f"{name}_then") != pl.col(f"{name}_now") for name in names)
    amounts = {
        f"{side}_{when}_fen": pl.sum_horizontal(pl.lit(0), *(f"{name}_{when}" for name in names if name in of)).sum()
        for side, of in SIDES.items()
        for when in ("now", "then")
    }
    return {"touched": changes.sum(), **amounts}


def band() -> pl.Expr:
    """The upper end of the wage band in fen; beyond the last it is 1 more than that, null where none is declared."""
    found = pl.lit(BANDS_FEN[-1] + 1, pl.Int64)
    for end in reversed(BANDS_FEN):
        found = pl.when(pl.col("wage_fen") <= end).then(pl.lit(end, pl.Int64)).otherwise(found)
    return pl.when(pl.col("wage_fen").is_not_null()).then(found)


def spread(changes: pl.Series) -> Spread:
    """How changes in fen spread, in up to `MOST_CLASSES` equal classes of round ends, from nothing to the furthest."""
    moved = changes.filter(changes != 0)
    if moved.is_empty():
        return Spread((), 0, 0, 0, 0)
    least, most = int(moved.min()), int(moved.max())  # type: ignore[arg-type] # there are some
    step = next(one for one in _round_steps() if _place(max(most, 0), one) - _place(min(least, 0), one) < MOST_CLASSES)
    place = pl.when(pl.col("change") > 0).then(pl.col("change") - 1).otherwise(pl.col("change")) // step
    counted = dict(pl.DataFrame({"change": moved}).group_by(place.alias("place")).len().rows())
    reach = range(_place(min(least, 1), step), _place(max(most, -1), step) + 1)
    return Spread(
        tuple((place * step, (place + 1) * step, counted.get(place, 0)) for place in reach),
        int((moved > 0).sum()),
        int((moved < 0).sum()),
        int(moved.quantile(0.5, "lower") or 0),
        most if most > -least else least,
    )


def _place(change: int, step: int) -> int:
    """The class of a change, counted from nothing: -1 is just below it, 0 just above."""
    return (change - 1) // step if change > 0 else change // step


def _round_steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 25, 50, 100, 200, 250 …"""
    yield from (1, 2, 5)
    for tens in count(1):
        yield from (one * 10**tens for one in (1, 2))
        yield 25 * 10 ** (tens - 1)
        yield 5 * 10**tens
