"""How results come: online, at a named window, or by post; chosen while filling or after, until they are under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications import delivery, views
from tongban.applications.problems import Problem, not_found
from tongban.applications.serving import SERVICE_RECORD
from tongban.portal.pages.door import page, reader
from tongban.portal.templatetags.tongban import in_language, short_date

FIELD: Final = "way:"
"""Stands before the service in the name of a field."""

BETWEEN: Final = "|"
"""Stands between the way and the place in the value of a choice."""


@page("person", "POST")
def delivering(request: HttpRequest, number: str) -> HttpResponse:
    """Each result with its ways; what is on its way shows where it is instead."""
    actor = reader(request)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _choose(actor, number, request.POST.dict())
            return redirect(f"{reverse('portal:delivery', args=[number])}?chosen=yes")
        except Problem as refused:
            if refused.status not in {409, 422}:
                raise
            problem = refused
    view = views.application_view(actor, number)
    if not view["is_applicant"] or not view["delivery"]:
        raise not_found()
    records = _records(view["cases"])
    results = [{**line, **_shown(line), "record": records.get(line["case"])} for line in view["delivery"]]
    context = {
        "tab": "applications",
        "view": view,
        "number": number,
        "answer": _answer(view["delivery"]),
        "results": [line for line in results if line["choices"] or line["way"] != "electronic"],
        "online": [line for line in results if not line["choices"] and line["way"] == "electronic"],
        "may_choose": any(line["choices"] for line in results),
        "chosen": "chosen" in request.GET,
        "problem": problem,
        "back": reverse("portal:application", args=[number]),
    }
    return render(request, "portal/delivery.html", context, status=problem.status if problem else 200)


def _records(cases: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Where the service receipt (送达回证) of each case is, once somebody holds the result."""
    papers = [(line["number"], paper) for line in cases for paper in line["documents"]]
    return {
        number: {"url": reverse("portal:document", args=[paper["id"]]), "title": paper["title"]}
        for number, paper in papers
        if paper["definition"] == SERVICE_RECORD
    }


def _choose(actor: Actor, number: str, posted: Mapping[str, str]) -> None:
    """Take what was ticked for each result, all of it or none."""
    ticked = {name.removeprefix(FIELD): value for name, value in posted.items() if name.startswith(FIELD)}
    with transaction.atomic():
        for service, value in ticked.items():
            way, _between, place = value.partition(BETWEEN)
            delivery.choose(actor, number, service, way, place or None)


def delivery_rows(number: str, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The results that reach people otherwise than online, or may, as rows of the component `answers`."""
    url = reverse("portal:delivery", args=[number])
    return [
        {
            "label": in_language(line["service_title"]),
            "value": way_words(line),
            "url": url if line["may_choose"] or line["way"] != "electronic" else "",
        }
        for line in lines
        if len(line["ways"]) > 1
    ]


def way_words(line: Mapping[str, Any]) -> str:
    """How one result comes and how far it is, in one phrase."""
    label = in_language(next(way["label"] for way in line["ways"] if way["way"] == line["way"]))
    words = f"{label} · {in_language(line['place_label'])}" if line["place_label"] else label
    if line["state"] == "served":
        return _("%(way)s, in your hands since %(date)s") % {"way": label, "date": _day(line["served_on"])}
    if line["state"] == "posted":
        return _("posted on %(date)s, number %(number)s") % {
            "date": _day(line["posted_on"]),
            "number": line["tracking"],
        }
    is_ready = line["state"] == "ready" and line["way"] == "window"
    return _("%(words)s, ready now") % {"words": words} if is_ready else words


def _shown(line: Mapping[str, Any]) -> dict[str, Any]:
    choices = _choices(line) if line["may_choose"] else []
    places = [place for way in line["ways"] if way["way"] == line["way"] for place in way["places"]]
    return {
        "id": line["service"].replace("/", "-"),
        "field": f"{FIELD}{line['service']}",
        "choices": choices,
        "words": way_words(line),
        "window": next((p for p in places if p["place"] == line["place"] and line["way"] == "window"), None),
        "served_words": _day(line["served_on"]),
        "lacks_address": line["may_choose"] and any(w["way"] == "post" and not w["places"] for w in line["ways"]),
    }


def _choices(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each way with each of its places, as one choice."""
    found = []
    for way in line["ways"]:
        places = way["places"] if way["way"] != "electronic" else [None]
        for place in places:
            value = BETWEEN.join([way["way"], *([place["place"]] if place else [])])
            is_present = way["way"] == line["way"] and (place is None or place["place"] == line["place"])
            found.append(
                {
                    "value": value,
                    "label": in_language(way["label"]),
                    "hint": _hint(way["way"], place),
                    "checked": is_present,
                }
            )
    return found


def _hint(way: str, place: Mapping[str, Any] | None) -> str:
    if place is None:
        return _("At once, under My documents; it counts as much as the paper")
    label = in_language(place["label"])
    if way == "post":
        return label
    where = in_language(place["address"]) if place["address"] else ""
    hours = _("workdays %(hours)s") % {"hours": _(", ").join(place["hours"])} if place["hours"] else ""
    return " · ".join(part for part in (label, where, hours) if part)


def _answer(lines: Sequence[Mapping[str, Any]]) -> str:
    """The one sentence: what is to be fetched, what is on its way, or that it can still be chosen."""
    ready = [line for line in lines if line["state"] == "ready" and line["way"] == "window"]
    if ready:
        return _("Ready: collect it at %(place)s") % {"place": in_language(ready[0]["place_label"])}
    if posted := [line for line in lines if line["state"] == "posted"]:
        return _("Posted on %(date)s") % {"date": _day(posted[0]["posted_on"])}
    if any(line["may_choose"] for line in lines):
        return _("How do you want to get it?")
    return _("All in your hands") if all(line["state"] == "served" for line in lines) else _("It comes as you chose")


def _day(text: str | None) -> str:
    return short_date(date.fromisoformat(text)) if text else ""
