"""Questions, what could not be done, and objections to looks at one's data: asked, answered, asked again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from tongban.api.answers.people import InquiryJson
from tongban.api.auth import actor
from tongban.api.commands import command_id
from tongban.api.schemas import InquiryRequest, ProblemJson, SaidRequest, refusals
from tongban.applications import inquiries

router = Router(tags=["people"])
ONE: Any = {200: InquiryJson, refusals(404, 409, 422, 429): ProblemJson}


@router.get(
    "/inquiries",
    response={200: list[InquiryJson], refusals(): ProblemJson},
    operation_id="listInquiries",
    exclude_unset=True,
)
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """What the reader asked, newest first, each with its answer if there is one."""
    return inquiries.mine(actor(request, "apply"))


@router.post("/inquiries", response=ONE, operation_id="ask", exclude_unset=True)
def ask(request: HttpRequest, body: InquiryRequest) -> dict[str, Any]:
    """Ask, or say what could not be done. The office concerned answers by a day that the answer names."""
    reader = actor(request, "apply")
    number = inquiries.ask(
        reader,
        body.said,
        command_id=command_id(request, reader),
        kind=body.kind,
        application=body.application,
        offer=body.offer,
    )
    return inquiries.one(reader, number)


@router.get("/inquiries/{number}", response=ONE, operation_id="readInquiry", exclude_unset=True)
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """One inquiry with its answer."""
    return inquiries.one(actor(request, "apply"), number)


@router.post("/inquiries/{number}/insist", response=ONE, operation_id="insist", exclude_unset=True)
def insist(request: HttpRequest, number: str, body: SaidRequest) -> dict[str, Any]:
    """Say that an answer did not help: its supervisor has it again."""
    reader = actor(request, "apply")
    inquiries.insist(reader, number, body.said, command_id=command_id(request, reader))
    return inquiries.one(reader, number)


@router.post("/reads/{int:read_id}/objection", response=ONE, operation_id="objectToRead", exclude_unset=True)
def object_to_read(request: HttpRequest, read_id: int, body: SaidRequest) -> dict[str, Any]:
    """Say that a look at the reader's data should not have been; the office that looked has to answer."""
    reader = actor(request, "apply")
    number = inquiries.object_to_read(reader, read_id, body.said, command_id=command_id(request, reader))
    return inquiries.one(reader, number)
