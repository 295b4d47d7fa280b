"""Choosing a password: with a log-in slip from a window, or at an open session with the present one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tongban.accounts import passwords, slips
from tongban.accounts.models import User
from tongban.portal.pages.door import NEXT, page
from tongban.portal.pages.entering import WORDS, own_page, tried_too_often, welcome
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.pages.switches import take_choices
from tongban.portal.templatetags.tongban import in_language
from tongban.registry import service as registry

NOT_TOGETHER: Final = gettext_lazy(
    "Number and slip do not go together, or the slip has ended. Check both; a window gives you a new one."
)
NOT_PRESENT: Final = gettext_lazy("This is not your present password. Type it again.")


@page("anybody", "POST")
@never_cache  # at a computer for everybody the next one goes back to what was typed
def use_slip(request: HttpRequest) -> HttpResponse:
    """For whoever comes the first time or forgot the password: a log-in slip, and a password of one's own."""
    sent, address = request.POST, str(request.META.get("REMOTE_ADDR", ""))
    number, code = sent.get("number", "").strip().upper(), sent.get("code", "")
    errors, is_locked = _faults(request, number), False
    if request.method == "POST" and not errors:
        outcome = slips.use(number, code, sent["new"], address)
        if isinstance(outcome, User):
            take_choices(request, outcome)
            return welcome(request, outcome, own_page(outcome))
        is_locked = outcome == "locked"
        errors = {"number": str(WORDS["locked"][1] if is_locked else NOT_TOGETHER)}
    fields = [_number_field(number), _code_field(code), *_new_fields()]
    context = {"next": sent.get(NEXT) or request.GET.get(NEXT, ""), **_asked(fields, errors)}
    answer = render(request, "portal/slip.html", context)
    return tried_too_often(answer, number, address) if is_locked else answer


@page("person", "POST")
def change(request: HttpRequest) -> HttpResponse:
    """A new password of the reader's own, people's and staff's alike; their other sessions end."""
    user: User = request.user  # type: ignore[assignment]  # the door let nobody else in
    number = user.staff_number or (registry.key_of(user.subject_id) if user.subject_id else None) or ""
    errors, is_changed, is_locked = _faults(request, number), False, False
    if request.method == "POST" and not errors:
        refusal = passwords.change(user, request.POST.get("present", ""), request.POST["new"])
        if refusal is None:
            update_session_auth_hash(request, user)
            is_changed = True
        else:
            is_locked = refusal == "locked"
            errors = {"present": str(WORDS["locked"][1] if is_locked else NOT_PRESENT)}
    present = _password_field("present", _("Your present password"), "current-password")
    context = {"tab": "me", "is_changed": is_changed, "own_page": own_page(user)}
    answer = render(request, "portal/password.html", context | _asked([present, *_new_fields()], errors))
    return tried_too_often(answer, number) if is_locked else answer


def _faults(request: HttpRequest, number: str) -> dict[str, str]:
    """What is wrong with the new password, if one was sent, in the reader's language."""
    if request.method != "POST":
        return {}
    found = passwords.faults(number, request.POST.get("new", ""), request.POST.get("again", ""))
    return {field: in_language(text) for field, text in found.items()}


def _asked(fields: list[Field], errors: Mapping[str, str]) -> dict[str, Any]:
    return {"fields": with_errors(fields, errors), "errors": error_lines(fields, errors)}


def _number_field(typed: str) -> Field:
    label = _("Your ID number")
    return {"name": "number", "label": label, "kind": "text", "width": 18, "value": typed, "autocomplete": "username"}


def _code_field(typed: str) -> Field:
    return {
        "name": "code",
        "label": _("The 12 digits on the slip"),
        "kind": "text",
        "width": 18,
        "value": typed,
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
    }


def _new_fields() -> list[Field]:
    new = _password_field("new", _("Your new password"), "new-password")
    hint = _("8 characters or more, and nothing of your ID number")
    return [new | {"hint": hint}, _password_field("again", _("The new password once more"), "new-password")]


def _password_field(name: str, label: str, autocomplete: str) -> Field:
    """What was typed is never sent back."""
    return {"name": name, "label": label, "kind": "password", "width": 18, "autocomplete": autocomplete}
