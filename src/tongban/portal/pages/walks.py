"""The recorder of a walk, on a phone beside the real portal; its report, as a page and as a PDF."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tongban import publication
from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem
from tongban.credentials import codes
from tongban.platform.ids import in_address
from tongban.portal import walk_picture, walking
from tongban.portal.pages.door import command_id, page, picture, reader
from tongban.portal.pages.menu import owed_lines
from tongban.portal.templatetags.tongban import in_language
from tongban.portal.walk_picture import FACES, Mark, Row, clock_words
from tongban.supervision import (
    assignments,
    legal_steps,
    officers,
    walk_draws,
    walk_notes,
    walk_reports,
    walk_sheets,
    walks,
)
from tongban.supervision.problems import TYPE as PROBLEM
from tongban.supervision.problems import WAY
from tongban.supervision.walk_models import Walk
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walk_reports import Line, Report, Said
from tongban.supervision.walk_steps import KIND, PAINS, PAUSE, STEPS, own_steps, papers_of, questions_of

TOLD_HERE: Final = (409, 413, 415, 422)
"""Refusals that are told beside the recorder, so that nothing else is lost."""
AGO: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
BECAME: Final[Mapping[str, Any]] = {
    "new": gettext_lazy("It is a problem now: %(number)s"),
    "known": gettext_lazy("Joined to problem %(number)s, which is open: what you said stands there"),
    "returned": gettext_lazy("It came back: problem %(number)s is open again"),
}
"""What became of a note that was made a problem."""


@page("person", "POST")
def mine(request: HttpRequest) -> HttpResponse:
    """The walks of the reader, and joining one by the code that whoever began it shows."""
    actor = reader(request)
    error, status = "", 200
    if request.method == "POST":
        try:
            return redirect("portal:walk", walks.join(actor, request.POST.get("code", "")).id)
        except Problem as problem:
            error, status = in_language(problem.text), problem.status
            if problem.status == 404:  # noqa: PLR2004 -- told as what it is here: no walk has this code
                error = _("No walk has this code, or all who walk it have joined.")
    catalog = publication.current()
    field = {"name": "code", "kind": "text", "label": _("Code of the walk"), "width": 18, "error": error}
    field |= {"value": request.POST.get("code") or request.GET.get("code", ""), "autocomplete": "off"}
    lines = [{"walk": walk, "title": title_of(catalog, walk.about)} for walk in walks.mine(actor)]
    errors = [{"id": "code", "words": error}] if error else []
    owed = owed_lines(assignments.owed_by(actor) if actor.kind == "staff" else assignments.owed())
    context = {"lines": lines, "question": field, "errors": errors, "tab": "me", "owed": owed}
    context["invited"] = [{"walk": one, "title": title_of(catalog, one.about)} for one in officers.invited(actor)]
    return render(request, "portal/walks.html", context, status=status)


@page("person", "POST")
def record(request: HttpRequest, walk_id: UUID) -> HttpResponse:
    """The recorder: where the walk is and for how long, what hurt, the way so far."""
    actor = reader(request)
    walk = walks.of(actor, walk_id)
    if request.method == "POST" and request.headers.get("Accept") == "application/json":
        return _kept_on_a_phone(request, actor, walk)
    if walk.ended_at is not None:
        walking.stop(request)
        return redirect("portal:walk_report", walk_id)
    if request.method != "POST":
        return _recorder(request, actor, walk)
    try:
        return _done(request, actor, walk)
    except Problem as problem:
        if problem.status not in TOLD_HERE:
            raise
        return _recorder(request, actor, walk, problem)


def _kept_on_a_phone(request: HttpRequest, actor: Actor, walk: Walk) -> HttpResponse:
    """Take what a phone kept while it had no network; what is not taken is told in a sentence, with its status."""
    try:
        _done(request, actor, walk)
    except Problem as problem:
        said = in_language(problem.errors[0].text if problem.errors else problem.text)
        return JsonResponse({"said": said}, status=problem.status)
    return JsonResponse({})


def _done(request: HttpRequest, actor: Actor, walk: Walk) -> HttpResponse:
    """What a button of the recorder does, and where it leads."""
    sent, do = request.POST, request.POST.get("do")
    if do == "start":
        walking.go_on(request, walk)
        walks.go_to(actor, walk.id, next(iter(STEPS)))
        return redirect("portal:home")
    if do == "end":
        walks.end(actor, walk.id)
        walking.stop(request)
        return redirect("portal:walk_report", walk.id)
    ago = _seconds(sent.get("ago_seconds", ""))
    if do == "pause":
        walks.go_to(actor, walk.id, PAUSE, command_id(request), ago)
    elif do == "resume":
        walks.go_to(actor, walk.id, sent.get("step") or walks.where(walk), command_id(request), ago)
    elif do == "step":
        walks.go_to(actor, walk.id, sent.get("step", ""), command_id(request), ago)
    elif do == "drawn":
        walk_draws.record(actor, walk.id, sent.get("case", ""), sent.get("outcome", ""), sent.get("looked", ""))
    elif do == "discuss":
        walk_draws.discuss(actor, walk.id, sent.get("present", ""), sent.get("discussed", ""))
    else:
        pain, photo, voice = sent.get("pain", ""), request.FILES.get("photo"), request.FILES.get("voice")
        noted = Noted(
            int(pain) if pain in {"1", "2", "3", "4", "5"} else None,
            sent.get("said", ""),
            photo.chunks() if photo else None,
            sent.get("step", ""),
            ago,
            voice.chunks() if voice else None,
        )
        walk_notes.note(actor, walk.id, noted, command_id(request))
    return redirect("portal:walk", walk.id)


def _seconds(typed: str) -> float:
    """How long ago a phone kept something, to the millisecond that keeps their order; 0 where it does not say so."""
    return float(typed) if AGO.fullmatch(typed) else 0


def _recorder(request: HttpRequest, actor: Actor, walk: Walk, problem: Problem | None = None) -> HttpResponse:
    report, catalog = walk_reports.report_of(actor, walk), publication.current()
    at, steps = walks.where(walk), list(STEPS)
    here = next((line for line in report.lines if line.step == at), None)
    own = own_steps(catalog, walk.about)
    context = {
        "walk": walk, "report": report, "title": report.title, "mode": report.mode,
        "error": in_language(problem.errors[0].text if problem.errors else problem.text) if problem else "",
        "is_resting": walks.is_resting(walk),
        "is_begun": bool(report.lines),
        "place": (steps.index(at) + 1, len(steps)) if at in STEPS else None,
        "at": at, "step": here.title if here else STEPS[steps[0]] if at in STEPS else own.get(at, at),
        "here": clock_words(here.seconds if here else 0), "here_seconds": here.seconds if here else 0,
        "whole": clock_words(report.seconds),
        "usual": _usual(report), "bar": _bar(report),
        "faces": _faces(), "typed": request.POST if problem else {},
        "last": report.notes[-1] if report.notes else None,
        "way": _way(report), "back": walking.back(request, walk),
        "items": _items(report, request.POST if problem else {}),
        "outcomes": walk_draws.outcomes_of(walk.mode).items(),
        "is_drawing": walk.mode in walks.DRAWS and actor.kind == "staff",
        "discussion": report.discussion, "is_discussion": walk.mode == walk_draws.DISCUSSION,
        "code": codes.grouped(walk.code or ""), "is_staff": actor.kind == "staff",
        "own_steps": [{"value": step, "label": in_language(label)} for step, label in own.items()],
        "command": uuid4(),
        "rehearsal": _("Rehearsal: the real way, no real books, not counted"),
    }  # fmt: skip
    return render(request, "portal/walk.html", context, status=problem.status if problem else 200)


@page("person", "POST")
def report(request: HttpRequest, walk_id: UUID) -> HttpResponse:
    """The report of a walk; from each note a problem is made with one press."""
    actor = reader(request)
    walk = walks.readable(actor, walk_id)
    error, status = "", 200
    if request.method == "POST":
        sent = request.POST
        try:
            step, item = ([*sent.get("where", "").split("|"), ""])[:2]
            place = (sent.get("kind", ""), step, item)
            if "case" in sent:
                reported = walk_draws.make_problem(actor, walk_id, sent["case"], place, sent.get("severity", ""))
            else:
                reported = walk_notes.make_problem(actor, walk_id, _uuid(sent.get("note", "")), place)
            messages.success(request, str(BECAME[reported.outcome]) % {"number": reported.case})
            return redirect("portal:walk_report", walk_id)
        except Problem as problem:
            if problem.status not in TOLD_HERE:
                raise
            error, status = in_language(problem.errors[0].text if problem.errors else problem.text), problem.status
    told = walk_reports.report_of(actor, walk)
    context = {
        "walk": walk, "report": told, "title": told.title, "mode": told.mode, "error": error,
        "whole": clock_words(told.seconds), "usual": _usual(told), "way": _way(told),
        "rows": [_row(line) for line in told.lines],
        "before": clock_words(told.before.seconds) if told.before else "",
        "notes": [_note(said) for said in told.notes],
        "problems": told.problems, "kinds": _options("kind", WAY), "wheres": _wheres(walk),
        "items": _items(told, {}), "severities": _options("severity"), "discussion": told.discussion,
        "sentence": _sentence(told),
        "demanded": legal_steps.demanded(publication.current(), walk.about),
        "is_walker": actor.user_id in walk.walkers,
        "rehearsal": _("Rehearsal: the real way, no real books, not counted"),
    }  # fmt: skip
    return render(request, "portal/walk_report.html", context, status=status)


@page("person")
def report_file(request: HttpRequest, walk_id: UUID) -> HttpResponse:
    """The report as a PDF."""
    actor = reader(request)
    walk = walks.readable(actor, walk_id)
    answer = HttpResponse(walk_sheets.pdf(actor, walk), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{walk.number}.pdf"'
    return answer


@page("person")
def file(request: HttpRequest, walk_id: UUID, note_id: UUID) -> HttpResponse:
    """A picture or recording of a note, for those who may read the walk."""
    wanted = "recording" in request.GET
    return picture(*walk_notes.file_of(reader(request), walk_id, note_id, recording=wanted))


def _sentence(told: Report) -> str:
    """What the walk came to: what was looked at and found; else its steps and how long they took."""
    what = in_language(told.title)
    if told.items:
        done, found = (sum(one.outcome in wanted for one in told.items) for wanted in (walk_draws.OUTCOMES, {"found"}))
        values = {"what": what, "n": len(told.items), "done": done, "found": found}
        return _("%(what)s: %(done)s of %(n)s drawn cases looked at, something found in %(found)s") % values
    if told.walk.mode == walk_draws.DISCUSSION:
        return _("%(what)s: a discussion") % {"what": what}
    values = {"what": what, "n": len(told.lines), "time": clock_words(told.seconds)}
    return ngettext("%(what)s: %(n)s step in %(time)s", "%(what)s: %(n)s steps in %(time)s", len(told.lines)) % values


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()  # the note of nobody


def _usual(told: Report) -> dict[str, str] | None:
    if told.usual is None:
        return None
    return {"middle": clock_words(told.usual.middle_seconds), "slow": clock_words(told.usual.slow_seconds)}


def _bar(told: Report) -> str:
    """The whole walk beside what ordinary applicants take; nothing where too few have applied."""
    if told.usual is None:
        return ""
    marks = [Mark(told.usual.middle_seconds, _("usual")), Mark(told.usual.slow_seconds, _("slow"))]
    label = _("%(own)s so far; usual %(middle)s, slow %(slow)s") % {
        "own": clock_words(told.seconds), "middle": clock_words(told.usual.middle_seconds),
        "slow": clock_words(told.usual.slow_seconds),
    }  # fmt: skip
    drawing = walk_picture.whole(told.seconds, marks, _("you"), label, get_language() or "")
    return mark_safe(drawing)  # noqa: S308 -- every text in it was escaped


def _way(told: Report) -> str:
    rows = [
        Row(in_language(line.title), line.seconds, clock_words(line.seconds), line.earlier_seconds, line.pain)
        for line in told.lines
    ]
    label = _("The way of %(n)s steps in %(whole)s") % {"n": len(rows), "whole": clock_words(told.seconds)}
    return mark_safe(walk_picture.way(rows, label, get_language() or "")) if rows else ""  # noqa: S308 -- as above


def _row(line: Line) -> dict[str, Any]:
    return {
        "title": line.title,
        "time": clock_words(line.seconds),
        "earlier": clock_words(line.earlier_seconds) if line.earlier_seconds is not None else "",
        "before": clock_words(line.before_seconds) if line.before_seconds is not None else "",
        "clicks": line.clicks,
        "pages": line.pages,
        "pain": PAINS.get(line.pain or 0),
    }


def _note(said: Said) -> dict[str, Any]:
    note = said.note
    kind = "picture" if note.media_type.startswith("image/") else "recording" if note.media_type else ""
    return {
        "id": str(note.id), "title": said.title, "words": said.words, "file": kind, "problem": note.problem,
        "recording": bool(note.recording_type),
        "pain": PAINS[note.pain], "icon": FACES[note.pain], "level": note.pain,
        "kind": KIND[note.pain], "where": f"{note.step}|",
    }  # fmt: skip


def _faces() -> list[dict[str, Any]]:
    return [{"value": pain, "icon": FACES[pain], "words": words} for pain, words in PAINS.items()]


def _items(told: Report, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The drawn cases, each with what is known of it or was just typed."""
    return [
        {
            "item": item,
            "address": in_address(item.case),
            "outcome": typed.get("outcome", "") if typed.get("case") == item.case else item.outcome,
            "looked": typed.get("looked", "") if typed.get("case") == item.case else item.words,
        }
        for item in told.items
    ]


def _options(attribute: str, only: Container[str] | None = None) -> list[dict[str, str]]:
    options = publication.current().types[PROBLEM].attributes[attribute].options
    return [
        {"value": one.value, "label": in_language(one.label)} for one in options if only is None or one.value in only
    ]


def _wheres(walk: Walk) -> list[dict[str, Any]]:
    """Where a problem may be: a step of the portal or of the matter, a question, or a paper that is asked for."""
    catalog = publication.current()
    steps = {**STEPS, **own_steps(catalog, walk.about)}
    questions, papers = questions_of(catalog, walk.about), papers_of(catalog, walk.about)
    groups = {
        _("Steps"): {f"{step}|": label for step, label in steps.items()},
        _("Questions of the form"): {f"form|{fact}": label for fact, label in questions.items()},
        _("Papers asked for"): {f"papers|{paper}": label for paper, label in papers.items()},
    }
    return [
        {"words": words, "options": [{"value": value, "label": in_language(label)} for value, label in found.items()]}
        for words, found in groups.items()
        if found
    ]
