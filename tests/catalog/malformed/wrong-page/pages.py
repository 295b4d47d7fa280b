"""A page for visitors whom the portal does not know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.pack_api import Text
from tongban.pack_pages import Page, Reader


def mine(request: HttpRequest, reader: Reader) -> HttpResponse:
    """A page of one's own."""
    return HttpResponse(str(reader.subject_id))


PAGES = [
    Page("mine", Text("我的", "Mine"), "portal", "person", mine),
    Page("all", Text("大家的", "Everybody’s"), "portal", "everybody", mine),
]
