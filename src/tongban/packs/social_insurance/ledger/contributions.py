"""What a person's month comes to: the law's rules, told who is in which insurance and what wage was declared, or which
base somebody who pays for themselves has chosen.

The same rules run twice: over a table for a whole city's month, and on plain integers for one person at a window. Where
nobody declared a wage, what is due is the law's share of the month before, figure by figure (Social Insurance Law, 62);
where there was none either, it is reckoned from the floor until somebody declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import narwhals as nw

from tongban.pack_api import Rulebook, Text, in_force, integer_of, reckon, reckon_columns, value_on
from tongban.packs.social_insurance.ledger.months import first_day, month_of, written

CONTRIBUTION: Final = "social-insurance/contribution"
UNDECLARED: Final = "social-insurance/undeclared-contribution"
FLEXIBLE: Final = "social-insurance/flexible-contribution"
"""What whoever pays for themselves pays for the pension: the account's part stands as the employee's share, the rest,
which goes to the fund, as the employer's."""
LEVEL: Final = "social-insurance/flexible-base"
DUE_DAY: Final = "social-insurance/contribution-due-day"
FLOOR: Final = "social-insurance/base-floor-fen"
CEILING: Final = "social-insurance/base-ceiling-fen"
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


def base_of_level(book: Rulebook, month: int, level: str) -> int:
    """The base in fen that somebody who pays for themselves chooses by a level (`at-60`). Raises ``PolicyError``."""
    values = reckon(book, LEVEL, {"month": written(month), "level": level}, first_day(month)).values
    return integer_of(values, "chosen_base_fen")


def bounds(book: Rulebook, month: int) -> tuple[int, int]:
    """The lowest and the highest base of a month in fen. Raises ``PolicyError``."""
    on = first_day(month)
    return _value(book, FLOOR, on), _value(book, CEILING, on)


def unverified(book: Rulebook, month: int, rules: Sequence[str] = (CONTRIBUTION, UNDECLARED)) -> list[Text]:
    """The parameters that a month is billed by and whose figures have no document. Raises ``PolicyError``."""
    on = first_day(month)
    parameters = [used for rule in rules for used in in_force(book, rule, on).parameters.values()]
    parameters += [
        (book.parameters[name], value_on(book, name, on))
        for name in (DUE_DAY, NOTICED_MONTHS)
        if name in book.parameters
    ]
    return [parameter.title for parameter, value in parameters if value.status == "unverified"]


@dataclass(frozen=True, slots=True)
class Person:
    """One person's month at one employer: insurances, the declared wage, and what the month before came to, if any.

    Of whoever ``pays_alone`` the wage is the base that they chose.
    """

    kinds: frozenset[str]
    industry_class: int
    injury_level: str
    wage_fen: int | None
    before: Mapping[str, int] | None = None
    pays_alone: bool = False


def of_person(book: Rulebook, month: int, person: Person) -> dict[str, int]:
    """The base and the shares of one person in fen. Raises ``PolicyError``."""
    if person.pays_alone:
        found = _alone(book, month, person.wage_fen or 0)
    elif person.wage_fen is None and person.before is not None:
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


def _alone(book: Rulebook, month: int, base_fen: int) -> dict[str, int]:
    facts = {"month": written(month), "monthly_wage_fen": base_fen}
    values = reckon(book, FLEXIBLE, facts, first_day(month)).values
    found = dict.fromkeys(AMOUNTS, 0) | {name: integer_of(values, name) for name in ("base_fen", "pension_fen")}
    account_fen = integer_of(values, "account_fen")
    return found | {"pension_employee_fen": account_fen, "pension_employer_fen": found.pop("pension_fen") - account_fen}


def _undeclared(book: Rulebook, month: int, before_fen: int) -> int:
    facts = {"month": written(month), "last_month_amount_fen": before_fen}
    return integer_of(reckon(book, UNDECLARED, facts, first_day(month)).values, "amount_fen")


def of_those_alone(book: Rulebook, month: int, people: Any) -> Any:  # noqa: ANN401 - a frame of any engine
    """As ``of_people``, of those who pay for themselves; `wage_fen` is the base that they chose."""
    told = nw.from_native(people).lazy()
    told = told.with_columns(month=nw.lit(month, nw.Int64()), monthly_wage_fen=nw.col("wage_fen").fill_null(0))
    frame = nw.from_native(reckon_columns(book, FLEXIBLE, told.to_native(), first_day(month)))
    shares = {name: nw.lit(0, nw.Int64()) for name in AMOUNTS}
    shares["pension_employee_fen"] = nw.col("account_fen")
    shares["pension_employer_fen"] = nw.col("pension_fen") - nw.col("account_fen")
    return frame.with_columns(**shares).to_native()


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
