"""Choosing a matter by one's own words, before a form about it: the part `desk/parts/choose_matter.html`."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from tongban.applications.search import search
from tongban.publication import service as publication

MOST: Final = 10


def choice(request: HttpRequest) -> dict[str, Any]:
    """What was asked for (``?q=``) and what it may be."""
    query = request.GET.get("q", "").strip()
    return {"query": query, "offers": search(publication.current(), query)[:MOST] if query else []}
