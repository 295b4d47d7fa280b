"""The combined window: tickets taken, called and served, filing for whoever walked in, and their receipt."""

from __future__ import annotations

from datetime import date, datetime
from textwrap import wrap
from typing import Any, Final
from uuid import uuid4

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongban.accounts.actor import Actor
from tongban.applications import cards, slips, starting, terminals, tickets, views
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem, not_found
from tongban.applications.tickets import Waits
from tongban.desk.door import WINDOW, page, post, public, staff
from tongban.desk.frame import office_title
from tongban.platform import time
from tongban.platform.ids import from_address, in_address
from tongban.portal.pages.door import command_id
from tongban.portal.pages.plan_figures import outline_of, ways_of
from tongban.portal.pages.plan_labels import picture_of
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication

DIGITS_PER_GROUP: Final = 4


@staff(WINDOW)
def window(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is being served, who waits, how long both take."""
    return show_window(request, actor, office_of(request, actor))


@post(WINDOW)
def call(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Call whoever has waited longest."""
    office = office_of(request, actor)
    try:
        tickets.call_next(actor, office)
    except Problem as problem:
        return show_window(request, actor, office, problem)
    return redirect(f"{reverse('desk:window')}?office={office}")


@post(WINDOW)
def served(request: HttpRequest, actor: Actor, ticket_id: int) -> HttpResponse:
    """Whoever held the ticket has been served."""
    ticket = tickets.serve(actor, ticket_id)
    messages.success(request, _("%(label)s is served") % {"label": ticket.label})
    return redirect(f"{reverse('desk:window')}?office={ticket.office}")


@post(WINDOW)
def slip(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A log-in slip for whoever showed their ID card: shown once, to be printed; sending it again makes another."""
    office = office_of(request, actor)
    try:
        given = slips.give(actor, office, request.POST.get("id_number", "").strip().upper())
    except Problem as problem:
        return show_window(request, actor, office, problem)
    address = f"{settings.ORIGIN}{reverse('portal:slip')}"
    groups = " ".join(wrap(given.code, DIGITS_PER_GROUP))
    context = {"slip": given, "code": groups, "address": address, "picture": _code(address), "now": time.now()}
    return page(request, actor, "desk/slip.html", context, status=201)


@post(WINDOW)
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin an application for whoever stands at the window; it goes on with the pages that applicants use."""
    office = office_of(request, actor)
    key = request.POST.get("key", "").strip().upper()
    try:
        number = starting.start(
            actor, request.POST.get("offer", ""), command_id=command_id(request), applicant_key=key, window=office
        )
    except Problem as problem:
        return show_window(request, actor, office, problem)
    ticket = request.POST.get("ticket", "")
    if ticket.isascii() and ticket.isdigit() and len(ticket) < 19:  # noqa: PLR2004 -- a 64-bit number
        tickets.note_application(actor, int(ticket), number)
    return redirect("portal:application", number)


@staff(WINDOW)
def receipt(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What a walk-in takes home, to be printed: the number, who does what by when, and a code that leads back."""
    view = views.application_view(actor, number)
    if not view["is_applicant"]:
        raise not_found()
    address = f"{settings.ORIGIN}{reverse('portal:application', args=[number])}"
    context = {
        "view": view,
        "number": number,
        "cases": [_part(line) for line in view["cases"]],
        "submitted": datetime.fromisoformat(view["submitted_at"]) if view["submitted_at"] else None,
        "promised": date.fromisoformat(view["promised_due"]) if view["promised_due"] else None,
        "address": address,
        "code": _code(address),
        "now": time.now(),
    }
    return page(request, actor, "desk/receipt.html", context)


@staff(WINDOW)
def plan(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The plan of what is being filed, turned to whoever stands at the window; once it is sent, the receipt."""
    view = views.application_view(actor, number)
    if not view["is_applicant"]:
        raise not_found()
    if view.get("plan") is None:
        return redirect("desk:receipt", number)
    catalog = publication.current()
    offer = offer_of(catalog, view["bundle"])
    context = {
        "bundle": offer,
        "outline": outline_of(catalog, view["plan"]),
        "picture": picture_of(catalog, offer, view["plan"], where=pgettext("plan", "at the window")),
        "compare": ways_of(catalog, view["plan"]),
    }
    return render(request, "desk/plan.html", context)


@public("POST")
def take(request: HttpRequest, office: str) -> HttpResponse:
    """The machine at the door of a hall: take a number."""
    office = from_address(office)
    if office not in publication.current().offices:
        raise not_found()
    if request.method == "POST":
        ticket = tickets.take(office, str(request.META.get("REMOTE_ADDR", "")))
        ahead = sum(other.called_at is None and other.id < ticket.id for other in tickets.open_tickets(office))
        context = {"ticket": ticket, "ahead": ahead, "office_name": office_title(office)}
        return render(request, "desk/taken.html", context, status=201)
    context = {"office": office, "office_name": office_title(office), "waits": tickets.waits(office)}
    return render(request, "desk/take.html", context)


def show_window(request: HttpRequest, actor: Actor, office: str, problem: Problem | None = None) -> HttpResponse:
    """The window's page, with what was refused beside its field."""
    rows, now = tickets.open_tickets(office), time.now()
    mine = [ticket for ticket in rows if ticket.called_at and ticket.called_by == actor.user_id]
    waiting = [ticket for ticket in rows if ticket.called_at is None]
    waits = tickets.waits(office)
    errors = {error.fact: in_language(error.text) for error in problem.errors} if problem else {}
    context = {
        "title": _sentence(waits, mine[0].label if mine else ""),
        "chosen": office,
        "office_address": in_address(office),
        "office_name": office_title(office),
        "serving": [{"ticket": ticket, "minutes": _minutes(ticket.called_at, now)} for ticket in mine],
        "waiting": [{"ticket": ticket, "minutes": _minutes(ticket.taken_at, now)} for ticket in waiting],
        "waits": waits,
        "terminals": terminals.in_use(office),
        "offers": offers(),
        "typed": request.POST,
        "problem": problem,
        "key_error": errors.get("applicant_key", ""),
        "slip_error": errors.get(slips.FIELD, ""),
        "card_error": errors.get(cards.FIELD, ""),
        "command": uuid4(),
    }
    return page(request, actor, "desk/window.html", context, status=problem.status if problem else 200)


def _sentence(waits: Waits, serving: str) -> str:
    """Who is served and how many wait."""
    waiting = ngettext("%(count)s person waits", "%(count)s people wait", waits.waiting) % {"count": waits.waiting}
    if not waits.waiting:
        waiting = str(_("Nobody waits"))
    return _("%(label)s is being served; %(waiting)s") % {"label": serving, "waiting": waiting} if serving else waiting


def office_of(request: HttpRequest, actor: Actor) -> str:
    """The window that the reader is at: the one asked for, else the first of theirs."""
    offices = [office for office, roles in actor.offices.items() if "window" in roles]
    wanted = request.POST.get("office") or request.GET.get("office", "")
    return wanted if wanted in offices else offices[0]


def _minutes(since: datetime | None, now: datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60)) if since else 0


def offers() -> list[dict[str, str]]:
    """Whole matters and single services, for choosing one of."""
    catalog = publication.current()
    bundles = [
        {"id": each.id, "title": in_language(each.title), "group": "bundle"} for each in catalog.bundles.values()
    ]
    services = [
        {"id": each.id, "title": in_language(each.title), "group": "service"} for each in catalog.services.values()
    ]
    return bundles + services


def _part(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": in_language(line["title"]),
        "office": in_language(line["office_title"]),
        "due": date.fromisoformat(line["promise_due"]) if line["promise_due"] else None,
        "state": in_language(line["state_label"]),
    }


def _code(address: str) -> SafeString:
    """A QR code as an inline drawing; its text is an address of ours."""
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass="tb-code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 -- drawn by segno from our own address
