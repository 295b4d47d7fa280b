"""The board for heads: the city's cases by service, office, level or month, as bars, as a table, as a file."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.applications import board
from tongban.applications.board import By, Row
from tongban.catalog.model import Catalog
from tongban.desk.door import HEADS, page, staff
from tongban.platform import time
from tongban.portal.bars import FEW, bars, few
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication

BY_WORDS: Final[dict[By, Any]] = {
    "month": gettext_lazy("by month"),
    "service": gettext_lazy("by service"),
    "office": gettext_lazy("by office"),
    "level": gettext_lazy("by level"),
}
LEVELS: Final = {
    "province": gettext_lazy("province"),
    "city": gettext_lazy("city"),
    "county": gettext_lazy("county"),
    "town": gettext_lazy("town"),
    "village": gettext_lazy("village"),
    "": gettext_lazy("offices that are gone"),
}
COLUMNS: Final = {
    "cases": gettext_lazy("Cases"),
    "online": gettext_lazy("Came online"),
    "share": gettext_lazy("Ended within a day"),
    "trips": gettext_lazy("Trips to a hall saved"),
    "minutes": gettext_lazy("Minutes saved"),
}
MOST_MINUTES: Final = 480


@staff(HEADS)
def board_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every real case of the city, grouped as ``?by=`` says; ``?minutes=`` is what a trip to a hall takes."""
    catalog = publication.current()
    by, minutes = _by(request), _minutes(request)
    found = board.rows(catalog, by)
    whole = board.total(found)
    context = {
        "title": _sentence(whole),
        "by": by,
        "bys": [{"name": name, "words": words, "current": name == by} for name, words in BY_WORDS.items()],
        "minutes": minutes,
        "rows": _lines(catalog, by, found, minutes),
        "whole": {
            "online": few(whole.online),
            "share": _share(whole),
            "trips": few(whole.trips),
            "hours": _saved(whole, minutes / 60),
        },
        "unsourced": board.unsourced(catalog),
        "now": time.now(),
    }
    return page(request, actor, "desk/board.html", context)


@staff(HEADS)
def board_file(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The same table as a file."""
    by, minutes, catalog = _by(request), _minutes(request), publication.current()
    text = StringIO()
    table = csv.writer(text)
    table.writerow([str(BY_WORDS[by]), *(str(words) for words in COLUMNS.values())])
    for line in _lines(catalog, by, board.rows(catalog, by), minutes):
        table.writerow([line["words"], *(line[name] for name in COLUMNS)])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="tongban-board-{by}-{time.today().isoformat()}.csv"'
    return answer


def _sentence(whole: Row) -> str:
    if not whole.cases:
        return _("No case yet")
    words = {"online": few(whole.online), "share": _share(whole)}
    if whole.ended < FEW:
        return _("%(online)s cases came online") % words
    return _("%(online)s cases came online; of those that ended, %(share)s ended within a day") % words


def _lines(catalog: Catalog, by: By, found: list[Row], minutes: int) -> list[dict[str, Any]]:
    """Each group with its figures as they are said; a bar for what came online."""
    online = bars((_words(catalog, by, row.key), row.online) for row in found)
    return [
        {
            **bar,
            "cases": few(row.cases),
            "online": few(row.online),
            "share": _share(row),
            "trips": few(row.trips),
            "minutes": _saved(row, minutes),
        }
        for bar, row in zip(online, found, strict=True)
    ]


def _saved(row: Row, each: float) -> str:
    """The time of all trips, which says no more than their number does."""
    return few(row.trips) if row.trips < FEW else f"{row.trips * each:,.0f}"


def _share(row: Row) -> str:
    share = row.share_within_a_day if row.ended >= FEW else None
    return "–" if share is None else f"{share}%"


def _words(catalog: Catalog, by: By, key: str) -> str:
    if by == "level":
        return str(LEVELS[key])
    if by == "service" and key in catalog.services:
        return in_language(catalog.services[key].title)
    return in_language(catalog.offices[key].title) if by == "office" and key in catalog.offices else key


def _by(request: HttpRequest) -> By:
    return next((by for by in BY_WORDS if by == request.GET.get("by")), "month")


def _minutes(request: HttpRequest) -> int:
    text = request.GET.get("minutes", "")
    typed = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else board.MINUTES_A_TRIP  # noqa: PLR2004 -- a small number
    return min(typed, MOST_MINUTES)
