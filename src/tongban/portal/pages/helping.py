"""Asking, from wherever the reader is, with the matter at hand; and what was answered. Nothing is typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from tongban import publication
from tongban.applications import inquiries
from tongban.applications.problems import Problem
from tongban.casework.model import Refused
from tongban.platform.ids import in_address
from tongban.portal.pages.door import command_id, page, reader
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.pages.moments import moment_words
from tongban.portal.pages.previews import offer_at
from tongban.portal.templatetags.tongban import in_language
from tongban.supervision import explaining
from tongban.supervision.models import LiveSession

MOST_CHARACTERS: Final = 1000
MOST_DIGITS: Final = 18


@page("person", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """A question, about the page that the reader came from or before a live session (``session``); below it, what was
    asked so far.
    """
    actor, sent = reader(request), request.POST if request.method == "POST" else request.GET
    session = _session(sent.get("session", ""))
    about = {} if session else matter_of(sent.get("from", ""))
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            said, command = request.POST.get("said", ""), command_id(request)
            number = (
                explaining.ask(actor, session.id, said, command)
                if session
                else inquiries.ask(actor, said, command_id=command, **about)
            )
            return redirect("portal:inquiry", number)
        except Problem as problem:
            errors = errors_of(problem)
    field = said_field(_("What do you want to know?"), sent.get("said", ""))
    context = {
        "from": sent.get("from", ""),
        "session": session,
        "about": explaining.subject_of(session).about if session else _title(about),
        "prospect": _dated(
            inquiries.prospect_of(explaining.subject_of(session)) if session else inquiries.prospect(actor, **about)
        ),
        "question": with_errors([field], errors)[0],
        "errors": error_lines([field], errors),
        "asked": [inquiry_line(line) for line in inquiries.mine(actor)],
        "command": uuid4(),
    }
    return render(request, "portal/ask.html", context)


@page("person", "POST")
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """What was said, who answers until when, the answer; and saying that it did not help."""
    actor = reader(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            if "helped" in request.POST:
                inquiries.helped(actor, number, command_id=command_id(request))
            else:
                inquiries.insist(actor, number, request.POST.get("said", ""), command_id=command_id(request))
            return redirect("portal:inquiry", number)
        except Problem as problem:
            errors = errors_of(problem)
        except Refused as refused:
            errors = {"said": in_language(refused.text)}
    line = inquiry_line(inquiries.one(actor, number))
    field = said_field(_("What is still open?"), request.POST.get("said", ""))
    context = {
        "line": line,
        "question": with_errors([field], errors)[0],
        "errors": error_lines([field], errors),
        "command": uuid4(),
        "places": [{"words": _("Ask"), "url": reverse("portal:ask")}, {"words": number}],
    }
    return render(request, "portal/inquiry.html", context)


def inquiry_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """An inquiry as pages show it."""
    return {
        **_dated(line),
        "at_words": moment_words(datetime.fromisoformat(line["at"])),
        "again": [
            {**one, "at_words": moment_words(datetime.fromisoformat(one["at"]))} for one in line.get("again", ())
        ],
        "url": reverse("portal:inquiry", args=[line["number"]]),
    }


def matter_of(path: str) -> dict[str, str]:
    """The application or the offer that a page of ours is about, as `inquiries.ask` takes it; of any other nothing."""
    try:
        known = resolve(path).kwargs if path.startswith("/") else {}
    except Resolver404:
        known = {}
    if "number" in known:
        return {"application": str(known["number"])}
    if "slug" in known:
        try:
            return {"offer": offer_at(publication.current(), str(known["slug"])).id}
        except Problem:
            return {}
    return {}


def _session(number: str) -> LiveSession | None:
    """The live session that is asked about; None where none is named. Raises Problem 404 for one that is over."""
    if not number:
        return None
    return explaining.coming(int(number) if number.isascii() and number.isdigit() and len(number) < MOST_DIGITS else 0)


def errors_of(problem: Problem) -> dict[str, str]:
    """What is wrong with the fields of an inquiry, by the names that its forms give them; anything else goes on."""
    if not problem.errors:
        raise problem
    return {error.fact.partition(".")[2]: in_language(error.text) for error in problem.errors}


def said_field(label: str, value: str) -> Field:
    """What somebody says in their own words."""
    hint = _("No need to type who you are or which matter: we send that along.")
    return {"name": "said", "kind": "long", "label": label, "hint": hint, "value": value, "max_length": MOST_CHARACTERS}


def _title(about: Mapping[str, str]) -> str:
    if "offer" in about:
        return in_language(offer_at(publication.current(), in_address(about["offer"])).title)
    return about.get("application", "")


def _dated(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, "due_on": date.fromisoformat(line["due"]) if line["due"] else None}
