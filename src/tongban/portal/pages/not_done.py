"""办不成事: which matter, or in words what is wanted; the catalogue answers first, then the window takes it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongban import publication
from tongban.accounts.actor import Actor
from tongban.applications import inquiries, not_done, windows
from tongban.applications.elsewhere import elsewhere
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem
from tongban.portal.pages.door import command_id, page, reader_or_none
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.pages.finding import LONGEST_QUERY, url_of
from tongban.portal.pages.helping import errors_of, said_field
from tongban.portal.pages.matters import matters_of
from tongban.portal.templatetags.tongban import in_language


@page("anybody", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """Which of the reader's matters did not work, or what they want; how it failed; the window's number and date."""
    actor = reader_or_none(request)
    sent = request.POST if request.method == "POST" else request.GET
    about = _about(actor, sent)
    if actor is None or about is None:
        return _choosing(request, actor)
    options = [{"value": one["value"], "label": in_language(one["label"])} for one in not_done.kinds()]
    errors: dict[str, str] = {}
    if request.method == "POST" and request.POST.get("kind") not in [one["value"] for one in options]:
        errors = {"kind": _("Nothing is chosen yet. Choose one.")}
    elif request.method == "POST":
        try:
            return redirect("portal:inquiry", _told(request, actor, about))
        except Problem as problem:
            errors = errors_of(problem)
    fields: list[Field] = [
        {"name": "kind", "kind": "choice", "label": _("What went wrong?"), "options": options}
        | {"value": request.POST.get("kind", "")},
        said_field(_("In your own words, if you want"), sent.get("said", "")),
    ]
    context = {
        "about": about,
        "office": inquiries.central(publication.current()).title,
        "fields": with_errors(fields, errors),
        "errors": error_lines(fields, errors),
        "command": uuid4(),
    }
    return render(request, "portal/stuck.html", context)


def _told(request: HttpRequest, actor: Actor, about: Mapping[str, Any]) -> str:
    """The number under which the window has it now. Raises Problem."""
    kind, said = request.POST.get("kind", ""), request.POST.get("said", "")
    matter = {name: about[name] for name in ("application", "offer")}
    return not_done.tell(actor, said, command_id=command_id(request), kind=kind, **matter).number


def _choosing(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    """The reader's matters; and for what is wanted, what to do, whom to ask and how, or the right address."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    other = elsewhere(query)
    found = not_done.answers(query, windows.county_of(actor) or "") if query else []
    catalog = publication.current()
    context = {
        "matters": matters_of(actor) if actor else [],
        "query": query,
        "elsewhere": other,
        "answers": [line | {"url": url_of(catalog, line["id"])} for line in found],
    }
    return render(request, "portal/help.html", context)


def _about(actor: Actor | None, sent: Mapping[str, str]) -> dict[str, Any] | None:
    """The matter, the offer or the words that were chosen; None where nothing is that the reader may choose."""
    number, offer = sent.get("matter", ""), sent.get("offer", "")
    nothing = {"application": None, "offer": None, "title": "", "words": ""}
    if number:
        line = next((line for line in matters_of(actor) if line["number"] == number), None) if actor else None
        return nothing | {"application": number, "title": line["title"], "words": line["standing"]} if line else None
    catalog = publication.current()
    if offer in catalog.bundles or offer in catalog.services:
        return nothing | {"offer": offer, "title": title_of(catalog, offer)}
    return nothing if sent.get("said") else None
