"""Visits: what is known of a place before one goes there, what was found, and what those who came back judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.accounts.actor import Actor
from tongban.applications.problems import Problem
from tongban.desk.door import CLERKS, EVERY_POST, page, post, staff
from tongban.desk.frame import office_title
from tongban.desk.pages import undertakings
from tongban.platform import time
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import problem_lists, sites, visits
from tongban.supervision.models import Site, Visit
from tongban.supervision.problems import UNDERTAKEN, Place
from tongban.supervision.visits import Asked, Planned

REFUSED = 422
MOST_ROWS: Final = 12
"""So many things may be noted at once."""
MOST_NAMED: Final = 3
MOST_LEFT: Final = 60


@staff(EVERY_POST)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Visits, those to come back to first; and the offices one may go to."""
    rows = [
        {"visit": visit, "visited": in_language(visits.title(visit)), "by": office_title(visit.office)}
        | {"found": found, "open": still, "is_due": visit.ended_at is None and visit.revisit_on <= time.today()}
        for visit, found, still in visits.listed()
    ]
    due = sum(row["is_due"] is True for row in rows)
    title = (
        ngettext("%(count)s visit is due to be come back to", "%(count)s visits are due to be come back to", due)
        % {"count": due}
        if due
        else _("No visit is due to be come back to")
    )
    offices = sorted(publication.current().offices, key=office_title)
    context = {"title": title, "rows": rows, "offices": [{"id": one, "words": office_title(one)} for one in offices]}
    return page(request, actor, "desk/visits.html", context)


@staff(CLERKS, "POST")
def make(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An office or site on one screen (``?office=``, ``?site=``), and below it noting that one was there."""
    sent = request.POST
    site = sites.one(sent.get("site") or request.GET.get("site", ""))
    office = site.office if site else sent.get("visited") or request.GET.get("office", "")
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            visit = visits.make(actor, _planned(sent, office, site), command_id(request))
        except Problem as problem:
            if problem.status != REFUSED:
                raise
            errors = undertakings.errors_of(problem)
        else:
            return redirect("desk:visit", visit.id)
    found = visits.profile(actor, office, site)
    context = {
        "profile": found,
        "place_name": sites.title(site) if site else office_title(office),
        "office_name": office_title(office),
        "kept": _kept(found.last),
        "today": time.today(),
        "errors": error_lines([], errors),
        "typed": sent,
        "command": uuid4(),
    }
    return page(request, actor, "desk/visit_profile.html", context, status=REFUSED if errors else 200)


def _planned(sent: Mapping[str, str], office: str, site: Site | None) -> Planned:
    today = time.today()
    return Planned(
        visited=office,
        on=undertakings.day(sent, "on") or today,
        is_announced=sent.get("announced") == "true",
        purpose=sent.get("purpose", ""),
        revisit_on=undertakings.day(sent, "revisit_on") or today,
        site=site,
    )


def _kept(last: Visit | None) -> tuple[int, int]:
    """Of what the last visit found: how much is put right, how much it was."""
    found = visits.findings(last) if last else []
    return sum(row.ended_at is not None for row in found), len(found)


@staff(EVERY_POST)
def one(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """One visit: what it found, who puts it right, what was judged; forms for those who made it."""
    return _show(request, actor, visit_id, {})


@post(CLERKS)
def find(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """Note what is to be done: one thing or several, each at one place or at many."""
    sent = request.POST
    try:
        asked = [
            _instruction(sent, _prefix(n)) for n in range(_rows(sent)) if n == 0 or sent.get(f"{n}-about", "").strip()
        ]
        reported = visits.instruct(actor, visit_id, asked, command_id(request))
    except Problem as problem:
        if problem.status != REFUSED:
            raise
        return _show(request, actor, visit_id, undertakings.errors_of(problem), problem.status)
    joined = [one.case for one in reported if one.outcome != "new"]
    if joined:
        messages.success(
            request,
            _("Joined to problem %(number)s, which is open: what you said stands there")
            % {"number": ", ".join(joined)},
        )
    new = [one.case for one in reported if one.outcome == "new"]
    if len(new) > MOST_NAMED:
        messages.success(request, _("Noted: %(count)s things to be done.") % {"count": len(new)})
    elif new:
        messages.success(request, _("Noted. It has a number now: %(number)s") % {"number": ", ".join(new)})
    return redirect("desk:visit", visit_id)


def _rows(sent: Mapping[str, str]) -> int:
    """How many things the form has lines for."""
    typed = sent.get("rows", "1")
    return min(max(int(typed), 1), MOST_ROWS) if typed.isascii() and typed.isdigit() else 1


def _prefix(n: int) -> str:
    """What begins the names of the nth thing's fields; nothing for the first."""
    return f"{n}-" if n else ""


def _instruction(sent: Mapping[str, str], prefix: str) -> Asked:
    """One thing to be done, as it was typed; unless it says another, what was asked for."""
    found = undertakings.finding(sent, prefix)
    if prefix and not found.place.kind:
        found = replace(found, place=Place(found.place.about, "asked"), severity=found.severity or "minor")
    many = tuple(sites.of_group(sent.get(f"{prefix}sites", "")))
    return Asked(found, sent.get(f"{prefix}owner", ""), many)


@post(CLERKS)
def judge(request: HttpRequest, actor: Actor, visit_id: int) -> HttpResponse:
    """Note that one came back, and how it was."""
    try:
        again_on, said = undertakings.day(request.POST, "again_on"), request.POST.get("judged", "")
        visits.judge(actor, visit_id, said, command_id(request), again_on)
    except Problem as problem:
        if problem.status != REFUSED:
            raise
        errors = undertakings.errors_of(problem)
        if "said" in errors:
            errors["judged"] = errors.pop("said")
        return _show(request, actor, visit_id, errors, problem.status)
    return redirect("desk:visit", visit_id)


def _show(
    request: HttpRequest, actor: Actor, visit_id: int, errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    visit = visits.one(actor, visit_id)
    lines = problem_lists.lines(visits.findings(visit))
    progress = visits.progress(visit)
    of_many = {one.about for one in progress}
    things = [with_errors(_fields(request, visit, n), errors) for n in range(_rows(request.POST or request.GET))]
    commands: dict[str, UUID] = {"find_command": uuid4(), "judge_command": uuid4()}
    context = commands | {
        "visit": visit,
        "visited": in_language(visits.title(visit)),
        "answerable": office_title(visit.visited) if visit.site else "",
        "by": office_title(visit.office),
        "rows": [line for line in lines if line["about"] not in of_many],
        "progress": [{"one": one, "left": problem_lists.lines(one.left[:MOST_LEFT])} for one in progress],
        "revisits": visit.revisits.order_by("at"),
        "is_own": visit.office in actor.offices and visit.ended_at is None,
        "is_mine": visit.made_by == actor.id,
        "still": sum(line["is_open"] for line in lines),
        "things": things,
        "more": min(len(things) + 3, MOST_ROWS),
        "errors": error_lines([field for fields in things for field in fields], errors),
        "wrong": errors,
        "typed": request.POST,
        "today": time.today(),
    }
    return page(request, actor, "desk/visit.html", context, status=status)


def _fields(request: HttpRequest, visit: Visit, n: int) -> list[Field]:
    """The questions about the nth thing to be done; of the second and later ones what kind and how bad is not asked."""
    prefix = _prefix(n)
    kinds, owner = UNDERTAKEN - {"deed"}, "" if visit.site else visit.visited
    asked = list(undertakings.fields(publication.current(), request.POST, kinds, owner, prefix))
    if n:
        asked = [
            field for field in asked if field["name"] not in {f"{prefix}kind", f"{prefix}severity", f"{prefix}said"}
        ]
    groups = [{"value": one.value, "label": _group_words(one)} for one in sites.groups()]
    if groups:
        name, label = f"{prefix}sites", _("At many places? Then which")
        chosen = request.POST.get(name, "")
        asked.append({"name": name, "label": label, "kind": "select", "options": groups, "value": chosen})
    return asked


def _group_words(group: sites.Group) -> str:
    region = publication.current().regions.get(group.region)
    where, kind = in_language(region) if region else group.region, in_language(sites.KINDS[group.kind])
    return _("%(where)s: all %(count)s of the kind “%(kind)s”") % {"where": where, "count": group.count, "kind": kind}


@staff(CLERKS, "POST")
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Places that are no office, town by town, to go to; and noting more of them."""
    sent, errors = request.POST, dict[str, str]()
    if request.method == "POST":
        names = tuple(sent.get("names", "").splitlines())
        listing = sites.Listing(names, sent.get("region", ""), sent.get("kind", ""), sent.get("office", ""))
        try:
            new = sites.add(listing)
        except Problem as problem:
            if problem.status != REFUSED:
                raise
            errors = undertakings.errors_of(problem)
        else:
            messages.success(
                request, ngettext("%(count)s place is new", "%(count)s places are new", new) % {"count": new}
            )
            return redirect("desk:visit_places")
    fields = with_errors(_site_fields(sent), errors)
    towns: dict[str, list[dict[str, Any]]] = {}
    for site in sites.known():
        line = {"site": site, "kind": in_language(sites.KINDS[site.kind]), "office": office_title(site.office)}
        towns.setdefault(in_language(sites.town(site)), []).append(line)
    context = {"towns": towns, "fields": fields, "errors": error_lines(fields, errors)}
    return page(request, actor, "desk/visit_places.html", context, status=REFUSED if errors else 200)


def _site_fields(typed: Mapping[str, str]) -> list[Field]:
    catalog = publication.current()
    codes = [code for code in sorted(catalog.regions) if sites.COUNTY <= len(code) <= sites.TOWN]
    regions = [{"value": code, "label": in_language(sites.region_title(catalog, code))} for code in codes]
    options = {
        "region": regions,
        "kind": [{"value": kind, "label": in_language(words)} for kind, words in sites.KINDS.items()],
        "office": [{"value": one.id, "label": in_language(one.title)} for one in undertakings.offices(catalog)],
    }
    labels = {"region": _("Where they are"), "kind": _("What they are"), "office": _("Which office answers for them")}
    names = {"name": "names", "label": _("Names, one a line"), "kind": "long", "value": typed.get("names", "")}
    return [names] + [
        {"name": name, "label": label, "kind": "select", "options": options[name], "value": typed.get(name, "")}
        for name, label in labels.items()
    ]
