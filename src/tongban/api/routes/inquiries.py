"""Questions, what could not be done, and objections to looks at one's data: asked, answered, asked again; and calls."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from tongban.api.answers.people import CallJson, InquiryJson
from tongban.api.auth import actor
from tongban.api.commands import command_id, of_key
from tongban.api.schemas import CallRequest, InquiryRequest, ProblemJson, SaidRequest, refusals
from tongban.applications import hotlines, inquiries, not_done
from tongban.applications.hotlines import Call

router = Router(tags=["people"])
ONE: Any = {200: InquiryJson, refusals(404, 409, 422, 429): ProblemJson}


@router.get(
    "/inquiries",
    response={200: list[InquiryJson], refusals(): ProblemJson},
    operation_id="listInquiries",
    exclude_unset=True,
)
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """What the reader asked or could not get done, newest first, each with its answer if there is one."""
    return inquiries.mine(actor(request, "apply"))


@router.post("/inquiries", response=ONE, operation_id="ask", exclude_unset=True)
def ask(request: HttpRequest, body: InquiryRequest) -> dict[str, Any]:
    """Ask, or say what could not be done (`kind`). The answer names who has it and by which day it is answered; what
    is said again of a matter that is open joins what was said before.
    """
    reader = actor(request, "apply")
    command = command_id(request, reader)
    said, matter, offer = body.said, body.application, body.offer
    if body.kind == inquiries.QUESTION:
        number = inquiries.ask(reader, said, command_id=command, application=matter, offer=offer)
    else:
        told = not_done.tell(reader, said, command_id=command, kind=body.kind, application=matter, offer=offer)
        number = told.number
    return inquiries.one(reader, number)


@router.get("/inquiries/{number}", response=ONE, operation_id="readInquiry", exclude_unset=True)
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """One inquiry with its answer."""
    return inquiries.one(actor(request, "apply"), number)


@router.post("/inquiries/{number}/insist", response=ONE, operation_id="insist", exclude_unset=True)
def insist(request: HttpRequest, number: str, body: SaidRequest) -> dict[str, Any]:
    """Say that an answer did not help: it is taken up again."""
    reader = actor(request, "apply")
    inquiries.insist(reader, number, body.said, command_id=command_id(request, reader))
    return inquiries.one(reader, number)


@router.post("/inquiries/{number}/helped", response=ONE, operation_id="helped", exclude_unset=True)
def helped(request: HttpRequest, number: str) -> dict[str, Any]:
    """Say that what could not be done is done now."""
    reader = actor(request, "apply")
    inquiries.helped(reader, number, command_id=command_id(request, reader))
    return inquiries.one(reader, number)


@router.post("/reads/{int:read_id}/objection", response=ONE, operation_id="objectToRead", exclude_unset=True)
def object_to_read(request: HttpRequest, read_id: int, body: SaidRequest) -> dict[str, Any]:
    """Say that a look at the reader's data should not have been; the office that looked has to answer."""
    reader = actor(request, "apply")
    number = inquiries.object_to_read(reader, read_id, body.said, command_id=command_id(request, reader))
    return inquiries.one(reader, number)


@router.post(
    "/calls", response={200: CallJson, refusals(404, 422, 429): ProblemJson}, operation_id="call", exclude_unset=True
)
def call(request: HttpRequest, body: CallRequest) -> dict[str, Any]:
    """A hotline passes on what its caller could not get done. `reference` is its own number: the same is done once.

    The same person on the same matter is joined to what is open (`outcome`). What is not ours is refused as `not-ours`
    with the right address. What becomes of it is told to the caller alone.
    """
    reader = actor(request, "hotline")
    taken = Call(body.caller, body.said, body.kind, body.application, body.offer, body.phone)
    return hotlines.take(reader, taken, of_key(reader, body.reference))
