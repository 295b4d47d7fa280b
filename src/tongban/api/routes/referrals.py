"""Agencies elsewhere: a case sent here, and the steps taken on the other side's case. docs/agencies.md tells it all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from tongban.api.answers.cases import ReferralJson
from tongban.api.auth import actor
from tongban.api.commands import command_id
from tongban.api.schemas import ProblemJson, ReferralRequest, StepRequest, refusals
from tongban.applications import referrals

router = Router(tags=["agencies"])


@router.post("/referrals", response={200: ReferralJson, refusals(409, 422): ProblemJson}, operation_id="referCase")
def refer(request: HttpRequest, body: ReferralRequest) -> dict[str, Any]:
    """Send a case to an office here. ``number`` is the sender's own; the same number twice is one case."""
    reader = actor(request, "refer")
    named = {role: [referrals.Named(one.key, one.ends) for one in each] for role, each in body.subjects.items()}
    return referrals.open_here(reader, referrals.Asked(body.number, body.service, body.office, named, body.facts))


@router.get(
    "/referrals/{number}", response={200: ReferralJson, refusals(404): ProblemJson}, operation_id="readReferral"
)
def read(request: HttpRequest, number: str) -> dict[str, Any]:
    """Where a case stands here that this agency sent, or that was sent to it."""
    return referrals.seen(actor(request, "refer"), number)


@router.post(
    "/referrals/{number}/steps",
    response={200: ReferralJson, refusals(404, 409, 422): ProblemJson},
    operation_id="tellStep",
)
def step(request: HttpRequest, number: str, body: StepRequest) -> dict[str, Any]:
    """Tell of a step taken on the other side's case, which is taken here too; the same Idempotency-Key does it once."""
    reader = actor(request, "refer")
    taken = referrals.Taken(body.step, body.at, body.data, body.texts, body.facts)
    return referrals.take(reader, number, taken, command_id(request, reader))
