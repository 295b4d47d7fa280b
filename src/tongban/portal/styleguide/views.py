"""The page /styleguide: each component in every state, in demonstration and test cities only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from tongban.platform.models import Mark
from tongban.platform.time import city_mark
from tongban.portal.pages.door import page
from tongban.portal.styleguide.samples import context

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("anybody")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show all components. `?elder=1` shows them in large print. 404 in a real city."""
    if city_mark() == Mark.REAL:
        raise Http404
    return render(request, "tongban/styleguide.html", {**context(), "elder": request.GET.get("elder") == "1"})
