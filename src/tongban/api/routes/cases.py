"""Cases and tasks: what waits for an office, one case whole, and the commands on it."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID, uuid5

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.accounts.actor import Actor
from tongban.api.answers.cases import (
    BatchAnswer,
    CaseJson,
    ClockJson,
    EventOfCase,
    QueueJson,
    TaskPageJson,
    WorkLineJson,
)
from tongban.api.auth import actor
from tongban.api.commands import command_id
from tongban.api.conditional import unless_known
from tongban.api.problems import of_problem, of_refusal
from tongban.api.schemas import BatchCommand, BatchRequest, CommandRequest, ProblemJson, refusals
from tongban.applications import cases, correcting, looking, worklists
from tongban.applications.problems import Problem
from tongban.applications.starting import Channel
from tongban.applications.worklists import Queue
from tongban.casework.model import Case, Refused
from tongban.platform.ids import from_address

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


@router.get("/queues/{queue}", response={200: QueueJson, refusals(422): ProblemJson}, operation_id="readQueue")
def queue(
    request: HttpRequest,
    queue: Queue,
    service: str | None = None,
    light: Literal["green", "yellow", "red"] | None = None,
    channel: Channel | None = None,
    after: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A queue of the reader's desk as its page shows it, names masked; ``after`` is the ``next`` of the page before."""
    return worklists.worklist(
        actor(request, "handle"),
        queue,
        of_service=service,
        of_light=light,
        of_channel=channel,
        after=after,
        limit=min(max(limit, 1), worklists.MOST_LINES),
    )


@router.get("/cases", response={200: list[WorkLineJson], refusals(422): ProblemJson}, operation_id="findCases")
def find(request: HttpRequest, q: str) -> list[dict[str, Any]]:
    """Cases within reach by the number of an application or case, or the whole ID number or credit code."""
    return worklists.search(actor(request, "handle"), q)


@router.post(
    "/cases/commands", response={200: list[BatchAnswer], refusals(422): ProblemJson}, operation_id="commandMany"
)
def command_many(request: HttpRequest, body: BatchRequest) -> list[dict[str, Any]]:
    """Commands on many cases: each all or nothing, none held up by another, answered one by one in their order.

    With an Idempotency-Key the same batch sent again does nothing twice and answers the same.
    """
    reader = _reader(request)
    once = command_id(request, reader)
    return [_one_of_many(reader, each, each.id or uuid5(once, f"{each.case}:{each.command}")) for each in body.commands]


@router.get(
    "/cases/{number}",
    response={200: CaseJson, 304: None, refusals(404): ProblemJson},
    operation_id="readCase",
)
def read(request: HttpRequest, number: str) -> HttpResponse:
    """One case as its reader may see it; ``.NN`` stands for ``/NN`` in addresses. Answers 304 to an ETag that holds."""
    return unless_known(request, cases.case_view(actor(request, "read"), number))


@router.post(
    "/cases/{number}/commands",
    response={200: CaseJson, refusals(404, 409, 422): ProblemJson},
    operation_id="commandCase",
    exclude_unset=True,
)
def command(request: HttpRequest, number: str, body: CommandRequest) -> dict[str, Any]:
    """A step of the procedure or claim, release, hand-over, hand-up, hand-down, note, dispute, revoke.

    The same ``id`` or Idempotency-Key does it once.
    """
    reader = _reader(request)
    _act(reader, number, body, body.id or command_id(request, reader))
    return cases.case_view(reader, number)


@router.get(
    "/cases/{number}/clocks",
    response={200: list[ClockJson], 304: None, refusals(404): ProblemJson},
    operation_id="readClocks",
)
def clocks(request: HttpRequest, number: str) -> HttpResponse:
    """The running limits of a case, each with its account of days. Answers 304 to an ETag that holds."""
    return unless_known(request, cases.case_view(actor(request, "read"), number)["clocks"])


@router.get(
    "/cases/{number}/events",
    response={200: list[EventOfCase], 304: None, refusals(404): ProblemJson},
    operation_id="readEvents",
)
def events(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to a case as its reader may see it, the newest first. Answers 304 to an ETag that holds."""
    return unless_known(request, cases.case_view(actor(request, "read"), number)["events"])


@router.get(
    "/cases/{number}/papers/{uuid:paper_id}",
    response={200: None, refusals(404): ProblemJson},
    operation_id="readPaperOfCase",
)
def paper(request: HttpRequest, number: str, paper_id: UUID) -> HttpResponse:
    """A file that a case within reach needs, as a download that no browser runs."""
    _, media_type, content = looking.paper_file(actor(request, "handle"), number, paper_id)
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="paper-{paper_id}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _act(reader: Actor, number: str, body: CommandRequest, once: UUID) -> Case:
    """The case to which the command led."""
    if body.command == "resubmit" and reader.kind == "person":
        return correcting.send_case(reader, number, body.facts, once)
    return cases.act(
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


def _one_of_many(reader: Actor, body: BatchCommand, once: UUID) -> dict[str, Any]:
    """One command of a batch, carried out or refused by itself."""
    number = from_address(body.case)
    try:
        case = _act(reader, number, body, once)
    except Problem as problem:
        return _answer(number, problem=orjson.loads(of_problem(problem).content))
    except Refused as refusal:
        return _answer(number, problem=orjson.loads(of_refusal(refusal).content))
    return _answer(number, state=case.state, version=case.version)


def _answer(
    number: str, *, state: str | None = None, version: int | None = None, problem: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"case": number, "done": problem is None, "state": state, "version": version, "problem": problem}


def _reader(request: HttpRequest) -> Actor:
    """Staff act with the scope of staff, everybody else with that of applicants."""
    known: Actor = request.auth  # type: ignore[attr-defined]  # set by django-ninja
    return actor(request, "handle" if known.kind == "staff" else "apply")
