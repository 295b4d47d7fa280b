"""Visits: what is known of an office before one goes there, what was found, and what those who came back judged."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.accounts.actor import Actor
from tongban.applications.problems import Problem
from tongban.desk.door import CLERKS, EVERY_POST, page, post, staff
from tongban.desk.frame import office_title
from tongban.desk.pages import undertakings
from tongban.platform import time
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import error_lines, with_errors
from tongban.publication import service as publication
from tongban.supervision import problem_lists, visits
from tongban.supervision.models import Visit
from tongban.supervision.problems import UNDERTAKEN
from tongban.supervision.visits import Planned

REFUSED = 422


@staff(EVERY_POST)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Visits, those to come back to first; and the offices one may go to."""
    rows = [
        {"visit": visit, "visited": office_title(visit.visited), "by": office_title(visit.office)}
        | {"found": found, "open": still, "is_due": visit.ended_at is None and visit.revisit_on <= time.today()}
        for visit, found, still in visits.listed()
    ]
    due = sum(row["is_due"] is True for row in rows)
    title = (
        ngettext("%(count)s visit is due to be come back to", "%(count)s visits are due to be come back to", due)
        % {"count": due}
        if due
        else _("No visit is due to be come back to")
    )
    offices = sorted(publication.current().offices, key=office_title)
    context = {"title": title, "rows": rows, "offices": [{"id": one, "words": office_title(one)} for one in offices]}
    return page(request, actor, "desk/visits.html", context)


@staff(CLERKS, "POST")
def make(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The profile of an office on one screen (``?office=``), and below it noting that one was there."""
    sent = request.POST
    office = sent.get("visited") or request.GET.get("office", "")
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            visit = visits.make(actor, _planned(sent, office), command_id(request))
        except Problem as problem:
            if problem.status != REFUSED:
                raise
            errors = undertakings.errors_of(problem)
        else:
            return redirect("desk:visit", visit.id)
    found = visits.profile(actor, office)
    context = {
        "profile": found,
        "office_name": office_title(office),
        "kept": _kept(found.last),
        "today": time.today(),
        "errors": error_lines([], errors),
        "typed": sent,
        "command": uuid4(),
    }
    return page(request, actor, "desk/visit_profile.html", context, status=REFUSED if errors else 200)


def _planned(sent: Mapping[str, str], office: str) -> Planned:
    today = time.today()
    return Planned(
        visited=office,
        on=undertakings.day(sent, "on") or today,
        is_announced=sent.get("announced") == "true",
        purpose=sent.get("purpose", ""),
        revisit_on=undertakings.day(sent, "revisit_on") or today,
    )


def _kept(last: Visit | None) -> tuple[int, int]:
    """Of what the last visit found: how much is put right, how much it was."""
    found = visits.findings(last) if last else []
    return sum(row.ended_at is not None for row in found), len(found)


@staff(EVERY_POST)
def one(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """One visit: what it found, who puts it right, what was judged; forms for those who made it."""
    return _show(request, actor, visit_id, {})


@post(CLERKS)
def find(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """Note something that was found."""
    owner = request.POST.get("owner", "")
    try:
        reported = visits.find(actor, visit_id, undertakings.finding(request.POST), command_id(request), owner)
    except Problem as problem:
        if problem.status != REFUSED:
            raise
        return _show(request, actor, visit_id, undertakings.errors_of(problem), problem.status)
    messages.success(request, _("Noted. It has a number now: %(number)s") % {"number": reported.case})
    return redirect("desk:visit", visit_id)


@post(CLERKS)
def judge(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """Note that one came back, and how it was."""
    try:
        again_on, said = undertakings.day(request.POST, "again_on"), request.POST.get("judged", "")
        visits.judge(actor, visit_id, said, command_id(request), again_on)
    except Problem as problem:
        if problem.status != REFUSED:
            raise
        errors = undertakings.errors_of(problem)
        if "said" in errors:
            errors["judged"] = errors.pop("said")
        return _show(request, actor, visit_id, errors, problem.status)
    return redirect("desk:visit", visit_id)


def _show(
    request: HttpRequest, actor: Actor, visit_id: int, errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    visit = visits.one(actor, visit_id)
    lines = problem_lists.lines(visits.findings(visit))
    fields = with_errors(
        undertakings.fields(publication.current(), request.POST, UNDERTAKEN - {"deed"}, visit.visited), errors
    )
    commands: dict[str, UUID] = {"find_command": uuid4(), "judge_command": uuid4()}
    context = commands | {
        "visit": visit,
        "visited": office_title(visit.visited),
        "by": office_title(visit.office),
        "rows": lines,
        "revisits": visit.revisits.order_by("at"),
        "is_own": visit.office in actor.offices and visit.ended_at is None,
        "still": sum(line["is_open"] for line in lines),
        "fields": fields,
        "errors": error_lines(fields, errors),
        "wrong": errors,
        "typed": request.POST,
        "today": time.today(),
    }
    return page(request, actor, "desk/visit.html", context, status=status)
