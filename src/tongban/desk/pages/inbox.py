"""The inbox: what must be done, the most urgent first, with a preview that begins with what a person has to judge."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.accounts.actor import Actor
from tongban.applications import cases, worklists
from tongban.applications.worklists import Amount, Amounts, Queue
from tongban.clock import Light
from tongban.desk.door import CLERKS, EVERY_POST, page, staff
from tongban.desk.pages.case import UNORDERED
from tongban.desk.pages.lines import CHANNELS, row
from tongban.platform import time
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import assignments

QUEUE_WORDS: Final[dict[Queue, Any]] = {
    "mine": gettext_lazy("Claimed by me"),
    "decide": gettext_lazy("For me to decide"),
    "office": gettext_lazy("My office"),
    "consult": gettext_lazy("Opinions asked of us"),
    "others": gettext_lazy("Waiting for others"),
    "passed": gettext_lazy("Handed up or down"),
    "done": gettext_lazy("Done today"),
}
FIRST_HOUR, LAST_HOUR = 8, 17
PAGE_LINES: Final = 50
CHECKS_SHOWN: Final = 6


@staff(EVERY_POST)
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A queue, its lights and services, and one case in preview. Whoever handles no cases is led to their own page."""
    if not any(actor.has_role(role) for role in CLERKS):
        own = (("window", "desk:window"), ("auditor", "desk:audit"), ("vice-head", "desk:walks"))
        return redirect(next(place for role, place in own if actor.has_role(role)))
    amounts = worklists.amounts(actor)
    queue = _queue(request, actor, amounts)
    wanted = {name: request.GET.get(name, "") for name in ("service", "light", "channel")}
    light = cast("Light | None", wanted["light"] if wanted["light"] in {"red", "yellow", "green"} else None)
    after = request.GET.get("after")
    found = worklists.worklist(
        actor,
        queue,
        of_service=wanted["service"] or None,
        of_light=light,
        of_channel=wanted["channel"] or None,
        after=after,
        limit=PAGE_LINES,
    )
    rows = [row(line, _address(queue, wanted, case=line["address"], after=after)) for line in found["lines"]]
    shown = _shown(request, rows)
    context = {
        "queue": queue,
        "amounts": amounts,
        "title": _sentence(queue, amounts),
        "now": time.now(),
        "queues": _queues(actor, queue, amounts),
        "services": _services(queue, wanted, amounts[queue]),
        "channels": _channels(queue, wanted, worklists.channels(actor, queue)),
        "lights": _lights(queue, wanted, amounts[queue]),
        "rows": rows,
        "shown": shown,
        "preview": _preview(actor, shown),
        "next": _address(queue, wanted, after=found["next"]) if found["next"] else "",
        "here": _address(queue, wanted, after=after),
        "bulk_steps": _bulk_steps(rows),
        "may_select": queue in {"mine", "decide", "office"},
        "rhythm": _rhythm(actor),
        "command": uuid4(),
        "to_walk": len(assignments.owed_by(actor)),
    }
    return page(request, actor, "desk/inbox.html", context)


@staff(CLERKS)
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Cases by number, or by the exact ID number or credit code of the applicant."""
    query = request.GET.get("q", "").strip()
    found = worklists.search(actor, query) if query else []
    rows = [row(line, reverse("desk:case", args=[line["address"]])) for line in found]
    return page(request, actor, "desk/search.html", {"query": query, "rows": rows})


def _queue(request: HttpRequest, actor: Actor, amounts: Amounts) -> Queue:
    wanted = request.GET.get("queue")
    known = next((queue for queue in worklists.queues_of(actor) if queue == wanted), None)
    return known or worklists.first_queue(actor, amounts)


def _address(queue: Queue, wanted: dict[str, str], **more: str | None) -> str:
    parameters = {"queue": queue, **wanted, **more}
    return f"{reverse('desk:inbox')}?{urlencode({name: value for name, value in parameters.items() if value})}"


def _sentence(queue: Queue, amounts: Amounts) -> str:
    """The page in one sentence: how much must be finished today, and what is late already."""
    amount, done = amounts[queue], amounts["done"].total
    count, shown = amount.total, amount.shown(amount.total)
    if queue == "done":
        return ngettext("%(count)s case done today", "%(count)s cases done today", count) % {"count": count}
    if queue == "others":
        return ngettext("%(count)s case waits for others", "%(count)s cases wait for others", count) % {"count": shown}
    if queue == "passed":
        words = ngettext("%(count)s case goes on at another level", "%(count)s cases go on at another level", count)
        return words % {"count": shown}
    if not count:
        return _("Nothing waits here. Done today: %(count)s") % {"count": done}
    words = {
        (True, True): _("%(today)s to finish today, %(late)s overdue already"),
        (False, True): _("%(late)s overdue: these first"),
        (True, False): _("%(today)s to finish today"),
        (False, False): _("Nothing ends today; %(count)s are waiting"),
    }[amount.today > 0, amount.overdue > 0]
    today, late = amount.shown(amount.today), amount.shown(amount.overdue, is_first=True)
    return words % {"today": today, "late": late, "count": shown}


def _queues(actor: Actor, queue: Queue, amounts: Amounts) -> list[dict[str, Any]]:
    return [
        {
            "words": QUEUE_WORDS[each],
            "count": amounts[each].shown(amounts[each].total),
            "url": f"{reverse('desk:inbox')}?queue={each}",
            "current": each == queue,
        }
        for each in worklists.queues_of(actor)
    ]


def _services(queue: Queue, wanted: dict[str, str], amount: Amount) -> list[dict[str, Any]]:
    catalog = publication.current()
    return [
        {
            "words": in_language(catalog.services[service].title),
            "count": amount.shown(count),
            "url": _address(queue, {**wanted, "service": "" if service == wanted["service"] else service}),
            "current": service == wanted["service"],
        }
        for service, count in amount.services.most_common()
        if service in catalog.services
    ]


def _channels(queue: Queue, wanted: dict[str, str], counts: Counter[str]) -> list[dict[str, Any]]:
    return [
        {
            "words": str(words),
            "count": counts[channel],
            "url": _address(queue, {**wanted, "channel": "" if channel == wanted["channel"] else channel}),
            "current": channel == wanted["channel"],
        }
        for channel, words in CHANNELS.items()
        if counts[channel]
    ]


def _lights(queue: Queue, wanted: dict[str, str], amount: Amount) -> list[dict[str, Any]]:
    return [
        {
            "state": light,
            "count": amount.shown(amount.lights[light], is_first=light == "red"),
            "url": _address(queue, {**wanted, "light": "" if light == wanted["light"] else light}),
            "current": light == wanted["light"],
        }
        for light in ("red", "yellow", "green")
        if queue not in UNORDERED
    ]


def _bulk_steps(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The steps that lead on and ask for nothing, of all lines, each once."""
    steps = [row["primary"] for row in rows if row["primary"] and not row["primary"]["facts"]]
    return [
        {"name": name, "words": in_language(label)}
        for name, label in {step["name"]: step["label"] for step in steps}.items()
    ]


def _shown(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The line that was chosen; none until one is, for looking at a case is noted and its applicant told."""
    wanted = request.GET.get("case", "")
    return next((line for line in rows if line["address"] == wanted), None)


def _preview(actor: Actor, shown: dict[str, Any] | None) -> dict[str, Any] | None:
    """The case beside the list: exceptions first, then what the machine has checked already."""
    if shown is None:
        return None
    view = cases.case_view(actor, shown["number"])
    return {
        "view": view,
        "due": date.fromisoformat(view["due"][:10]) if view["due"] else None,
        "checks": view["checks"][:CHECKS_SHOWN],
        "more": len(view["checks"]) - CHECKS_SHOWN,
        "read": len(view["facts"]),
        "steps": {step["name"] for step in view["allowed"]},
    }


def _rhythm(actor: Actor) -> dict[str, Any]:
    """What was done in each hour of today, for the small bars; heights in 24 steps."""
    steps = worklists.done_today(actor)
    hours = [
        sum(step.at.astimezone(time.ZONE).hour == hour for step in steps) for hour in range(FIRST_HOUR, LAST_HOUR + 1)
    ]
    most = max(hours) or 1
    bars = [
        {"x": index * 18, "height": max(4, round(24 * count / most)), "on": count > 0}
        for index, count in enumerate(hours)
    ]
    return {"count": len({step.number for step in steps}), "bars": bars}
