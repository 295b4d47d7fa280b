"""Companies and what hangs on work: jobs, pensions, housing-fund accounts, places of business."""

from __future__ import annotations

from datetime import date
from random import Random

from tongban.testing.city import names
from tongban.testing.city.identities import Identities
from tongban.testing.city.people import ADULT, WORKING_UNTIL, Person, day_between, years_later
from tongban.testing.city.places import Map, Place
from tongban.testing.city.subjects import Subject, Values

ORGANISATION, PREMISES = "base/Organisation", "base/Premises"
EMPLOYMENT, PENSION, FUND = "hrss/Employment", "hrss/Pension", "housing-fund/FundAccount"

TRADES = (
    ("食品", "食品生产、销售"), ("餐饮", "餐饮服务"), ("商贸", "日用百货销售"), ("建筑", "建筑工程施工"),
    ("机械", "机械零部件加工"), ("服饰", "服装生产、销售"), ("物流", "道路货物运输"), ("科技", "软件开发、技术服务"),
    ("物业", "物业管理"), ("陶瓷", "陶瓷制品制造"), ("教育", "教育咨询服务"), ("农业", "农产品种植、销售"),
)  # fmt: skip
KINDS = ("company",) * 7 + ("sole-trader",) * 9 + ("institution", "association", "association", "association")
ENDINGS = {"company": "有限公司", "sole-trader": "店", "institution": "服务中心", "association": "协会"}
PARCELS = 100_000  # as many as five digits tell apart; another building of the same one follows
WORKING_SHARE, PENSION_SHARE, FUND_SHARE = 0.62, 0.45, 0.55


def organisation(random: Random, number: int, identities: Identities, city_map: Map, on: date) -> Subject:
    """A company, shop, institution or association, with everything that registers have about it."""
    kind = random.choice(KINDS)
    trade, scope = random.choice(TRADES)
    place = city_map.shop(random)
    founded_on = day_between(random, years_later(on, -25), years_later(on, -1))
    values: Values = {
        "name": f"株洲{names.word(random)}{trade}{ENDINGS[kind]}（示例）",
        "kind": kind,
        "founded_on": founded_on,
        "business_scope": scope,
        "legal_representative_name": names.full_name(random, random.choice(("male", "female"))),
        "region": place.county,
        "address": place.address,
        "social_insurance_registered": True,
        "social_insurance_number": f"{place.county}{founded_on:%y}{number:06d}",
        "injury_risk_class": random.randint(1, 8),
    }
    if kind == "sole-trader" and random.randrange(3) == 0:
        values |= {"social_insurance_registered": False, "social_insurance_number": None, "injury_risk_class": None}
    return Subject(number, ORGANISATION, values, identities.credit_code(kind), place.town)


def premises(random: Random, number: int, city_map: Map) -> Subject:
    """A place of business in the register of land and buildings."""
    place = city_map.shop(random)
    values: Values = {
        "address": place.address,
        "region": place.county,
        "area_square_metres": random.randrange(30, 600, 5),
        "planned_use": random.choice(("commercial", "commercial", "commercial", "industrial", "residential")),
        "owner_name": names.full_name(random, random.choice(("male", "female"))),
    }
    return Subject(number, PREMISES, values, unit_number(place, number), place.town)


def unit_number(place: Place, serial: int) -> str:
    """A property unit number of 28 characters whose parcel, 000000GB, was never surveyed."""
    parcel, building = serial % PARCELS, 1 + serial // PARCELS
    return f"{place.county}000000GB{parcel:05d}F{building:04d}0001"


def settle(random: Random, person: Person, employers: list[int], on: date) -> None:
    """Say whether an adult works, and for whom (a number of ``employers``), insured since when. Changes ``person``."""
    age = person.age(on)
    if age < ADULT + 2 or not employers:
        return
    if age >= WORKING_UNTIL[person.category]:
        if random.random() < PENSION_SHARE:
            person.insured_from = day_between(random, years_later(person.born, 20), years_later(person.born, 30))
    elif random.random() < WORKING_SHARE:
        employer = employers[int(len(employers) * random.random() ** 2)]  # the first are the largest
        grown = years_later(person.born, ADULT + 1)
        person.employer = employer
        person.insured_from = day_between(random, max(grown, date(1986, 1, 1)), max(grown, years_later(on, -1)))


def employment_of(number: int, on: date) -> Values:
    """What the labour register has about a job."""
    return {
        "contract_filed": True,
        "filing_number": f"YG{on:%y}{number:07d}",
        "registration_number": f"JY{on:%y}{number:07d}",
    }


def pension_of(random: Random, person: Person, on: date) -> Values:
    """What the pension insurer has about somebody who retires soon or has retired."""
    since = person.insured_from or on
    paid_months = min((on.year - since.year) * 12 + on.month - since.month, 420)
    return {
        "paid_months": paid_months,
        "deemed_months": random.choice((0, 0, 0, 24, 60)),
        "first_work_on": since,
        "account_balance_fen": paid_months * random.randrange(25_000, 60_000),
        "average_index_permille": random.randrange(600, 1800, 10),
        "special_work_confirmed": random.randrange(20) == 0,
        "unable_to_work": False,
        "monthly_pension_fen": paid_months * random.randrange(600, 1_100) if person.is_retired(on) else None,
    }


def fund_of(random: Random, number: int) -> Values:
    """What the housing fund has about an account."""
    return {
        "open": True,
        "account_number": f"4302{number:08d}",
        "balance_fen": random.randrange(300_000, 25_000_000, 100),
        "loan_open": random.randrange(5) == 0,
    }
