"""What granted cases do to the ledger: a hire enrols, a leave ends it, a retirement and a death change who is paid.

Each is done once per case, for a whole batch or for none of it, and taken back by counter-postings when its case is
revoked. Services of any pack name them, as `social-insurance/enrol@1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.pack_api import (
    Database,
    Decided,
    Decisions,
    date_of,
    definitions,
    effect,
    integer_of,
    read_spans,
    undoing,
)
from tongban.packs.base.rules import county_of
from tongban.packs.social_insurance.ledger import benefits, enrolments, locks, refunds
from tongban.packs.social_insurance.ledger.benefits import Benefit
from tongban.packs.social_insurance.ledger.contributions import is_noticed
from tongban.packs.social_insurance.ledger.declarations import Declared, Rated, declare, rate
from tongban.packs.social_insurance.ledger.enrolments import Hire, Leave, employers_of, enrol, is_insured_with, leave
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.refunds import Double
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.transfers import Arrival, join
from tongban.packs.social_insurance.models import LAST_MONTH

INSURANCES: Final = {
    "hrss/pension-insurance": "pension",
    "hrss/unemployment-insurance": "unemployment",
    "hrss/injury-insurance": "injury",
}
PENSION: Final = "hrss/pension"
UNEMPLOYMENT: Final = "social-insurance/unemployment-benefit"
INJURY: Final = "social-insurance/injury-benefit"
SURVIVORS: Final = "social-insurance/survivor-benefit"
WORK_DEATH: Final = "social-insurance/work-death-grant"
DEPENDANTS: Final = "social-insurance/work-death"
SURVIVORS_BENEFITS: Final = {"funeral": "funeral_fen", "grant": "grant_fen", "balance": "balance_fen"}
WORK_DEATH_BENEFITS: Final = {"work-funeral": "funeral_fen", "work-grant": "lump_sum_fen"}
LEFT_OUT: Final = ("not-enrolled", "award")
"""The reasons of a back payment that say that somebody worked there uninsured; the other puts wages right."""
REGIONS: Final = (".residence_region", ".household_region", "employer.region")
MOST_FUND_GRADE: Final = 4  # 5 and 6 are paid by the employer (Work Injury Regulation, 36)


@effect("enrol@1")
def enrol_employees(decided: Decisions, db: Database) -> None:
    """Each employee comes into the insurance of the service; a month that is billed already is billed for them.

    Whoever works again draws unemployment benefit up to that month (Social Insurance Law, 51).
    """
    hires = [_hire(one) for one in decided]
    enrol(db, hires)
    for one in hires:
        if "unemployment" in one.kinds:
            benefits.stop(db, one.insured, one.first_month, one.case, one.at, ("unemployment",))


@effect("leave@1")
def end_employment(decided: Decisions, db: Database) -> None:
    """Each employee's insurances with the employer end with the month of the last day."""
    leave(db, [_leave(one, _only(one, "employer"), _only(one, "employee"), "leave.ended_on") for one in decided])


@effect("wage@1")
def declare_yearly_wages(decided: Decisions, db: Database) -> None:
    """The wage of each employee from the year's first month on; of whom the ledger has never heard there is none."""
    declared = []
    for one in decided:
        employer, insured = _only(one, "employer"), _only(one, "employee")
        first = integer_of(one.facts, "wage.year") * 12
        if is_insured_with(db, insured, employer, first, LAST_MONTH):
            wage_fen = integer_of(one.facts, "wage.average_wage_fen")
            declared.append(Declared(insured, employer, first, wage_fen, one.case, one.at))
    declare(db, declared)


@effect("rate@1")
def rate_employers(decided: Decisions, db: Database) -> None:
    """The employer's risk class and the level its rate floats at, from the month that was decided."""
    for one in decided:
        class_, level = integer_of(one.facts, "review.risk_class"), str(one.facts["review.float_level"])
        first, county = _month(one, "review.rate_from"), county_of(one.facts["employer.region"])
        rate(db, [Rated(_only(one, "employer"), first, county, class_, level, one.case, one.at)])


@effect("back-payment@1")
def make_good(decided: Decisions, db: Database) -> None:
    """Past months get the wage that was right; who was left out of an insurance in them comes into it, where the reason
    says that they worked there.
    """
    for one in _in_turn(decided, db):
        wage_fen = integer_of(one.facts, "arrear.monthly_wage_fen")
        first, last = _month(one, "arrear.from_month"), _month(one, "arrear.to_month")
        wage = Declared(_only(one, "employee"), _only(one, "employer"), first, wage_fen, one.case, one.at, last)
        kinds = tuple(INSURANCES.values()) if one.facts["arrear.reason"] in LEFT_OUT else ()
        enrolments.make_good(db, wage, kinds, county_of(one.facts["employer.region"]), _class(one))


@effect("retire@1")
def pay_pensions(decided: Decisions, db: Database) -> None:
    """Contributions end with the month of retirement, and the pension is paid from the month that was decided.

    Unemployment benefit ends before it (Social Insurance Law, 51).
    """
    for one in _in_turn(decided, db):
        insured, first = _only(one, "insured"), _month(one, "pension.first_payment_on")
        _leave_everywhere(db, one, insured, "pension.retired_on")
        benefits.stop(db, insured, first - 1, one.case, one.at, ("unemployment",))
        _grant(db, one, insured, insured, PENSION, first, {"pension": "pension.monthly_pension_fen"})


@effect("suspend@1")
def suspend_pensions(decided: Decisions, db: Database) -> None:
    """The pension ends with the month in which it happened."""
    for one in _in_turn(decided, db):
        month = _month(one, "change.happened_on")
        benefits.stop(db, _only(one, "insured"), month, one.case, one.at, ("pension",))


@effect("resume@1")
def resume_pensions(decided: Decisions, db: Database) -> None:
    """The pension goes on, as much as before, from the month that was decided."""
    for one in _in_turn(decided, db):
        month = _month(one, "change.resumed_from")
        benefits.resume(db, _only(one, "insured"), "pension", month, one.case, one.at)


@effect("amend@1")
def amend_pensions(decided: Decisions, db: Database) -> None:
    """The pension was reckoned wrongly, and is what was decided from its first month on."""
    for one in _in_turn(decided, db):
        amount_fen = integer_of(one.facts, "change.new_pension_fen")
        benefits.amend(db, _only(one, "insured"), "pension", amount_fen, one.case, one.at)


@effect("unemployment@1")
def pay_unemployed(decided: Decisions, db: Database) -> None:
    """The unemployment benefit is paid for as many months as were decided, and ends by itself."""
    for one in _in_turn(decided, db):
        claimant, first = _only(one, "claimant"), _month(one, "claim.first_month")
        last = first + integer_of(one.facts, "claim.granted_months") - 1
        amounts = {"unemployment": "claimant.unemployment_monthly_fen"}
        _grant(db, one, claimant, claimant, UNEMPLOYMENT, first, amounts, last)


@effect("unemployment-change@1")
def change_unemployed(decided: Decisions, db: Database) -> None:
    """The unemployment benefit ends before the month that was decided, or goes on from it for what was left of it."""
    for one in _in_turn(decided, db):
        claimant, first = _only(one, "claimant"), _month(one, "claim.change_from")
        if one.facts["claim.wants"] == "stop":
            benefits.stop(db, claimant, first - 1, one.case, one.at, ("unemployment",))
        else:
            benefits.resume(db, claimant, "unemployment", first, one.case, one.at)


@effect("illness@1")
def pay_disabled(decided: Decisions, db: Database) -> None:
    """The allowance of whoever cannot work any more, for as many months as were decided."""
    for one in _in_turn(decided, db):
        insured, first = _only(one, "insured"), _month(one, "allowance.from_month")
        last = first + integer_of(one.facts, "allowance.months") - 1
        _grant(db, one, insured, insured, PENSION, first, {"illness": "allowance.monthly_fen"}, last)


@effect("injury@1")
def pay_injured(decided: Decisions, db: Database) -> None:
    """The lump sum of an injury once, care month by month, and the allowance of those grades that the fund pays."""
    for one in _in_turn(decided, db):
        worker, first = _only(one, "worker"), _month(one, "injury.paid_from")
        _grant(db, one, worker, worker, INJURY, first, {"injury-grant": "injury.lump_sum_fen"}, first)
        monthly = {"care": "injury.care_fen"}
        if str(one.facts["assessment.level"]) in {f"level-{grade}" for grade in range(1, MOST_FUND_GRADE + 1)}:
            monthly["disability"] = "injury.allowance_fen"
        _grant(db, one, worker, worker, INJURY, first, monthly)


@effect("dependant@1")
def pay_dependants(decided: Decisions, db: Database) -> None:
    """Whoever lived on the wage of somebody who died at work draws a share of it month by month."""
    for one in _in_turn(decided, db):
        claimant, first = _only(one, "claimant"), _month(one, "survivor.from_month")
        _grant(
            db, one, claimant, _only(one, "deceased"), DEPENDANTS, first, {"dependant": "survivor.monthly_fen"}
        )  # fmt: skip


@effect("death@1")
def settle_death(decided: Decisions, db: Database) -> None:
    """Insurances and pensions of the dead end with that month; the family is due what was decided, in the next one."""
    for one in _in_turn(decided, db):
        _settle_death(db, one, SURVIVORS, SURVIVORS_BENEFITS)


@effect("work-death@1")
def settle_work_death(decided: Decisions, db: Database) -> None:
    """As after any death; funeral and grant are those of the work-injury insurance."""
    for one in _in_turn(decided, db):
        _settle_death(db, one, WORK_DEATH, WORK_DEATH_BENEFITS)


@effect("double@1")
def clear_doubles(decided: Decisions, db: Database) -> None:
    """Months that another place keeps count here no more, and their own part is given back; else the other one does."""
    for one in _in_turn(decided, db):
        if one.facts["double.keep"] == "there":
            first, last = _month(one, "double.from_month"), _month(one, "double.to_month")
            fen = integer_of(one.facts, "double.refund_fen")
            refunds.give_back(db, Double(_only(one, "insured"), first, last, fen, _county(one), one.case, one.at))


@effect("refund@1")
def refund_employers(decided: Decisions, db: Database) -> None:
    """Money of the employer that settles nothing is paid back."""
    for one in decided:
        fen = integer_of(one.facts, "refund.granted_fen")
        refunds.give_back_to_employer(db, _only(one, "employer"), fen, one.case, one.at)


@effect("join@1")
def take_over(decided: Decisions, db: Database) -> None:
    """The months of the old place stand beside one's own; between provinces account and fund get their money."""
    join(db, [_arrival(one) for one in decided])


@undoing(
    "enrol@1",
    "leave@1",
    "wage@1",
    "rate@1",
    "back-payment@1",
    "retire@1",
    "suspend@1",
    "resume@1",
    "amend@1",
    "unemployment@1",
    "unemployment-change@1",
    "illness@1",
    "injury@1",
    "dependant@1",
    "death@1",
    "work-death@1",
    "double@1",
    "refund@1",
    "join@1",
)
def take_back(decided: Decisions, db: Database) -> None:
    """The books are what they would be without these cases."""
    for one in _in_turn(decided, db):
        reverse_case(db, one.case, one.case, one.at)


def _settle_death(db: Database, one: Decided, rule: str, due: Mapping[str, str]) -> None:
    """What the family is due: benefit → which figure of the claim says how much."""
    deceased, month = _only(one, "deceased"), _month(one, "deceased.died_on")
    enrolments.end_all(db, deceased, month, one.case, one.at)
    benefits.stop(db, deceased, month, one.case, one.at)
    amounts = {kind: f"survivor.{name}" for kind, name in due.items()}
    _grant(db, one, _only(one, "claimant"), deceased, rule, month + 1, amounts, month + 1)


def _grant(
    db: Database,
    one: Decided,
    beneficiary: int,
    insured: int,
    rule: str,
    first: int,
    amounts: Mapping[str, str],
    last: int | None = None,
) -> None:
    """Grant what facts say: benefit → fact with its monthly amount in fen."""
    county = _county(one)
    benefits.grant(
        db,
        [
            Benefit(
                beneficiary, insured, kind, first, integer_of(one.facts, fact), one.case, one.at, rule, county, last
            )
            for kind, fact in amounts.items()
        ],
    )


def _county(one: Decided) -> str:
    """The county of the office that decided: a place of one whom the case is about, as its service says."""
    return county_of(next(one.facts[fact] for fact in one.facts if fact.endswith(REGIONS)))


def _hire(one: Decided) -> Hire:
    book, started_on = definitions().rulebook, date_of(one.facts, "employment.start_date")
    return Hire(
        insured=_only(one, "employee"),
        employer=_only(one, "employer"),
        kinds=(INSURANCES[one.service],),
        first_month=month_of(started_on),
        county=county_of(one.facts["employer.region"]),
        case=one.case,
        at=one.at,
        wage_fen=integer_of(one.facts, "employment.monthly_wage_fen"),
        industry_class=_class(one),
        noticed_on=one.applied_on if is_noticed(book, started_on, one.applied_on) else None,
    )


def _class(one: Decided) -> int | None:
    """The employer's risk class, where the case knows it."""
    class_ = one.facts.get("employer.injury_risk_class")
    return class_ if isinstance(class_, int) else None


def _arrival(one: Decided) -> Arrival:
    """What the old place released; only a transfer between provinces has money with it."""
    role = next(role for role in one.subjects if role != "insured")
    between = f"{role}.pooled_fen" in one.facts
    released = one.facts[f"{role}.released_periods"]  # none where nothing was paid there
    return Arrival(
        insured=_only(one, "insured"),
        released=() if released is None else read_spans(str(released)),
        county=str(one.facts[f"{role}.from_region"]),
        case=one.case,
        at=one.at,
        account_fen=integer_of(one.facts, f"{role}.account_fen") if between else 0,
        pooled_fen=integer_of(one.facts, f"{role}.pooled_fen") if between else 0,
    )


def _leave(one: Decided, employer: int, insured: int, last_day: str) -> Leave:
    return Leave(insured, employer, _month(one, last_day), one.case, one.at)


def _leave_everywhere(db: Database, one: Decided, insured: int, last_day: str) -> None:
    locks.shared(db)
    locks.in_turn(db, [insured])
    employers = employers_of(db, insured, _month(one, last_day))
    leave(db, [_leave(one, employer, insured, last_day) for employer in employers])


def _in_turn(decided: Decisions, db: Database) -> Decisions:
    """The cases, once it is the turn of all the persons that they are about, before any employer's."""
    locks.shared(db)
    people = [
        who for one in decided for role, subjects in one.subjects.items() if role != "employer" for who in subjects
    ]
    locks.in_turn(db, people)
    return decided


def _only(one: Decided, role: str) -> int:
    """The only subject of a role."""
    (subject,) = one.subjects[role]
    return subject


def _month(one: Decided, fact: str) -> int:
    return month_of(date_of(one.facts, fact))
