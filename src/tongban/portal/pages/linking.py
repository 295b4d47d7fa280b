"""What linking saves: how many services the bundles link, and each bundle at the windows beside together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tongban import publication
from tongban.catalog.model import Catalog
from tongban.platform import time
from tongban.portal.pages.door import page
from tongban.portal.pages.finding import url_of
from tongban.portal.pages.previews import slug_of
from tongban.publication.linked import (
    COMPARED,
    LinkedBundle,
    counts,
    figures,
    linked,
    subject_title,
    totals,
)

AT_THE_WINDOW = frozenset({"trips", "days"})
"""Figures that only a source can tell."""


@page("anybody")
def what_is_linked(request: HttpRequest) -> HttpResponse:
    """Totals, then a line for each department and for each bundle."""
    catalog = publication.current()
    bundles = linked_of(catalog.digest, time.today())
    whole = totals(bundles)
    is_unverified = any(each.unsourced for each in bundles)
    context = {
        "totals": whole,
        "bureaus": [{**line, "title": catalog.authorities[line["bureau"]].title} for line in counts(catalog, bundles)],
        "figures": list(_titles().items()),
        "rows": [_row(catalog, each) for each in bundles],
        "sums": _cells(whole["comparison"]["apart"], whole["comparison"]["together"], is_unverified=is_unverified),
    }
    return render(request, "portal/linked.html", context)


@lru_cache(maxsize=4)
def linked_of(digest: str, on: date) -> tuple[LinkedBundle, ...]:
    """What the bundles of a publication link on a day; the same is reckoned once."""
    return linked(publication.at(digest), on)


def _row(catalog: Catalog, each: LinkedBundle) -> dict[str, Any]:
    apart, together = (figures(each.comparison[way]) for way in ("apart", "together"))
    return {
        "title": each.bundle.title,
        "slug": slug_of(catalog, each.bundle.id),
        "services": [
            {"title": catalog.services[service].title, "url": url_of(catalog, service)} for service in each.services
        ],
        "actors": [
            {"title": subject_title(each.bundle, subject), "trips": trips} for subject, trips in each.actors.items()
        ],
        "cells": _cells(apart, together, is_unverified=bool(each.unsourced)),
    }


def _cells(apart: Mapping[str, int], together: Mapping[str, int], *, is_unverified: bool) -> list[dict[str, Any]]:
    """A figure for the windows that no source makes larger than together is not known: a dash, rather than a 0."""
    cells = []
    for name, title in _titles().items():
        unverified = is_unverified and name in AT_THE_WINDOW
        known = apart[name] if apart[name] > together[name] or not unverified else "–"
        cells.append({"title": title, "apart": known, "together": together[name], "unverified": unverified})
    return cells


def _titles() -> dict[str, str]:
    words = (_("Answers"), _("Papers"), _("Trips"), _("Workdays"), _("Steps"))
    return dict(zip(COMPARED, words, strict=True))
