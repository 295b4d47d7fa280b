"""One case: the judgement that is left on top, everything known with its source, and only what this clerk may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tongban.accounts.actor import Actor
from tongban.applications import cases, documents, looking, worklists
from tongban.applications.problems import FieldError, Problem
from tongban.applications.worklists import Queue
from tongban.casework.model import Refused
from tongban.casework.refusals import lacking
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.desk.door import CLERKS, EVERY_POST, page, post, staff
from tongban.desk.pages import actions
from tongban.desk.pages.clocks import clock_of, due_sentence
from tongban.desk.pages.events import event_lines
from tongban.desk.pages.evidence import paper_lines
from tongban.desk.pages.facts import fact_lines, sources_of
from tongban.desk.pages.results import handed_words
from tongban.platform.ids import in_address
from tongban.portal.pages.door import address_after, command_id, seen_version
from tongban.portal.pages.fields import error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language, short_date
from tongban.publication import service as publication
from tongban.supervision import ratings

UNORDERED = {"others", "passed", "done"}
"""Queues that one does not walk through."""

TELLING = {"same-person", "done-already", "condition-open", "role-missing", "claimed", "fee-unpaid", "paper-owed"}
"""Reasons that a clerk wants to read: more than the case's state holds the step back."""

NOT_NOW = Text("这一步现在不能办，看一下这件办到哪了", "This is not possible now. Look at where the case stands.")


@dataclass
class Attempt:
    """A command that was not carried out: its form is shown again with all that was typed and what is wrong with it."""

    name: str
    typed: QueryDict = field(default_factory=QueryDict)
    errors: dict[str, str] = field(default_factory=dict)
    changed: str = ""
    status: int = 200


@staff(CLERKS)
@never_cache
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The case; ``?do=`` opens the form of one step."""
    return _show(request, actor, number, Attempt(request.GET.get("do", "")))


@post(CLERKS)
def do(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Carry out one command. What cannot be is answered on the same page; sending it twice does it once."""
    name = request.POST.get("do", "")
    view = cases.case_view(actor, number)
    step = actions.step_named(view, name)
    if step is None and not request.POST.get("command"):
        raise Problem(409, "not-allowed", NOT_NOW)
    catalog, definition = _definitions(view)
    asked = step or {"asks": [], "facts": []}
    try:
        cases.act(
            actor,
            number,
            name,
            command_id=command_id(request),
            version=seen_version(request),
            task=request.POST.get("task") or None,
            **actions.command_of(catalog, definition, asked, request.POST),
        )
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return _show(request, actor, number, _attempt(request, name, problem))
    except Refused as refusal:
        status = 422 if refusal.code.startswith(("data", "facts")) else 409
        errors = [FieldError(lack, refusal.code, lacking([lack]).text) for lack in refusal.names]
        refused = Problem(status, refusal.code, refusal.text, errors)
        return _show(request, actor, number, _attempt(request, name, refused))
    done = step["words"] if step else name
    messages.success(request, _("Done: %(step)s · %(number)s") % {"step": done, "number": view["number"]})
    return redirect(address_after(request, reverse("desk:case", args=[number])))


@staff(CLERKS)
@never_cache
def paper(request: HttpRequest, actor: Actor, number: str, paper_id: UUID) -> HttpResponse:
    """A file of the case, shown as what it really is and nothing else."""
    del request
    name, media_type, content = looking.paper_file(actor, number, paper_id)
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@staff(EVERY_POST)
@never_cache
def document(request: HttpRequest, actor: Actor, document_id: UUID) -> HttpResponse:
    """A signed document that the reader's office issued."""
    del request
    response = HttpResponse(documents.pdf(actor, document_id), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{document_id}.pdf"'
    return response


def _attempt(request: HttpRequest, name: str, problem: Problem) -> Attempt:
    attempt = Attempt(name, request.POST, status=problem.status)
    if problem.code == "stale-version":
        attempt.changed = in_language(problem.text)
    else:
        attempt.errors = {error.fact: in_language(error.text) for error in problem.errors} or {
            "form": in_language(problem.text)
        }
    return attempt


def _definitions(view: Mapping[str, Any]) -> tuple[Catalog, ServiceDefinition]:
    catalog = publication.at(view["publication"])
    return catalog, catalog.services[view["service"]]


def _show(request: HttpRequest, actor: Actor, number: str, attempt: Attempt) -> HttpResponse:
    view = cases.case_view(actor, number)
    catalog, definition = _definitions(view)
    queue = _queue(request, actor)
    context = {
        "view": view,
        "number": in_address(view["number"]),
        "due_words": due_sentence(view),
        "light_state": _light_of(view),
        "queue": queue,
        "place": _place(actor, queue, view["number"]),
        "facts": fact_lines(catalog, definition, view),
        "waits_for": [in_language(line["title"]) for line in view["siblings"] if line["part"] in view["waits_for"]],
        "sources": sources_of(view),
        "papers": paper_lines(definition, view),
        "handed": handed_words(view["number"]),
        "rating": _rating(actor, view),
        "events": event_lines(catalog, definition, catalog.procedures[definition.procedure], view),
        "clock": clock_of(view),
        "parts": _parts(view),
        "here": request.get_full_path() if request.method == "GET" else reverse("desk:case", args=[number]),
        "command": uuid4(),
        "steps": actions.offered(view),
        "refused": _refused(view),
        **_form(catalog, definition, view, attempt),
    }
    return page(request, actor, "desk/case.html", context, status=attempt.status)


def _rating(actor: Actor, view: Mapping[str, Any]) -> dict[str, str] | None:
    """What the applicant said of an ended case, for its office and the one that watches it."""
    said = None if view["is_open"] else ratings.of_case(view["number"])
    if said is None or not {view["office"], view["supervisor"]} & actor.offices.keys():
        return None
    grade = next(one.label for one in ratings.grades() if one.value == str(said.grade))
    reason = next((one.label for one in ratings.reasons() if one.value == said.reason), None)
    return {
        "grade": in_language(grade),
        "reason": in_language(reason) if reason else "",
        "words": said.words or "",
    }


def _light_of(view: Mapping[str, Any]) -> str:
    """The light of a case: of its limit while one runs; then whether it ended well."""
    if view["revoked"]:
        return "revoked"
    if view["waits_for_applicant"]:
        return "paused"
    return view["light"] or ("paused" if view["paused"] else "none" if view["is_open"] else "done")


def _place(actor: Actor, queue: Queue, number: str) -> dict[str, Any]:
    """Where the case stands in its queue, with the addresses of the cases before and after it."""
    place = worklists.neighbours(actor, queue, number)
    return place | {name: in_address(place[name]) for name in ("before", "after") if place[name]}


def _form(catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any], attempt: Attempt) -> dict[str, Any]:
    """The open form of a step, if one is open and the step is still allowed."""
    step = actions.step_named(view, attempt.name) if attempt.name else None
    lines = {"changed": attempt.changed, "doing": None, "errors": error_lines([], attempt.errors)}
    if step is None:
        return lines
    fields = actions.fields_of(catalog, definition, view, step, attempt.typed)
    return lines | {
        "doing": step,
        "fields": with_errors(fields, attempt.errors),
        "errors": error_lines(fields, attempt.errors),
        "consequences": actions.consequences(catalog, definition, step, view),
    }


def _queue(request: HttpRequest, actor: Actor) -> Queue:
    wanted = request.GET.get("queue")
    return next((queue for queue in worklists.queues_of(actor) if queue == wanted and queue not in UNORDERED), "office")


def _refused(view: Mapping[str, Any]) -> list[dict[str, str]]:
    """Why steps are missing, one line for each reason."""
    reasons: dict[str, list[str]] = {}
    for line in view["not_allowed"]:
        if _is_telling(line):
            reasons.setdefault(in_language(line["text"]), []).append(in_language(line["label"]))
    return [{"steps": _(", ").join(steps), "why": why} for why, steps in reasons.items()]


def _is_telling(line: Mapping[str, Any]) -> bool:
    """Whether a clerk would ask why a step is missing: steps of staff, held back by more than the case's state."""
    return line["label"] is not None and line["by"] not in {"system", "applicant"} and line["code"] in TELLING


def _parts(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_part(line, here=line["number"] == view["number"]) for line in view["siblings"]]


def _part_state(line: Mapping[str, Any], *, here: bool) -> str:
    if not line["is_open"]:
        return "revoked" if line["revoked"] else "done" if line["result"] == "granted" else "none"
    return "you" if here else "waiting" if line["state"] == "waiting" else "office"


def _part(line: Mapping[str, Any], *, here: bool) -> dict[str, Any]:
    due = date.fromisoformat(line["due"][:10]) if line["due"] else None
    return {
        "title": in_language(line["title"]),
        "about": in_language(line["about"]) if line["about"] else "",
        "office": _("this desk") if here else in_language(line["office_title"]),
        "state": _part_state(line, here=here),
        "here": here,
        "words": short_date(due) if due and not line["waits_for_applicant"] else in_language(line["state_label"]),
    }
