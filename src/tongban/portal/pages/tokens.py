"""Tokens of the reader's own: which programs act as the reader, for what, until when; made, shown once, ended."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tongban.applications import tokens
from tongban.applications.problems import Problem, not_found
from tongban.portal.pages.door import page, post, reader
from tongban.portal.pages.fields import Field, day_of, error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language

LEAVE: Final = {
    "read": gettext_lazy("See my messages and documents"),
    "apply": gettext_lazy("Apply for me and see where it stands"),
    "handle": gettext_lazy("Handle cases at my desk"),
    "audit": gettext_lazy("Check the records"),
    "demonstration": gettext_lazy("Move the time of the demonstration"),
}
"""What each scope allows, in plain words; the least first."""


@never_cache  # a token is shown once, also to whoever goes back
@page("person", "POST")
def my_tokens(request: HttpRequest) -> HttpResponse:
    """The reader's tokens in force, and a form that makes one more."""
    actor, sent = reader(request), request.POST
    scopes = sent.getlist("scopes")
    errors: dict[str, str] = {}
    made: dict[str, Any] | None = None
    if request.method == "POST":
        try:
            made = tokens.issue(actor, sent.get("label", ""), scopes, day_of(sent.dict(), "until") or date.min)
        except Problem as problem:
            if problem.status != 422:  # noqa: PLR2004 -- wrong fields; anything else is no matter of this form
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
    fields = _fields({} if made else sent.dict())
    allowed = tokens.scopes_of(actor)
    context = {
        "tab": "me",
        "made": made,
        "tokens": [_line(line) for line in tokens.mine(actor)],
        "fields": with_errors(fields, errors),
        "scope_error": errors.get("scopes"),
        "errors": error_lines(fields, errors),
        "leave": [
            {"value": scope, "words": words, "checked": scope in scopes and not made}
            for scope, words in LEAVE.items()
            if scope in allowed
        ],
    }
    return render(request, "portal/tokens.html", context)


@post("person")
def end_token(request: HttpRequest) -> HttpResponse:
    """Take a token out of force now."""
    text = request.POST.get("token", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 -- a 64-bit key
        raise not_found()
    tokens.revoke(reader(request), int(text))
    return redirect("portal:tokens")


def _fields(sent: dict[str, str]) -> list[Field]:
    boxes = {f"value_{part}": sent.get(f"until.{part}", "") for part in ("year", "month", "day")}
    return [
        {
            "name": "label",
            "label": _("Which program?"),
            "hint": _("A name by which you know it again"),
            "kind": "text",
            "width": 30,
            "value": sent.get("label", ""),
            "max_length": tokens.MOST_CHARACTERS,
            "autocomplete": "off",
        },
        {"name": "until", "label": _("Until which day?"), "hint": _("A year at most"), "kind": "date", **boxes},
    ]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    words = [LEAVE[scope] for scope in LEAVE if scope in line["scopes"]]
    return line | {"words": words, "until_on": date.fromisoformat(line["until"]) if line["until"] else None}
