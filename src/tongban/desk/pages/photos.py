"""Photos of what was put right, on the page of the problem: those who put it right and who watches see them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tongban.accounts.actor import Actor
from tongban.desk.door import EVERY_POST, staff
from tongban.desk.frame import office_title
from tongban.platform.ids import from_address
from tongban.portal.pages.door import picture
from tongban.supervision import repair_photos
from tongban.supervision.models import Found


@staff(EVERY_POST, "POST")
def one(request: HttpRequest, actor: Actor, number: str, photo_id: UUID) -> HttpResponse:
    """A photo, for those who put it right and who watches; the latter declare whether it shows nobody."""
    if request.method == "POST":
        repair_photos.declare(actor, number, photo_id, shows_nobody=request.POST.get("shows") == "nobody")
        return redirect(f"{reverse('desk:problem', args=[number])}#photos")
    return picture(*repair_photos.file_of(actor, number, photo_id))


def card(actor: Actor, number: str, error: str) -> dict[str, Any]:
    """The photos of a problem with what the reader may do about them."""
    found = Found.objects.get(case=from_address(number))
    looks = repair_photos.may_declare(actor, found)
    return {
        "lines": [
            {"photo": one, "office": office_title(one.office), "may_declare": looks and one.added_by != actor.user_id}
            for one in repair_photos.of(actor, number)
        ],
        "may_add": repair_photos.may_add(actor, found),
        "is_public": found.kind == "deed",
        "error": error,
        "command": uuid4(),
    }
