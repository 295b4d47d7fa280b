"""Everything the city keeps about the reader, to be taken along in one file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from tongban.applications import access
from tongban.platform import time
from tongban.portal.pages.door import page, reader


@page("person", "POST")
@never_cache
def copy(request: HttpRequest) -> HttpResponse:
    """How much there is, and the file when it is asked for: reading the registers is a look that is logged."""
    actor = reader(request)
    if request.method != "POST":
        return render(request, "portal/copy.html", {"tab": "me", "extent": access.extent(actor)})
    answer = HttpResponse(access.copy(actor), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="tongban-data-{time.today().isoformat()}.zip"'
    return answer
