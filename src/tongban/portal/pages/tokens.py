"""Tokens of the reader's own: which programs act as the reader, for what, until when; made, shown once, ended."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import date
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tongban.accounts.actor import Actor
from tongban.applications import tokens
from tongban.applications.problems import Problem, not_found
from tongban.platform.crypto import decrypt, encrypt
from tongban.portal.pages.door import command_id, page, post, reader
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

MADE: Final = "token-made"
"""Where the session keeps a new token, encrypted, until the next page has shown it."""


@never_cache  # a token is shown once, also to whoever goes back
@page("person", "POST")
def my_tokens(request: HttpRequest) -> HttpResponse:
    """The reader's tokens in force, and a form that makes one more."""
    actor, sent = reader(request), request.POST
    scopes = sent.getlist("scopes")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _make(request, actor, scopes)
        except Problem as problem:
            if problem.status != 422:  # noqa: PLR2004 -- wrong fields; anything else is no matter of this form
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
        else:
            return redirect("portal:tokens")  # so that loading the page again makes no other
    fields = _fields(sent.dict())
    allowed = tokens.scopes_of(actor)
    context = {
        "tab": "me",
        "made": _opened(actor, request.session.pop(MADE, None)),
        "tokens": [_line(line) for line in tokens.mine(actor)],
        "fields": with_errors(fields, errors),
        "scope_error": errors.get("scopes"),
        "errors": error_lines(fields, errors),
        "command": uuid4(),
        "leave": [
            {"value": scope, "words": words, "checked": scope in scopes}
            for scope, words in LEAVE.items()
            if scope in allowed
        ],
    }
    return render(request, "portal/tokens.html", context)


def _make(request: HttpRequest, actor: Actor, scopes: list[str]) -> None:
    """Make the token and keep it for the next page. A second click waits for the first, and leaves what that made."""
    sent = request.POST
    until = day_of(sent.dict(), "until") or date.min
    try:
        with transaction.atomic():
            made = tokens.issue(actor, sent.get("label", ""), scopes, until, command_id=command_id(request))
            request.session[MADE] = _sealed(actor, made)
            request.session.save()
    except Problem as problem:
        if problem.code != "command-reused":
            raise


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


def _sealed(actor: Actor, made: dict[str, Any]) -> str:
    shown = json.dumps({"label": made["label"], "token": made["token"]})
    return b64encode(encrypt(shown, context=f"{MADE}:{actor.id}")).decode()


def _opened(actor: Actor, sealed: str | None) -> dict[str, str] | None:
    if sealed is None:
        return None
    shown: dict[str, str] = json.loads(decrypt(b64decode(sealed), context=f"{MADE}:{actor.id}"))
    return shown


def _line(line: dict[str, Any]) -> dict[str, Any]:
    words = [LEAVE[scope] for scope in LEAVE if scope in line["scopes"]]
    return line | {"words": words, "until_on": date.fromisoformat(line["until"]) if line["until"] else None}
