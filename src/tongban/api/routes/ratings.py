"""Ratings: what applicants say of ended cases, and what everybody may know of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from tongban.api.answers.ratings import RatingJson, SatisfactionJson
from tongban.api.auth import actor
from tongban.api.schemas import ProblemJson, RatingRequest, public_refusals, refusals
from tongban.platform import time
from tongban.supervision import ratings, satisfaction
from tongban.supervision.ratings import Said
from tongban.supervision.satisfaction import Line

router = Router(tags=["ratings"])


@router.post(
    "/cases/{number}/rating",
    response={200: RatingJson, refusals(404, 409, 422, 429): ProblemJson},
    operation_id="rateCase",
)
def rate(request: HttpRequest, number: str, body: RatingRequest) -> dict[str, Any]:
    """Rate an ended case as its applicant, or change that for seven days; the same sent again changes nothing.

    A device that belongs to somebody else sends the code of the applicant's electronic card with it.
    """
    reader = actor(request, "apply")
    said = Said(body.grade, body.reason, body.said)
    if body.card_code is not None:
        return ratings.rate(reader, number, said, channel=body.channel, card_code=body.card_code)
    return ratings.rate(reader, number, said, channel="api" if reader.kind == "machine" else "web")


@router.get(
    "/cases/{number}/rating",
    response={200: RatingJson, refusals(404): ProblemJson},
    operation_id="readRating",
)
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """What the reader said of a case."""
    return ratings.one(actor(request, "read"), number)


@router.get(
    "/ratings",
    auth=None,
    response={200: SatisfactionJson, public_refusals(): ProblemJson},
    operation_id="readSatisfaction",
)
def all_together(request: HttpRequest) -> dict[str, Any]:
    """How satisfied people are, by service and by office, where enough of them said so."""
    del request
    found = satisfaction.published(time.today())
    return {
        "through": found.through.isoformat()[:7],
        "least": satisfaction.LEAST,
        "whole": _line(found.whole) if found.whole else None,
        "services": [_line(line) for line in found.services],
        "offices": [_line(line) for line in found.offices],
    }


def _line(line: Line) -> dict[str, Any]:
    grades = {str(grade): count for grade, count in line.grades.items()}
    return {"id": line.of, "count": line.count, "satisfied_percent": line.share, "grades": grades}
