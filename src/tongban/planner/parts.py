"""One service of an outline, with its roles bound: what it needs, demands and makes in the words of the subjects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from tongban.catalog.conditions import Condition
from tongban.catalog.model import Catalog, Produced, ServiceDefinition
from tongban.catalog.model import Part as Binding
from tongban.catalog.vocabulary import Reference
from tongban.clock import Limit
from tongban.planner.binding import many_roles

if TYPE_CHECKING:
    from tongban.planner.outline import Outline


Reasons: TypeAlias = frozenset[tuple[str, str, str]]
"""Why something is wanted: service, law, article."""


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that a service needs, perhaps only when a condition holds, or only as far as it decides ``judged_by``."""

    fact: str
    when: Condition | None
    judged_by: Condition | None
    because: Reasons


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper about ``subject`` that a service demands; ``proves`` are facts."""

    evidence: str
    subject: str
    proves: tuple[str, ...]
    when: Condition | None
    waived_if: Condition | None
    because: Reasons


@dataclass(frozen=True, slots=True)
class Product:
    """A fact that a service makes. ``copied_from``: the fact whose value it takes over."""

    fact: str
    produced: Produced
    copied_from: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One service with its roles bound. It runs once, or once for each member of ``group``.

    ``limit`` None takes no days; ``is_unsourced``: it should promise days and does not. ``proves`` are the facts that
    are official once it is done, ``trips`` places with their phases.
    """

    order: int
    service: ServiceDefinition
    roles: Mapping[str, str]
    group: str | None
    when: Condition | None
    needs: tuple[Need, ...]
    papers: tuple[Paper, ...]
    products: tuple[Product, ...]
    proves: frozenset[str]
    requires: tuple[Condition, ...]
    exempts: tuple[Condition, ...]
    trips: frozenset[tuple[str, str]]
    routed_by: str | None
    limit: Limit | None
    is_unsourced: bool
    because: Reasons

    def in_force(self, on: date) -> bool:
        """Whether the service is in force on this day."""
        begins, ends = self.service.in_force_from, self.service.in_force_to
        return (begins is None or begins <= on) and (ends is None or on <= ends)

    def name_of(self, fact: str) -> str:
        """A fact of the service's roles in the words of the subjects."""
        return _renamed(fact, self.roles)

    def conditions(self) -> Iterator[Condition]:
        """All that decides what this part asks or whether it runs."""
        for condition in (
            self.when,
            *(need.when for need in self.needs),
            *(condition for paper in self.papers for condition in (paper.when, paper.waived_if)),
            *self.requires,
            *self.exempts,
        ):
            if condition is not None:
                yield condition


def compile_part(outline: Outline, binding: Binding, order: int) -> Part:
    """A service in the words of the outline's subjects."""
    service = outline.catalog.services[binding.service]
    roles = binding.roles
    procedure = outline.catalog.procedures.get(service.procedure)
    promises_days = procedure is not None and any(clock.limit == "promised" for clock in procedure.clocks.values())
    split = [roles[role] for role in roles if role in service.roles and role not in many_roles(service.roles)]
    groups = [group for subject in split if (group := outline.subjects[subject].group)]
    products = tuple(
        Product(_renamed(one.fact, roles), one, _renamed(one.of[0], roles) if one.how == "fact" else None)
        for one in service.produces
    )
    credential = outline.catalog.credentials.get(service.credential) if service.credential else None
    shown = (_renamed(fact, roles) for fact in (credential.proves if credential else ()))
    return Part(
        order,
        service,
        roles,
        groups[0] if groups else None,
        binding.when,
        tuple(_needs(outline, service, roles)),
        tuple(_papers(outline.catalog, service, roles)),
        products,
        frozenset([*shown, *(product.fact for product in products)]),
        tuple(requirement.that.renamed(roles) for requirement in service.requires),
        tuple(fee.exempt.renamed(roles) for fee in service.fees if fee.exempt is not None),
        frozenset(_trips(service)),
        _renamed(service.handled_at.of, roles) if service.handled_at.of else None,
        service.limits.promised,
        promises_days and service.limits.promised is None,
        _reasons(service, service.law),
    )


def _trips(service: ServiceDefinition) -> Iterator[tuple[str, str]]:
    """Declared visits, and the fetching of a paper that only a window hands over: once from each authority's windows.

    What comes electronically or by post costs no trip, whatever else is offered beside it.
    """
    yield from ((visit.at, visit.phase) for visit in service.visits)
    is_declared = any(visit.phase == "collect" for visit in service.visits)
    if service.credential is not None and service.delivery == ("window",) and not is_declared:
        yield service.authority, "collect"


def _reasons(service: ServiceDefinition, basis: Iterable[Reference]) -> Reasons:
    return frozenset((service.id, each.law, each.articles) for each in basis)


def _renamed(fact: str, roles: Mapping[str, str]) -> str:
    role, _, attribute = fact.partition(".")
    return f"{roles.get(role, role)}.{attribute}"


def _needs(outline: Outline, service: ServiceDefinition, roles: Mapping[str, str]) -> Iterator[Need]:
    """Declared needs, what rules reckon with, what routing goes by, and what requirements and fees judge; each once."""
    own = {one.fact for one in service.produces}
    wanted: list[tuple[str, Condition | None, Condition | None, tuple[Reference, ...]]] = [
        (need.fact, need.when, None, ()) for need in service.needs
    ]
    wanted += [(fact, None, None, ()) for one in service.produces for fact in one.of if fact not in own]
    wanted += [(service.handled_at.of, None, None, ())] if service.handled_at.of else []
    judging = [(one.that, one.because) for one in service.requires]
    judging += [(one.exempt, one.because) for one in service.fees if one.exempt is not None]
    wanted += [(fact, None, that, (because,)) for that, because in judging for fact in sorted(that.facts - own)]
    always = {fact for fact, when, judged_by, _ in wanted if when is None and judged_by is None}
    seen: set[tuple[str, Condition | None, Condition | None]] = set()
    for fact, when, judged_by, because in wanted:
        is_conditional = when is not None or judged_by is not None
        if (is_conditional and fact in always) or (fact, when, judged_by) in seen:
            continue
        seen.add((fact, when, judged_by))
        name = _renamed(fact, roles)
        asked_because = outline.fact(name).attribute.asked_because or service.asked_because
        basis = because or ((asked_because,) if asked_because else service.law)
        yield Need(
            name,
            when.renamed(roles) if when else None,
            judged_by.renamed(roles) if judged_by else None,
            _reasons(service, basis),
        )


def _papers(catalog: Catalog, service: ServiceDefinition, roles: Mapping[str, str]) -> Iterator[Paper]:
    for need in service.evidence:
        subject = roles[need.role]
        yield Paper(
            need.evidence,
            subject,
            tuple(f"{subject}.{attribute}" for attribute in catalog.evidence[need.evidence].proves),
            need.when.renamed(roles) if need.when else None,
            need.waived_if.renamed(roles) if need.waived_if else None,
            _reasons(service, (need.because,) if need.because else service.law),
        )
