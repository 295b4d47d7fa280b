"""Credentials and notices, and the public check whether one is real."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from tongban.api.answers.applications import OwnDocumentJson
from tongban.api.answers.people import VerdictJson
from tongban.api.auth import actor
from tongban.api.schemas import ProblemJson, public_refusals, refusals
from tongban.applications import documents

router = Router(tags=["documents"])


@router.get(
    "/credentials",
    response={200: list[OwnDocumentJson], refusals(): ProblemJson},
    operation_id="listDocuments",
)
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """Credentials and notices issued to the reader, newest first."""
    return documents.mine(actor(request, "apply"))


@router.get(
    "/credentials/{uuid:document_id}.pdf",
    response={200: None, refusals(404): ProblemJson},
    operation_id="readDocument",
)
def pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The signed PDF."""
    content = documents.pdf(actor(request, "read"), document_id)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{document_id}.pdf"'
    return answer


@router.get(
    "/verify/{code}",
    response={200: VerdictJson, public_refusals(429): ProblemJson},
    auth=None,
    operation_id="verifyCode",
    exclude_unset=True,
)
def verify_code(request: HttpRequest, code: str) -> dict[str, Any]:
    """Whether the paper with this code is real and in force. Anybody may ask."""
    return documents.verify_code(code, request.META.get("REMOTE_ADDR", ""))


@router.post(
    "/verify",
    response={200: VerdictJson, public_refusals(422): ProblemJson},
    auth=None,
    operation_id="verifyFile",
    exclude_unset=True,
)
def verify_file(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Whether this file is one of ours, unchanged and in force."""
    del request
    return documents.verify_file(cast("BinaryIO", file.file))
