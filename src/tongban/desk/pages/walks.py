"""The platform of walks: who walked, what they found, what became of it, whether the plan is kept; beginning a walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.applications.offers import offer_of, title_of
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import LEADERS, Text
from tongban.desk.door import EVERY_POST, HEADS, page, staff
from tongban.desk.pages.choosing import choice
from tongban.platform import time
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, day_of, error_lines, with_errors
from tongban.portal.pages.menu import owed_lines
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import assignments, walk_lists, walks
from tongban.supervision.assignments import Order
from tongban.supervision.walk_lists import Department, Figures
from tongban.supervision.walk_models import WalkPlan
from tongban.supervision.walks import Intent

REFUSED: Final = 422
CHOSEN: Final = {
    "self": gettext_lazy("The department itself"),
    "votes": gettext_lazy("People, by their votes"),
    "assigned": gettext_lazy("The organiser assigned it"),
}


@staff(EVERY_POST)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All that walks came to, by department; then the walks, the newest first."""
    whole, plan, catalog = walk_lists.whole(), walk_lists.plan_now(), publication.current()
    of = request.GET.get("of", "")
    rows, after = walk_lists.listed(request.GET.get("after", ""), of)
    lines = [
        line | {"title": title_of(catalog, line["walk"].about), "may_read": walks.may_read(actor, line["walk"])}
        for line in walk_lists.as_rows(rows)
    ]
    # An unannounced walk that goes on is known to nobody who is not on it.
    lines = [one for one in lines if one["walk"].ended_at or one["walk"].is_announced or one["may_read"]]
    departments = walk_lists.departments(plan)
    context = {
        "title": _sentence(whole), "whole": whole, "plan": _plan_words(plan),
        "months": [_month(month) for month in walk_lists.months()],
        "departments": [_department(one, plan) for one in departments],
        "groups": [
            {"id": "places", "words": _("City and counties"), "lines": walk_lists.places()},
            {"id": "audiences", "words": _("For whom"), "lines": walk_lists.audiences()},
        ],
        "rows": lines, "after": after, "of": of,
        "of_words": walk_lists.department_title(catalog, of) if of else None,
        "may_begin": any(actor.has_role(role) for role in LEADERS), "may_plan": actor.has_role("head"),
        "may_assign": assignments.is_organiser(actor),
        "owed": owed_lines(assignments.owed()), "own": {one.id for one in assignments.owed_by(actor)},
    }  # fmt: skip
    return page(request, actor, "desk/walks.html", context)


@staff(LEADERS, "POST")
def begin(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin a walk: first of which matter (``?q=`` searches, ``?about=`` chooses), then how and how many."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.POST
        people = sent.get("people", "")
        intent = Intent(
            about=sent.get("about", ""),
            mode=sent.get("mode", ""),
            people=int(people) if people.isascii() and people.isdigit() and len(people) < 4 else 0,  # noqa: PLR2004 -- a count
            played=sent.get("played", ""),
            is_announced=sent.get("announced") == "yes",
            chosen=sent.get("chosen", "self"),
        )
        try:
            return redirect("portal:walk", walks.begin(actor, intent, command_id(request)).id)
        except Problem as problem:
            if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
    about = request.POST.get("about") or request.GET.get("about", "")
    if not about:
        return page(request, actor, "desk/new_walk.html", choice(request))
    offer = offer_of(publication.current(), about)
    who = walks.who_chose(walks.authority_of(actor), offer.id)
    fields = with_errors(_fields(request.POST, who), errors)
    context = {"about": offer.id, "offer": in_language(offer.title), "fields": fields, "command": uuid4()}
    context["owed"] = owed_lines([one for one in assignments.owed_by(actor) if one.about == offer.id])
    context["errors"] = error_lines(fields, errors)
    return page(request, actor, "desk/new_walk.html", context, status=422 if errors else 200)


@staff(HEADS, "POST")
def assign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Assign a walk: first which matter (``?q=`` searches, ``?about=`` chooses), then to whom, until when and why."""
    assignments.require_organiser(actor)
    sent, errors = request.POST, dict[str, str]()
    about = sent.get("about") or request.GET.get("about", "")
    if request.method == "POST":
        order = Order(about, sent.get("authority", ""), day_of(sent, "until"), sent.get("reason", ""))
        try:
            assignments.assign(actor, order, command_id(request))
            return redirect("desk:walks")
        except Problem as problem:
            if problem.status != REFUSED:
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
    if not about:
        return page(request, actor, "desk/assign_walk.html", choice(request))
    offer = offer_of(publication.current(), about)
    fields = with_errors(_order_fields(sent, offer.id), errors)
    context = {"about": offer.id, "offer": in_language(offer.title), "fields": fields, "command": uuid4()}
    context["errors"] = error_lines(fields, errors)
    return page(request, actor, "desk/assign_walk.html", context, status=REFUSED if errors else 200)


def _order_fields(typed: Mapping[str, str], about: str) -> list[Field]:
    catalog = publication.current()
    own = catalog.services[about].authority if about in catalog.services else ""
    titles = {name: in_language(catalog.authorities[name].title) for name in assignments.departments(catalog)}
    options = [{"value": name, "label": words} for name, words in sorted(titles.items(), key=lambda one: one[1])]
    return [
        {"name": "authority", "kind": "select", "label": _("Which department walks it"), "options": options,
         "value": typed.get("authority", own)},
        _day(typed, "until", _("Until"), time.today().year),
        {"name": "reason", "kind": "text", "label": _("Why you assign it"), "value": typed.get("reason", ""),
         "max_length": assignments.LONGEST_REASON, "hint": _("The department reads it, and so does everybody.")},
    ]  # fmt: skip


@staff(HEADS, "POST")
def plan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How often each department is to walk in a period: made by the head of the department that organises it."""
    catalog = publication.current()
    modes = walks.modes_of(catalog, walks.programme_in_force(catalog))
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.POST
        first, last = day_of(sent, "from"), day_of(sent, "until")
        counts = {mode: sent.get(f"mode.{mode}", "0") for mode in modes}
        wanted = {mode: _count(count) for mode, count in counts.items()}
        of_vices = {mode: _count(sent.get(f"vice.{mode}", "0")) for mode in modes}
        if first is None or last is None:
            errors["from" if first is None else "until"] = _("Give a day.")
        else:
            try:
                walk_lists.plan(actor, (first, last), wanted, of_vices)
                return redirect("desk:walks")
            except Problem as problem:
                if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
                    raise
                errors = {error.fact: in_language(error.text) for error in problem.errors}
    today = time.today()
    fields: list[Field] = [
        _day(request.POST, name, label, today.year)
        for name, label in (("from", _("From which day")), ("until", _("Until")))
    ]
    fields += [
        {"name": f"{who}.{mode}", "kind": "number", "label": words % {"way": in_language(label)}, "width": 4,
         "inputmode": "numeric", "value": request.POST.get(f"{who}.{mode}", "1")}
        for who, words in (("mode", _("%(way)s, by the head")), ("vice", _("%(way)s, by each vice head")))
        for mode, label in modes.items()
    ]  # fmt: skip
    fields = with_errors(fields, errors)
    context = {"fields": fields, "errors": error_lines(fields, errors), "wanted": errors.get("wanted", "")}
    return page(request, actor, "desk/walk_plan.html", context, status=422 if errors else 200)


def _day(sent: Mapping[str, str], name: str, label: str, year: int) -> Field:
    return {
        "name": name, "kind": "date", "label": label, "value_year": sent.get(f"{name}.year", str(year)),
        "value_month": sent.get(f"{name}.month", ""), "value_day": sent.get(f"{name}.day", ""),
    }  # fmt: skip


def _fields(typed: Mapping[str, str], who: Sequence[str]) -> list[Field]:
    catalog = publication.current()
    modes = walks.modes_of(catalog, walks.programme_in_force(catalog))
    yes_no = [{"value": "no", "label": _("No, it comes as a surprise")}, {"value": "yes", "label": _("Yes")}]
    return [
        {"name": "mode", "kind": "choice", "label": _("Way of walking"), "value": typed.get("mode", next(iter(modes))),
         "options": [{"value": mode, "label": in_language(label)} for mode, label in modes.items()]},
        {"name": "people", "kind": "number", "label": _("How many walk together"), "width": 4, "inputmode": "numeric",
         "value": typed.get("people", "1"), "hint": _("Four together are one walk, and four people who walked.")},
        {"name": "played", "kind": "text", "label": _("Whom they play, if anybody"), "max_length": 60,
         "value": typed.get("played", "")},
        {"name": "announced", "kind": "choice", "label": _("Does the office know before?"), "options": yes_no,
         "value": typed.get("announced", "no")},
        {"name": "chosen", "kind": "choice", "label": _("Who chose the matter"), "value": typed.get("chosen", who[0]),
         "options": [{"value": one, "label": str(CHOSEN[one])} for one in who]},
    ]  # fmt: skip


def _sentence(whole: Figures) -> str:
    """What matters first: of the problems that walks found, how many are put right."""
    if not whole.walks:
        return _("Nobody has walked yet")
    if not whole.found:
        return _("%(people)s person-times walked, no problem found") % {"people": f"{whole.people:,}"}
    return _("%(people)s person-times walked, %(found)s problems found, %(share)s%% put right") % {
        "people": f"{whole.people:,}", "found": f"{whole.found:,}", "share": whole.share_closed,
    }  # fmt: skip


def _plan_words(plan: WalkPlan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    modes = walks.modes_of(publication.current(), plan.programme)
    asked = {"wanted": plan.wanted, "of_vices": plan.wanted_of_vices}
    words = {name: _ways(modes, counts) for name, counts in asked.items()}
    return {"from": plan.from_day, "until": plan.until_day, **words}


def _ways(modes: Mapping[str, Text], counts: Mapping[str, int]) -> str:
    """So many of each way, in words."""
    return " · ".join(f"{in_language(modes[mode])} × {n}" for mode, n in counts.items() if n and mode in modes)


def _department(one: Department, plan: WalkPlan | None) -> dict[str, Any]:
    catalog = publication.current()
    modes = walks.modes_of(catalog, plan.programme) if plan else {}
    owed, of_vices = _ways(modes, one.owed), _ways(modes, one.owed_of_vices)
    return {
        "authority": one.authority,
        "words": walk_lists.department_title(catalog, one.authority),
        "figures": one.figures,
        "owed": owed,
        "owed_of_vices": of_vices,
        "keeps": plan is not None and not owed and not of_vices,
    }


def _month(month: walk_lists.Month) -> dict[str, Any]:
    return {"month": f"{month.month:%Y-%m}", "found": month.found, "closed": month.closed,
            "share": month.share_closed, "length": f"{month.share_closed:.1f}"}  # fmt: skip


def _count(text: str) -> int:
    """A small number that was typed; -1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1  # noqa: PLR2004 -- a count
