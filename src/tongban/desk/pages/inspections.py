"""Special inspections: a view of the board kept under a name, and how it stands today beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications.problems import Problem
from tongban.desk.door import HEADS, page, post, staff
from tongban.desk.frame import office_title
from tongban.desk.pages.board import words_of
from tongban.portal.pages.door import command_id
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import inspections
from tongban.supervision.boards import BYS


@post(HEADS)
def keep(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep the grouping that is shown."""
    by = next((each for each in BYS if each == request.POST.get("by")), BYS[0])
    try:
        kept = inspections.keep(actor, request.POST.get("name", ""), by, command_id(request))
    except Problem as problem:
        if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
            raise
        messages.error(request, " ".join(in_language(error.text) for error in problem.errors))
        return redirect(f"{reverse('desk:board')}?by={by}")
    return redirect("desk:inspection", kept.id)


@staff(HEADS)
def one(request: HttpRequest, actor: Actor, inspection_id: int) -> HttpResponse:
    """One inspection: each group then and now."""
    kept, by, held = inspections.one(inspection_id)
    catalog = publication.current()
    red_then, red_now = sum(group.then[0] for group in held), sum(group.now[0] for group in held)
    title = _("%(name)s: overdue %(then)s → %(now)s") % {"name": kept.name, "then": red_then, "now": red_now}
    rows = [{"words": words_of(catalog, by, one.key), "then": one.then, "now": one.now} for one in held]
    context = {"title": title, "kept": kept, "rows": rows, "office": office_title(kept.office)}
    return page(request, actor, "desk/inspection.html", context)
