"""Special inspections: choosing a view that is kept under a name, how it stands today beside it, acting on a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem
from tongban.catalog.model import Catalog
from tongban.desk.door import HEADS, page, staff
from tongban.desk.frame import office_title
from tongban.desk.pages.board import BY_WORDS, words_of
from tongban.desk.pages.problems import with_date
from tongban.desk.pages.undertakings import errors_of
from tongban.platform import time
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import boards, inspections, problem_lists
from tongban.supervision.boards import BYS, KEYS
from tongban.supervision.inspections import FIGURES, Held, View

FIGURE_WORDS: Final[Mapping[str, Any]] = {
    "lights": gettext_lazy("Lights of open cases"),
    "waits": gettext_lazy("Waits in halls"),
    "ratings": gettext_lazy("Ratings, published ones"),
    "problems": gettext_lazy("Open problems"),
}
COLUMN_WORDS: Final[Mapping[str, Any]] = {
    "red": gettext_lazy("Overdue"),
    "yellow": gettext_lazy("Due soon"),
    "green": gettext_lazy("On time"),
    "waited_minutes": gettext_lazy("Wait, minutes"),
    "satisfied_percent": gettext_lazy("Satisfied, of a hundred"),
    "problems": gettext_lazy("Open problems"),
    "problems_late": gettext_lazy("of them past their date"),
}


@staff(HEADS, "POST")
def keep(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose what is looked at and keep it as it stands (``?by=`` comes from the board)."""
    if request.method != "POST":
        start = QueryDict(mutable=True)
        start.setlist("figures", FIGURES)
        start["by"] = request.GET.get("by", BYS[0])
        return _form(request, actor, start, {})
    try:
        kept = inspections.keep(actor, request.POST.get("name", ""), _view(request.POST), command_id(request))
    except Problem as problem:
        if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
            raise
        return _form(request, actor, request.POST, errors_of(problem))
    return redirect("desk:inspection", kept.id)


def _view(sent: QueryDict) -> View:
    by = next((each for each in BYS if each == sent.get("by")), BYS[0])
    return inspections.view_of(by, {**sent.dict(), "figures": sent.getlist("figures")})


def _form(request: HttpRequest, actor: Actor, typed: QueryDict, errors: Mapping[str, str]) -> HttpResponse:
    catalog = publication.current()
    departments = sorted({KEYS["department"](catalog, office, "") for office in catalog.offices})
    services = [one.key for one in boards.board(catalog, time.now()).groups["service"]]
    options = {
        "department": [(key, words_of(catalog, "department", key)) for key in departments],
        "place": [(code, in_language(name)) for code, name in sorted(catalog.regions.items())],
        "service": [(key, in_language(title_of(catalog, key))) for key in services],
    }
    labels = {"department": _("Only of the department"), "place": _("Only at"), "service": _("Only of the service")}
    fields: list[Field] = [
        {"name": "name", "kind": "text", "label": _("Name"), "value": typed.get("name", ""), "max_length": 60},
        {"name": "by", "kind": "choice", "label": _("Grouped"), "value": typed.get("by", ""),
         "options": [{"value": name, "label": words} for name, words in BY_WORDS.items()]},
        *(
            {"name": name, "kind": "select", "label": labels[name], "hint": _("Nothing chosen: all"),
             "value": typed.get(name, ""),
             "options": [{"value": value, "label": label} for value, label in options[name]]}
            for name in options
        ),
    ]  # fmt: skip
    fields = list(with_errors(fields, errors))
    chosen = typed.getlist("figures")
    context = {
        "fields": fields,
        "figures": [{"name": one, "words": FIGURE_WORDS[one], "checked": one in chosen} for one in FIGURES],
        "figures_error": errors.get("figures", ""),
        "errors": error_lines(fields, errors),
        "command": uuid4(),
    }
    return page(request, actor, "desk/keep_inspection.html", context, status=422 if errors else 200)


@staff(HEADS)
def one(request: HttpRequest, actor: Actor, inspection_id: int) -> HttpResponse:
    """One inspection: each group then and now, and what was asked for because of it."""
    kept, view, held = inspections.one(inspection_id)
    catalog = publication.current()
    context = {
        "title": _sentence(kept.name, view, held),
        "kept": kept,
        "narrowed": _narrowed(catalog, view),
        "columns": [str(COLUMN_WORDS[column]) for column in view.columns],
        "rows": [_row(catalog, kept.reference, view, group) for group in held],
        "opened": [with_date(line) for line in problem_lists.lines(inspections.opened(kept))],
        "office": office_title(kept.office),
    }
    return page(request, actor, "desk/inspection.html", context)


def _sentence(name: str, view: View, held: list[Held]) -> str:
    """The first column that can be added up, then and now."""
    column = next((one for one in view.columns if one in {"red", "problems"}), None)
    if column is None:
        return name
    said = {
        "name": name, "what": COLUMN_WORDS[column],
        "then": sum(group.then[column] for group in held), "now": sum(group.now[column] for group in held),
    }  # fmt: skip
    return _("%(name)s: %(what)s %(then)s → %(now)s") % said


def _narrowed(catalog: Catalog, view: View) -> str:
    """What the view is narrowed to, in words; empty where it is the whole city."""
    place = in_language(catalog.regions[view.place]) if view.place in catalog.regions else view.place
    parts = [
        words_of(catalog, "department", view.department) if view.department else "",
        place,
        in_language(title_of(catalog, view.service)) if view.service else "",
    ]
    return " · ".join(part for part in parts if part)


def _row(catalog: Catalog, reference: str, view: View, group: Held) -> dict[str, Any]:
    return {
        "words": words_of(catalog, view.by, group.key),
        "cells": [
            {"words": str(COLUMN_WORDS[column]), "then": group.then.get(column),
             "now": group.now.get(column)}
            for column in view.columns
        ],
        "give": f"{reverse('desk:instruct')}?{urlencode({'of': reference, 'line': group.key})}",
    }  # fmt: skip
