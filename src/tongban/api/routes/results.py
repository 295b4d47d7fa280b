"""Handing results over: what waits, what was posted, returned or received, and who collected what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from tongban.api.answers.cases import LabelJson, ReceiptJson, ResultJson
from tongban.api.auth import actor
from tongban.api.schemas import CollectedRequest, DayRequest, PostedRequest, ProblemJson, refusals
from tongban.applications import handing_over

router = Router(tags=["results"])
LEFT: Any = {200: list[ResultJson], refusals(404, 409, 422): ProblemJson}


@router.get("/results", response={200: list[ResultJson], refusals(): ProblemJson}, operation_id="listResults")
def waiting(request: HttpRequest, find: str = "") -> list[dict[str, Any]]:
    """What the reader's offices have still to hand over or to hear of; ``find`` takes any number that was shown."""
    return handing_over.to_hand_over(actor(request, "handle"), find)


@router.post("/results/{number}/collected", response=LEFT, operation_id="recordCollected")
def collected(request: HttpRequest, number: str, body: CollectedRequest) -> list[dict[str, Any]]:
    """Hand a result over at its window to whoever shows this card. Answers what is left; the receipt is beside it."""
    reader = actor(request, "handle")
    handing_over.collected(reader, number, body.id_number)
    return handing_over.to_hand_over(reader)


@router.post("/results/{number}/posted", response=LEFT, operation_id="recordPosted")
def posted(request: HttpRequest, number: str, body: PostedRequest) -> list[dict[str, Any]]:
    """Record that a result was posted. Answers what is left."""
    reader = actor(request, "handle")
    handing_over.posted(reader, number, body.tracking, body.on)
    return handing_over.to_hand_over(reader)


@router.post("/results/{number}/reached", response=LEFT, operation_id="recordReached")
def reached(request: HttpRequest, number: str, body: DayRequest) -> list[dict[str, Any]]:
    """Record that the post brought a result. Answers what is left."""
    reader = actor(request, "handle")
    handing_over.reached(reader, number, body.on)
    return handing_over.to_hand_over(reader)


@router.post("/results/{number}/returned", response=LEFT, operation_id="recordReturned")
def returned(request: HttpRequest, number: str, body: DayRequest) -> list[dict[str, Any]]:
    """Record that the post brought a result back: it is to be posted anew. Answers what is left."""
    reader = actor(request, "handle")
    handing_over.returned(reader, number, body.on)
    return handing_over.to_hand_over(reader)


@router.get(
    "/results/{number}/receipt",
    response={200: ReceiptJson, refusals(404, 409): ProblemJson},
    operation_id="readServiceReceipt",
)
def receipt(request: HttpRequest, number: str) -> dict[str, Any]:
    """The service receipt of a result that was handed over."""
    return handing_over.receipt(actor(request, "handle"), number)


@router.get(
    "/results/{number}/label", response={200: LabelJson, refusals(404, 409): ProblemJson}, operation_id="readLabel"
)
def label(request: HttpRequest, number: str) -> dict[str, Any]:
    """The address label of a result to be posted. Whoever is on it sees who read it."""
    return handing_over.label(actor(request, "handle"), number)
