"""What granted cases do to the ledger: a hire enrols, a leave ends it, a retirement and a death change who is paid.

Each is done once per case, for a whole batch or for none of it, and taken back by counter-postings when its case is
revoked. Services of any pack name them, as `social-insurance/enrol@1`.
"""

from __future__ import annotations

from typing import Final

from tongban.pack_api import Database, Decided, Decisions, RefusedError, date_of, effect, integer_of, undoing
from tongban.packs.base.rules import county_of
from tongban.packs.social_insurance.ledger import alone, benefits, enrolments, refunds, reversing
from tongban.packs.social_insurance.ledger.cases import (
    INSURANCES,
    arrival_in,
    chosen_in,
    class_in,
    county_in,
    departure_in,
    employers_in,
    first_whole_month_in,
    hire_in,
    leave_in,
    month_in,
    only,
    people_in,
    public_hire_in,
    resident_in,
    return_in,
    sending_in,
)
from tongban.packs.social_insurance.ledger.declarations import Declared, Rated, declare, rate
from tongban.packs.social_insurance.ledger.deferrals import Agreed, Deferred, agree, defer
from tongban.packs.social_insurance.ledger.enrolments import employers_of, enrol, is_insured_with, leave
from tongban.packs.social_insurance.ledger.granting import end_with_life, grant, hire, settle_death
from tongban.packs.social_insurance.ledger.payments import settle_anew
from tongban.packs.social_insurance.ledger.refunds import Double
from tongban.packs.social_insurance.ledger.transfers import join, release
from tongban.packs.social_insurance.models import LAST_MONTH

PENSION: Final = "hrss/pension"
UNEMPLOYMENT: Final = "social-insurance/unemployment-benefit"
INJURY: Final = "social-insurance/injury-benefit"
SURVIVORS: Final = "social-insurance/survivor-benefit"
WORK_DEATH: Final = "social-insurance/work-death-grant"
DEPENDANTS: Final = "social-insurance/work-death"
SURVIVORS_BENEFITS: Final = {"funeral": "funeral_fen", "grant": "grant_fen", "balance": "balance_fen"}
UNEMPLOYMENT_DEATH_BENEFITS: Final = {"unemployment-funeral": "funeral_fen", "unemployment-grant": "grant_fen"}
RESIDENT: Final = "social-insurance/resident-pension"
CHANGED: Final = {"level-changed": "disability", "retired": "disability", "care-changed": "care"}
"""Which benefit of an injured worker a change is about, by its cause."""
DOUBLE_PENSIONS: Final = {"employee": ("resident-pension",), "resident": ("pension",)}
"""Which pension here ends, by which one is kept; both where the one of another place is."""
WORK_DEATH_BENEFITS: Final = {"work-funeral": "funeral_fen", "work-grant": "lump_sum_fen"}
LEFT_OUT: Final = ("not-enrolled", "award")
"""The reasons of a back payment that say that somebody worked there uninsured; the other puts wages right."""
MOST_FUND_GRADE: Final = 4  # 5 and 6 are paid by the employer (Work Injury Regulation, 36)


@effect("enrol@1")
def enrol_employees(decided: Decisions, db: Database) -> None:
    """Each employee comes into the insurance of the service; a month that is billed already is billed for them.

    Whoever works again draws unemployment benefit up to that month (Social Insurance Law, 51).
    """
    hire(db, [hire_in(one) for one in decided])


@effect("return@1")
def enrol_again(decided: Decisions, db: Database) -> None:
    """Each employee who comes back is in all three insurances from the month of the first day on, as after a hire."""
    hire(db, [return_in(one) for one in decided])


@effect("enrol-public@1")
def enrol_public_staff(decided: Decisions, db: Database) -> None:
    """Staff of a public body come into what the books here hold of their insurance (`cases.PUBLIC`)."""
    hire(db, [public_hire_in(one) for one in decided])


@effect("leave@1")
def end_employment(decided: Decisions, db: Database) -> None:
    """Each employee's insurances with the employer end with the month of the last day."""
    leave(db, [leave_in(one, only(one, "employer"), only(one, "employee"), "leave.ended_on") for one in decided])


@effect("wage@1")
def declare_yearly_wages(decided: Decisions, db: Database) -> None:
    """The wage of each employee from the year's first month on; of whom the ledger has never heard there is none."""
    declared = []
    for one in decided:
        employer, insured = only(one, "employer"), only(one, "employee")
        first = integer_of(one.facts, "wage.year") * 12
        if is_insured_with(db, insured, employer, first, LAST_MONTH):
            wage_fen = integer_of(one.facts, "wage.average_wage_fen")
            declared.append(Declared(insured, employer, first, wage_fen, one.case, one.at))
    declare(db, declared)


@effect("rate@1")
def rate_employers(decided: Decisions, db: Database) -> None:
    """The employer's risk class and the level its rate floats at, from the month that was decided."""
    rated = []
    for one in decided:
        class_, level = integer_of(one.facts, "review.risk_class"), str(one.facts["review.float_level"])
        first, county = month_in(one, "review.rate_from"), county_of(one.facts["employer.region"])
        rated.append(Rated(only(one, "employer"), first, county, class_, level, one.case, one.at))
    rate(db, rated)


@effect("back-payment@1")
def make_good(decided: Decisions, db: Database) -> None:
    """Past months get the wage that was right; who was left out of an insurance in them comes into it, where the reason
    says that they worked there.
    """
    for one in _in_turn(decided, db):
        wage_fen = integer_of(one.facts, "arrear.monthly_wage_fen")
        first, last = month_in(one, "arrear.from_month"), month_in(one, "arrear.to_month")
        wage = Declared(only(one, "employee"), only(one, "employer"), first, wage_fen, one.case, one.at, last)
        kinds = tuple(INSURANCES.values()) if one.facts["arrear.reason"] in LEFT_OUT else ()
        enrolments.make_good(db, wage, kinds, county_of(one.facts["employer.region"]), class_in(one))


@effect("retire@1")
def pay_pensions(decided: Decisions, db: Database) -> None:
    """Contributions end with the month of retirement, and the pension is paid from the month that was decided.

    Unemployment benefit ends before it (Social Insurance Law, 51).
    """
    for one in _in_turn(decided, db):
        insured, first = only(one, "insured"), month_in(one, "pension.first_payment_on")
        employers = employers_of(db, insured, month_in(one, "pension.retired_on"))
        leave(db, [leave_in(one, employer, insured, "pension.retired_on") for employer in employers])
        benefits.stop(db, insured, first - 1, one.case, one.at, ("unemployment",))
        grant(db, one, insured, insured, PENSION, first, {"pension": "pension.monthly_pension_fen"})


@effect("suspend@1")
def suspend_pensions(decided: Decisions, db: Database) -> None:
    """The pension ends with the month in which it happened."""
    for one in _in_turn(decided, db):
        month = month_in(one, "change.happened_on")
        benefits.stop(db, only(one, "insured"), month, one.case, one.at, ("pension",))


@effect("resume@1")
def resume_pensions(decided: Decisions, db: Database) -> None:
    """The pension goes on, as much as before, from the month that was decided."""
    for one in _in_turn(decided, db):
        month = month_in(one, "change.resumed_from")
        benefits.resume(db, only(one, "insured"), "pension", month, one.case, one.at)


@effect("amend@1")
def amend_pensions(decided: Decisions, db: Database) -> None:
    """The pension was reckoned wrongly, and is what was decided from its first month on."""
    for one in _in_turn(decided, db):
        amount_fen = integer_of(one.facts, "change.new_pension_fen")
        benefits.amend(db, only(one, "insured"), "pension", amount_fen, one.case, one.at)


@effect("unemployment@1")
def pay_unemployed(decided: Decisions, db: Database) -> None:
    """The unemployment benefit is paid for as many months as were decided, and ends by itself."""
    for one in _in_turn(decided, db):
        claimant, first = only(one, "claimant"), month_in(one, "claim.first_month")
        last = first + integer_of(one.facts, "claim.granted_months") - 1
        amounts = {"unemployment": "claimant.unemployment_monthly_fen"}
        grant(db, one, claimant, claimant, UNEMPLOYMENT, first, amounts, last)


@effect("unemployment-change@1")
def change_unemployed(decided: Decisions, db: Database) -> None:
    """The unemployment benefit ends before the month that was decided, or goes on from it for what was left of it."""
    for one in _in_turn(decided, db):
        claimant, first = only(one, "claimant"), month_in(one, "claim.change_from")
        if one.facts["claim.wants"] == "stop":
            benefits.stop(db, claimant, first - 1, one.case, one.at, ("unemployment",))
        else:
            benefits.resume(db, claimant, "unemployment", first, one.case, one.at)


@effect("illness@1")
def pay_disabled(decided: Decisions, db: Database) -> None:
    """The allowance of whoever cannot work any more, for as many months as were decided."""
    for one in _in_turn(decided, db):
        insured, first = only(one, "insured"), month_in(one, "allowance.from_month")
        last = first + integer_of(one.facts, "allowance.months") - 1
        grant(db, one, insured, insured, PENSION, first, {"illness": "allowance.monthly_fen"}, last)


@effect("injury@1")
def pay_injured(decided: Decisions, db: Database) -> None:
    """The lump sum of an injury once, care month by month, and the allowance of those grades that the fund pays."""
    for one in _in_turn(decided, db):
        worker, first = only(one, "worker"), month_in(one, "injury.paid_from")
        grant(db, one, worker, worker, INJURY, first, {"injury-grant": "injury.lump_sum_fen"}, first)
        monthly = {"care": "injury.care_fen"}
        if str(one.facts["assessment.level"]) in {f"level-{grade}" for grade in range(1, MOST_FUND_GRADE + 1)}:
            monthly["disability"] = "injury.allowance_fen"
        grant(db, one, worker, worker, INJURY, first, monthly)


@effect("dependant@1")
def pay_dependants(decided: Decisions, db: Database) -> None:
    """Whoever lived on the wage of somebody who died at work draws a share of it month by month."""
    for one in _in_turn(decided, db):
        claimant, deceased, first = only(one, "claimant"), only(one, "deceased"), month_in(one, "survivor.from_month")
        grant(db, one, claimant, deceased, DEPENDANTS, first, {"dependant": "survivor.monthly_fen"})


@effect("died@1")
def end_with_lives(decided: Decisions, db: Database) -> None:
    """Insurances end with the month of a registered death, and so does all that was paid to the dead; what the family
    is due it claims.
    """
    for one in _in_turn(decided, db):
        end_with_life(db, one)


@effect("death@1")
def settle_death_of_insured(decided: Decisions, db: Database) -> None:
    """Insurances and pensions of the dead end with that month; the family is due what was decided, in the next one."""
    for one in _in_turn(decided, db):
        settle_death(db, one, SURVIVORS, SURVIVORS_BENEFITS)


@effect("work-death@1")
def settle_work_death(decided: Decisions, db: Database) -> None:
    """As after any death; funeral and grant are those of the work-injury insurance."""
    for one in _in_turn(decided, db):
        settle_death(db, one, WORK_DEATH, WORK_DEATH_BENEFITS)


@effect("unemployment-death@1")
def settle_death_of_unemployed(decided: Decisions, db: Database) -> None:
    """As after any death; funeral and grant are those of the unemployment insurance (Social Insurance Law, 49)."""
    for one in _in_turn(decided, db):
        settle_death(db, one, SURVIVORS, UNEMPLOYMENT_DEATH_BENEFITS)


@effect("injury-change@1")
def change_injured(decided: Decisions, db: Database) -> None:
    """The allowance or the care of an injured worker is what was decided from the first whole month on; it may end.

    Raises RefusedError where one of several dependants is meant and the case does not say which.
    """
    for one in _in_turn(decided, db):
        worker, cause = only(one, "worker"), str(one.facts["change.cause"])
        if cause in CHANGED:
            fen, first = integer_of(one.facts, "change.new_monthly_fen"), first_whole_month_in(one, "change.changed_on")
            benefits.change(db, worker, CHANGED[cause], fen, first, one.case, one.at)
        elif benefits.is_drawn_for(db, worker, "dependant"):
            raise RefusedError(
                "这里没有写是哪一位供养亲属；按那位亲属的资格认证办理",
                "This does not say which dependant is meant. Decide it with that dependant’s own confirmation.",
            )


@effect("pension-double@1")
def end_second_pension(decided: Decisions, db: Database) -> None:
    """Of two pensions the one that is not kept ends before the month since which both were drawn; what was paid of it
    since is owed back.
    """
    for one in _in_turn(decided, db):
        ended = DOUBLE_PENSIONS.get(str(one.facts["change.keeps"]), ("pension", "resident-pension"))
        last = month_in(one, "change.double_from") - 1
        benefits.stop(db, only(one, "insured"), last, one.case, one.at, ended)


@effect("resident@1")
def enrol_residents(decided: Decisions, db: Database) -> None:
    """Each resident comes into the residents' pension insurance by themselves."""
    enrol(db, [resident_in(one) for one in decided])


@effect("resident-pension@1")
def pay_residents(decided: Decisions, db: Database) -> None:
    """The residents' pension, the basic part and that of the account together, from the month that was decided."""
    for one in _in_turn(decided, db):
        insured, first = only(one, "insured"), month_in(one, "resident.first_month")
        enrolments.end_all(db, insured, first - 1, one.case, one.at, ("resident",))
        amounts = {"resident-pension": ("resident.basic_fen", "resident.account_monthly_fen")}
        grant(db, one, insured, insured, RESIDENT, first, amounts)


@effect("resident-death@1")
def settle_death_of_resident(decided: Decisions, db: Database) -> None:
    """As after any death; the funeral grant is that of the residents' pension insurance."""
    for one in _in_turn(decided, db):
        settle_death(db, one, RESIDENT, {"resident-funeral": "funeral_fen"})


@effect("resident-balance@1")
def settle_account_of_resident(decided: Decisions, db: Database) -> None:
    """As after any death; what the account holds is paid where it is kept, which is not here."""
    for one in _in_turn(decided, db):
        settle_death(db, one, RESIDENT, {})


@effect("double@1")
def clear_doubles(decided: Decisions, db: Database) -> None:
    """Months that another place keeps count here no more, and their own part is given back; else the other one does."""
    for one in _in_turn(decided, db):
        if one.facts["double.keep"] == "there":
            first, last = month_in(one, "double.from_month"), month_in(one, "double.to_month")
            fen = integer_of(one.facts, "double.refund_fen")
            refunds.give_back(db, Double(only(one, "insured"), first, last, fen, county_in(one), one.case, one.at))


@effect("alone@1")
def enrol_alone(decided: Decisions, db: Database) -> None:
    """People without an employer pay for the pension themselves, on the base that they chose."""
    alone.insure(db, [chosen_in(one) for one in decided], [county_in(one) for one in decided])


@effect("alone-base@1")
def choose_bases(decided: Decisions, db: Database) -> None:
    """Whoever pays for themselves does so on another base, from the first month of the year that it is chosen for."""
    alone.choose(db, [chosen_in(one) for one in decided])


@effect("alone-stop@1")
def stop_alone(decided: Decisions, db: Database) -> None:
    """Nobody pays for themselves after the month that they named as the last."""
    for one in _in_turn(decided, db):
        alone.stop(db, only(one, "insured"), month_in(one, "stop.last_month"), one.case, one.at)


@effect("defer@1")
def defer_contributions(decided: Decisions, db: Database) -> None:
    """The months that the province approved are due after them, and no late fee runs until then."""
    for one in _in_turn(decided, db):
        first, months = month_in(one, "deferral.from_month"), integer_of(one.facts, "deferral.months")
        _settle_deferred(db, one, defer(db, Deferred(only(one, "employer"), first, months, one.case, one.at)))


@effect("agree@1")
def agree_on_arrears(decided: Decisions, db: Database) -> None:
    """What is overdue is due on the day that was agreed on, and no late fee runs from the agreement until then."""
    for one in _in_turn(decided, db):
        until_on = date_of(one.facts, "agreement.pays_until")
        _settle_deferred(db, one, agree(db, Agreed(only(one, "employer"), until_on, one.case, one.at)))


@effect("refund@1")
def refund_employers(decided: Decisions, db: Database) -> None:
    """Money of the employer that settles nothing is paid back."""
    for one in _in_turn(decided, db):
        fen = integer_of(one.facts, "refund.granted_fen")
        refunds.give_back_to_employer(db, only(one, "employer"), fen, one.case, one.at)


@effect("join@1")
def take_over(decided: Decisions, db: Database) -> None:
    """The months of the old place stand beside one's own; between provinces account and fund get their money."""
    join(db, [arrival_in(one) for one in decided])


@effect("release@1")
def close_accounts(decided: Decisions, db: Database) -> None:
    """Where the old place's books are kept here, its account closes and the money leaves for another province."""
    for one in _in_turn(decided, db):
        release(db, departure_in(one))


@effect("send@1")
def send_accounts(decided: Decisions, db: Database) -> None:
    """The account of whoever goes to another province closes here, and the money leaves."""
    for one in _in_turn(decided, db):
        release(db, sending_in(one))


@undoing(
    "enrol@1", "return@1", "leave@1", "wage@1", "rate@1", "back-payment@1", "retire@1", "suspend@1", "resume@1",
    "amend@1", "unemployment@1", "unemployment-change@1", "illness@1", "injury@1", "dependant@1", "died@1", "death@1",
    "work-death@1", "unemployment-death@1", "injury-change@1", "pension-double@1", "resident@1", "resident-pension@1",
    "resident-death@1", "resident-balance@1", "double@1", "refund@1", "join@1", "enrol-public@1", "alone@1",
    "alone-base@1", "alone-stop@1", "defer@1", "agree@1", "release@1", "send@1",
)  # fmt: skip
def take_back(decided: Decisions, db: Database) -> None:
    """The books are what they would be without these cases."""
    reversing.in_turn(db, [one.case for one in decided], people_in(decided), employers_in(decided))
    for one in decided:
        reversing.reverse_case(db, one.case, one.case, one.at)


def _settle_deferred(db: Database, one: Decided, first: int | None) -> None:
    """What was paid late from the first deferred month on is settled anew, without the fee that does not run."""
    if first is not None:
        settle_anew(db, only(one, "employer"), first, one.at)


def _in_turn(decided: Decisions, db: Database) -> Decisions:
    """The cases, once it is the turn of all whom they are about, persons before employers."""
    enrolments.all_in_turn(db, people_in(decided), employers_in(decided))
    return decided
