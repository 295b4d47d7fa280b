"""What registers hold before a story begins: its given facts, written to their holders in the story's own city."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tongban.accounts.models import User
from tongban.applications import subjects
from tongban.applications.document import Document, Entry, attribute_of, split_key
from tongban.applications.offers import offer_of
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry.model import Entry as Record
from tongban.registry.model import Reader, Wanted
from tongban.testing.city.personas import persona as persona_called
from tongban.testing.stories.model import Cast

_READER = Reader("system", Text("布置故事", "Setting the scene"))


def write_given(catalog: Catalog, cast: Cast) -> None:
    """Write a persona's given facts. A member of a relation that is not there yet is made like the first one.

    What is said of somebody whom nobody could name yet (a new employee before the form) stays a supposition of plans.
    """
    if cast.offer is None or not cast.facts:
        return
    offer = offer_of(catalog, cast.offer)
    document = _resolved(catalog, offer, cast)
    by_member: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for key, raw in cast.facts.items():
        subject, member, name = split_key(key)
        by_member[subject, member][name] = raw
    for (subject, member), facts in by_member.items():
        subject_id = _member(catalog, offer, document, subject, member)
        if subject_id is None:
            continue
        attributes = catalog.types[offer.subjects[subject].type].attributes
        entries = [
            Record(subject_id, attributes[name], values.read(attributes[name], raw)) for name, raw in facts.items()
        ]
        registry.write(entries, keys={})


def _resolved(catalog: Catalog, offer: BundleDefinition, cast: Cast) -> Document:
    """Who takes part, as far as registers know: from the applicant, and by the keys among the facts."""
    applicant = offer.subjects[offer.applicant].type
    at = time.now().isoformat(timespec="seconds")
    document = Document(members={subject: [None] for subject in offer.subjects})
    document.members[offer.applicant] = [_applicant(catalog, cast.persona, applicant)]
    for key, raw in (_recorded(cast) | dict(cast.facts)).items():
        subject, member, name = split_key(key)
        kind = catalog.types[offer.subjects[subject].type]
        members = document.members[subject]
        members += [None] * (member - len(members))
        if name == kind.key and attribute_of(catalog, offer, key) is not None:
            document.facts[key] = Entry(raw, "claimed", at)
    subjects.resolve(catalog, offer, document, _READER)
    return document


def _recorded(cast: Cast) -> dict[str, Any]:
    """What the demonstration's file says of the persona: the keys in it name who and what belongs to them."""
    persona = persona_called(cast.persona)
    if persona is None or persona.bundle != cast.offer:
        return {}
    return {
        key: raw for key, raw in {**persona.facts, **persona.records}.items() if key.count(".") == 1 or ".1." in key
    }


def _applicant(catalog: Catalog, persona: str, type_id: str) -> int | None:
    """The registered id of the persona, or of the organisation that the persona acts for."""
    found = persona_called(persona)
    kind = catalog.types[type_id]
    if found is not None and kind.key is not None and kind.key in found.organisation:
        return registry.find(type_id, found.organisation[kind.key])
    return User.objects.values_list("subject_id", flat=True).get(persona=persona)


def _member(catalog: Catalog, offer: BundleDefinition, document: Document, subject: str, member: int) -> int | None:
    """The registered id of a member; a relation's later members are made after the first."""
    role = offer.subjects[subject]
    members = document.members[subject]
    members += [None] * (member - len(members))
    first = members[0]
    if members[member - 1] is None and role.ends and first is not None:
        ends = {end: _end(catalog, offer, document, other, member) for end, other in role.ends.items()}
        made = registry.create(role.type, ends={end: each for end, each in ends.items() if each is not None})
        members[member - 1] = made
        _copy(catalog, role.type, first, made)
    return members[member - 1]


def _end(catalog: Catalog, offer: BundleDefinition, document: Document, subject: str, member: int) -> int | None:
    """Who stands at an end of a new relation: the only one of its kind, or a new one that nobody has named yet."""
    role = offer.subjects[subject]
    members = document.members[subject]
    if not role.many:
        return members[0]
    members += [None] * (member - len(members))
    if members[member - 1] is None:
        members[member - 1] = registry.create(role.type)
    return members[member - 1]


def _copy(catalog: Catalog, type_id: str, source: int, target: int) -> None:
    attributes = catalog.types[type_id].attributes.values()
    answers = registry.read([Wanted(source, each) for each in attributes if each.held_by is not None], _READER)
    entries = [
        Record(target, each, answers[source, each.name].value)
        for each in attributes
        if (source, each.name) in answers and answers[source, each.name].state == "known"
    ]
    registry.write(entries, keys={})
