"""What is to be done by a day, as a form: what, how bad, whose field, by when, and which office does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications.problems import FieldError, Problem, wrong_fields
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Office, Text
from tongban.desk.door import CLERKS, page, staff
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, day_of, error_lines, field_of, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import problem_lists, problems
from tongban.supervision.problems import TYPE, UNDERTAKEN, Finding, Hands, Place


@staff(CLERKS, "POST")
def undertake(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Note a hazard or a small deed, with its day and the office that does it."""
    if request.method != "POST":
        return _form(request, actor, {})
    try:
        hands = Hands(owner=request.POST.get("owner", ""))
        reported = problems.report_by(actor, finding(request.POST), command_id(request), hands)
    except Problem as problem:
        if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
            raise
        return _form(request, actor, errors_of(problem), problem.status)
    new = _("Noted. It has a number now: %(number)s")
    joined = _("Joined to problem %(number)s, which is open: what you said stands there")
    messages.success(request, (new if reported.outcome == "new" else joined) % {"number": reported.case})
    return redirect("desk:problem", problem_lists.one(actor, reported.case)["address"])


def finding(sent: Mapping[str, str], prefix: str = "") -> Finding:
    """What was typed, as a finding; ``prefix`` begins the names of the fields of one of several."""
    typed = {
        name: sent.get(f"{prefix}{name}", "") for name in ("about", "kind", "severity", "found_by", "said", "field")
    }
    place, by = Place(typed["about"].strip(), typed["kind"]), day(sent, f"{prefix}by")
    return Finding(place, typed["severity"], typed["found_by"], typed["said"], field=typed["field"], by=by)


def day(sent: Mapping[str, str], name: str) -> date | None:
    """The day in a date's three boxes; None where they are empty. Raises Problem 422 ``wrong-fields``."""
    found = day_of(sent, name)
    if found is None and any(sent.get(f"{name}.{part}", "").strip() for part in ("year", "month", "day")):
        text = Text("没有这一天，看一下年月日", "There is no such day. Look at year, month and day.")
        raise wrong_fields([FieldError(name, "wrong-days", text)])
    return found


def errors_of(problem: Problem) -> dict[str, str]:
    """The errors of a refusal by the fields of the form."""
    return {error.fact.partition(".")[2] or error.fact: in_language(error.text) for error in problem.errors}


def fields(
    catalog: Catalog, typed: Mapping[str, str], kinds: frozenset[str], owner: str = "", prefix: str = ""
) -> Iterator[Field]:
    """The questions of the form, for some kinds; ``owner`` is the office that stands there first."""
    attributes = catalog.types[TYPE].attributes
    for name in ("about", "kind", "severity", "field", "by"):
        key = f"{prefix}{name}"
        day = "-".join(typed.get(f"{key}.{part}", "") for part in ("year", "month", "day")).strip("-")
        field = field_of(catalog, attributes[name], key, day if name == "by" else typed.get(key, ""))
        if name == "kind":
            field |= {"kind": "choice", "options": [one for one in field["options"] if one["value"] in kinds]}
        if name == "about":
            field["label"] = _("What is to be done")
        yield field
    options = [{"value": one.id, "label": in_language(one.title)} for one in offices(catalog)]
    chosen = typed.get(f"{prefix}owner") or owner
    label = _("Which office does it")
    yield {"name": f"{prefix}owner", "label": label, "kind": "select", "options": options, "value": chosen}
    yield field_of(catalog, attributes["said"], f"{prefix}said", typed.get(f"{prefix}said", "")) | {"kind": "long"}


def offices(catalog: Catalog) -> list[Office]:
    """All offices, region by region."""
    return sorted(catalog.offices.values(), key=lambda one: (one.region, one.id))


def _form(request: HttpRequest, actor: Actor, errors: Mapping[str, str], status: int = 200) -> HttpResponse:
    catalog = publication.current()
    kinds = UNDERTAKEN - {"asked"}
    asked = list(fields(catalog, request.POST, kinds))
    found_by = field_of(
        catalog, catalog.types[TYPE].attributes["found_by"], "found_by", request.POST.get("found_by", "")
    )
    found_by["options"] = [one for one in found_by["options"] if one["value"] in problems.BY_HAND]
    whole = with_errors([*asked, found_by | {"kind": "choice"}], errors)
    context = {"fields": whole, "errors": error_lines(whole, errors), "command": uuid4()}
    return page(request, actor, "desk/undertake.html", context, status=status)
