"""The fixed people of the city and what belongs to them: personas turned into subjects, before anybody else is made.

What a persona's file says stands; what it leaves open is made up around it like anybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from tongban.catalog import values
from tongban.catalog.model import Catalog, Role
from tongban.catalog.vocabulary import Raw, Value
from tongban.testing.city.families import BIRTH
from tongban.testing.city.identities import Sex, born_of, sex_of
from tongban.testing.city.people import PERSON, Home, category_of, values_of, years_later
from tongban.testing.city.people import Person as Made
from tongban.testing.city.personas import Persona, roles_for
from tongban.testing.city.places import Map
from tongban.testing.city.subjects import Numbering, Parents, Subject

INSURED_AT_YEARS = 24


@dataclass(slots=True)
class Part:
    """A subject of the cast in the making. ``values`` are as written in the file, and typed at the end."""

    number: int
    type: str
    key: str | None = None
    region: str = ""
    ends: dict[str, int] = field(default_factory=dict)
    values: dict[str, Raw] = field(default_factory=dict)


class Cast:
    """Collects the parts of all personas; whoever appears in two bundles is one subject."""

    def __init__(self, catalog: Catalog, numbering: Numbering) -> None:
        self._catalog = catalog
        self._numbering = numbering
        self._parts: dict[int, Part] = {}
        self._by_key: dict[tuple[str, str], Part] = {}

    def subjects(
        self, personas: Iterable[Persona], random: Random, city_map: Map, on: date
    ) -> Iterator[Subject | Parents]:
        """Every subject of the cast, those at the ends of a relation before it."""
        everybody = [persona for persona in personas if persona.kind != "staff"]
        for persona in everybody:
            self._identify(persona)
        for persona in everybody:
            if persona.bundle is not None:
                self._play(persona, persona.bundle)
        for part in sorted(self._parts.values(), key=lambda part: (bool(part.ends), part.number)):
            yield self._subject(part, random, city_map, on)
            if part.type == BIRTH:
                yield self._parents(part)

    def _identify(self, persona: Persona) -> None:
        self._keyed(PERSON, persona.identity["id_number"], persona.region, {"name": persona.identity["name"]})
        if persona.organisation:
            name = {"name": persona.organisation["name"]}
            self._keyed("base/Organisation", persona.organisation["uscc"], persona.region, name)

    def _play(self, persona: Persona, bundle: str) -> None:
        """Make the subjects of the bundle about which the persona's file has records."""
        written = by_member({**persona.facts, **persona.records})
        recorded = {subject for subject, _ in by_member(persona.records)}
        roles = roles_for(self._catalog, bundle)
        bound: dict[tuple[str, int], int] = {}
        for (subject, member), about in written.items():
            role = roles[subject]
            key = about.pop(self._catalog.types[role.type].key or "", None)
            if not role.ends and key is not None:
                bound[subject, member] = self._keyed(role.type, str(key), persona.region, about).number
        for (subject, member), about in written.items():
            role = roles[subject]
            if role.ends and subject in recorded:
                ends = {end: self._end(bound, roles[other], member) for end, other in role.ends.items()}
                part = Part(self._numbering.next(), role.type, None, persona.region, ends, about)
                self._parts[part.number] = part

    def _end(self, bound: dict[tuple[str, int], int], role: Role, member: int) -> int:
        """The subject at an end of a relation's member; one that nothing identifies (a newborn) is made."""
        place = (role.name, member if role.many else 1)
        if place not in bound:
            part = Part(self._numbering.next(), role.type)
            self._parts[part.number] = part
            bound[place] = part.number
        return bound[place]

    def _keyed(self, type_id: str, key: str, region: str, about: Mapping[str, Raw]) -> Part:
        if (type_id, key) not in self._by_key:
            part = Part(self._numbering.next(), type_id, key, region)
            self._by_key[type_id, key] = self._parts[part.number] = part
        part = self._by_key[type_id, key]
        part.values |= about
        return part

    def _subject(self, part: Part, random: Random, city_map: Map, on: date) -> Subject:
        attributes = self._catalog.types[part.type].attributes
        known = [(name, raw) for name, raw in part.values.items() if name in attributes]
        typed: dict[str, Value] = {name: values.read(attributes[name], raw) for name, raw in known}
        if part.type == PERSON and part.key is not None:
            typed = {**_person_values(part, typed, random, city_map, on), **typed}
        return Subject(part.number, part.type, typed, part.key, part.region, part.ends)

    def _parents(self, part: Part) -> Parents:
        born = date.fromisoformat(str(part.values["date"]))
        return Parents(part.ends["child"], (part.ends["mother"], part.ends["father"]), born)


def by_member(written: Mapping[str, Raw]) -> dict[tuple[str, int], dict[str, Raw]]:
    """``{'birth.2.sex': x}`` → ``{('birth', 2): {'sex': x}}``; without a number the member is 1."""
    members: dict[tuple[str, int], dict[str, Raw]] = defaultdict(dict)
    for fact, raw in written.items():
        subject, *number, name = fact.split(".")
        members[subject, int(number[0]) if number else 1][name] = raw
    return dict(members)


def _person_values(part: Part, typed: Mapping[str, Value], random: Random, city_map: Map, on: date) -> dict[str, Value]:
    key = part.key or ""
    born, sex = born_of(key), sex_of(key)
    place = city_map.place(random, part.region)
    person = Made(part.number, str(typed["name"]), sex, born, key, "户主", _category(typed, random, sex))
    if typed.get("medical_insurance") == "employee":
        person.insured_from = years_later(born, INSURED_AT_YEARS)
    home = Home(f"{place.town}{part.number:07d}", place, person.name)
    return values_of(random, person, home, on)


def _category(typed: Mapping[str, Value], random: Random, sex: Sex) -> str:
    return str(typed.get("retirement_category") or category_of(random, sex))
