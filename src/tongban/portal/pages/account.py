"""The reader's own account: a second step at log-in, who may act for the reader, and where everything of theirs is."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongban import publication
from tongban.accounts.log_in import new_totp_secret, totp_address, turn_off_totp, turn_on_totp
from tongban.accounts.models import User
from tongban.applications import representing
from tongban.applications.problems import Problem, not_found
from tongban.portal.pack_pages import entrances
from tongban.portal.pages.door import page, post, reader
from tongban.portal.pages.entering import WORDS, own_page
from tongban.portal.pages.fields import day_of, error_lines, with_errors
from tongban.portal.qr import qr_code
from tongban.portal.templatetags.tongban import in_language

PENDING: Final = "totp-pending"


@page("person")
def me(request: HttpRequest) -> HttpResponse:
    """Everything of the reader's, and the two switches."""
    actor = reader(request)
    context = {
        "tab": "me",
        "user": _user(request),
        "offered": entrances(actor),
        "mandates": [_mandate(line) for line in representing.given(actor)],
    }
    return render(request, "portal/me.html", context)


@page("person", "POST")
def second_step(request: HttpRequest) -> HttpResponse:
    """Turn the one-time code on, with a first right code, or off, with the present one."""
    user = _user(request)
    is_on = user.totp_secret is not None
    secret = str(request.session.get(PENDING) or new_totp_secret())
    request.session[PENDING] = secret
    errors: dict[str, str] = {}
    if request.method == "POST":
        if is_on is not bool(request.POST.get("off")):  # a second click, or another session was first
            return redirect(own_page(user))
        errors = _turn(user, secret, request.POST.get("code", "").strip())
        if not errors:
            del request.session[PENDING]
            return redirect(own_page(user))
    field = {
        "name": "code",
        "label": _("Code from your app"),
        "kind": "text",
        "width": 8,
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "max_length": 6,
    }
    picture = qr_code(totp_address(secret, user.shown_name or "Tongban"))
    context = {
        "tab": "me",
        "user": user,
        "own_page": own_page(user),
        "secret": secret,
        "picture": picture,
        "question": with_errors([field], errors)[0],
        "errors": error_lines([field], errors),
    }
    return render(request, "portal/second_step.html", context)


def _turn(user: User, secret: str, code: str) -> dict[str, str]:
    """Turn the one-time code on or, where it is on, off; says what is wrong with the code."""
    if user.totp_secret is not None:
        refusal = turn_off_totp(user, code)
        return {"code": str(WORDS[refusal][1])} if refusal else {}
    if turn_on_totp(user, secret, code):
        return {}
    return {"code": _("The code is not right. Type the one that is shown now.")}


@page("person", "POST")
def mandate(request: HttpRequest) -> HttpResponse:
    """Let somebody act for the reader: who, for what, until when."""
    actor = reader(request)
    if actor.subject_id is None:
        raise not_found()
    chosen = request.POST.getlist("scope")
    typed = {
        name: request.POST.get(name, "").strip() for name in ("id_number", "until.year", "until.month", "until.day")
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            representing.give(actor, typed["id_number"], chosen, day_of(typed, "until"))
            return redirect("portal:me")
        except Problem as problem:
            if problem.status != 422:  # noqa: PLR2004 -- wrong fields; anything else is no matter of this form
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
    fields: list[dict[str, Any]] = [
        {
            "name": "id_number",
            "label": _("Whose ID number?"),
            "kind": "text",
            "width": 18,
            "value": typed["id_number"],
            "autocomplete": "off",
        },
        {
            "name": "until",
            "label": _("Until which day?"),
            "kind": "date",
            "value_year": typed["until.year"],
            "value_month": typed["until.month"],
            "value_day": typed["until.day"],
        },
    ]
    catalog = publication.current()
    bundles = [
        {"id": bundle.id, "title": bundle.title, "checked": bundle.id in chosen} for bundle in catalog.bundles.values()
    ]
    context = {
        "tab": "me",
        "fields": with_errors(fields, errors),
        "scope_error": errors.get("scope"),
        "errors": error_lines(fields, errors),
        "bundles": bundles,
    }
    return render(request, "portal/mandate.html", context)


@post("person")
def end_mandate(request: HttpRequest) -> HttpResponse:
    """End a mandate now."""
    text = request.POST.get("mandate", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 -- a 64-bit key
        raise not_found()
    representing.end(reader(request), int(text))
    return redirect("portal:me")


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # the door let nobody else in


def _mandate(line: dict[str, Any]) -> dict[str, Any]:
    name = line["name"] or (_("your child") if line["basis"] == "parent" else _("somebody without an account"))
    return line | {"name": name, "until_on": date.fromisoformat(line["until"]) if line["until"] else None}
