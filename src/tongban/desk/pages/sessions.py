"""Live sessions: announced by an office, and what it answered kept for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications.offers import offer_of, title_of
from tongban.applications.problems import Problem
from tongban.desk.door import CLERKS, EVERY_POST, page, post, staff
from tongban.desk.pages.choosing import choice
from tongban.desk.pages.undertakings import day, errors_of
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import explaining
from tongban.supervision.explaining import Announced, Question

REFUSED = 422


@staff(EVERY_POST)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The sessions of one's offices."""
    return _show(request, actor, {})


@staff(CLERKS, "POST")
def announce(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Announce one: first of which matter (``?q=`` searches, ``?about=`` chooses), then when and by whom."""
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            explaining.announce(actor, _announced(request.POST), command_id(request))
        except Problem as problem:
            if problem.status != REFUSED:
                raise
            errors = errors_of(problem)
        else:
            return redirect("desk:sessions")
    catalog, about = publication.current(), request.POST.get("about") or request.GET.get("about", "")
    if not about:
        return page(request, actor, "desk/announce.html", choice(request))
    offer = offer_of(catalog, about)
    fields = with_errors(_fields(request.POST), errors)
    context = {"about": offer.id, "offer": in_language(offer.title), "fields": fields, "command": uuid4()}
    context["errors"] = error_lines(fields, errors)
    return page(request, actor, "desk/announce.html", context, status=REFUSED if errors else 200)


@post(CLERKS)
def explain(request: HttpRequest, actor: Actor, session_id: int) -> HttpResponse:
    """Keep a question and its answer for everybody."""
    question, answer = request.POST.get("question", ""), request.POST.get("answer", "")
    try:
        explaining.explain(actor, session_id, question, answer, command_id(request))
    except Problem as problem:
        if problem.status != REFUSED:
            raise
        return _show(request, actor, errors_of(problem), session_id)
    return redirect("desk:sessions")


def _announced(sent: Mapping[str, str]) -> Announced:
    on, clock, minutes = day(sent, "on"), sent.get("clock", "").strip(), sent.get("minutes", "")
    try:
        at = datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007 -- a time of day
        moment = datetime.combine(on, at, time.ZONE) if on else None
    except ValueError:
        moment = None
    short = minutes.isascii() and minutes.isdigit() and len(minutes) < 4  # noqa: PLR2004 -- a count
    return Announced(sent.get("about", ""), moment, int(minutes) if short else 0, sent.get("speaker", ""))


def _fields(typed: Mapping[str, str]) -> list[Field]:
    on = {f"value_{part}": typed.get(f"on.{part}", "") for part in ("year", "month", "day")}
    return [
        {"name": "on", "id": "at", "label": _("On what day"), "kind": "date"} | on,
        {"name": "clock", "label": _("At what time"), "kind": "text", "width": 8, "value": typed.get("clock", "15:00")},
        {"name": "minutes", "label": _("How many minutes"), "kind": "number", "width": 4}
        | {"value": typed.get("minutes", "60")},
        {"name": "speaker", "label": _("Who explains"), "kind": "text", "width": 18, "max_length": 40}
        | {"value": typed.get("speaker", "")},
    ]


def _question(question: Question) -> dict[str, Any]:
    return {"question": question, "url": reverse("desk:case", args=[in_address(question.case)])}


def _show(request: HttpRequest, actor: Actor, errors: Mapping[str, str], wrong_at: int | None = None) -> HttpResponse:
    catalog = publication.current()
    sessions = explaining.of_office(actor)
    handled = [one for one in sessions if actor.offices[one.office] & CLERKS]  # the words of people, for those alone
    asked = explaining.questions(handled)
    rows = [
        {"session": one, "title": title_of(catalog, one.about), "explained": one.explained.all(), "command": uuid4()}
        | {"questions": [_question(question) for question in asked.get(one.id, ())]}
        for one in sessions
    ]
    lines = [{"id": f"{name}-{wrong_at}", "words": words} for name, words in errors.items()]
    context = {"rows": rows, "errors": lines, "typed": request.POST, "wrong_at": wrong_at}
    return page(request, actor, "desk/sessions.html", context, status=REFUSED if errors else 200)
