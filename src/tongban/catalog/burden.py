"""Warnings that point at burden: what a definition asks of people although the government could spare them.

A definition that says why (`asked_because`, on the service or on the attribute) is not warned about.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.catalog.model import ServiceDefinition
from tongban.catalog.names import Scope
from tongban.catalog.supply import Supply
from tongban.catalog.vocabulary import Authority, EvidenceType


def warn(
    scope: Scope,
    service: ServiceDefinition,
    supply: Supply,
    evidence: Mapping[str, EvidenceType],
    authorities: Mapping[str, Authority],
) -> None:
    """Say every needless burden of one service."""
    if service.asked_because is None:
        _asked(scope, service, supply, authorities)
        _papers(scope, service, supply, evidence)
        _visits(scope, service)


def _asked(scope: Scope, service: ServiceDefinition, supply: Supply, authorities: Mapping[str, Authority]) -> None:
    """A fact that nobody is said to hold, though an authority issues the paper that proves it.

    The key of a type is left out: somebody has to say whom or what it is about.
    """
    for index, need in enumerate(service.needs):
        attribute = supply.attribute(service, need.fact)
        if attribute is None or attribute.asked_because or attribute.derived or supply.is_held(attribute):
            continue
        if supply.is_produced(attribute) or scope.types[attribute.type].key == attribute.name:
            continue
        issuer = next((authorities.get(paper.issued_by) for paper in supply.issued(attribute)), None)
        if issuer is not None:
            path = ("needs", index, "fact")
            scope.say("asks-what-is-held", path, service=service.title, name=attribute.label, holder=issuer.title)


def _papers(scope: Scope, service: ServiceDefinition, supply: Supply, evidence: Mapping[str, EvidenceType]) -> None:
    """A paper that must be brought though authorities hold all that it proves.

    An electronic one is listed for comparison with the counter; a plan drops it by itself, since the facts prove it.
    """
    for index, need in enumerate(service.evidence):
        paper = evidence.get(need.evidence)
        if paper is None or need.form != "paper" or need.waived_if is not None or not paper.proves:
            continue
        proven = [scope.types[paper.of].attributes.get(name) for name in paper.proves]
        if all(attribute is not None and supply.is_held(attribute) for attribute in proven):
            path = ("evidence", index, "evidence")
            scope.say("paper-for-held-facts", path, service=service.title, name=paper.label)


def _visits(scope: Scope, service: ServiceDefinition) -> None:
    """A trip to hand in or to fetch what is electronic on the whole way. An inspection comes to the applicant."""
    electronic = "electronic" in service.delivery and all(need.form != "paper" for need in service.evidence)
    for index, visit in enumerate(service.visits):
        if electronic and visit.phase != "inspect":
            scope.say("needless-visit", ("visits", index), service=service.title, place=visit.at)
