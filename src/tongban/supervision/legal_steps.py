"""Which steps, questions and papers of a way the law demands: a walk may shorten a way, never skip one of these."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem
from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition, StepDefinition
from tongban.catalog.vocabulary import Reference, Text


def refuse_skipping(catalog: Catalog, about: str, step: str, item: str) -> None:
    """Raise Problem 409 ``legal-step``, with the article, where the law demands what somebody would leave out."""
    basis = demanded_by(catalog, about, step, item)
    if basis is None:
        return
    law = catalog.laws[basis.law].title
    is_numbered = basis.articles is not None and basis.articles[:1].isdecimal()
    where = Text(
        f"《{law.zh}》第 {basis.articles} 条" if is_numbered else f"《{law.zh}》",
        f"{law.en}, art. {basis.articles}," if is_numbered else f"{law.en}",
    )
    text = Text(
        f"{where.zh}要求这一步，不能省；可以提“可以简化”，说怎么缩短",
        f"{where.en} demands this: it cannot be left out. Say how it could be shorter instead.",
    )
    raise Problem(409, "legal-step", text)


def demanded_by(catalog: Catalog, about: str, step: str, item: str) -> Reference | None:
    """The article for which a question or paper, or else a step, cannot be left out of a way; None where none is."""
    services = [catalog.services[part.service] for part in offer_of(catalog, about).parts]
    if item:
        return next((found for service in services for found in _of_item(service, item)), None)
    if step in catalog.services:
        return next(iter(catalog.services[step].law), None)
    for service in services:
        procedure = catalog.procedures[service.procedure]
        taken = procedure.steps.get(step)
        if taken is not None and service.law and _is_of_the_law(procedure, taken):
            return service.law[0]
    return None


def _of_item(service: ServiceDefinition, item: str) -> Iterator[Reference]:
    """The articles for which a service wants a paper, or looks at a fact ``pack/Type.attribute``."""
    for paper in service.evidence:
        if paper.evidence == item and paper.because is not None:
            yield paper.because
    for requirement in service.requires:
        for fact in requirement.that.facts:
            role, _, name = fact.partition(".")
            if role in service.roles and f"{service.roles[role].type}.{name}" == item:
                yield requirement.because


def _is_of_the_law(procedure: ProcedureDefinition, step: StepDefinition) -> bool:
    """Whether a step is what the law is about: it takes the case in, decides it, or sends the letter about it; or it
    hears, looks or has it looked at, for which the law lets its limit stand still.
    """
    decides = step.to in procedure.ends or step.enters or bool(step.runs) or step.notice is not None
    return decides or bool(step.pauses) or "pause" in step.clock.values()
