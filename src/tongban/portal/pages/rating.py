"""好差评: the applicant's last step, one page for all cases of an application; and what everybody may know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban import publication
from tongban.accounts.actor import Actor
from tongban.applications.problems import Problem, not_found
from tongban.catalog.model import Catalog
from tongban.platform import time
from tongban.portal.pages.door import channel_of, page, reader
from tongban.portal.pages.fields import error_lines
from tongban.portal.templatetags.tongban import in_language
from tongban.supervision import ratings, satisfaction
from tongban.supervision.ratings import BAD, Said
from tongban.supervision.satisfaction import GRADES, LEAST, Line

MOST_CASES: Final = 30
"""So many cases are asked for at once, those that were not rated first."""

ICONS: Final = {"5": "mood-happy", "4": "mood-smile", "3": "mood-neutral", "2": "mood-sad", "1": "mood-angry"}
QUICK: Final = "quick"
"""Sent by the five buttons beside an application: a bad grade is then asked for its reason before it counts."""


@page("person", "POST")
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """A grade for each ended case; what may be changed no more is shown as it stands."""
    actor, sent = reader(request), request.POST
    lines = sorted(ratings.of_application(actor, number), key=lambda line: bool(line["rating"]))[:MOST_CASES]
    if not lines:
        raise not_found()
    said = {line["case"]: _said(line, sent) for line in lines if _is_sent(line, sent)}
    is_asking = QUICK in sent and any(one.grade in BAD for one in said.values())
    errors: dict[str, str] = {}
    if request.method == "POST" and not said:
        errors = {f"grade-{lines[0]['part']}": _("Nothing is chosen yet. Choose one.")}
    elif request.method == "POST" and not is_asking:
        errors = _rated(actor, lines, said, request)
        if not errors:
            return redirect(f"{reverse('portal:application', args=[number])}#rating")
    context = {
        "tab": "applications",
        "number": number,
        "lines": [_field(line, said.get(line["case"]), errors) for line in lines],
        "reasons": ratings.reasons(),
        "errors": error_lines([], errors),
        "is_asking": is_asking,
        "may_change": any(_may_change(line) for line in lines),
    }
    return render(request, "portal/rate.html", context, status=422 if errors else 200)


@page("anybody")
def satisfied(request: HttpRequest) -> HttpResponse:
    """How satisfied people are, by service and by office."""
    catalog, found = publication.current(), satisfaction.published(time.today())
    context = {
        "whole": _shown("", found.whole) if found.whole else None,
        "services": [_shown(_service(catalog, line.of), line) for line in found.services],
        "offices": [_shown(_office(catalog, line.of), line) for line in found.offices],
        "through": found.through,
        "least": LEAST,
    }
    return render(request, "portal/ratings.html", context)


def rating_card(actor: Actor, view: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the page of an application whose cases have all ended says of rating them; None where there is nothing."""
    if any(line["is_open"] for line in view["cases"]):
        return None
    lines = ratings.of_application(actor, view["number"])[:MOST_CASES]
    if not lines:
        return None
    fields = [_field(line, None, {}) for line in lines]
    return {
        "single": fields[0] if len(lines) == 1 and not lines[0]["rating"] else None,
        "said": [field for field in fields if field["words"]],
        "is_said": any(line["rating"] for line in lines),
        "may_change": any(_may_change(line) for line in lines),
    }


def _rated(
    actor: Actor, lines: Sequence[Mapping[str, Any]], said: Mapping[str, Said], request: HttpRequest
) -> dict[str, str]:
    """Take all that was said, or nothing of it; returns what is wrong, by field."""
    parts = {line["case"]: line["part"] for line in lines}
    case = ""
    try:
        with transaction.atomic():
            for case, one in said.items():
                ratings.rate(actor, case, one, channel=channel_of(request))
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return {f"grade-{parts[case]}": in_language((problem.errors[0] if problem.errors else problem).text)}
    return {}


def _may_change(line: Mapping[str, Any]) -> bool:
    return not line["rating"] or line["rating"]["may_change"]


def _is_sent(line: Mapping[str, Any], sent: Mapping[str, str]) -> bool:
    return _may_change(line) and sent.get(f"grade-{line['part']}", "") in ICONS


def _said(line: Mapping[str, Any], sent: Mapping[str, str]) -> Said:
    part = line["part"]
    return Said(int(sent[f"grade-{part}"]), sent.get(f"reason-{part}", ""), sent.get(f"said-{part}"))


def _field(line: Mapping[str, Any], said: Said | None, errors: Mapping[str, str]) -> dict[str, Any]:
    """A case as its part of the form: what is chosen now, else what was said before."""
    catalog, rating = publication.current(), line["rating"] or {}
    grade = str(said.grade if said else rating.get("grade", ""))
    options = ratings.grades()
    return {
        "part": line["part"],
        "title": _service(catalog, line["service"]),
        "office": _office(catalog, line["office"]),
        "grades": [
            {
                "value": one.value,
                "words": in_language(one.label),
                "icon": ICONS[one.value],
                "chosen": one.value == grade,
            }
            for one in options
        ],
        "words": next((in_language(one.label) for one in options if one.value == str(rating.get("grade"))), ""),
        "reason": said.reason if said else rating.get("reason", ""),
        "said": (said.words or "") if said else rating.get("said", ""),
        "may_change": _may_change(line),
        "is_called_back": rating.get("is_called_back", False),
        "error": errors.get(f"grade-{line['part']}", ""),
    }


def _shown(title: str, line: Line) -> dict[str, Any]:
    """A line of the public page: how many, how satisfied, and each grade as a stretch of one bar in per cent."""
    labels = {one.value: in_language(one.label) for one in ratings.grades()}
    at, stretches = 0.0, []
    for grade in GRADES:
        width = 100 * line.grades[grade] / line.count
        words = f"{labels[str(grade)]} {line.grades[grade]}"
        stretches.append({"grade": grade, "x": f"{at:.2f}", "width": f"{width:.2f}", "words": words})
        at += width
    return {"title": title, "count": line.count, "share": line.share, "stretches": stretches}


def _service(catalog: Catalog, service: str) -> str:
    return in_language(catalog.services[service].title) if service in catalog.services else service


def _office(catalog: Catalog, office: str) -> str:
    return in_language(catalog.offices[office].title) if office in catalog.offices else office
