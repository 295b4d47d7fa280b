"""What granted cases do to the ledger: a hire enrols, a leave ends it, a retirement and a death change who is paid.

Each is done once per case, for a whole batch or for none of it, and taken back by counter-postings when its case is
revoked. Services of any pack name them, as `social-insurance/enrol@1`.
"""

from __future__ import annotations

from typing import Final

from tongban.pack_api import Database, Decided, Decisions, date_of, effect, integer_of, read_spans, undoing
from tongban.packs.base.rules import county_of
from tongban.packs.social_insurance.ledger import benefits, enrolments, locks
from tongban.packs.social_insurance.ledger.benefits import Benefit
from tongban.packs.social_insurance.ledger.declarations import Declared, declare
from tongban.packs.social_insurance.ledger.enrolments import Hire, Leave, employers_of, enrol, is_insured_with, leave
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.transfers import Arrival, join
from tongban.packs.social_insurance.models import LAST_MONTH

INSURANCES: Final = {
    "hrss/pension-insurance": "pension",
    "hrss/unemployment-insurance": "unemployment",
    "hrss/injury-insurance": "injury",
}
PENSION: Final = "hrss/pension"
SURVIVORS: Final = "social-insurance/survivor-benefit"
SURVIVORS_BENEFITS: Final = {"funeral": "funeral_fen", "grant": "grant_fen", "balance": "balance_fen"}


@effect("enrol@1")
def enrol_employees(decided: Decisions, db: Database) -> None:
    """Each employee comes into the insurance of the service; a month that is billed already is billed for them."""
    enrol(db, [_hire(one) for one in decided])


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


@effect("back-payment@1")
def make_good(decided: Decisions, db: Database) -> None:
    """Past months get the wage that was right; who was left out of an insurance in them comes into it."""
    for one in decided:
        wage_fen = integer_of(one.facts, "arrear.monthly_wage_fen")
        first, last = _month(one, "arrear.from_month"), _month(one, "arrear.to_month")
        wage = Declared(_only(one, "employee"), _only(one, "employer"), first, wage_fen, one.case, one.at, last)
        enrolments.make_good(db, wage, tuple(INSURANCES.values()), county_of(one.facts["employer.region"]), _class(one))


@effect("retire@1")
def pay_pensions(decided: Decisions, db: Database) -> None:
    """Contributions end with the month of retirement, and the pension is paid from the month that was decided."""
    for one in decided:
        insured, first = _only(one, "insured"), _month(one, "pension.first_payment_on")
        _leave_everywhere(db, one, insured, "pension.retired_on")
        amount_fen = integer_of(one.facts, "pension.monthly_pension_fen")
        benefits.grant(db, [Benefit(insured, insured, "pension", first, amount_fen, one.case, one.at, PENSION)])


@effect("death@1")
def settle_death(decided: Decisions, db: Database) -> None:
    """Insurances and pensions of the dead end with that month; the family is due what was decided, in the next one."""
    for one in decided:
        deceased, claimant = _only(one, "deceased"), _only(one, "claimant")
        month = _month(one, "deceased.died_on")
        enrolments.end_all(db, deceased, month, one.case, one.at)
        benefits.stop(db, deceased, month, one.case, one.at)
        due = {kind: integer_of(one.facts, f"survivor.{name}") for kind, name in SURVIVORS_BENEFITS.items()}
        benefits.grant(
            db,
            [
                Benefit(claimant, deceased, kind, month + 1, fen, one.case, one.at, SURVIVORS, last_month=month + 1)
                for kind, fen in due.items()
                if fen
            ],
        )


@effect("join@1")
def take_over(decided: Decisions, db: Database) -> None:
    """The months of the old place stand beside one's own; between provinces account and fund get their money."""
    join(db, [_arrival(one) for one in decided])


@undoing("enrol@1")
def undo_enrolment(decided: Decisions, db: Database) -> None:
    """Nobody was ever enrolled by these cases."""
    _take_back(decided, db)


@undoing("leave@1")
def undo_leave(decided: Decisions, db: Database) -> None:
    """Nobody has left by these cases."""
    _take_back(decided, db)


@undoing("wage@1")
def undo_wages(decided: Decisions, db: Database) -> None:
    """No wage was declared by these cases."""
    _take_back(decided, db)


@undoing("back-payment@1")
def undo_making_good(decided: Decisions, db: Database) -> None:
    """The past is what it was recorded as."""
    _take_back(decided, db)


@undoing("retire@1")
def undo_retirement(decided: Decisions, db: Database) -> None:
    """No pension was decided by these cases."""
    _take_back(decided, db)


@undoing("death@1")
def undo_death(decided: Decisions, db: Database) -> None:
    """Nothing ended, and nothing is due, by these cases."""
    _take_back(decided, db)


@undoing("join@1")
def undo_transfer(decided: Decisions, db: Database) -> None:
    """Nothing came from another place by these cases."""
    _take_back(decided, db)


def _take_back(decided: Decisions, db: Database) -> None:
    for one in decided:
        reverse_case(db, one.case, one.case, one.at)


def _hire(one: Decided) -> Hire:
    return Hire(
        insured=_only(one, "employee"),
        employer=_only(one, "employer"),
        kinds=(INSURANCES[one.service],),
        first_month=_month(one, "employment.start_date"),
        county=county_of(one.facts["employer.region"]),
        case=one.case,
        at=one.at,
        wage_fen=integer_of(one.facts, "employment.monthly_wage_fen"),
        industry_class=_class(one),
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
    employers = employers_of(db, insured, _month(one, last_day))
    leave(db, [_leave(one, employer, insured, last_day) for employer in employers])


def _only(one: Decided, role: str) -> int:
    """The only subject of a role."""
    (subject,) = one.subjects[role]
    return subject


def _month(one: Decided, fact: str) -> int:
    return month_of(date_of(one.facts, fact))
