"""A repair whose root was the definition: the new version of what a problem is at, what it asks less, and how long
walks took before and after it.

A version counts as a repair where it was published after the problem was found and differs in the very place: the step,
question or paper, in the service (or bundle, or procedure) that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Final

from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.publication import service as publication
from tongban.publication.service import Version
from tongban.supervision.models import Found
from tongban.supervision.walk_models import Walk

MOST_WALKS: Final = 200
"""So many of the newest walks are set beside a version."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What the definition of a way asks of people and offices: questions, papers, steps that somebody takes."""

    questions: int
    papers: int
    steps: int


@dataclass(frozen=True, slots=True)
class Taken:
    """How many walks there were, and what the middle one of them took from its beginning to its end."""

    walks: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Repair:
    """The ``version``-th version of the definition ``name``, in force since ``at``: what it asks and what the one
    before did, and how long walks of the matter took under either (None: nobody walked).
    """

    name: str
    version: int
    at: datetime
    before: Burden
    after: Burden
    walked_before: Taken | None
    walked_after: Taken | None


def of(row: Found) -> list[Repair]:
    """The versions that differ in the place of a problem, published since it was found and before it ended."""
    catalog = publication.current()
    found = []
    for name in _names(catalog, row):
        for before, after in pairwise(publication.versions(name)):
            is_in_time = row.found_at <= after.at and (row.ended_at is None or after.at <= row.ended_at)
            if is_in_time and _place(before, name, row) != _place(after, name, row):
                found.append(_repair(row, name, before, after))
    return sorted(found, key=lambda one: one.at)


def names_of(catalog: Catalog, about: str) -> list[str]:
    """The definitions of which a matter is made: itself, its services, the procedures that their cases follow."""
    services = [part.service for part in catalog.bundles[about].parts] if about in catalog.bundles else [about]
    procedures = [catalog.services[one].procedure for one in services if one in catalog.services]
    return list(dict.fromkeys([about, *services, *procedures]))


def version_of(walk: Walk) -> tuple[str | None, ...] | None:
    """What names the definitions under which a walk was made; None where that is not known."""
    if not walk.publication:
        return None
    catalog = publication.at(walk.publication)
    return tuple(catalog.hashes.get(name) for name in names_of(catalog, walk.about))


def taken(walks: Iterable[Walk]) -> Taken | None:
    """How long walks that have ended took; None of none."""
    seconds = [sum(int(one["seconds"]) for one in walk.way) for walk in walks]
    return Taken(len(seconds), round(median(seconds))) if seconds else None


def _names(catalog: Catalog, row: Found) -> list[str]:
    """The definitions that may hold the place: of a service in a bundle that one alone, else all of the matter."""
    if row.about not in catalog.bundles and row.about not in catalog.services:
        return []
    return names_of(catalog, row.step if row.step in catalog.services else row.about)


def _repair(row: Found, name: str, before: Version, after: Version) -> Repair:
    walks = Walk.objects.filter(about=row.about, ended_at__isnull=False).exclude(publication="")
    made: dict[str | None, list[Walk]] = {}
    for walk in walks.order_by("-begun_at")[:MOST_WALKS]:
        made.setdefault(publication.at(walk.publication).hashes.get(name), []).append(walk)
    about = row.step if row.step in publication.at(after.digest).services else row.about
    return Repair(
        name,
        after.n,
        after.at,
        burden(publication.at(before.digest), about),
        burden(publication.at(after.digest), about),
        taken(made.get(before.hash, ())),
        taken(made.get(after.hash, ())),
    )


def _place(version: Version, name: str, row: Found) -> object:
    """What a version of a definition says of the place of a problem; of what is no place of it, nothing."""
    catalog = publication.at(version.digest)
    item = row.item if _is_defined(publication.current(), row.item) or _is_defined(catalog, row.item) else ""
    service = catalog.services.get(name)
    if service is not None:
        return _of_item(service, item) if item else _of_step(service, row.step)
    if name in catalog.bundles:
        return _of_bundle(catalog.bundles[name], row.step, item)
    procedure = catalog.procedures.get(name)
    if procedure is None or item:
        return ()
    return procedure.steps.get(row.step, ()) if row.step and row.step not in catalog.services else procedure


def _is_defined(catalog: Catalog, item: str) -> bool:
    """Whether what stands for a question or paper is one: a paper's id, a fact ``pack/Type.attribute``."""
    type_id, _, name = item.rpartition(".")
    return item in catalog.evidence or (type_id in catalog.types and name in catalog.types[type_id].attributes)


def _of_item(service: ServiceDefinition, item: str) -> object:
    type_id, _, name = item.rpartition(".")
    facts = {f"{role}.{name}" for role, kind in service.roles.items() if kind.type == type_id}
    return (
        [need for need in service.needs if need.fact in facts],
        [paper for paper in service.evidence if paper.evidence == item],
        [one for one in service.requires if facts & set(one.that.facts)],
    )


def _of_step(service: ServiceDefinition, step: str) -> object:
    """Of a step of the portal what it shows; of a step of the procedure which procedure it is; else all."""
    shown: dict[str, object] = {
        "find": (service.title, service.words, service.plain),
        "form": (service.needs, service.requires),
        "papers": service.evidence,
        "sign": (service.fees, service.delivery),
    }
    if step in shown:
        return shown[step]
    is_own = step in publication.current().procedures[service.procedure].steps
    return service.procedure if is_own else service


def _of_bundle(bundle: BundleDefinition, step: str, item: str) -> object:
    """Of a question or paper, the form or papers: which services there are; else what the bundle says itself."""
    if item or step in {"form", "papers"}:
        return [part.service for part in bundle.parts]
    shown: dict[str, object] = {
        "find": (bundle.title, bundle.words, bundle.plain),
        "situation": bundle.questions,
        "sign": (bundle.signatures, bundle.consents, bundle.signers_when),
    }
    return shown.get(step, bundle)


def burden(catalog: Catalog, about: str) -> Burden:
    """What a bundle's services, or a service alone, ask; a question that several ask counts once."""
    bundle = catalog.bundles.get(about)
    names: Sequence[str] = [part.service for part in bundle.parts] if bundle else [about]
    services = [catalog.services[name] for name in names if name in catalog.services]
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
