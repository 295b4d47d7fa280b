"""A member of staff's own pages: posts, for whom one stands in, messages, logging out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications import messages, staffing
from tongban.desk.door import EVERY_POST, page, staff
from tongban.desk.frame import ROLE_WORDS, office_title
from tongban.portal.pages.matters import message_lines


@staff(EVERY_POST)
def me(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who I am here."""
    posts = [
        {
            "office": office_title(office),
            "roles": _(", ").join(str(ROLE_WORDS[role]) for role in ROLE_WORDS if role in roles),
        }
        for office, roles in actor.offices.items()
    ]
    standing_in = [row | {"office": office_title(row["office"])} for row in staffing.standing_in(actor)]
    return page(request, actor, "desk/me.html", {"posts": posts, "standing_in": standing_in})


@staff(EVERY_POST)
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Messages, newest first; seeing the list is reading them."""
    answer = page(request, actor, "desk/messages.html", message_lines(actor))
    messages.mark_read(actor)
    return answer
