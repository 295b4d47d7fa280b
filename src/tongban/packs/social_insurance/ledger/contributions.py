"""What a person's month comes to: the law's rules, told who is in which insurance and what wage was declared.

The same rules run twice: over a table for a whole city's month, and on plain integers for one person at a window. Where
nobody declared a wage, what is due is the law's share of the month before, figure by figure (Social Insurance Law, 62);
where there was none either, it is reckoned from the floor until somebody declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import narwhals as nw

from tongban.pack_api import Rulebook, Text, in_force, integer_of, reckon, reckon_columns, value_on
from tongban.packs.social_insurance.ledger.months import first_day, month_of, written

CONTRIBUTION: Final = "social-insurance/contribution"
UNDECLARED: Final = "social-insurance/undeclared-contribution"
DUE_DAY: Final = "social-insurance/contribution-due-day"
NOTICE_DAYS: Final = "social-insurance/hire-notice-days"
NOTICED_MONTHS: Final = "social-insurance/noticed-hire-due-months"
SHARES: Final[Mapping[str, tuple[str, ...]]] = {
    "pension": ("pension_employer_fen", "pension_employee_fen"),
    "unemployment": ("unemployment_employer_fen", "unemployment_employee_fen"),
    "injury": ("injury_employer_fen",),
}
"""What each insurance asks: the employer's share, then the employee's where there is one."""
AMOUNTS: Final = tuple(name for shares in SHARES.values() for name in shares)


def due_on(book: Rulebook, month: int) -> date:
    """The day by which a month's contributions are paid. Raises ``PolicyError``."""
    return first_day(month + 1).replace(day=_value(book, DUE_DAY, first_day(month)))


def is_noticed(book: Rulebook, started_on: date, told_on: date) -> bool:
    """Whether a hire was told within the days that the law gives (Social Insurance Law, 58). Raises ``PolicyError``."""
    return told_on - started_on <= timedelta(days=_value(book, NOTICE_DAYS, told_on))


def due_after_notice(book: Rulebook, told_on: date) -> date:
    """The day by which the months of a hire that was told in time are paid whose own due day had passed by then.

    Raises ``PolicyError``.
    """
    month = month_of(told_on) + _value(book, NOTICED_MONTHS, told_on)
    return first_day(month).replace(day=_value(book, DUE_DAY, told_on))


def _value(book: Rulebook, parameter: str, on: date) -> int:
    return integer_of({parameter: value_on(book, parameter, on).value}, parameter)


def unverified(book: Rulebook, month: int) -> list[Text]:
    """The parameters that a month is billed by and whose figures have no document. Raises ``PolicyError``."""
    on = first_day(month)
    parameters = [used for rule in (CONTRIBUTION, UNDECLARED) for used in in_force(book, rule, on).parameters.values()]
    parameters += [
        (book.parameters[name], value_on(book, name, on))
        for name in (DUE_DAY, NOTICED_MONTHS)
        if name in book.parameters
    ]
    return [parameter.title for parameter, value in parameters if value.status == "unverified"]


@dataclass(frozen=True, slots=True)
class Person:
    """One person's month at one employer: insurances, the declared wage, and what the month before came to, if any."""

    kinds: frozenset[str]
    industry_class: int
    injury_level: str
    wage_fen: int | None
    before: Mapping[str, int] | None = None


def of_person(book: Rulebook, month: int, person: Person) -> dict[str, int]:
    """The base and the shares of one person in fen. Raises ``PolicyError``."""
    if person.wage_fen is None and person.before is not None:
        found = {name: _undeclared(book, month, amount_fen) for name, amount_fen in person.before.items()}
    else:
        facts = {
            "month": written(month),
            "monthly_wage_fen": person.wage_fen or 0,
            "industry_class": person.industry_class,
            "injury_level": person.injury_level,
        }
        values = reckon(book, CONTRIBUTION, facts, first_day(month)).values
        found = {name: integer_of(values, name) for name in ("base_fen", *AMOUNTS)}
    there = {"base_fen", *(name for kind in person.kinds for name in SHARES[kind])}
    return {name: amount_fen if name in there else 0 for name, amount_fen in found.items()}


def _undeclared(book: Rulebook, month: int, before_fen: int) -> int:
    facts = {"month": written(month), "last_month_amount_fen": before_fen}
    return integer_of(reckon(book, UNDECLARED, facts, first_day(month)).values, "amount_fen")


def of_people(book: Rulebook, month: int, people: Any) -> Any:  # noqa: ANN401 - a frame of any engine
    """The table with base and shares of everybody as columns, lazy; a frame of any engine goes in.

    Its columns say for each person and employer: truths `pension`, `unemployment`, `injury`; `wage_fen`, null where
    nobody declared one; `industry_class` and `injury_level`; `before_NAME` of base and shares, null where there was no
    month before. Raises ``PolicyError``.
    """
    on = first_day(month)
    frame = nw.from_native(people).lazy()
    told = frame.with_columns(month=nw.lit(month, nw.Int64()), monthly_wage_fen=nw.col("wage_fen").fill_null(0))
    frame = nw.from_native(reckon_columns(book, CONTRIBUTION, told.to_native(), on))
    is_undeclared = nw.col("wage_fen").is_null() & ~nw.col("before_base_fen").is_null()
    for name in ("base_fen", *AMOUNTS):
        told = frame.with_columns(last_month_amount_fen=nw.col(f"before_{name}").fill_null(0))
        frame = nw.from_native(reckon_columns(book, UNDECLARED, told.to_native(), on))
        due = nw.when(is_undeclared).then(nw.col("amount_fen")).otherwise(nw.col(name))
        frame = frame.with_columns(due.alias(name))
    for kind, names in SHARES.items():
        frame = frame.with_columns(
            nw.when(nw.col(kind)).then(nw.col(name)).otherwise(nw.lit(0, nw.Int64())).alias(name) for name in names
        )
    return frame.to_native()
