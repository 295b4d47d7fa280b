"""Problems: where they stand, in a list that anybody in the city's service may read; one whole; and reporting one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.accounts.actor import Actor
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.desk.door import CLERKS, EVERY_POST, page, post, staff
from tongban.desk.frame import office_title
from tongban.desk.pages import photos
from tongban.desk.pages.choosing import choice
from tongban.desk.pages.leader import choices
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import Field, error_lines, field_of, with_errors
from tongban.portal.templatetags.tongban import in_language, short_date
from tongban.portal.walk_picture import clock_words
from tongban.publication import service as publication
from tongban.supervision import legal_steps, problem_lists, problems, repair_photos
from tongban.supervision.instructions import KIND, origin_of
from tongban.supervision.models import Found
from tongban.supervision.problem_lists import Funnel, Wanted
from tongban.supervision.problems import BY_HAND, PHASES, TYPE, UNDERTAKEN, WAY, Finding, Phase, Place
from tongban.supervision.rounds.keeping import nights_without
from tongban.supervision.walk_steps import papers_of, questions_of

PHASE_WORDS: Final[Mapping[Phase, Any]] = {
    "go": gettext_lazy("Go there"),
    "find": gettext_lazy("Find the place"),
    "think": gettext_lazy("Think of a way"),
    "press": gettext_lazy("Press till it holds"),
}
MOST_OWNERS: Final = 8
TOLD_BESIDE: Final = (409, 413, 415, 422)
"""Refusals of a photo that are told beside its field."""
SORTS: Final[Mapping[str, tuple[frozenset[str], Any]]] = {
    "way": (WAY, gettext_lazy("On the way of a service")),
    "asked": (frozenset({"asked"}), gettext_lazy("Asked for at visits")),
    "hazards": (UNDERTAKEN - {"asked", "deed"}, gettext_lazy("Hazards")),
    "deeds": (frozenset({"deed"}), gettext_lazy("Small deeds")),
}
"""Sorts of problems in the list: their kinds, and what they are called."""


@staff(EVERY_POST)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Problems, the newest first; the query says which."""
    wanted = _wanted(request)
    found, after = problem_lists.listed(wanted, request.GET.get("after"))
    whole = problem_lists.funnel()
    context = {
        "title": _sentence(whole),
        "funnel": whole,
        "phases": _phases(whole, wanted),
        "owners": _owners(),
        "sorts": _sorts(request),
        "rows": [with_date(line) for line in found],
        "wanted": wanted,
        "owner": office_title(wanted.owner) if wanted.owner else "",
        "asked": _query(request),
        "after": after,
    }
    return page(request, actor, "desk/problems.html", context)


@staff(EVERY_POST)
def one(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One problem on a page: where, who, how it was found, how far it has come, before and after."""
    return _one(request, actor, number)


@post(CLERKS)
def add_photo(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Keep a photo as evidence that the reader's office put a problem right."""
    file = request.FILES.get("photo")
    try:
        repair_photos.add(actor, number, file.chunks() if file else [], command_id(request))
    except Problem as problem:
        if problem.status not in TOLD_BESIDE:
            raise
        error = in_language(problem.errors[0].text if problem.errors else problem.text)
        return _one(request, actor, number, error if file else _("Choose a photo."), problem.status)
    return redirect(f"{reverse('desk:problem', args=[number])}#photos")


def _one(request: HttpRequest, actor: Actor, number: str, photo_error: str = "", status: int = 200) -> HttpResponse:
    found = problem_lists.one(actor, number)
    may_give = found["is_open"] and found["kind"] != KIND and actor.has_role("head")
    unseen = nights_without(Found.objects.get(case=found["case"]))
    context = {
        "found": with_date(found) | {"repairs": [_repair(one) for one in found["repairs"]]},
        "steps": _steps(found),
        "unseen": unseen,
        "photos": photos.card(actor, number, photo_error),
        **(choices(origin_of(actor, found["case"])) if may_give else {}),
    }
    return page(request, actor, "desk/one_problem.html", context, status=status)


@staff(CLERKS, "POST")
def report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Report a problem: first of which matter (``?q=`` searches, ``?about=`` chooses), then where in it and what."""
    if request.method == "POST":
        return _reported(request, actor)
    about = request.GET.get("about", "")
    if not about:
        return page(request, actor, "desk/report_problem.html", choice(request))
    return _form(request, actor, about, {})


def _reported(request: HttpRequest, actor: Actor) -> HttpResponse:
    sent = request.POST
    about = sent.get("about", "")
    place = Place(about, sent.get("kind", ""), sent.get("step", ""), sent.get("item", ""))
    finding = Finding(
        place, sent.get("severity", ""), sent.get("found_by", ""), sent.get("said", ""), sent.get("reference", "")
    )
    try:
        reported = problems.report_by(actor, finding, command_id(request))
    except Problem as problem:
        if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
            raise
        errors = {error.fact.partition(".")[2]: in_language(error.text) for error in problem.errors}
        return _form(request, actor, about, errors, problem.status)
    told = {
        "new": _("Noted. It has a number now: %(number)s"),
        "known": _("Joined to problem %(number)s, which is open: what you said stands there"),
        "returned": _("It came back: %(number)s is open again"),
    }
    messages.success(request, told[reported.outcome] % {"number": reported.case})
    return redirect("desk:problem", problem_lists.one(actor, reported.case)["address"])


def _form(request: HttpRequest, actor: Actor, about: str, errors: Mapping[str, str], status: int = 200) -> HttpResponse:
    catalog = publication.current()
    offer = offer_of(catalog, about)
    fields = list(with_errors(_fields(catalog, offer, request.POST), errors))
    context = {
        "about": offer.id,
        "offer": in_language(offer.title),
        "fields": fields,
        "errors": error_lines(fields, errors),
        "demanded": legal_steps.demanded(catalog, offer.id),
        "command": uuid4(),
    }
    return page(request, actor, "desk/report_problem.html", context, status=status)


def _fields(catalog: Catalog, offer: BundleDefinition, typed: Mapping[str, str]) -> Iterator[Field]:
    attributes = catalog.types[TYPE].attributes
    places = {"step": _step_options(catalog, offer), "item": _item_options(catalog, offer)}
    for name, options in places.items():
        field = field_of(catalog, attributes[name], name, typed.get(name, ""))
        yield field | {"kind": "select", "options": options}
    for name in ("kind", "severity", "found_by", "said", "reference"):
        field = field_of(catalog, attributes[name], name, typed.get(name, ""))
        if name == "kind":
            field["options"] = [one for one in field["options"] if one["value"] in WAY]
        if name == "found_by":
            field["options"] = [one for one in field["options"] if one["value"] in BY_HAND]
        yield field | {"kind": "long"} if name == "said" else field


def _step_options(catalog: Catalog, offer: BundleDefinition) -> list[dict[str, str]]:
    """The services of a bundle, or the steps of a service's procedure that people take."""
    if offer.id in catalog.bundles:
        found = [(part.service, catalog.services[part.service].title) for part in offer.parts]
    else:
        steps = catalog.procedures[catalog.services[offer.id].procedure].steps.values()
        found = [(step.name, step.label) for step in steps if step.by != "system"]
    return [{"value": value, "label": in_language(label)} for value, label in found]


def _item_options(catalog: Catalog, offer: BundleDefinition) -> list[dict[str, str]]:
    """The questions and papers of all services of an offer, each once."""
    found = questions_of(catalog, offer.id) | papers_of(catalog, offer.id)
    return [{"value": value, "label": in_language(label)} for value, label in found.items()]


def _wanted(request: HttpRequest) -> Wanted:
    phase = next((one for one in PHASES if one == request.GET.get("phase")), None)
    return Wanted(
        phase=phase,
        is_ended="ended" in request.GET,
        owner=request.GET.get("owner") or None,
        found_by=request.GET.get("found_by") or None,
        about=request.GET.get("about") or None,
        is_back="back" in request.GET,
        is_late="late" in request.GET,
        kinds=SORTS.get(request.GET.get("sort", ""), (frozenset(), ""))[0],
    )


def _sorts(request: HttpRequest) -> list[dict[str, Any]]:
    """The sorts of problems to choose from, all first."""
    chosen = request.GET.get("sort", "")
    every = {"words": _("All"), "url": "?", "current": chosen not in SORTS}
    return [every] + [
        {"words": str(words), "url": f"?sort={name}", "current": name == chosen}
        for name, (_kinds, words) in SORTS.items()
    ]


def _query(request: HttpRequest) -> str:
    """What the page was asked for, less where in the list."""
    query = request.GET.copy()
    query.pop("after", None)
    return query.urlencode()


def _sentence(whole: Funnel) -> str:
    """What matters first: how many are not put right, and how many of them are late."""
    if not whole.found:
        return _("No problem is known yet")
    if not whole.open:
        return _("All %(count)s problems are put right") % {"count": whole.closed}
    open_words = ngettext("%(count)s problem is not put right", "%(count)s problems are not put right", whole.open)
    late_words = _("%(open)s, %(late)s of them late") if whole.late else "%(open)s"
    return late_words % {"open": open_words % {"count": f"{whole.open:,}"}, "late": f"{whole.late:,}"}


def _phases(whole: Funnel, wanted: Wanted) -> list[dict[str, Any]]:
    """The four phases with how many stand in each, then those that are put right."""
    counts = {"go": whole.found - whole.declined, **whole.standing}
    lines = [
        {"name": phase, "words": str(words), "count": counts[phase], "current": wanted.phase == phase}
        for phase, words in PHASE_WORDS.items()
    ]
    return [line | {"url": f"?phase={line['name']}"} for line in lines]


def with_date(line: Mapping[str, Any]) -> dict[str, Any]:
    """A problem with its date as it is said."""
    due = date.fromisoformat(line["due"][:10]) if line["due"] else None
    return {**line, "due_words": short_date(due)}


def _repair(line: Mapping[str, Any]) -> dict[str, Any]:
    """A new version with what walks took before and after it, as a clock shows it."""
    words = {
        name: clock_words(line[f"walked_{name}"]["seconds"]) for name in ("before", "after") if line[f"walked_{name}"]
    }
    return {**line, **{f"{name}_words": said for name, said in words.items()}}


def _owners() -> list[dict[str, Any]]:
    """Who has most that is not put right, as bars."""
    rows = [row for row in problem_lists.by_owner() if row.open][:MOST_OWNERS]
    longest = max((row.open for row in rows), default=1)
    return [
        {"office": row.office, "words": office_title(row.office), "open": row.open, "late": row.late}
        | {"length": f"{100 * row.open / longest:.1f}"}
        for row in rows
    ]


def _steps(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """走 找 想 促 with how far it has come: done, now, or still to come."""
    here = PHASES.index(found["phase"]) if found["phase"] else len(PHASES)
    return [
        {"words": str(words), "state": "done" if n < here else "you" if n == here else "waiting"}
        for n, words in enumerate(PHASE_WORDS.values())
    ]
