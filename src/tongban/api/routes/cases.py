"""Cases and tasks: what waits for an office, one case whole, and the commands on it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.accounts.actor import Actor
from tongban.api.answers.cases import CaseJson, TaskPageJson
from tongban.api.auth import actor
from tongban.api.commands import command_id
from tongban.api.conditional import unless_known
from tongban.api.schemas import CommandRequest, ProblemJson, refusals
from tongban.applications import cases, correcting

router = Router(tags=["cases"])


@router.get("/tasks", response={200: TaskPageJson, refusals(422): ProblemJson}, operation_id="listTasks")
def tasks(
    request: HttpRequest,
    service: str | None = None,
    light: Literal["green", "yellow", "red"] | None = None,
    mine: bool = False,  # noqa: FBT001, FBT002 -- a query parameter
    after: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """What waits at the reader's offices, by time left; ``after`` is the ``next`` of the page before."""
    return cases.tasks(actor(request, "handle"), service=service, light=light, mine=mine, after=after, limit=limit)


@router.get(
    "/cases/{number}",
    response={200: CaseJson, 304: None, refusals(404): ProblemJson},
    operation_id="readCase",
    exclude_unset=True,
)
def read(request: HttpRequest, number: str, response: HttpResponse) -> Any:  # noqa: ANN401 -- 304 or a view
    """One case as its reader may see it; ``.NN`` stands for ``/NN`` in addresses. Answers 304 to an ETag that holds."""
    return unless_known(request, response, cases.case_view(actor(request, "read"), number))


@router.post(
    "/cases/{number}/commands",
    response={200: CaseJson, refusals(404, 409, 422): ProblemJson},
    operation_id="commandCase",
    exclude_unset=True,
)
def command(request: HttpRequest, number: str, body: CommandRequest) -> dict[str, Any]:
    """A step of the procedure or claim, release, hand-over, note. The same ``id`` or Idempotency-Key does it once."""
    reader = _reader(request)
    once = body.id or command_id(request, reader)
    if body.command == "resubmit" and reader.kind == "person":
        application, _, part = number.replace(".", "/").rpartition("/")
        correcting.send(reader, application, int(part) if part.isdecimal() else 0, body.facts, once)
    else:
        cases.act(
            reader,
            number,
            body.command,
            command_id=once,
            data=body.data,
            texts=body.texts,
            facts=body.facts,
            task=body.task,
            version=body.version,
        )
    return cases.case_view(reader, number)


def _reader(request: HttpRequest) -> Actor:
    """Staff act with the scope of staff, everybody else with that of applicants."""
    known: Actor = request.auth  # type: ignore[attr-defined]  # set by django-ninja
    return actor(request, "handle" if known.kind == "staff" else "apply")
