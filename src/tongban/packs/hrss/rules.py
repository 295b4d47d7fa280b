"""Numbers that the social-security services give out, the retirement reform of 2025, and what a pension comes to.

The reform: from 2025-01-01 the statutory age rises by a month every four months (men of 60, women of 55) or every two
months (women of 50), by 36 or 60 months in all; the months required rise from 180 by six a year from 2030 to 240.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import (
    WHOLE,
    Figures,
    choose,
    clip,
    date_of,
    half_up,
    larger,
    months_later,
    numbered,
    reckoned,
    share,
    smaller,
    table,
)
from tongban.packs.base.rules import birth_date

REFORM_MONTH = 2025 * 12
FORMER_AGE_YEARS = {"male-60": 60, "female-55": 55, "female-50": 50}
MONTHS_PER_STEP = {"male-60": 4, "female-55": 4, "female-50": 2}
LARGEST_DELAY_MONTHS = {"male-60": 36, "female-55": 36, "female-50": 60}
FLEXIBLE_MONTHS = 36
LAST_YEAR_BEFORE_RISE = 2029
LEAST_MONTHS = 180
RISE_MONTHS = 6
MOST_MONTHS = 240
SPECIAL_WORK_AGE_YEARS = {"male-60": 55, "female-55": 45, "female-50": 45}
ILLNESS_AGE_YEARS = {"male-60": 50, "female-55": 45, "female-50": 45}
NOTICE_MONTHS = 3


def retirement_age(f: Figures) -> None:
    """The month of the statutory age, and those between which one may choose. Measures of 2024-09-13, 1 and 3."""
    f.reform_month = REFORM_MONTH
    f.former_age_years = table(f.category, FORMER_AGE_YEARS)
    f.first_birth_month = f.reform_month - 12 * f.former_age_years
    f.later_months = f.birth_month - f.first_birth_month
    f.step_months = table(f.category, MONTHS_PER_STEP)
    f.largest_delay_months = table(f.category, LARGEST_DELAY_MONTHS)
    f.delay_months = choose(f.later_months < 0, 0, smaller(f.later_months // f.step_months + 1, f.largest_delay_months))
    f.retirement_month = f.birth_month + 12 * f.former_age_years + f.delay_months
    f.flexible_months = FLEXIBLE_MONTHS
    f.earliest_month = f.retirement_month - smaller(f.delay_months, f.flexible_months)
    f.latest_month = f.retirement_month + f.flexible_months


def early_retirement(f: Figures) -> None:
    """The months that open early retirement after special work and by illness, and how long before to give notice."""
    f.special_work_age_years = table(f.category, SPECIAL_WORK_AGE_YEARS)
    f.special_work_month = f.birth_month + 12 * f.special_work_age_years
    f.illness_age_years = table(f.category, ILLNESS_AGE_YEARS)
    f.illness_month = f.birth_month + 12 * f.illness_age_years
    f.notice_months = NOTICE_MONTHS


def minimum_years(f: Figures) -> None:
    """The months that whoever retires must have paid. Measures of 2024-09-13, 2."""
    f.later_years = larger(0, f.retirement_month // 12 - LAST_YEAR_BEFORE_RISE)
    f.least_months = LEAST_MONTHS
    f.rise_months = RISE_MONTHS
    f.most_months = MOST_MONTHS
    f.months = smaller(f.least_months + f.rise_months * f.later_years, f.most_months)


def pension(f: Figures) -> None:
    """The monthly pension: basic, account and transitional part; none while months are missing."""
    f.total_months = f.paid_months + f.deemed_months
    f.missing_months = larger(0, f.months - f.total_months)
    f.retirement_age_years = (f.retirement_month - f.birth_month) // 12
    f.divisor_months = table(clip(f.retirement_age_years, 40, 70), f.divisor_months_by_age)
    f.next_divisor_months = table(clip(f.retirement_age_years + 1, 40, 70), f.divisor_months_by_age)
    f.indexed_wage_fen = share(f.pension_base_fen, f.average_index)
    f.mean_wage_fen = half_up(f.pension_base_fen + f.indexed_wage_fen, 2)
    f.basic_fen = half_up(f.mean_wage_fen * f.total_months, 1200)
    f.from_account_fen = half_up(f.account_fen, f.divisor_months)
    f.transitional_fen = half_up(f.indexed_wage_fen * f.deemed_months * f.transitional_rate, 12 * WHOLE)
    f.pension_fen = choose(f.missing_months > 0, 0, f.basic_fen + f.from_account_fen + f.transitional_fen)


def index_rate(permille: int, *, on: date) -> int:
    """An index in thousandths as a rate in ten-thousandths, as the policy reckons with it."""
    return permille * 10


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _retirement(born: date, category: str) -> Figures:
    return reckoned(retirement_age, birth_month=_month(born), category=category)


def _early(born: date, category: str) -> Figures:
    return reckoned(early_retirement, birth_month=_month(born), category=category)


def statutory_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The day on which the statutory age is reached."""
    born = birth_date(id_number, on=on)
    return months_later(born, _retirement(born, category).retirement_month - _month(born))


def earliest_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The first day open to own choice: at most three years early, never before the former age."""
    born = birth_date(id_number, on=on)
    return months_later(born, _retirement(born, category).earliest_month - _month(born))


def latest_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The last day to which employer and employee may agree to delay: three years after the statutory day."""
    return months_later(statutory_retirement_on(id_number, category, on=on), FLEXIBLE_MONTHS)


def special_work_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The day that opens early retirement to whoever did special kinds of work long enough."""
    born = birth_date(id_number, on=on)
    return months_later(born, _early(born, category).special_work_month - _month(born))


def illness_retirement_on(id_number: str, category: str, *, on: date) -> date:
    """The day that opens early retirement to whoever is found unable to work."""
    born = birth_date(id_number, on=on)
    return months_later(born, _early(born, category).illness_month - _month(born))


def retire_after_notice_on(notice_given_on: date, *, on: date) -> date:
    """The first day to retire by own choice after written notice to the employer."""
    return months_later(notice_given_on, NOTICE_MONTHS)


def application_opens_on(retire_on: date, *, on: date) -> date:
    """The day from which retiring on this day may be applied for: the first of the month before."""
    return months_later(retire_on.replace(day=1), -1)


def is_application_open(retire_on: date, *, on: date) -> bool:
    """Whether retiring on this day may be applied for on the day ``on``."""
    return on >= application_opens_on(retire_on, on=on)


def total_months(paid_months: int, deemed_months: int, *, on: date) -> int:
    """Months paid and months deemed paid."""
    return paid_months + deemed_months


def required_months(retire_on: date, *, on: date) -> int:
    """Months required of whoever retires on this day."""
    months: int = reckoned(minimum_years, retirement_month=_month(retire_on)).months
    return months


def social_card_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A card number: a letter and eight digits."""
    return f"T{serial % 100_000_000:08d}"


def employer_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An employer's number: the county, the year and six digits."""
    return numbered(str(facts["employer.region"]), serial, on, digits=6)


def filing_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a labour-use filing."""
    return numbered("YG", serial, on)


def registration_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of an employment registration."""
    return numbered("JY", serial, on)


def archive_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a personnel file."""
    return numbered("DA", serial, on)


def payment_after_statutory_day(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the statutory day: pensions are paid from then on."""
    return _next_month(date_of(facts, "insured.statutory_retirement_on"))


def payment_after_chosen_day(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the day that was chosen or agreed."""
    return _next_month(date_of(facts, "pension.retire_on"))


def _next_month(retire_on: date) -> date:
    return months_later(retire_on.replace(day=1), 1)


def approval_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a retirement decision."""
    return numbered("TX", serial, on)
