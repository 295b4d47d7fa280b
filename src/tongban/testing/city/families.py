"""Households: who lives together, who is married to whom, which children were just born."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from tongban.testing.city import names
from tongban.testing.city.identities import Identities, Sex
from tongban.testing.city.people import ADULT, Home, Person, category_of, day_between, years_later
from tongban.testing.city.places import Map
from tongban.testing.city.subjects import Numbering, Values

MARRIAGE, BIRTH, STAY = "civil/Marriage", "health/Birth", "medical-insurance/MaternityStay"
NEWBORN_DAYS = 60
BIRTH_IN = 60  # one couple of that age in so many had a child in these days
TWINS_IN = 12
MOTHERS_AGE = range(22, 40)
LEAVES_HOME = 25


class Delivery(NamedTuple):
    """Children just born to a couple, in one hour."""

    children: tuple[Person, ...]
    day: date


@dataclass(slots=True)
class Household:
    """People who live together, adults first; the couples among them; children born in the last sixty days."""

    home: Home
    members: list[Person] = field(default_factory=list)
    couples: list[tuple[Person, Person]] = field(default_factory=list)
    children: list[Person] = field(default_factory=list)
    delivery: Delivery | None = None


class Families:
    """Makes households one after the other; each is complete when it is given out."""

    def __init__(self, random: Random, city_map: Map, identities: Identities, numbering: Numbering, on: date) -> None:
        self._random = random
        self._map = city_map
        self._identities = identities
        self._numbering = numbering
        self._on = on
        self._serial = 0

    def households(self, people: int) -> Iterator[Household]:
        """Households until there are exactly so many people; newborns without an ID number count."""
        left = people
        while left > 0:
            household = self._household(left)
            left -= len(household.members)
            yield household

    def _household(self, at_most: int) -> Household:
        kind = self._random.random()
        place = self._map.place(self._random)
        self._serial += 1
        home = Home(f"{place.town}{self._serial:07d}", place, "")
        household = Household(home)
        if at_most == 1 or kind < 0.16:  # noqa: PLR2004 -- shares of kinds of households
            self._adult(household, self._random.choice(("male", "female")), self._random.randint(20, 78))
        else:
            wife_age = self._random.randint(60, 84) if kind < 0.36 else self._random.randint(23, 59)  # noqa: PLR2004
            self._couple(household, wife_age, at_most)
        home.head_name = household.members[0].name
        return household

    def _couple(self, household: Household, wife_age: int, at_most: int) -> None:
        husband = self._adult(household, "male", max(22, wife_age + self._random.randint(-2, 5)))
        wife = self._adult(household, "female", wife_age)
        wife.relation = "妻"
        household.couples.append((husband, wife))
        room = at_most - 2
        for _ in range(min(room, self._random.choice((0, 1, 1, 1, 2, 2, 3)))):
            self._child(household, husband, wife)
        room = at_most - len(household.members)
        if room and wife_age in MOTHERS_AGE and self._random.randrange(BIRTH_IN) == 0:
            self._newborns(household, min(room, 1 + (self._random.randrange(TWINS_IN) == 0)))

    def _child(self, household: Household, husband: Person, wife: Person) -> None:
        born = years_later(wife.born, self._random.choice(MOTHERS_AGE)) + timedelta(days=self._random.randrange(365))
        last = self._on - timedelta(days=300)
        if not years_later(self._on, -LEAVES_HOME) < born < last:
            return  # not born yet, or has a home of its own
        sex = self._sex()
        name = husband.name[0] + names.given_name(self._random, sex)
        child = self._person(name, sex, born, "子" if sex == "male" else "女")
        household.members.append(child)
        if child.age(self._on) < ADULT:
            household.children.append(child)

    def _newborns(self, household: Household, count: int) -> None:
        day = day_between(self._random, self._on - timedelta(days=NEWBORN_DAYS - 1), self._on - timedelta(days=1))
        newborns = tuple(self.newborn(self._sex(), day) for _ in range(count))
        household.members += newborns
        household.children += newborns
        household.delivery = Delivery(newborns, day)

    def newborn(self, sex: Sex, day: date) -> Person:
        """A child that nobody has named or registered yet."""
        return Person(self._numbering.next(), "", sex, day, None, "")

    def _adult(self, household: Household, sex: Sex, age: int) -> Person:
        first = years_later(self._on, -age - 1) + timedelta(days=1)
        born = day_between(self._random, first, years_later(self._on, -age))
        person = self._person(names.full_name(self._random, sex), sex, born, "户主")
        household.members.append(person)
        return person

    def _person(self, name: str, sex: Sex, born: date, relation: str) -> Person:
        key = self._identities.resident_id(born, sex)
        category = category_of(self._random, sex) if years_later(born, ADULT) <= self._on else ""
        return Person(self._numbering.next(), name, sex, born, key, relation, category)

    def _sex(self) -> Sex:
        return "male" if self._random.random() < 0.52 else "female"  # noqa: PLR2004 -- as at birth


def marriage_of(random: Random, husband: Person, wife: Person, home: Home, city_map: Map, on: date) -> Values:
    """What the marriage register has about a couple."""
    county = home.place.county
    youngest = max(years_later(husband.born, 22), years_later(wife.born, 20))
    day = day_between(random, youngest, min(on - timedelta(days=330), years_later(youngest, 6)))
    return {
        "registered": True,
        "registered_on": day,
        "certificate_number": f"J{county}-{day.year}-{wife.number:06d}",
        "office_name": f"{city_map.county_title(county)}民政局",
        "husband_id_number": husband.key,
    }


def hospital_in(city_map: Map, county: str) -> str:
    """The maternity hospital of a county: a sample, in which no real one has a part."""
    return f"{city_map.county_title(county)}妇幼保健院（示例）"


def birth_of(random: Random, child: Person, together: int, order: int, home: Home, city_map: Map) -> Values:
    """What the maternity hospital has about a birth."""
    county, day = home.place.county, child.born
    light = 700 if together > 1 else 0
    return {
        "in_city": True,
        "sex": child.sex,
        "date": day,
        "time": f"{random.randrange(24):02d}:{random.randrange(0, 60, 5):02d}",
        "hospital_name": hospital_in(city_map, county),
        "hospital_region": county,
        "place": f"湖南省{city_map.county_title(county)}",
        "attendant_name": names.full_name(random, "female"),
        "record_number": f"FM{day:%Y%m%d}{child.number:06d}",
        "gestation_weeks": random.randint(35, 37) if together > 1 else random.randint(37, 41),
        "delivery_way": random.choice(("natural", "natural", "caesarean")),
        "order": order,
        "born_together": together,
        "weight_grams": random.randrange(2600 - light, 4000 - light, 10),
        "length_centimetres": random.randint(47, 53),
        "healthy": True,
        "hepatitis_b_vaccinated_on": day,
        "tuberculosis_vaccinated_on": day + timedelta(days=1),
        "hearing_screened": True,
        "metabolism_screened": True,
    }


def stay_of(random: Random, mother: Person, delivery: Delivery, home: Home, city_map: Map, on: date) -> Values:
    """What the insurer has about the mother's stay in hospital."""
    total_fen = random.randrange(380_000, 1_250_000, 100)
    return {
        "settlement_number": f"JS{delivery.day:%Y%m%d}{mother.number:06d}",
        "hospital_name": hospital_in(city_map, home.place.county),
        "admitted_on": delivery.day - timedelta(days=1),
        "discharged_on": min(delivery.day + timedelta(days=random.randint(2, 4)), on),
        "invoice_number": f"430200{mother.number:08d}",
        "total_fen": total_fen,
        "covered_fen": total_fen * random.randint(70, 85) // 100,
    }
