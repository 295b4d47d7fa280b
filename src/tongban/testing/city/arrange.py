"""Changing what the registers hold about a persona, for a story's ``given`` in a city of its own.

Facts are named as in the persona's bundle: ``mother.residence_address``, ``birth.2.sex``. A second member of a relation
(a twin's birth) is registered on the way, like the first except for what is given.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban import publication
from tongban.accounts import mandates
from tongban.catalog import values
from tongban.catalog.model import Catalog, Role
from tongban.catalog.vocabulary import Attribute, Raw, Text, Value
from tongban.platform import time
from tongban.platform.founding import refuse_real_city
from tongban.registry import service as registry
from tongban.registry.model import Entry, Reader, Wanted
from tongban.testing.city.cast import by_member
from tongban.testing.city.families import BIRTH
from tongban.testing.city.personas import Persona, roles_for
from tongban.testing.city.personas import persona as persona_called

STORYTELLER = Reader("system", Text("布置演示", "Setting the scene"))


def arrange(name: str, facts: Mapping[str, Raw], bundle: str | None = None) -> dict[str, Raw]:
    """Let the registers hold these facts about a persona and whom it comes with; returns those they cannot hold.

    What nobody holds, and what is said of somebody who is not registered, is for the persona to answer. ``bundle`` says
    whose subjects are named; by default those of the persona's own. Raises KeyError for an unknown persona or subject
    and WrongValue for a value that cannot be.
    """
    refuse_real_city()
    one = persona_called(name)
    if one is None:
        raise KeyError(name)
    catalog = publication.current()
    scene = _Scene(catalog, roles_for(catalog, bundle or one.bundle or ""), one)
    return scene.arrange(facts)


class _Scene:
    def __init__(self, catalog: Catalog, roles: Mapping[str, Role], persona: Persona) -> None:
        self._catalog = catalog
        self._roles = roles
        self._bound: dict[tuple[str, int], int] = {}
        self._find_people({**persona.facts, **persona.records})
        self._find_relations()

    def arrange(self, facts: Mapping[str, Raw]) -> dict[str, Raw]:
        left: dict[str, Raw] = {}
        entries: list[Entry] = []
        for (subject, member), about in by_member(facts).items():
            role = self._roles[subject]
            for attribute_name, raw in about.items():
                attribute = self._catalog.types[role.type].attributes[attribute_name]
                subject_id = self._registered(role, member) if attribute.held_by is not None else None
                if subject_id is None:
                    left[_written(facts, subject, member, attribute_name)] = raw
                else:
                    entries.append(Entry(subject_id, attribute, values.read(attribute, raw)))
        registry.write(entries, keys={})
        return left

    def _find_people(self, written: Mapping[str, Raw]) -> None:
        for (subject, member), about in by_member(written).items():
            kind = self._catalog.types[self._roles[subject].type]
            key = about.get(kind.key or "")
            found = registry.find(kind.id, str(key)) if key is not None else None
            if found is not None:
                self._bound[subject, member] = found

    def _find_relations(self) -> None:
        for role in self._roles.values():
            ends = {end: self._bound[other, 1] for end, other in role.ends.items() if (other, 1) in self._bound}
            for member, relation in enumerate(registry.related(role.type, ends), start=1):
                self._bound[role.name, member] = relation.id
                for end, other in role.ends.items():
                    self._bound.setdefault((other, member if self._roles[other].many else 1), relation.ends[end])

    def _registered(self, role: Role, member: int) -> int | None:
        """The subject, or a further member of a relation registered now; None where there is nobody."""
        present = (role.name, member) in self._bound
        if not present and role.ends and (role.name, member - 1) in self._bound:
            self._bound[role.name, member] = self._another(role, member)
        return self._bound.get((role.name, member))

    def _another(self, role: Role, member: int) -> int:
        ends = {}
        for end, other in role.ends.items():
            place = (other, member) if self._roles[other].many else (other, 1)
            if place not in self._bound:
                self._bound[place] = registry.create(self._roles[other].type)
            ends[end] = self._bound[place]
        made = registry.create(role.type, ends=ends)
        like = self._held(self._bound[role.name, 1], role.type)
        registry.write([Entry(made, attribute, value) for attribute, value in like], keys={})
        if role.type == BIRTH:
            mandates.give_parents(ends["child"], [ends["mother"], ends["father"]], time.today())
        return made

    def _held(self, subject_id: int, type_id: str) -> list[tuple[Attribute, Value]]:
        attributes = self._catalog.types[type_id].attributes
        held = registry.read([Wanted(subject_id, attribute) for attribute in attributes.values()], STORYTELLER)
        return [(attributes[name], one.value) for (_, name), one in held.items() if one.state == "known"]


def _written(facts: Mapping[str, Raw], subject: str, member: int, name: str) -> str:
    numbered = f"{subject}.{member}.{name}"
    return numbered if numbered in facts else f"{subject}.{name}"
