"""Who plays which role: fitting the roles of a service to the subjects at hand, and which subjects come in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.catalog.model import Role, ServiceDefinition


def many_roles(roles: Mapping[str, Role]) -> frozenset[str]:
    """Roles that stand for several at once: those said to, and relations with an end that does."""
    many = {name for name, role in roles.items() if role.many}
    while True:
        more = {name for name, role in roles.items() if many.intersection(role.ends.values())} - many
        if not more:
            return frozenset(many)
        many |= more


def many_subjects(
    subjects: Mapping[str, Role], parts: Iterable[tuple[Mapping[str, Role], Mapping[str, str]]]
) -> dict[str, str]:
    """The group of each subject that comes in numbers, named after its first subject.

    Subjects are in one group, member by member, when a relation joins them or one service (its roles, their binding)
    takes one of each.
    """
    many = many_roles(subjects)
    joined = [{name, *role.ends.values()} & many for name, role in subjects.items() if name in many]
    for roles, binding in parts:
        several = many_roles(roles)
        joined.append({subject for role, subject in binding.items() if role not in several} & many)
    order = list(subjects)
    group = {name: name for name in order if name in many}
    for names in joined:
        if names:
            merged = {group[name] for name in names}
            first = min(merged, key=order.index)
            group.update({name: first for name, at in group.items() if at in merged})
    return group


def bind(
    service: ServiceDefinition, given: Mapping[str, str], subjects: Mapping[str, Role], applicant: str | None
) -> dict[str, str] | None:
    """Bind every role of ``service`` to a subject, those ``given`` as they are; None where one finds nobody.

    A role takes the end of a relation already bound, else the subject of its own name, else the only one of its type,
    else the applicant.
    """
    bound = dict(given)
    for name, subject in given.items():
        bound.update(_ends(service.roles[name], subjects[subject]))
    for name, wanted in service.roles.items():
        if name not in bound and not wanted.ends:
            chosen = _one_of(wanted, subjects, applicant)
            if chosen is None:
                return None
            bound[name] = chosen
    for name, wanted in service.roles.items():
        if name not in bound:
            chosen = _relation(wanted, subjects, bound)
            if chosen is None:
                return None
            bound[name] = chosen
    fits = all(subjects[chosen].type == service.roles[name].type for name, chosen in bound.items())
    return bound if fits else None


def _ends(relation: Role, subject: Role) -> dict[str, str]:
    return {other: subject.ends[end] for end, other in relation.ends.items() if end in subject.ends}


def _one_of(wanted: Role, subjects: Mapping[str, Role], applicant: str | None) -> str | None:
    same = [name for name, role in subjects.items() if role.type == wanted.type]
    if wanted.name in same:
        return wanted.name
    if len(same) == 1:
        return same[0]
    return applicant if applicant in same else None


def _relation(wanted: Role, subjects: Mapping[str, Role], bound: Mapping[str, str]) -> str | None:
    for name, role in subjects.items():
        ends = ((role.ends.get(end), bound.get(other)) for end, other in wanted.ends.items())
        if role.type == wanted.type and all(here is None or there is None or here == there for here, there in ends):
            return name
    return None
