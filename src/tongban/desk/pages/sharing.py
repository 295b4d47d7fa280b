"""What to share next: which register would spare people most papers in a year, with the plans before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.casework import tallies
from tongban.catalog.model import Catalog
from tongban.desk.door import HEADS, page, staff
from tongban.platform import time
from tongban.portal.charts import Bar, Bars
from tongban.portal.counting import EachMinute
from tongban.portal.csv_files import csv_file
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.publication import sharing
from tongban.publication.sharing import ASSUMED, BURDENS, Saving
from tongban.supervision import boards

DRAWN: Final = 10
ON_THE_BOARD: Final = 5
COLUMNS: Final = {
    "papers": gettext_lazy("Papers a year"),
    "trips": gettext_lazy("Trips a year"),
    "questions": gettext_lazy("Questions a year"),
    "days": gettext_lazy("Working days a year"),
}
A_YEAR: Final = EachMinute(lambda _catalog: boards.a_year(time.now()))
"""A whole year is counted once a minute at most."""


@staff(HEADS)
def page_of_sharing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Registers ranked by what reading them saves; ``?times=assumed`` takes every service for asked for alike."""
    catalog, now = publication.current(), time.now()
    times = _times(request, catalog)
    savings = _ranked(catalog, now, times)
    context = {
        "title": _sentence(savings, is_counted=times is not None),
        "drawing": _picture(savings[:DRAWN]) if savings else None,
        "rows": [_row(catalog, one) for one in savings],
        "is_counted": times is not None,
        "assumed": ASSUMED,
    }
    return page(request, actor, "desk/sharing.html", context)


@staff(HEADS)
def sharing_file(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The same as a file."""
    catalog, now = publication.current(), time.now()
    times = _times(request, catalog)
    heads = [_("Register"), _("Services"), *(str(words) for words in COLUMNS.values()), _("How often is")]
    how = _("counted in the past year") if times is not None else _("assumed: %(n)s of each service") % {"n": ASSUMED}
    rows: list[list[str | int]] = [
        [
            in_language(one.exchange.register.title),
            len(one.exchange.changes),
            *(one.a_year[name] for name in COLUMNS),
            how,
        ]
        for one in _ranked(catalog, now, times)
    ]
    return csv_file(f"tongban-sharing-{now.date().isoformat()}.csv", heads, rows)


def top(catalog: Catalog, now: datetime) -> dict[str, Any] | None:
    """The first of them for the board; None where sharing would save nothing."""
    savings = _ranked(catalog, now, A_YEAR.now(catalog).found)[:ON_THE_BOARD]
    if not savings:
        return None
    return {
        "drawing": _picture(savings),
        "rows": [_row(catalog, one) for one in savings],
        "title": _sentence(savings, is_counted=True),
    }


def _times(request: HttpRequest, catalog: Catalog) -> Mapping[str, int] | None:
    """How often each service was asked for; None where that is to be assumed, or nobody asked for anything yet."""
    return None if request.GET.get("times") == "assumed" else A_YEAR.now(catalog).found or None


def _ranked(catalog: Catalog, now: datetime, times: Mapping[str, int] | None) -> list[Saving]:
    return sharing.ranked(sharing.exchanges_of(catalog.digest, tallies.monday_of(now)), times)


def _sentence(savings: Sequence[Saving], *, is_counted: bool) -> str:
    if not savings:
        return _("Nothing that people are asked for could be shared")
    first = savings[0]
    name, papers = in_language(first.exchange.register.title), first.a_year["papers"]
    words = {"name": name, "count": f"{papers or first.a_year['questions']:,}"}
    if not papers:
        return _("Share “%(name)s” next: %(count)s fewer questions a year") % words
    if is_counted:
        return _("Share “%(name)s” next: %(count)s fewer papers a year") % words
    return _("Share “%(name)s” next: %(count)s fewer papers a year, if all were asked for alike") % words


def _picture(savings: Sequence[Saving]) -> Bars:
    lines = [
        Bar(
            in_language(one.exchange.register.title),
            ngettext("%(n)s service", "%(n)s services", len(one.exchange.changes)) % {"n": len(one.exchange.changes)},
            one.a_year["papers"],
            f"{one.a_year['papers']:,}",
        )
        for one in savings
    ]
    return Bars(lines, _("Papers that people would not have to bring in a year, by the register that would be read"))


def _row(catalog: Catalog, saving: Saving) -> dict[str, Any]:
    register, a_year = saving.exchange.register, saving.a_year
    asked = {key for one in saving.exchange.changes for key in one.asked}
    return {
        "title": register.title,
        "is_outside": register.authority is None,
        "papers": [catalog.evidence[each].label for each in register.papers],
        "facts": list(dict.fromkeys(catalog.types[kind].attributes[name].label for kind, name in sorted(asked))),
        "cells": [{"words": words, "value": f"{a_year[name]:,}"} for name, words in COLUMNS.items()],
        "services": [_change(catalog, saving, one) for one in saving.exchange.changes],
    }


def _change(catalog: Catalog, saving: Saving, one: sharing.Change) -> dict[str, Any]:
    """A service's plan before and after, what stays the same left out."""
    words: dict[str, Any] = {
        "papers": _("papers"), "trips": _("trips"), "questions": _("questions"), "days": _("working days")
    }  # fmt: skip
    pairs = zip(BURDENS, one.before, one.after, strict=True)
    return {
        "title": title_of(catalog, one.service),
        "times": f"{saving.times[one.service]:,}",
        "changed": [f"{words[name]} {was} → {now}" for name, was, now in pairs if was != now],
    }
