"""Handing results over: collected at the window by whoever shows a card, posted under a number, reached or returned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tongban.accounts.actor import Actor
from tongban.applications import handing_over
from tongban.applications.naming import actor_label
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text
from tongban.desk.door import page, post, staff
from tongban.desk.pages.forms import typed_date
from tongban.platform import time
from tongban.platform.ids import from_address, in_address
from tongban.portal.templatetags.tongban import in_language, short_date


@dataclass
class Attempt:
    """What could not be recorded: of which case, which deed, and what is wrong with it."""

    case: str = ""
    deed: str = ""
    words: str = ""
    status: int = 200
    typed: dict[str, str] = field(default_factory=dict)


@staff(handing_over.COUNTER_ROLES)
@never_cache
def results(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be handed over, and what the post has; ``?find=`` looks for one by any of its numbers."""
    return _show(request, actor, Attempt())


@post(handing_over.COUNTER_ROLES)
def collected(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Somebody showed an ID card and takes the result: the service receipt follows, to be signed."""
    key = request.POST.get("id_number", "")
    try:
        handing_over.collected(actor, number, key)
    except Problem as problem:
        return _again(request, actor, number, "collected", problem)
    return redirect("desk:result_receipt", number)


@post(handing_over.COUNTER_ROLES)
def posted(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """It was posted today under a number."""
    return _record(
        request, actor, number, "posted", lambda on: handing_over.posted(actor, number, _tracking(request), on)
    )


@post(handing_over.COUNTER_ROLES)
def reached(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The post brought it."""
    return _record(request, actor, number, "reached", lambda on: handing_over.reached(actor, number, on))


@post(handing_over.COUNTER_ROLES)
def returned(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The post brought it back."""
    return _record(request, actor, number, "returned", lambda on: handing_over.returned(actor, number, on))


@staff(handing_over.COUNTER_ROLES)
@never_cache
def receipt(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The service receipt (送达回证), to be printed and signed."""
    line = _worded(handing_over.receipt(actor, number))
    context = {"line": line, "recorded_by": in_language(actor_label(line["recorded_by"])), "now": time.now()}
    return page(request, actor, "desk/result_receipt.html", context)


@staff(handing_over.COUNTER_ROLES)
@never_cache
def label(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The address label, to be printed. Whoever is on it sees who printed it."""
    line = handing_over.label(actor, number)
    return page(request, actor, "desk/label.html", {"label": line, "back": reverse("desk:results"), "now": time.now()})


def _record(request: HttpRequest, actor: Actor, number: str, deed: str, record: Callable[[date], None]) -> HttpResponse:
    try:
        record(typed_date(request, "on"))
    except Problem as problem:
        return _again(request, actor, number, deed, problem)
    messages.success(request, _("Recorded: %(number)s") % {"number": from_address(number)})
    return redirect("desk:results")


def _again(request: HttpRequest, actor: Actor, number: str, deed: str, problem: Problem) -> HttpResponse:
    """The page once more, with what was typed and why it was not taken."""
    if problem.status not in {409, 422}:
        raise problem
    words = " ".join(in_language(error.text) for error in problem.errors) or in_language(problem.text)
    typed = {name: str(request.POST.get(name, "")) for name in request.POST}
    return _show(request, actor, Attempt(from_address(number), deed, words, problem.status, typed))


def _show(request: HttpRequest, actor: Actor, attempt: Attempt) -> HttpResponse:
    find = request.GET.get("find", "").strip()
    lines = [_worded(line) for line in handing_over.to_hand_over(actor, find)]
    groups = {
        "window": [line for line in lines if line["way"] == "window"],
        "ready": [line for line in lines if line["way"] == "post" and line["state"] == "ready"],
        "posted": [line for line in lines if line["state"] == "posted"],
    }
    context = {
        "title": _sentence(find, *(len(group) for group in groups.values())),
        "find": find,
        "groups": groups,
        "today": time.today(),
        "attempt": attempt,
        "errors": [{"id": "content", "words": attempt.words}] if attempt.words else [],
    }
    return page(request, actor, "desk/results.html", context, status=attempt.status)


def _sentence(find: str, at_window: int, to_post: int, on_the_way: int) -> str:
    """What waits, in one sentence."""
    if not at_window + to_post + on_the_way:
        text = Text("没有这一件在等", "Nothing with this number waits") if find else None
        return in_language(text) if text else _("Every result is in its owner's hands")
    parts = [
        ngettext("%(count)s waits to be collected", "%(count)s wait to be collected", at_window) % {"count": at_window}
        if at_window
        else "",
        ngettext("%(count)s to be posted", "%(count)s to be posted", to_post) % {"count": to_post} if to_post else "",
        ngettext("%(count)s on the way", "%(count)s on the way", on_the_way) % {"count": on_the_way}
        if on_the_way
        else "",
    ]
    return _(", ").join(part for part in parts if part)


def handed_words(case: str) -> dict[str, str] | None:
    """How the result of a case came into its owner's hands, or where it is, with the page to see; None without one."""
    standing = handing_over.standing_of(case)
    if standing is None:
        return None
    way, served, posted = standing["way"], standing["served_on"], standing["posted_on"]
    values = {"date": short_date(served or posted), "number": standing["tracking"]}
    if way == "electronic":
        return {"light": "done", "words": _("Served online on %(date)s") % values}
    if served:
        if way == "post":
            return {"light": "done", "words": _("Received by post on %(date)s, %(number)s") % values}
        url, words = reverse("desk:result_receipt", args=[in_address(case)]), _("Collected on %(date)s") % values
        return {"light": "done", "words": words, "url": url, "url_words": _("Print for the signature")}
    words = _("To be collected") if way == "window" else _("To be posted")
    if posted:
        words = _("On its way since %(date)s, %(number)s") % values
    return {"light": "office", "words": words, "url": reverse("desk:results"), "url_words": _("Results")}


def _tracking(request: HttpRequest) -> str:
    return str(request.POST.get("tracking", ""))


def _worded(line: dict[str, Any]) -> dict[str, Any]:
    """A line with its words chosen and its days as dates."""
    names = _(", ").join(line["names"][:2])
    days = {name: _day(line[name]) for name in ("issued_on", "posted_on", "returned_on", "served_on")}
    return line | {
        **days,
        "address": in_address(line["case"]),
        "title": in_language(line["service_title"]),
        "of": " · ".join(part for part in (in_language(line["applicant"]), names) if part),
        "place": in_language(line["place_label"]) if line["way"] == "window" and line["place_label"] else "",
        "since": short_date(days["posted_on"] or days["issued_on"]),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
