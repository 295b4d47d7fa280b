"""What the ledger reads in a granted case: whom it is about, months, the county, a hire, a leave, an arrival."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tongban.pack_api import Decided, Decisions, Spans, Value, date_of, definitions, integer_of, read_spans
from tongban.packs.base.rules import county_of
from tongban.packs.social_insurance.ledger.alone import Chosen, base_of
from tongban.packs.social_insurance.ledger.contributions import is_noticed
from tongban.packs.social_insurance.ledger.enrolments import RESIDENT, Hire, Leave
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.transfers import Arrival

INSURANCES: Final = {
    "hrss/pension-insurance": "pension",
    "hrss/unemployment-insurance": "unemployment",
    "hrss/injury-insurance": "injury",
}
PUBLIC: Final = {"civil-servant": (), "institution-staff": ("unemployment", "injury")}
"""What of the staff of public bodies is kept here. Institutions insure theirs against unemployment (Unemployment
Regulation, 2) and injury (Injury Regulation, 2); for civil servants the body itself answers (65). Their pension is a
scheme of its own, as is the annuity: no rate of either has a source here."""
REGIONS: Final = (".residence_region", ".household_region", "employer.region")


def county_in(one: Decided) -> str:
    """The county of the office that decided: a place of one whom the case is about, as its service says."""
    return county_of(next(one.facts[fact] for fact in one.facts if fact.endswith(REGIONS)))


def hire_in(one: Decided) -> Hire:
    """Somebody whom an employer brings into the insurance of the service."""
    return _hired(one, "employment.start_date", "employment.monthly_wage_fen", (INSURANCES[one.service],))


def return_in(one: Decided) -> Hire:
    """Somebody who was insured before and whom an employer brings back into all three insurances."""
    return _hired(one, "back.started_on", "back.monthly_wage_fen", tuple(INSURANCES.values()))


def public_hire_in(one: Decided) -> Hire:
    """Somebody in post of a public body, in what of its staff's insurance the books here hold."""
    return _hired(one, "enrolment.posted_on", "enrolment.post_wage_fen", PUBLIC[str(one.facts["enrolment.post_kind"])])


def chosen_in(one: Decided) -> Chosen:
    """The base that somebody who pays for themselves chose: on coming in from a month on, or for a year."""
    role = "enrolment" if "enrolment" in one.subjects else "payment"
    year = one.facts.get("payment.year")
    month = year * 12 if isinstance(year, int) else month_in(one, "enrolment.from_month")
    base_fen = base_of(str(one.facts[f"{role}.base_percent"]), month)
    return Chosen(only(one, "insured"), month, base_fen, one.case, one.at)


def _hired(one: Decided, first_day: str, wage: str, kinds: tuple[str, ...]) -> Hire:
    book, started_on = definitions().rulebook, date_of(one.facts, first_day)
    return Hire(
        insured=only(one, "employee"),
        employer=only(one, "employer"),
        kinds=kinds,
        first_month=month_of(started_on),
        county=county_of(one.facts["employer.region"]),
        case=one.case,
        at=one.at,
        wage_fen=integer_of(one.facts, wage),
        industry_class=class_in(one),
        noticed_on=one.applied_on if is_noticed(book, started_on, one.applied_on) else None,
    )


def resident_in(one: Decided) -> Hire:
    """Somebody who comes into the residents' pension insurance by themselves."""
    first = month_in(one, "enrolment.insured_from")
    return Hire(only(one, "insured"), None, (RESIDENT,), first, county_in(one), one.case, one.at)


def class_in(one: Decided) -> int | None:
    """The employer's risk class, where the case knows it."""
    class_ = one.facts.get("employer.injury_risk_class")
    return class_ if isinstance(class_, int) else None


def arrival_in(one: Decided) -> Arrival:
    """What the old place released; only a transfer between provinces has money with it."""
    role = next(role for role in one.subjects if role != "insured")
    between = f"{role}.pooled_fen" in one.facts
    released = one.facts[f"{role}.released_periods"]  # none where nothing was paid there
    double = one.facts[f"{role}.overlapping_periods"] if one.facts[f"{role}.keep"] == "there" else None
    return Arrival(
        insured=only(one, "insured"),
        released=_spans(released),
        given_back=_spans(double),
        office=county_in(one),
        county=str(one.facts[f"{role}.from_region"]),
        case=one.case,
        at=one.at,
        account_fen=integer_of(one.facts, f"{role}.account_fen") if between else 0,
        pooled_fen=integer_of(one.facts, f"{role}.pooled_fen") if between else 0,
    )


def departure_in(one: Decided) -> Arrival:
    """What leaves the old place for another province: the account, and the share of the fund that its rule gives."""
    amounts = integer_of(one.facts, "transfer.account_fen"), integer_of(one.facts, "transfer.pooled_fen")
    return leaving_in(one, *amounts)


def leaving_in(one: Decided, account_fen: int = 0, pooled_fen: int = 0) -> Arrival:
    """Who leaves the old place, and which of the months paid in both places the new one keeps."""
    double = one.facts["transfer.periods_here"] if one.facts["transfer.keep"] == "here" else None
    place = str(one.facts["transfer.from_region"])
    return Arrival(
        only(one, "insured"), (), place, one.case, one.at, account_fen, pooled_fen, _spans(double), county_of(place)
    )


def sending_in(one: Decided) -> Arrival:
    """What leaves this place for another province, as the form that goes along says."""
    account_fen, pooled_fen = integer_of(one.facts, "out.account_fen"), integer_of(one.facts, "out.pooled_fen")
    return Arrival(only(one, "insured"), (), county_in(one), one.case, one.at, account_fen, pooled_fen)


def _spans(periods: Value) -> Spans:
    return () if periods is None else read_spans(str(periods))


def leave_in(one: Decided, employer: int, insured: int, last_day: str) -> Leave:
    """Somebody's leave from an employer, with the month of a day."""
    return Leave(insured, employer, month_in(one, last_day), one.case, one.at)


def only(one: Decided, role: str) -> int:
    """The only subject of a role."""
    (subject,) = one.subjects[role]
    return subject


def month_in(one: Decided, fact: str) -> int:
    """The month of a day."""
    return month_of(date_of(one.facts, fact))


def first_whole_month_in(one: Decided, fact: str) -> int:
    """The month that begins with a day or follows it."""
    return month_of(date_of(one.facts, fact) - timedelta(days=1)) + 1


def people_in(decided: Decisions) -> set[int]:
    """Everybody whom these cases are about, but no employer."""
    return {who for one in decided for role, subjects in one.subjects.items() if role != "employer" for who in subjects}


def employers_in(decided: Decisions) -> set[int]:
    """The employers whom these cases are about."""
    return {employer for one in decided for employer in one.subjects.get("employer", ())}
