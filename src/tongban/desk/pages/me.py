"""A member of staff's own page: posts, for whom one stands in, logging out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications import staffing
from tongban.desk.door import EVERY_POST, page, staff
from tongban.desk.frame import ROLE_WORDS, office_title


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
