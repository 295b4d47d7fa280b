"""Self-service terminals at the desk: a clerk of a window makes the computer in the hall one, and ends it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications import terminals
from tongban.desk.door import WINDOW, post
from tongban.portal.pages.terminal import COOKIE

YEAR_SECONDS: Final = 365 * 24 * 3600


@post(WINDOW)
def make(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make this very computer a terminal of the office: the clerk is logged out of it, and it keeps a secret."""
    secret = terminals.register(actor, request.POST.get("office", ""))
    logout(request)
    answer = redirect("portal:terminal")
    place = reverse("portal:terminal")
    answer.set_cookie(
        COOKIE, secret, YEAR_SECONDS, path=place, secure=request.is_secure(), httponly=True, samesite="Strict"
    )
    return answer


@post(WINDOW)
def end(request: HttpRequest, actor: Actor, terminal_id: int) -> HttpResponse:
    """Put a terminal out of use: it gives nothing any more."""
    terminals.end(actor, terminal_id)
    messages.success(request, _("The terminal is out of use"))
    return redirect(f"{reverse('desk:window')}?office={request.POST.get('office', '')}")
