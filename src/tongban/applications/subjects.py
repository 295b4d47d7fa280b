"""Who takes part: finding the registered subject behind each name of a bundle.

The applicant is known by logging in. A relation that the registry holds (a birth, a marriage, a job) leads from whoever
is known to whoever is not; a key that the applicant types (an ID number) finds a person. What is already up to date is
passed over: a relation whose produced facts its holders already have asks for nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from tongban.applications.asking import Asking, alone, asked
from tongban.applications.document import Document, Entry, attribute_of, every_member, member_key
from tongban.applications.problems import FieldError, wrong_fields
from tongban.catalog.model import BundleDefinition, Catalog, Part, Role
from tongban.catalog.vocabulary import Attribute, Text
from tongban.platform import time
from tongban.platform.database import Call
from tongban.registry import service as registry
from tongban.registry.model import New, Reader, Relation, Wanted

MOST_MEMBERS = 10_000
"""The most hires or children in one form: more go in several."""


def resolve(catalog: Catalog, bundle: BundleDefinition, document: Document, reader: Reader) -> None:
    """Bind every subject that can be found, until nothing more is found. Changes ``document.members``."""
    alone(resolving(catalog, bundle, document, reader))


def resolving(catalog: Catalog, bundle: BundleDefinition, document: Document, reader: Reader) -> Asking[None]:
    """The same, perhaps beside others."""
    for subject in bundle.subjects:
        document.members.setdefault(subject, [None])
    yield from _by_key(catalog, bundle, document)
    relations = [role for role in bundle.subjects.values() if role.ends]
    pending = True
    while pending:  # every relation found may lead to the next
        pending = False
        for role in relations:
            pending = yield from _through(catalog, bundle, document, role, reader)
            if pending:
                break
    yield from _keys(catalog, bundle, document)


def _keys(catalog: Catalog, bundle: BundleDefinition, document: Document) -> Asking[None]:
    """Whoever is registered under a key is known by it: nobody types an ID number that log-in has shown."""
    at = time.now().isoformat(timespec="seconds")
    unsaid: dict[str, int] = {}
    for subject, number, registered in every_member(bundle, document):
        kind = catalog.types[bundle.subjects[subject].type]
        key = f"{member_key(bundle, subject, number)}.{kind.key}"
        if registered is not None and kind.key and key not in document.facts:
            unsaid[key] = registered
    known = (yield from asked(registry.registered_all, list(unsaid.values()))) if unsaid else {}
    for key, registered in unsaid.items():
        if registered in known and known[registered].key is not None:
            document.facts[key] = Entry(known[registered].key, "fetched", at)


def know_applicant(catalog: Catalog, bundle: BundleDefinition, document: Document, key: str | None) -> None:
    """The applicant is known by its key, as `resolve` would find it."""
    name = catalog.types[bundle.subjects[bundle.applicant].type].key
    if key is not None and name is not None:
        entry = Entry(key, "fetched", time.now().isoformat(timespec="seconds"))
        document.facts.setdefault(f"{bundle.applicant}.{name}", entry)


def together(bundle: BundleDefinition, subject: str) -> list[str]:
    """The subjects that are numbered alike: a ``many`` subject and the relations between its members and others."""
    group = [subject]
    for name, role in bundle.subjects.items():
        if role.many and name != subject and subject in role.ends.values():
            group.append(name)
    return group


def owner_of(bundle: BundleDefinition, subject: str) -> str:
    """Beside whom a subject stands: a job beside the employee who is numbered like it, others by themselves."""
    role = bundle.subjects[subject]
    return next((end for end in role.ends.values() if role.many and bundle.subjects[end].many), subject)


def refuse_count(bundle: BundleDefinition, subject: str, count: int) -> None:
    """Raises Problem 422 ``wrong-count`` for a subject that is no several, or too many members for one form."""
    role = bundle.subjects.get(subject)
    if role is None or not role.many or not 1 <= count <= MOST_MEMBERS:
        text = Text(f"人数要在 1 到 {MOST_MEMBERS} 之间", f"A number from 1 to {MOST_MEMBERS}.")
        raise wrong_fields([FieldError(subject, "wrong-count", text)])


def set_count(document: Document, subject: str, count: int) -> None:
    """Let a subject have so many members; those that are known stay."""
    members = document.members.setdefault(subject, [None])
    document.members[subject] = (members + [None] * count)[:count]


def _by_key(catalog: Catalog, bundle: BundleDefinition, document: Document) -> Asking[None]:
    typed: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for subject, number, registered in every_member(bundle, document):
        kind = catalog.types[bundle.subjects[subject].type]
        entry = document.facts.get(f"{member_key(bundle, subject, number)}.{kind.key}") if kind.key else None
        if registered is None and entry is not None and entry.raw is not None:
            typed[kind.id].append((subject, number, str(entry.raw)))
    for type_id, members in typed.items():
        found = yield from asked(registry.find_all, (type_id, [key for _, _, key in members]))
        for subject, number, key in members:
            document.members[subject][number - 1] = found.get(key)


def _through(
    catalog: Catalog, bundle: BundleDefinition, document: Document, role: Role, reader: Reader
) -> Asking[bool]:
    """Bind a relation and its open ends from the ends that are known. True when something was bound."""
    if _is_typed(catalog, bundle, role):
        return (yield from _member_by_member(document, bundle, role))
    if any(document.members[role.name]):
        return False
    known = _known_ends(bundle, document, role, 1)
    relations = yield from asked(registry.related_all, (role.type, known))
    found = yield from _out_of_date(catalog, bundle, role, relations, reader)
    found = found if role.many else found[-1:]
    if not found:
        return False
    document.members[role.name] = [relation.id for relation in found]
    for end, subject in role.ends.items():
        if bundle.subjects[subject].many:
            document.members[subject] = [relation.ends.get(end) for relation in found]
        elif document.members[subject] == [None]:
            document.members[subject] = [found[0].ends.get(end)]
    return True


def _is_typed(catalog: Catalog, bundle: BundleDefinition, role: Role) -> bool:
    """Whether the members of a relation are for the applicant to name: several people whose key nobody makes.

    A company's new employees are typed; a mother's newborn children, who get their ID number on the way, are found.
    """
    return any(
        bundle.subjects[subject].many
        and (key := catalog.types[bundle.subjects[subject].type].key) is not None
        and not _is_produced(catalog, bundle.parts, subject, key)
        for subject in role.ends.values()
    )


def _is_produced(catalog: Catalog, parts: Iterable[Part], subject: str, attribute: str | None) -> bool:
    """Whether the service of one of these parts of a bundle makes this attribute of a subject."""
    return any(
        part.roles.get(role) == subject and name == attribute
        for part in parts
        for role, _, name in (one.fact.partition(".") for one in catalog.services[part.service].produces)
    )


def _known_ends(bundle: BundleDefinition, document: Document, role: Role, number: int) -> dict[str, int]:
    """The registered ends of a relation's member; of a subject in numbers only that member's."""
    ends = {}
    for end, subject in role.ends.items():
        members = document.members[subject]
        registered = members[number - 1] if bundle.subjects[subject].many else members[0]
        if registered is not None:
            ends[end] = registered
    return ends


def _member_by_member(document: Document, bundle: BundleDefinition, role: Role) -> Asking[bool]:
    members = document.members[role.name]
    ends_of = {
        place: _known_ends(bundle, document, role, place + 1)
        for place, registered in enumerate(members)
        if registered is None
    }
    settled = {place: ends for place, ends in ends_of.items() if len(ends) == len(role.ends)}
    if not settled:
        return False
    found = yield from asked(_related_to_each, (role.type, list(settled.values())))
    for place, relations in zip(settled, found, strict=True):
        members[place] = relations[-1].id if relations else None
    return any(found)


def _related_to_each(questions: Sequence[tuple[str, Sequence[Mapping[str, int]]]]) -> list[list[list[Relation]]]:
    """What `registry.related` says of each member of each of these."""
    found = iter(registry.related_all([(type_id, ends) for type_id, each in questions for ends in each]))
    return [list(islice(found, len(each))) for _, each in questions]


def in_no_register(
    catalog: Catalog, bundle: BundleDefinition, document: Document, planned: Collection[str]
) -> set[str]:
    """Member keys of whom or what no register knows: a typed key without anybody, somebody who is only now given a key,
    an end without such a relation, a relation between such alone.

    Their holders say there is none; what is needed all the same must be asked. ``planned`` are the services that are
    or may be needed: no other gives anybody a key.
    """
    parts = [part for part in bundle.parts if part.service in planned]
    unregistered = [(one, number) for one, number, registered in every_member(bundle, document) if registered is None]
    unknown: set[str] = set()
    for subject, number in sorted(unregistered, key=lambda one: bool(bundle.subjects[one[0]].ends)):
        role, member = bundle.subjects[subject], member_key(bundle, subject, number)
        if role.ends:
            known = _known_ends(bundle, document, role, number)
            settled = len(known) == len(role.ends) if _is_typed(catalog, bundle, role) else bool(known)
            settled = settled or unknown.issuperset(member_key(bundle, end, number) for end in role.ends.values())
        else:
            key = catalog.types[role.type].key
            entry = document.facts.get(f"{member}.{key}")
            settled = _is_produced(catalog, parts, subject, key) if entry is None else entry.raw is not None
        if settled:
            unknown.add(member)
    return unknown


def _out_of_date(
    catalog: Catalog, bundle: BundleDefinition, role: Role, relations: list[Relation], reader: Reader
) -> Asking[list[Relation]]:
    """The relations of which some holder lacks what the bundle's services make; all of them where they make nothing."""
    made = produced_attributes(catalog, bundle, role.name)
    wanted = [Wanted(relation.id, attribute) for relation in relations for attribute in made]
    answers = (yield from asked(registry.read_all, (wanted, reader))) if wanted else {}
    known = {place for place, held in answers.items() if held.state == "known"}
    return [each for each in relations if not made or any((each.id, a.name) not in known for a in made)]


def produced_attributes(catalog: Catalog, bundle: BundleDefinition, subject: str) -> list[Attribute]:
    """The attributes of a subject that the bundle's services make and a holder keeps."""
    made: dict[str, Attribute] = {}
    for part in bundle.parts:
        for produced in catalog.services[part.service].produces:
            role, _, name = produced.fact.partition(".")
            if part.roles.get(role) == subject:
                attribute = attribute_of(catalog, bundle, f"{subject}.{name}")
                if attribute is not None and attribute.held_by is not None:
                    made[name] = attribute
    return list(made.values())


def named_newcomers(catalog: Catalog, bundle: BundleDefinition, document: Document) -> dict[tuple[str, int], str]:
    """The keys of those whom nobody has registered yet, by subject and member from 1."""
    return {
        (subject, number): key
        for subject, number, known in every_member(bundle, document)
        if known is None and (key := _key_of(catalog, bundle, document, subject, number)) is not None
    }


def registering_missing(catalog: Catalog, bundle: BundleDefinition, document: Document) -> Asking[list[Call]]:
    """Find an id for whoever and whatever nobody has registered yet, so that cases can write what they produce.

    Who is named by a key is registered at once; the rest by the calls that it comes to. People and organisations
    first, then the relations between them. Changes ``document.members``.
    """
    missing = [(subject, number) for subject, number, known in every_member(bundle, document) if known is None]
    keys = named_newcomers(catalog, bundle, document)
    count = len(missing) - len(keys)
    ids = iter((yield from asked(registry.reserve_all, count)) if count else ())
    new: list[New] = []
    for subject, number in sorted(missing, key=lambda place: bool(bundle.subjects[place[0]].ends)):
        role = bundle.subjects[subject]
        ends = {end: _member(document, other, number) for end, other in role.ends.items()}
        if (subject, number) in keys:
            found = registry.create(role.type, key=keys[subject, number], ends=ends)
        else:
            found = next(ids)
            new.append(New(found, role.type, ends))
        document.members[subject][number - 1] = found
    return [registry.registering(new)] if new else []


def registering_known(bundle: BundleDefinition, document: Document, subject: str, number: int) -> dict[str, int]:
    """Register a relation of which books tell before there was a case about it, where all its ends are known: its id by
    member key. Changes ``document.members``.
    """
    role = bundle.subjects[subject]
    ends = _known_ends(bundle, document, role, number)
    if not role.ends or len(ends) < len(role.ends):
        return {}
    found = document.members[subject][number - 1] = registry.create(role.type, ends=ends)
    return {member_key(bundle, subject, number): found}


def _key_of(catalog: Catalog, bundle: BundleDefinition, document: Document, subject: str, number: int) -> str | None:
    """The key that the form knows of a member."""
    name = catalog.types[bundle.subjects[subject].type].key
    entry = document.facts.get(f"{member_key(bundle, subject, number)}.{name}") if name else None
    return str(entry.raw) if entry and entry.raw else None


def _member(document: Document, subject: str, number: int) -> int:
    members = document.members[subject]
    registered = members[number - 1] if len(members) > 1 else members[0]
    if registered is None:
        raise ValueError(subject)
    return registered
