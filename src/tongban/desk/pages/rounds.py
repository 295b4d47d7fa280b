"""The machine that walks: last night's round, how the nights compare, where a way ends and where it takes longest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.desk.door import EVERY_POST, page, staff
from tongban.platform.ids import in_address
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import problem_lists
from tongban.supervision.models import Found, Walked
from tongban.supervision.problem_lists import Wanted
from tongban.supervision.rounds import shown
from tongban.supervision.rounds.keeping import MACHINE
from tongban.supervision.rounds.shown import Night
from tongban.supervision.rounds.ways import MOST_SITUATIONS, OWN_FAULT, PAGES

MOST_NIGHTS = 14


@staff(EVERY_POST)
def rounds(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rounds of the machine: nobody's data, so that whoever works for the city may read them."""
    nights = shown.nights()
    last = nights[0] if nights else None
    ways = shown.stuck(last.id) if last else []
    context = {
        "title": _sentence(last),
        "last": last,
        "most": MOST_SITUATIONS,
        "missed": shown.nights_missed(last.began_at) if last else 0,
        "funnel": problem_lists.funnel(Wanted(found_by=MACHINE)),
        "nights": _bars(nights[:MOST_NIGHTS]),
        "stuck": [_way(one) for one in ways if one.stuck_at != OWN_FAULT],
        "not_walked": [_way(one) for one in ways if one.stuck_at == OWN_FAULT],
        "slowest": [_way(one) for one in shown.slowest(last.id)] if last else [],
        "gone": [_gone(found, count) for found, count in shown.gone()],
    }
    return page(request, actor, "desk/rounds.html", context)


def _sentence(last: Night | None) -> str:
    if last is None:
        return _("The machine has not walked yet")
    if not last.stuck:
        return _("The machine walked %(ways)s ways, and every one leads to its end") % {"ways": f"{last.ways:,}"}
    words = ngettext(
        "%(stuck)s of the %(ways)s ways that the machine walked does not lead to its end",
        "%(stuck)s of the %(ways)s ways that the machine walked do not lead to their end",
        last.stuck,
    )
    return words % {"stuck": last.stuck, "ways": f"{last.ways:,}"}


def _bars(nights: list[Night]) -> list[dict[str, Any]]:
    """Nights with the length of their bar: how much was found, the most of all nights being the longest."""
    most = max((night.found for night in nights), default=0) or 1
    return [{"night": night, "length": f"{100 * night.found / most:.1f}"} for night in nights]


def _way(one: Walked) -> dict[str, Any]:
    at = PAGES.get(one.stuck_at or one.slowest_at)
    return {
        "title": in_language(title_of(publication.current(), one.about)),
        "about": one.about,
        "situation": one.situation,
        "seconds": f"{one.milliseconds / 1000:.1f}",
        "questions": one.questions,
        "papers": one.papers,
        "clicks": one.clicks,
        "corrections": one.corrections,
        "at": in_language(at) if at else "",
    }


def _gone(found: Found, count: int) -> Mapping[str, Any]:
    where = problem_lists.where(publication.current(), found)
    return {"address": in_address(found.case), "where": in_language(where), "count": count}
