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

from tongban import publication
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem
from tongban.portal.pages.door import login_address, page, reader, reader_or_none
from tongban.portal.templatetags.tongban import in_language
from tongban.supervision import menu
from tongban.supervision.menu import Choice


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
        "has_voted": any(one.month == menu.this_month() for one in votes),
    }  # fmt: skip
    return render(request, "portal/menu.html", context, status=status)


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
        }
        for one in choices
    ]
