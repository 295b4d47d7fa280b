"""点单: what leaders are to walk, chosen by people; with recent pain as small bars, and what became of one's votes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban import publication
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem
from tongban.platform import time
from tongban.portal.pages.door import login_address, page, reader, reader_or_none
from tongban.portal.pages.moments import limit_words
from tongban.portal.templatetags.tongban import in_language
from tongban.supervision import assignments, menu, walk_lists
from tongban.supervision.menu import Choice
from tongban.supervision.walk_models import Assignment


@page("anybody", "POST")
def the_menu(request: HttpRequest) -> HttpResponse:
    """The menu, most wanted first, perhaps of one department (``?of=``); voting, once a month."""
    error, status = "", 200
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(login_address(reverse("portal:menu")))
        try:
            menu.vote(reader(request), request.POST.get("about", ""))
            messages.success(request, _("Your vote counts. You hear when it was walked."))
            return redirect(f"{reverse('portal:menu')}?{urlencode({'of': request.GET.get('of', '')})}")
        except Problem as problem:
            if problem.status not in {403, 409}:
                raise
            error, status = in_language(problem.text), problem.status
    actor = reader_or_none(request)
    choices = menu.menu()
    of = request.GET.get("of", "")
    votes = menu.mine(actor) if actor else []
    catalog = publication.current()
    context = {
        "rows": _rows([one for one in choices if not of or one.authority == of], choices),
        "departments": _departments(choices), "of": of, "error": error,
        "count": len(choices), "mine": [{"vote": one, "title": title_of(catalog, one.about)} for one in votes],
        "owed": owed_lines(assignments.owed()),
        "has_voted": any(one.month == menu.this_month() for one in votes),
    }  # fmt: skip
    return render(request, "portal/menu.html", context, status=status)


def owed_lines(owed: Sequence[Assignment]) -> list[dict[str, Any]]:
    """What is still to be walked, as lists show it."""
    catalog, today = publication.current(), time.today()
    return [
        {
            "owed": one,
            "title": title_of(catalog, one.about),
            "department": walk_lists.department_title(catalog, one.authority),
            "is_late": one.until_day < today,
        }
        for one in owed
    ]


def _departments(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    catalog = publication.current()
    names = dict.fromkeys(one.authority for one in choices)
    return [{"id": name, "title": catalog.authorities[name].title} for name in sorted(names)]


def _rows(choices: Sequence[Choice], whole: Sequence[Choice]) -> list[dict[str, Any]]:
    """Each with its bar, on one scale for the whole menu."""
    catalog = publication.current()
    worst = max((one.pain for one in whole), default=0) or 1
    return [
        {
            "choice": one,
            "title": title_of(catalog, one.about),
            "department": catalog.authorities[one.authority].title,
            "length": f"{100 * one.pain / worst:.1f}",
            "felt": _felt(one),
        }
        for one in choices
    ]


def _felt(one: Choice) -> list[str]:
    """How a matter hurts of late, one by one; of what too few people were asked or had done, that it is so."""
    felt, few = one.felt, _("too few")
    days = few if felt.days is None else ngettext("%(n)s day", "%(n)s days", round(felt.days)) % {"n": f"{felt.days:g}"}
    limit = limit_words(str(felt.limit)) if felt.limit else _("none set")
    return [
        _("Half take %(days)s, limit %(limit)s") % {"days": days, "limit": limit},
        _("Sent back: %(share)s") % {"share": _percent(felt.corrected_percent, few)},
        _("Dissatisfied: %(share)s") % {"share": _percent(felt.dissatisfied_percent, few)},
        _("Problems: %(n)s") % {"n": one.problems},
    ]


def _percent(share: int | None, few: str) -> str:
    return few if share is None else f"{share}%"
