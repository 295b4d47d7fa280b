"""Numbers that the social-security services give out, and the dates and months of the retirement reform of 2025.

The reform: from 2025-01-01 the statutory age rises by a month every four months (men of 60, women of 55) or every two
months (women of 50), by 36 or 60 months in all; the months required rise from 180 by six a year from 2030 to 240.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from tongban.packs.base.rules import birth_date

FORMER_AGE_YEARS = {"man-60": 60, "woman-55": 55, "woman-50": 50}
MONTHS_PER_STEP = {"man-60": 4, "woman-55": 4, "woman-50": 2}
LARGEST_DELAY_MONTHS = {"man-60": 36, "woman-55": 36, "woman-50": 60}
REFORM_YEAR = 2025
FLEXIBLE_MONTHS = 36
SPECIAL_WORK_AGE_YEARS = {"man-60": 55, "woman-55": 45, "woman-50": 45}
ILLNESS_AGE_YEARS = {"man-60": 50, "woman-55": 45, "woman-50": 45}
NOTICE_MONTHS = 3


def _numbered(prefix: str, serial: int, on: date) -> str:
    return f"{prefix}{on:%y}{serial % 10_000_000:07d}"


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, at most the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _delay_months(born: date, category: str) -> int:
    """How many months later than the former age; nobody who reached it before the reform waits longer."""
    since = (born.year - (REFORM_YEAR - FORMER_AGE_YEARS[category])) * 12 + born.month - 1
    return 0 if since < 0 else min(since // MONTHS_PER_STEP[category] + 1, LARGEST_DELAY_MONTHS[category])


def statutory_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The day on which the statutory age is reached."""
    born = birth_date(id_number, on=on)
    return _months_later(born, FORMER_AGE_YEARS[category] * 12 + _delay_months(born, category))


def earliest_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The first day open to own choice: at most three years early, never before the former age."""
    born = birth_date(id_number, on=on)
    early_months = min(_delay_months(born, category), FLEXIBLE_MONTHS)
    return _months_later(born, FORMER_AGE_YEARS[category] * 12 + _delay_months(born, category) - early_months)


def latest_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The last day to which employer and employee may agree to delay: three years after the statutory day."""
    return _months_later(statutory_retirement_on(id_number, category, on=on), FLEXIBLE_MONTHS)


def special_work_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The day that opens early retirement to whoever did special kinds of work long enough."""
    return _months_later(birth_date(id_number, on=on), SPECIAL_WORK_AGE_YEARS[category] * 12)


def illness_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The day that opens early retirement to whoever is found unable to work."""
    return _months_later(birth_date(id_number, on=on), ILLNESS_AGE_YEARS[category] * 12)


def retire_after_notice_on(notice_given_on: date, *, on: date) -> date:
    """The first day to retire by own choice after written notice to the employer."""
    return _months_later(notice_given_on, NOTICE_MONTHS)


def application_opens_on(retire_on: date, *, on: date) -> date:
    """The day from which retiring on this day may be applied for: the first of the month before."""
    return _months_later(retire_on.replace(day=1), -1)


def is_application_open(retire_on: date, *, on: date) -> bool:
    """Whether retiring on this day may be applied for on the day ``on``."""
    return on >= application_opens_on(retire_on, on=on)


def total_months(paid_months: int, deemed_months: int, *, on: date) -> int:
    """Months paid and months deemed paid."""
    return paid_months + deemed_months


def required_months(retire_on: date, *, on: date) -> int:
    """Months required of whoever retires on this day."""
    return min(240, 180 + 6 * max(0, retire_on.year - 2029))


def social_card_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A card number: a letter and eight digits."""
    return f"T{serial % 100_000_000:08d}"


def employer_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An employer's number: the county, the year and six digits."""
    return f"{facts['employer.region']}{on:%y}{serial % 1_000_000:06d}"


def filing_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a labour-use filing."""
    return _numbered("YG", serial, on)


def registration_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of an employment registration."""
    return _numbered("JY", serial, on)


def archive_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a personnel file."""
    return _numbered("DA", serial, on)


def payment_after_statutory_day(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the statutory day: pensions are paid from then on."""
    return _next_month(facts["insured.statutory_retirement_on"])


def payment_after_chosen_day(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the day that was chosen or agreed."""
    return _next_month(facts["pension.retire_on"])


def _next_month(retire_on: object) -> date:
    if not isinstance(retire_on, date):
        raise TypeError(retire_on)
    return _months_later(retire_on.replace(day=1), 1)


def approval_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a retirement decision."""
    return _numbered("TX", serial, on)
