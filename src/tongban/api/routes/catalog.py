"""What can be done, the shortest way to it, and what it comes to. Open to everybody."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Router
from pydantic import Field

from tongban.api.answers.plans import HitJson, OfferJson, PlanJson
from tongban.api.schemas import Day, Facts, PlanRequest, ProblemJson, public_refusals
from tongban.applications import offers, planning
from tongban.applications.search import search
from tongban.platform import time
from tongban.policy import reckon
from tongban.publication.calculated import calculated

router = Router(tags=["catalog"], auth=None)
LONGEST_QUERY = 200


@router.get(
    "/bundles",
    response={200: list[OfferJson], public_refusals(): ProblemJson},
    operation_id="listBundles",
    exclude_unset=True,
)
def bundles(request: HttpRequest) -> list[dict[str, Any]]:
    """Every bundle in force."""
    del request
    return offers.list_offers(bundles=True)


@router.get(
    "/services",
    response={200: list[OfferJson], public_refusals(): ProblemJson},
    operation_id="listServices",
    exclude_unset=True,
)
def services(request: HttpRequest) -> list[dict[str, Any]]:
    """Every service in force."""
    del request
    return offers.list_offers(bundles=False)


@router.get(
    "/bundles/{path:name}",
    response={200: OfferJson, public_refusals(404): ProblemJson},
    operation_id="readBundle",
    exclude_unset=True,
)
def bundle(request: HttpRequest, name: str) -> dict[str, Any]:
    """One bundle by its id or bare name."""
    del request
    return offers.one_offer(name, bundle=True)


@router.get(
    "/services/{path:name}",
    response={200: OfferJson, public_refusals(404): ProblemJson},
    operation_id="readService",
    exclude_unset=True,
)
def service(request: HttpRequest, name: str) -> dict[str, Any]:
    """One service by its id or bare name."""
    del request
    return offers.one_offer(name, bundle=False)


@router.get("/search", response={200: list[HitJson], public_refusals(422): ProblemJson}, operation_id="search")
def find(request: HttpRequest, q: Annotated[str, Field(max_length=LONGEST_QUERY)]) -> list[dict[str, Any]]:
    """Bundles and services in people's own words."""
    del request
    return [hit.to_json() for hit in search(offers.catalog(), q)]


@router.post(
    "/plans",
    response={200: PlanJson, public_refusals(403, 404, 422): ProblemJson},
    operation_id="plan",
    by_alias=True,
    exclude_unset=True,
)
def plan(request: HttpRequest, body: PlanRequest) -> dict[str, Any]:
    """The shortest way, with whatever is supposed known. Stores nothing."""
    del request
    return planning.plan_request(body.model_dump(by_alias=True, exclude_unset=True)).to_json()


@router.post(
    "/calc/{path:rule}",
    response={200: dict[str, Any], public_refusals(404, 422): ProblemJson},
    operation_id="reckon",
)
def calc(request: HttpRequest, rule: str, facts: Annotated[Facts, Body()], on: Day | None = None) -> dict[str, Any]:
    """An amount by a rule of the policy: its results by name, and line by line how they came about, with articles.

    The body holds the rule's inputs by name, as `/calc/` shows them; ``on`` is the legal date of a rule without one.
    """
    del request
    found = offers.catalog()
    return calculated(found, reckon(found.rulebook, rule, facts, on or time.today()))
