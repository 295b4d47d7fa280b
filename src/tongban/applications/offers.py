"""What can be applied for: a bundle, or one service seen as a bundle of itself, so that both go the same way."""

from __future__ import annotations

from typing import Any, Final

from tongban.applications.problems import Problem
from tongban.catalog.model import BundleDefinition, Catalog, Part, ServiceDefinition
from tongban.catalog.vocabulary import Reference, Text
from tongban.publication import service as publication

OPENED_BY_THE_HOUSE: Final = frozenset(
    {
        "base/bad-rating",
        "base/correct-record",
        "base/inquiry",
        "base/not-done",
        "base/problem",
        "base/undertaking",
    }
)
"""Services whose cases the house opens itself, from where the reader is: nobody looks for them in a list."""


def offer_of(catalog: Catalog, name: str) -> BundleDefinition:
    """The bundle with this id or unique bare name, or the service as a bundle of one. Raises Problem 404."""
    offer_id = full_id(catalog, name)
    if offer_id in catalog.bundles:
        return catalog.bundles[offer_id]
    service = catalog.services[offer_id]
    return BundleDefinition(
        id=service.id,
        title=service.title,
        subjects=service.roles,
        applicant=service.applicant,
        parts=(Part(service.id, {role: role for role in service.roles}),),
        signatures=(service.applicant,),
        words=service.words,
        plain=service.plain,
        law=service.law,
        status=service.limits.status,
    )


def full_id(catalog: Catalog, name: str) -> str:
    """The full id of a bundle or service by its full or unique bare name. Raises Problem 404 ``unknown-bundle``."""
    known = [*catalog.bundles, *catalog.services]
    if name in known:
        return name
    found = [each for each in known if each.rpartition("/")[2] == name]
    if len(found) != 1:
        raise Problem(
            404, "unknown-bundle", Text(f"没有叫“{name}”的一件事或事项", f"There is no bundle or service “{name}”.")
        )
    return found[0]


def title_of(catalog: Catalog, offer_id: str) -> Text:
    """What a bundle or service is called; one that is published no more by its id, for what was made of it stays."""
    offer = catalog.bundles.get(offer_id) or catalog.services.get(offer_id)
    return offer.title if offer else Text(offer_id, offer_id)


def catalog() -> Catalog:
    """The definitions in force."""
    return publication.current()


def list_offers(*, bundles: bool) -> list[dict[str, Any]]:
    """Every bundle, or every service, in force, as its page shows it."""
    in_force = catalog()
    return [_offer_json(in_force, name) for name in (in_force.bundles if bundles else in_force.services)]


def one_offer(name: str, *, bundle: bool) -> dict[str, Any]:
    """A bundle or service by its id or unique bare name. Raises Problem 404 ``unknown-bundle``."""
    in_force = catalog()
    known = in_force.bundles if bundle else in_force.services
    found = [full for full in known if name in (full, full.rpartition("/")[2])]
    if len(found) != 1:
        raise Problem(404, "unknown-bundle", Text(f"没有叫“{name}”的", f"There is nothing called “{name}”."))
    return _offer_json(in_force, found[0])


def _offer_json(in_force: Catalog, name: str) -> dict[str, Any]:
    offer = offer_of(in_force, name)
    is_bundle = name in in_force.bundles
    common = {
        "id": offer.id,
        "kind": "bundle" if is_bundle else "service",
        "title": offer.title.to_json(),
        "plain": offer.plain.to_json() if offer.plain else None,
        "services": list(dict.fromkeys(part.service for part in offer.parts)),
        "applicant": offer.applicant,
        "subjects": {
            role.name: {"type": role.type, "many": role.many, "ends": dict(role.ends)}
            for role in offer.subjects.values()
        },
        "questions": [
            {
                "fact": question.fact,
                "text": question.text.to_json(),
                "options": {value: label.to_json() for value, label in question.chips.items()},
            }
            for question in offer.questions
        ],
        "law": _laws(in_force, offer.law),
        "status": offer.status,
    }
    return common if is_bundle else common | _service_json(in_force, in_force.services[name])


def _service_json(in_force: Catalog, service: ServiceDefinition) -> dict[str, Any]:
    limits = service.limits
    return {
        "authority": {"id": service.authority, "title": in_force.authorities[service.authority].title.to_json()},
        "needs": [need.fact for need in service.needs],
        "papers": [need.evidence for need in service.evidence],
        "produces": [made.fact for made in service.produces],
        "promised": str(limits.promised) if limits.promised else None,
        "statutory": str(limits.statutory) if limits.statutory else None,
        "fees": [{"title": fee.title.to_json(), "amount_fen": fee.amount_fen} for fee in service.fees],
        "delivery": list(service.delivery),
        "unverified": list(service.unverified),
    }


def _laws(in_force: Catalog, references: tuple[Reference, ...]) -> list[dict[str, Any]]:
    return [{"law": in_force.laws[r.law].title.to_json(), "articles": r.articles} for r in references]


def is_at_once(catalog: Catalog, name: str) -> bool:
    """Whether this is a service whose credential the system grants by itself, the moment it is applied for."""
    service = catalog.services.get(name)
    if service is None or service.credential is None:
        return False
    return any(step.enters and step.by == "system" for step in catalog.procedures[service.procedure].steps.values())
