"""Experience officers from outside: the organiser's list, and inviting them to one's walks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem, not_found
from tongban.desk.door import HEADS, page, staff
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import assignments, officers, walks

REFUSED = 422


@staff(HEADS, "POST")
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list; the organiser puts people on it and takes them off, every head invites them to a walk of theirs."""
    sent, errors = request.POST, dict[str, str]()
    if request.method == "POST":
        try:
            _do(request, actor)
            return redirect("desk:officers")
        except Problem as problem:
            if problem.status != REFUSED:
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
    fields: list[Field] = [
        {"name": "id_number", "kind": "text", "label": _("ID number"), "width": 18, "value": sent.get("id_number", "")},
        {"name": "called", "kind": "text", "label": _("What they are called"), "width": 18, "max_length": 20,
         "value": sent.get("called", "")},
        {"name": "whence", "kind": "text", "label": _("Where they come from"), "max_length": 40,
         "hint": _("Such as: deputy of the people's congress, owner of a shop, village doctor."),
         "value": sent.get("whence", "")},
    ]  # fmt: skip
    fields, catalog = with_errors(fields, errors), publication.current()
    going = [
        {"id": walk.id, "words": f"{in_language(title_of(catalog, walk.about))} {walk.number}"}
        for walk in walks.mine(actor)
        if walk.ended_at is None
    ]
    rows = [
        {"officer": one, "walks": [invitation.walk.number for invitation in one.invitations.all()]}
        for one in officers.listed(actor)
    ]
    context = {
        "rows": rows, "going": going, "fields": fields, "errors": error_lines(fields, errors),
        "may_appoint": assignments.is_organiser(actor),
    }  # fmt: skip
    return page(request, actor, "desk/officers.html", context, status=REFUSED if errors else 200)


def _do(request: HttpRequest, actor: Actor) -> None:
    """What a button of the page does."""
    sent, do = request.POST, request.POST.get("do")
    if do == "appoint":
        officers.appoint(actor, sent.get("id_number", ""), sent.get("called", ""), sent.get("whence", ""))
        return
    try:
        officer, walk = int(sent.get("officer", "")), UUID(sent.get("walk", "")) if do == "invite" else None
    except ValueError:
        raise not_found() from None
    if walk is None:
        officers.dismiss(actor, officer)
    else:
        officers.invite(actor, officer, walk)
        messages.success(request, _("Invited: a message with the code is on its way."))
