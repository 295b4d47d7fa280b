"""People as the registers of any city know them: who they are, where they live, how they are insured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tongban.testing.city.identities import Sex
from tongban.testing.city.places import Place
from tongban.testing.city.subjects import Values

PERSON = "base/Person"
ETHNIC_GROUPS = ("汉族",) * 47 + ("苗族", "土家族", "瑶族")
ADULT, WORKING_UNTIL = 18, {"male-60": 61, "female-55": 56, "female-50": 51}
FULL_INSURANCE_MONTHS = {"male": 360, "female": 300}  # what the made-up insurer asks of the retired
RARE = ("contest_award", "contest_award_on", "apprentices_certified")
"""What hardly anybody has, and nobody who is made up."""
SCHOOL_AGE = 7
NEAR_RETIREMENT_YEARS = 3


@dataclass(slots=True)
class Home:
    """A household: its number in the register, its dwelling, whose name stands on the book."""

    number: str
    place: Place
    head_name: str


@dataclass(slots=True)
class Person:
    """What a person's records follow from. A newborn has no key; whoever works has an employer."""

    number: int
    name: str
    sex: Sex
    born: date
    key: str | None
    relation: str
    category: str = ""
    employer: int | None = None
    insured_from: date | None = None

    def age(self, on: date) -> int:
        """Full years on a day."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def is_retired(self, on: date) -> bool:
        """Whether an employee's pension is drawn."""
        return self.insured_from is not None and self.age(on) >= WORKING_UNTIL[self.category]

    def nears_retirement(self, on: date) -> bool:
        """Whether an employee's pension is drawn, or will be within three years."""
        return self.insured_from is not None and self.age(on) >= WORKING_UNTIL[self.category] - NEAR_RETIREMENT_YEARS


def category_of(random: Random, sex: Sex) -> str:
    """The retirement age of before the reform."""
    return "male-60" if sex == "male" else random.choice(("female-50", "female-50", "female-55"))


def day_between(random: Random, first: date, last: date) -> date:
    """A day from ``first`` to ``last``, both included."""
    return first + timedelta(days=random.randrange(max((last - first).days, 0) + 1))


def years_later(day: date, years: int) -> date:
    """The same day in another year; 28 February where there is no 29th."""
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + years, 2, 28) if leap else day.replace(year=day.year + years)


def values_of(random: Random, person: Person, home: Home, on: date) -> Values:
    """Every value that some register has about a person, by attribute."""
    return {
        **_population(random, person, home),
        **_health(random, person, on),
        **_social_insurance(random, person, on),
        **_medical_insurance(random, person, home, on),
        **dict.fromkeys(RARE),
    }


def _population(random: Random, person: Person, home: Home) -> Values:
    return {
        "name": person.name,
        "nationality": "中国",
        "ethnicity": random.choice(ETHNIC_GROUPS),
        "household_number": home.number,
        "household_head_name": home.head_name,
        "household_relation": person.relation,
        "household_region": home.place.region,
        "household_address": home.place.address,
        "residence_region": home.place.region,
        "residence_address": home.place.address,
    }


def _health(random: Random, person: Person, on: date) -> Values:
    small = person.age(on) < SCHOOL_AGE
    works_with_food = person.employer is not None and random.randrange(25) == 0
    return {
        "immunisation_number": f"{person.born:%y%m%d}{person.number:08d}" if small else None,
        "next_vaccination_on": day_between(random, on, on + timedelta(days=180)) if small else None,
        "has_health_certificate": works_with_food,
        "health_certificate_number": f"JK{on:%y}{person.number:07d}" if works_with_food else None,
        "guidance_number": f"YE{person.born:%y}{person.number:07d}" if small else None,
    }


def _social_insurance(random: Random, person: Person, on: date) -> Values:
    grown = person.age(on) >= ADULT
    has_card = grown or random.randrange(4) > 0
    archive = random.choice(("no-file", "no-file", "no-file", "here", "here", "elsewhere")) if grown else "no-file"
    injury_insured = person.employer is not None
    return {
        "has_social_card": has_card,
        "social_card_number": f"T{person.number:08d}" if has_card else None,
        "archive_place": archive,
        "archive_number": f"DA{on:%y}{person.number:07d}" if archive == "here" else None,
        "pension_insured_from": person.insured_from,
        "injury_insured_from": person.insured_from if injury_insured else None,
        "unemployment_insured_from": person.insured_from if injury_insured else None,
        "unemployment_registered": grown and not injury_insured and random.randrange(12) == 0,
        "retirement_category": person.category or None,
    }


def _medical_insurance(random: Random, person: Person, home: Home, on: date) -> Values:
    if person.insured_from is not None:
        scheme, since = "employee", person.insured_from
    elif random.randrange(20):
        scheme, since = "resident", day_between(random, max(person.born, date(2016, 1, 1)), on)
    else:
        return {"medical_insurance": "uninsured"}
    retired = person.is_retired(on)
    paid_months = (on.year - since.year) * 12
    missing_months = max(0, FULL_INSURANCE_MONTHS[person.sex] - paid_months)
    return {
        "medical_insurance": scheme,
        "medical_insurance_number": f"{home.place.county}{since:%y}{person.number:08d}",
        "medical_insured_from": since,
        "medical_paid_months": paid_months if scheme == "employee" else None,
        "medical_years_full": missing_months == 0 if scheme == "employee" else None,
        "medical_missing_months": missing_months if scheme == "employee" else None,
        "medical_retired_from": years_later(person.born, WORKING_UNTIL[person.category]) if retired else None,
    }
