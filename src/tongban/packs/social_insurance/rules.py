"""Numbers, months and days of social insurance: what a matter is called, from when it counts, how long a span is.

A month is written as a day in it; spans count both ends, as contributions do. Amounts of contributions, late fees and
transfers belong to the pack's policy, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.packs.base.rules import age, sex

PROVINCE_DIGITS = 2
TEMPORARY_ACCOUNT_AGE_YEARS = {"male": 50, "female": 40}


def is_household_in_province(household_region: str, residence_region: str, *, on: date) -> bool:
    """Whether the household lies in the province that the person lives in (GB/T 2260: its first two digits)."""
    return household_region[:PROVINCE_DIGITS] == residence_region[:PROVINCE_DIGITS]


def may_open_regular_account(id_number: str, *, on: date) -> bool:
    """Whether the age lets a newcomer open a regular account: men below 50, women below 40 (国办发〔2009〕66号)."""
    return age(id_number, on=on) < TEMPORARY_ACCOUNT_AGE_YEARS[sex(id_number, on=on)]


def missing_months(paid_months: int, required_months: int, *, on: date) -> int:
    """Months that are missing for a pension; none where enough are paid."""
    return max(0, required_months - paid_months)


def months_of(first: date, last: date, *, on: date) -> int:
    """Months from the one to the other, both counted; none where the last comes before the first."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month + 1)


def matter_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a matter of social insurance: two letters, the year and seven digits."""
    return f"SB{on:%y}{serial % 10_000_000:07d}"


def certificate_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a certificate, voucher or record."""
    return f"ZM{on:%y}{serial % 10_000_000:07d}"


def public_body_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A public body's number: its county, the letters JG and six digits."""
    return f"{facts['employer.region']}JG{serial % 1_000_000:06d}"


def today(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The day on which the case is decided."""
    return on


def a_year_later(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the same month a year later: by then an entitlement is checked again."""
    return _month(on, 12)


def next_month(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the decision."""
    return _month(on, 1)


def month_after(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the only day given."""
    return _month(_only_day(facts), 1)


def months_later(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month that comes so many months after a given one."""
    return _month(_only_day(facts), _only_count(facts))


def last_month(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The last of so many months that begin with a given one; that month where none is left."""
    return _month(_only_day(facts), max(0, _only_count(facts) - 1))


def last_instalment(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month of the last of so many monthly instalments, the first of them next month."""
    return _month(on, max(1, _only_count(facts)))


def instalment_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """An equal instalment in fen, rounded up, so that the last one is never the largest."""
    amount, instalments = facts["overpaid.amount_fen"], facts["overpaid.instalments"]
    if not isinstance(amount, int) or not isinstance(instalments, int):
        raise TypeError(facts)
    return -(-amount // max(1, instalments))


def _month(day: date, later: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(year, month + 1, 1)


def _only_day(facts: Mapping[str, object]) -> date:
    """The only day among the facts. Raises ValueError where there is none, or more than one."""
    (day,) = (value for value in facts.values() if isinstance(value, date))
    return day


def _only_count(facts: Mapping[str, object]) -> int:
    """The only number among the facts. Raises ValueError where there is none, or more than one."""
    (count,) = (value for value in facts.values() if isinstance(value, int))
    return count
