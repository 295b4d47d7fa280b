"""Two switches on every page: the language and large print. Kept in a cookie, and in the account once logged in."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from tongban.accounts.models import User
from tongban.portal.pages.door import address_after, post

ELDER: Final = "elder"
YEAR_SECONDS: Final = 365 * 24 * 60 * 60


@post("anybody")
def language(request: HttpRequest) -> HttpResponse:
    """Speak Chinese or English from now on."""
    chosen = request.POST.get("language", "")
    answer = redirect(address_after(request, "/"))
    if chosen in dict(settings.LANGUAGES):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, chosen)
        _note(request, language=chosen)
    return answer


@post("anybody")
def elder(request: HttpRequest) -> HttpResponse:
    """Switch large print on or off."""
    wanted = not is_elder(request)
    answer = redirect(address_after(request, "/"))
    _keep(answer, ELDER, "1" if wanted else "0")
    _note(request, elder_mode=wanted)
    return answer


def is_elder(request: HttpRequest) -> bool:
    """Whether this reader wants large print."""
    return request.COOKIES.get(ELDER) == "1"


def keep_choices(answer: HttpResponse, user: User) -> None:
    """Take an account's language and print size over to the device it was opened on."""
    _keep(answer, settings.LANGUAGE_COOKIE_NAME, user.language)
    _keep(answer, ELDER, "1" if user.elder_mode else "0")


def take_choices(request: HttpRequest, user: User) -> None:
    """At an account's first log-in it takes over what was chosen on this device."""
    if user.last_login is None:
        user.language, user.elder_mode = get_language() or user.language, is_elder(request)
        user.save(update_fields=["language", "elder_mode"])


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")


def _note(request: HttpRequest, **choice: str | bool) -> None:
    if request.user.is_authenticated:
        User.objects.filter(id=request.user.pk).update(**choice)
