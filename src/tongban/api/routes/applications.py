"""Applications: from the first draft to the timeline of what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from tongban.api.answers.applications import ApplicationJson, DeliveryJson, EventOfApplication, FeeJson, SummaryJson
from tongban.api.auth import actor
from tongban.api.commands import command_id, once
from tongban.api.conditional import unless_known
from tongban.api.schemas import (
    ConsentRequest,
    CountRequest,
    DeliveryRequest,
    DisputeRequest,
    FactsRequest,
    PaperRequest,
    ProblemJson,
    StartRequest,
    VersionRequest,
    public_refusals,
    refusals,
)
from tongban.applications import (
    correcting,
    delivery,
    fees,
    filling,
    papers,
    reading,
    renewing,
    signing,
    starting,
    store,
    submission,
    views,
    withdrawal,
)
from tongban.applications.problems import FieldError, Problem
from tongban.catalog.vocabulary import Text

router = Router(tags=["applications"])
REFUSALS = refusals(404, 409, 422)
ANSWERS: Any = {200: ApplicationJson, REFUSALS: ProblemJson}


def refuse_known(known: dict[str, Any]) -> None:
    """What nobody has looked up is no fact, whoever sends it."""
    if known:
        text = Text(
            "“已知”只有看方案时可以假设，申请里不收", "`known` may be supposed in a plan, never in an application."
        )
        raise Problem(422, "fact-not-claimable", text, [FieldError(k, "fact-not-claimable", text) for k in known])


@router.post("/applications", response=ANSWERS, operation_id="startApplication", by_alias=True, exclude_unset=True)
def start(request: HttpRequest, body: StartRequest) -> dict[str, Any]:
    """Begin a draft: for oneself, for somebody one acts for, or at a window."""
    reader = actor(request, "apply")
    refuse_known(body.known)
    opened = starting.begun(
        reader,
        body.bundle,
        command_id=once(request, reader),
        answers=body.answers,
        counts=body.counts,
        applicant=body.applicant,
        applicant_key=body.applicant_key,
        window=body.window,
        channel="api" if reader.kind == "machine" else "web",
        mode=body.mode,
        agree=body.agree,
        submit=body.submit,
    )
    return views.view_of(opened)


@router.get(
    "/applications",
    response={200: list[SummaryJson], refusals(): ProblemJson},
    operation_id="listApplications",
)
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """The reader's applications and those that wait for the reader's consent."""
    return views.my_applications(actor(request, "apply"))


@router.get(
    "/applications/{number}",
    response={200: ApplicationJson, 304: None, refusals(404): ProblemJson},
    operation_id="readApplication",
)
def read(request: HttpRequest, number: str) -> HttpResponse:
    """An application as its reader may see it. Answers 304 to an ETag that still holds."""
    return unless_known(request, views.application_view(actor(request, "apply"), number))


@router.get(
    "/applications/{number}/events",
    response={200: list[EventOfApplication], 304: None, refusals(404): ProblemJson},
    operation_id="readTimeline",
)
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to an application, the newest first. Answers 304 to an ETag that still holds."""
    return unless_known(request, views.application_view(actor(request, "apply"), number)["events"])


@router.post(
    "/applications/{number}/agree", response=ANSWERS, operation_id="agreeToReading", by_alias=True, exclude_unset=True
)
def agree(request: HttpRequest, number: str, body: VersionRequest) -> dict[str, Any]:
    """Agree to what the plan says will be read; it is read now."""
    reader = actor(request, "apply")
    reading.agree(reader, number, version=body.version)
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/facts", response=ANSWERS, operation_id="fillFacts", by_alias=True, exclude_unset=True
)
def fill(request: HttpRequest, number: str, body: FactsRequest) -> dict[str, Any]:
    """Answer situation questions and fill the form. A key without a member's number is meant for all members."""
    reader = actor(request, "apply")
    refuse_known(body.known)
    filling.fill(reader, number, body.facts, version=body.version)
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/count", response=ANSWERS, operation_id="countMembers", by_alias=True, exclude_unset=True
)
def count(request: HttpRequest, number: str, body: CountRequest) -> dict[str, Any]:
    """Say how many members a subject has."""
    reader = actor(request, "apply")
    filling.set_count(reader, number, body.subject, body.count)
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/dispute", response=ANSWERS, operation_id="disputeFact", by_alias=True, exclude_unset=True
)
def dispute(request: HttpRequest, number: str, body: DisputeRequest) -> dict[str, Any]:
    """Say that a registry's value is wrong, and what it should be."""
    reader = actor(request, "apply")
    reading.dispute(reader, number, body.fact, body.value, version=body.version)
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/papers",
    response={200: ApplicationJson, REFUSALS | {413, 415}: ProblemJson},
    operation_id="attachPaper",
    by_alias=True,
    exclude_unset=True,
)
def attach(request: HttpRequest, number: str, paper: Form[str], file: File[UploadedFile]) -> dict[str, Any]:
    """Hand in a file (PDF, JPEG or PNG, 10 MB at most): for the form, for a correction, or because it was to follow."""
    reader = actor(request, "apply")
    correcting.hand_in(reader, number, paper, file.name or "", file.chunks())
    return views.application_view(reader, number)


@router.delete(
    "/applications/{number}/papers", response=ANSWERS, operation_id="removePaper", by_alias=True, exclude_unset=True
)
def remove(request: HttpRequest, number: str, paper: str) -> dict[str, Any]:
    """Take a paper or a promise back while the form is open."""
    reader = actor(request, "apply")
    papers.remove(reader, number, paper)
    return views.application_view(reader, number)


@router.get(
    "/applications/{number}/papers/{uuid:paper_id}",
    operation_id="readPaper",
    response={200: None, refusals(404): ProblemJson},
)
def paper_file(request: HttpRequest, number: str, paper_id: UUID) -> HttpResponse:
    """The file as it was attached, as a download that no browser runs."""
    _, media_type, content = papers.file_of(actor(request, "apply"), number, paper_id)
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="paper-{paper_id}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post(
    "/applications/{number}/promise", response=ANSWERS, operation_id="promisePaper", by_alias=True, exclude_unset=True
)
def promise(request: HttpRequest, number: str, body: PaperRequest) -> dict[str, Any]:
    """Promise instead of a paper, or to bring it later, where its service allows."""
    reader = actor(request, "apply")
    papers.promise(reader, number, body.paper)
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/sign", response=ANSWERS, operation_id="signApplication", by_alias=True, exclude_unset=True
)
def sign(request: HttpRequest, number: str, body: VersionRequest) -> dict[str, Any]:
    """Sign what is on the form now; the last signature sends an application that waits for it."""
    reader = actor(request, "apply")
    form = signing.sign(reader, number, version=body.version)
    submission.after_consent(reader, form, command_id(request, reader))
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/consent",
    response=ANSWERS,
    operation_id="consentToApplication",
    by_alias=True,
    exclude_unset=True,
)
def consent(request: HttpRequest, number: str, body: ConsentRequest) -> dict[str, Any]:
    """A second signer agrees, or does not; the last consent sends an application that waits for it."""
    reader = actor(request, "apply")
    form = signing.consent(reader, number, agree=body.agree)
    submission.after_consent(reader, form, command_id(request, reader))
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/submit",
    response=ANSWERS,
    operation_id="submitApplication",
    by_alias=True,
    exclude_unset=True,
)
def submit(request: HttpRequest, number: str, body: VersionRequest) -> dict[str, Any]:
    """Send it to every department; the same command twice sends it once."""
    reader = actor(request, "apply")
    submission.submit(reader, number, command_id(request, reader), version=body.version)
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/again",
    response=ANSWERS,
    operation_id="applyAgain",
    by_alias=True,
    exclude_unset=True,
)
def again(request: HttpRequest, number: str) -> dict[str, Any]:
    """Begin a draft for what was refused, not possible or withdrawn, with everything known from the first time."""
    reader = actor(request, "apply")
    channel: starting.Channel = "api" if reader.kind == "machine" else "web"
    new = renewing.apply_again(reader, number, command_id=command_id(request, reader), channel=channel)
    return views.application_view(reader, new)


@router.post(
    "/applications/{number}/withdraw",
    response=ANSWERS,
    operation_id="withdrawApplication",
    by_alias=True,
    exclude_unset=True,
)
def withdraw(request: HttpRequest, number: str) -> dict[str, Any]:
    """Stop every case that is not decided yet; decided ones stand."""
    reader = actor(request, "apply")
    withdrawal.withdraw(reader, number, command_id(request, reader))
    return views.application_view(reader, number)


@router.post(
    "/applications/{number}/delivery",
    response=ANSWERS,
    operation_id="chooseDelivery",
    by_alias=True,
    exclude_unset=True,
)
def choose_delivery(request: HttpRequest, number: str, body: DeliveryRequest) -> dict[str, Any]:
    """Choose how a result is handed over: online, at a window, or by post."""
    reader = actor(request, "apply")
    delivery.choose(reader, number, body.service, body.way, body.place)
    return views.application_view(reader, number)


@router.get(
    "/applications/{number}/delivery",
    response={200: list[DeliveryJson], refusals(404): ProblemJson},
    operation_id="listDeliveries",
)
def list_deliveries(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """How each result is handed over, what else may be chosen, and how far it has come."""
    return delivery.deliveries_of(store.load(actor(request, "apply"), number))


@router.get(
    "/applications/{number}/fees",
    response={200: list[FeeJson], refusals(404): ProblemJson},
    operation_id="listFees",
)
def list_fees(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """What each service of the application costs, and whether it is paid."""
    return fees.fees_of(store.load(actor(request, "apply"), number))


@router.post(
    "/applications/{number}/fees/{fee}",
    response={200: FeeJson, REFUSALS: ProblemJson},
    operation_id="payFee",
)
def pay(request: HttpRequest, number: str, fee: str, amount_fen: int | None = None) -> dict[str, Any]:
    """Pay a fee that is due; ``next`` in the answer leads to the payment provider where there is more to do.

    With ``amount_fen``, what the payer was shown, a fee that has changed since is not taken.
    """
    reader = actor(request, "apply")
    return fees.pay(reader, number, fee, command_id(request, reader), amount_fen=amount_fen)


@router.post(
    "/applications/{number}/fees/{fee}/confirm",
    response={200: FeeJson, refusals(404): ProblemJson},
    operation_id="confirmFee",
)
def confirm_fee(request: HttpRequest, number: str, fee: str) -> dict[str, Any]:
    """The payer is back from the provider, who is asked whether the fee has been paid."""
    return fees.returned(actor(request, "apply"), number, fee)


@router.post(
    "/payments/{path:reference}",
    response={204: None, public_refusals(404): ProblemJson},
    auth=None,
    operation_id="tellOfPayment",
)
def told_of_payment(request: HttpRequest, reference: str) -> Status[None]:  # noqa: ARG001 -- what ninja calls with
    """A provider says that something has become of a payment. It is not believed but asked, so anybody may call."""
    fees.confirm(reference)
    return Status(204, None)
