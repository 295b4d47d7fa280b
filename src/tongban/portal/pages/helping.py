"""When it does not work: which of the reader's matters, whom to call, where to go. Nothing is typed twice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.portal.pages.door import page, reader_or_none
from tongban.portal.pages.matters import matters_of


@page("anybody")
def report(request: HttpRequest) -> HttpResponse:
    """Which one did not work?"""
    actor = reader_or_none(request)
    running = [line for line in matters_of(actor) if line["is_running"]] if actor else []
    return render(request, "portal/help.html", {"running": running})
