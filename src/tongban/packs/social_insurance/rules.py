"""The formulas of social insurance, each written once (contributions, pensions, unemployment, injury, death, transfer),
and the numbers, months and days of its matters.

A formula sets figures by name; what it reads is what its rule in `policy/` is told, parameters, and figures before it.
Money is integer fen, rates are ten-thousandths, every division says how it rounds. A month of a matter is written as a
day in it; spans count both ends, as contributions do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import (
    WHOLE,
    Figures,
    Spans,
    choose,
    clip,
    common,
    count,
    half_up,
    integer_of,
    larger,
    months_later,
    numbered,
    read_spans,
    share,
    smaller,
    table,
    without,
    write_spans,
)
from tongban.packs.base.rules import age, sex

MONTHS_OF_FULL_BENEFIT = 24
SPOUSE_RATE = 4_000
OTHER_DEPENDANT_RATE = 3_000
ALONE_RATE = 1_000
PROVINCE_DIGITS = 2
TEMPORARY_ACCOUNT_AGE_YEARS = {"male": 50, "female": 40}


def contribution_base(f: Figures) -> None:
    """The wage that contributions are reckoned from, between floor and ceiling."""
    f.base_fen = clip(f.monthly_wage_fen, f.base_floor_fen, f.base_ceiling_fen)


def undeclared_contribution(f: Figures) -> None:
    """What an employer owes that did not declare: 110 % of its last month's amount. Social Insurance Law, 62."""
    f.amount_fen = share(f.last_month_amount_fen, f.undeclared_rate)


def contribution(f: Figures) -> None:
    """The shares of pension, unemployment and work injury insurance in one month."""
    f.pension_employer_fen = share(f.base_fen, f.pension_employer_rate)
    f.pension_employee_fen = share(f.base_fen, f.pension_employee_rate)
    f.unemployment_employer_fen = share(f.base_fen, f.unemployment_employer_rate)
    f.unemployment_employee_fen = share(f.base_fen, f.unemployment_employee_rate)
    f.injury_float_rate = larger(table(f.injury_level, f.injury_float_rates), choose(f.industry_class == 1, WHOLE, 0))
    f.injury_rate = half_up(table(f.industry_class, f.injury_base_rates) * f.injury_float_rate, WHOLE)
    f.injury_employer_fen = share(f.base_fen, f.injury_rate)
    f.employer_fen = f.pension_employer_fen + f.unemployment_employer_fen + f.injury_employer_fen
    f.employee_fen = f.pension_employee_fen + f.unemployment_employee_fen


def medical_contribution(f: Figures) -> None:
    """The shares of medical and maternity insurance in one month."""
    f.medical_employer_fen = share(f.base_fen, f.medical_employer_rate)
    f.maternity_employer_fen = share(f.base_fen, f.maternity_employer_rate)
    f.medical_employee_fen = share(f.base_fen, f.medical_employee_rate)


def flexible_base(f: Figures) -> None:
    """The base that somebody without an employer chooses by a level: a part of the average wage, within the limits."""
    f.level_fen = share(f.average_wage_fen, table(f.level, f.flexible_levels))
    f.chosen_base_fen = clip(f.level_fen, f.base_floor_fen, f.base_ceiling_fen)


def flexible_contribution(f: Figures) -> None:
    """What somebody without an employer pays for the pension in one month, and how much goes to the own account."""
    f.pension_fen = share(f.base_fen, f.flexible_pension_rate)
    f.account_fen = share(f.base_fen, f.flexible_account_rate)


def late_fee(f: Figures) -> None:
    """Simple interest by the day from the day of default; no interest on it."""
    f.days = f.paid - f.due
    f.fee_fen = half_up(f.principal_fen * f.late_fee_rate * f.days, WHOLE)


def pension_outlook(f: Figures) -> None:
    """Months and account by the day of retirement, if everything goes on as it is now."""
    f.months_to_go = larger(0, f.retirement_month - f.month)
    f.paid_months = f.paid_months_now + f.months_to_go
    f.monthly_account_fen = share(f.base_fen, f.pension_employee_rate)
    f.account_fen = f.account_now_fen + f.monthly_account_fen * f.months_to_go


def pension_estimate(f: Figures) -> None:
    """What the own contributions until then come to, and how many months of the pension give that back."""
    f.paid_until_then_fen = f.monthly_account_fen * f.months_to_go


def unemployment_months(f: Figures) -> None:
    """For how many months: by months paid, and what was left from last time. Social Insurance Law, 46."""
    f.earned_months = choose(
        f.paid_months < 12, 0, choose(f.paid_months < 60, 12, choose(f.paid_months < 120, 18, MONTHS_OF_FULL_BENEFIT))
    )
    f.benefit_months = smaller(f.earned_months + f.unused_months, MONTHS_OF_FULL_BENEFIT)


def unemployment_benefit(f: Figures) -> None:
    """How much a month, and in all. Social Insurance Law, 47."""
    f.monthly_benefit_fen = share(f.minimum_wage_fen, f.unemployment_benefit_rate)
    f.total_benefit_fen = f.benefit_months * f.monthly_benefit_fen


def own_wage(f: Figures) -> None:
    """The wage that injury benefits go by, between two shares of the average. Work Injury Regulation, 64."""
    f.least_wage_fen = share(f.average_wage_fen, f.own_wage_least_rate)
    f.most_wage_fen = share(f.average_wage_fen, f.own_wage_most_rate)
    f.own_wage_fen = clip(f.monthly_wage_fen, f.least_wage_fen, f.most_wage_fen)


def injury_benefit(f: Figures) -> None:
    """The lump sum, and what is paid monthly. Work Injury Regulation, 34 to 37."""
    f.lump_sum_months = table(f.grade, f.injury_lump_sum_months)
    f.lump_sum_fen = f.own_wage_fen * f.lump_sum_months
    f.allowance_rate = table(f.grade, f.injury_allowance_rates)
    f.allowance_fen = choose(f.grade <= 6, larger(share(f.own_wage_fen, f.allowance_rate), f.minimum_wage_fen), 0)
    f.care_fen = share(f.average_wage_fen, table(f.care, f.injury_care_rates))


def injury_ending(f: Figures) -> None:
    """What is paid once when employment ends after an injury of grade 5 to 10."""
    f.short_years = choose(f.years_to_retirement < 5, 5 - f.years_to_retirement, 0)
    f.kept_rate = WHOLE - f.short_years * f.injury_ending_cut_rate
    f.medical_months = table(f.grade, f.injury_medical_grant_months)
    f.medical_grant_fen = share(f.average_wage_fen * f.medical_months, f.kept_rate)
    f.employment_grant_fen = share(f.average_wage_fen * table(f.grade, f.injury_employment_grant_months), f.kept_rate)


def work_death_grant(f: Figures) -> None:
    """What is paid once after a death at work: months of the area's wage, years of the country's income. Article 39."""
    f.funeral_fen = 6 * f.average_wage_fen
    f.grant_fen = 20 * f.disposable_income_fen


def work_death(f: Figures) -> None:
    """What dependants draw each month after a death at work, together no more than the wage. Article 39."""
    f.spouse_fen = share(f.own_wage_fen, SPOUSE_RATE) * f.spouses
    f.others_fen = share(f.own_wage_fen, OTHER_DEPENDANT_RATE) * f.other_dependants
    f.alone_fen = share(f.own_wage_fen, ALONE_RATE) * smaller(f.alone, f.spouses + f.other_dependants)
    f.dependants_fen = smaller(f.spouse_fen + f.others_fen + f.alone_fen, f.own_wage_fen)


def dependant_allowance(f: Figures) -> None:
    """What one dependant draws each month: a share of the wage, as far as the others leave of it. Article 39."""
    f.share_fen = half_up(f.own_wage_fen * f.share_percent, 100)
    f.allowance_fen = smaller(f.share_fen, larger(f.own_wage_fen - f.others_fen, 0))


def survivor_months(f: Figures) -> None:
    """Months of the grant after the death of somebody insured; 9 at least for whoever drew a pension. Measures, 5."""
    f.insured_years = f.paid_months // 12
    f.earned_months = choose(
        f.insured_years < 5,
        3,
        choose(f.insured_years < 10, 6, choose(f.insured_years <= 15, 9, smaller(9 + f.insured_years - 15, 24))),
    )
    f.grant_months = choose(
        f.received_months > 0, larger(f.earned_months - f.received_months // 12, 9), f.earned_months
    )


def survivor_benefit(f: Figures) -> None:
    """Funeral and grant after a death not at work, by the province's income. Measures of 2021, 4 and 5."""
    f.monthly_income_fen = half_up(f.province_disposable_income_fen, 12)
    f.funeral_fen = 2 * f.monthly_income_fen
    f.grant_fen = f.monthly_income_fen * f.grant_months


def pension_transfer(f: Figures) -> None:
    """What moves with the person: account and a share of the employers' bases; within a province nothing moves."""
    f.fund_fen = choose(f.within_province == 1, 0, share(f.employer_bases_fen, f.transfer_fund_rate))
    f.moved_account_fen = choose(f.within_province == 1, 0, f.account_fen)
    f.transferred_fen = f.moved_account_fen + f.fund_fen


def resident_account(f: Figures) -> None:
    """The part of the residents' pension a month that comes from the account: its balance over the months set."""
    f.from_account_fen = half_up(f.account_fen, f.resident_divisor_months)


def resident_pension(f: Figures) -> None:
    """The residents' pension a month: the basic part and the part from the account."""
    f.basic_fen = f.resident_basic_pension_fen
    f.pension_fen = f.basic_fen + f.from_account_fen


def resident_contribution(f: Figures) -> None:
    """What the government adds to a resident's contribution of a year; to nothing it adds nothing."""
    f.subsidy_fen = choose(
        f.paid_fen == 0,
        0,
        choose(f.paid_fen < f.resident_higher_level_fen, f.resident_lower_subsidy_fen, f.resident_higher_subsidy_fen),
    )
    f.to_account_fen = f.paid_fen + f.subsidy_fen


def account_interest(f: Figures) -> None:
    """A year's interest: of the opening account, and of each month's credit from its month on."""
    f.opening_interest_fen = share(f.opening_fen, f.account_interest_rate)
    f.month_products = f.paid_months * (25 - f.paid_months) // 2
    f.credited_interest_fen = half_up(f.monthly_fen * f.month_products * f.account_interest_rate, 12 * WHOLE)
    f.closing_fen = f.opening_fen + f.monthly_fen * f.paid_months + f.opening_interest_fen + f.credited_interest_fen


def account_year(f: Figures) -> None:
    """A year's interest of an account: of the opening balance whole, of each credit for the months it lay there."""
    f.interest_fen = half_up((f.opening_fen * 12 + f.month_products_fen) * f.account_interest_rate, 12 * WHOLE)


def is_household_in_province(household_region: str, residence_region: str, *, on: date) -> bool:
    """Whether the household lies in the province that the person lives in (GB/T 2260: its first two digits)."""
    return household_region[:PROVINCE_DIGITS] == residence_region[:PROVINCE_DIGITS]


def may_open_regular_account(id_number: str, *, on: date) -> bool:
    """Whether the age lets a newcomer open a regular account: men below 50, women below 40 (国办发〔2009〕66号)."""
    return age(id_number, on=on) < TEMPORARY_ACCOUNT_AGE_YEARS[sex(id_number, on=on)]


def is_to_come(day: date, *, on: date) -> bool:
    """Whether a day lies ahead."""
    return day > on


def missing_months(paid_months: int, required_months: int, *, on: date) -> int:
    """Months that are missing for a pension; none where enough are paid."""
    return max(0, required_months - paid_months)


def months_of(first: date, last: date, *, on: date) -> int:
    """Months from the one to the other, both counted; none where the last comes before the first."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month + 1)


def first_of_year(year: int, *, on: date) -> date:
    """The first day of a year, within the years that there are days of."""
    return date(min(max(year, 1), 9999), 1, 1)


def months_in(facts: Mapping[str, object], serial: int, on: date) -> int:
    """How many months the one list of spans holds."""
    (periods,) = facts.values()
    return count(_spans(periods))


def overlapping_periods(facts: Mapping[str, object], serial: int, on: date) -> str | None:
    """The months paid in both places; None where there is none."""
    return write_spans(_overlap(facts)) or None


def overlapping_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """How many months were paid in both places."""
    return count(_overlap(facts))


def added_months(facts: Mapping[str, object], serial: int, on: date) -> int:
    """How many months the old place adds: each counts once, whichever place keeps it."""
    released, own, *_ = (_spans(periods) for periods in facts.values())
    return count(without(released, own))


def refunded_by(facts: Mapping[str, object], serial: int, on: date) -> str:
    """Which place gives back what was paid twice: the one that the person does not let keep it."""
    *both, keep = facts.values()
    if not common(*(_spans(periods) for periods in both)):
        return "nobody"
    return "there" if keep == "here" else "here"


def _overlap(facts: Mapping[str, object]) -> Spans:
    released, own = (_spans(periods) for periods in facts.values())
    return common(released, own)


def _spans(periods: object) -> Spans:
    """The spans of a fact of kind `months`; nobody's contributions are none."""
    return read_spans(str(periods)) if periods is not None else ()


def dependant_percent(facts: Mapping[str, object], serial: int, on: date) -> int:
    """A dependant's share of the wage: spouse 40, others 30, ten more for who is alone (工伤保险条例 art. 39)."""
    rate = SPOUSE_RATE if facts["survivor.kinship"] == "spouse" else OTHER_DEPENDANT_RATE
    return (rate + (ALONE_RATE if facts["survivor.is_alone"] is True else 0)) // 100


def matter_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a matter of social insurance: two letters, the year and seven digits."""
    return numbered("SB", serial, on)


def certificate_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a certificate, voucher or record."""
    return numbered("ZM", serial, on)


def public_body_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A public body's number: its county, the letters JG and six digits."""
    return f"{facts['employer.region']}JG{serial % 1_000_000:06d}"


def a_year_later(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the same month a year later: by then an entitlement is checked again."""
    return _month(on, 12)


def next_month(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the decision."""
    return _month(on, 1)


def month_after(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The first of the month after the only day given."""
    return _month(_only_day(facts), 1)


def resumption_month(facts: Mapping[str, object], serial: int, on: date) -> date:
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
    return -(-integer_of(facts, "overpaid.amount_fen") // max(1, integer_of(facts, "overpaid.instalments")))


def _month(day: date, later: int) -> date:
    """The first of the month that comes so many months later."""
    return months_later(day.replace(day=1), later)


def _only_day(facts: Mapping[str, object]) -> date:
    """The only day among the facts. Raises ValueError where there is none, or more than one."""
    (day,) = (value for value in facts.values() if isinstance(value, date))
    return day


def _only_count(facts: Mapping[str, object]) -> int:
    """The only number among the facts. Raises ValueError where there is none, or more than one."""
    (count,) = (value for value in facts.values() if isinstance(value, int))
    return count
