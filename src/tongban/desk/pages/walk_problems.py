"""What walks found, as the window that hears what could not be done watches it; bringing offices together over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.accounts.actor import Actor
from tongban.applications.problems import Problem
from tongban.casework.demands import MOST_CHARACTERS
from tongban.casework.model import Refused
from tongban.desk.door import CLERKS, WINDOW, page, staff
from tongban.desk.pages.problems import with_date
from tongban.desk.pages.undertakings import errors_of
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import problem_lists, walk_problems


@staff(CLERKS | WINDOW)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What walks found and is not put right: whose, by when, whether offices are at a table."""
    found = walk_problems.listed(actor)
    rows = [with_date(line) for line in found]
    late = sum(walk_problems.is_late(line) for line in found)
    return page(request, actor, "desk/walk_problems.html", {"title": _sentence(len(found), late), "rows": rows})


def _sentence(count: int, late: int) -> str:
    """What matters first: how many are open, how many of them overdue."""
    if not count:
        return _("No problem that a walk found is open")
    words = ngettext("%(n)s problem that walks found is open", "%(n)s problems that walks found are open", count)
    words %= {"n": count}
    return _("%(open)s, %(late)s overdue") % {"open": words, "late": late} if late else words


@staff(CLERKS | WINDOW, "POST")
def ask(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Bring offices to one table over one problem."""
    walk_problems.require_window(actor)
    errors: Mapping[str, str] = {}
    status = 200
    if request.method == "POST":
        sent = request.POST
        try:
            case = walk_problems.coordinate(
                actor, number, sent.getlist("offices"), sent.get("note", ""), command_id(request)
            )
            messages.success(request, _("The offices are asked: %(number)s") % {"number": case})
            return redirect("desk:walk_problems")
        except Problem as problem:
            if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
                raise
            errors, status = errors_of(problem), problem.status
        except Refused as refusal:
            errors, status = {"form": in_language(refusal.text)}, 409
    found = problem_lists.one(actor, number)
    fields = with_errors(_fields(request, found["office"]["id"]), errors)
    context = {"found": found, "fields": fields, "errors": error_lines(fields, errors), "command": uuid4()}
    return page(request, actor, "desk/coordinate.html", context, status=status)


def _fields(request: HttpRequest, own: str) -> list[dict[str, Any]]:
    chosen = request.POST.getlist("offices")
    offices = sorted(publication.current().offices.values(), key=lambda one: (one.region, one.id))
    options = [
        {"id": one.id, "title": in_language(one.title), "chosen": one.id in chosen} for one in offices if one.id != own
    ]
    note = {"name": "note", "label": _("What is to be settled?"), "kind": "long", "max_length": MOST_CHARACTERS}
    return [
        {
            "name": "offices",
            "label": _("Which offices?"),
            "kind": "offices",
            "groups": [{"words": "", "offices": options}],
        },
        note | {"value": request.POST.get("note", "")},
    ]
