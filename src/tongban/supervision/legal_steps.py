"""Which steps, questions and papers of a way the law demands: a walk may shorten a way, never skip one of these.

What a paper, a requirement or an inspection itself names is its article; a letter goes out under the law that it names;
any other step rests on all that its service cites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tongban.applications.issuing import cited
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem
from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition, StepDefinition
from tongban.catalog.vocabulary import Reference, Text

LEAVE_OUT: Final = "too-long"
"""The kind that says a step should not be there at all."""
IN_OTHER_WORDS: Final = frozenset({"simplify", "other"})
"""Kinds under which somebody may say the same in words."""
MOST_CITED: Final = 4
_OUT: Final = "取消|省掉|省去|省略|去掉|删掉|删去|删除|跳过|砍掉|免掉|免去|绕过|不要|不必|不用|没必要|多余"
_WHAT: Final = "这一?步|这个?环节|该环节|步骤|环节|这一?关|手续|这份|这张|这一?项|材料|证明|这个?问题"
_SAYS: Final = re.compile(
    rf"(?:{_OUT}).{{0,6}}(?:{_WHAT})|(?:{_WHAT}).{{0,6}}(?:{_OUT})"
    r"|\b(?:skip|drop|remove|abolish|leave\s+(?:it\s+)?out|do\s+without|do\s+away\s+with|needless|unnecessary)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Demanded:
    """A step, question or paper of a service that cannot be left out, and by which articles."""

    service: Text
    title: Text
    basis: Text


def refuse_skipping(catalog: Catalog, about: str, step: str, item: str) -> None:
    """Raise Problem 409 ``legal-step``, with the article, where the law demands what somebody would leave out."""
    basis = demanded_by(catalog, about, step, item)
    if not basis:
        return
    where = _cited(catalog, basis)
    text = Text(
        f"{where.zh}要求这一步，不能省；可以提“可以简化”，说怎么缩短",
        f"{where.en} demands this: it cannot be left out. Say how it could be shorter instead.",
    )
    raise Problem(409, "legal-step", text)


def would_leave_out(kind: str, said: str) -> bool:
    """Whether a proposal is to leave something out: by its kind, or in the words of one that calls itself otherwise."""
    return kind == LEAVE_OUT or (kind in IN_OTHER_WORDS and _SAYS.search(said) is not None)


def demanded(catalog: Catalog, about: str) -> list[Demanded]:
    """All of a way that cannot be left out, service by service: steps, what requirements look at, papers."""
    found: list[Demanded] = []
    for service in _services(catalog, about):
        named: dict[Text, tuple[Reference, ...]] = {}
        for step in catalog.procedures[service.procedure].steps.values():
            if basis := _of_step(catalog, service, step):
                named[step.label] = basis
        for requirement in service.requires:
            for fact in requirement.that.facts:
                role, _, name = fact.partition(".")
                if role in service.roles and name in catalog.types[service.roles[role].type].attributes:
                    label = catalog.types[service.roles[role].type].attributes[name].label
                    named[label] = (*named.get(label, ()), requirement.because)
        for paper in service.evidence:
            if paper.because is not None:
                named[catalog.evidence[paper.evidence].label] = (paper.because,)
        found += [Demanded(service.title, title, _cited(catalog, basis)) for title, basis in named.items()]
    return found


def demanded_by(catalog: Catalog, about: str, step: str, item: str) -> tuple[Reference, ...]:
    """The articles for which a question or paper, or else a step, cannot be left out of a way; none where none is."""
    services = _services(catalog, about)
    if item:
        return tuple(found for service in services for found in _of_item(service, item))
    if step in catalog.services:
        return catalog.services[step].law
    if step == "papers":
        return tuple(paper.because for service in services for paper in service.evidence if paper.because is not None)
    for service in services:
        taken = catalog.procedures[service.procedure].steps.get(step)
        if taken is not None and (basis := _of_step(catalog, service, taken)):
            return basis
    return ()


def _cited(catalog: Catalog, basis: Sequence[Reference]) -> Text:
    return cited(catalog, list(dict.fromkeys(basis))[:MOST_CITED])


def _services(catalog: Catalog, about: str) -> list[ServiceDefinition]:
    return [catalog.services[part.service] for part in offer_of(catalog, about).parts]


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


def _of_step(catalog: Catalog, service: ServiceDefinition, step: StepDefinition) -> tuple[Reference, ...]:
    """What a step that the law demands rests on: the inspection's own article, the law of its letter, else its
    service's.
    """
    procedure = catalog.procedures[service.procedure]
    if step.by == "system" or not service.law or not _is_of_the_law(procedure, step):
        return ()
    under = catalog.notices[step.notice].under if step.notice else None
    of_letter = tuple(one for one in service.law if one.law == under)
    inspected = tuple(one.because for one in service.visits if one.phase == "inspect") if step.pauses else ()
    return inspected or of_letter or service.law


def _is_of_the_law(procedure: ProcedureDefinition, step: StepDefinition) -> bool:
    """Whether a step is what the law is about: it takes the case in, decides it, or sends the letter about it; or it
    hears, looks or has it looked at, for which the law lets its limit stand still.
    """
    decides = step.to in procedure.ends or step.enters or bool(step.runs) or step.notice is not None
    return decides or bool(step.pauses) or "pause" in step.clock.values()
