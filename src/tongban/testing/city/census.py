"""Everybody and everything in the city, in one stream: the cast, companies, then household after household.

The same catalog, size, seed and day give the same city. Nothing but the present household and the list of employers is
kept, so a city of millions takes hardly more memory than one of 2,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random

from tongban.catalog.model import Catalog
from tongban.testing.city import families, people, work
from tongban.testing.city.cast import Cast
from tongban.testing.city.families import Families, Household
from tongban.testing.city.identities import Identities
from tongban.testing.city.people import PERSON, Person, values_of
from tongban.testing.city.personas import Persona
from tongban.testing.city.places import Map
from tongban.testing.city.subjects import Numbering, Parents, Subject, Values

ORGANISATIONS_PER_PEOPLE = 1500 / 20_000
FEWEST_ORGANISATIONS = 20
ORGANISATIONS_PER_PREMISES = 3


class Census:
    """One run through the city's subjects.

    Who there is and what is said of them is drawn from two streams of chance, so that an attribute more or less changes
    nobody's name.
    """

    def __init__(self, catalog: Catalog, personas: Iterable[Persona], *, size: int, seed: str, on: date) -> None:
        self._catalog = catalog
        self._personas = personas
        self._size = size
        self._on = on
        self._who = Random(f"{seed}: who")  # noqa: S311 -- a made-up city wants repeatable chance
        self._what = Random(f"{seed}: what")  # noqa: S311
        self._identities = Identities()
        self._numbering = Numbering()
        self._map = Map(catalog.regions)
        self._employers: list[int] = []

    def subjects(self) -> Iterator[Subject | Parents]:
        """Everything, each subject after those at its ends. Types that no pack has are passed over."""
        for made in self._everything():
            if isinstance(made, Parents) or made.type in self._catalog.types:
                yield made

    def _everything(self) -> Iterator[Subject | Parents]:
        cast_people = 0
        for made in Cast(self._catalog, self._numbering).subjects(self._personas, self._what, self._map, self._on):
            cast_people += isinstance(made, Subject) and made.type == PERSON
            yield made
        yield from self._economy()
        households = Families(self._who, self._map, self._identities, self._numbering, self._on)
        for household in households.households(self._size - cast_people):
            yield from self._household(household)

    def _economy(self) -> Iterator[Subject]:
        count = max(FEWEST_ORGANISATIONS, round(self._size * ORGANISATIONS_PER_PEOPLE))
        for _ in range(count):
            self._employers.append(self._numbering.next())
            yield work.organisation(self._who, self._employers[-1], self._identities, self._map, self._on)
        for _ in range(count // ORGANISATIONS_PER_PREMISES):
            yield work.premises(self._who, self._numbering.next(), self._map)

    def _household(self, household: Household) -> Iterator[Subject | Parents]:
        for person in household.members:
            if person.key is not None:
                work.settle(self._who, person, self._employers, self._on)
            yield self._person(person, household)
        for husband, wife in household.couples:
            about = families.marriage_of(self._what, husband, wife, household.home, self._map, self._on)
            yield self._relation(families.MARRIAGE, household, about, husband=husband.number, wife=wife.number)
            for child in household.children:
                yield Parents(child.number, (wife.number, husband.number), child.born)
            yield from self._delivery(household, husband, wife)
        for person in household.members:
            yield from self._working_life(household, person)

    def _person(self, person: Person, household: Household) -> Subject:
        about = values_of(self._what, person, household.home, self._on) if person.key is not None else {}
        return Subject(person.number, people.PERSON, about, person.key, household.home.place.town)

    def _delivery(self, household: Household, husband: Person, wife: Person) -> Iterator[Subject]:
        if household.delivery is None:
            return
        newborns = household.delivery.children
        earlier = len(household.children) - len(newborns)
        for order, child in enumerate(newborns, start=earlier + 1):
            about = families.birth_of(self._what, child, len(newborns), order, household.home, self._map)
            ends = {"child": child.number, "mother": wife.number, "father": husband.number}
            yield self._relation(families.BIRTH, household, about, **ends)
        stay = families.stay_of(self._what, wife, household.delivery, household.home, self._map, self._on)
        yield self._relation(families.STAY, household, stay, mother=wife.number)

    def _working_life(self, household: Household, person: Person) -> Iterator[Subject]:
        if person.employer is not None:
            job = work.employment_of(self._numbering.last + 1, self._on)
            ends = {"employer": person.employer, "employee": person.number}
            yield self._relation(work.EMPLOYMENT, household, job, **ends)
            if self._who.random() < work.FUND_SHARE:
                account = work.fund_of(self._what, self._numbering.last + 1)
                yield self._relation(work.FUND, household, account, owner=person.number)
        if person.nears_retirement(self._on):
            pension = work.pension_of(self._what, person, self._on)
            yield self._relation(work.PENSION, household, pension, insured=person.number)

    def _relation(self, type_id: str, household: Household, about: Values, **ends: int) -> Subject:
        return Subject(self._numbering.next(), type_id, about, None, household.home.place.town, ends)
