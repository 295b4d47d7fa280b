"""The week as one sheet of paper: lights, who is late, what was found and put right, what bundles save."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings

from tongban.applications.offers import title_of
from tongban.catalog.model import Catalog
from tongban.catalog.sentences import day_in_words
from tongban.catalog.vocabulary import Text
from tongban.clock import SHANGHAI
from tongban.credentials.render import typeset
from tongban.publication import service as publication
from tongban.supervision import boards, problem_lists
from tongban.supervision.boards import Board, Group
from tongban.supervision.walk_sheets import CITY_DIGITS, both

MOST_DEPARTMENTS: Final = 14
MOST_BUNDLES: Final = 8


def pdf(now: datetime) -> bytes:
    """The week up to a moment. Raises PlatformError `no-font`, `not-printable`."""
    address = f"{settings.ORIGIN}/desk/board"
    return typeset("week", printed(now, address), address, now.astimezone(SHANGHAI).date())


def number_of(now: datetime) -> str:
    """What the sheet of a week is called: year and week (ISO 8601)."""
    year, week, _day = now.astimezone(SHANGHAI).isocalendar()
    return f"{year}-W{week:02}"


def printed(now: datetime, address: str) -> dict[str, object]:
    """What the template prints, every text safe to show."""
    catalog = publication.current()
    found, funnel = boards.board(catalog, now), problem_lists.funnel()
    city = next((name for code, name in catalog.regions.items() if len(code) == CITY_DIGITS), Text("", ""))
    number = number_of(now)
    return {
        "number": number,
        "title": both(Text(f"一周看板 {number}", f"The week {number}")),
        "issuer": both(city),
        "issued_on": both(day_in_words(now.astimezone(SHANGHAI).date())),
        "city": both(city),
        "across": None,
        "is_rehearsal": False,
        "verify_address": address,
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
