"""The self-service terminal of a hall: one page in large print, one paper out of it, nobody logged in.

The page is there only in a browser that a clerk at a window has made a terminal (`desk` does that); everywhere else it
says so. What comes out is shown by the first character of a name and goes by itself; while it is shown, whoever it was
given to may say how it was.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tongban import publication
from tongban.applications import terminals
from tongban.applications.problems import Problem, not_found
from tongban.portal.pages.door import command_id, page, post
from tongban.portal.pages.entering import WORDS
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.pages.rating import ICONS
from tongban.supervision import ratings
from tongban.supervision.ratings import BAD, Said

COOKIE: Final = "terminal"
SHOWN_SECONDS: Final = int(terminals.SHOWN.total_seconds())


@page("anybody", "POST")
@never_cache
def terminal(request: HttpRequest) -> HttpResponse:
    """Card number and password, and the paper that they give."""
    here = terminals.behind(request.COOKIES.get(COOKIE))
    offers, sent = terminals.offered(publication.current()), request.POST
    if here is None or not offers:
        return render(request, "portal/terminal_none.html", status=403 if request.method == "POST" else 200)
    if "given" in request.GET and request.method != "POST":
        given = terminals.given(here, request.GET["given"])
        rated = ratings.of_case(terminals.case_of(here, given.key)) is not None
        shown = {"elder": True, "given": given, "code": _grouped(given.code), "seconds": SHOWN_SECONDS}
        shown |= {"rated": rated, "grades": [(one.value, one.label, ICONS[one.value]) for one in ratings.grades()]}
        return render(request, "portal/terminal_given.html", shown)
    context: dict[str, Any] = {"elder": True, "offers": offers, "chosen": sent.get("service") or offers[0].id}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            outcome = terminals.give(
                here,
                context["chosen"],
                command_id(request),
                number=sent.get("number", ""),
                password=sent.get("password", ""),
                code=sent.get("code", ""),
                address=str(request.META.get("REMOTE_ADDR", "")),
            )
        except Problem as problem:
            return render(request, "portal/terminal_stuck.html", context | {"problem": problem}, status=problem.status)
        if isinstance(outcome, terminals.Given):  # elsewhere: whoever comes next and goes back sends nothing again
            return redirect(f"{reverse('portal:terminal')}?{urlencode({'given': outcome.key})}")
        field, words = WORDS[outcome]
        errors = {"number" if field == "name" else field: str(words)}
    wants_code = "code" in errors
    fields = _fields(sent.get("number", "") if wants_code else "", wants_code=wants_code)
    context |= {
        "command": sent.get("command") or uuid4(),
        "fields": with_errors(fields, errors),
        "errors": error_lines(fields, errors),
    }
    return render(request, "portal/terminal.html", context, status=422 if errors else 200)


@page("anybody")
@never_cache
def printed(request: HttpRequest, key: str) -> HttpResponse:
    """The signed file that came out of this terminal a moment ago."""
    here = terminals.behind(request.COOKIES.get(COOKIE))
    if here is None:
        raise not_found()
    answer = HttpResponse(terminals.printed(here, key), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    return answer


@post("anybody")
@never_cache
def rate(request: HttpRequest, key: str) -> HttpResponse:
    """How it was, said at the terminal by whoever it gave a paper to; a bad grade is asked for its reason first."""
    here, sent = terminals.behind(request.COOKIES.get(COOKIE)), request.POST
    if here is None or sent.get("grade", "") not in ICONS:
        raise not_found()
    back = f"{reverse('portal:terminal')}?{urlencode({'given': terminals.given(here, key).key})}"
    grade = int(sent["grade"])
    if grade in BAD and "reason" not in sent:
        context = {"elder": True, "key": key, "grade": grade, "reasons": ratings.reasons(), "seconds": SHOWN_SECONDS}
        return render(request, "portal/terminal_rate.html", context)
    try:
        ratings.at_terminal(here, key, Said(grade, sent.get("reason", "")))
    except Problem as problem:
        return render(request, "portal/terminal_stuck.html", {"elder": True, "problem": problem}, status=problem.status)
    return redirect(back)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _fields(number: str, *, wants_code: bool) -> list[Field]:
    """What is asked; the password is never sent back, the number only where just the code was missing."""
    fields: list[Field] = [
        {
            "name": "number",
            "label": _("Social security number"),
            "hint": _("The 18 characters printed on your social security card"),
            "kind": "text",
            "width": 18,
            "value": number,
            "autocomplete": "off",
        },
        {"name": "password", "label": _("Password"), "kind": "password", "width": 18, "autocomplete": "off"},
    ]
    if wants_code:
        fields.append({"name": "code", "label": _("Code from your app"), "kind": "text", "width": 8, "value": "",
                       "inputmode": "numeric", "autocomplete": "off"})  # fmt: skip
    return fields
