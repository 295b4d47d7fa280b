"""The window's page of whoever's social security card was read: what is under way, what to collect, what to begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications import cards
from tongban.applications.not_done import kinds
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem, not_found
from tongban.desk.door import WINDOW, page, post, staff
from tongban.desk.frame import office_title
from tongban.desk.pages.window import offers, office_of, show_window
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.pages.helping import errors_of
from tongban.portal.pages.rating import ICONS
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import ratings
from tongban.supervision.ratings import Said


@post(WINDOW)
def read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A card's number or code, typed or scanned: its holder's page opens; or why not, beside the field."""
    office = office_of(request, actor)
    try:
        visit = cards.open_page(actor, office, request.POST.get(cards.FIELD, ""))
    except Problem as problem:
        if not problem.errors:
            raise
        return show_window(request, actor, office, problem)
    return redirect("desk:person", visit)


@staff(WINDOW)
def person(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """The page of whoever stands at the window."""
    return _show(request, actor, visit_id)


@post(WINDOW)
def start(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """Begin an application for them; it goes on with the pages that applicants use."""
    try:
        number = cards.start(actor, visit_id, request.POST.get("offer", ""), command_id(request))
    except Problem as problem:
        if not problem.errors:
            raise
        return _show(request, actor, visit_id, problem)
    return redirect("portal:application", number)


@staff(WINDOW, "POST")
def not_done(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """办不成事, said at the window: which of their matters (``?matter=``), how it failed; the rest is found."""
    sent = request.POST if request.method == "POST" else request.GET
    number, errors = sent.get("matter", ""), dict[str, str]()
    view = cards.page_of(actor, visit_id)
    line = next((line for line in view["matters"] if line["number"] == number), None)
    if line is None:
        raise not_found()
    if request.method == "POST":
        try:
            kind, said = sent.get("kind", ""), sent.get("said", "")
            told = cards.tell_not_done(actor, visit_id, number, kind, said, command_id(request))
        except Problem as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("The window has it: %(number)s") % {"number": told.number})
            return redirect("desk:person", visit_id)
    options = [{"value": one["value"], "label": in_language(one["label"])} for one in kinds()]
    fields: list[Field] = [
        {"name": "kind", "kind": "choice", "label": _("What went wrong?"), "options": options}
        | {"value": sent.get("kind", "")},
        {"name": "said", "kind": "long", "label": _("In their own words, if they want"), "value": sent.get("said", "")},
    ]
    context = {
        "view": view,
        "matter": _matter(line),
        "fields": with_errors(fields, errors),
        "errors": error_lines(fields, errors),
        "command": uuid4(),
    }
    return page(request, actor, "desk/not_done.html", context)


@staff(WINDOW, "POST")
def rate(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """How an ended matter (``?matter=``) was, on a page turned to whoever stands there: they choose, and the code that
    their own phone shows says that it is they.
    """
    sent = request.POST if request.method == "POST" else request.GET
    number, errors = sent.get("matter", ""), dict[str, str]()
    view = cards.page_of(actor, visit_id)
    if number not in {line["number"] for line in view["matters"]}:
        raise not_found()
    cases = ratings.unrated([number])
    chosen = next((case for case in cases if case.number == sent.get("case", "")), cases[0] if cases else None)
    if request.method == "POST" and chosen is not None:
        errors = _rated(actor, chosen.number, sent)
        if not errors:
            return redirect(f"{reverse('desk:rate', args=[visit_id])}?matter={number}")
    catalog = publication.current()
    context = {
        "matter": number,
        "cases": [{"number": case.number, "title": catalog.services[case.service].title} for case in cases],
        "chosen": chosen.number if chosen else "",
        "grades": [(one.value, one.label, ICONS[one.value]) for one in ratings.grades()],
        "reasons": ratings.reasons(),
        "typed": sent,
        "errors": [{"id": name, "words": words} for name, words in errors.items()],
    }
    return render(request, "desk/rate.html", context, status=422 if errors else 200)


def _rated(actor: Actor, case: str, sent: Mapping[str, str]) -> dict[str, str]:
    """Take what was said; returns what is wrong, by field."""
    grade, code = sent.get("grade", ""), sent.get("code", "").replace("-", "").strip()
    if grade not in ICONS or not code:
        words = {"grade": _("Nothing is chosen yet. Choose one."), "code": _("Type the code that your phone shows.")}
        missing = {"grade": grade not in ICONS, "code": not code}
        return {name: words[name] for name, is_missing in missing.items() if is_missing}
    said = Said(int(grade), sent.get("reason", ""), sent.get("said", ""))
    try:
        ratings.rate(actor, case, said, channel="window", card_code=code)
    except Problem as problem:
        if problem.status == 404:  # noqa: PLR2004 -- told as what it is here
            return {"code": _("This is the code of somebody else’s card.")}
        if problem.status not in {409, 422}:
            raise
        one = problem.errors[0] if problem.errors else None
        return {"code" if one and one.fact == cards.FIELD else "grade": in_language((one or problem).text)}
    return {}


def _show(request: HttpRequest, actor: Actor, visit_id: int, problem: Problem | None = None) -> HttpResponse:
    view = cards.page_of(actor, visit_id)
    catalog = publication.current()
    ended = [line["number"] for line in view["matters"] if not _is_running(line)]
    unrated = {case.application for case in ratings.unrated(ended)}
    personal = [each for each in offers() if cards.finds_by_card(catalog, offer_of(catalog, each["id"]))]
    context = {
        "view": view,
        "office_name": office_title(view["office"]),
        "running": [_matter(line) for line in view["matters"] if _is_running(line)],
        "ended": [
            _matter(line) | {"unrated": line["number"] in unrated} for line in view["matters"] if not _is_running(line)
        ],
        "offers": personal,
        "problem": problem,
        "command": uuid4(),
    }
    return page(request, actor, "desk/person.html", context, status=problem.status if problem else 200)


def _is_running(line: dict[str, Any]) -> bool:
    return bool(line["state"] in {"draft", "waiting"} or line["open"])


def _matter(line: dict[str, Any]) -> dict[str, Any]:
    if line["state"] in {"draft", "waiting"}:
        words = _("being filled in") if line["state"] == "draft" else _("waits for a signature")
    else:
        words = _("%(done)s of %(parts)s done") % {"done": line["done"], "parts": line["parts"]}
    return {
        "title": line["title"],
        "number": line["number"],
        "words": words,
        "due": date.fromisoformat(line["due"]) if line["due"] else None,
        "light": line["light"],
        "receipt": reverse("desk:receipt", args=[line["number"]]) if line["is_applicant"] else "",
    }
