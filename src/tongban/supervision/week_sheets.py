"""The week as one sheet of paper: lights, who is late, what was found and put right, what bundles save.

A board of the past cannot be counted again, so what a week's sheet said is kept: each night that of the day before's
week, for the last time in the night after it ended. A sheet is set anew from what was kept, always the same.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings

from tongban.applications.offers import title_of
from tongban.applications.problems import not_found
from tongban.catalog.model import Catalog
from tongban.catalog.sentences import day_in_words
from tongban.catalog.vocabulary import Text
from tongban.clock import SHANGHAI
from tongban.credentials.render import typeset
from tongban.publication import service as publication
from tongban.supervision import boards, problem_lists
from tongban.supervision.boards import Board, Group
from tongban.supervision.models import WeekKept
from tongban.supervision.walk_sheets import CITY_DIGITS, both

MOST_DEPARTMENTS: Final = 14
MOST_BUNDLES: Final = 8


def pdf(now: datetime, number: str) -> bytes:
    """The sheet of a week: of this one as it stands, of one that has ended as it was kept.

    Raises Problem 404 for a week that was not kept, PlatformError `no-font`, `not-printable`.
    """
    if number == number_of(now.astimezone(SHANGHAI).date()):
        said: dict[str, Any] = printed(now, number)
    else:
        kept = WeekKept.objects.filter(number=number).first()
        if kept is None:
            raise not_found()
        now, said = kept.at, kept.printed
    return typeset("week", said, said["verify_address"], now.astimezone(SHANGHAI).date())


def keep(now: datetime) -> WeekKept:
    """Keep what the sheet of the day before's week says now, in place of what it said the night before."""
    number = number_of(now.astimezone(SHANGHAI).date() - timedelta(days=1))
    values = {"at": now, "printed": printed(now, number)}
    return WeekKept.objects.update_or_create(number=number, defaults=values)[0]


def kept(now: datetime) -> list[WeekKept]:
    """The weeks that have ended and were kept, the newest first."""
    this = number_of(now.astimezone(SHANGHAI).date())
    return list(WeekKept.objects.filter(number__lt=this).defer("printed").order_by("-number"))


def number_of(day: date) -> str:
    """What the sheet of a day's week is called: year and week (ISO 8601)."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def printed(now: datetime, number: str) -> dict[str, object]:
    """What the template prints of a week at a moment, every text safe to show."""
    catalog = publication.current()
    found, funnel = boards.board(catalog, now), problem_lists.funnel()
    city = next((name for code, name in catalog.regions.items() if len(code) == CITY_DIGITS), Text("", ""))
    return {
        "number": number,
        "title": both(Text(f"一周看板 {number}", f"The week {number}")),
        "issuer": both(city),
        "issued_on": both(day_in_words(now.astimezone(SHANGHAI).date())),
        "city": both(city),
        "across": None,
        "is_rehearsal": False,
        "verify_address": f"{settings.ORIGIN}/desk/board/week.pdf?week={number}",
        "code": number,
        "seal_use": "",
        "lights": [found.whole.red, found.whole.yellow, found.whole.green],
        "departments": [_department(catalog, one) for one in found.groups["department"][:MOST_DEPARTMENTS]],
        "late": [[f"{week:%m-%d}", cases] for week, cases in found.late],
        "bundles": _bundles(catalog, found),
        "problems": [funnel.found, funnel.open, funnel.late, funnel.returned, funnel.closed],
    }


def _department(catalog: Catalog, one: Group) -> dict[str, object]:
    authority = catalog.authorities.get(one.key)
    title = authority.title if authority else problem_lists.office_title(catalog, one.key)
    figures = [one.red, one.yellow, one.green, round(one.came), round(one.left), one.forecast]
    return {"title": both(title), "figures": figures}


def _bundles(catalog: Catalog, found: Board) -> list[dict[str, object]]:
    return [
        {"title": both(title_of(catalog, one.bundle)), "apart": one.apart, "together": one.together}
        for one in found.wholes[:MOST_BUNDLES]
    ]
