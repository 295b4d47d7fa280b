"""A bundle compiled for planning: every need, paper, product and condition of its services in the bundle's own words.

Roles are replaced by the subjects they are bound to, so that two needs are one when their names are one. An outline
depends on definitions alone, is made once, and serves every request; what it remembers never differs the next time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tongban.catalog.condition_nodes import Leaf
from tongban.catalog.conditions import Condition
from tongban.catalog.findings import nearest_of
from tongban.catalog.model import BundleDefinition, Catalog, Role, ServiceDefinition
from tongban.catalog.model import Part as Binding
from tongban.catalog.vocabulary import Attribute, Office, Text, Type, Value
from tongban.planner.binding import bind, many_subjects
from tongban.planner.parts import Part, compile_part
from tongban.planner.problems import Issue, PlanError, unknown
from tongban.planner.request import MOST_MEMBERS, Request, split_key


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Somebody or something that takes part. Members of one ``group`` belong together by number; None: only one."""

    role: Role
    type: Type
    group: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A fact of a subject. ``inputs`` are the facts it is derived from, in the order its function takes them."""

    name: str
    group: str | None
    attribute: Attribute
    inputs: tuple[str, ...]


@dataclass(eq=False)
class Outline:
    """A compiled bundle, or a compiled set of services whose roles are the subjects."""

    catalog: Catalog
    bundle: BundleDefinition | None
    subjects: Mapping[str, Subject]
    applicant: str | None
    parts: tuple[Part, ...] = ()
    want: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    _facts: dict[str, Fact] = field(default_factory=dict, repr=False)
    _makers: dict[str, tuple[Part, ...]] = field(default_factory=dict, repr=False)
    _outside: dict[tuple[str, tuple[tuple[str, str], ...]], Part] = field(default_factory=dict, repr=False)
    _offices: dict[tuple[str, str], tuple[Office, ...]] = field(default_factory=dict, repr=False)

    def fact(self, name: str) -> Fact:
        """The fact ``subject.attribute``. Raises PlanError ``unknown-subject`` or ``unknown-fact``."""
        found = self._facts.get(name)
        if found is None:
            found = self._facts[name] = self._find(name)
        return found

    def attribute_of(self, key: str) -> Attribute:
        """The attribute of a fact's key, with or without a member's number."""
        subject, member, attribute = split_key(key)
        found = self.fact(f"{subject}.{attribute}")
        if member is not None and (found.group is None or not 1 <= member <= MOST_MEMBERS):
            text = Text(f"“{subject}”没有第 {member} 个", f"“{subject}” has no member {member}.")
            raise PlanError(Issue("no-such-member", key, text))
        return found.attribute

    def title_of(self, subject: str) -> Text:
        """What a subject is called: by its label here, or by that of its type."""
        found = self.subjects[subject]
        return found.role.label or found.type.label

    def _find(self, name: str) -> Fact:
        subject_name, _, attribute_name = name.partition(".")
        subject = self.subjects.get(subject_name)
        if subject is None:
            nearest = nearest_of(subject_name, self.subjects)
            raise PlanError(unknown("unknown-subject", subject_name, nearest, "主体", "subject"))
        attribute = subject.type.attributes.get(attribute_name)
        if attribute is None:
            nearest = nearest_of(attribute_name, subject.type.attributes)
            nearest = f"{subject_name}.{nearest}" if nearest else None
            raise PlanError(unknown("unknown-fact", name, nearest, "数据项", "fact"))
        inputs = attribute.derived_from if attribute.derived else ()
        return Fact(name, subject.group, attribute, tuple(f"{subject_name}.{each}" for each in inputs))

    @cached_property
    def reads(self) -> frozenset[str]:
        """Facts whose value matters: conditions read them, routing goes by them, or a service sets them outright."""
        judged = {fact for condition in self.conditions for fact in condition.facts}
        return frozenset(judged.union(self.routes, (name for name, _ in self.settings)))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that a plan may judge, each once."""
        found = [condition for part in self._parts_in_reach for condition in part.conditions()]
        return tuple(dict.fromkeys([*found, *(self.bundle.signers_when.values() if self.bundle else ())]))

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every comparison in them, each once; told apart as written, for ``1`` is not ``true``."""
        return tuple({repr(leaf): leaf for condition in self.conditions for leaf in condition.leaves()}.values())

    @cached_property
    def routes(self) -> tuple[str, ...]:
        """Facts that say which office handles something."""
        parts = self._parts_in_reach
        routes = {part.routed_by for part in parts if part.routed_by}
        copied = {one.copied_from for part in parts for one in part.products if one.copied_from and one.fact in routes}
        return tuple(sorted(routes | copied))

    @cached_property
    def settings(self) -> tuple[tuple[str, Value], ...]:
        """Facts that a service sets outright, with what it sets them to."""
        makers = [part for name in self._judged for part in self.makers_outside(name)]
        found = [one for part in self._parts_in_reach for one in part.products]
        found += [one for part in makers for one in part.products if one.fact in self._judged]
        return tuple(
            {
                repr((one.fact, one.produced.value)): (one.fact, one.produced.value)
                for one in found
                if one.produced.how == "value"
            }.values()
        )

    @cached_property
    def _judged(self) -> tuple[str, ...]:
        """Facts that conditions read, and what those are derived from."""
        found = dict.fromkeys(fact for condition in self.conditions for fact in sorted(condition.facts))
        waiting = list(found)
        while waiting:
            new = [name for name in self.fact(waiting.pop()).inputs if name not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return tuple(found)

    @cached_property
    def weighed(self) -> tuple[str, ...]:
        """Facts of which a plan asks more than who says them: what `reads` has, and what that is derived from."""
        return tuple(dict.fromkeys([*self._judged, *self.routes, *(name for name, _ in self.settings)]))

    @cached_property
    def _parts_in_reach(self) -> list[Part]:
        """The parts, and every service outside that a plan might have to add."""
        parts, facts = list(self.parts), list(self.want)
        seen: set[str] = set()
        place = 0
        while facts or place < len(parts):
            if not facts:
                facts += [need.fact for need in parts[place].needs]
                place += 1
                continue
            name = facts.pop()
            fact = self.fact(name)
            if name not in seen and (name in self.want or not fact.attribute.claimable):
                seen.add(name)
                facts += fact.inputs
                parts += [part for part in self.makers_outside(name) if part not in parts]
        return parts

    @cached_property
    def derived_reads(self) -> tuple[Fact, ...]:
        """Those of them that are derived."""
        return tuple(fact for name in sorted(self.reads) if (fact := self.fact(name)).inputs)

    @cached_property
    def shown_by_login(self) -> str | None:
        """The applicant's own key (an ID number, a credit code): whoever applies shows it by logging in."""
        subject = self.subjects.get(self.applicant or "")
        return f"{self.applicant}.{subject.type.key}" if subject and subject.type.key and not subject.group else None

    @cached_property
    def question_order(self) -> Mapping[str, int]:
        """The bundle's order of its situation questions."""
        questions = self.bundle.questions if self.bundle else ()
        return {question.fact: place for place, question in enumerate(questions)}

    def offices_of(self, authority: str, level: str) -> tuple[Office, ...]:
        """The offices of an authority at a level, by id."""
        found = self._offices.get((authority, level))
        if found is None:
            offices = sorted(self.catalog.offices.values(), key=lambda office: office.id)
            found = tuple(each for each in offices if each.authority == authority and each.level == level)
            self._offices[authority, level] = found
        return found

    def makers_outside(self, fact: str) -> tuple[Part, ...]:
        """Every way to have another service make this fact, with its roles bound as far as the subjects here allow."""
        found = self._makers.get(fact)
        if found is None:
            found = self._makers[fact] = tuple(self._bound_makers(fact))
        return found

    def _bound_makers(self, fact: str) -> Iterator[Part]:
        inside = [part for part in self.parts if any(product.fact == fact for product in part.products)]
        yield from inside
        seen = {(part.service.id, tuple(sorted(part.roles.items()))) for part in inside}
        subject_name, _, attribute = fact.partition(".")
        kind = self.subjects[subject_name].type.id
        roles_here = {name: subject.role for name, subject in self.subjects.items()}
        for service, role in _producers(self.catalog).get((kind, attribute), ()):
            roles = bind(service, {role: subject_name}, roles_here, self.applicant)
            key = (service.id, tuple(sorted(roles.items()))) if roles is not None else None
            if roles is not None and key is not None and key not in seen:
                if key not in self._outside:
                    self._outside[key] = compile_part(self, Binding(service.id, roles), len(self.parts))
                yield self._outside[key]


def outline_of(catalog: Catalog, request: Request) -> Outline:
    """The outline that a request is planned on, compiled at most once for a catalog.

    Raises PlanError ``unknown-bundle``, ``unknown-service``, ``unknown-fact`` or ``wrong-request``.
    """
    shelf = _shelf(catalog)
    key = (request.bundle, request.services, request.done, request.want)
    found = shelf.outlines.get(key)
    if found is None:
        if len(shelf.outlines) >= MOST_OUTLINES:
            shelf.outlines.clear()
        found = shelf.outlines[key] = _compiled(catalog, request)
    return found


def _compiled(catalog: Catalog, request: Request) -> Outline:
    if request.bundle is not None and request.bundle not in catalog.bundles:
        nearest = nearest_of(request.bundle, catalog.bundles)
        raise PlanError(unknown("unknown-bundle", request.bundle, nearest, "一件事", "bundle"))
    for service in request.services:
        if service not in catalog.services:
            nearest = nearest_of(service, catalog.services)
            raise PlanError(unknown("unknown-service", service, nearest, "事项", "service"))
    if not (request.bundle or request.services or request.want):
        text = Text("说一下要办什么：一件事、事项或要得到的数据", "Say what is wanted: a bundle, services or facts.")
        raise PlanError(Issue("wrong-request", "bundle", text))
    bundle = catalog.bundles[request.bundle] if request.bundle else None
    return _with_bundle(catalog, bundle, request) if bundle else _without_bundle(catalog, request)


def _with_bundle(catalog: Catalog, bundle: BundleDefinition, request: Request) -> Outline:
    outline = Outline(
        catalog,
        bundle,
        _subjects(catalog, bundle.subjects, bundle.parts),
        bundle.applicant,
        want=request.want,
        named=frozenset(request.services),
    )
    bindings = [part for part in bundle.parts if part.service not in request.done]
    roles_here = dict(bundle.subjects)
    for service_id in request.services:
        if any(part.service == service_id for part in bundle.parts):
            continue
        roles = bind(catalog.services[service_id], {}, roles_here, bundle.applicant)
        if roles is None:
            text = Text(f"“{service_id}”和这件事的主体对不上", f"The bundle's subjects do not fit “{service_id}”.")
            raise PlanError(Issue("wrong-request", service_id, text))
        bindings.append(Binding(service_id, roles))
    return _finished(outline, bindings)


def _without_bundle(catalog: Catalog, request: Request) -> Outline:
    """Subjects are the roles of the services named and of those that make what is wanted."""
    makers = [
        service.id
        for want in request.want
        for service in catalog.services.values()
        if any(produced.fact == want for produced in service.produces)
    ]
    roles: dict[str, Role] = {}
    for service_id in dict.fromkeys([*request.services, *makers]):
        for role in catalog.services[service_id].roles.values():
            other = roles.setdefault(role.name, role)
            if other.type != role.type:
                text = Text(
                    f"这几个事项里“{role.name}”不是一种主体，用一件事来办",
                    f"“{role.name}” means different things in these services. Plan them in a bundle.",
                )
                raise PlanError(Issue("wrong-request", role.name, text))
    bindings = [
        Binding(service_id, {name: name for name in catalog.services[service_id].roles})
        for service_id in request.services
    ]
    first = next((catalog.services[name].applicant for name in request.services), "")
    outline = Outline(
        catalog,
        None,
        _subjects(catalog, roles, bindings),
        first or next((name for name, role in roles.items() if not role.ends), None),
        want=request.want,
        named=frozenset(request.services),
    )
    return _finished(outline, bindings)


def _finished(outline: Outline, bindings: Iterable[Binding]) -> Outline:
    for want in outline.want:
        outline.fact(want)
    outline.parts = tuple(compile_part(outline, binding, order) for order, binding in enumerate(bindings))
    return outline


def _subjects(catalog: Catalog, roles: Mapping[str, Role], parts: Iterable[Binding]) -> dict[str, Subject]:
    groups = many_subjects(roles, [(catalog.services[part.service].roles, part.roles) for part in parts])
    return {name: Subject(role, catalog.types[role.type], groups.get(name)) for name, role in roles.items()}


MOST_OUTLINES: Final = 500
MOST_CATALOGS: Final = 4


@dataclass(eq=False)
class _Shelf:
    """What has been compiled of one catalog."""

    catalog: Catalog
    outlines: dict[tuple[object, ...], Outline] = field(default_factory=dict)
    producers: dict[tuple[str, str], list[tuple[ServiceDefinition, str]]] = field(default_factory=dict)


_SHELVES: Final[dict[int, _Shelf]] = {}


def _shelf(catalog: Catalog) -> _Shelf:
    """The shelf of this very catalog. It keeps the catalog, so that no other can have its identity."""
    shelf = _SHELVES.get(id(catalog))
    if shelf is None:
        while len(_SHELVES) >= MOST_CATALOGS:
            _SHELVES.pop(next(iter(_SHELVES)), None)
        shelf = _Shelf(catalog)
        for service in catalog.services.values():
            for one in service.produces:
                role, _, attribute = one.fact.partition(".")
                shelf.producers.setdefault((service.roles[role].type, attribute), []).append((service, role))
        _SHELVES[id(catalog)] = shelf
    return shelf


def _producers(catalog: Catalog) -> Mapping[tuple[str, str], list[tuple[ServiceDefinition, str]]]:
    return _shelf(catalog).producers
