"""Conditions of acceptance one by one, as the planner judges them: met, not met, or still open, each in words.

A plan tells what is plainly not met (``ServiceLine.unmet``); whoever looks ahead wants to see all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.catalog.conditions import Unknown
from tongban.catalog.model import Catalog, Requirement
from tongban.catalog.sentences import facts_named, filled_sentence, unmet_sentence
from tongban.catalog.vocabulary import Text, Value
from tongban.planner.knowledge import Knowledge
from tongban.planner.outline import Outline, outline_of
from tongban.planner.parts import Part
from tongban.planner.request import Known, Request


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition of a service for somebody. ``is_met`` None: a fact that decides it is not known yet.

    ``asks`` says what it asks for, ``otherwise`` what is missing. It ``concerns`` them unless it is met whatever a fact
    is that nobody knows, as a condition on whoever goes another way.
    """

    requirement: Requirement
    is_met: bool | None
    asks: Text | None
    otherwise: Text | None
    concerns: bool


def judged(catalog: Catalog, service: str, facts: Mapping[str, Value], on: date) -> tuple[Judged, ...]:
    """Every condition of a service, in its order, under facts by `role.attribute`; None says that there is none.

    Raises PlanError for an unknown service or fact.
    """
    request = Request(on=on, services=(service,), facts={key: Known(value) for key, value in facts.items()})
    outline = outline_of(catalog, request)
    knowledge = Knowledge(outline, request)
    part = outline.parts[0]
    lookup = lookup_of(knowledge, part, 0)
    found = []
    for condition, declared in zip(part.requires, part.service.requires, strict=True):
        is_met = knowledge.truth(condition, part.group, 0)
        asks = filled_sentence(catalog, part.service, declared.asks, lookup)
        otherwise = unmet_sentence(catalog, part.service, declared, lookup)
        is_aside = bool(is_met) and any(isinstance(lookup(fact), Unknown) for fact in declared.that.facts)
        found.append(Judged(declared, is_met, asks, otherwise, concerns=not is_aside))
    return tuple(found)


def lookup_of(knowledge: Knowledge, part: Part, kind: int) -> Callable[[str], Value | Unknown]:
    """The value of a fact in the words of the part's service, as a run for ``kind`` sees it."""

    def lookup(fact: str) -> Value | Unknown:
        return knowledge.value(knowledge.ids(part.name_of(fact), part.group, kind)[0])

    return lookup


def facts_behind(catalog: Catalog, service: str) -> frozenset[str]:
    """What has to be known, as `role.attribute`, to judge every condition of a service and to say it in words.

    Raises PlanError for an unknown service.
    """
    outline = outline_of(catalog, Request(on=date.min, services=(service,)))
    declared = outline.parts[0].service.requires
    wanted = {fact for one in declared for fact in _facts_of(one)}
    return frozenset(leaf for fact in wanted for leaf in _leaves(outline, fact))


def _facts_of(requirement: Requirement) -> Iterator[str]:
    yield from requirement.that.facts
    yield from facts_named(requirement.otherwise)
    yield from facts_named(requirement.asks)


def _leaves(outline: Outline, fact: str) -> Iterator[str]:
    inputs = outline.fact(fact).inputs
    if not inputs:
        yield fact
    for each in inputs:
        yield from _leaves(outline, each)
