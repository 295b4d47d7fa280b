"""What came online: the city’s cases by service, office, level or month, as bars, as a table, as a file."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.applications import came_online
from tongban.applications.came_online import By, Row
from tongban.catalog.model import Catalog
from tongban.desk.door import HEADS, page, staff
from tongban.desk.frame import LEVEL_WORDS
from tongban.platform import time
from tongban.portal.bars import FEW, few
from tongban.portal.board_picture import Line, Lines
from tongban.portal.counting import EachMinute
from tongban.portal.csv_files import csv_file
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication

BY_WORDS: Final[dict[By, Any]] = {
    "month": gettext_lazy("by month"),
    "service": gettext_lazy("by service"),
    "office": gettext_lazy("by office"),
    "level": gettext_lazy("by level"),
}
COLUMNS: Final = {
    "cases": gettext_lazy("Cases"),
    "online": gettext_lazy("Came online"),
    "share": gettext_lazy("Ended within a day"),
    "trips": gettext_lazy("Trips to a hall saved"),
    "minutes": gettext_lazy("Minutes saved (assumed)"),
}
MOST_MINUTES: Final = 480
MOST_LINES: Final = 12
"""So many groups are drawn, the largest or the latest."""
MOST_ROWS: Final = 100
"""So many groups stand in the table of the page; the file has all."""
COUNTS: Final = EachMinute(came_online.counted)


@staff(HEADS)
def online(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every real case of the city, grouped as ``?by=`` says; ``?minutes=`` is what a trip to a hall takes."""
    catalog = publication.current()
    by, minutes = _by(request), _minutes(request)
    counted = COUNTS.now(catalog)
    found = counted.found[by]
    whole, rest = came_online.total(found), found[MOST_ROWS:]
    title = _sentence(whole)
    context = {
        "title": title,
        "by": by,
        "bys": [{"name": name, "words": words, "current": name == by} for name, words in BY_WORDS.items()],
        "minutes": minutes,
        "drawing": _picture(catalog, by, found[:MOST_LINES], title) if found else None,
        "groups": len(found),
        "drawn": MOST_LINES,
        "rows": [_line(_words(catalog, by, row.key), row, minutes) for row in found[:MOST_ROWS]],
        "rest": _line(_("%(count)s more together") % {"count": f"{len(rest):,}"}, came_online.total(rest), minutes),
        "is_more": bool(rest),
        "whole": {
            "online": few(whole.online),
            "share": _share(whole),
            "trips": _trips(whole),
            "hours": _saved(whole, minutes / 60),
        },
        "unsourced": came_online.unsourced(catalog),
        "at": counted.at,
    }
    return page(request, actor, "desk/online.html", context)


@staff(HEADS)
def online_file(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The same table as a file, with all groups and what a trip was taken for."""
    by, minutes, catalog = _by(request), _minutes(request), publication.current()
    counted = COUNTS.now(catalog)
    told = [_("Minutes a trip takes (assumed, no published source)"), _("Counted at")]
    heads = [str(BY_WORDS[by]), *(str(words) for words in COLUMNS.values()), *told]
    lines = (_line(_words(catalog, by, row.key), row, minutes) for row in counted.found[by])
    at = f"{counted.at:%Y-%m-%d %H:%M}"
    rows = ([str(line["words"]), *(str(line[name]) for name in COLUMNS), f"{minutes}", at] for line in lines)
    return csv_file(f"tongban-online-{by}-{time.today().isoformat()}.csv", heads, rows)


def _sentence(whole: Row) -> str:
    if not whole.cases:
        return _("No case yet")
    words = {"online": few(whole.online), "share": _share(whole)}
    if whole.ended < FEW:
        return _("%(online)s cases came online") % words
    return _("%(online)s cases came online; of those that ended, %(share)s ended within a day") % words


def _line(words: str, row: Row, minutes: int) -> dict[str, str]:
    """A group with its figures as they are said."""
    return {
        "words": words,
        "cases": few(row.cases),
        "online": few(row.online),
        "share": _share(row),
        "trips": _trips(row),
        "minutes": _saved(row, minutes),
    }


def _picture(catalog: Catalog, by: By, found: list[Row], label: str) -> Lines:
    """The groups as bars; a hidden figure has none."""
    lines = [
        Line(
            name=_words(catalog, by, row.key),
            cases=row.cases if row.cases >= FEW else 0,
            online=row.online if row.online >= FEW else 0,
            shown=few(row.cases),
        )
        for row in found
    ]
    return Lines(lines, label, _("came online"), _("begun at a window"))


def _trips(row: Row) -> str:
    """The trips saved, unless they would tell that a few cases came online."""
    return few(min(row.online, row.trips)) if row.online < FEW else few(row.trips)


def _saved(row: Row, each: float) -> str:
    """The time of all trips, which says no more than their number does."""
    return _trips(row) if min(row.online, row.trips) < FEW else f"{row.trips * each:,.0f}"


def _share(row: Row) -> str:
    share = row.share_within_a_day if row.ended >= FEW else None
    return "–" if share is None else f"{share}%"


def _words(catalog: Catalog, by: By, key: str) -> str:
    if by == "level":
        return str(LEVEL_WORDS[key])
    if by == "service" and key in catalog.services:
        return in_language(catalog.services[key].title)
    return in_language(catalog.offices[key].title) if by == "office" and key in catalog.offices else key


def _by(request: HttpRequest) -> By:
    return next((by for by in BY_WORDS if by == request.GET.get("by")), "month")


def _minutes(request: HttpRequest) -> int:
    text = request.GET.get("minutes", "")
    typed = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else came_online.MINUTES_A_TRIP  # noqa: PLR2004 -- a small number
    return min(typed, MOST_MINUTES)
