"""The board for heads: who is late, compared fairly; what bundles and repairs changed; what to share next.

Every chart has its table and leads to the cases behind it. All is right to the last committed event.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.catalog.model import Catalog
from tongban.clock import SHANGHAI, Light, Limit, overdue_multiple
from tongban.desk.door import HEADS, page, staff
from tongban.desk.frame import LEVEL_WORDS
from tongban.desk.pages.sharing import top
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.portal import charts
from tongban.portal.bars import FEW
from tongban.portal.charts import Dumbbells, LightBars, Lights, Pair, Trend
from tongban.portal.csv_files import csv_file
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.supervision import boards, inspections, problem_lists, week_sheets
from tongban.supervision.boards import BYS, FORECAST_WEEKS, WEEKS, Board, By, Group
from tongban.supervision.fairness import Fair

BY_WORDS: Final[dict[By, Any]] = {
    "department": gettext_lazy("by department"),
    "office": gettext_lazy("by office"),
    "level": gettext_lazy("by level"),
    "service": gettext_lazy("by service"),
}
COLUMNS: Final = {
    "red": gettext_lazy("Overdue"),
    "yellow": gettext_lazy("Due soon"),
    "green": gettext_lazy("On time"),
    "soon": gettext_lazy("Due within a week"),
    "came": gettext_lazy("Came, mean week"),
    "left": gettext_lazy("Ended, mean week"),
    "forecast": gettext_lazy("Open in a week"),
}
DRAWN: Final = 8
"""So many groups are drawn."""
TOLD: Final = 4
"""So many repairs are told."""
DRAWN_BUNDLES: Final = 5
MARKED: Final = 2
"""So many repairs are marked on the line, the latest."""
MOST_ROWS: Final = 60
MOST_CASES: Final = 50
LIGHTS: Final[tuple[Light, ...]] = ("red", "yellow", "green")
HALF: Final = 2


@staff(HEADS)
def board_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How the city stands; ``?by=`` groups the table."""
    catalog, now = publication.current(), time.now()
    found, by = boards.board(catalog, now), _by(request)
    title = sentence(catalog, found)
    groups = found.groups[by]
    context = {
        "title": title,
        "at": found.at,
        "whole": found.whole,
        "times": [(times, cases) for times, cases in found.times.items()],
        "departments": _departments(catalog, found) if found.fair else None,
        "fair": [_fair_row(catalog, one) for one in found.fair],
        "bundles": _bundles(catalog, found),
        "trend": _trend(catalog, found, title),
        "late": [{"week": week, "cases": cases} for week, cases in found.late],
        "repairs": [_repair(catalog, one) for one in found.repairs[:TOLD]],
        "funnel": problem_lists.funnel(),
        "sharing": top(catalog, now),
        "by": by,
        "bys": [{"name": name, "words": words, "current": name == by} for name, words in BY_WORDS.items()],
        "rows": [_row(catalog, by, one) for one in groups[:MOST_ROWS]],
        "more": max(0, len(groups) - MOST_ROWS),
        "weeks": WEEKS,
        "forecast_weeks": FORECAST_WEEKS,
        "inspections": inspections.listed(),
        "weeks_kept": week_sheets.kept(now),
    }
    return page(request, actor, "desk/board.html", context)


@staff(HEADS)
def board_file(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The table of the board as a file, with every group."""
    by, catalog, now = _by(request), publication.current(), time.now()
    groups = boards.board(catalog, now).groups[by]
    heads = [str(BY_WORDS[by]), *(str(words) for words in COLUMNS.values()), _("Counted at")]
    at = f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    rows = ([words_of(catalog, by, one.key), *(f"{getattr(one, name):.0f}" for name in COLUMNS), at] for one in groups)
    return csv_file(f"tongban-board-{by}-{now.date().isoformat()}.csv", heads, rows)


@staff(HEADS)
def week_file(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The week as a sheet of paper: this one, or the one that ``?week=`` names as it was kept."""
    now = time.now()
    number = request.GET.get("week") or week_sheets.number_of(time.today())
    answer = HttpResponse(week_sheets.pdf(now, number), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="tongban-{number}.pdf"'
    return answer


@staff(HEADS)
def behind(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The open cases behind a figure: ``?by=`` and ``key=`` say whose (without: the city's), ``light=`` which light."""
    catalog, now, by = publication.current(), time.now(), _by(request)
    key, light = request.GET.get("key"), request.GET.get("light")
    wanted = next((each for each in LIGHTS if each == light), None)
    calendar = calendars.of_digest(catalog.digest)
    found = boards.behind(catalog, now, by, key, wanted, MOST_CASES)
    rows = []
    for one in found:
        service = catalog.services.get(one.service)
        states = catalog.procedures[service.procedure].states if service else {}
        is_red = one.due_at is not None and one.due_at <= now
        is_yellow = one.yellow_at is not None and one.yellow_at <= now
        over = one.due_at and one.allowed and overdue_multiple(calendar, one.due_at, Limit.parse(one.allowed), now)
        rows.append({
            "number": one.number,
            "url": reverse("desk:board_case", args=[in_address(one.number)]),
            "service": in_language(title_of(catalog, one.service)),
            "office": words_of(catalog, "office", one.office),
            "state": in_language(states[one.state]) if one.state in states else _("waits for another part"),
            "light": "red" if is_red else "yellow" if is_yellow else "green",
            "due": one.due_at,
            "times": over or "",
        })  # fmt: skip
    context = {
        "title": _("The whole city") if key is None else words_of(catalog, by, key),
        "rows": rows,
        "is_full": len(found) == MOST_CASES,
        "process": key if by == "service" and key in catalog.services else "",
        "lights": [{"name": each, "current": each == wanted, "query": _query(by, key, each)} for each in LIGHTS],
    }
    return page(request, actor, "desk/board_cases.html", context)


def words_of(catalog: Catalog, by: By, key: str) -> str:
    """What a group is called; what is gone by its id."""
    if by == "level":
        return str(LEVEL_WORDS.get(key, key))
    if by == "service":
        return in_language(title_of(catalog, key))
    if by == "department" and key in catalog.authorities:
        return in_language(catalog.authorities[key].title)
    return in_language(catalog.offices[key].title) if key in catalog.offices else key


def _by(request: HttpRequest) -> By:
    return next((by for by in BYS if by == request.GET.get("by")), "department")


def _query(by: By, key: str | None, light: str = "") -> str:
    whose = {} if key is None else {"by": by, "key": key}
    return urlencode(whose | ({"light": light} if light else {}))


def sentence(catalog: Catalog, found: Board) -> str:
    """What the whole board says, in one sentence."""
    red = found.whole.red
    if not found.whole.open:
        return _("No case is open")
    words = _("No case is overdue")
    if red:
        worst = [one for one in found.groups["department"][:HALF] if one.red]
        who = _(" and ").join(words_of(catalog, "department", one.key) for one in worst)
        is_half = HALF * sum(one.red for one in worst) >= red and len(found.groups["department"]) > HALF
        words = (
            _("%(red)s cases are overdue, half of them or more at %(who)s") % {"red": f"{red:,}", "who": who}
            if is_half
            else _("%(red)s cases are overdue") % {"red": f"{red:,}"}
        )
    before = found.month_ago
    if before is None or before == red:
        return words
    if before > red:
        return _("%(words)s; %(count)s fewer than a month ago") % {"words": words, "count": f"{before - red:,}"}
    return _("%(words)s; %(count)s more than a month ago") % {"words": words, "count": f"{red - before:,}"}


def _departments(catalog: Catalog, found: Board) -> LightBars:
    """The departments with most overdue and due soon, each with its rate adjusted by mix."""
    rates = {one.group: one for one in found.fair}
    lines = []
    for one in found.groups["department"][:DRAWN]:
        fair = rates.get(one.key)
        rate = fair.per_mille if fair else None
        words = _("%(red)s overdue · %(yellow)s due soon") % {"red": one.red, "yellow": one.yellow}
        is_bad = fair is not None and fair.late >= FEW and rate is not None and rate > fair.city_per_mille
        name = words_of(catalog, "department", one.key)
        lines.append(Lights(name, one.red, one.yellow, words, "–" if rate is None else f"{rate:.1f}‰", is_bad))
    label = _("Overdue cases and cases due soon by department, with the overdue of a thousand, adjusted by mix")
    return LightBars(lines, label, _("of a thousand"))


def _fair_row(catalog: Catalog, one: Fair) -> dict[str, Any]:
    rate = one.per_mille
    return {
        "words": words_of(catalog, "department", one.group),
        "cases": one.cases,
        "late": one.late,
        "expected": f"{one.expected:.1f}",
        "rate": "–" if rate is None else f"{rate:.1f}‰",
        "query": _query("department", one.group),
    }


def _bundles(catalog: Catalog, found: Board) -> dict[str, Any] | None:
    wholes = found.wholes[:DRAWN_BUNDLES]
    if not wholes:
        return None
    pairs = [Pair(in_language(title_of(catalog, one.bundle)), one.apart, one.together) for one in wholes]
    label = _("Working days of bundles: each at its window, and all together")
    rows = [{"words": pair.name, "whole": one} for pair, one in zip(pairs, wholes, strict=True)]
    return {"drawing": Dumbbells(pairs, label, _("apart"), _("together")), "rows": rows}


def _trend(catalog: Catalog, found: Board, label: str) -> Trend:
    """Overdue cases week by week, with the latest repairs where they happened."""
    weeks = [week for week, _cases in found.late]
    events = [
        charts.Event((one.on - weeks[0]).days / 7, f"{one.on:%m-%d} {_repaired(catalog, one)}")
        for one in reversed(found.repairs[:MARKED])
        if weeks and one.on >= weeks[0]
    ]
    first, last = (f"{weeks[0]:%m-%d}", f"{found.at:%m-%d}") if weeks else ("", "")
    return Trend([cases for _week, cases in found.late] or [0], label, first, last, events)


def _repaired(catalog: Catalog, one: boards.Repair) -> str:
    """Where something was put right, and what that did to the days."""
    what = (
        f"{in_language(title_of(catalog, one.about))} · {in_language(problem_lists.option(catalog, 'kind', one.kind))}"
    )
    if one.before is None or one.after is None:
        return what
    return _("%(what)s: median %(before)s → %(after)s days") % {
        "what": what, "before": f"{one.before:g}", "after": f"{one.after:g}",
    }  # fmt: skip


def _repair(catalog: Catalog, one: boards.Repair) -> dict[str, Any]:
    return {"on": one.on, "words": _repaired(catalog, one), "url": reverse("desk:problem", args=[in_address(one.case)])}


def _row(catalog: Catalog, by: By, one: Group) -> dict[str, Any]:
    weeks = one.weeks_of_work
    return {
        "words": words_of(catalog, by, one.key),
        "group": one,
        "query": _query(by, one.key),
        "came": f"{one.came:.0f}",
        "left": f"{one.left:.0f}",
        "weeks": "–" if weeks is None else f"{weeks:.1f}",
    }
