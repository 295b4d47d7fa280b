"""Live sessions for everybody: when a matter is explained, and what was answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tongban.applications.offers import title_of
from tongban.catalog.model import Catalog
from tongban.portal.pages.door import page
from tongban.portal.pages.previews import slug_of
from tongban.publication import service as publication
from tongban.supervision import explaining
from tongban.supervision.models import LiveSession
from tongban.supervision.problem_lists import office_title


@page("anybody")
def sessions(request: HttpRequest) -> HttpResponse:
    """Those to come, with where to ask beforehand; those that are over, with what was answered."""
    catalog = publication.current()
    context = {
        "to_come": [_line(catalog, one) for one in explaining.to_come()],
        "past": [_line(catalog, one) | {"explained": one.explained.all()} for one in explaining.past()],
    }
    return render(request, "portal/sessions.html", context)


def _line(catalog: Catalog, one: LiveSession) -> dict[str, Any]:
    is_there = one.about in catalog.bundles or one.about in catalog.services
    url = reverse("portal:bundle", args=[slug_of(catalog, one.about)]) if is_there else ""
    return {
        "session": one,
        "title": title_of(catalog, one.about),
        "office": office_title(catalog, one.office),
        "url": url,
    }
