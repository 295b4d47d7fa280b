"""The head's page: load by person and day, what turns red tomorrow, handing over, and who stands in for whom."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.accounts.actor import Actor
from tongban.applications import staffing
from tongban.applications.problems import Problem
from tongban.applications.staffing import Office
from tongban.casework import queries
from tongban.casework.queries import Filter
from tongban.catalog.vocabulary import Text
from tongban.desk.door import HEADS, page, post, staff
from tongban.desk.frame import office_title
from tongban.desk.pages.forms import typed_date
from tongban.desk.pages.lines import row
from tongban.platform import time
from tongban.portal.pages.door import command_id
from tongban.portal.templatetags.tongban import in_language

MOST_HANDED_OVER = 200


@staff(HEADS)
def office(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The load of one of the head's offices; ``?office=`` chooses among several."""
    return _show(request, actor, _chosen(request, actor))


@post(HEADS)
def hand_over(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand so many of somebody's tasks, the most urgent first, to a colleague."""
    chosen = _chosen(request, actor)
    count, to = _number(request.POST.get("count", "")), _number(request.POST.get("to", ""))
    holder = request.POST.get("from", "")
    wanted = Filter(holder=holder or None, is_free=not holder, is_main=True)
    numbers = (
        [task.number for task in queries.tasks([chosen], wanted, None, min(count, MOST_HANDED_OVER)).tasks]
        if count
        else []
    )
    if not numbers:
        text = Text("没有可转的，写一下转几件", "Nothing to hand over. Say how many.")
        return _show(request, actor, chosen, Problem(422, "nothing", text))
    try:
        answers = staffing.hand_over(actor, numbers, to, command_id(request))
    except Problem as problem:
        return _show(request, actor, chosen, problem)
    done = sum(why is None for _number_, why in answers)
    words = ngettext("%(count)s case handed over", "%(count)s cases handed over", done) % {"count": done}
    messages.success(request, words)
    return redirect(f"{reverse('desk:office')}?office={chosen}")


@post(HEADS)
def deputise(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Let somebody stand in for somebody between two days."""
    chosen = _chosen(request, actor)
    absent, deputy = _number(request.POST.get("absent", "")), _number(request.POST.get("deputy", ""))
    try:
        staffing.deputise(
            actor, chosen, absent, deputy, (typed_date(request, "from_day"), typed_date(request, "until_day"))
        )
    except Problem as problem:
        return _show(request, actor, chosen, problem)
    messages.success(request, _("Noted. It begins and ends by itself."))
    return redirect(f"{reverse('desk:office')}?office={chosen}")


@post(HEADS)
def end_deputy(request: HttpRequest, actor: Actor, deputy_id: int) -> HttpResponse:
    """Whoever was absent is back."""
    staffing.end_deputy(actor, deputy_id)
    messages.success(request, _("Ended. They are back."))
    return redirect("desk:office")


def _show(request: HttpRequest, actor: Actor, chosen: str, problem: Problem | None = None) -> HttpResponse:
    load = staffing.office_load(actor, chosen)
    words = [in_language(error.text) for error in problem.errors] or [in_language(problem.text)] if problem else []
    context = {
        "title": _sentence(load),
        "chosen": chosen,
        "offices": [{"id": each, "title": office_title(each)} for each in staffing.offices_led(actor)],
        "office_name": office_title(chosen),
        "load": load,
        "loads": [(one, list(zip(load.days, one.days, strict=True))) for one in load.loads],
        "pressing": [
            row(line, reverse("desk:case", args=[line["address"]])) for line in staffing.pressing(actor, chosen)
        ],
        "most": max((one.total for one in load.loads), default=0) or 1,
        "colleagues": staffing.colleagues(chosen),
        "deputies": staffing.deputies(actor, chosen),
        "today": time.today(),
        "typed": request.POST,
        "errors": [{"id": "content", "words": word} for word in words],
        "command": uuid4(),
    }
    return page(request, actor, "desk/office.html", context, status=problem.status if problem else 200)


def _sentence(load: Office) -> str:
    """What a head must know first: what is red, or will be unless it is finished today, and who has most."""
    people = [one for one in load.loads if one.holder]
    busiest = max(people, key=lambda one: one.total, default=None)
    first = _red_words(load)
    if busiest is None or not busiest.total:
        return first
    return _("%(first)s; %(name)s has most: %(count)s") % {"first": first, "name": busiest.name, "count": busiest.shown}


def _red_words(load: Office) -> str:
    more = {"count": load.red_tomorrow}
    if not load.overdue:
        red = ngettext("%(count)s case turns red tomorrow", "%(count)s cases turn red tomorrow", load.red_tomorrow)
        return red % more if load.red_tomorrow else _("Nothing turns red tomorrow")
    overdue = ngettext("%(count)s case is overdue", "%(count)s cases are overdue", load.overdue)
    overdue %= {"count": load.overdue}
    return _("%(overdue)s, %(count)s more tomorrow") % {"overdue": overdue, **more} if load.red_tomorrow else overdue


def _chosen(request: HttpRequest, actor: Actor) -> str:
    led = staffing.offices_led(actor)
    wanted = request.POST.get("office") or request.GET.get("office", "")
    return wanted if wanted in led else led[0]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 -- a 32-bit number
