"""The made-up city as it is made, before any database: repeatable, coherent, and of people who exist nowhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice

import pytest
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Text
from tongban.publication.files import tree
from tongban.testing.city.census import Census
from tongban.testing.city.families import BIRTH, MARRIAGE, STAY
from tongban.testing.city.identities import Identities, born_of, sex_of
from tongban.testing.city.people import PERSON
from tongban.testing.city.personas import personas
from tongban.testing.city.places import Place
from tongban.testing.city.records import DEFAULTS, Records, produced_attributes
from tongban.testing.city.subjects import Parents, Subject
from tongban.testing.city.work import EMPLOYMENT, ORGANISATION, PENSION, unit_number

TODAY = date(2026, 11, 16)
PEOPLE = 3_000


@cache
def everything(size: int = PEOPLE, seed: str = "zhuzhou") -> tuple[Subject | Parents, ...]:
    return tuple(Census(tree(), personas(), size=size, seed=seed, on=TODAY).subjects())


def subjects(type_id: str | None = None) -> list[Subject]:
    return [made for made in everything() if isinstance(made, Subject) and type_id in (None, made.type)]


def number(made: Subject, attribute: str) -> int:
    value = made.values[attribute]
    assert isinstance(value, int)
    return value


@pytest.mark.slow
def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    again = tuple(Census(tree(), personas(), size=PEOPLE, seed="zhuzhou", on=TODAY).subjects())
    assert again == everything()
    assert everything(300, "other") != everything(300)


@pytest.mark.slow
@pytest.mark.parametrize("size", [100, 101, 300, PEOPLE])
def test_there_are_exactly_as_many_people_as_asked_for(size: int) -> None:
    people = [made for made in everything(size) if isinstance(made, Subject) and made.type == PERSON]
    assert len(people) == size


def test_whatever_an_end_or_a_parent_names_was_made_before() -> None:
    seen: set[int] = set()
    for made in everything():
        if isinstance(made, Subject):
            assert seen.issuperset(made.ends.values())
            assert made.number not in seen
            seen.add(made.number)
        else:
            assert seen.issuperset({made.child, *made.parents})


def test_relations_have_the_ends_of_their_type() -> None:
    catalog = tree()
    types = {made.number: made.type for made in subjects()}
    for made in subjects():
        assert {name: types[other] for name, other in made.ends.items()} == dict(catalog.types[made.type].ends)


def test_every_number_passes_its_check_and_belongs_to_nobody() -> None:
    people = [made.key for made in subjects(PERSON) if made.key is not None]
    companies = [made.key for made in subjects(ORGANISATION) if made.key is not None]
    assert len(set(people)) == len(people)
    assert len(set(companies)) == len(companies) > 200
    assert all(key.startswith("430200") and mod_11_2.is_valid(key) for key in people)
    assert all(key[2:11] == "430200000" and uscc.is_valid(key) for key in companies)
    assert all(persona.identity["phone"].startswith("100") for persona in personas() if persona.kind != "staff")


def test_the_numbers_of_a_day_end_before_they_repeat() -> None:
    identities = Identities()
    day = date(1990, 1, 1)
    numbers = [identities.resident_id(day, "female") for _ in range(250)]
    assert len(set(numbers)) == 250
    assert {(born_of(one), sex_of(one)) for one in numbers} == {(day, "female")}
    with pytest.raises(ValueError, match="no ID number is left"):
        identities.resident_id(day, "female")


def test_premises_of_a_city_of_millions_have_numbers_of_28_characters_each_its_own() -> None:
    place = Place("430211001", "")
    numbers = [unit_number(place, serial) for serial in (1, 99_999, 100_000, 100_001, 9_999_999)]
    assert numbers[0] == "430211000000GB00001F00010001"
    assert {len(each) for each in numbers} == {28}
    assert len(set(numbers)) == len(numbers)


@pytest.mark.slow
def test_every_value_is_one_its_attribute_can_have() -> None:
    catalog = tree()
    records = Records(catalog, seed="zhuzhou", on=TODAY)
    seen = set()
    for made in subjects():
        attributes = catalog.types[made.type].attributes
        for holder, facts in records.of(made).items():
            for name, raw in facts.items():
                assert attributes[name].held_by == holder
                assert values.read(attributes[name], raw) is not None
                seen.add((made.type, name))
    assert len(seen) > 60


def test_every_attribute_that_is_held_and_not_made_by_a_service_has_a_value_somewhere() -> None:
    catalog = tree()
    records = Records(catalog, seed="zhuzhou", on=TODAY)
    types = {made.type for made in subjects()}
    with_value = {(made.type, name) for made in subjects() for facts in records.of(made).values() for name in facts}
    wanted = {
        (type_id, name)
        for type_id in types
        for name, attribute in catalog.types[type_id].attributes.items()
        if attribute.held_by is not None
    }
    assert wanted - with_value <= produced_attributes(catalog)


def test_spouses_were_of_age_when_they_married_and_the_register_knows_the_husband() -> None:
    by_number = {made.number: made for made in subjects(PERSON)}
    for marriage in subjects(MARRIAGE):
        husband, wife = by_number[marriage.ends["husband"]], by_number[marriage.ends["wife"]]
        assert marriage.values["husband_id_number"] == husband.key
        day = marriage.values["registered_on"]
        assert isinstance(day, date)
        assert day < TODAY
        assert day.year - born_of(husband.key or "").year >= 22
        assert day.year - born_of(wife.key or "").year >= 20


def test_the_newborn_are_weeks_old_and_in_no_register_yet() -> None:
    records = Records(tree(), seed="zhuzhou", on=TODAY)
    by_number = {made.number: made for made in subjects(PERSON)}
    births = subjects(BIRTH)
    assert len(births) > 3
    for birth in births:
        child, mother = by_number[birth.ends["child"]], by_number[birth.ends["mother"]]
        assert child.key is None
        assert records.of(child) == {}
        day = birth.values["date"]
        assert isinstance(day, date)
        assert 0 < (TODAY - day).days < 60
        assert 20 <= day.year - born_of(mother.key or "").year <= 41
    by_mother = Counter(birth.ends["mother"] for birth in births)
    assert 2 in by_mother.values()
    assert all(number(birth, "born_together") == by_mother[birth.ends["mother"]] for birth in births)
    assert {stay.ends["mother"] for stay in subjects(STAY)} == set(by_mother)


def test_parents_are_told_of_every_minor_that_lives_with_a_couple() -> None:
    born = {made.number: born_of(made.key) for made in subjects(PERSON) if made.key is not None}
    minors = [made for made in everything() if isinstance(made, Parents)]
    assert len(minors) > 300
    for minor in minors:
        assert len(set(minor.parents)) == 2
        assert (TODAY - minor.born).days < 18 * 365.25 + 1
        assert all(minor.born.year - born[parent].year >= 18 for parent in minor.parents)


def test_whoever_works_is_insured_and_whoever_retires_has_paid() -> None:
    by_number = {made.number: made for made in subjects(PERSON)}
    for job in subjects(EMPLOYMENT):
        person = by_number[job.ends["employee"]]
        assert person.values["medical_insurance"] == "employee"
        assert isinstance(person.values["injury_insured_from"], date)
    pensions = [made for made in subjects(PENSION) if "insured" in made.ends]
    assert len(pensions) > 100
    assert all(number(pension, "paid_months") >= 0 for pension in pensions)
    near = [pension for pension in pensions if pension.values.get("monthly_pension_fen") is None]
    assert near


def test_a_pack_that_brings_a_new_attribute_finds_values_for_it() -> None:
    catalog = tree()
    person = catalog.types[PERSON]
    new = {
        f"new_{kind.replace('-', '_')}": Attribute(
            PERSON, f"new_{kind.replace('-', '_')}", Text("新", "new"), kind, held_by="base/population", options=options
        )
        for kind in DEFAULTS
        for options in [person.attributes["sex"].options if kind == "choice" else ()]
    }
    widened = _with_attributes(catalog, new)
    records = Records(widened, seed="zhuzhou", on=TODAY)
    facts = records.of(next(made for made in subjects(PERSON) if made.key is not None))["base/population"]
    for name, attribute in new.items():
        if attribute.kind not in {"resident-id", "credit-code", "region"}:
            assert values.read(attribute, facts[name]) is not None
    names = [made.values.get("name") for made in subjects()]
    census = Census(widened, personas(), size=PEOPLE, seed="zhuzhou", on=TODAY)
    assert [made.values.get("name") for made in census.subjects() if isinstance(made, Subject)] == names


def _with_attributes(catalog: Catalog, more: dict[str, Attribute]) -> Catalog:
    person = catalog.types[PERSON]
    widened = replace(person, attributes={**person.attributes, **more})
    return replace(catalog, types={**catalog.types, PERSON: widened})


def test_a_city_whose_packs_know_fewer_types_has_no_others() -> None:
    catalog = tree()
    fewer = replace(catalog, types={name: one for name, one in catalog.types.items() if name.startswith("base/")})
    made = {one.type for one in Census(fewer, (), size=300, seed="x", on=TODAY).subjects() if isinstance(one, Subject)}
    assert made == {PERSON, ORGANISATION, "base/Premises"}


@pytest.mark.parametrize(("size", "organisations"), [(20_000, 1_500), (3_000, 225), (100, 20)])
def test_there_are_fifteen_hundred_organisations_for_twenty_thousand_people(size: int, organisations: int) -> None:
    census = Census(tree(), personas(), size=size, seed="zhuzhou", on=TODAY)
    before_households = islice(census.subjects(), 5_000)  # the economy stands before the first household is made up
    made = [one.key for one in before_households if isinstance(one, Subject) and one.type == ORGANISATION]
    of_personas = {value for one in personas() for name, value in one.facts.items() if name.endswith(".uscc")}
    assert len([key for key in made if key not in of_personas]) == organisations
