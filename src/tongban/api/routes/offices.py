"""An office as its head sees it: load by person and day, handing over, who stands in for whom."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tongban.accounts.actor import Actor
from tongban.api.answers.cases import DeputyJson, HandedJson, OfficeJson
from tongban.api.auth import actor
from tongban.api.commands import command_id
from tongban.api.schemas import DeputyRequest, HandOverRequest, ProblemJson, refusals
from tongban.applications import staffing
from tongban.platform.ids import from_address

router = Router(tags=["offices"])


@router.get(
    "/offices/{path:office}/load", response={200: OfficeJson, refusals(404): ProblemJson}, operation_id="readOffice"
)
def load(request: HttpRequest, office: str) -> dict[str, Any]:
    """Who has how much by when, and what turns red tomorrow. For the office's head."""
    found = staffing.office_load(actor(request, "handle"), office)
    loads = [
        asdict(one) | {"total": one.total, "id": int(one.holder.partition(":")[2]) if one.holder else None}
        for one in found.loads
    ]
    return asdict(found) | {"days": list(found.days), "loads": loads}


@router.post(
    "/tasks/hand-over", response={200: list[HandedJson], refusals(422): ProblemJson}, operation_id="handOverTasks"
)
def hand_over(request: HttpRequest, body: HandOverRequest) -> list[dict[str, Any]]:
    """Hand claimed or free tasks to a colleague, answered one by one. The same Idempotency-Key does it once."""
    reader = actor(request, "handle")
    once: UUID = command_id(request, reader)
    numbers = [from_address(number) for number in body.cases]
    answers = staffing.hand_over(reader, numbers, body.to, once, reason=body.reason)
    return [{"case": number, "why_not": why.to_json() if why else None} for number, why in answers]


@router.get(
    "/offices/{path:office}/deputies",
    response={200: list[DeputyJson], refusals(404): ProblemJson},
    operation_id="listDeputies",
)
def deputies(request: HttpRequest, office: str) -> list[dict[str, Any]]:
    """Who stands in for whom at an office, now or later. For its head."""
    return _deputies(actor(request, "handle"), office)


@router.post(
    "/offices/{path:office}/deputies",
    response={200: list[DeputyJson], refusals(404, 422): ProblemJson},
    operation_id="deputise",
)
def deputise(request: HttpRequest, office: str, body: DeputyRequest) -> list[dict[str, Any]]:
    """Let a colleague stand in for another between two days, both included."""
    reader = actor(request, "handle")
    staffing.deputise(reader, office, body.absent, body.deputy, (body.from_day, body.until_day))
    return _deputies(reader, office)


@router.delete(
    "/offices/{path:office}/deputies/{int:deputy_id}",
    response={200: list[DeputyJson], refusals(404): ProblemJson},
    operation_id="endDeputy",
)
def end(request: HttpRequest, office: str, deputy_id: int) -> list[dict[str, Any]]:
    """The absent colleague is back today."""
    reader = actor(request, "handle")
    staffing.end_deputy(reader, deputy_id)
    return _deputies(reader, office)


def _deputies(reader: Actor, office: str) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "absent": row.absent.id,
            "absent_name": row.absent.shown_name,
            "deputy": row.deputy.id,
            "deputy_name": row.deputy.shown_name,
            "from_day": row.from_day,
            "until_day": row.until_day,
        }
        for row in staffing.deputies(reader, office)
    ]
