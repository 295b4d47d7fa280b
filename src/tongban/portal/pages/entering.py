"""Logging in and out. In a demonstration city a persona is entered by one tap, and marked as what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tongban.accounts.log_in import Refusal, enter, log_in, wait
from tongban.accounts.models import User
from tongban.applications.problems import in_seconds, not_found
from tongban.portal.pages.door import NEXT, address_after, page, post
from tongban.portal.pages.frame import is_demonstration
from tongban.portal.pages.switches import keep_choices

WORDS: Final[Mapping[Refusal, tuple[str, object]]] = {
    "wrong": ("name", gettext_lazy("The number and the password do not go together. Type both again.")),
    "locked": ("name", gettext_lazy("Tried too often. In 15 minutes it goes on, or call 12345.")),
    "code-needed": ("code", gettext_lazy("Type the 6 digits that your app shows now.")),
    "wrong-code": ("code", gettext_lazy("The code is not right, or was used. Wait for the next one.")),
}


@page("anybody", "POST")
@never_cache  # at a computer for everybody the next one goes back to what was typed
def log_in_page(request: HttpRequest) -> HttpResponse:
    """Number and password, and a code where the account asks for one."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(address_after(request, _home_of(request.user)))
    refusal: Refusal | None = None
    name, address = request.POST.get("name", "").strip().upper(), str(request.META.get("REMOTE_ADDR", ""))
    if request.method == "POST":
        outcome = log_in(name, request.POST.get("password", ""), request.POST.get("code", "").strip(), address)
        if isinstance(outcome, User):
            return welcome(request, outcome, _home_of(outcome))
        refusal = outcome
    context = {
        "next": request.POST.get(NEXT) or request.GET.get(NEXT, ""),
        "name_field": {
            "name": "name",
            "kind": "text",
            "label": _("ID number or staff number"),
            "width": 18,
            "value": name,
            "autocomplete": "username",
        },
        "wants_code": refusal in {"code-needed", "wrong-code"},
        "personas": _personas() if is_demonstration() else None,
        **_refused(refusal),
    }
    answer = render(request, "portal/login.html", context)
    return tried_too_often(answer, name, address) if refusal == "locked" else answer


@post("anybody")
def enter_persona(request: HttpRequest) -> HttpResponse:
    """Log in as one of the demonstration's people. There is no such address in a real city."""
    user = (
        User.objects.filter(persona=request.POST.get("persona"), is_active=True).first() if is_demonstration() else None
    )
    if user is None:
        raise not_found()
    return welcome(request, user, _home_of(user))


@post("anybody")
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("portal:home")


def _personas() -> dict[str, list[dict[str, object]]]:
    """The demonstration's log-ins with their titles: people, and staff apart."""
    from tongban.testing.city.personas import personas  # noqa: PLC0415 -- a real city never comes here

    entered = set(User.objects.filter(persona__isnull=False, is_active=True).values_list("persona", flat=True))
    known = [one for one in personas() if one.id in entered]
    return {
        "people": [{"id": one.id, "title": one.title} for one in known if one.kind != "staff"],
        "staff": [{"id": one.id, "title": one.title} for one in known if one.kind == "staff"],
    }


def welcome(request: HttpRequest, user: User, otherwise: str) -> HttpResponse:
    """Begin the session and lead on to where the form says, or else ``otherwise``."""
    enter(request, user)
    answer = redirect(address_after(request, otherwise))
    keep_choices(answer, user)
    return answer


def tried_too_often(answer: HttpResponse, name: str, address: str = "") -> HttpResponse:
    """A page that answers a ``locked`` try: it says until when."""
    answer.status_code = 429
    answer["Retry-After"] = str(in_seconds(wait(name, address)))
    return answer


def _home_of(user: User) -> str:
    return "/desk/" if user.kind == User.Kind.STAFF else "/"


def own_page(user: User) -> str:
    """The address of somebody's own page, people's or staff's."""
    return reverse("desk:me" if user.kind == User.Kind.STAFF else "portal:me")


def _refused(refusal: Refusal | None) -> dict[str, object]:
    if refusal is None:
        return {}
    field, words = WORDS[refusal]
    return {"refused": field, "refused_words": words, "errors": [{"id": field, "words": words}]}
