"""Days, months and shares of the benefits of social insurance, each from the article that its function names.

Figures that change by year or by province (minimum wage, average wage, basic pension) are no part of it: they are
parameters, and whoever decides enters the amount that follows from them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

# ---- Benefits ----

LEVELS = tuple(f"level-{number}" for number in range(1, 11))
INJURY_LUMP_SUM_MONTHS = dict(zip(LEVELS, (27, 25, 23, 21, 18, 16, 13, 11, 9, 7), strict=True))
INJURY_ALLOWANCE_PERCENT = dict(zip(LEVELS[:6], (90, 85, 80, 75, 70, 60), strict=True))
MEDICAL_LUMP_SUM_MONTHS = dict(zip(LEVELS[4:], (24, 18, 15, 10, 8, 6), strict=True))
CARE_PERCENT = {"full": 50, "large": 40, "partial": 30, "no-care": 0}
MEAL_ALLOWANCE_FEN = 2_000
SPECIAL_WORK_MONTHS = {"underground-hot": 108, "high-heavy": 120, "harmful": 96}
RESIDENT_PENSION_DIVISOR = 139
SKILL_SUBSIDY_FEN = {"junior": 100_000, "middle": 150_000, "senior": 200_000}
GRANT_MONTHS = {10: 9, 5: 6, 0: 3}
UNEMPLOYMENT_MONTHS = {120: 24, 60: 18, 12: 12}
REFUND_PERCENT = {"micro": 60, "small": 60, "medium": 60, "large": 30}


def _benefit_number(prefix: str, serial: int, on: date) -> str:
    return f"{prefix}{on:%y}{serial % 10_000_000:07d}"


def _after_months(day: date, months: int) -> date:
    """The same day so many months later, at most the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(value)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _of_step(steps: Mapping[int, int], reached: int) -> int:
    """What belongs to the first step, the highest first, that is reached; nothing where none is."""
    return next((given for least, given in steps.items() if reached >= least), 0)


def decision_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a decision, letter or list of the agency."""
    return _benefit_number("SB", serial, on)


def injury_filing_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of an accident that was reported."""
    return _benefit_number("SG", serial, on)


def injury_recognition_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a decision that recognises a work injury."""
    return _benefit_number("GR", serial, on)


def assessment_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a conclusion of the assessment committee."""
    return _benefit_number("LJ", serial, on)


def decided_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The day of the decision itself."""
    return on


def next_month(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the decision: monthly benefits are paid from then on."""
    return _after_months(on.replace(day=1), 1)


def verified_until(facts: Mapping[str, object], serial: int, on: date) -> date:
    """Twelve months after the check of eligibility (社会保险经办条例 art. 26; the year is common practice)."""
    return _after_months(on, 12)


# ---- Benefits: pensions ----


def months_worked(began_on: date, ended_on: date, *, on: date) -> int:
    """Full months from one day to another, never less than none."""
    months = (ended_on.year - began_on.year) * 12 + ended_on.month - began_on.month
    return max(0, months - (ended_on.day < began_on.day))


def special_months_required(kind: str, *, on: date) -> int:
    """Months of special work after which early retirement is open: 9, 10 or 8 years."""
    return SPECIAL_WORK_MONTHS[kind]


def grant_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Months of the survivors' grant by months paid and months of pension drawn (人社部发〔2021〕18号).

    Under 5 years 3, under 10 years 6, to 15 years 9, then one for each further year, 24 at most; whoever drew a
    pension has one less for each year of it, yet 9 at least.
    """
    years, drawn_months = _whole(facts["pension.total_months"]) // 12, _whole(facts["deceased.pension_drawn_months"])
    months = min(24, _of_step(GRANT_MONTHS, years) + max(0, years - 15))
    return max(9, months - drawn_months // 12) if drawn_months else months


def disability_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Months of the disability allowance (人社部发〔2024〕72号).

    Whoever has the months required draws it until the statutory age. Others draw it for 12 months, and for three more
    with each year begun beyond the fifth.
    """
    paid, required = _whole(facts["pension.total_months"]), _whole(facts["insured.required_pension_months"])
    if paid >= required:
        until = _day(facts["insured.statutory_retirement_on"])
        return max(0, (until.year - on.year) * 12 + until.month - on.month)
    return 12 + 3 * max(0, -(-(paid - 60) // 12))


def missing_pension_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """How many months are still to be paid before a pension is due (社会保险法 art. 16)."""
    return max(0, _whole(facts["insured.required_pension_months"]) - _whole(facts["pension.total_months"]))


def may_retire_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first day on which the months would be full if every month from now on were paid."""
    return _after_months(on, missing_pension_months(facts, serial, on))


def resident_account_monthly_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The part of a residents' pension from the account: its balance over 139, half up to the fen (国发〔2014〕8号)."""
    balance = _whole(facts["insured.resident_balance_fen"])
    return (2 * balance + RESIDENT_PENSION_DIVISOR) // (2 * RESIDENT_PENSION_DIVISOR)


def resident_back_payment_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The level chosen for each of the years paid for afterwards."""
    years = _whole(facts["resident.back_to_year"]) - _whole(facts["resident.back_from_year"]) + 1
    return years * _whole(facts["resident.level_fen"])


# ---- Benefits: work injuries ----


def injury_employer_due_on(accident_on: date, *, on: date) -> date:
    """The employer's last day to apply for recognition: 30 days after the injury (工伤保险条例 art. 17)."""
    return accident_on + timedelta(days=30)


def injury_claim_closes_on(accident_on: date, *, on: date) -> date:
    """The last day on which recognition may be applied for at all: a year after the injury (art. 17)."""
    return _after_months(accident_on, 12)


def is_injury_claim_open(accident_on: date, *, on: date) -> bool:
    """Whether recognition may be applied for on the day ``on``."""
    return on <= injury_claim_closes_on(accident_on, on=on)


def objection_due_on(received_on: date, *, on: date) -> date:
    """The last day to ask for another assessment: 15 days after the conclusion came (工伤保险条例 art. 26)."""
    return received_on + timedelta(days=15)


def is_objection_open(received_on: date, *, on: date) -> bool:
    """Whether another assessment may be asked for on the day ``on``."""
    return on <= objection_due_on(received_on, on=on)


def review_opens_on(concluded_on: date, *, on: date) -> date:
    """The day from which a conclusion may be reviewed: a year after it (工伤保险条例 art. 28)."""
    return _after_months(concluded_on, 12)


def is_review_open(concluded_on: date, *, on: date) -> bool:
    """Whether a conclusion may be reviewed on the day ``on``."""
    return on >= review_opens_on(concluded_on, on=on)


def stay_days(from_on: date, to_on: date, *, on: date) -> int:
    """Days in hospital, the first one counted and the last one not; a stay within a day is one."""
    return max(1, (to_on - from_on).days)


def injury_lump_sum_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Months of the lump sum by level of disability (工伤保险条例 art. 35-37)."""
    return INJURY_LUMP_SUM_MONTHS.get(str(facts["assessment.level"]), 0)


def injury_lump_sum_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The lump sum: its months times the injured person's own wage (工伤保险条例 art. 35-37, 64)."""
    return injury_lump_sum_months(facts, serial, on) * _whole(facts["injury.own_wage_fen"])


def injury_allowance_percent(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The share of the own wage that is paid monthly by level of disability (工伤保险条例 art. 35-36)."""
    return INJURY_ALLOWANCE_PERCENT.get(str(facts["assessment.level"]), 0)


def injury_care_percent(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The share of the area's average wage that is paid for care (工伤保险条例 art. 34)."""
    return CARE_PERCENT[str(facts["assessment.care"])]


def medical_lump_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Months of the medical lump sum by level (湖南省实施《工伤保险条例》办法; seen in a calculator only)."""
    return MEDICAL_LUMP_SUM_MONTHS.get(str(facts["assessment.level"]), 0)


def injury_meals_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The meal allowance: 20 yuan for each day in hospital (工伤保险条例 art. 30; Hunan's figure, unverified)."""
    return _whole(facts["expense.days"]) * MEAL_ALLOWANCE_FEN


def device_paid_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """What the fund pays for a device: its price, at most the ceiling (工伤保险辅助器具配置管理办法)."""
    return min(_whole(facts["device.price_fen"]), _whole(facts["device.ceiling_fen"]))


def dependant_percent(facts: Mapping[str, object], serial: int, on: date) -> int:
    """A dependant's share of the wage: spouse 40, others 30, ten more for who is alone (工伤保险条例 art. 39)."""
    return (40 if facts["survivor.kinship"] == "spouse" else 30) + (10 if facts["survivor.is_alone"] is True else 0)


# ---- Benefits: unemployment ----


def most_unemployment_months(paid_months: int, carried_months: int, *, on: date) -> int:
    """The most months of benefit: 12, 18 or 24 by years paid, with what was left from last time 24 at most.

    社会保险法 art. 46.
    """
    return min(24, _of_step(UNEMPLOYMENT_MONTHS, paid_months) + carried_months)


def skill_claim_closes_on(issued_on: date, *, on: date) -> date:
    """The last day to claim a skill subsidy: twelve months after the certificate (人社部发〔2017〕40号)."""
    return _after_months(issued_on, 12)


def is_skill_claim_open(issued_on: date, *, on: date) -> bool:
    """Whether a skill subsidy may be claimed on the day ``on``."""
    return on <= skill_claim_closes_on(issued_on, on=on)


def skill_subsidy_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """1,000, 1,500 or 2,000 yuan by grade, at most (人社部发〔2017〕40号)."""
    return SKILL_SUBSIDY_FEN[str(facts["subsidy.grade"])]


def steady_jobs_refund_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The share of last year's contributions given back: small employers 60 %, large 30 % (人社部发〔2024〕40号)."""
    return _whole(facts["employer.unemployment_paid_fen"]) * REFUND_PERCENT[str(facts["employer.size"])] // 100
