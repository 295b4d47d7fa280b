"""Problems: reported, listed, read; their steps are commands on their cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from tongban.api.answers.problems import FoundListJson, FoundWholeJson, ReportedJson
from tongban.api.auth import actor
from tongban.api.commands import command_id
from tongban.api.schemas import FindingRequest, ProblemJson, ProblemsQuery, refusals
from tongban.supervision import problem_lists, problems
from tongban.supervision.problems import Finding, Hands, Place

router = Router(tags=["problems"])


@router.get(
    "/problems",
    response={200: FoundListJson, refusals(404, 422): ProblemJson},
    operation_id="listProblems",
    exclude_unset=True,
)
def listed(request: HttpRequest, wanted: Query[ProblemsQuery]) -> dict[str, Any]:
    """Problems, the newest first, for whoever works for the city."""
    problem_lists.require_staff(actor(request, "read"))
    found, more = problem_lists.listed(wanted.wanted(), wanted.after, wanted.limit)
    return {"problems": found, "next": more}


@router.post(
    "/problems",
    response={200: ReportedJson, refusals(409, 422): ProblemJson},
    operation_id="reportProblem",
    exclude_unset=True,
)
def report(request: HttpRequest, body: FindingRequest) -> dict[str, Any]:
    """Report what hurts: a new problem, or the open one of the same place, or one that came back within ninety days."""
    reader = actor(request, "handle")
    place = Place(body.about, body.kind, body.step, body.item)
    finding = Finding(place, body.severity, body.found_by, body.said, body.reference, body.field, body.by)
    hands = Hands(body.region, body.owner)
    reported = problems.report_by(reader, finding, command_id(request, reader), hands)
    return problem_lists.one(reader, reported.case) | {"outcome": reported.outcome}


@router.get(
    "/problems/{number}",
    response={200: FoundWholeJson, refusals(404): ProblemJson},
    operation_id="readProblem",
    exclude_unset=True,
)
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """One problem, what was said of it by offices, how often it was found."""
    return problem_lists.one(actor(request, "read"), number)
