"""The reader: who one is and for whom one may act, messages, and who looked at one's data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.accounts.actor import Actor
from tongban.api.answers.people import MandateJson, MeJson, MessageJson, ReadJson
from tongban.api.auth import actor
from tongban.api.schemas import MandateRequest, ProblemJson, refusals
from tongban.applications import access, messages, reads, representing

router = Router(tags=["people"])
REFUSALS = refusals()


@router.get("/me", response={200: MeJson, REFUSALS: ProblemJson}, operation_id="readMe")
def me(request: HttpRequest) -> dict[str, Any]:
    """Who the reader is, with the registered ids of whom the reader may act for."""
    known: Actor = request.auth  # type: ignore[attr-defined]  # set by django-ninja; any scope will do
    return {
        "id": known.id,
        "kind": known.kind,
        "name": known.shown_name,
        "subject": known.subject_id,
        "offices": {office: sorted(roles) for office, roles in known.offices.items()},
        "principals": {str(subject): sorted(scope) for subject, scope in known.principals.items()},
        "scopes": sorted(known.scopes),
    }


@router.get("/me/data.zip", response={200: None, refusals(404, 429): ProblemJson}, operation_id="copyMyData")
def everything(request: HttpRequest) -> HttpResponse:
    """Everything about the reader: `data.json`, the signed documents and the papers attached, as a ZIP."""
    return HttpResponse(access.copy(actor(request, "apply")), content_type="application/zip")


@router.get("/messages", response={200: list[MessageJson], REFUSALS: ProblemJson}, operation_id="listMessages")
def inbox(request: HttpRequest) -> list[dict[str, Any]]:
    """The reader's messages, newest first."""
    return messages.lines_of(actor(request, "read"))


@router.post("/messages/read", response={200: list[MessageJson], REFUSALS: ProblemJson}, operation_id="readMessages")
def mark_read(request: HttpRequest) -> list[dict[str, Any]]:
    """Note that the reader has seen them."""
    reader = actor(request, "read")
    messages.mark_read(reader)
    return messages.lines_of(reader)


@router.get("/reads", response={200: list[ReadJson], REFUSALS: ProblemJson}, operation_id="listReads")
def who_read(request: HttpRequest) -> list[dict[str, Any]]:
    """Who looked at the reader's own data: when, which, for what."""
    return reads.about_me(actor(request, "apply"))


@router.get("/mandates", response={200: list[MandateJson], REFUSALS: ProblemJson}, operation_id="listMandates")
def mandates(request: HttpRequest) -> list[dict[str, Any]]:
    """Who may act for the reader, and for whom the reader may act."""
    return representing.given(actor(request, "apply"))


@router.post(
    "/mandates",
    response={200: list[MandateJson], REFUSALS | {404, 422}: ProblemJson},
    operation_id="giveMandate",
)
def give(request: HttpRequest, body: MandateRequest) -> list[dict[str, Any]]:
    """Let somebody act for the reader."""
    reader = actor(request, "apply")
    representing.give(reader, body.id_number, body.scope, body.until)
    return representing.given(reader)


@router.delete(
    "/mandates/{int:mandate_id}",
    response={200: list[MandateJson], REFUSALS | {404}: ProblemJson},
    operation_id="endMandate",
)
def end(request: HttpRequest, mandate_id: int) -> list[dict[str, Any]]:
    """End a mandate now, from either side."""
    reader = actor(request, "apply")
    representing.end(reader, mandate_id)
    return representing.given(reader)
