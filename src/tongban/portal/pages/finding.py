"""Finding what to do: the home page, search in one's own words, everything there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from tongban import publication
from tongban.applications.offers import OPENED_BY_THE_HOUSE, offer_of
from tongban.applications.search import Hit, search
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.portal.formats import is_chinese
from tongban.portal.pages.door import page, reader_or_none
from tongban.portal.pages.matters import matters_of
from tongban.portal.pages.plan_figures import Outline
from tongban.portal.pages.previews import outline, outlines, slug_of
from tongban.portal.pages.switches import is_elder
from tongban.portal.templatetags.tongban import in_language

MOST_RUNNING: Final = 3
LONGEST_QUERY: Final = 100


@page("anybody")
def home(request: HttpRequest) -> HttpResponse:
    """Search, the reader's running matters, then what can be done in one go."""
    catalog = publication.current()
    actor = reader_or_none(request)
    running = [line for line in matters_of(actor) if line["is_running"]] if actor else []
    offered = outlines(catalog)
    if is_elder(request):
        offered = sorted(offered, key=lambda each: not each[0].elders)
    context = {
        "tab": "home",
        "tiles": [_tile(catalog, bundle, figures) for bundle, figures in offered],
        "running": running[:MOST_RUNNING],
        "waiting": [line for line in running if line["waits_for_reader"]][:MOST_RUNNING],
        "popular": _popular([bundle for bundle, _figures in offered]),
    }
    return render(request, "portal/home.html", context)


@page("anybody")
def find(request: HttpRequest) -> HttpResponse:
    """What fits the reader's own words: the likeliest as a card, the others as a list; as they type, only that."""
    catalog = publication.current()
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    hits = search(catalog, query) if query else []
    context = {
        "query": query,
        "best": _found(catalog, hits[0]) if hits else None,
        "others": [_found(catalog, hit) for hit in hits[1:]],
        "tiles": [] if hits else [_tile(catalog, *each) for each in outlines(catalog)],
    }
    if request.headers.get("HX-Request"):
        level = "h2" if "home" in request.GET else "h1"
        return render(request, "portal/parts/found.html", {**context, "level": level})
    return render(request, "portal/search.html", context)


@page("anybody")
def everything(request: HttpRequest) -> HttpResponse:
    """Every bundle, and every single service by its authority."""
    catalog = publication.current()
    services: dict[str, list[dict[str, Any]]] = {}
    offered = [service for service in catalog.services.values() if service.id not in OPENED_BY_THE_HOUSE]
    for service in offered:
        authority = in_language(catalog.authorities[service.authority].title)
        services.setdefault(authority, []).append(
            {"title": service.title, "level": service.level, "url": url_of(catalog, service.id)}
        )
    context = {
        "tiles": [_tile(catalog, *each) for each in outlines(catalog)],
        "services": services,
        "count": len(offered),
        "worked_out": sum(service.level == "worked-out" for service in offered),
        "limit_unsourced": sum(service.level == "limit-unsourced" for service in offered),
    }
    return render(request, "portal/everything.html", context)


def url_of(catalog: Catalog, offer_id: str) -> str:
    """The page of a bundle or service."""
    return reverse("portal:bundle", args=[slug_of(catalog, offer_id)])


def _tile(catalog: Catalog, bundle: BundleDefinition, figures: Outline) -> dict[str, Any]:
    return {"title": bundle.title, "icon": bundle.icon, "url": url_of(catalog, bundle.id), "figures": figures}


def _found(catalog: Catalog, hit: Hit) -> dict[str, Any]:
    bundle = offer_of(catalog, hit.id)
    parts: Sequence[str] = [part.service for part in bundle.parts] if hit.is_bundle else []
    return {
        **_tile(catalog, bundle, outline(catalog, hit.id)),
        "is_bundle": hit.is_bundle,
        "within": catalog.services[hit.within].title if hit.within else None,
        "plain": bundle.plain,
        "authority": None if hit.is_bundle else catalog.authorities[catalog.services[hit.id].authority].title,
        "parts": [catalog.services[part].title for part in dict.fromkeys(parts)],
    }


def _popular(bundles: Sequence[BundleDefinition]) -> list[str]:
    """A word of the people for each bundle; packs have them in Chinese, so in English its title."""
    if not is_chinese(get_language() or ""):
        return [in_language(bundle.title) for bundle in bundles]
    return [bundle.words[0] for bundle in bundles if bundle.words]
