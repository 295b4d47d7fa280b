"""A repair whose root was the definition: the new version of the bundle or service, and what it asks less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tongban.catalog.model import Catalog
from tongban.publication import service as publication
from tongban.supervision.models import Found


@dataclass(frozen=True, slots=True)
class Burden:
    """What the definition of a way asks of people and offices: questions, papers, steps that somebody takes."""

    questions: int
    papers: int
    steps: int


@dataclass(frozen=True, slots=True)
class Repair:
    """The ``version``-th version of a definition, in force since ``at``: what it asks and what the one before did."""

    version: int
    at: datetime
    before: Burden
    after: Burden


def of(row: Found) -> list[Repair]:
    """The new versions of what a problem is about, published since it was found and before it ended."""
    about = row.step if row.step in publication.current().services else row.about
    found = publication.versions(about)
    return [
        Repair(one.n, one.at, burden(publication.at(before.digest), about), burden(publication.at(one.digest), about))
        for before, one in pairwise(found)
        if row.found_at <= one.at and (row.ended_at is None or one.at <= row.ended_at)
    ]


def burden(catalog: Catalog, about: str) -> Burden:
    """What a bundle's services, or a service alone, ask; a question that several ask counts once."""
    bundle = catalog.bundles.get(about)
    services = [catalog.services[name] for name in ([part.service for part in bundle.parts] if bundle else [about])]
    questions = {
        f"{service.roles[role].type}.{name}"
        for service in services
        for role, _dot, name in (need.fact.partition(".") for need in service.needs)
    }
    papers = {paper.evidence for service in services for paper in service.evidence}
    steps = [
        step
        for service in services
        for step in catalog.procedures[service.procedure].steps.values()
        if step.by not in {"system", "applicant"}
    ]
    return Burden(len(questions), len(papers), len(steps))
