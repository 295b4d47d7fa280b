"""The city itself: tickets, the auditor's check, and, in demonstration cities only, time and outages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from tongban.api.answers.people import AuditJson, MovedJson, NearWindowJson, TicketJson, TimeJson, WindowJson
from tongban.api.auth import actor
from tongban.api.schemas import OutageRequest, ProblemJson, TimeRequest, public_refusals, refusals
from tongban.applications import auditing, tickets, windows
from tongban.applications.problems import forbidden
from tongban.supervision import citytime

router = Router(tags=["city"])
REGION = r"^[0-9]{4,12}$"


@router.post(
    "/windows/{path:office}/tickets",
    response={200: TicketJson, public_refusals(404, 429): ProblemJson},
    auth=None,
    operation_id="takeTicket",
)
def take(request: HttpRequest, office: str) -> dict[str, Any]:
    """Take a number at a window."""
    return ticket_json(tickets.take(office, request.META.get("REMOTE_ADDR", "")))


@router.post(
    "/windows/{path:office}/call",
    response={200: TicketJson, refusals(404, 409): ProblemJson},
    operation_id="callTicket",
)
def call(request: HttpRequest, office: str) -> dict[str, Any]:
    """Call whoever has waited longest."""
    return ticket_json(tickets.call_next(actor(request, "handle"), office))


@router.post(
    "/tickets/{int:ticket_id}/serve",
    response={200: TicketJson, refusals(404): ProblemJson},
    operation_id="serveTicket",
)
def serve(request: HttpRequest, ticket_id: int, application: str | None = None) -> dict[str, Any]:
    """Note that somebody has been served."""
    return ticket_json(tickets.serve(actor(request, "handle"), ticket_id, application))


@router.get(
    "/windows",
    response={200: list[NearWindowJson], public_refusals(422): ProblemJson},
    auth=None,
    operation_id="findWindows",
)
def near(request: HttpRequest, region: Annotated[str, Field(pattern=REGION)]) -> list[dict[str, Any]]:
    """The windows for whoever lives in this region (the code of a county or town), the nearest first."""
    del request
    return windows.near(region)


@router.get(
    "/windows/{path:office}",
    response={200: WindowJson, refusals(404): ProblemJson},
    operation_id="readWindow",
)
def window(request: HttpRequest, office: str) -> dict[str, Any]:
    """Today at a window, for whoever works there: who waits, and for how long people waited."""
    waits, rows = tickets.today(actor(request, "handle"), office)
    return asdict(waits) | {"tickets": [ticket_json(ticket) for ticket in rows]}


def ticket_json(ticket: Any) -> dict[str, Any]:  # noqa: ANN401 -- the row, whose model this door does not import
    """A ticket as JSON."""
    moments = {name: getattr(ticket, name) for name in ("taken_at", "called_at", "served_at")}
    return {
        "id": ticket.id,
        "office": ticket.office,
        "label": ticket.label,
        "application": ticket.application,
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in moments.items()},
    }


@router.get("/audit", response={200: AuditJson, refusals(): ProblemJson}, operation_id="audit")
def audit(request: HttpRequest) -> dict[str, Any]:
    """Verify every chain and seal. Auditors only."""
    return auditing.audit(actor(request, "audit"))


@router.get("/time", response={200: TimeJson, public_refusals(): ProblemJson}, auth=None, operation_id="readTime")
def read_time(request: HttpRequest) -> dict[str, Any]:
    """The city's time."""
    del request
    return {"now": citytime.now_text()}


@router.post(
    "/time",
    response={200: MovedJson, refusals(422): ProblemJson},
    operation_id="moveTime",
)
def move_time(request: HttpRequest, body: TimeRequest) -> dict[str, Any]:
    """Move a demonstration city's time; whatever falls due in between happens in order."""
    _demonstration(request)
    done = citytime.move(set_to=body.set, advance=body.advance)
    return {"now": citytime.now_text(), **asdict(done)}


@router.post(
    "/outages",
    response={200: TimeJson, refusals(422): ProblemJson},
    operation_id="setOutage",
)
def outage(request: HttpRequest, body: OutageRequest) -> dict[str, Any]:
    """Take a holder down in a demonstration city, or bring it back."""
    _demonstration(request)
    citytime.set_outage(body.holder, down=body.down)
    return {"now": citytime.now_text()}


def _demonstration(request: HttpRequest) -> None:
    if "demonstration" not in actor(request, "read").scopes:
        raise forbidden("要有演示权限的令牌", "This wants a token with the scope demonstration.")
