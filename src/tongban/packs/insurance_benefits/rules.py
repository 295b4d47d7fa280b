"""Days, months and shares of the benefits of social insurance, each from the article that its function names.

What rests on figures that change by year or by province (minimum wage, average wage, basic pension) is no part of it:
those are parameters, and such amounts are rules of the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tongban.pack_api import date_of, integer_of, months_later, numbered, reckoned
from tongban.packs.base.rules import months_between
from tongban.packs.social_insurance.rules import unemployment_months

# ---- Benefits ----

LEVEL = "level-"
MEAL_ALLOWANCE_FEN = 2_000
SPECIAL_WORK_MONTHS = {"underground-hot": 108, "high-heavy": 120, "harmful": 96}
SKILL_SUBSIDY_FEN = {"junior": 100_000, "middle": 150_000, "senior": 200_000}
REFUND_PERCENT = {"micro": 60, "small": 60, "medium": 60, "large": 30}


def decision_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a decision, letter or list of the agency."""
    return numbered("SB", serial, on)


def injury_filing_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of an accident that was reported."""
    return numbered("SG", serial, on)


def injury_recognition_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a decision that recognises a work injury."""
    return numbered("GR", serial, on)


def assessment_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a conclusion of the assessment committee."""
    return numbered("LJ", serial, on)


def verified_until(facts: Mapping[str, object], serial: int, on: date) -> date:
    """Twelve months after the check of eligibility (社会保险经办条例 art. 26; the year is common practice)."""
    return months_later(on, 12)


# ---- Benefits: pensions ----


def pension_difference_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """How much more a month the reviewed pension is; below nothing, how much less."""
    return integer_of(facts, "change.new_pension_fen") - integer_of(facts, "pension.monthly_pension_fen")


def special_months_required(kind: str, *, on: date) -> int:
    """Months of special work after which early retirement is open: 9, 10 or 8 years."""
    return SPECIAL_WORK_MONTHS[kind]


def disability_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Months of the disability allowance (人社部发〔2024〕72号).

    Whoever has the months required draws it until the statutory age. Others draw it for 12 months, and for three more
    with each year begun beyond the fifth.
    """
    paid, required = integer_of(facts, "pension.total_months"), integer_of(facts, "insured.required_pension_months")
    if paid >= required:
        until = date_of(facts, "insured.statutory_retirement_on")
        return max(0, (until.year - on.year) * 12 + until.month - on.month)
    return 12 + 3 * max(0, -(-(paid - 60) // 12))


def missing_pension_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """How many months are still to be paid before a pension is due (社会保险法 art. 16)."""
    return max(0, integer_of(facts, "insured.required_pension_months") - integer_of(facts, "pension.total_months"))


def may_retire_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first day on which the months would be full if every month from now on were paid."""
    return months_later(on, missing_pension_months(facts, serial, on))


def resident_back_payment_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The level chosen for each of the years paid for afterwards."""
    years = integer_of(facts, "resident.back_to_year") - integer_of(facts, "resident.back_from_year") + 1
    return years * integer_of(facts, "resident.level_fen")


# ---- Benefits: work injuries ----


def injury_employer_due_on(accident_on: date, *, on: date) -> date:
    """The employer's last day to apply for recognition: 30 days after the injury (工伤保险条例 art. 17)."""
    return accident_on + timedelta(days=30)


def injury_claim_closes_on(accident_on: date, *, on: date) -> date:
    """The last day on which recognition may be applied for at all: a year after the injury (art. 17)."""
    return months_later(accident_on, 12)


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
    return months_later(concluded_on, 12)


def is_review_open(concluded_on: date, *, on: date) -> bool:
    """Whether a conclusion may be reviewed on the day ``on``."""
    return on >= review_opens_on(concluded_on, on=on)


def grade_of(level: str, *, on: date) -> int:
    """The grade that a level is: 3 for ``level-3``, 0 for none."""
    return int(level.removeprefix(LEVEL)) if level.startswith(LEVEL) else 0


def years_until(day: date, *, on: date) -> int:
    """Full years from the day ``on`` to another, none once it has come."""
    return max(0, months_between(on, day, on=on) // 12)


def stay_days(from_on: date, to_on: date, *, on: date) -> int:
    """Days in hospital, the first one counted and the last one not; a stay within a day is one."""
    return max(1, (to_on - from_on).days)


def injury_meals_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The meal allowance: 20 yuan for each day in hospital (工伤保险条例 art. 30; Hunan's figure, unverified)."""
    return integer_of(facts, "expense.days") * MEAL_ALLOWANCE_FEN


def device_paid_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """What the fund pays for a device: its price, at most the ceiling (工伤保险辅助器具配置管理办法)."""
    return min(integer_of(facts, "device.price_fen"), integer_of(facts, "device.ceiling_fen"))


# ---- Benefits: unemployment ----


def most_unemployment_months(paid_months: int, carried_months: int, *, on: date) -> int:
    """The most months of benefit: 12, 18 or 24 by years paid, with what was left from last time 24 at most.

    社会保险法 art. 46.
    """
    months: int = reckoned(unemployment_months, paid_months=paid_months, unused_months=carried_months).benefit_months
    return months


def unemployment_moved_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """What goes along to another province: the benefit of the months that are left, and half of it for medical care,
    training and placement (失业保险金申领发放办法 art. 22); half a fen up.
    """
    months = integer_of(facts, "claimant.unemployment_months_left")
    return (months * integer_of(facts, "claimant.unemployment_monthly_fen") * 3 + 1) // 2


def skill_claim_closes_on(issued_on: date, *, on: date) -> date:
    """The last day to claim a skill subsidy: twelve months after the certificate (人社部发〔2017〕40号)."""
    return months_later(issued_on, 12)


def is_skill_claim_open(issued_on: date, *, on: date) -> bool:
    """Whether a skill subsidy may be claimed on the day ``on``."""
    return on <= skill_claim_closes_on(issued_on, on=on)


def skill_subsidy_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """1,000, 1,500 or 2,000 yuan by grade, at most (人社部发〔2017〕40号)."""
    return SKILL_SUBSIDY_FEN[str(facts["subsidy.grade"])]


def steady_jobs_refund_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """The share of last year's contributions given back: small employers 60 %, large 30 % (人社部发〔2024〕40号)."""
    return integer_of(facts, "employer.unemployment_paid_fen") * REFUND_PERCENT[str(facts["employer.size"])] // 100
